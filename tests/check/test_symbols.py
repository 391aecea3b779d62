"""Symbols that declarations may not take."""

import re

from brian2 import Equations

from snn_brian.check.loading import declarations
from snn_brian.check.symbols import NEURON_SYMBOLS, SYNAPSE_SYMBOLS
from snn_brian.network.network import LAYER
from snn_brian.network.synapse import PAIR

OPTIMIZERS = [optimizer for optimizer, _ in declarations("optimizer").values()]


def test_symbols_of_the_network_are_refused():
    neuron = set(Equations(LAYER.format(spike="True")).names)
    assert neuron | {"present", "presented", "spiking"} <= set(NEURON_SYMBOLS)  # of events
    code = PAIR + "".join(optimizer.update for optimizer in OPTIMIZERS)
    local = {
        name
        for name in re.findall(r"^\s*(\w+) [-+]?=", code, re.MULTILINE)
        if not name.endswith("_post")
    }
    assert local <= set(SYNAPSE_SYMBOLS)
    declared = {"w", "G_plus", "G_minus", "dw", "grad"}.union(
        *(Equations(optimizer.variables).names for optimizer in OPTIMIZERS)
    )
    assert declared <= set(SYNAPSE_SYMBOLS)
    assert local - declared <= set(NEURON_SYMBOLS)
