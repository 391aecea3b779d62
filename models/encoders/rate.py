"""Bernoulli rate code: a pixel spikes in each time step with the probability of its brightness."""

from snn_brian.declarations import Encoder

rate = Encoder(
    name="rate",
    reference="Bernoulli rate code",
    threshold="rand() < pixel",
)
