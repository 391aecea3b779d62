{# Pulses drawn by skipping. The number of pulses at a crossing is the stochastic rounding of a product of a factor of the
   neuron and a factor of the input (1 if there is none). Down a column the trials have the same probability p (an upper
   bound of it, thinned afterwards, if inputs differ): one exponential variate is spent on hazards -log(1-p), column after
   column, so that one logarithm is needed for each pulse and not for each trial. Columns go in blocks of 64, each with a
   generator of its own, so that the result does not depend on the number of threads. Pulses are collected
   before their code runs, so that the cache lines which they need arrive together. #}
{% extends 'common_group.cpp' %}
{% from 'loops.cpp' import pack_rows, random_key, reach_together, spread_rows %}
{% from 'delays.cpp' import prepare_lines, wait %}
{% block extra_headers %}
#ifdef _OPENMP
#include <omp.h>
#endif
{{aligned_arrays}}
{% endblock %}
{% block before_code %}
    {% if pathway.delayed %}{{prepare_lines(pathway, get_array_name, c_data_type)}}{% endif %}
    {{spread_rows(pathway, get_array_name, c_data_type)}}
    {% if not (pathway.delayed or pathway.moves) %}{{super()}}{% endif %}
{% endblock %}
{% block maincode %}
    {# USES_VARIABLES { N } #}
    {% set events = pathway.source.variables[pathway.eventspace_name] %}
    {% set spikes = '_due' if pathway.delayed else get_array_name(events, access_data=False) %}
    {% if pathway.delayed %}
    {{wait(pathway, get_array_name)}}
    {% endif %}
    {% set n_columns = owner.target.N %}
    {% set thinned = 'pre_factor' in vector_code %}
    {% set pre = '_pre_factors[_event]' if thinned else '1.0f' %}
    {% set in_two = 'first' in vector_code %}  {# most of what is drawn gives no pulse #}
    {% macro place() %}
                const size_t _presynaptic_idx = _pulses[_k].row, _postsynaptic_idx = _pulses[_k].column;
                const size_t _idx = _presynaptic_idx * {{pathway.stride}} + _postsynaptic_idx;
                const size_t _together = {{pathway.together|length}} * _idx;
                const size_t _vectorisation_idx = _presynaptic_idx * {{n_columns}} + _postsynaptic_idx;
    {% endmacro %}
    const int32_t _num_events = {{'_due.size()' if pathway.delayed else '%s[%d]' % (spikes, events.size - 1)}};
    if (_num_events == 0) return;
    {{reach_together(pathway, variables, get_array_name)}}
    {{random_key()}}
    const size_t _vectorisation_idx = -1;
    {% if thinned %}
    float _most = 0.0f;
    static std::vector<float> _pre_factors({{owner.source.N}});
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
    #ifdef _OPENMP
    #pragma omp parallel if ({{'(size_t)_num_events * %d > 100000' % n_columns if pathway.independent and not draws_in_turn(variables) else 'false'}})
    #endif
    {
    struct { int32_t row, column, drawn;{% for name in pathway.handed_on %} {{pathway.real}} {{name}};{% endfor %} } _pulses[256];
        int32_t _num_pulses = 0;
        auto _run_pulses = [&]()
        {
            {% if in_two %}
            int32_t _num_given = 0;  // without a branch for each
            {
                {{scalar_code['first']|autoindent}}
                for (int32_t _k = 0; _k < _num_pulses; _k++)
                {
                    {{place()}}
                    const int32_t _drawn = _pulses[_k].drawn;
                    {{vector_code['first']|autoindent}}
                    _pulses[_num_given] = {_pulses[_k].row, _pulses[_k].column, n{% for name in pathway.handed_on %}, {{name}}{% endfor %}};
                    _num_given += (_given != 0);
                }
            }
            _num_pulses = _num_given;
            {% endif %}
            {{scalar_code['code']|autoindent}}
            for (int32_t _k = 0; _k < _num_pulses; _k++)
            {
                {{place()}}
                const int32_t {{'n' if in_two else '_drawn'}} = _pulses[_k].drawn;
                {% for name in pathway.handed_on if in_two %}
                const {{pathway.real}} {{name}} = _pulses[_k].{{name}};
                {% endfor %}
                {{vector_code['code']|autoindent}}
            }
            _num_pulses = 0;
        };
        auto _pulse = [&](const int32_t _event, const size_t _column, const int32_t _drawn)
        {
            const size_t _idx = (size_t){{spikes}}[_event] * {{pathway.stride}} + _column;
            {% if pathway.together and not in_two %}
            __builtin_prefetch(&{{get_array_name(pathway.together[0], access_data=False)}}[{{pathway.together|length}} * _idx], 1);
            {% endif %}
            {% for name in pathway.fetched %}
            __builtin_prefetch(&{{name}}[_idx], 1);
            {% endfor %}
            _pulses[_num_pulses++] = {({{spikes}}[_event]), (int32_t)_column, _drawn};
            if (_num_pulses == 256) _run_pulses();
        };
    #ifdef _OPENMP
    #pragma omp for schedule(static)
    #endif
    for (int32_t _block = 0; _block < {{(n_columns + 63) // 64}}; _block++)
    {
        const size_t _first = _block * 64, _width = {{n_columns}} - _first < 64 ? {{n_columns}} - _first : 64;
        float _factors[64], _hazards[64];
        int32_t _asked[64], _num_asked = 0;  {# columns where there can be a pulse; without a branch for each #}
        {
            {{scalar_code['post_factor']|autoindent}}
            for (size_t _k = 0; _k < _width; _k++)
            {
                const size_t _postsynaptic_idx = _first + _k;
                {{vector_code['post_factor']|autoindent}}
                _factors[_k] = _post_factor;
                {# -log(1-p) = 2 artanh(s) with s = p/(2-p); the series is exact to float32 for p < 0.5 #}
                const float _p = fabsf(_post_factor){{' * _most' if thinned else ''}};
                const float _s = _p / (2.0f - _p), _q = _s * _s;
                _hazards[_k] = 2.0f * _s * (1.0f + _q * (0.33333333f + _q * (0.2f + _q * (0.14285714f
                               + _q * (0.11111111f + _q * 0.09090909f)))));
            }
            for (size_t _k = 0; _k < _width; _k++)
            {
                _asked[_num_asked] = _k;
                _num_asked += (_factors[_k] != 0.0f);
            }
        }
        uint64_t _state = _key + (uint64_t)_block * 0xD1B54A32D192ED03ull;
        auto _uniform = [&](const uint64_t state)  {# in [0, 1), fine near 0; by Steele, Lea and Flood's splitmix64 #}
        {
            uint64_t z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
            return (float)(int64_t)((z ^ (z >> 31)) >> 11) * (1.0f / 9007199254740992.0f);
        };
        auto _next_uniform = [&]() { return _uniform(_state += 0x9E3779B97F4A7C15ull); };
        float _ahead[16];
        int32_t _used = 16;
        auto _exponential = [&]()  {# -log(1-u), exact for small u too; 16 at a time, since their logarithms vectorise #}
        {
            if (_used == 16)
            {
                float _u[16];
                for (int32_t _k = 0; _k < 16; _k++) _u[_k] = _next_uniform();
                #pragma omp simd
                for (int32_t _k = 0; _k < 16; _k++)
                {
                    const float u = _u[_k];
                    const float _small = u * (1.0f + u * (0.5f + u * 0.33333333f)), _large = -logf(1.0f - u);
                    _ahead[_k] = u < 1e-3f ? _small : _large;
                }
                _used = 0;
            }
            return _ahead[_used++];
        };
        float _left = _exponential();
        for (int32_t _n = 0; _n < _num_asked; _n++)
        {
            const int32_t _k = _asked[_n];
            const float _factor = _factors[_k], _p = fabsf(_factor){{' * _most' if thinned else ''}};
            if (_p < 1.0f)
            {
                const float _hazard = _p < 0.5f ? _hazards[_k] : -log1pf(-_p);
                int32_t _event = 0;
                while (_left < (float)(_num_events - _event) * _hazard)
                {
                    _event += (int32_t)(_left / _hazard);
                    _left = _exponential();
                    if (_event >= _num_events) break;  {# only by rounding #}
                    {% if thinned %}
                    if (_next_uniform() * _most >= fabsf({{pre}})) { _event++; continue; }
                    {% endif %}
                    _pulse(_event, _first + _k, _factor * {{pre}} > 0.0f ? 1 : -1);
                    _event++;
                }
                _left -= (float)(_num_events - _event) * _hazard;
                if (_left < 0.0f) _left = _exponential();  {# only by rounding #}
            }
            else
                for (int32_t _event = 0; _event < _num_events; _event++)
                {
                    {# saturated: as an int32_t, a larger number would change its sign #}
                    const float _x = std::min(std::max(_factor * {{pre}}, -2147483000.0f), 2147483000.0f), _whole = floorf(_x);
                    const int32_t _drawn = (int32_t)_whole + (_next_uniform() < _x - _whole);
                    if (_drawn != 0) _pulse(_event, _first + _k, _drawn);
                }
        }
    }
    _run_pulses();
    }
{% endblock %}
{% block after_code %}
    {{pack_rows(pathway, get_array_name, c_data_type)}}
    {% if not pathway.moves %}{{super()}}{% endif %}
{% endblock %}
