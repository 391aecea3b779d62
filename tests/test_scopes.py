"""Symbols that declarations may not take, and expressions in NumPy."""
import re

import numpy as np
from brian2 import Equations

from snn_brian.network import LAYER
from snn_brian.optimizers import OPTIMIZERS
from snn_brian.scopes import NEURON_SYMBOLS, SYNAPSE_SYMBOLS, carry_out, evaluate
from snn_brian.synapse import PAIR


def test_symbols_of_the_network_are_refused():
    neuron = set(Equations(LAYER.format(spike="True")).names)
    assert neuron <= set(NEURON_SYMBOLS)
    code = PAIR + "".join(optimizer.update for optimizer in OPTIMIZERS.values())
    local = {name for name in re.findall(r"^\s*(\w+) [-+]?=", code, re.MULTILINE) if not name.endswith("_post")}
    assert local <= set(SYNAPSE_SYMBOLS)
    declared = {"w", "G_plus", "G_minus", "dw", "grad"}.union(
        *(Equations(optimizer.variables).names for optimizer in OPTIMIZERS.values()))
    assert declared <= set(SYNAPSE_SYMBOLS)
    assert local - declared <= set(NEURON_SYMBOLS)


def test_an_expression_is_evaluated_for_arrays_with_draws_at_their_mean():
    found = evaluate("2*x*rand() + randn() + SR(0.6) + int(x > 1)*mV/volt", {"x": np.array([1.0, 2.0])})
    np.testing.assert_allclose(found, [2.0, 3.001])


def test_statements_are_carried_out_one_after_another():
    found = carry_out("""x += 2*y  # comment
                         y = SR(x)
                         x -= 1; x *= y; z = x""", {"x": np.array([1.0, 2.0]), "y": 0.3})
    np.testing.assert_allclose([found["x"], found["y"], found["z"]], [[1.2, 4.8], [2, 3], [1.2, 4.8]])
