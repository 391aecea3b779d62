"""Groups of neurons whose compiled thresholds do not branch on data."""
from brian2 import NeuronGroup, get_device
from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice


class NeuronCodeObject(CPPStandaloneCodeObject):
    """Code of `Neurons` in C++ standalone mode; templates in `snn_brian/templates/neurons` come before Brian2's."""

    templater = CPPStandaloneCodeObject.templater.derive("snn_brian", templates_dir="templates/neurons")


def Neurons(*args, **kwds):
    """A `brian2.NeuronGroup`; in C++ standalone mode its events are collected without a branch for each neuron."""
    standalone = isinstance(get_device(), CPPStandaloneDevice)
    return NeuronGroup(*args, codeobj_class=NeuronCodeObject if standalone else None, **kwds)
