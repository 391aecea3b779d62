"""A graph of NIR as what a run starts from: `--start mine.nir`.

The graph is a chain of Linear (or Affine without biases) and neuron nodes; a Linear node behind the
last neurons is the last layer's classifier. The dynamics are those of the run's neuron, to which
the graph's must be equal, in continuous time and but for the scale of U: weights are scaled to the
neuron's threshold. Devices get the conductances that the graph has of them; without any, G_plus and
G_minus lie equally far from the middle of the range.
"""

from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.declarations import Device
from snn_brian.job.nir_chain import kind, read_chain
from snn_brian.job.nir_export import check, fields, values
from snn_brian.job.nir_neurons import neuron_node
from snn_brian.train.arm import Arm

SUFFIX = ".nir"
CLOSE = 1e-5  # relative; other simulators write float32


def start_arrays(path: Path, arm: Arm) -> tuple[dict[str, np.ndarray], list[str]]:
    """(arrays named as in checkpoints: `w_1`, or `G_plus_1` and `G_minus_1`, ..., and `J_1` where
    the graph has it; lines about what the graph does not say)

    Parameters
    ----------
    path : Path
    arm : Arm
        That sees its images.

    Raises
    ------
    UserError
        Naming the node, if the graph is none of the above, or is not the arm's.
    """
    check(arm)
    names = [str(number) for number in range(1, len(arm.layers) + 1)]
    if [each.name for each in arm.graph.projections] != names or any(
        each.kernel for each in arm.graph.projections
    ):
        raise UserError(
            f"--start: '{path}' is a chain of dense layers, but --network {arm.network.name} with "
            "these --layers is not; give --network chain and layers without convolutions."
        )
    chain, found, notes = read_chain(path), {}, []
    _check_dt(path, chain, arm, notes)
    for number, (name, weights, neurons_name, neurons) in enumerate(chain.layers, 1):
        weight = np.asarray(weights.weight, np.float64).T  # (inputs, neurons)
        if number <= len(arm.layers) and weight.shape[1] == arm.graph.layers[number - 1]:
            weight = weight * _scale(path, neurons_name, neurons, arm, number)
        found |= _carried(path, name, weights, weight, number, arm.weights, notes)
        if "classifier" in neurons.metadata:
            found[f"J_{number}"] = _float32(neurons.metadata["classifier"]).T
    if chain.classifier is not None:
        found[f"J_{len(chain.layers)}"] = _float32(chain.classifier.weight).T
    return found, notes


def _float32(values):
    return np.asarray(values, np.float32)


def _check_dt(path, chain, arm, notes):
    dt = chain.metadata.get("dt")
    if dt is None:
        notes.append(
            f"'{path}' does not say how long a time step is; a spike is taken for a current of 1 "
            f"for the {1e3 * float(arm.dt):g} ms of --dt"
        )
    elif not np.isclose(dt, float(arm.dt), rtol=CLOSE):
        raise UserError(
            f"--dt: '{path}' has time steps of {1e3 * dt:g} ms, not {1e3 * float(arm.dt):g} ms; "
            f"give --dt {1e3 * dt:g}ms."
        )


def _scale(path, name, node, arm, number):
    """What the weights of each neuron are multiplied by, so that the arm's neuron does with them
    what the graph's does."""
    size = arm.graph.layers[number - 1]
    mine = neuron_node(arm.own_neuron, values(arm, {}, number), float(arm.dt))
    where = f"--start: the node '{name}' of '{path}'"
    if kind(node) != mine.kind:
        raise UserError(
            f"{where} is a {kind(node)}, but --neuron {arm.neuron.name} is a {mine.kind}; give a "
            f"neuron that is a {kind(node)}."
        )
    own = fields(mine, size, float(arm.dt))
    theirs = {key: np.asarray(getattr(node, key), np.float64) for key in own}
    for key in ("tau", "tau_mem", "tau_syn"):
        _compare(where, key, theirs, own, arm)
    level = "threshold" if mine.kind == "Threshold" else "v_threshold"
    if mine.kind == "Threshold" and not theirs[level].any() and not own[level].any():
        return np.ones(size)
    ratio = _ratio(where, level, own, theirs, arm)
    for key in ("v_reset", "v_leak"):
        scaled = {key: theirs[key] * ratio} if key in own else {}
        _compare(where, key, scaled, own, arm, of=own[level])
    about = {key: node.metadata[key] for key in mine.step.keys() & node.metadata.keys()}
    for key in about.keys() - {"U_from_I", "U_offset"}:
        _compare(where, key, about, mine.step, arm)
    reset = "subtract" if mine.subtracts else "set"
    if mine.kind != "Threshold" and node.metadata.get("reset", reset) != reset:
        raise UserError(
            f"{where} has the reset '{node.metadata['reset']}', but --neuron {arm.neuron.name} "
            f"'{reset}'; give a neuron with that of the graph."
        )
    for key in ("r", "w_in"):
        if key in own:
            ratio = ratio * _ratio(where, key, theirs, own, arm)
    return ratio


def _compare(where, key, theirs, own, arm, of=0.0):
    """That numbers are equal, in relation to themselves and to `of`."""
    if key not in theirs or key not in own:
        return
    least = CLOSE * np.abs(of) + np.zeros(np.shape(theirs[key]))
    apart = np.abs(theirs[key] - own[key]) > least + CLOSE * np.abs(own[key])
    if apart.any():
        one, other = (np.broadcast_to(each[key], apart.shape)[apart][0] for each in (theirs, own))
        raise UserError(
            f"{where} has {key}={one:g}, but --neuron {arm.neuron.name} {other:g}; give a neuron "
            "with that of the graph."
        )


def _ratio(where, key, one, other, arm):
    with np.errstate(divide="ignore", invalid="ignore"):
        found = one[key] / other[key]
    if not (np.isfinite(found) & (found > 0)).all():
        raise UserError(
            f"{where} and --neuron {arm.neuron.name} have a {key} that is 0, or of another sign, "
            "in one of them alone; give a neuron like that of the graph."
        )
    return found


def _carried(path, name, node, weight, number, weights, notes):
    """The arrays of a checkpoint that hold a layer's weights."""
    if not isinstance(weights, Device):
        return {f"w_{number}": _float32(weight)}
    keys, there = ("G_plus", "G_minus"), node.metadata
    if all(key in there for key in (*keys, "G_max", "G_min")):
        for key in ("G_max", "G_min"):
            own = float(getattr(weights, key))
            if not np.isclose(there[key], own, rtol=CLOSE):
                raise UserError(
                    f"--start: the devices of '{path}' have a {key} of {there[key]:g} S, but those "
                    f"of --device {weights.name} {own:g} S; give that device."
                )
        pair = [np.asarray(there[key]).T / float(weights.G_max) for key in keys]
        if pair[0].shape == weight.shape and np.allclose(
            pair[0] - pair[1], weight, rtol=0, atol=CLOSE
        ):
            return {f"{key}_{number}": _float32(each) for key, each in zip(keys, pair)}
        notes.append(f"the weights of '{name}' are others than its conductances, and are taken")
    most = 1 - weights.K
    if np.abs(weight).max() > most:
        raise UserError(
            f"--start: weights of the node '{name}' of '{path}' go to {np.abs(weight).max():g}, "
            f"but pairs of {weights.name} reach {most:g} in units of G_max; scale the graph's "
            "weights and thresholds, or give a neuron to which a weight of 1 is more."
        )
    middle = (1 + weights.K) / 2
    notes.append(f"pairs of '{name}' lie around the middle of the range of {weights.name}")
    return {
        f"G_plus_{number}": _float32(middle + weight / 2),
        f"G_minus_{number}": _float32(middle - weight / 2),
    }
