{# Clock-driven code (run_regularly, differential equations) for all synapses, row by row. #}
{# USES_VARIABLES { N } #}
{# ALLOWS_SCALAR_WRITE #}
{% extends 'common_group.cpp' %}
{% from 'loops.cpp' import random_key %}
{% from 'parts.cpp' import part_type, find_parts, along_row %}
{% block extra_headers %}
{% if owner.mapped %}
#include <algorithm>
#include <iostream>
#include <tuple>
{% endif %}
{% endblock %}
{% block maincode %}
    {% if 'rand' in variables %}
    {{random_key()}}
    {% endif %}
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    {% if owner.mapped %}
    {{part_type()}}
    {{find_parts(owner, get_array_name, 'pre')}}
    for (size_t _k = 0; _k < _parts.size(); _k++)
    {{along_row('_parts[_k]', 0, 0, False, vector_code|autoindent, False)}}
    {% else %}
    for (size_t _presynaptic_idx = 0; _presynaptic_idx < {{owner.source.N}}; _presynaptic_idx++)
        for (size_t _postsynaptic_idx = 0; _postsynaptic_idx < {{owner.target.N}}; _postsynaptic_idx++)
        {
            const size_t _idx = _presynaptic_idx * {{owner.target.N}} + _postsynaptic_idx;
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
        }
    {% endif %}
{% endblock %}
