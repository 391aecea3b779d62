{# As synapses.cpp where a synapse's place does not follow from its row and column alone: some pairs are not connected, groups
   are subgroups, or each synapse has a delay of its own. Code runs along parts of rows. #}
{% extends 'common_group.cpp' %}
{% from 'loops.cpp' import block_of_columns, random_key %}
{% from 'traces.cpp' import bring_to_now, keep, refuse_values, spread %}
{% from 'delays.cpp' import check_steps, prepare_one, wait %}
{% from 'parts.cpp' import part_type, find_parts, along %}
{% block extra_headers %}
{{part_type()}}
#ifdef _OPENMP
#include <omp.h>
#endif
{% endblock %}
{% block before_code %}
    {% if pathway.delayed == 'one' %}
    {{prepare_one(pathway, get_array_name)}}
    {% elif pathway.delayed == 'each' %}
    {% set delays = get_array_name(pathway.variables['delay'], access_data=False) %}
    {% set dt = get_array_name(pathway.variables['_source_dt'], access_data=False) %}
    {% set table = {} %}
    {% for name in ('row', 'first', 'end', 'synapse') %}
    {% set _ = table.update({name: get_array_name(pathway.variables['_part_' + name], access_data=False)}) %}
    {% endfor %}
    {% set synapses = pathway.synapses %}
    {% if synapses.mapped %}
    {% set row = get_array_name(synapses.variables['_synaptic_pre'], access_data=False) + '[_k]' %}
    {% set column = get_array_name(synapses.variables['_synaptic_post'], access_data=False) + '[_k]' %}
    {% else %}
    {% set row, column = '(int32_t)(_k / %d)' % owner.target.N, '(int32_t)(_k %% %d)' % owner.target.N %}
    {% endif %}
    {{check_steps(pathway, delays, dt)}}
    struct _Part { int32_t row, first, end, synapse; };
    std::vector<_Part> _parts;
    std::vector<{{c_data_type(pathway.variables['delay'].dtype)}}> _delays;
    for (size_t _k = 0; _k < {{delays}}.size(); _k++)
    {
        {% if pathway.prepost == 'pre' %}
        if (!_parts.empty() && _parts.back().row == {{row}} && _parts.back().end == {{column}} && _delays.back() == {{delays}}[_k])
        {
            _parts.back().end++;
            continue;
        }
        {% endif %}
        _parts.push_back({ {{row}}, {{column}}, {{column}} + 1, (int32_t)_k });
        _delays.push_back({{delays}}[_k]);
    }
    {# What is in flight from a run before keeps its number: other parts are appended. #}
    size_t _start = {{table.row}}.size() - std::min({{table.row}}.size(), _parts.size());
    for (size_t _k = 0; _k < _parts.size() && _start + _k < {{table.row}}.size(); _k++)
        if ({{table.row}}[_start + _k] != _parts[_k].row || {{table.first}}[_start + _k] != _parts[_k].first
            || {{table.end}}[_start + _k] != _parts[_k].end || {{table.synapse}}[_start + _k] != _parts[_k].synapse)
            _start = {{table.row}}.size();
    if (_start + _parts.size() != {{table.row}}.size())
    {
        _start = {{table.row}}.size();
        for (const _Part &_part : _parts)
        {
            {% for name in ('row', 'first', 'end', 'synapse') %}
            {{table[name]}}.push_back(_part.{{name}});
            {% endfor %}
        }
    }
    std::vector<int32_t> _lines;
    for (const _Part &_part : _parts) _lines.push_back({{'_part.row' if pathway.prepost == 'pre' else '_part.first'}});
    {{pathway.name}}.queue[0]->openmp_padding = _start;
    {{pathway.name}}.queue[0]->prepare(_delays.data(), (int)_delays.size(), _lines.data(), (int)_lines.size(), {{dt}}[0]);
    {% elif pathway.begins_traces %}
    {{refuse_values(pathway, get_array_name)}}
    {% else %}
    {{super()}}
    {% endif %}
{% endblock %}
{% block maincode %}
    {# USES_VARIABLES { N } #}
    {% set synapses = pathway.synapses %}
    {% set events = pathway.source.variables[pathway.eventspace_name] %}
    {% set spikes = '_due' if pathway.delayed else get_array_name(events, access_data=False) %}
    {# numbers of events that are due count from the first row or column, others are absolute #}
    {% set start = 0 if pathway.delayed else pathway.source.start %}
    {% set n_columns, low = owner.target.N, owner.target.start %}
    {% set independent = pathway.independent and not draws_in_turn(variables) %}
    {% set code = (vector_code['code'] if pathway.traces else vector_code)|autoindent %}
    {% if pathway.delayed %}
    {{wait(pathway, get_array_name)}}
    {% endif %}
    {% if pathway.delayed != 'each' %}
    {{find_parts(synapses, get_array_name)}}
    {% endif %}
    {% if 'rand' in variables or 'randn' in variables %}
    {{random_key()}}
    {% endif %}
    const size_t _vectorisation_idx = -1;
    {{(scalar_code['code'] if pathway.traces else scalar_code)|autoindent}}
    const int32_t _num_events = {{'_due.size()' if pathway.delayed else '%s[%d]' % (spikes, events.size - 1)}};
    if (_num_events == 0) return;
    {% if pathway.traces %}
    {{bring_to_now(pathway, spikes, scalar_code, vector_code)}}
    {% endif %}
    {% if pathway.delayed == 'each' %}
    {% set table = {} %}
    {% for name in ('row', 'first', 'end', 'synapse') %}
    {% set _ = table.update({name: get_array_name(pathway.variables['_part_' + name], access_data=False) + '[_due[_event]]'}) %}
    {% endfor %}
    {{block_of_columns(n_columns, '_num_events', independent)}}
        const size_t _low = _first + {{low}}, _high = _end + {{low}};
        for (int32_t _event = 0; _event < _num_events; _event++)
        {{along('_Part({ %s, %s, %s, %s })' % (table.row, table.first, table.end, table.synapse), '_low', '_high', code, independent)}}
    }
    {% elif pathway.prepost == 'pre' %}
    {{block_of_columns(n_columns, '_num_events * %d' % n_columns, independent)}}
        const size_t _low = _first + {{low}}, _high = _end + {{low}};
        for (int32_t _event = 0; _event < _num_events; _event++)
        {
            const int32_t _row = {{spikes}}[_event] - {{start}};
            {% if not pathway.delayed %}
            if (_row < 0 || _row >= {{owner.source.N}}) continue;
            {% endif %}
            for (size_t _k = _first_part[_row]; _k < _first_part[_row + 1]; _k++)
            {{along('_parts[_k]', '_low', '_high', code, independent)}}
        }
    }
    {% else %}
    {# The synapses of each column, by their numbers. #}
    {% set rows = get_array_name(synapses.variables['_synaptic_pre'], access_data=False) %}
    {% set columns = get_array_name(synapses.variables['_synaptic_post'], access_data=False) %}
    static std::vector<size_t> _first_synapse;
    static std::vector<int32_t> _by_column;
    if (_first_synapse.empty())
    {
        _first_synapse.assign({{n_columns + 1}}, 0);
        for (const int32_t _column : {{columns}}) _first_synapse[_column - {{low}} + 1]++;
        for (size_t _column = 0; _column < {{n_columns}}; _column++) _first_synapse[_column + 1] += _first_synapse[_column];
        std::vector<size_t> _next(_first_synapse);
        _by_column.resize({{columns}}.size());
        for (size_t _k = 0; _k < {{columns}}.size(); _k++) _by_column[_next[{{columns}}[_k] - {{low}}]++] = _k;
    }
    {% if not pathway.delayed %}
    int32_t _num_here = 0;
    for (int32_t _event = 0; _event < _num_events; _event++)
        _num_here += ({{spikes}}[_event] >= {{low}} && {{spikes}}[_event] < {{low + n_columns}});
    const bool _all = (_num_here == {{n_columns}});
    {% else %}
    const bool _all = false;  {# one may be due twice #}
    {% endif %}
    {{block_of_columns(n_columns, owner.source.N * n_columns, independent)}}
        const size_t _low = _first + {{low}}, _high = _end + {{low}};
        if (_all)
            for (size_t _k = 0; _k < _parts.size(); _k++)
            {{along('_parts[_k]', '_low', '_high', code, independent)}}
        else
            for (int32_t _event = 0; _event < _num_events; _event++)
            {
                const int32_t _column = {{spikes}}[_event] - {{start}};
                if (_column < (int32_t)_first || _column >= (int32_t)_end) continue;
                for (size_t _k = _first_synapse[_column]; _k < _first_synapse[_column + 1]; _k++)
                {
                    const size_t _idx = _by_column[_k];
                    const size_t _presynaptic_idx = {{rows}}[_idx], _postsynaptic_idx = _column + {{low}};
                    const size_t _vectorisation_idx = _idx;
                    {{code}}
                }
            }
    }
    {% endif %}
    {% if pathway.traces %}
    {{keep(pathway, spikes, scalar_code, vector_code)}}
    {% endif %}
{% endblock %}
{% block after_code %}
    {% if pathway.spreads_traces %}{{spread(pathway, get_array_name, scalar_code, vector_code)}}{% else %}{{super()}}{% endif %}
{% endblock %}
