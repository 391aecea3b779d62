{# Equations and other code for all neurons, in vectors. #}
{# USES_VARIABLES { N } #}
{# ALLOWS_SCALAR_WRITE #}
{% extends 'common_group.cpp' %}
{% block extra_headers %}
static inline float _short_exp(const float x) { return std::exp(x); }
{% endblock %}
{% block maincode %}
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    #pragma GCC ivdep
    for (size_t _idx = 0; _idx < {{owner.N}}; _idx++)
    {
        const size_t _vectorisation_idx = _idx;
        {{short_exponentials(vector_code)|autoindent}}
    }
{% endblock %}
