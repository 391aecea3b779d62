{# Pathway code of a convolution: for each neuron of the image with an event, all places of the kernel whose patch it lies in,
   and there all maps, which are neighbours in the crossbar and among the neurons. #}
{% extends 'common_group.cpp' %}
{% from 'loops.cpp' import random_key %}
{% block maincode %}
    {% set kernel = pathway.synapses.kernel %}
    {% set down, along = kernel.places %}
    {% set size, stride, channels, maps = kernel.size, kernel.stride, kernel.channels, kernel.maps %}
    {% set events = pathway.source.variables[pathway.eventspace_name] %}
    {% set spikes = get_array_name(events, access_data=False) %}
    {# First and last place, on one axis, of a patch that holds a coordinate. #}
    {% macro first(coordinate) %}({{coordinate}} < {{size}} ? 0 : ({{coordinate}} - {{size}}) / {{stride}} + 1){% endmacro %}
    {% macro last(coordinate, places) %}({{coordinate}} / {{stride}} < {{places}} ? {{coordinate}} / {{stride}} : {{places - 1}}){% endmacro %}
    {% if 'rand' in variables or 'randn' in variables %}
    {{random_key()}}
    {% endif %}
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    const int32_t _num_events = {{spikes}}[{{events.size - 1}}];
    for (int32_t _event = 0; _event < _num_events; _event++)
    {
        const size_t _presynaptic_idx = {{spikes}}[_event];
        const int32_t _pixel = _presynaptic_idx / {{channels}}, _channel = _presynaptic_idx % {{channels}};
        const int32_t _y = _pixel / {{kernel.width}}, _x = _pixel % {{kernel.width}};
        for (int32_t _v = {{first('_y')}}; _v <= {{last('_y', down)}}; _v++)
            for (int32_t _u = {{first('_x')}}; _u <= {{last('_x', along)}}; _u++)
            {
                const size_t _place = _v * {{along}} + _u;
                const size_t _row = ((_y - _v * {{stride}}) * {{size}} + _x - _u * {{stride}}) * {{channels}} + _channel;
                {% if pathway.independent and not draws_in_turn(variables) %}
                #pragma GCC ivdep
                {% endif %}
                for (size_t _map = 0; _map < {{maps}}; _map++)
                {
                    const size_t _kernel_idx = _row * {{maps}} + _map, _postsynaptic_idx = _place * {{maps}} + _map;
                    const size_t _idx = (_place * {{kernel.rows}} + _row) * {{maps}} + _map;
                    const size_t _vectorisation_idx = _idx;
                    {{vector_code|autoindent}}
                }
            }
    }
{% endblock %}
