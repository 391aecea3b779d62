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

{# Each synapse's row (or column, for events of neurons) and the one across, expressions of its number `_k`. #}
{% macro of_synapse(pathway, get_array_name, across=False) %}
    {%- set synapses = pathway.synapses -%}
    {%- set on_pre = (pathway.prepost == 'pre') != across -%}
    {%- if synapses.mapped -%}
    {{get_array_name(synapses.variables['_synaptic_pre' if on_pre else '_synaptic_post'], access_data=False)}}[_k]
    {%- else -%}
    _k {{'/' if on_pre else '%'}} {{synapses.target.N}}
    {%- endif -%}
{% endmacro %}

{# All synapses of a line have the same delay: the queue holds numbers of rows, or of columns. #}
{% macro prepare_lines(pathway, get_array_name, c_data_type) %}
    {
        {% set delays = get_array_name(pathway.variables['delay'], access_data=False) %}
        {% set dt = get_array_name(pathway.variables['_source_dt'], access_data=False) %}
        {% set source = pathway.source %}
        {{check_steps(pathway, delays, dt)}}
        std::vector<int32_t> _lines;
        for (int32_t _line = {{source.start}}; _line < {{source.stop}}; _line++) _lines.push_back(_line);
        CSpikeQueue &_queue = *{{pathway.name}}.queue[0];
        _queue.openmp_padding = 0;
        {% if pathway.delayed == 'one' %}
        _queue.prepare({{delays}}.data(), 1, _lines.data(), (int)_lines.size(), {{dt}}[0]);
        {% else %}
        std::vector<{{c_data_type(pathway.variables['delay'].dtype)}}> _delays(_lines.size(), -1);
        for (size_t _k = 0; _k < {{delays}}.size(); _k++)
        {
            auto &_delay = _delays[{{of_synapse(pathway, get_array_name)}} - {{source.start}}];
            if (_delay >= 0 && _delay != {{delays}}[_k])
            {
                std::cerr << "'delay' of '{{pathway.name}}' was set to the same value for all synapses of a "
                          << "{{'row' if pathway.prepost == 'pre' else 'column'}} and cannot differ within it as a run argument: "
                          << "set it before the run." << std::endl;
                exit(1);
            }
            _delay = {{delays}}[_k];
        }
        for (auto &_delay : _delays) _delay = std::max<double>(_delay, 0);  // of lines without synapses
        _queue.prepare(_delays.data(), (int)_delays.size(), _lines.data(), (int)_lines.size(), {{dt}}[0]);
        {% endif %}
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

{# The events that are due, in passes in which no line comes twice: after a change of delays, a line may be due twice, the second
   time with what the first one did to it. #}
{% macro begin_pass(pathway) %}
    static std::vector<int64_t> _last_pass({{pathway.source.N}}, 0);
    static int64_t _pass = 0;
    for (size_t _begin_pass = 0, _end_pass; _begin_pass < _due.size(); _begin_pass = _end_pass)
    {
    _pass++;
    for (_end_pass = _begin_pass; _end_pass < _due.size() && _last_pass[_due[_end_pass]] != _pass; _end_pass++)
        _last_pass[_due[_end_pass]] = _pass;
    const int32_t *_due_lines = _due.data() + _begin_pass;
    const int32_t _num_events = _end_pass - _begin_pass;
{% endmacro %}
