{# Pulses decided synapse by synapse, line by line: the row of an input, or what a neuron holds by itself. First the number
   of pulses of all synapses of a line (vectorised), then, if there is any, a search for it. Pulses are collected before their
   code runs, so that the cache lines which they need arrive together; it finds what was computed for it in `carried`.
   Where nothing is decided without a request of the neuron, a row is gone along in the columns that have one: those of whole
   vectors first, filled up to whole vectors by others, since what is computed in a vector may differ by a rounding from what
   is computed alone and threads may not matter; then the rest. #}
{% extends 'common_group.cpp' %}
{% from 'loops.cpp' import block_of_columns, pack_rows, random_key, reach_together, spread_rows, transpose %}
{% from 'delays.cpp' import prepare_lines, wait %}
{% block extra_headers %}
#ifdef _OPENMP
#include <omp.h>
#endif
{{aligned_arrays}}
{% endblock %}
{% block before_code %}
    {% if pathway.delayed %}
    {{prepare_lines(pathway, get_array_name, c_data_type)}}
    {% endif %}
    {{spread_rows(pathway, get_array_name, c_data_type)}}
    {% if pathway.by_neuron or not (pathway.delayed or pathway.moves) %}
    {{transpose(pathway.by_neuron, get_array_name, c_data_type, owner.source.N, owner.target.N)}}
    {% endif %}
{% endblock %}
{% block maincode %}
    {# USES_VARIABLES { N } #}
    {% set events = pathway.source.variables[pathway.eventspace_name] %}
    {% set spikes = '_due' if pathway.delayed else get_array_name(events, access_data=False) %}
    {% if pathway.delayed %}
    {{wait(pathway, get_array_name)}}
    {% endif %}
    {% set n_rows, n_columns = owner.source.N, owner.target.N %}
    {% set independent = pathway.independent and not draws_in_turn(variables) %}
    {% set on_pre = pathway.prepost == 'pre' %}
    {% set masked = not on_pre and not pathway.by_neuron %}
    {# Lines with a pulse are rare: to decide once more costs less than to keep all numbers. #}
    {% set repeated = 'number' in vector_code and not masked and not draws_in_turn(variables) %}
    {% if pathway.by_neuron %}
    {% set line, along, start, end, longest = '_postsynaptic_idx', '_presynaptic_idx', '0', n_rows|string, n_rows %}
    {% else %}
    {% set line, along, start, end, longest = '_presynaptic_idx', '_postsynaptic_idx', '_first', '_end', n_columns %}
    {% endif %}
    {% set chosen = 'asked' in vector_code and independent and not draws_in_turn(variables) %}
    {% set at, from, to = ('_at', '0', '_num_asked') if chosen else (along, start, end) %}
    {# What is computed waits for what is loaded here and there, and vectors are neither loaded nor stored so with profit:
       what is chosen is brought together before, once for all rows where it is the neuron's and known here by one name alone, and
       put back after. #}
    {% set computed, loads, stores = split_places(vector_code['prepare']) if chosen else (vector_code['prepare'], {}, {}) %}
    {% set places = dict(loads, **stores) %}
    {% set once = [] %}
    {% for name, array in places.items() if '[_postsynaptic_idx]' in array %}
    {% if array not in vector_code['code']|join and (places.values()|list).count(array) == 1 %}{% set _ = once.append(name) %}{% endif %}
    {% endfor %}
    {% macro place() %}
                    const size_t _idx = _presynaptic_idx * {{pathway.stride}} + _postsynaptic_idx;
                    const size_t _together = {{pathway.together|length}} * _idx;
                    const size_t _by_neuron = _postsynaptic_idx * {{n_rows}} + _presynaptic_idx;
                    const size_t _vectorisation_idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx;
    {% endmacro %}
    {% macro place_at() %}
                    {% if chosen %}
                    const size_t _postsynaptic_idx = _asked[_at];
                    {% endif %}
                    {{place()}}
    {% endmacro %}
    {% macro each_asked(arrays, where) %}
                {% for name, array in arrays.items() if (name in once) == (where == 'once') %}
                for (size_t _at = 0; _at < _num_asked; _at++)
                {
                    const size_t _postsynaptic_idx = _asked[_at];
                    {{place() if where == 'row'}}
                    {{caller(name, array)}}
                }
                {% endfor %}
    {% endmacro %}
    {% macro bring(where) %}
                {% call(name, array) each_asked(loads, where) %}
                    _at_{{name}}[_at] = {{array}};
                    asm volatile("");  // one by one: vectors that are gathered take longer
                {% endcall %}
    {% endmacro %}
    {% macro put_back(where) %}
                {% call(name, array) each_asked(stores, where) %}
                    {{array}} = _at_{{name}}[_at];
                {% endcall %}
    {% endmacro %}
    {% macro decide(condition) %}
                {{bring('row')}}
                {% if chosen %}
                #pragma omp simd reduction(|: _any)
                {% elif independent %}
                #pragma GCC ivdep
                {% endif %}
                for (size_t {{at}} = {{from}}; {{at}} < {{to}}; {{at}}++)
                {
                    {{condition}}
                    {{place_at()}}
                    {% for name in loads %}
                    auto {{name}} = _at_{{name}}[_at];
                    {% endfor %}
                    {{computed|autoindent}}
                    {% for name in stores %}
                    _at_{{name}}[_at] = {{name}};
                    {% endfor %}
                    {% if not repeated %}
                    _numbers[{{at}}] = n;
                    {% endif %}
                    _any |= n;
                    {% for name in pathway.carried %}
                    _carried_{{name}}[{{at}}] = {{name}};
                    {% endfor %}
                }
                {{put_back('row')}}
    {% endmacro %}
    const int32_t _num_events = {{'_due.size()' if pathway.delayed else '%s[%d]' % (spikes, events.size - 1)}};
    if (_num_events == 0) return;
    {{reach_together(pathway, variables, get_array_name)}}
    {% if 'rand' in variables or 'randn' in variables %}
    {{random_key()}}
    {% endif %}
    {% if masked %}
    {# Only the columns that have the event take part; mostly all have it (the end of a batch). #}
    const bool _all = (_num_events == {{n_columns}});
    std::vector<char> _takes_part({{n_columns}}, 0);
    for (int32_t _event = 0; _event < _num_events; _event++) _takes_part[{{spikes}}[_event]] = 1;
    {% endif %}
    const size_t _vectorisation_idx = -1;
    {{scalar_code['prepare']|autoindent}}
    {{block_of_columns(n_columns, '_num_events * %d' % longest if not masked else n_rows * n_columns, independent)}}
        int32_t _numbers[{{longest}}];
        {% for name in pathway.carried %}
        {{pathway.real}} _carried_{{name}}[{{longest}}];
        {% endfor %}
        {% for name, array in places.items() %}
        std::decay_t<decltype({{array.split('[')[0]}}[0])> _at_{{name}}[{{longest}}];
        {% endfor %}
        struct { int32_t row, column, n;{% for name in pathway.carried %} {{pathway.real}} {{name}};{% endfor %} } _pulses[256];
        int32_t _num_pulses = 0;
        auto _run_pulses = [&]()
        {
            {{scalar_code['code']|autoindent}}
            for (int32_t _k = 0; _k < _num_pulses; _k++)
            {
                const size_t _presynaptic_idx = _pulses[_k].row, _postsynaptic_idx = _pulses[_k].column;
                const int32_t n = _pulses[_k].n;
                {% for name in pathway.carried %}
                const {{pathway.real}} {{name}} = _pulses[_k].{{name}};
                {% endfor %}
                {{place()}}
                {{vector_code['code']|autoindent}}
            }
            _num_pulses = 0;
        };
        {% if chosen %}
        int32_t _asked[{{n_columns}}], _num_asked = 0, _others[16], _num_others = 0;
        auto _ask = [&](const size_t _from, const size_t _to)
        {
            {{scalar_code['asked']|autoindent}}
            for (size_t _postsynaptic_idx = _from; _postsynaptic_idx < _to; _postsynaptic_idx++)
            {
                {{vector_code['asked']|autoindent}}
                _asked[_num_asked] = _others[_num_others] = _postsynaptic_idx;
                _num_asked += (_request != 0);
                _num_others += (_request == 0 && _num_others < 15);
            }
        };
        const size_t _whole = std::max<size_t>(_first, std::min<size_t>(_end, {{n_columns // 16 * 16}}));
        _ask(_first, _whole);
        while (_num_asked % 16) _asked[_num_asked++] = _others[--_num_others];
        _ask(_whole, _end);
        {{bring('once')}}
        {% endif %}
        {% if not masked %}
        for (int32_t _event = 0; _event < _num_events; _event++)
        {
            const size_t {{line}} = {{spikes}}[_event];
            {% if pathway.by_neuron %}
            if ({{line}} < _first || {{line}} >= _end) continue;
            {% endif %}
            int32_t _any = 0;
            {{decide('')}}
        {% else %}
        for (size_t {{line}} = 0; {{line}} < {{n_rows}}; {{line}}++)
        {
            int32_t _any = 0;
            if (!_all)
            {
                {{decide('if (!_takes_part[_postsynaptic_idx]) { _numbers[_postsynaptic_idx] = 0; continue; }')}}
            }
            else
            {
                {{decide('')}}
            }
        {% endif %}
            if (!_any) continue;
            {% if repeated %}
            {
                {{scalar_code['number']|autoindent}}
                for (size_t {{at}} = {{from}}; {{at}} < {{to}}; {{at}}++)
                {
                    {{place_at()}}
                    {{vector_code['number']|autoindent}}
                    _numbers[{{at}}] = n;
                }
            }
            {% endif %}
            for (size_t _chunk = {{from}}; _chunk < {{to}}; _chunk += 64)
            {
                const size_t _chunk_end = _chunk + 64 < {{to}} ? _chunk + 64 : {{to}};
                int32_t _any_here = 0;
                for (size_t _k = _chunk; _k < _chunk_end; _k++) _any_here |= _numbers[_k];
                if (!_any_here) continue;
                for (size_t {{at}} = _chunk; {{at}} < _chunk_end; {{at}}++)
                {
                    if (_numbers[{{at}}] == 0) continue;
                    {{place_at()}}
                    {% if pathway.together %}
                    __builtin_prefetch(&{{get_array_name(pathway.together[0], access_data=False)}}[_together], 1);
                    {% endif %}
                    {% for name in pathway.fetched %}
                    __builtin_prefetch(&{{name}}[_idx], 1);
                    {% endfor %}
                    _pulses[_num_pulses++] = {(int32_t)_presynaptic_idx, (int32_t)_postsynaptic_idx, _numbers[{{at}}]
                                              {%- for name in pathway.carried %}, _carried_{{name}}[{{at}}]{% endfor %}};
                    if (_num_pulses == 256) _run_pulses();
                }
            }
        }
        {{put_back('once')}}
        _run_pulses();
    }
{% endblock %}
{% block after_code %}
    {{pack_rows(pathway, get_array_name, c_data_type)}}
    {% if pathway.by_neuron or not pathway.moves %}
    {{transpose(pathway.by_neuron, get_array_name, c_data_type, owner.target.N, owner.source.N)}}
    {% endif %}
{% endblock %}
