"""Code generation for a `Crossbar` in C++ standalone mode, by Brian2's own extension points."""

import ast
import re
from collections import Counter

import numpy as np
from brian2 import get_device, prefs
from brian2.codegen.generators.cpp_generator import CPPCodeGenerator
from brian2.core.functions import DEFAULT_FUNCTIONS, Function
from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice
from brian2.parsing.rendering import CPPNodeRenderer
from brian2.synapses.synapses import SynapticPathway
from brian2.utils.stringtools import word_substitute

from snn_brian.crossbar import tables  # noqa: F401, whose functions code may use
from snn_brian.crossbar.kernel import SHARED


def is_standalone() -> bool:
    """Whether what is declared becomes a compiled C++ program."""
    return isinstance(get_device(), CPPStandaloneDevice)


class _Renderer(CPPNodeRenderer):
    def render_Constant(self, node):
        text = super().render_Constant(node)
        single = (
            isinstance(node.value, (float, np.floating))
            and prefs.core.default_float_dtype == np.float32
        )
        return f"{text}f" if single and text[-1].isdigit() else text


class ShortConstants(CPPCodeGenerator):
    """Writes 0.9f for 0.9 where variables are float32: one constant in double precision halves the
    speed of a loop."""

    renderer = _Renderer

    def translate_expression(self, expr):
        renderer = self.renderer(auto_vectorise=self.auto_vectorise)
        return renderer.render_expr(word_substitute(expr, self.func_name_replacements)).strip()


class _CrossbarRenderer(_Renderer):
    def render_Call(self, node):
        """Stochastic rounding by a function that knows how rare its event is."""
        match node:
            case ast.Call(
                func=ast.Name("floor"),
                args=[ast.BinOp(x, ast.Add(), ast.Call(func=ast.Name("_rand"), args=[]))],
            ):
                return f"_rounded({self.render_node(x)}, _vectorisation_idx)"
        return super().render_Call(node)


class CrossbarGenerator(ShortConstants):
    """Takes a synapse's row and column from the loop variables of the templates, not from arrays of
    indices."""

    renderer = _CrossbarRenderer

    def _in_place(self, write):
        """Of two names that are written, one's copy would be lost where both are of one place: v
        and v_post, or v_pre and v_post where a neuron has a synapse to itself."""
        arrays = {name: self.get_array_name(self.variables[name]) for name in write}
        times = Counter(arrays.values())
        return {name for name, array in arrays.items() if times[array] > 1}

    def translate_to_write_arrays(self, write):
        return super().translate_to_write_arrays(write - self._in_place(write))

    def translate_to_declarations(self, read, write, indices):
        return super().translate_to_declarations(read, write - self._in_place(write), indices)

    def translate_to_read_arrays(self, read, write, indices):
        crossbar = self.owner.synapses if isinstance(self.owner, SynapticPathway) else self.owner
        positions = {
            crossbar.variables["_synaptic_pre"]: "_presynaptic_idx",
            crossbar.variables["_synaptic_post"]: "_postsynaptic_idx",
        }
        numbers = {
            name: positions[self.variables[name]]
            for name in read
            if self.variables[name] in positions
        }
        lines = [
            f"const int32_t {name} = {position};" for name, position in sorted(numbers.items())
        ]
        in_place = self._in_place(write)
        lines += [
            f"auto &{name} = {self.get_array_name(self.variables[name])}"
            f"[{self.variable_indices[name]}];"
            for name in sorted(in_place)
        ]
        return lines + super().translate_to_read_arrays(
            read - {*numbers, *in_place}, write, indices - {*positions.values(), SHARED}
        )


def _split_by_neuron(code):
    """Lines that load the neuron's variables, those between, and those that store the neuron's
    variables."""
    loads = [
        line
        for line in code
        if re.fullmatch(r"\s*(const )?\w+ \w+ = \w+\[_postsynaptic_idx\];", line)
    ]
    stores = [line for line in code if re.fullmatch(r"\s*\w+\[_postsynaptic_idx\] = \w+;", line)]
    stored = {line.rstrip(";").split()[-1] for line in stores}
    loads += [
        line
        for line in code
        if re.fullmatch(r"\s*\w+ \w+;", line) and line.rstrip(";").split()[-1] in stored
    ]
    between = [line for line in code if line not in loads and line not in stores]
    return loads, between, stores


def _split_places(code):
    """Lines that neither load nor store variables of the synapse or the neuron, and where those lie
    that are loaded, and stored: (lines, {name: place}, {name: place})."""
    place = r"\w+\[_(?:idx|together|postsynaptic_idx)\]"
    loads = [re.fullmatch(rf"\s*(?:const )?\w+ (\w+) = ({place});", line) for line in code]
    stores = [re.fullmatch(rf"\s*({place}) = (\w+);", line) for line in code]
    between = [line for line, *found in zip(code, loads, stores) if not any(found)]
    loaded = {found[1]: found[2] for found in loads if found}
    return between, loaded, {found[2]: found[1] for found in stores if found}


def _draws_in_turn(variables):
    """Whether the code takes draws from Brian2's own generator (poisson, ...), which has one state
    for all."""
    return any(
        isinstance(variable, Function) and not variable.stateless and name not in ("rand", "randn")
        for name, variable in variables.items()
    )


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


# Arrays begin with a cache line, since all memory that the program asks for does.
ALIGNED = """#ifndef _ALIGNED_ELSEWHERE
#include <cstdlib>
#include <new>
__attribute__((weak)) void *operator new(std::size_t size, const std::nothrow_t &) noexcept
{
    void *memory = nullptr;
    return posix_memalign(&memory, 64, size ? size : 1) ? nullptr : memory;
}
__attribute__((weak)) void *operator new(std::size_t size)
{
    void *memory = operator new(size, std::nothrow);
    if (!memory) throw std::bad_alloc();
    return memory;
}
__attribute__((weak)) void operator delete(void *memory) noexcept { std::free(memory); }
__attribute__((weak)) void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}
#endif
"""


class CrossbarCodeObject(CPPStandaloneCodeObject):
    """Code of a `Crossbar` in C++ standalone mode, made from the templates in
    `snn_brian/crossbar/templates/crossbar`."""

    templater = CPPStandaloneCodeObject.templater.derive(
        "snn_brian.crossbar",
        templates_dir="templates/crossbar",
        env_globals={
            "split_by_neuron": _split_by_neuron,
            "split_places": _split_places,
            "draws_in_turn": _draws_in_turn,
            "aligned_arrays": ALIGNED,
            "key": KEY,
        },
    )
    generator_class = CrossbarGenerator


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
DEFAULT_FUNCTIONS["rand"].implementations.add_dynamic_implementation(
    CrossbarCodeObject, code=lambda owner: UNIFORM, namespace=lambda owner: {}, name="_rand"
)
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
DEFAULT_FUNCTIONS["randn"].implementations.add_dynamic_implementation(
    CrossbarCodeObject,
    code=lambda owner: NORMAL,
    namespace=lambda owner: {},
    name="_randn",
    dependencies={"rand": DEFAULT_FUNCTIONS["rand"]},
)
# Brian2's clip compares in double precision, which keeps a float32 loop from vectorising.
DEFAULT_FUNCTIONS["clip"].implementations.add_implementation(
    CrossbarCodeObject,
    code="""
        template <typename T, typename L, typename H>
        static inline T _clip(const T value, const L low, const H high)
        {
            return value < (T)low ? (T)low : (value > (T)high ? (T)high : value);
        }
        """,
    name="_clip",
)
