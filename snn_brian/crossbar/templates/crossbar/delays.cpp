{# Delays: events wait in Brian2's spike queue of the pathway, which persists from run to run. #}

{# Stops at a delay that is no whole number of time steps. #}
{% macro check_steps(pathway, delays, dt) %}
    for (const double _delay : {{delays}})
    {
        const double _steps = _delay / {{dt}}[0];
        if (!(fabs(_steps - round(_steps)) <= 1e-3 + 1e-6 * fabs(_steps)) || _steps < -0.5)
        {
            std::cerr << "delay=" << _delay << " s of '{{pathway.name}}' is no whole number of time steps of "
                      << {{dt}}[0] << " s: choose a multiple, or set defaultclock.dt to a fraction of it." << std::endl;
            exit(1);
        }
    }
{% endmacro %}

{# One delay for all: the queue holds numbers of rows, or of columns. #}
{% macro prepare_one(pathway, get_array_name) %}
    {
        {% set delays = get_array_name(pathway.variables['delay'], access_data=False) %}
        {% set dt = get_array_name(pathway.variables['_source_dt'], access_data=False) %}
        {{check_steps(pathway, delays, dt)}}
        std::vector<int32_t> _lines;
        for (int32_t _line = {{pathway.source.start}}; _line < {{pathway.source.stop}}; _line++) _lines.push_back(_line);
        {{pathway.name}}.queue[0]->prepare({{delays}}.data(), 1, _lines.data(), (int)_lines.size(), {{dt}}[0]);
    }
{% endmacro %}

{# The events that are due: `_due[_event]` counts from the first row, or column, of the pathway. #}
{% macro wait(pathway, get_array_name) %}
    {% set events = pathway.source.variables[pathway.eventspace_name] %}
    {% set array = get_array_name(events, access_data=False) %}
    CSpikeQueue &_queue = *{{pathway.name}}.queue[0];
    _queue.advance();
    _queue.push({{array}}, {{array}}[{{events.size - 1}}]);
    const std::vector<int32_t> &_due = *_queue.peek();
{% endmacro %}
