{# What is seen of conductances through lines with a resistance, as `attenuation` of line_resistance.py has it: columns first,
   from their far end, the first row of a tile, then rows, sixteen at a time, from the last column of a tile. Divisions are most
   of it, so that it is in single precision where the conductances are. #}
{% extends 'common_group.cpp' %}
{% block extra_headers %}
#include <algorithm>
#include <vector>
{% endblock %}
{% block maincode %}
    {# USES_VARIABLES { N } #}
    {% macro array(name) %}{{get_array_name(owner.variables[name], access_data=False)}}{% endmacro %}
    {% set n_rows, n_columns = owner.source.N, owner.target.N %}
    {% set real = c_data_type(owner.variables[lines.seen].dtype) %}
    if ({{get_array_name(lines.clock.variables['timestep'], access_data=False)}}[0] % {{lines.every}} != 0) return;
    const size_t _together = 16, _rows = {{array('tile_rows')}}[0], _columns = {{array('tile_columns')}}[0];
    const {{real}} _one = 1, _resistance = {{array('line_resistance')}}[0];
    static std::vector<{{real}}> _of_columns((size_t){{n_rows}} * {{n_columns}}), _of_rows(_together * {{n_columns}}), _line({{n_columns}});
    {{real}} *__restrict _along_column = _of_columns.data(), *__restrict _along_row = _of_rows.data(), *__restrict _carried = _line.data();
    {{real}} *__restrict _seen = {{array(lines.seen)}}.data();
    {% for conductance, share in lines.sides.items() %}
    {
    const {{real}} *__restrict _G = {{array(conductance)}}.data();
    {{real}} *__restrict _share = {{array(share)}}.data();
    for (size_t _top = 0; _top < {{n_rows}}; _top += _rows)
    {
        const size_t _bottom = std::min<size_t>(_top + _rows, {{n_rows}});
        std::fill(_carried, _carried + {{n_columns}}, 0 * _one);
        for (size_t _row = _top; _row < _bottom; _row++)
            #pragma GCC ivdep
            for (size_t _column = 0; _column < {{n_columns}}; _column++)
            {
                const size_t _k = _row * {{n_columns}} + _column;
                const {{real}} _met = _G[_k] + _carried[_column];
                _along_column[_k] = _one / (_one + _resistance * _met);
                _carried[_column] = _met * _along_column[_k];
            }
        std::fill(_carried, _carried + {{n_columns}}, _one);
        for (size_t _row = _bottom; _row-- > _top;)
            #pragma GCC ivdep
            for (size_t _column = 0; _column < {{n_columns}}; _column++)
            {
                const size_t _k = _row * {{n_columns}} + _column;
                _carried[_column] *= _along_column[_k];
                _along_column[_k] = _carried[_column];
            }
        for (size_t _left = 0; _left < {{n_columns}}; _left += _columns)
        {
            const size_t _right = std::min<size_t>(_left + _columns, {{n_columns}});
            double _sum = 0;
            for (size_t _row = _top; _row < _bottom; _row++)
                #pragma omp simd reduction(+:_sum)
                for (size_t _column = _left; _column < _right; _column++)
                    _sum += _G[_row * {{n_columns}} + _column];
            const {{real}} _mean = _sum / ((double)(_bottom - _top) * (_right - _left));
            for (size_t _first = _top; _first < _bottom; _first += _together)
            {
                const size_t _last = std::min(_first + _together, _bottom) - 1;
                {{real}} _beyond[_together] = {0}, _voltage[_together];
                size_t _start[_together];
                for (size_t _j = 0; _j < _together; _j++) _start[_j] = std::min(_first + _j, _last) * {{n_columns}};
                for (size_t _column = _right; _column-- > _left;)
                    #pragma GCC ivdep
                    for (size_t _j = 0; _j < _together; _j++)
                    {
                        const {{real}} _met = _G[_start[_j] + _column] + _beyond[_j];
                        _along_row[_column * _together + _j] = _one / (_one + _resistance * _met);
                        _beyond[_j] = _met * _along_row[_column * _together + _j];
                    }
                std::fill(_voltage, _voltage + _together, _one);
                for (size_t _column = _left; _column < _right; _column++)
                    #pragma GCC ivdep
                    for (size_t _j = 0; _j < _together; _j++)
                    {
                        _voltage[_j] *= _along_row[_column * _together + _j];
                        _along_row[_column * _together + _j] = _voltage[_j];
                    }
                for (size_t _row = _first; _row <= _last; _row++)
                    #pragma GCC ivdep
                    for (size_t _column = _left; _column < _right; _column++)
                    {
                        const size_t _k = _row * {{n_columns}} + _column;
                        const {{real}} _row_kept = _along_row[_column * _together + _row - _first], _column_kept = _along_column[_k];
                        const {{real}} _both = _row_kept * _column_kept;
                        _share[_k] = _both;
                        _seen[_k] = {{'' if loop.first else '_seen[_k] - '}}(_G[_k] * _both + _mean * (_one - _row_kept) * (_one - _column_kept) * _both);
                    }
            }
        }
    }
    }
    {% endfor %}
{% endblock %}
