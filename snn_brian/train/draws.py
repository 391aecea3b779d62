"""The random choices of a training: each from a stream of its own, which follows from the run's
seed, so that both arms see the same classifiers, images and order, and an epoch's draws depend on
the seed and the epoch alone."""

from dataclasses import dataclass

import numpy as np

CLASSIFIER_SCALE = 3.0  # J is uniform in +-CLASSIFIER_SCALE/sqrt(neurons); the paper gives no scale
STREAMS = {
    name: number
    for number, name in enumerate(
        [
            "classifiers",
            "initial",
            "order",
            "training",
            "test",
            "devices",
            "neurons",
            "assignment",
        ]
    )
}


@dataclass(frozen=True)
class Draws:
    """Of one run's seed."""

    seed: int

    def stream(self, name: str, number: int) -> np.random.Generator:
        """The generator of this number, a layer or an epoch, in a named stream."""
        return np.random.default_rng([self.seed, STREAMS[name], number])

    def seed_of(self, phase: str, epoch: int) -> int:
        """What a run of this phase of an epoch seeds its simulation with."""
        return int(self.stream(phase, epoch).integers(2**31, size=1)[0])

    def order(self, epoch: int, images: int) -> np.ndarray:
        """The training images in the order of an epoch; none before training."""
        return self.stream("order", epoch).permutation(images if epoch else 0).astype(np.int32)

    def classifier(self, layer: int, neurons: int, classes: int) -> np.ndarray:
        """J of a layer, shape (classes, neurons): uniform, fixed (paper, Eq. 5)."""
        scale = CLASSIFIER_SCALE / np.sqrt(neurons)
        drawn = self.stream("classifiers", layer).uniform(-scale, scale, (classes, neurons))
        return drawn.astype(np.float32)
