{# Parts of rows: synapses of one row with following numbers and neighbouring columns. Rows and columns are Brian2's absolute
   ones, those of the whole group where a subgroup is connected. #}

{% macro part_type() %}
#include <algorithm>
#include <iostream>
namespace {
struct _Part { int32_t row, first, end, synapse; };
}
{% endmacro %}

{# `_parts`, sorted by row, and for each row (from the first one of the source) the first of its parts; made at the first call. #}
{% macro find_parts(synapses, get_array_name) %}
    {% set rows = get_array_name(synapses.variables['_synaptic_pre'], access_data=False) %}
    {% set columns = get_array_name(synapses.variables['_synaptic_post'], access_data=False) %}
    static std::vector<_Part> _parts;
    static std::vector<size_t> _first_part;
    if (_first_part.empty())
    {
        if ({{rows}}.empty())
            std::cerr << "'{{synapses.name}}' has no synapses: connect() has chosen no pair of '{{synapses.source.name}}' and '"
                      << "{{synapses.target.name}}'; leave it out for all pairs." << std::endl;
        for (size_t _k = 0; _k < {{rows}}.size(); _k++)
            if (!_parts.empty() && _parts.back().row == {{rows}}[_k] && _parts.back().end == {{columns}}[_k])
                _parts.back().end++;
            else
                _parts.push_back({ {{rows}}[_k], {{columns}}[_k], {{columns}}[_k] + 1, (int32_t)_k });
        std::stable_sort(_parts.begin(), _parts.end(), [](const _Part &a, const _Part &b) { return a.row < b.row; });
        for (int32_t _row = {{synapses.source.start}}; _row <= {{synapses.source.stop}}; _row++)
            _first_part.push_back(std::lower_bound(_parts.begin(), _parts.end(), _row,
                [](const _Part &part, int32_t row) { return part.row < row; }) - _parts.begin());
    }
{% endmacro %}

{# The synapses of a part in columns [low, high). #}
{% macro along(part, low, high, code, independent) %}
            {
                const _Part &_part = {{part}};
                const size_t _presynaptic_idx = _part.row;
                const size_t _begin = std::max<size_t>(_part.first, {{low}}), _stop = std::min<size_t>(_part.end, {{high}});
                const ptrdiff_t _shift = (ptrdiff_t)_part.synapse - _part.first;
                {% if independent %}
                #pragma GCC ivdep
                {% endif %}
                for (size_t _postsynaptic_idx = _begin; _postsynaptic_idx < _stop; _postsynaptic_idx++)
                {
                    const size_t _idx = _postsynaptic_idx + _shift;
                    const size_t _vectorisation_idx = _idx;
                    {{code}}
                }
            }
{% endmacro %}
