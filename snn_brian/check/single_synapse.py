"""One declared synapse by itself: what each spike of a train does to a neuron behind it."""

from dataclasses import dataclass

import numpy as np
from brian2 import Clock, Network, NeuronGroup, StateMonitor, TimedArray, ms
from brian2.utils.logger import catch_logs

from snn_brian.base.session import own_session
from snn_brian.check.dry_run import as_group
from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.statements import written
from snn_brian.declarations import Neuron, Synapse
from snn_brian.network.joined import connection_variables, joined
from snn_brian.network.pair import lines
from snn_brian.network.source_state import SourceState

# the order of the network's own schedule, with places to look at what a spike does
SLOTS = ["start", "groups", "spike", "source", "before", "input", "after"]
SLOTS += ["thresholds", "resets", "end"]
WEIGHTS = (1.0, -1.0)


@dataclass(frozen=True)
class Effect:
    """What spikes did to the variables of the neuron that they drive; SI units."""

    values: dict[str, np.ndarray]  # of shape (weights, time steps), after the input
    jumps: dict[str, np.ndarray]  # of shape (weights, spikes)


def effect(synapse: Synapse, neuron: Neuron, arrivals: np.ndarray) -> Effect:
    """The `Effect` of spikes of one source through weights of 1 and -1.

    Parameters
    ----------
    synapse : Synapse
    neuron : Neuron
        That goes with it.
    arrivals : array_like of bool, shape (time steps,)
        Whether the source spikes, in each millisecond.
    """
    with own_session(target="numpy", dtype=np.float64), catch_logs():
        return _effect(synapse, joined(neuron, synapse), np.asarray(arrivals, bool))


def _effect(synapse, both, arrivals):
    clock, kept = Clock(1 * ms, name="effect_clock*"), SourceState(synapse)
    parameters = both.parameters
    offered = (
        "delta : 1\nrequest : 1\nS : 1\nlearning : 1 (shared)\n"
        "step = t_in_timesteps : integer (shared)\n"
    )
    arguments = as_group(both, lines([offered, both.trace, kept.equations]))
    steps = len(arrivals)
    common = dict(clock=clock, namespace={"steps": steps})
    arrives = TimedArray(arrivals.astype(float), dt=1 * ms)
    given = arguments | dict(threshold="arrives(t) > 0", reset=kept.spike or None, refractory=False)
    common["namespace"]["arrives"] = arrives
    source = NeuronGroup(1, **given, name="effect_source*", **common)
    target = NeuronGroup(len(WEIGHTS), **arguments, name="effect_target*", **common)
    for group in (source, target):
        for name, value in parameters.items():
            setattr(group, name, value)
    source.thresholder["spike"].when = "spike"
    if kept.spike:
        source.resetter["spike"].when = "source"
    kept.advance(source)
    first = lines([kept.anew, both.start_of_presentation or ""])
    begin = [source.run_regularly(first, when="start", order=-1)] if first else []
    if both.start_of_presentation:
        begin.append(target.run_regularly(both.start_of_presentation, when="start", order=-1))
    target.run_regularly(both.start_of_step, when="start")
    model = lines(["w : 1", connection_variables(synapse)])
    code = {"pre": both.synaptic_input}
    synapses = Crossbar(source, target, model, on_pre=code, clock=clock, name="effect_synapses*")
    synapses.w, synapses.pre.when = WEIGHTS, "input"
    driven = sorted(
        {name.removesuffix("_post") for name in written(both.synaptic_input) if "_post" in name}
    )
    looks = [
        StateMonitor(target, driven, record=True, clock=clock, when=when)
        for when in ("before", "after")
    ]
    network = Network(source, target, synapses, *looks)
    network.schedule = SLOTS
    network.run(0 * ms)
    for each in begin:
        each.run()
        each.active = False
    network.run(steps * clock.dt)
    before, after = (
        {name: np.asarray(getattr(look, f"{name}_")) for name in driven} for look in looks
    )
    jumps = {name: (after[name] - before[name])[:, arrivals] for name in driven}
    return Effect(after, jumps)
