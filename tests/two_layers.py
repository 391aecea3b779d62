"""The structure of a network of two layers with projections beside the chain, for what follows from
delays alone."""

from brian2 import ms
from conftest import PIXELS, STAIRS, declared

from snn_brian.network.structure import Graph, Structure, chain


def structure(*projections, steps=6, encoder=STAIRS, dt=1e-3, layers=(9, 7)):
    return Structure(
        graph=Graph(layers, chain(layers).projections + projections, dict(lag=3 * ms)),
        pixels=PIXELS, classes=5, images=8, longest=64, steps=steps,
        neuron=declared("neuron", "leaky_integrate_and_fire"), encoder=encoder,
        weights=declared("device", "ideal"), programming=None,
        optimizer=declared("optimizer", "sgd"), batched=False, loss=declared("loss", "mse"), dt=dt,
    )  # fmt: skip
