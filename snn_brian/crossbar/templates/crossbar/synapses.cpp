{# Pathway code for every synapse of the spiking inputs (on_pre) or neurons (on_post), in passes along the rows. What waits
   for a row to be read is added on the way. #}
{% extends 'common_group.cpp' %}
{% from 'loops.cpp' import block_of_columns, pack_rows, random_key, spread_rows %}
{% from 'traces.cpp' import bring_to_now, keep, refuse_values, spread %}
{% from 'delays.cpp' import begin_pass, prepare_lines, wait %}
{% block extra_headers %}
#ifdef _OPENMP
#include <omp.h>
#endif
{{aligned_arrays}}
{% endblock %}
{% block before_code %}
    {% if pathway.delayed %}{{prepare_lines(pathway, get_array_name, c_data_type)}}{% endif %}
    {% if pathway.begins_traces %}{{refuse_values(pathway, get_array_name)}}{% endif %}
    {{spread_rows(pathway, get_array_name, c_data_type)}}
    {% if not (pathway.delayed or pathway.begins_traces or pathway.moves) %}{{super()}}{% endif %}
{% endblock %}
{% block maincode %}
    {# USES_VARIABLES { N } #}
    {% set events = pathway.source.variables[pathway.eventspace_name] %}
    {% set in_passes = pathway.delayed and pathway.traces %}
    {% set spikes = '_due_lines' if in_passes else '_due' if pathway.delayed else get_array_name(events, access_data=False) %}
    {% if pathway.delayed %}
    {{wait(pathway, get_array_name)}}
    {% endif %}
    {% set n_rows, n_columns = owner.source.N, owner.target.N %}
    {% set independent = pathway.independent and not draws_in_turn(variables) %}
    {% if pathway.postponed %}
    {% set waits = get_array_name(pathway.synapses.variables['_waits'], access_data=False) %}
    {% set requests = get_array_name(pathway.synapses.variables['_requests'], access_data=False) %}
    {% endif %}
    {% set named = pathway.traces or pathway.postponed %}
    {% macro synapses(rows, column, block='code') %}
            {% set loads, between, stores = split_by_neuron(vector_code[block] if named else vector_code) %}
            {
                const size_t _postsynaptic_idx = {{column}};
                {{loads|autoindent}}
                {% for row in rows %}
                {
                    const size_t _presynaptic_idx = {{row}};
                    {% if block == 'changed' %}
                    const {{c_data_type(pathway.variables['_postponed'].dtype)}} _postponed = _requests{{row}}[_postsynaptic_idx];
                    {% endif %}
                    const size_t _idx = _presynaptic_idx * {{pathway.stride}} + _postsynaptic_idx;
                    const size_t _vectorisation_idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx;
                    {{between|autoindent}}
                }
                {% endfor %}
                {{stores|autoindent}}
            }
    {% endmacro %}
    {% macro changed(rows) %}
            {% if pathway.postponed %}
            {% for row in rows %}
            const {{c_data_type(pathway.variables['_postponed'].dtype)}} *_requests{{row}} = {{requests}} + (size_t){{waits}}[{{row}}] * {{pathway.stride}};
            {% endfor %}
            if ({% for row in rows %}{{waits}}[{{row}}]{{'' if loop.last else ' | '}}{% endfor %})
            {
                #pragma GCC ivdep
                for (size_t _column = _first; _column < _end; _column++)
                    {{synapses(rows, '_column', 'changed')}}
                continue;
            }
            {% endif %}
    {% endmacro %}
    {% if 'rand' in variables or 'randn' in variables %}
    {{random_key()}}
    {% endif %}
    const size_t _vectorisation_idx = -1;
    {{(scalar_code['code'] if named else scalar_code)|autoindent}}
    {% if in_passes %}
    {{begin_pass(pathway)}}
    {% else %}
    const int32_t _num_events = {{'_due.size()' if pathway.delayed else '%s[%d]' % (spikes, events.size - 1)}};
    {% endif %}
    {% if pathway.traces %}
    {{bring_to_now(pathway, spikes, scalar_code, vector_code)}}
    {% endif %}
    {% if pathway.prepost == 'pre' %}
    {{block_of_columns(n_columns, '_num_events * %d' % n_columns, independent)}}
        int32_t _event = 0;
        {% if independent %}
        {# Several rows in one pass: what belongs to the neuron is loaded and stored once for all of them. #}
        for (; _event + {{pathway.row_names|length}} <= _num_events; _event += {{pathway.row_names|length}})
        {
            {% for name in pathway.row_names %}
            const size_t {{name}} = {{spikes}}[_event + {{loop.index0}}];
            {% endfor %}
            {{changed(pathway.row_names)}}
            #pragma GCC ivdep
            for (size_t _column = _first; _column < _end; _column++)
                {{synapses(pathway.row_names, '_column')}}
        }
        {% endif %}
        for (; _event < _num_events; _event++)
        {
            const size_t _row = {{spikes}}[_event];
            {{changed(['_row'])}}
            {% if independent %}
            #pragma GCC ivdep
            {% endif %}
            for (size_t _column = _first; _column < _end; _column++)
                {{synapses(['_row'], '_column')}}
        }
    }
    {% if pathway.postponed %}
    for (int32_t _event = 0; _event < _num_events; _event++) {{waits}}[{{spikes}}[_event]] = 0;
    {% endif %}
    {% else %}
    if (_num_events == 0) return;
    {# where there are delays, one may be due twice #}
    const bool _all = {{'(_num_events == %d)' % n_columns if not pathway.delayed else 'false'}};
    {{block_of_columns(n_columns, n_rows * n_columns, independent)}}
        for (size_t _row = 0; _row < {{n_rows}}; _row++)
        {
            if (_all)
            {
                {% if independent %}
                #pragma GCC ivdep
                {% endif %}
                for (size_t _column = _first; _column < _end; _column++)
                    {{synapses(['_row'], '_column')}}
            }
            else
                for (int32_t _event = 0; _event < _num_events; _event++)
                {
                    const size_t _column = {{spikes}}[_event];
                    if (_column < _first || _column >= _end) continue;
                    {{synapses(['_row'], '_column')}}
                }
        }
    }
    {% endif %}
    {% if pathway.traces %}
    {{keep(pathway, spikes, scalar_code, vector_code)}}
    {% endif %}
    {% if in_passes %}
    }
    {% endif %}
{% endblock %}
{% block after_code %}
    {% if pathway.spreads_traces %}{{spread(pathway, get_array_name, scalar_code, vector_code)}}{% endif %}
    {{pack_rows(pathway, get_array_name, c_data_type)}}
    {% if not (pathway.spreads_traces or pathway.moves) %}{{super()}}{% endif %}
{% endblock %}
