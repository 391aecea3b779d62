"""Keys of Brian2's caches are those that it makes itself."""

import numpy as np
import pytest
from brian2 import (
    Hz,
    NeuronGroup,
    PoissonGroup,
    Quantity,
    Synapses,
    TimedArray,
    ms,
    mV,
    second,
    volt,
)
from brian2.codegen.translation import make_statements
from brian2.core.functions import DEFAULT_FUNCTIONS
from brian2.utils import caching

from snn_brian.base.quick_keys import BRIAN2, _hashable, quick_keys


def groups():
    neurons = NeuronGroup(
        3,
        """dv/dt = (drive - v)/tau : volt (unless refractory)
           drive = level*mV : volt
           level : 1 (constant)
           q : 1
           tau : second (shared)
           k : integer""",
        threshold="v > 1*mV",
        reset="v = 0*mV",
        refractory=2 * ms,
        method="exact",
    )
    inputs = PoissonGroup(2, rates=5 * Hz)
    synapses = Synapses(inputs, neurons, "w : 1\nq_post = w : 1 (summed)", on_pre="v += w*mV")
    synapses.connect()
    return neurons, inputs, synapses, neurons[1:]


def arguments():
    for group in groups():
        yield dict(group.variables)
        yield from group.variables.values()
    yield from [
        DEFAULT_FUNCTIONS,
        TimedArray([1, 2] * mV, dt=1 * ms),
        "v = 2*w",
        3,
        2.5,
        None,
        np.float32,
        np.dtype(float),
        np.float64(2),
        volt,
        3 * mV,
        Quantity(2),
        {"names", "of", "variables"},
        ["a", ("b", {"c": [1]})],
        second.dim,
    ]


def test_keys_are_those_of_brian2():
    for argument in arguments():
        found, expected = _hashable(argument), BRIAN2(argument)
        assert found == expected and hash(found) == hash(expected), argument
        assert type(found) is type(expected)


def test_what_has_no_key_is_refused_in_the_same_way():
    for argument in (np.zeros(2), {"rates": np.zeros(2)}, [1, 2] * mV, [slice(1), [np.ones(1)]]):
        for function in (_hashable, BRIAN2):
            with pytest.raises(TypeError, match="^Do not know how to handle"):
                function(argument)


def test_what_is_said_of_a_variable_is_in_its_key():
    """Also where it changes after a key has been made."""
    neurons, *_ = groups()
    variable = neurons.variables["level"]
    keys = [_hashable(variable)]
    for name, value in (("constant", False), ("read_only", True), ("novel", "more")):
        setattr(variable, name, value)
        keys.append(_hashable(variable))
    assert len(set(keys)) == 4 and keys[-1] == BRIAN2(variable)


def test_code_is_looked_up_as_before():
    variables = dict(groups()[0].variables)
    code = "k = k + 1\nlevel = 2*level + 1/3.0  # of this test alone"
    before = caching._hashable
    caching._hashable = BRIAN2
    try:
        first = make_statements(code, variables, np.float64)
        with quick_keys():
            assert caching._hashable is _hashable
            assert make_statements(code, variables, np.float64) is first
        assert caching._hashable is BRIAN2
    finally:
        caching._hashable = before
