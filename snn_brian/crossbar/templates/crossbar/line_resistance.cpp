{# What is seen of conductances through lines with a resistance, as `attenuation` of line_resistance.py has it: columns first,
   from their far end, the first row of a tile, then rows, eight at a time, from the last column of a tile. #}
{% extends 'common_group.cpp' %}
{% block extra_headers %}
#include <algorithm>
#include <vector>
{% endblock %}
{% block maincode %}
    {# USES_VARIABLES { N } #}
    {% macro array(name) %}{{get_array_name(owner.variables[name], access_data=False)}}{% endmacro %}
    {% set n_rows, n_columns = owner.source.N, owner.target.N %}
    if ({{get_array_name(lines.clock.variables['timestep'], access_data=False)}}[0] % {{lines.every}} != 0) return;
    const double _resistance = {{array('line_resistance')}}[0];
    const size_t _rows = {{array('tile_rows')}}[0], _columns = {{array('tile_columns')}}[0];
    std::vector<double> _along_column((size_t){{n_rows}} * {{n_columns}}), _carried({{n_columns}}), _kept(8 * (size_t){{n_columns}});
    {% for conductance, share in lines.sides.items() %}
    for (size_t _top = 0; _top < {{n_rows}}; _top += _rows)
    {
        const size_t _bottom = std::min<size_t>(_top + _rows, {{n_rows}});
        std::fill(_carried.begin(), _carried.end(), 0.0);
        for (size_t _row = _top; _row < _bottom; _row++)
            for (size_t _column = 0; _column < {{n_columns}}; _column++)
            {
                const size_t _k = _row * {{n_columns}} + _column;
                const double _seen = {{array(conductance)}}[_k] + _carried[_column];
                _along_column[_k] = 1.0 / (1.0 + _resistance * _seen);
                _carried[_column] = _seen * _along_column[_k];
            }
        std::fill(_carried.begin(), _carried.end(), 1.0);
        for (size_t _row = _bottom; _row-- > _top;)
            for (size_t _column = 0; _column < {{n_columns}}; _column++)
            {
                const size_t _k = _row * {{n_columns}} + _column;
                _carried[_column] *= _along_column[_k];
                _along_column[_k] = _carried[_column];
            }
        for (size_t _left = 0; _left < {{n_columns}}; _left += _columns)
        {
            const size_t _right = std::min<size_t>(_left + _columns, {{n_columns}});
            double _mean = 0;
            for (size_t _row = _top; _row < _bottom; _row++)
                for (size_t _column = _left; _column < _right; _column++)
                    _mean += {{array(conductance)}}[_row * {{n_columns}} + _column];
            _mean /= (double)(_bottom - _top) * (_right - _left);
            for (size_t _first = _top; _first < _bottom; _first += 8)
            {
                double _line[8] = {0};
                for (size_t _column = _right; _column-- > _left;)
                    for (size_t _j = 0; _j < 8; _j++)
                    {
                        const size_t _row = std::min(_first + _j, _bottom - 1);
                        const double _seen = {{array(conductance)}}[_row * {{n_columns}} + _column] + _line[_j];
                        _kept[_column * 8 + _j] = 1.0 / (1.0 + _resistance * _seen);
                        _line[_j] = _seen * _kept[_column * 8 + _j];
                    }
                std::fill(_line, _line + 8, 1.0);
                for (size_t _column = _left; _column < _right; _column++)
                    for (size_t _j = 0; _j < 8; _j++)
                        _kept[_column * 8 + _j] = _line[_j] *= _kept[_column * 8 + _j];
                for (size_t _row = _first; _row < std::min(_first + 8, _bottom); _row++)
                    for (size_t _column = _left; _column < _right; _column++)
                    {
                        const size_t _k = _row * {{n_columns}} + _column;
                        const double _along_row = _kept[_column * 8 + _row - _first], _share = _along_row * _along_column[_k];
                        const double _stray = _mean * (1.0 - _along_row) * (1.0 - _along_column[_k]) * _share;
                        {{array(share)}}[_k] = _share;
                        {{array(lines.seen)}}[_k] = {{'' if loop.first else array(lines.seen) + '[_k] - '}}({{array(conductance)}}[_k] * _share + _stray);
                    }
            }
        }
    }
    {% endfor %}
{% endblock %}
