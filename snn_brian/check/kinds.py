"""The kinds of declarations: everything that there is to know of a kind, once.

A new kind is a class in `declarations.py`, a row here, a folder under `models/` and a field of
`Arm`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from snn_brian.check.devices import check_device
from snn_brian.check.learning import check_loss, check_optimizer
from snn_brian.check.networks import check_network
from snn_brian.check.neurons import check_encoder, check_neuron
from snn_brian.check.plasticity import check_learning_rule
from snn_brian.check.programming import check_programming, check_weight
from snn_brian.check.synapses import check_synapse
from snn_brian.declarations import (
    Device,
    Encoder,
    LearningRule,
    Loss,
    Network,
    Neuron,
    Optimizer,
    Programming,
    Synapse,
    Weight,
)


@dataclass(frozen=True)
class Kind:
    """One kind of declaration.

    A declaration is the value of `--<flag>` of a job and of the field `field` of an `Arm`, stands
    under `word` in configurations and in the names of `--set`, and must be given again on resuming
    if it is a file.
    """

    word: str
    folder: str  # under `models/`
    # class -> function that refuses what cannot run, given a `Reader`
    checks: Mapping[type, Callable]
    default: str  # name of the shipped one that a job takes
    help: str
    flag: str = ""  # "": the word
    field: str = ""  # "": the word
    noun: str = ""  # "": the word
    former: str = ""  # word and flag until 0.1, still understood
    of_both_arms: bool = True  # or of the memristive one alone

    def __post_init__(self):
        for name in ("flag", "field", "noun"):
            object.__setattr__(self, name, getattr(self, name) or self.word)

    @property
    def classes(self) -> tuple[type, ...]:
        """The classes of which a declaration of this kind may be."""
        return tuple(self.checks)


KINDS = {
    kind.word: kind
    for kind in (
        Kind(
            "neuron",
            "neurons",
            {Neuron: check_neuron},
            "integrate_and_fire",
            "the model of all neurons",
        ),
        Kind(
            "synapse",
            "synapses",
            {Synapse: check_synapse},
            "static",
            "what lies between a spike and the neuron, in all projections",
        ),
        Kind(
            "encoder",
            "encoders",
            {Encoder: check_encoder},
            "threshold",
            "how pixels become spikes",
            flag="encoding",
        ),
        Kind(
            "device",
            "devices",
            {Device: check_device, Weight: check_weight},
            "TiOx",
            "both devices of every pair, or a weight without devices",
            field="weights",
            of_both_arms=False,
        ),
        Kind(
            "programming",
            "programming",
            {Programming: check_programming},
            "ternary",
            "how requests become pulses",
            noun="programming rule",
            former="rule",
            of_both_arms=False,
        ),
        Kind(
            "optimizer",
            "optimizers",
            {Optimizer: check_optimizer},
            "adam",
            "how gradients become requests",
        ),
        Kind(
            "loss",
            "losses",
            {Loss: check_loss},
            "cross-entropy",
            "what the local classifiers' errors derive from",
        ),
        Kind(
            "plasticity",
            "learning",
            {LearningRule: check_learning_rule},
            "local_classifier",
            "where requests come from",
            flag="learning",
            noun="learning rule",
        ),
        Kind(
            "network",
            "networks",
            {Network: check_network},
            "chain",
            "projections beside, or instead of, those from each layer to the next",
        ),
    )
}


def kind_of(declaration: object) -> Kind | None:
    """The kind that a value is a declaration of, or None."""
    return next((kind for kind in KINDS.values() if isinstance(declaration, kind.classes)), None)
