"""The random, fixed classifier of a layer, whose error its neurons learn from (paper, Eq. 5), and
its readout."""

from brian2 import NeuronGroup
from brian2.utils.stringtools import word_substitute

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.network.equations import parameters
from snn_brian.network.structure import Structure

CLASSES = """
y : 1  # output of the classifier, (5)
z : 1  # competition between the classes
err : 1  # derivative of the loss, (5)
Y : 1  # readout: sum of y over the presentation
better : 1  # number of classes that the readout prefers to this one
hits : 1
target = int(label(order(t_in_timesteps//steps)) == i) : 1
"""


def classifier(structure: Structure, neurons: NeuronGroup, number: int) -> list:
    """The classifier of a layer and its loss, as Brian2 objects. J is held class by class, so that
    both of its sums go along rows."""
    loss, own = structure.loss, {name: f"loss_{name}" for name in structure.loss.parameters}
    classes = NeuronGroup(
        structure.classes,
        CLASSES + parameters({own[name]: value for name, value in loss.parameters.items()}),
        name=f"classes_{number}",
    )
    classes.run_regularly(
        f"Y = Y*int(t_in_timesteps % steps > 0) + y\nerr = {word_substitute(loss.error, own)}",
        when=f"error_{number}",
        name=f"error_{number}",
    )
    classes.run_regularly(
        "hits += int(better == 0)*target*int((t_in_timesteps + 1) % steps == 0)",
        when="tally",
        name=f"tally_{number}",
    )
    weights = Crossbar(
        classes,
        neurons,
        "J : 1\ny_pre = J*S_post : 1 (summed)\nfeedback_post = J*err_pre : 1 (summed)",
        name=f"classifier_{number}",
        strict=True,
        index_arrays=False,
    )
    weights.summed_updaters["y_pre"].when = f"classify_{number}"
    weights.summed_updaters["feedback_post"].when = f"backward_{number}"
    # Of equal outputs the first counts, as in argmax.
    ranking = Crossbar(
        classes,
        classes,
        "better_post = int(Y_pre > Y_post or (Y_pre == Y_post and i < j)) : 1 (summed)",
        name=f"ranking_{number}",
        strict=True,
        index_arrays=False,
    )
    ranking.summed_updaters["better_post"].when = "tally"
    competitors = [ranking]
    if loss.competition:
        summand = word_substitute(
            loss.competition, {name: f"{name_}_post" for name, name_ in own.items()}
        )
        competition = Crossbar(
            classes,
            classes,
            f"z_post = {summand} : 1 (summed)",
            name=f"competition_{number}",
            strict=True,
            index_arrays=False,
        )
        competition.summed_updaters["z_post"].when = f"compete_{number}"
        competitors.append(competition)
    return [classes, weights, *competitors]
