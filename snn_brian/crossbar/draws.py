"""Random numbers in generated C++: uniform and normal ones, and stochastic rounding."""

# One draw is a hash of (a number drawn by Brian2's own generator at each call of the code, the
# place of the call in the source, the synapse's number): no state from one synapse to the next, so
# that the loop vectorises and the result does not depend on how many threads share it. The mixing
# constants are those of Wellons' "lowbias32" integer hash.
KEY = (
    "const uint64_t _key = (uint64_t)(brian::_random_generators[0].rand() * 9007199254740992.0) "
    "* 0x9E3779B97F4A7C15ull;"
)
HASHED = """
        enum { _sites_before = __COUNTER__ + 1 };  // in files compiled together with this one
        #define _site (uint32_t)(__COUNTER__ - _sites_before)
        static inline uint32_t _crossbar_bits(
            const uint64_t key, const uint32_t site, const uint32_t synapse)
        {
            uint32_t x = synapse * 0x9E3779B9u + (uint32_t)key + site * 0x85EBCA6Bu;
            x ^= x >> 16; x *= 0x7FEB352Du;
            x ^= (uint32_t)(key >> 32);
            x ^= x >> 15; x *= 0x846CA68Bu;
            x ^= x >> 16; x *= 0x7FEB352Du;
            return x ^ (x >> 15);
        }
        static inline float _crossbar_rand(
            const uint64_t key, const uint32_t site, const uint32_t synapse)
        {
            return (float)(int32_t)(_crossbar_bits(key, site, synapse) >> 8) * (1.0f / 16777216.0f);
        }
"""

UNIFORM = {
    "support_code": HASHED
    + """
        // floor(x + u), as sign(x)*ceil(|x| - u) with a u that is fine near 0, so that the smallest
        // requests keep their mean: 31 bits, and a part of the last one, the same for a whole call
        template <typename T>
        static inline auto _crossbar_rounded(
            const T x, const uint64_t key, const uint32_t site, const uint32_t synapse)
        {
            const float last = 0.99999994f / 2147483648.0f;  // so that u < 1, also rounded
            const float part = (float)(int32_t)((key * 0xD1B54A32D192ED03ull) >> 40) / 16777216.0f;
            const auto value = 1.0f * x;
            const uint32_t bits = _crossbar_bits(key, site, synapse);
            const int32_t place = (int32_t)((value < 0 ? bits : ~bits) >> 1);
            const auto size = value < 0 ? -value : value;
            return std::copysign(std::ceil(size - part * last - (float)place * last), value);
        }
        // for functions that draw any number of times, such as poisson
        static inline double _rand(const int synapse)
        {
            return brian::_random_generators[0].rand();
        }
        """,
    "hashdefine_code": """
        #define _rand(synapse) _crossbar_rand(_key, _site, (uint32_t)(synapse))
        #define _rounded(x, synapse) _crossbar_rounded(x, _key, _site, (uint32_t)(synapse))
        """,
}

# Two such draws make a normal one (Box and Muller 1958).
NORMAL = {
    "support_code": """
        static inline float _crossbar_randn(const float u, const float v)
        {
            return sqrtf(-2.0f * logf(1.0f - u)) * cosf(6.2831853f * v);
        }
        """,
    "hashdefine_code": "#define _randn(synapse) _crossbar_randn(_rand(synapse), _rand(synapse))",
}
