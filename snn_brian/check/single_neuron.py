"""One declared neuron by itself: how it answers a steady train of input spikes."""

import re
from dataclasses import dataclass

import numpy as np
from brian2 import (
    Clock,
    Network,
    NeuronGroup,
    SpikeMonitor,
    StateMonitor,
    ms,
    second,
)
from brian2.utils.logger import catch_logs
from numpy.typing import ArrayLike

from snn_brian.base.session import own_session
from snn_brian.check.dry_run import as_group
from snn_brian.declarations import Neuron
from snn_brian.network import substeps
from snn_brian.network.heterogeneity import alike

DRIVES = (-100.0, -1.0, 1.0, 100.0)  # weights that any neuron should know how to answer
# the order of the network's own schedule
SLOTS = ["start", "groups", "input", "thresholds", "record", "resets", "end"]


@dataclass(frozen=True)
class Response:
    """What copies of a neuron did; arrays have one row for each of them."""

    drives: np.ndarray  # weight of the synapse
    U: np.ndarray  # (copies, time steps), before the reset; in SI units
    spikes: tuple[np.ndarray, ...]  # time steps with a spike

    @property
    def rates(self) -> np.ndarray:
        """Spikes per time step of each copy."""
        return np.array([len(each) for each in self.spikes]) / self.U.shape[1]


def fires(neuron: Neuron, steps: int = 30) -> bool:
    """Whether a train of input spikes makes the neuron spike, through a synapse of any weight in
    `DRIVES`."""
    with np.errstate(all="ignore"):  # nothing needs to survive such weights
        return any(map(len, response(neuron, DRIVES, steps).spikes))


def response(
    neuron: Neuron, drives: ArrayLike, steps: int, dt: float = 1e-3, every: int = 1
) -> Response:
    """The `Response` to a train of input spikes, through a synapse of each weight in `drives`; of
    parameters that differ from neuron to neuron, with their mean.

    Parameters
    ----------
    neuron : Neuron
    drives : array_like, shape (copies,)
    steps : int
        Time steps.
    dt : float
        Seconds of a time step.
    every : int
        Time steps from one input spike to the next.

    Raises
    ------
    Exception
        Whatever Brian2 raises for a neuron that `snn_brian.check.check.check` refuses.
    """
    with own_session(target="numpy", dtype=np.float64), catch_logs():
        return _response(neuron, np.asarray(drives, float), steps, dt, every)


def _response(neuron, drives, steps, dt, every):
    clock = Clock(dt * second, name="alone_clock*")
    offered = (
        "w : 1\ndelta : 1\nrequest : 1\nS : 1\nlearning : 1 (shared)\n"
        "step = t_in_timesteps : integer (shared)"
    )
    group = NeuronGroup(
        len(drives),
        **as_group(neuron, offered),
        name="alone*",
        clock=clock,
        events={"arrives": "t_in_timesteps % every == 0"},
        namespace={"steps": steps, "every": every},
    )
    given = alike(neuron).parameters
    for name, value in {**given, "w": drives, "learning": 1}.items():
        setattr(group, name, value)
    substeps.spike(group, neuron, when="thresholds")
    group.run_regularly(substeps.start_of_step(neuron), when="start")
    group.run_on_event("arrives", re.sub(r"_post\b", "", neuron.synaptic_input), when="input")
    group.thresholder["arrives"].when = "start"
    U = StateMonitor(group, "U", record=True, clock=clock, when="record")
    spikes = SpikeMonitor(group, when="record")
    network = Network(group, U, spikes)
    network.schedule = SLOTS
    if neuron.start_of_presentation:
        begin = group.run_regularly(neuron.start_of_presentation, when="start", order=-1)
        network.run(0 * ms)
        begin.run()
        begin.active = False
    network.run(steps * clock.dt)
    times = np.rint(np.asarray(spikes.t) / float(clock.dt)).astype(int)
    return Response(
        drives, np.asarray(U.U), tuple(times[np.asarray(spikes.i) == k] for k in range(len(drives)))
    )
