"""Stochastic rounding in compiled crossbars, by counting over its bits: the mean of a request
is the request, however small.

The function of the generated code is compiled by itself; the bits that decide are counted out, not
sampled.
"""

import subprocess

import pytest

from snn_brian.crossbar.draws import UNIFORM
from snn_brian.simulate.build_cache import FLAGS, compiler

# The bits come from a counter in the place of the hash. Of the 2^32 of them, those near both ends
# decide about small requests; keys give 64 parts of the last bit.
PROGRAM = """
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
static uint32_t counter;
#define _crossbar_bits _hash
%HASH%
#undef _crossbar_bits
static inline uint32_t _crossbar_bits(uint64_t, uint32_t, uint32_t) { return counter; }
%REST%
int main(int n, char **requests)
{
    for (int k = 1; k < n; k++)
    {
        const float x = atof(requests[k]);
        double sum = 0;
        const uint32_t ends = 1 << 16;
        for (uint64_t part = 0; part < 64; part++)
        {
            uint64_t key = (part << 58) * 0x06106CCFA448E5ABull;  // so that its part is part/64
            for (uint32_t low = 0; low < ends; low++)
                for (counter = low;; counter = ~low)
                {
                    sum += _crossbar_rounded(x, key, 0, 0);
                    if (counter == ~low) break;
                }
        }
        printf("%.9g %.17g\\n", x, sum / 64 / 4294967296.0);
    }
    counter = 0;
    // no request is no pulse, and whole numbers stay; from 2 on, float32 misses one in 2^24
    for (uint32_t k = 0; k < 1u << 24; k++)
    {
        counter = k * 256 + k % 256;
        for (float x : {0.0f, 1.0f, -1.0f, 1e9f})
            if (_crossbar_rounded(x, k * 0x9E3779B97F4A7C15ull, 0, 0) != x) return 1;
    }
    return 0;
}
"""
REQUESTS = [1e-9, 3e-9, 1e-8, 3e-8, 6e-8, 1e-7, 1e-6, 1e-5]


@pytest.fixture(scope="module")
def means(tmp_path_factory):
    """{request: mean over all bits} of float32 requests."""
    folder, support = tmp_path_factory.mktemp("rounding"), UNIFORM["support_code"]
    hashed, rest = support.split("static inline float _crossbar_rand(")
    rest = rest[rest.index("template <typename T>") : rest.index("// for functions that draw")]
    (folder / "main.cpp").write_text(PROGRAM.replace("%HASH%", hashed).replace("%REST%", rest))
    command = [compiler(), *FLAGS.split(), "main.cpp", "-o", "main"]
    subprocess.run(command, cwd=folder, check=True)
    given = [str(sign * request) for request in REQUESTS for sign in (1, -1)]
    made = subprocess.run([folder / "main", *given], capture_output=True, text=True)
    assert made.returncode == 0, "a whole number is rounded to another"
    return dict(map(float, line.split()) for line in made.stdout.splitlines())


def test_the_mean_is_the_request(means):
    assert len(means) == 2 * len(REQUESTS)
    for request, mean in means.items():
        # the parts of the last bit are 64 here, of 2^24: a request of 2 bits is met to a percent
        assert mean == pytest.approx(request, rel=2e-3, abs=1.01 / 2**31 / 64)
