"""A crossbar: all-to-all Synapses whose C++ goes along rows of a dense array.

`Crossbar` is declared with the same equation strings as `brian2.Synapses`. In the runtime targets (numpy, cython) it is
an all-to-all `Synapses`. In C++ standalone mode Brian2's own templates are replaced by ones that loop over the rows of
spiking inputs: no spike queue, no index arrays, loops that the compiler vectorises.
"""
import re

import numpy as np
from brian2 import Synapses, get_device, ms, prefs
from brian2.core.functions import DEFAULT_FUNCTIONS
from brian2.codegen.generators.cpp_generator import CPPCodeGenerator
from brian2.core.variables import ArrayVariable
from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice
from brian2.groups.subgroup import Subgroup
from brian2.parsing.rendering import CPPNodeRenderer
from brian2.synapses.synapses import SynapticPathway
from brian2.utils.stringtools import get_identifiers, word_substitute

from snn_brian.pulses import Pulses


ROWS_TOGETHER = 8  # rows of spiking inputs in one pass; 2 and 8 were slower


class CrossbarRenderer(CPPNodeRenderer):
    """Writes 0.9f for 0.9 where variables are float32: one constant in double precision halves the speed of a loop."""

    def render_Constant(self, node):
        text = super().render_Constant(node)
        single = isinstance(node.value, (float, np.floating)) and prefs.core.default_float_dtype == np.float32
        return f"{text}f" if single and text[-1].isdigit() else text


class CrossbarGenerator(CPPCodeGenerator):
    """Takes a synapse's row and column from the loop variables of the templates, not from arrays of indices."""

    def translate_expression(self, expr):
        renderer = CrossbarRenderer(auto_vectorise=self.auto_vectorise)
        return renderer.render_expr(word_substitute(expr, self.func_name_replacements)).strip()

    def translate_to_read_arrays(self, read, write, indices):
        crossbar = self.owner.synapses if isinstance(self.owner, SynapticPathway) else self.owner
        positions = {crossbar.variables["_synaptic_pre"]: "_presynaptic_idx",
                     crossbar.variables["_synaptic_post"]: "_postsynaptic_idx"}
        numbers = {name: positions[self.variables[name]] for name in read if self.variables[name] in positions}
        lines = [f"const int32_t {name} = {position};" for name, position in sorted(numbers.items())]
        return lines + super().translate_to_read_arrays(read - set(numbers), write, indices - set(positions.values()))


def _split_by_neuron(code):
    """Lines that load the neuron's variables, those between, and those that store the neuron's variables."""
    loads = [line for line in code if re.fullmatch(r"\s*(const )?\w+ \w+ = \w+\[_postsynaptic_idx\];", line)]
    stores = [line for line in code if re.fullmatch(r"\s*\w+\[_postsynaptic_idx\] = \w+;", line)]
    between = [line for line in code if line not in loads and line not in stores]
    return loads, between, stores


class CrossbarCodeObject(CPPStandaloneCodeObject):
    """Code of a `Crossbar` in C++ standalone mode, made from the templates in `snn_brian/templates/crossbar`."""

    templater = CPPStandaloneCodeObject.templater.derive(
        "snn_brian", templates_dir="templates/crossbar", env_globals={"split_by_neuron": _split_by_neuron})
    generator_class = CrossbarGenerator


# One draw is a hash of (a number drawn by Brian2's own generator at each call of the code, the place of the call in the
# source, the synapse's number): no state from one synapse to the next, so that the loop vectorises and the result does
# not depend on how many threads share it. The mixing constants are those of Wellons' "lowbias32" integer hash.
RAND = {
    "support_code": """
        static inline float _crossbar_rand(const uint64_t key, const uint32_t site, const uint32_t synapse)
        {
            uint32_t x = synapse * 0x9E3779B9u + (uint32_t)key + site * 0x85EBCA6Bu;
            x ^= x >> 16; x *= 0x7FEB352Du;
            x ^= (uint32_t)(key >> 32);
            x ^= x >> 15; x *= 0x846CA68Bu;
            x ^= x >> 16; x *= 0x7FEB352Du;
            x ^= x >> 15;
            return (float)(int32_t)(x >> 8) * (1.0f / 16777216.0f);
        }
        """,
    "hashdefine_code": "#define _rand(synapse) _crossbar_rand(_key, __COUNTER__, (uint32_t)(synapse))",
}
DEFAULT_FUNCTIONS["rand"].implementations.add_dynamic_implementation(
    CrossbarCodeObject, code=lambda owner: RAND, namespace=lambda owner: {}, name="_rand"
)
# Brian2's clip compares in double precision, which keeps a float32 loop from vectorising.
DEFAULT_FUNCTIONS["clip"].implementations.add_implementation(
    CrossbarCodeObject,
    code="""
        template <typename T, typename L, typename H> static inline T _clip(const T value, const L low, const H high)
        {
            return value < (T)low ? (T)low : (value > (T)high ? (T)high : value);
        }
        """,
    name="_clip",
)


class CrossbarPathway(SynapticPathway):
    """A pathway of a `Crossbar`: code for every synapse of a spiking row or column, or `Pulses`."""

    def __init__(self, synapses, code, prepost, objname=None, delay=None, event="spike"):
        self.pulses = code if isinstance(code, Pulses) else None
        self.blocks = None
        super().__init__(synapses, self.pulses.plain() if self.pulses else code, prepost, objname, delay, event)
        written = set(re.findall(r"^\s*(\w+)\s*[-+*/]?=(?!=)", self.code, re.MULTILINE))
        _refuse_bare_names(synapses, written)
        if not _standalone():
            return
        # The compiler may not treat a row as independent synapses if they share what they write.
        shared = any(name.endswith("_pre") for name in written)
        self.template_kwds["independent"] = not shared and synapses.source is not synapses.target
        self.template_kwds["row_names"] = [f"_row_{k}" for k in range(ROWS_TOGETHER)]
        self.template_kwds["synaptic_arrays"] = _synaptic_arrays(synapses, self.code)
        if self.pulses:
            self.variables.add_auxiliary_variable("n", dtype=np.int32)
            self.variables.add_auxiliary_variable("_drawn", dtype=np.int32)
            indices = None if prepost == "post" else dict(synapses.variables.indices)
            self.blocks, self.template = self.pulses.blocks(indices)

    def update_abstract_code(self, run_namespace=None, level=0):
        if self.pulses and _standalone():
            self.abstract_code = dict(self.blocks)
        else:
            super().update_abstract_code(run_namespace=run_namespace, level=level + 1)


class Crossbar(Synapses):
    """All-to-all connections between two groups, with the arguments of `brian2.Synapses`.

    `on_pre` and `on_post` take code strings, `Pulses`, or a dict of them by pathway name. All connections exist at once:
    there is no `connect` to call. A state variable has one value for each synapse, row by row:
    `crossbar.matrix("w")` gives it in the shape (inputs, neurons).

    Parameters
    ----------
    index_arrays : bool
        Whether a compiled program holds the arrays of the synapses' rows and columns (8 bytes a synapse). Only what is
        outside the crossbar's own code needs them: `crossbar.w = "..."` with `i`, `j`, `_pre` or `_post`, monitors of
        such variables, and two-dimensional indexing after the run.

    Raises
    ------
    NotImplementedError
        For what a crossbar does not have: delays, sparse connections, subgroups, several synapses for a pair,
        event-driven equations, connections to synapses.
    """

    def __init__(self, source, target=None, model=None, on_pre=None, on_post=None, delay=None, index_arrays=True, **kwds):
        target = source if target is None else target
        _refuse(source, target, model, delay, kwds)
        on_pre, on_post = ({} if path is None else path if isinstance(path, dict) else {default: path}
                           for path, default in ((on_pre, "pre"), (on_post, "post")))
        if _standalone():
            kwds["codeobj_class"] = CrossbarCodeObject
        self.index_arrays = index_arrays
        # A scalar delay of zero takes the place of an array with one for each synapse.
        super().__init__(source, target, model, on_pre=on_pre or None, on_post=on_post or None,
                         delay={name: 0 * ms for name in [*on_pre, *on_post]} or None, **kwds)
        super().connect()

    def connect(self, *args, **kwds):
        raise NotImplementedError("A Crossbar connects all inputs to all neurons when it is made: leave out connect(), "
                                  "or use brian2.Synapses for sparse connections.")

    def matrix(self, name):
        """The state variable `name` in the shape (inputs, neurons); values without units."""
        return np.asarray(getattr(self, name + "_")[:]).reshape(int(self.source.N), int(self.target.N))

    def _add_updater(self, code, prepost, objname=None, delay=None, event="spike"):
        # Synapses makes its pathways by this name; everything else that it does with them stays as it is.
        import brian2.synapses.synapses as module

        original, module.SynapticPathway = module.SynapticPathway, CrossbarPathway
        try:
            return super()._add_updater(code, prepost, objname, delay, event)
        finally:
            module.SynapticPathway = original


def _standalone():
    return isinstance(get_device(), CPPStandaloneDevice)


def _synaptic_arrays(synapses, code):
    """C++ names of the arrays, one value for each synapse, that the code uses."""
    return sorted(CPPCodeGenerator.get_array_name(synapses.variables[name]) for name in get_identifiers(code)
                  if name in synapses.equations.names and synapses.variables.indices[name] == "_idx"
                  and isinstance(synapses.variables[name], ArrayVariable))


def _refuse_bare_names(synapses, written):
    """Brian2 takes a name that the synapses do not define from the neurons, without a word."""
    for name in sorted(written - set(synapses.equations.names)):
        if not name.endswith(("_pre", "_post")) and name in synapses.target.variables:
            raise ValueError(f"'{name} = ...' in the code of '{synapses.name}' would change the variable of that name of "
                             f"'{synapses.target.name}'; write '{name}_post', or call the local variable otherwise.")


def _refuse(source, target, model, delay, kwds):
    if delay is not None:
        raise NotImplementedError(f"delay={delay}: a Crossbar has no delays; leave the argument out or use brian2.Synapses.")
    for role, group in (("source", source), ("target", target)):
        if isinstance(group, Subgroup):
            raise NotImplementedError(f"{role}='{group.name}' is a subgroup: a Crossbar connects whole groups; "
                                      "make a group of its own or use brian2.Synapses.")
        if isinstance(group, Synapses):
            raise NotImplementedError(f"{role}='{group.name}' are synapses: a Crossbar connects groups of neurons.")
    if kwds.get("multisynaptic_index") is not None:
        raise NotImplementedError("multisynaptic_index: a Crossbar has one synapse for each input and neuron.")
    if "(event-driven)" in str(model):
        raise NotImplementedError("model: '(event-driven)' equations are not available in a Crossbar; "
                                  "use '(clock-driven)' or update the variable in the pathway's code.")
