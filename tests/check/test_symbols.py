"""Symbols that declarations may not take."""

from brian2 import Equations

from snn_brian.check.symbols import NEURON_SYMBOLS, SYNAPSE_SYMBOLS
from snn_brian.crossbar.statements import written
from snn_brian.network.echo import FIRED
from snn_brian.network.network import LAYER, REST
from snn_brian.network.pair import AGED, CHOICES, COUNTERS, EACH_DEVICE, PAIR


def test_symbols_of_the_network_are_refused():
    neuron = set(Equations(LAYER.format(spike="True") + FIRED + REST).names)
    assert neuron | {"present", "presented", "spiking"} <= set(NEURON_SYMBOLS)  # of events
    code = "\n".join([PAIR, AGED, *CHOICES.values(), EACH_DEVICE])
    for part in ("{before}", "{pulses}", "{aged}", "{plus_after}", "{minus_after}"):
        code = code.replace(part, "")
    own = written(code)
    assert own <= set(SYNAPSE_SYMBOLS)
    assert own - {"w", "G_plus", "G_minus", *COUNTERS} <= set(NEURON_SYMBOLS)
