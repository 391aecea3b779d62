{# All connections, row by row; arrays of their indices only if they are asked for. #}
{# USES_VARIABLES { _synaptic_pre, _synaptic_post, N_incoming, N_outgoing, N } #}
{# WRITES_TO_READ_ONLY_VARIABLES { _synaptic_pre, _synaptic_post, N_incoming, N_outgoing, N } #}
{% extends 'common_group.cpp' %}
{% block maincode %}
    {% set n_rows, n_columns = owner.source.N, owner.target.N %}
    {{_dynamic_N_incoming}}.assign({{n_columns}}, {{n_rows}});
    {{_dynamic_N_outgoing}}.assign({{n_rows}}, {{n_columns}});
    const size_t _size = (size_t){{n_rows}} * {{n_columns}};
    {% for name in owner._registered_variables | variables_to_array_names(access_data=False) | sort
           if name not in (_dynamic__synaptic_pre, _dynamic__synaptic_post) %}
    {{name}}.resize(_size);
    {% endfor %}
    {{N}} = _size;
    {% if owner.index_arrays %}
    {{_dynamic__synaptic_pre}}.resize(_size);
    {{_dynamic__synaptic_post}}.resize(_size);
    for (size_t _k = 0; _k < _size; _k++)
    {
        {{_dynamic__synaptic_pre}}[_k] = _k / {{n_columns}};
        {{_dynamic__synaptic_post}}[_k] = _k % {{n_columns}};
    }
    {% endif %}
{% endblock %}
