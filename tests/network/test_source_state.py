"""State of connections follows from the times of their sources' spikes, against NumPy step by
step."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import Clock, Equations, Network, NeuronGroup, ms
from standalone import numpy_target
from two_layers import structure

from snn_brian.crossbar.evaluate import carry_out
from snn_brian.declarations import Projection, Synapse
from snn_brian.network.source_state import SourceState, lasting_synapses, source_state

FADING = Synapse(
    name="fading",
    reference="",
    connection="ds/dt = (rest - s)/tau : 1",
    synaptic_input="s += (1 - s)/4; total_post += s; U_post += w",
    target="total : 1",
    start="s = 0.7",
    parameters=dict(rest=0.2, tau=3 * ms),
)


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_connection_moves_between_spikes_by_the_time_that_has_passed(small, goes_on):
    """Also over the steps without a spike that follow those of an image, if it goes on."""
    net = small("numpy", layers=(4,), steps=3, synapse=replace(FADING, goes_on=goes_on))
    s, total, longest = np.full(60, 0.7), 0.0, 0
    silent = np.zeros(60)
    for step in range(11):
        if step % 3 == 0:
            total = total if goes_on else 0.0
            s = s if goes_on else np.full(60, 0.7)
        s, S = 0.2 + (s - 0.2) * np.exp(-1 / 3), net.spikes(step)
        silent, longest = np.where(S, 0, silent + 1), max(longest, silent[S > 0].max(initial=0))
        s = np.where(S, s + (1 - s) / 4, s)
        total += S @ s
    changes = lasting_synapses(net.structure) | {"layer_1.learning": 0}
    changes |= {"layer_1.total": np.zeros(4, np.float32)} if goes_on else {}
    found = net.run(11, ["layer_1.total"], changes)["layer_1.total"]
    np.testing.assert_allclose(found, total, rtol=1e-5)
    assert total > 1 and longest >= 2


SHARED = Synapse(
    name="shared",
    reference="",
    source="da/dt = (1 - a)/tau : 1\nb : 1\ntwice = 2*b*kept : 1",
    source_spike="old = a; a -= old*kept; b += old",
    start="a = 1",
    parameters=dict(tau=2 * ms, kept=0.5),
)


def test_what_a_source_keeps_advances_follows_and_is_changed_by_its_spikes():
    """Code of the group, in numbers; without anything to keep there is none."""
    kept = SourceState(SHARED)
    equations = Equations(kept.equations)
    types = {name: each.expr is None for name, each in equations.items()}
    assert types == dict(a=True, b=True, twice=False) and kept
    assert carry_out(f"x = {equations['twice'].expr.code}", dict(b=3, synapse_kept=0.5))["x"] == 3
    found = carry_out(kept.spike, dict(a=0.8, b=1.0, synapse_kept=0.5))
    assert (found["a"], found["b"]) == (pytest.approx(0.4), pytest.approx(1.8))
    assert "synapse_old" in found
    found = carry_out(kept.anew, dict(a=0.3, b=7.0))
    assert (found["a"], found["b"]) == (1, 0)
    assert SourceState(replace(SHARED, goes_on=True)).anew == ""
    nothing = SourceState(Synapse(name="", reference=""))
    assert not nothing and nothing.equations == nothing.spike == nothing.anew == ""


def test_connections_with_a_state_need_the_times_of_spikes():
    kept = SourceState(FADING)
    names = {"silent_steps", "spike_interval", "no_spike_yet", "first_spike"}
    assert kept and set(Equations(kept.equations).names) == names
    values = dict(silent_steps=3, dt=2.0, no_spike_yet=1, first_spike=0, spike_interval=0)
    first = carry_out(kept.spike, values)
    assert (first["spike_interval"], first["silent_steps"]) == (6, 0)
    assert (first["first_spike"], first["no_spike_yet"]) == (1, 0)
    assert carry_out(kept.spike, first)["first_spike"] == 0
    again = carry_out(kept.anew, first | dict(silent_steps=9))
    assert (again["silent_steps"], again["no_spike_yet"]) == (0, 1)


def test_a_source_advances_exactly_in_each_step():
    with numpy_target():
        for synapse, expected in ((SHARED, 1 + (0.2 - 1) * np.exp(-3 / 2)), (FADING, None)):
            kept = SourceState(synapse)
            own = f"{kept.equations}\nsynapse_tau : second\nsynapse_kept : 1"
            group = NeuronGroup(1, own, clock=Clock(1 * ms))
            group.synapse_tau = 2 * ms
            if expected:
                group.a, group.b = 0.2, 5
            kept.advance(group)
            Network(group).run(3 * ms, namespace={})
            if expected:
                assert group.a[0] == pytest.approx(expected) and group.b[0] == 5
            else:
                assert group.silent_steps[0] == 3
        plain = NeuronGroup(1, "", clock=Clock(1 * ms))
        SourceState(Synapse(name="", reference="")).advance(plain)
        assert not [each for each in plain.contained_objects if "advance" in each.name]


def test_a_layer_keeps_what_only_layers_behind_it_need():
    late, delayed = (Projection("x", "layer_2", "layer_1", delay=each) for each in (None, 3))
    for projection in (late, delayed):
        own = replace(structure(projection), synapse=SHARED)
        assert source_state(own, "inputs").synapse is source_state(own, "layer_1").synapse is SHARED
        assert not source_state(own, "layer_2")


def test_what_lasts_of_synapses_is_that_of_each_source_line_and_connection():
    late, slow = (
        Projection("x", "layer_2", "layer_1"),
        Projection("y", "inputs", "layer_2", delay=2),
    )
    lasting = replace(FADING, goes_on=True, source="a : 1", start="s = 0.7; a = 2")
    own = replace(structure(late, slow), synapse=lasting)
    found = lasting_synapses(own)
    sizes = {"inputs": 60, "layer_1": 9, "layer_2_before": 7, "delayed_y": 60}
    expected = {
        f"{name}.{key}": size for name, size in sizes.items() for key in ("silent_steps", "a")
    }
    expected |= {
        f"synapses_{name}.synapse_s": size
        for name, size in {"1": 60 * 9, "2": 9 * 7, "x": 7 * 9, "y": 60 * 7}.items()
    }
    assert {key: len(values) for key, values in found.items()} == expected
    for key, values in found.items():
        start = {"silent_steps": 0, "a": 2, "synapse_s": 0.7}[key.split(".")[1]]
        assert np.all(values == np.float32(start))
        assert values.dtype == (np.int32 if key.endswith("steps") else np.float32)
    assert lasting_synapses(replace(own, synapse=replace(lasting, goes_on=False))) == {}
    shared = lasting_synapses(replace(own, synapse=replace(SHARED, goes_on=True)))
    assert set(shared) == {f"{name}.{key}" for name in sizes for key in ("a", "b")}
