"""What a layer without a teacher says: each of its spikes counts for classes, by labels that are
assigned to the neurons after learning.

Two readouts stand side by side. In `classes_N`, each neuron counts for the class that it responds
to most on average (Diehl and Cook 2015); in `voters_N`, for all classes, in proportion to its mean
responses. A readout is a matrix J of (classes, neurons), as that of a local classifier is.
"""

import numpy as np
from brian2 import NeuronGroup

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.network.structure import Structure

READOUTS = {"classes": "classifier", "voters": "votes"}  # group: its crossbar from the layer
CLASSES = """
Y : 1  # sum of J over the spikes of the presentation
better : 1  # number of classes that the readout prefers to this one
hits : 1
target = int(label(order(t_in_timesteps//steps)) == i) : 1
step = t_in_timesteps % steps : integer (shared)
"""
LAST = "(t_in_timesteps + 1) % steps == 0"


def assigned(structure: Structure, neurons: NeuronGroup, number: int) -> list:
    """The readouts of a layer, and what counts its responses: `classifier_N.responses` are spikes
    by (class of the image, neuron), `confusion_N.images` images by (class, answer)."""
    found = []
    for name, crossbar in READOUTS.items():
        found += _readout(structure, neurons, number, name, crossbar)
    return found


def _readout(structure, neurons, number, name, crossbar):
    classes = NeuronGroup(
        structure.classes,
        CLASSES,
        threshold=f"target > 0 and {LAST}",
        events={"begins": "step == 0"},
        name=f"{name}_{number}",
    )
    classes.thresholder["spike"].when = "tally"
    classes.thresholder["spike"].order = 1
    classes.thresholder["begins"].when = "start"
    classes.run_on_event("begins", "Y = 0", when="start", order=1)
    classes.run_regularly(
        f"hits += int(better == 0)*target*int({LAST})",
        when="tally",
        order=1,
        name=f"tally_{name}_{number}",
    )
    votes = Crossbar(
        classes,
        neurons,
        "J : 1\nresponses : 1",
        on_post={"vote": "Y_pre += J", "respond": "responses += target_pre"},
        name=f"{crossbar}_{number}",
        strict=True,
        index_arrays=False,
    )
    for path in (votes.vote, votes.respond):
        path.when = f"classify_{number}"
    ranking = Crossbar(
        classes,
        classes,
        "better_post = int(Y_pre > Y_post or (Y_pre == Y_post and i < j)) : 1 (summed)",
        name=f"ranking_{name}_{number}",
        strict=True,
        index_arrays=False,
    )
    ranking.summed_updaters["better_post"].when = "tally"
    confusion = Crossbar(
        classes,
        classes,
        "images : 1",
        on_pre={"answer": "images += int(better_post == 0)"},
        name=f"confusion_{name}_{number}",
        strict=True,
        index_arrays=False,
    )
    confusion.answer.when, confusion.answer.order = "tally", 2
    return [classes, votes, ranking, confusion]


def assignments(responses: np.ndarray, presented: np.ndarray) -> dict[str, np.ndarray]:
    """J of each readout, by the name of its crossbar.

    Parameters
    ----------
    responses : ndarray
        Spikes by (class of the image, neuron).
    presented : ndarray
        Images of each class.

    Returns
    -------
    dict of ndarray
        Of shape (classes, neurons), float32. A class that was not presented and a neuron that
        never spiked count for nothing.
    """
    mean = responses / np.maximum(presented, 1)[:, None]
    fires = mean.sum(axis=0) > 0
    own = (np.arange(len(mean))[:, None] == mean.argmax(axis=0)) & fires
    members = np.maximum(own.sum(axis=1), 1)
    share = mean / np.where(fires, mean.sum(axis=0), 1)
    every = share / np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
    found = {"classifier": own / members[:, None], "votes": every}
    return {name: values.astype(np.float32) for name, values in found.items()}
