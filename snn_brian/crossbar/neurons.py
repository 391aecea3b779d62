"""Groups of neurons whose compiled code goes along them in vectors."""

from brian2 import NeuronGroup
from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject

from snn_brian.crossbar.codegen import ShortConstants, is_standalone


class NeuronGenerator(ShortConstants):
    """Takes a neuron's number `i` from the loop variable of the templates, not from an array of
    numbers."""

    def translate_to_read_arrays(self, read, write, indices):
        number = "i" in read and self.variable_indices["i"] == "_idx"
        lines = ["const int32_t i = _idx;"] if number else []
        return lines + super().translate_to_read_arrays(
            read - {"i"} if number else read, write, indices
        )


class NeuronCodeObject(CPPStandaloneCodeObject):
    """Code of `Neurons` in C++ standalone mode; templates in `snn_brian/crossbar/templates/neurons`
    come before Brian2's."""

    templater = CPPStandaloneCodeObject.templater.derive(
        "snn_brian.crossbar", templates_dir="templates/neurons"
    )
    generator_class = NeuronGenerator


def Neurons(*args, **kwds):
    """A `brian2.NeuronGroup`; in C++ standalone mode its events are collected without a branch for
    each neuron."""
    return NeuronGroup(*args, codeobj_class=NeuronCodeObject if is_standalone() else None, **kwds)
