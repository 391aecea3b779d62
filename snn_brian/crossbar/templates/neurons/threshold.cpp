{# Events of a group, without a branch that depends on the data of each neuron: half of the neurons fire, and no processor
   guesses which.
   Draws of rand() are hashes of the neuron's number and of a number that is drawn once, so that these conditions vectorise,
   too. Other draws take turns. A condition that is the same for all neurons is looked at once. #}
{# USES_VARIABLES { N } #}
{% extends 'common_group.cpp' %}
{% block extra_headers %}
{% if draws(variables) == 'hashed' %}
{{hashed}}
{% endif %}
{% endblock %}
{% block maincode %}
    {% set _eventspace = get_array_name(eventspace_variable) %}
    {% set alike = common(vector_code) %}
    {% if draws(variables) == 'hashed' %}
    {{key}}
    #define _rand(neuron) _crossbar_rand(_key, _site, (uint32_t)(neuron))
    {% endif %}
    const int _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    {% if alike and not _uses_refractory %}
    const int32_t _count = {{alike}} ? N : 0;
    for (int32_t _idx = 0; _idx < _count; _idx++)
        {{_eventspace}}[_idx] = _idx;
    {% else %}
    static const size_t _blocks = ({{owner.N}} + 7) / 8;
    alignas(64) static char _has_event[_blocks * 8];
    int32_t _count = 0;
    #pragma GCC ivdep
    for (size_t _idx = 0; _idx < {{owner.N}}; _idx++)
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
        _has_event[_idx] = (bool)_cond;
    }
    {# A loop of its own: a list grows one by one, but conditions vectorise. #}
    for (size_t _block = 0; _block < _blocks; _block++)
    {
        uint64_t _any;
        std::memcpy(&_any, _has_event + _block * 8, 8);
        if (_any == 0) continue;
        #pragma GCC unroll 8
        for (size_t _k = 0; _k < 8; _k++)
        {
            {# one place past the last event is free: there the number of events goes #}
            {{_eventspace}}[_count] = _block * 8 + _k;
            _count += _has_event[_block * 8 + _k];
        }
    }
    {% endif %}
    {{_eventspace}}[N] = _count;
{% endblock %}

{% block after_code %}
    {% set _eventspace = get_array_name(eventspace_variable) %}
    {{_eventspace}}[N] = 0;
{% endblock %}
