"""What epochs gave: counted while they run, told when they end, carried from checkpoint to
checkpoint."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from snn_brian.declarations import Device
from snn_brian.network.memristive_pair import read_energy, write_energy
from snn_brian.network.pair import COUNTERS, READ_LOAD
from snn_brian.network.refresh import REFRESHED
from snn_brian.network.structure import Graph


@dataclass(frozen=True)
class Epoch:
    """What one epoch gave; arrays have one entry for each layer."""

    number: int
    test_accuracy: np.ndarray
    train_accuracy: np.ndarray | None  # while learning; None before training
    potentiation_pulses: np.ndarray
    depression_pulses: np.ndarray
    write_energy: np.ndarray  # joules
    reads: np.ndarray  # of single devices, by the rule; those of the forward pass are not counted
    seconds: float  # of training in the simulation
    arrays: dict  # the checkpoint, by name
    # joules, of all reads of the weights while learning; None: the device does not say
    read_energy: np.ndarray | None = None
    # of the rule's refresh, apart from the numbers above, but for the write energy, which is of all
    # pulses; None: it has none
    erasing_pulses: np.ndarray | None = None
    refresh_pulses: np.ndarray | None = None
    refresh_reads: np.ndarray | None = None


MEASURED = [
    field.name for field in fields(Epoch) if field.name not in ("number", "arrays", "read_energy")
]


class History:
    """The epochs that have ended, and the counts of the one that runs.

    Parameters
    ----------
    graph : Graph
    classes : int
    device : Device or None
        Whose pulses are counted and cost energy.
    counters : sequence of str
        What the projections count: COUNTERS, and REFRESHED where pairs are refreshed.
    """

    def __init__(
        self,
        graph: Graph,
        classes: int,
        device: Device | None,
        counters: Sequence[str] = COUNTERS,
    ):
        self.graph, self.classes = graph, classes
        self.layers, self.device, self.counted = graph.numbers, device, ("hits", *counters)
        self.measured = [name for name in MEASURED if name not in REFRESHED or name in counters]
        self.measured += ["read_energy"] if READ_LOAD in counters else []
        self.keys = {("hits", l): [f"classes_{l}.hits"] for l in self.layers}
        for name in counters if device else ():
            for l in self.layers:
                self.keys[name, l] = [f"{each.synapses}.{name}" for each in graph.into(l)]
        self.epochs = []  # without their arrays
        self._begin()

    def add(self, presentations, outcome):
        """Count what a run of so many presentations gave; its counters went on from those of the
        epoch before it."""
        self.presentations += presentations
        self.seconds += outcome.seconds
        values = outcome.values
        self.counts = np.array(
            [
                [
                    sum(values[key].sum() for key in self.keys.get((name, l), ()))
                    for l in self.layers
                ]
                for name in self.counted
            ],
            float,
        )

    def counters(self) -> dict[str, tuple[int, type]]:
        """{variable: (its size, its type)} of all that is counted during an epoch."""
        sizes = {f"classes_{l}.hits": (self.classes, np.float32) for l in self.layers}
        for (name, l), keys in self.keys.items():
            if name != "hits":
                for key, each in zip(keys, self.graph.into(l)):
                    sizes[key] = (
                        each.kernel.maps if each.kernel else self.graph.layers[l - 1],
                        np.float64,
                    )
        return sizes

    def end(self, test_accuracy):
        """The epoch that ran has ended."""
        counts = dict(zip(self.counted, self.counts))
        trained = counts["hits"] / self.presentations if self.presentations else None
        self.epochs.append(
            Epoch(
                len(self.epochs),
                test_accuracy,
                trained,
                counts["pulses_P"],
                counts["pulses_D"],
                self._energy(counts),
                counts["reads"],
                self.seconds,
                {},
                read_energy(self.device, counts[READ_LOAD]) if READ_LOAD in counts else None,
                *map(counts.get, REFRESHED),
            )
        )
        self._begin()

    def arrays(self):
        """All of this as arrays by name, those of ended epochs of shape (epochs, layers); what
        there is not is nan."""
        shape = (len(self.epochs), len(self.layers))
        measured = {
            f"measured_{name}": [_row(epoch, name, shape[1]) for epoch in self.epochs]
            for name in self.measured
        }
        return {name: np.array(rows, float).reshape(shape) for name, rows in measured.items()} | {
            "counts": self.counts,
            "presentations": np.int64(self.presentations),
            "counted_seconds": np.float64(self.seconds),
        }

    def restore(self, arrays):
        """Go on from what `arrays` gave."""
        self.counts, self.presentations = arrays["counts"], int(arrays["presentations"])
        self.seconds = float(arrays["counted_seconds"])
        self.epochs = []
        for number in range(len(arrays["measured_seconds"])):
            found = {name: arrays[f"measured_{name}"][number] for name in self.measured}
            found |= {"seconds": float(found["seconds"][0])} | (
                {} if number else {"train_accuracy": None}
            )
            self.epochs.append(Epoch(number, **found, arrays={}))

    def _begin(self):
        self.presentations, self.seconds, self.counts = (
            0,
            0.0,
            np.zeros((len(self.counted), len(self.layers))),
        )

    def _energy(self, counts):
        """Write energy of each layer, in joules."""
        if self.device is None:
            return np.zeros(len(self.layers))
        return write_energy(self.device, counts["load_P"], counts["load_D"])


def _row(epoch, name, layers):
    value = getattr(epoch, name)
    return np.broadcast_to(np.nan if value is None else value, layers)
