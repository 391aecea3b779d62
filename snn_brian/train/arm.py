"""What one arm of a run is made of, and the numbers that follow from it."""
from dataclasses import dataclass

from brian2.units import Quantity

from snn_brian.declarations import Device, Encoder, Learning, Neuron, Programming, Weight


@dataclass(frozen=True)
class Arm:
    """What one arm is made of and how long it learns."""

    layers: tuple[int, ...]
    neuron: Neuron
    encoder: Encoder
    weights: Device | Weight
    rule: Programming | None  # None with a Weight
    optimizer: str
    loss: str
    batch: int
    steps: int
    eta: float | None  # None: the setting that goes with the rule or weight
    epochs: int
    seed: int
    target: str = "cpp_standalone"
    threads: int = 1
    program: str = "step"  # with sgd and a batch of 1: "step" or "presentation", at whose ends devices are programmed
    piece: int | None = None  # presentations after which a run ends and is kept, a multiple of the batch; None: an epoch

    @property
    def batched(self) -> bool:
        """Whether gradients are collected before devices are programmed; otherwise every time step programs them."""
        return (self.optimizer, self.batch, self.program) != ("sgd", 1, "step")

    @property
    def learning(self) -> Learning:
        """The settings of the rule, or of the weight, for the optimizer."""
        return (self.rule or self.weights).learning[self.optimizer]

    @property
    def initial(self) -> tuple[float, float]:
        """Range of the uniform initial weights, or conductances in units of G_max."""
        if isinstance(self.weights, Weight):
            return self.learning.initial
        K = self.weights.K
        return tuple(K + (1 - K) * place for place in self.learning.initial)

    def etas(self, epoch: int) -> list[float]:
        """Learning rate of each layer in an epoch (from 1)."""
        factors = self.learning.layer_factors
        eta = self.learning.eta if self.eta is None else self.eta
        return [eta * factors[min(k, len(factors) - 1)] * self.learning.decay ** (epoch - 1) for k in range(len(self.layers))]

    def neuron_parameters(self) -> dict[str, Quantity | float]:
        """The neuron's parameters with the values that go with the rule or weight."""
        own = dict(self.neuron.parameters)
        return own | {name: value for name, value in self.learning.neuron_parameters.items() if name in own}
