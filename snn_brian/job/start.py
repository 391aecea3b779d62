"""What a run starts from instead of random conductances: those of a finished run, of a checkpoint,
or of a graph of NIR (`snn_brian.job.nir_import`).

Conductances or weights are taken, and the classifiers and the drawn parameters of single neurons
that they were trained with; what optimizer, programming rule and neurons keep begins anew, as
always. The device's numbers, neuron and encoder are those of the flags.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from snn_brian.base import checkpoints
from snn_brian.base.errors import UserError
from snn_brian.data.archive import columns
from snn_brian.data.events import Events
from snn_brian.data.images import Images
from snn_brian.declarations import Device, Distribution, Weight
from snn_brian.job import nir_import
from snn_brian.job.provenance import differences, plain
from snn_brian.job.words import has_teacher
from snn_brian.network.layers import as_text
from snn_brian.network.pair import SIDES, Pair, names
from snn_brian.train.arm import Arm

OF_NEURONS = re.compile(r"(layer_\d+|inputs)\.(?P<name>\w+)")  # names of arrays
RANGE = 1e-6  # how far rounding may carry a conductance beyond its end


@dataclass(frozen=True)
class Start:
    """Arrays by their names in checkpoints: `G_plus_1`, `G_minus_1`, ... or `w_1`, ..., `J_1`, ...,
    and parameters in which neurons differ, such as `layer_1.tau_m`."""

    path: Path
    arrays: dict[str, np.ndarray] = field(repr=False)
    left: tuple[str, ...] = ()  # what of the neurons is there and not taken
    worn: tuple[str, ...] = ()  # variables of devices that are there, not at 0, and not taken
    notes: tuple[str, ...] = ()  # what a graph of NIR leaves open

    @property
    def sha256(self) -> str:
        """Of conductances or weights, by which a run that goes on knows its start."""
        return (
            checkpoints.checksum(
                {
                    name: array
                    for name, array in self.arrays.items()
                    if name[0] != "J" and "." not in name
                }
            )
            .tobytes()
            .hex()
        )


def starts(
    text: str | None,
    arms: Mapping[str, Arm],
    images: Images | Events,
    resumed: Path | None = None,
) -> dict[str, Start]:
    """The `Start` of each arm, by name.

    Parameters
    ----------
    text : str or None
        Value of --start: the folder of a run, an .npz file for a single arm, or a .nir file.
    arms : mapping of str to Arm
    images : Images or Events
    resumed : Path or None
        A run's folder that is gone on with: the first checkpoint there has the start.

    Raises
    ------
    UserError
        If there is no such start, or it does not fit the layers, the data or the device.
    """
    if text is None:
        return {}
    path = Path(text).expanduser()
    found = {}
    for name, arm in arms.items():
        kept = resumed and resumed / "checkpoints" / name / "epoch_000.npz"
        if kept and kept.exists():
            own = kept
        elif path.suffix == nir_import.SUFFIX and path.is_file():
            arrays, notes = nir_import.start_arrays(path, arm)
            found[name] = Start(path, _taken(path, arrays, name, arm, images), notes=tuple(notes))
            continue
        elif len(arms) > 1 and not path.is_dir():
            raise UserError(
                f"--start: '{text}' is one checkpoint, but there are two arms; name a run, or add "
                "--arm memristive or --arm baseline."
            )
        else:
            own = _last(path, name) if path.is_dir() else path
            _check_device(path, name, arm)
        arrays = _arrays(own)
        taken = _taken(own, arrays, name, arm, images)
        taken |= _neurons(own, arrays, arm, _declared(path, name))
        found[name] = Start(own, taken, _left(arrays, taken, arm), _worn(arrays, arm))
    return found


def told(text: str | None, found: Mapping[str, Start], config: Mapping) -> list[str]:
    """Lines about what a start does not bring, and about what of the network is another in the run
    that it comes from.

    Parameters
    ----------
    text : str or None
        As in `starts`.
    found : mapping of str to Start
        What `starts` gave.
    config : mapping
        The content of the new run's `config.json`.
    """
    lines = [
        f"{name}: the start has no classifiers for {config['data']['classes']} classes; they are "
        "drawn anew"
        for name, each in found.items()
        if "J_1" not in each.arrays and has_teacher(config)
    ]
    for name, each in found.items():
        lines += [f"{name}: {note}" for note in each.notes]
        if each.worn:
            lines.append(
                f"{name}: devices are new, but for their conductances: {', '.join(each.worn)} of "
                "the start are not taken"
            )
        if drawn := sorted({key.split(".")[1] for key in each.arrays if OF_NEURONS.match(key)}):
            lines.append(f"{name}: neurons have the {', '.join(drawn)} of the start")
        if left := each.left:
            lines.append(
                f"{name}: what neurons have, or keep from one presentation to the next, begins "
                f"anew, and is not that of the start: {', '.join(left)}"
            )
    begun = _configuration(Path(text).expanduser()) if text else None
    if begun:
        # versions until 0.1 had no synapse, no network and no learning rule
        decisive = ("layers", "neuron", "synapse", "encoder", "network", "plasticity", "steps")
        decisive += ("dt",)
        parts = [
            {name: each[name] for name in decisive if name in each and name in begun}
            for each in (begun, config)
        ]
        lines += [f"Other than in '{text}': {line}" for line in differences(*parts)]
    return lines


def _configuration(path):
    try:
        return json.loads((path / "config.json").read_bytes())
    except (OSError, ValueError):
        return None


def _last(path, arm):
    paths = sorted((path / "checkpoints" / arm).glob("epoch_[0-9][0-9][0-9].npz"), reverse=True)
    for each, _ in checkpoints.sound(paths):
        return each
    raise UserError(
        f"--start: '{path}' has no checkpoint of the arm {arm}; name a run with one, or choose the "
        "other by --arm."
    )


def _check_device(path, name, arm):
    """Conductances are kept in units of G_max: of another device, they would be other ones."""
    config = _configuration(path)
    if config is None or not isinstance(arm.weights, Device):
        return
    own = {"G_max_S": float(arm.weights.G_max), "G_min_S": float(arm.weights.G_min)}
    for key, value in own.items():
        other = config.get("arms", {}).get(name, {}).get("device", {}).get(key)
        if other is not None and not np.isclose(other, value, rtol=1e-6):
            raise UserError(
                f"--start: the devices of '{path}' have a {key[:5]} of {other:g} S, but those of "
                f"--device {arm.weights.name} {value:g} S; give that run's own device."
            )


def _taken(path, arrays, name, arm, images):
    kinds = ("w",) if isinstance(arm.weights, Weight) else ("G_plus", "G_minus")
    shapes, found = arm.graph.shapes(images.pixels), {}
    for each in arm.graph.learned:
        for kind in kinds:
            key = f"{kind}_{each.name}"
            if key not in arrays:
                raise UserError(
                    f"--start: '{path}' lacks {key}, which the {name} arm needs; name a checkpoint "
                    "of the same arm, network and number of layers."
                )
            found[key] = _checked(path, key, arrays[key], shapes[each.name], _range(arm.weights))
    for l, neurons in enumerate(arm.graph.layers, 1):
        key, shape = f"J_{l}", (neurons, images.classes)
        if arm.rule:  # labels are assigned anew
            continue
        if arm.epochs == 0 and key not in arrays:
            raise UserError(
                f"--epochs: 0 tests what is there, but '{path}' lacks {key}, the classifier of a "
                "layer; give a checkpoint with it, or --epochs of at least 1."
            )
        if arm.epochs == 0 or key in arrays and arrays[key].shape == shape:  # else drawn anew
            found[key] = _checked(path, key, arrays[key], shape, (-np.inf, np.inf))
    if f"{kinds[0]}_{len(arm.layers) + 1}" in arrays:
        raise UserError(
            f"--start: '{path}' has more layers than --layers {as_text(arm.layers)}; "
            "give those of the run."
        )
    own = {f"{kinds[0]}_{each.name}" for each in arm.graph.learned}
    further = sorted(key for key in arrays if key.startswith(f"{kinds[0]}_") and key not in own)
    if further:
        raise UserError(
            f"--start: '{path}' has {', '.join(further)}, for which --network "
            f"{arm.network.name} has no projection; give the network of the run."
        )
    return found


def _declared(path, name):
    """{parameter: value} of the neurons of the run that is started from; None: not known."""
    try:
        return _configuration(path)["arms"][name]["layers"][0]["neuron_parameters"]
    except (KeyError, IndexError, TypeError):
        return None


def _neurons(path, arrays, arm, declared):
    """The values that neurons have drawn, unless they were of another distribution."""
    now, found = arm.own_neuron.parameters, {}
    for layer, size in enumerate(arm.graph.layers, 1):
        for name, value in now.items():
            key, before = f"layer_{layer}.{name}", name.removesuffix("_own")
            same = declared is None or declared.get(before) == plain(value)
            if isinstance(value, Distribution) and key in arrays and same:
                found[key] = _checked(path, key, arrays[key], (size,), (-np.inf, np.inf))
    return found


def _left(arrays, taken, arm):
    """What neurons have drawn or keep, and is not taken; a number of each that is declared is not
    the start's."""
    given = {k for k, v in arm.own_neuron.parameters.items() if not isinstance(v, Distribution)}
    own = {key: OF_NEURONS.fullmatch(key) for key in sorted(arrays.keys() - taken.keys())}
    return tuple(key for key, match in own.items() if match and match["name"] not in given)


def _worn(arrays, arm):
    """Variables of the devices' law that the start has moved from where new devices are."""
    if isinstance(arm.weights, Weight):
        return ()
    own = names(Pair(arm.weights, arm.programming).device.law.variables)
    keys = {
        name: [f"{name}_{side}_{each.name}" for side in SIDES for each in arm.graph.learned]
        for name in own
    }
    return tuple(n for n in own if any(key in arrays and arrays[key].any() for key in keys[n]))


def _arrays(path):
    """The arrays of an .npz file; a checksum must fit where there is one."""
    if path.suffix != ".npz" or not path.is_file():
        raise UserError(
            f"--start: '{path}' is no run and no .npz or .nir file; name the folder of a run, a "
            "checkpoint or a graph."
        )
    arrays = {name: column.whole() for name, column in columns(path).items()}
    expected = arrays.pop("sha256", None)
    if expected is not None and not np.array_equal(expected, checkpoints.checksum(arrays)):
        raise UserError(f"--start: '{path}' is damaged: its checksum is another; give a sound one.")
    return arrays


def _range(weights):
    if isinstance(weights, Device):
        return weights.K, 1.0
    limit = np.inf if weights.limit is None else weights.limit
    return -limit, limit


def _checked(path, key, values, shape, limits):
    if values.shape != shape or values.dtype.kind != "f":
        raise UserError(
            f"--start: {key} of '{path}' is {values.dtype} of shape {values.shape}, but these "
            f"--layers and data need floating-point numbers of shape {shape}."
        )
    least, most = limits
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite([low, high]).all() and least - RANGE <= low and high <= most + RANGE):
        raise UserError(
            f"--start: {key} of '{path}' goes from {low:g} to {high:g}, but must be finite and "
            f"from {least:g} to {most:g}" + (", in units of G_max." if key[0] == "G" else ".")
        )
    return np.clip(values.astype(np.float32), np.float32(least), np.float32(most))
