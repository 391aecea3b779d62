{# Pulses decided synapse by synapse. Along each row: first the number of pulses of all synapses (vectorised), then, if
   there is any, the code of those that have one, which finds what the first part computed for it in `carried`. #}
{% extends 'common_group.cpp' %}
{% from 'loops.cpp' import block_of_columns, random_key %}
{% block extra_headers %}
#ifdef _OPENMP
#include <omp.h>
#endif
{% endblock %}
{% block maincode %}
    {# USES_VARIABLES { N } #}
    {% set events = pathway.source.variables[pathway.eventspace_name] %}
    {% set spikes = get_array_name(events, access_data=False) %}
    {% set n_rows, n_columns = owner.source.N, owner.target.N %}
    {% set independent = independent and not draws_in_turn(variables) %}
    {% set on_pre = pathway.prepost == 'pre' %}
    {% macro decide(condition) %}
                {% if independent %}
                #pragma GCC ivdep
                {% endif %}
                for (size_t _postsynaptic_idx = _first; _postsynaptic_idx < _end; _postsynaptic_idx++)
                {
                    {{condition}}
                    const size_t _idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx;
                    const size_t _vectorisation_idx = _idx;
                    {{vector_code['prepare']|autoindent}}
                    _numbers[_postsynaptic_idx] = n;
                    {% for name in carried %}
                    _carried_{{name}}[_postsynaptic_idx] = {{name}};
                    {% endfor %}
                }
    {% endmacro %}
    const int32_t _num_events = {{spikes}}[{{events.size - 1}}];
    if (_num_events == 0) return;
    {% if 'rand' in variables or 'randn' in variables %}
    {{random_key()}}
    {% endif %}
    {% if not on_pre %}
    {# Only the columns that have the event take part; mostly all have it (the end of a batch). #}
    const bool _all = (_num_events == {{n_columns}});
    std::vector<char> _takes_part({{n_columns}}, 0);
    for (int32_t _event = 0; _event < _num_events; _event++) _takes_part[{{spikes}}[_event]] = 1;
    {% endif %}
    const size_t _vectorisation_idx = -1;
    {{scalar_code['prepare']|autoindent}}
    {{block_of_columns(n_columns, ('_num_events' if on_pre else n_rows|string) ~ ' * %d' % n_columns, independent)}}
        int32_t _numbers[{{n_columns}}];
        {% for name in carried %}
        {{real}} _carried_{{name}}[{{n_columns}}];
        {% endfor %}
        {% if on_pre %}
        for (int32_t _event = 0; _event < _num_events; _event++)
        {
            const size_t _presynaptic_idx = {{spikes}}[_event];
        {% else %}
        for (size_t _presynaptic_idx = 0; _presynaptic_idx < {{n_rows}}; _presynaptic_idx++)
        {
        {% endif %}
            {% if not on_pre %}
            if (!_all)
            {
                {{decide('if (!_takes_part[_postsynaptic_idx]) { _numbers[_postsynaptic_idx] = 0; continue; }')}}
            }
            else
            {% endif %}
            {
                {{decide('')}}
            }
            {# Loops of their own: as part of the first one, GCC does not vectorise a search. #}
            int32_t _any = 0;
            for (size_t _k = _first; _k < _end; _k++) _any |= _numbers[_k];
            if (!_any) continue;
            {{scalar_code['code']|autoindent}}
            for (size_t _chunk = _first; _chunk < _end; _chunk += 64)
            {
                const size_t _chunk_end = _chunk + 64 < _end ? _chunk + 64 : _end;
                int32_t _any_here = 0;
                for (size_t _k = _chunk; _k < _chunk_end; _k++) _any_here |= _numbers[_k];
                if (!_any_here) continue;
                for (size_t _postsynaptic_idx = _chunk; _postsynaptic_idx < _chunk_end; _postsynaptic_idx++)
                {
                    const int32_t n = _numbers[_postsynaptic_idx];
                    if (n == 0) continue;
                    {% for name in carried %}
                    const {{real}} {{name}} = _carried_{{name}}[_postsynaptic_idx];
                    {% endfor %}
                    const size_t _idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx;
                    const size_t _vectorisation_idx = _idx;
                    {{vector_code['code']|autoindent}}
                }
            }
        }
    }
{% endblock %}
