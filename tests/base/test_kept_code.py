"""A network that runs again with the code of its first run comes to what a new one comes to."""

import numpy as np
import pytest
from brian2 import Clock, Network, NeuronGroup, Synapses, TimedArray, ms, seed
from brian2.codegen import codeobject
from brian2.core.base import BrianObjectException

from snn_brian.base import session
from snn_brian.base.kept_code import kept_code


class Made:
    """Constants, arrays, a table, delays, draws, and a sum over synapses."""

    def __init__(self, connected=True):
        clock = Clock(1 * ms, name="kept_clock")
        table = TimedArray([1.0, 2.0, 0.5], dt=2 * ms)
        model = "dv/dt = (factor*table(t) - v)/(5*ms) : 1\nfactor : 1 (shared, constant)"
        model += "\nbound : 1 (constant)\ntotal : 1\nx : 1"
        self.group = NeuronGroup(
            4,
            model,
            threshold="v > bound",
            reset="v = 0",
            refractory="3*ms*factor",
            method="exact",
            clock=clock,
            name="kept_group",
        )
        self.namespace = {"table": table}
        self.network = Network(self.group)
        self.synapses = None
        if connected:
            self._connect(clock)
        self.network.store()

    def _connect(self, clock):
        self.synapses = Synapses(
            self.group,
            self.group,
            "w : 1\ngain : 1 (shared, constant)\ntotal_post = w*gain*v_pre : 1 (summed)",
            on_pre="x_post += w*gain + 0.001*rand()",
            clock=clock,
            name="kept_synapses",
        )
        self.synapses.connect(i=[0, 0, 1, 2, 3], j=[1, 2, 3, 0, 0])
        self.synapses.delay = [0, 0, 1, 2, 3] * ms
        self.network.add(self.synapses)

    def run(self, number):
        self.network.restore()
        self.group.factor, self.group.bound = 1 + 0.25 * number, [0.2, 0.3, 0.4, 0.5]
        if self.synapses:
            self.synapses.gain, self.synapses.w = 3 - number, np.arange(5) / 8 + number
        seed(number)
        self.network.run(20 * ms, namespace=self.namespace)
        names = ("v", "x", "total", "lastspike")
        return {name: np.array(getattr(self.group, name)[:]) for name in names}


@pytest.fixture(params=["numpy", "cython"])
def target(request):
    with session.own_session(target=request.param):
        yield request.param


def test_only_values_are_new(target, monkeypatch):
    connected = target == "numpy"  # Cython compiles each part for seconds
    fresh = [Made(connected).run(number) for number in range(3)]
    assert len({each["v"].tobytes() for each in fresh}) == 3
    assert not connected or fresh[0]["x"].all() and fresh[0]["total"].any()
    made, generated = Made(connected), []
    original = codeobject.create_runner_codeobj
    for module in ("brian2.groups.group", "brian2.synapses.synapses"):
        monkeypatch.setattr(
            f"{module}.create_runner_codeobj",
            lambda *given, **named: generated.append(given) or original(*given, **named),
        )
    found = [made.run(0)]
    assert generated
    with kept_code():
        generated.clear()
        found += [made.run(1), made.run(2)]
        assert not generated
    for one, other in zip(fresh, found):
        for name, values in one.items():
            assert values.tobytes() == other[name].tobytes(), name


def test_code_of_its_own_comes_first():
    """A network that has not run yet may do so in the block; after it, Brian2 is as it was."""
    with session.own_session(target="numpy"):
        with kept_code():
            inside = Made().run(1)
        made = Made()
        outside = made.run(1)
        assert all(values.tobytes() == outside[name].tobytes() for name, values in inside.items())
        made.group.events["spike"] = "v > unknown"
        with pytest.raises(BrianObjectException):
            made.run(1)
