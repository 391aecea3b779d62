"""Poisson spikes: a pixel spikes at a rate in proportion to its brightness."""

from brian2 import Hz

from snn_brian.declarations import Encoder

poisson = Encoder(
    name="poisson",
    reference="Diehl, Cook 2015: up to 63.75 Hz",
    threshold="rand() < pixel*rate*dt",
    parameters=dict(
        rate=63.75 * Hz,  # of full brightness
    ),
)
