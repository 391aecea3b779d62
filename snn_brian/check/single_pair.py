"""Pairs of one device under one rule by themselves: what requests make of them, by the network's
own code."""

from dataclasses import replace

import numpy as np
from brian2 import Clock, Network, NeuronGroup, StateMonitor, TimedArray, ms, prefs, seed
from brian2.utils.logger import catch_logs

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.declarations import Programming
from snn_brian.network.synapse import synapse

PULSE = Programming(
    name="pulse", reference="", number="dw", learning={}
)  # a request is a number of pulses


def programmed(device, rule, requests, start, pairs=1):
    """Conductances of pairs after each request, all devices as declared, without spread from device
    to device.

    Parameters
    ----------
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
    target, prefs.codegen.target = prefs.codegen.target, "numpy"
    try:
        with catch_logs():
            seed(0)
            return _programmed(
                replace(device, device_to_device={}),
                rule,
                np.asarray(requests, float),
                start,
                pairs,
            )
    finally:
        prefs.codegen.target = target


def _programmed(device, rule, requests, start, pairs):
    plastic = synapse(device, rule, None, "", batched=False)
    clock = Clock(1 * ms, name="alone_clock*")
    inputs = NeuronGroup(pairs, "", threshold="True", clock=clock, name="alone_inputs*")
    neurons = NeuronGroup(
        requests.shape[1],
        "request : 1\npulses_P : 1\npulses_D : 1\nload_P : 1\nload_D : 1\nreads : 1",
        clock=clock,
        name="alone_neurons*",
    )
    asked = TimedArray(requests, clock.dt, name="alone_requests*")
    neurons.run_regularly("request = asked(t, i)")
    crossbar = Crossbar(
        inputs,
        neurons,
        plastic.model,
        on_pre={"program": plastic.on_pre["program"]},
        clock=clock,
        name="alone_pairs*",
        strict=True,
    )
    for name, value in {
        **plastic.parameters,
        "G_plus": start[0],
        "G_minus": start[1],
        "w": start[0] - start[1],
    }.items():
        setattr(crossbar, name, value)
    course = StateMonitor(crossbar, ["G_plus", "G_minus"], record=True, clock=clock, when="end")
    Network(inputs, neurons, crossbar, course).run(
        len(requests) * clock.dt, namespace={"asked": asked}
    )
    return tuple(
        np.asarray(values).T.reshape(-1, pairs, requests.shape[1])
        for values in (course.G_plus, course.G_minus)
    )
