{# A sum over the inputs of each neuron, or over the neurons of each input, in passes along the rows. #}
{% extends 'common_group.cpp' %}
{% from 'loops.cpp' import block_of_columns, random_key %}
{% from 'parts.cpp' import part_type, find_parts, along_row %}
{% block extra_headers %}
{% if owner.mapped %}
#include <algorithm>
#include <iostream>
#include <tuple>
{% endif %}
#ifdef _OPENMP
#include <omp.h>
#endif
{% endblock %}
{% block maincode %}
    {# USES_VARIABLES { N } #}
    {%- set sums = get_array_name(_target_var) -%}
    {% set dtype = c_data_type(_target_var.dtype) %}
    {% set n_rows, n_columns = owner.source.N, owner.target.N %}
    {% if 'rand' in variables %}
    {{random_key()}}
    {% endif %}
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}
    {% if owner.mapped %}
    {{part_type()}}
    {{find_parts(owner, get_array_name, 'pre')}}
    {% set group, index = (owner.source, '_presynaptic_idx') if _index_var.name == '_synaptic_pre' else (owner.target, '_postsynaptic_idx') %}
    static std::vector<{{dtype}}> _sums({{group.N}});
    std::fill(_sums.begin(), _sums.end(), 0);
    for (size_t _k = 0; _k < _parts.size(); _k++)
    {{along_row('_parts[_k]', 0, 0, False, vector_code|autoindent + '\n                    _sums[%s - %d] += _synaptic_var;' % (index, group.start), False)}}
    for (size_t _k = 0; _k < {{group.N}}; _k++) {{sums}}[_k + {{group.start}}] = _sums[_k];
    {% elif _index_var.name == '_synaptic_pre' %}
    {{dtype}} _sums[{{n_rows}}];
    for (size_t _presynaptic_idx = 0; _presynaptic_idx < {{n_rows}}; _presynaptic_idx++)
    {
        {{dtype}} _sum = 0;
        {% if not draws_in_turn(variables) %}
        #pragma omp simd reduction(+:_sum)
        {% endif %}
        for (size_t _postsynaptic_idx = 0; _postsynaptic_idx < {{n_columns}}; _postsynaptic_idx++)
        {
            const size_t _idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx;
            const size_t _vectorisation_idx = _idx;
            {{vector_code|autoindent}}
            _sum += _synaptic_var;
        }
        _sums[_presynaptic_idx] = _sum;
    }
    for (size_t _k = 0; _k < {{n_rows}}; _k++) {{sums}}[_k] = _sums[_k];
    {% else %}
    {{dtype}} _sums[{{n_columns}}] = {0};
    {{block_of_columns(n_columns, n_rows * n_columns, n_rows * n_columns > 100000 and not draws_in_turn(variables))}}
        for (size_t _presynaptic_idx = 0; _presynaptic_idx < {{n_rows}}; _presynaptic_idx++)
            for (size_t _postsynaptic_idx = _first; _postsynaptic_idx < _end; _postsynaptic_idx++)
            {
                const size_t _idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx;
                const size_t _vectorisation_idx = _idx;
                {{vector_code|autoindent}}
                _sums[_postsynaptic_idx] += _synaptic_var;
            }
    }
    for (size_t _k = 0; _k < {{n_columns}}; _k++) {{sums}}[_k] = _sums[_k];
    {% endif %}
{% endblock %}
