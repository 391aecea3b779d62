{# Event-driven variables that are the same along a row or a column: one value for each line during a run. #}

{# Code of a block for one line after another, `index` being the line's absolute number; numbers of events that are due count
   from the first line. #}
{% macro for_events(block, index, spikes, pathway, scalar_code, vector_code) %}
    {% set group = pathway.source %}
    {
        {{scalar_code[block]|autoindent}}
        for (int32_t _event = 0; _event < _num_events; _event++)
        {
            const size_t {{index}} = {{spikes}}[_event]{{' + %d' % group.start if pathway.delayed}}, _idx = {{index}};
            const size_t _vectorisation_idx = _idx;
            {{vector_code[block]|autoindent}}
        }
    }
{% endmacro %}
{% macro for_lines(block, index, group, scalar_code, vector_code) %}
    {
        {{scalar_code[block]|autoindent}}
        #pragma GCC ivdep
        for (size_t {{index}} = {{group.start}}; {{index}} < {{group.stop}}; {{index}}++)
        {
            const size_t _idx = {{index}};
            const size_t _vectorisation_idx = _idx;
            {{vector_code[block]|autoindent}}
        }
    }
{% endmacro %}

{# Before the synapses: values at this moment, of the lines that have an event and of all lines that cross them. #}
{% macro bring_to_now(pathway, spikes, scalar_code, vector_code) %}
    {% if pathway.traces %}
    {% set synapses = pathway.synapses %}
    if (_num_events > 0)
    {
    {% for side, group in (('pre', synapses.source), ('post', synapses.target)) if 'now_' + side in vector_code %}
        {% set index = '_%ssynaptic_idx' % side %}
        {% if side == pathway.prepost %}
        {{for_events('now_' + side, index, spikes, pathway, scalar_code, vector_code)}}
        {% else %}
        {{for_lines('now_' + side, index, group, scalar_code, vector_code)}}
        {% endif %}
    {% endfor %}
    }
    {% endif %}
{% endmacro %}

{# After them: what the event does to the line. #}
{% macro keep(pathway, spikes, scalar_code, vector_code) %}
    {% if pathway.traces %}
    {% set index = '_%ssynaptic_idx' % pathway.prepost %}
    {{for_events('keep', index, spikes, pathway, scalar_code, vector_code)}}
    {% endif %}
{% endmacro %}

{# At the end of a run: the values of each synapse. #}
{% macro spread(pathway, get_array_name, scalar_code, vector_code) %}
    {% set synapses = pathway.synapses %}
    {
        {{scalar_code['spread']|autoindent}}
        {% set rows = get_array_name(synapses.variables['_synaptic_pre'], access_data=False) %}
        {% set columns = get_array_name(synapses.variables['_synaptic_post'], access_data=False) %}
        {% set n_columns = synapses.target.N %}
        const size_t _size = {{get_array_name(synapses.variables['N'], access_data=False)}}[0];
        for (size_t _idx = 0; _idx < _size; _idx++)
        {
            const size_t _vectorisation_idx = _idx;
            const size_t _presynaptic_idx = {{rows + '[_idx]' if synapses.mapped else '_idx / %d' % n_columns}};
            const size_t _postsynaptic_idx = {{columns + '[_idx]' if synapses.mapped else '_idx %% %d' % n_columns}};
            {{vector_code['spread']|autoindent}}
        }
    }
{% endmacro %}

{# At the beginning of the first run: values can come only from a run argument, which would not be seen. #}
{% macro refuse_values(pathway, get_array_name) %}
    {% set names = pathway.traces.pre + pathway.traces.post + ('lastupdate',) %}
    {% for name in names %}
    for (const auto _value : {{get_array_name(pathway.synapses.variables[name], access_data=False)}})
        if (_value != 0)
        {
            std::cerr << "'{{name}}' of '{{pathway.synapses.name}}' is held line by line and cannot be a run argument: "
                      << "set it before the run." << std::endl;
            exit(1);
        }
    {% endfor %}
{% endmacro %}
