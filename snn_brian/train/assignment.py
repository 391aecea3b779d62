"""Labels of the neurons of layers without a teacher, and what the layers answered by them."""

import numpy as np

from snn_brian.network.readout import READOUTS, assignments
from snn_brian.network.structure import Structure


class Assignment:
    """The readouts of all layers: J by the name of the variable, of shape (classes, neurons), and
    the confusion matrices of the last test, of shape (classes, answers).

    Parameters
    ----------
    structure : Structure
    """

    def __init__(self, structure: Structure):
        graph, classes = structure.graph, structure.classes
        self.numbers, self.classes = graph.numbers, classes
        self.readouts = {
            f"{crossbar}_{l}.J": np.zeros((classes, graph.layers[l - 1]), np.float32)
            for l in self.numbers
            for crossbar in READOUTS.values()
        }
        self.confusion = {
            f"confusion_{name}_{l}": np.zeros((classes, classes), np.int64)
            for l in self.numbers
            for name in READOUTS
        }

    @property
    def wanted(self) -> list[str]:
        """The variables that a run must return."""
        responses = [f"{READOUTS['classes']}_{l}.responses" for l in self.numbers]
        return responses + [f"{name}.images" for name in self.confusion]

    def assign(self, values: dict[str, np.ndarray], labels: np.ndarray) -> None:
        """New labels, by what a run with the images of these labels gave."""
        presented = np.bincount(labels, minlength=self.classes)
        for l in self.numbers:
            name = READOUTS["classes"]
            shape = self.readouts[f"{name}_{l}.J"].shape
            found = assignments(values[f"{name}_{l}.responses"].reshape(shape), presented)
            self.readouts |= {f"{name}_{l}.J": J for name, J in found.items()}

    def answered(self, values: dict[str, np.ndarray]) -> None:
        """Keep what a test gave."""
        shape = self.classes, self.classes
        self.confusion = {
            name: np.rint(values[f"{name}.images"]).astype(np.int64).reshape(shape)
            for name in self.confusion
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """All of it by names in checkpoints; J of shape (neurons, classes)."""
        return {_name(key): J.T for key, J in self.readouts.items()} | self.confusion

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Go on from what `arrays` gave."""
        for key in self.readouts:  # in place: a training has the same ones
            self.readouts[key] = np.ascontiguousarray(arrays[_name(key)].T)
        self.confusion = {name: arrays[name] for name in self.confusion}


def _name(key):
    """J_1 is what a local classifier has, too."""
    crossbar, _, number = key.removesuffix(".J").rpartition("_")
    return f"{'J' if crossbar == READOUTS['classes'] else crossbar}_{number}"
