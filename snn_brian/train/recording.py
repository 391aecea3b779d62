"""Records of the dynamics: variables of chosen neurons while the network answers chosen test
images, or while it learns from chosen presentations of an epoch.

They are made in runs of their own in NumPy, with Brian2's monitors, so that training is as fast as
without, and the same bit for bit. Those of an epoch begin with what the training has learned by
then. In NumPy's target they are what the training does; a compiled program draws other random
numbers, so that encoders and programming rules that draw some differ from it in their draws.
"""

import re
from dataclasses import dataclass

import numpy as np
from brian2 import Equations, SpikeMonitor, StateMonitor

from snn_brian.base.errors import UserError, did_you_mean
from snn_brian.base.files import written_whole
from snn_brian.base.plot import COLOURS, PAGE, picture
from snn_brian.network import readout, traces
from snn_brian.network.classifier import CLASSES
from snn_brian.network.network import LAYER
from snn_brian.network.structure import INPUTS
from snn_brian.simulate.interpreted import Interpreted

FORM = re.compile(r"(\w+)\.(\w+)(?:\[(\d+):(\d+)\])?(?:@(\d+):(\d+))?(?:@epoch:(\d+))?")
SPIKES = "spikes"


@dataclass(frozen=True)
class Recording:
    """One variable of a group; ranges are half open, as in Python."""

    name: str  # group.variable
    neurons: tuple[int, int]
    presentations: tuple[int, int]  # test images, from 0; of an epoch, in its order
    epoch: int | None = None  # of training, from 1; None: after training

    @property
    def group(self):
        return self.name.split(".")[0]

    @property
    def variable(self):
        return self.name.split(".")[1]


def records(flag, texts, arm, images):
    """The `Recording` in each of the texts.

    Raises
    ------
    UserError
        As `record` does, and for a variable that is asked for twice at the same time.
    """
    found = [record(flag, text, arm, images) for text in texts]
    for number, each in enumerate(found):
        if any((each.name, each.epoch) == (other.name, other.epoch) for other in found[:number]):
            raise UserError(
                f"{flag}: {texts[number]!r} asks for {each.name} once more; give each variable one "
                "record, of all neurons and images that are wanted."
            )
    return found


def record(flag, text, arm, images):
    """The `Recording` in a text such as layer_1.U[0:10]@0:5 or layer_1.U@0:5@epoch:2; without
    ranges, ten neurons and one image.

    Raises
    ------
    UserError
        Naming the flag, the text and what is allowed.
    """
    match = FORM.fullmatch(text.strip())
    if not match:
        raise UserError(
            f"{flag}: {text!r} is no record; write GROUP.VARIABLE[NEURONS]@IMAGES, e.g. "
            "layer_1.U[0:10]@0:5, or with @epoch:N while epoch N learns, e.g. "
            "layer_1.U[0:10]@0:5@epoch:2."
        )
    group, variable, *limits, epoch = match.groups()
    epoch = None if epoch is None else int(epoch)
    if epoch is not None and not 1 <= epoch <= arm.epochs:
        raise UserError(
            f"{flag}: {text!r}: epoch {epoch} is none; give one from 1 to {arm.epochs}, or leave "
            "@epoch out."
        )
    pixels = images.pixels
    shown = len(images.test_labels if epoch is None else images.train_labels)
    sizes = arm.graph.sizes(pixels) | {f"classes_{l}": images.classes for l in arm.graph.numbers}
    for what, name, allowed in (
        ("group", group, sizes),
        ("variable", variable, _variables(arm, group)),
    ):
        if name not in allowed:
            raise UserError(
                f"{flag}: {text!r}: there is no {what} {name}{did_you_mean(name, allowed)}; "
                "choose one of "
                f"{', '.join(sorted(allowed))}."
            )
    ranges = []
    for what, (start, stop), most, default in (
        ("neurons", limits[:2], sizes[group], 10),
        ("images", limits[2:], shown, 1),
    ):
        start, stop = (0, min(default, most)) if start is None else (int(start), int(stop))
        if not start < stop <= most:
            raise UserError(
                f"{flag}: {text!r}: {what} {start}:{stop} are none; give two numbers, the first "
                "below the second, "
                f"from 0 to {most}."
            )
        ranges.append((start, stop))
    return Recording(f"{group}.{variable}", *ranges, epoch)


def recorded(training, records):
    """What was asked, by the record's name: arrays of shape (images, time steps, neurons) in SI
    units, spikes as booleans."""
    recorder = Recorder(training.structure, records)
    training.show(max(each.presentations[1] for each in records), recorder)
    return recorder.arrays()


def save(folder, arm, training, records):
    """Write `records/<arm>.npz` and `figures/records_<arm>.png` in a run's folder; returns their
    paths."""
    return write(folder, arm, recorded(training, records))


def write(folder, name, arrays):
    """The same of arrays that are there, under a name."""
    paths = folder / "records" / f"{name}.npz", folder / "figures" / f"records_{name}.png"
    for path in paths:
        path.parent.mkdir(exist_ok=True)
    with written_whole(paths[0]) as file:
        np.savez_compressed(file, **arrays)
    draw_recordings(arrays, paths[1])
    return paths


class Recorder(Interpreted):
    """The network in NumPy, with monitors; membranes are read when a layer has learned, before its
    reset."""

    def __init__(self, structure, records):
        super().__init__(structure, "numpy")
        self.records, self.monitors = records, []
        with self._session():
            self._record(records)

    def _record(self, records):
        for each in records:
            group, neurons = self.groups[each.group], np.arange(*each.neurons)
            if each.variable == SPIKES:
                self.monitors.append(SpikeMonitor(group, when="tally"))
            else:
                layer = each.group.rpartition("_")[2]
                when = {"inputs": "request_1", "classes": "tally"}.get(
                    each.group.rpartition("_")[0] or "inputs", f"accumulate_{layer}"
                )
                self.monitors.append(
                    StateMonitor(group, each.variable, record=neurons, when=when, order=2)
                )
        self.net.network.add(self.monitors)
        self.net.network.store()

    def arrays(self, begin=0):
        """What was recorded, as in `recorded`, in a run that began with this presentation."""
        found = {}
        for each, monitor in zip(self.records, self.monitors):
            (first, last), (low, high) = np.array(each.presentations) - begin, each.neurons
            if each.variable == SPIKES:
                values = np.zeros((last * self.steps, high), bool)
                steps, neurons = (
                    np.rint(np.asarray(monitor.t) / self.dt).astype(int) - begin * self.steps,
                    np.asarray(monitor.i),
                )
                kept = (steps < len(values)) & (neurons < high)
                values[steps[kept], neurons[kept]] = True
                values = values[:, low:]
            else:
                values = np.asarray(getattr(monitor, each.variable)).T[: last * self.steps]
            found[each.name] = values.reshape(last, self.steps, values.shape[1])[first:]
        return found


def draw_recordings(arrays, path):
    """A row for each record, one image after the other: traces, or a raster of spikes."""
    with picture(path, PAGE, 0.6 + 1.2 * len(arrays)) as figure:
        for axes, (name, values) in zip(
            figure.subplots(len(arrays), 1, squeeze=False)[:, 0], arrays.items()
        ):
            images, steps, neurons = values.shape
            course = values.reshape(images * steps, neurons)
            if name.endswith(f".{SPIKES}"):
                axes.plot(*np.nonzero(course), "|", color="black", markersize=4)
            else:
                axes.set_prop_cycle(color=COLOURS)
                axes.plot(course)
            for start in range(steps, images * steps, steps):
                axes.axvline(start - 0.5, color="0.8", linewidth=0.6, zorder=0)
            axes.set(ylabel=name, xlim=(-0.5, images * steps - 0.5))
        axes.set_xlabel("Time step; lines between images")


def _variables(arm, group):
    """Names of what a group has for each neuron."""
    neuron, kept = arm.spiking, set(Equations(arm.synapse.source).names)
    if group.startswith("classes"):
        own = Equations(readout.CLASSES if arm.rule else CLASSES)
        return {name for name, each in own.items() if "shared" not in each.flags}
    if group == INPUTS:
        return {
            "pixel",
            SPIKES,
            *kept,
            *Equations(traces.equations(neuron)).names,
        }
    trace = neuron.trace if arm.graph.ahead(group) else ""
    own = Equations(f"{LAYER.format(spike=neuron.threshold)}\n{neuron.equations}\n{trace}")
    is_source = any(each.source == group and not each.is_late for each in arm.graph.projections)
    found = {SPIKES} | {name for name, each in own.items() if "shared" not in each.flags}
    return found | kept if is_source else found
