{# What an event adds to all synapses of a row waits until the row is read. The values are kept once for all rows of a moment, in
   places of which the first holds what changes nothing (-0: 0 + -0 is 0, and -0 + -0 is -0). Rows that still wait where places are
   used again are changed by themselves. Nothing waits for a row that has an event: it is read at each of them. #}
{% extends 'common_group.cpp' %}
{% from 'loops.cpp' import pack_rows, spread_rows %}
{% block extra_headers %}
{{aligned_arrays}}
{% endblock %}
{% macro names() %}
    {% set variables_of = pathway.synapses.variables %}
    {% set type = c_data_type(pathway.variables['_postponed'].dtype) %}
    int32_t *const _waits_for = {{get_array_name(variables_of['_waits'], access_data=False)}};
    {{type}} *const _places = {{get_array_name(variables_of['_requests'], access_data=False)}};
    auto _change = [&](const size_t _presynaptic_idx)
    {
        const size_t _vectorisation_idx = -1;
        {{scalar_code['change']|autoindent}}
        const {{type}} *const _asked = _places + (size_t)_waits_for[_presynaptic_idx] * {{pathway.stride}};
        #pragma GCC ivdep
        for (size_t _postsynaptic_idx = 0; _postsynaptic_idx < {{owner.target.N}}; _postsynaptic_idx++)
        {
            const size_t _idx = _presynaptic_idx * {{pathway.stride}} + _postsynaptic_idx;
            const {{type}} _postponed = _asked[_postsynaptic_idx];
            {{vector_code['change']|autoindent}}
        }
        _waits_for[_presynaptic_idx] = 0;
    };
    auto _change_all = [&]()
    {
        for (size_t _row = 0; _row < {{owner.source.N}}; _row++)
            if (_waits_for[_row]) _change(_row);
    };
{% endmacro %}
{% block before_code %}
    for (size_t _k = 0; _k < {{owner.target.N}}; _k++) {{get_array_name(pathway.synapses.variables['_requests'], access_data=False)}}[_k] = -0.0f;
    {{spread_rows(pathway, get_array_name, c_data_type)}}
{% endblock %}
{% block maincode %}
    {# USES_VARIABLES { N } #}
    {% set events = pathway.source.variables[pathway.eventspace_name] %}
    {% set spikes = get_array_name(events, access_data=False) %}
    {% set newest = get_array_name(pathway.synapses.variables['_newest'], access_data=False) + '[0]' %}
    const int32_t _num_events = {{spikes}}[{{events.size - 1}}];
    if (_num_events == 0) return;
    {{names()}}
    if (++{{newest}} == {{pathway.synapses.variables['_requests'].size // pathway.stride}})
    {
        _change_all();
        {{newest}} = 1;
    }
    {
        const size_t _vectorisation_idx = -1;
        {{scalar_code['request']|autoindent}}
        for (size_t _postsynaptic_idx = 0; _postsynaptic_idx < {{owner.target.N}}; _postsynaptic_idx++)
        {
            {{vector_code['request']|autoindent}}
            _places[(size_t){{newest}} * {{pathway.stride}} + _postsynaptic_idx] = _request;
        }
    }
    for (int32_t _event = 0; _event < _num_events; _event++) _waits_for[{{spikes}}[_event]] = {{newest}};
{% endblock %}
{% block after_code %}
    {{names()}}
    _change_all();
    {{pack_rows(pathway, get_array_name, c_data_type)}}
{% endblock %}
