{# Loops that the crossbar's templates share. #}

{# Each thread takes a block of columns [_first, _end); without OpenMP there is one block with bounds known to the compiler.
   Blocks are whole vectors, since what is computed in a vector may differ by a rounding from what is computed alone. #}
{% macro block_of_columns(n_columns, work, independent) %}
    {% if independent %}
    #ifdef _OPENMP
    #pragma omp parallel if ((size_t)({{work}}) > 100000)
    #endif
    {% endif %}
    {
    {% if independent %}
    #ifdef _OPENMP
    const size_t _vectors = {{n_columns // 16}}, _thread = omp_get_thread_num(), _threads = omp_get_num_threads();
    const size_t _first = _vectors * _thread / _threads * 16;
    const size_t _end = _thread + 1 == _threads ? {{n_columns}} : _vectors * (_thread + 1) / _threads * 16;
    #else
    const size_t _first = 0, _end = {{n_columns}};
    #endif
    {% else %}
    const size_t _first = 0, _end = {{n_columns}};
    {% endif %}
{% endmacro %}

{# The number from which this call's random draws follow: from Brian2's generator, and so from Brian2's seed. #}
{% macro random_key() %}
    {{key}}
{% endmacro %}

{# Before a run, rows are moved to where they begin, and what lies together into the array of the first such variable. #}
{% macro spread_rows(pathway, get_array_name, c_data_type) %}
    {% if pathway.moves %}
    {{move_rows(pathway, get_array_name, c_data_type, pathway.synapses.target.N, pathway.stride)}}
    {% if pathway.together %}
    {
        std::vector<{{c_data_type(pathway.together[0].dtype)}}> _moved({{pathway.together|length}} * (size_t){{pathway.synapses.source.N}} * {{pathway.stride}});
        {{each_together(pathway, get_array_name, packed=False)}}
        {% for variable in pathway.together[1:] %}
        decltype(_moved)().swap({{get_array_name(variable, access_data=False)}});
        {% endfor %}
        {{get_array_name(pathway.together[0], access_data=False)}}.swap(_moved);
    }
    {% endif %}
    {% endif %}
{% endmacro %}

{# And back after it. #}
{% macro pack_rows(pathway, get_array_name, c_data_type) %}
    {% if pathway.moves %}
    {{move_rows(pathway, get_array_name, c_data_type, pathway.stride, pathway.synapses.target.N)}}
    {% if pathway.together %}
    {
        std::vector<{{c_data_type(pathway.together[0].dtype)}}> _moved;
        _moved.swap({{get_array_name(pathway.together[0], access_data=False)}});
        {% for variable in pathway.together %}
        {{get_array_name(variable, access_data=False)}}.resize((size_t){{pathway.synapses.source.N}} * {{pathway.synapses.target.N}});
        {% endfor %}
        {{each_together(pathway, get_array_name, packed=True)}}
    }
    {% endif %}
    {% endif %}
{% endmacro %}
{% macro move_rows(pathway, get_array_name, c_data_type, of, to) %}
    {% for variable in pathway.spread %}
    {% set values = get_array_name(variable, access_data=False) %}
    {
        std::vector<{{c_data_type(variable.dtype)}}> _moved((size_t){{pathway.synapses.source.N}} * {{to}});
        for (size_t _row = 0; _row < {{pathway.synapses.source.N}}; _row++)
            std::copy_n({{values}}.begin() + _row * {{of}}, {{pathway.synapses.target.N}}, _moved.begin() + _row * {{to}});
        {{values}}.swap(_moved);
    }
    {% endfor %}
{% endmacro %}
{% macro each_together(pathway, get_array_name, packed) %}
        for (size_t _row = 0; _row < {{pathway.synapses.source.N}}; _row++)
            for (size_t _column = 0; _column < {{pathway.synapses.target.N}}; _column++)
            {
                const size_t _packed = _row * {{pathway.synapses.target.N}} + _column;
                const size_t _place = {{pathway.together|length}} * (_row * {{pathway.stride}} + _column);
                {% for variable in pathway.together %}
                {% set value = get_array_name(variable, access_data=False) + '[_packed]' %}
                {% set moved = '_moved[_place + %d]' % loop.index0 %}
                {{value + ' = ' + moved if packed else moved + ' = ' + value}};
                {% endfor %}
            }
{% endmacro %}

{# What lies together is reached from where it begins. #}
{% macro reach_together(pathway, variables, get_array_name) %}
    {% for variable in pathway.together if variable.name in variables %}
    {{get_array_name(variable)}} = {{get_array_name(pathway.together[0], access_data=False)}}.data() + {{pathway.together.index(variable)}};
    {% endfor %}
{% endmacro %}

{# Variables that are held in so many rows and columns are held in columns and rows. #}
{% macro transpose(variables, get_array_name, c_data_type, n_rows, n_columns) %}
    {% for variable in variables %}
    {% set values = get_array_name(variable, access_data=False) %}
    {
        const std::vector<{{c_data_type(variable.dtype)}}> _before({{values}}.begin(), {{values}}.end());
        for (size_t _row = 0; _row < {{n_rows}}; _row++)
            for (size_t _column = 0; _column < {{n_columns}}; _column++)
                {{values}}[_column * {{n_rows}} + _row] = _before[_row * {{n_columns}} + _column];
    }
    {% else %}
    // EMPTY_CODE_BLOCK
    {% endfor %}
{% endmacro %}
