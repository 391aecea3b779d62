{# Pulses drawn by skipping. The number of pulses at a crossing is the stochastic rounding of a product of a factor of the
   neuron and a factor of the input (1 if there is none). Down a column the trials have the same probability p (an upper
   bound of it, thinned afterwards, if inputs differ): one exponential variate is spent on hazards -log(1-p), column after
   column, so that one logarithm is needed for each pulse and not for each trial. Columns go in blocks of 64, each with a
   generator of its own, so that the result does not depend on the number of threads. #}
{% extends 'common_group.cpp' %}
{% from 'loops.cpp' import random_key %}
{% block extra_headers %}
#ifdef _OPENMP
#include <omp.h>
#endif
{% endblock %}
{% block maincode %}
    {# USES_VARIABLES { N } #}
    {% set events = pathway.source.variables[pathway.eventspace_name] %}
    {% set spikes = get_array_name(events, access_data=False) %}
    {% set n_columns = owner.target.N %}
    const int32_t _num_events = {{spikes}}[{{events.size - 1}}];
    if (_num_events == 0) return;
    {{random_key()}}
    const size_t _vectorisation_idx = -1;
    {% if 'pre_factor' in vector_code %}
    static std::vector<float> _pre_factors({{owner.source.N}});
    float _most = 0.0f;
    {
        {{scalar_code['pre_factor']|autoindent}}
        for (int32_t _event = 0; _event < _num_events; _event++)
        {
            const size_t _presynaptic_idx = {{spikes}}[_event];
            {{vector_code['pre_factor']|autoindent}}
            _pre_factors[_event] = _pre_factor;
            _most = fmaxf(_most, fabsf(_pre_factor));
        }
    }
    if (_most == 0.0f) return;
    {% endif %}
    {% set pre = '_pre_factors[_event]' if 'pre_factor' in vector_code else '1.0f' %}
    #ifdef _OPENMP
    #pragma omp parallel for schedule(static) if ((size_t)_num_events * {{n_columns}} > 100000)
    #endif
    for (int32_t _block = 0; _block < {{(n_columns + 63) // 64}}; _block++)
    {
        uint64_t _state = _key + (uint64_t)_block * 0xD1B54A32D192ED03ull;
        auto _uniform = [&]()  {# in (0, 1], by Steele, Lea and Flood's splitmix64 #}
        {
            uint64_t z = (_state += 0x9E3779B97F4A7C15ull);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
            return (float)(int64_t)(((z ^ (z >> 31)) >> 40) + 1) * (1.0f / 16777216.0f);
        };
        float _left = -logf(_uniform());
        const size_t _last = {{n_columns}} < (_block + 1) * 64 ? {{n_columns}} : (_block + 1) * 64;
        {{scalar_code['post_factor']|autoindent}}
        for (size_t _postsynaptic_idx = _block * 64; _postsynaptic_idx < _last; _postsynaptic_idx++)
        {
            {{vector_code['post_factor']|autoindent}}
            if (_post_factor == 0.0f) continue;
            const float _p = fabsf(_post_factor){{' * _most' if 'pre_factor' in vector_code else ''}};
            const bool _rare = _p < 1.0f;
            const float _hazard = _rare ? (_p < 1e-3f ? _p * (1.0f + 0.5f * _p) : -log1pf(-_p)) : 0.0f;
            int32_t _event = 0;
            while (true)
            {
                int32_t _drawn;
                if (_rare)
                {
                    if (_left >= (float)(_num_events - _event) * _hazard)
                    {
                        _left -= (float)(_num_events - _event) * _hazard;
                        break;
                    }
                    const int32_t _skip = (int32_t)(_left / _hazard);
                    _left = -logf(_uniform());
                    _event += _skip;
                    if (_event >= _num_events) break;  {# only by rounding #}
                    {% if 'pre_factor' in vector_code %}
                    if (_uniform() * _most > fabsf({{pre}})) { _event++; continue; }
                    {% endif %}
                    _drawn = (_post_factor * {{pre}} > 0.0f) ? 1 : -1;
                }
                else
                {
                    if (_event >= _num_events) break;
                    _drawn = (int32_t)floorf(_post_factor * {{pre}} + 1.0f - _uniform());
                    if (_drawn == 0) { _event++; continue; }
                }
                const size_t _presynaptic_idx = {{spikes}}[_event];
                const size_t _idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx;
                const size_t _vectorisation_idx = _idx;
                {
                {{scalar_code['code']|autoindent}}
                {{vector_code['code']|autoindent}}
                }
                _event++;
            }
        }
    }
{% endblock %}
