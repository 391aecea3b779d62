"""Code generation for a `Crossbar` in C++ standalone mode, by Brian2's own extension points."""

import ast
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
from snn_brian.crossbar.draws import KEY, NORMAL, UNIFORM
from snn_brian.crossbar.generated_lines import split_by_neuron, split_places
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


def _draws_in_turn(variables):
    """Whether the code takes draws from Brian2's own generator (poisson, ...), which has one state
    for all."""
    return any(
        isinstance(variable, Function) and not variable.stateless and name not in ("rand", "randn")
        for name, variable in variables.items()
    )


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
            "split_by_neuron": split_by_neuron,
            "split_places": split_places,
            "draws_in_turn": _draws_in_turn,
            "aligned_arrays": ALIGNED,
            "key": KEY,
        },
    )
    generator_class = CrossbarGenerator


DEFAULT_FUNCTIONS["rand"].implementations.add_dynamic_implementation(
    CrossbarCodeObject, code=lambda owner: UNIFORM, namespace=lambda owner: {}, name="_rand"
)
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
