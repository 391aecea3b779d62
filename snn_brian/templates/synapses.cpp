{# Pathway code for every synapse of the spiking inputs (on_pre) or neurons (on_post), in passes along the rows. #}
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
    {% if 'rand' in variables %}
    {{random_key()}}
    {% endif %}
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    const int32_t _num_events = {{spikes}}[{{events.size - 1}}];
    {% if pathway.prepost == 'pre' %}
    {{block_of_columns(n_columns, '_num_events * %d' % n_columns, independent)}}
        for (int32_t _event = 0; _event < _num_events; _event++)
        {
            const size_t _presynaptic_idx = {{spikes}}[_event];
            {% if independent %}
            #pragma GCC ivdep
            {% endif %}
            for (size_t _postsynaptic_idx = _first; _postsynaptic_idx < _end; _postsynaptic_idx++)
            {
                const size_t _idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx;
                const size_t _vectorisation_idx = _idx;
                {{vector_code|autoindent}}
            }
        }
    }
    {% else %}
    if (_num_events == 0) return;
    const bool _all = (_num_events == {{n_columns}});
    for (size_t _presynaptic_idx = 0; _presynaptic_idx < {{n_rows}}; _presynaptic_idx++)
    {
        if (_all)
        {
            {% if independent %}
            #pragma GCC ivdep
            {% endif %}
            for (size_t _postsynaptic_idx = 0; _postsynaptic_idx < {{n_columns}}; _postsynaptic_idx++)
            {
                const size_t _idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx;
                const size_t _vectorisation_idx = _idx;
                {{vector_code|autoindent}}
            }
        }
        else
        {
            for (int32_t _event = 0; _event < _num_events; _event++)
            {
                const size_t _postsynaptic_idx = {{spikes}}[_event];
                const size_t _idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx;
                const size_t _vectorisation_idx = _idx;
                {{vector_code|autoindent}}
            }
        }
    }
    {% endif %}
{% endblock %}
