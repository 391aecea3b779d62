{# Events of a group, without a branch that depends on the data: half of the neurons fire, and no processor guesses which.
   Conditions that draw random numbers do not vectorise, and are mostly rare events: there a branch is faster. #}
{# USES_VARIABLES { N } #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    const int _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    {% set _eventspace = get_array_name(eventspace_variable) %}
    {% set draws = 'rand' in variables or 'randn' in variables %}
    {% if draws %}
    int32_t _count = 0;
    {% else %}
    static char _has_event[{{owner.N}}];
    {% endif %}
    for (size_t _idx = 0; _idx < N; _idx++)
    {
        const size_t _vectorisation_idx = _idx;
        {{vector_code|autoindent}}
        {% if _uses_refractory %}
        if (_cond)
        {
            {{not_refractory}}[_idx] = false;
            {{lastspike}}[_idx] = {{t}};
        }
        {% endif %}
        {% if draws %}
        if (_cond) {{_eventspace}}[_count++] = _idx;
        {% else %}
        _has_event[_idx] = (bool)_cond;
        {% endif %}
    }
    {% if not draws %}
    {# A loop of its own: a list grows one by one, but conditions vectorise. #}
    int32_t _count = 0;
    for (size_t _idx = 0; _idx < N; _idx++)
    {
        {{_eventspace}}[_count] = _idx;  {# one place past the last event is free: there the number of events goes #}
        _count += _has_event[_idx];
    }
    {% endif %}
    {{_eventspace}}[N] = _count;
{% endblock %}

{% block after_code %}
    {% set _eventspace = get_array_name(eventspace_variable) %}
    {{_eventspace}}[N] = 0;
{% endblock %}
