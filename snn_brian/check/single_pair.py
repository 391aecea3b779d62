"""Pairs of one device under one rule by themselves: what requests make of them, by the network's
own code."""

from dataclasses import replace

import numpy as np
from brian2 import Clock, Network, NeuronGroup, StateMonitor, TimedArray, ms, seed
from brian2.utils.logger import catch_logs
from numpy.typing import ArrayLike

from snn_brian.base.session import own_session
from snn_brian.declarations import Device, Programming
from snn_brian.network.memristive_pair import MemristivePair

# a request is a number of pulses
PULSE = Programming(name="pulse", reference="", number="dw", learning={})


def programmed(
    device: Device,
    rule: Programming,
    requests: ArrayLike,
    start: tuple[float, float],
    pairs: int = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """Conductances of pairs after each request, all devices as declared, without spread from device
    to device.

    Parameters
    ----------
    device : Device
    rule : Programming
        Without its refresh; devices A are all read after each request.
    requests : array_like, shape (requests, columns)
        The change `dw` asked in each time step of all pairs of a column.
    start : (float, float)
        G_plus and G_minus at first, in units of G_max.
    pairs : int
        In each column; what is random is drawn for each.

    Returns
    -------
    G_plus, G_minus : arrays, shape (requests, pairs, columns)
        In units of G_max.
    """
    device, rule = replace(device, device_to_device={}), replace(rule, refresh="")
    with own_session(target="numpy", dtype=np.float64), catch_logs():
        seed(0)
        return _programmed(device, rule, np.asarray(requests, float), start, pairs)


def _programmed(device, rule, requests, start, pairs):
    clock = Clock(1 * ms, name="alone_clock*")
    inputs = NeuronGroup(pairs, "", threshold="True", clock=clock, name="alone_inputs*")
    neurons = NeuronGroup(requests.shape[1], "request : 1", clock=clock, name="alone_neurons*")
    asked = TimedArray(requests, clock.dt, name="alone_requests*")
    neurons.run_regularly("request = asked(t, i)")
    kwds = dict(initial=(0, 0), clock=clock, name="alone_pairs*")
    kwds |= dict(on_event={"transfer": "spike"}) if rule.transfer else {}
    pair = MemristivePair(inputs, neurons, device, rule, **kwds)
    pair.G_plus, pair.G_minus = start
    pair.w = start[0] - start[1]
    course = StateMonitor(pair, ["G_plus", "G_minus"], record=True, clock=clock, when="end")
    Network(inputs, neurons, pair, course).run(len(requests) * clock.dt, namespace={"asked": asked})
    return tuple(
        np.asarray(values).T.reshape(-1, pairs, requests.shape[1])
        for values in (course.G_plus, course.G_minus)
    )
