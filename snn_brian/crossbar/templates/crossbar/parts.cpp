{# Parts of lines: synapses of one row (of one column, for events of neurons) with the same delay. Where their columns are
   neighbours and their numbers follow each other, a part is a run, which vectorises; where runs would be short, it is a list.
   Rows and columns are Brian2's absolute ones, those of the whole group where a subgroup is connected. #}

{% macro part_type() %}
    struct _Part
    {
        int32_t line, first, end, synapse;  // a run of columns from the synapse on; or, if that is -1, a range of the list
    };
    struct _Listed { int32_t across, synapse; };  // `across` is the column of a row's synapse, the row of a column's
{% endmacro %}

{# Appends to `_parts` and `_list`; `line`, `across` and `delay` are expressions of the synapse's number `_k`. Lists and runs
   rise strictly, so that no synapse of a part shares its neuron with another. #}
{% macro group(number, line, across, delay, runs) %}
    {
        auto _line = [&](size_t _k) { return (int32_t)({{line}}); };
        auto _across = [&](size_t _k) { return (int32_t)({{across}}); };
        auto _delay = [&](size_t _k) { return {{delay}}; };
        auto _same = [&](size_t a, size_t b) { return _line(a) == _line(b) && _delay(a) == _delay(b); };
        auto _rank = [&](size_t _k) { return std::make_tuple(_line(_k), _delay(_k), _across(_k)); };
        auto _before = [&](size_t a, size_t b) { return _rank(a) < _rank(b); };
        const size_t _number = {{number}};
        std::vector<int32_t> _order(_number);
        for (size_t _k = 0; _k < _number; _k++) _order[_k] = _k;
        if (!std::is_sorted(_order.begin(), _order.end(), _before)) std::stable_sort(_order.begin(), _order.end(), _before);
        for (size_t _a = 0, _b = 0; _a < _number; _a = _b)
        {
            size_t _runs = 0;
            auto _follows = [&](size_t _n)
            {
                return _n > _a && _across(_order[_n]) == _across(_order[_n - 1]) + 1 && _order[_n] == _order[_n - 1] + 1;
            };
            for (_b = _a; _b < _number && _same(_order[_a], _order[_b]); _b++) _runs += !_follows(_b);
            const bool _in_runs = {{runs}} && _b - _a >= 6 * _runs;
            for (size_t _n = _a; _n < _b; _n++)
            {
                const int32_t _here = _across(_order[_n]);
                if (_in_runs)
                {
                    if (_follows(_n)) _parts.back().end++;
                    else _parts.push_back({_line(_order[_n]), _here, _here + 1, _order[_n]});
                    continue;
                }
                const int32_t _place = _list.size();
                if (_n == _a || _list.back().across >= _here) _parts.push_back({_line(_order[_n]), _place, _place, -1});
                _list.push_back({_here, _order[_n]});
                _parts.back().end++;
            }
        }
    }
{% endmacro %}

{# `_parts` and `_list` of all lines, made at the first call, and for each line, from the first one of its group, the number of
   its first part. #}
{% macro find_parts(synapses, get_array_name, side) %}
    {% set rows = get_array_name(synapses.variables['_synaptic_pre'], access_data=False) %}
    {% set columns = get_array_name(synapses.variables['_synaptic_post'], access_data=False) %}
    {% set lines, across, lines_of = (rows, columns, synapses.source) if side == 'pre' else (columns, rows, synapses.target) %}
    static std::vector<_Part> _parts;
    static std::vector<_Listed> _list;
    static std::vector<size_t> _first_part;
    if (_first_part.empty())
    {
        if ({{rows}}.empty())
            std::cerr << "'{{synapses.name}}' has no synapses: connect() has chosen no pair of '{{synapses.source.name}}' and '"
                      << "{{synapses.target.name}}'; leave it out for all pairs." << std::endl;
        {{group(rows + '.size()', lines + '[_k]', across + '[_k]', '0', 'true' if side == 'pre' else 'false')}}
        for (int32_t _line = {{lines_of.start}}; _line <= {{lines_of.stop}}; _line++)
            _first_part.push_back(std::lower_bound(_parts.begin(), _parts.end(), _line,
                [](const _Part &part, int32_t line) { return part.line < line; }) - _parts.begin());
    }
{% endmacro %}

{# What is in flight by numbers of lines, from a run in which all synapses of a line had the same delay, goes on by those of the
   parts that make up the lines; numbers of lines count from the first one. #}
{% macro lines_in_parts(pathway, delays, line, across, runs, numbers, listed) %}
    {
        std::vector<_Part> _parts;
        std::vector<_Listed> _list;
        {{group(delays + '.size()', line, across, '0', runs)}}
        std::vector<std::vector<int32_t>> _of_line({{pathway.source.N}});
        for (size_t _number = 0; _number < _parts.size(); _number++)
        {
            const _Part &_part = _parts[_number];
            _of_line[_part.line - {{pathway.source.start}}].push_back(_number);
            for (int32_t _value : {_part.line, _part.first, _part.end, _part.synapse}) {{numbers}}.push_back(_value);
        }
        for (const _Listed &_each : _list)
        {
            {{listed}}.push_back(_each.across);
            {{listed}}.push_back(_each.synapse);
        }
        for (auto &_events : _queue.queue)
        {
            std::vector<int32_t> _numbers;
            for (const int32_t _line : _events) _numbers.insert(_numbers.end(), _of_line[_line].begin(), _of_line[_line].end());
            _events.swap(_numbers);
        }
    }
{% endmacro %}

{# Code for the synapses of a part of a row, in columns [low, high) if they are `cut`. #}
{% macro along_row(part, low, high, cut, code, independent) %}
            {
                const _Part _part = {{part}};
                const size_t _presynaptic_idx = _part.line;
                if (_part.synapse >= 0)
                {
                    const size_t _begin = {{'std::max<size_t>(_part.first, %s)' % low if cut else '_part.first'}};
                    const size_t _stop = {{'std::min<size_t>(_part.end, %s)' % high if cut else '_part.end'}};
                    const ptrdiff_t _shift = (ptrdiff_t)_part.synapse - _part.first;
                    {% if independent %}
                    #pragma GCC ivdep
                    {% endif %}
                    for (size_t _postsynaptic_idx = _begin; _postsynaptic_idx < _stop; _postsynaptic_idx++)
                    {
                        const size_t _idx = _postsynaptic_idx + _shift;
                        const size_t _vectorisation_idx = _idx;
                        {{code}}
                    }
                }
                else
                    for (int32_t _place = _part.first; _place < _part.end; _place++)
                    {
                        const size_t _idx = _list[_place].synapse, _postsynaptic_idx = _list[_place].across;
                        const size_t _vectorisation_idx = _idx;
                        {% if cut %}
                        if (_postsynaptic_idx < {{low}} || _postsynaptic_idx >= {{high}}) continue;
                        {% endif %}
                        {{code}}
                    }
            }
{% endmacro %}

{# Code for the synapses of a part of a column. #}
{% macro along_column(part, low, high, code) %}
            {
                const _Part _part = {{part}};
                const size_t _postsynaptic_idx = _part.line;
                if (_postsynaptic_idx < {{low}} || _postsynaptic_idx >= {{high}}) continue;
                for (int32_t _place = _part.first; _place < _part.end; _place++)
                {
                    const size_t _idx = _list[_place].synapse, _presynaptic_idx = _list[_place].across;
                    const size_t _vectorisation_idx = _idx;
                    {{code}}
                }
            }
{% endmacro %}
