"""What a run will take of the memory and of the disks, told before it starts if it cannot fit."""

import math
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from brian2 import Equations

from snn_brian.base.errors import UserError
from snn_brian.base.memory import available_memory, size
from snn_brian.crossbar.rows import stride
from snn_brian.data.images import Images
from snn_brian.job.layers import MOST
from snn_brian.network.layers import as_text
from snn_brian.network.synapse import Connections
from snn_brian.train.arm import Arm

REAL = 4  # bytes of a float32
# Measured peaks of resident memory, in bytes.
PYTHON, PROGRAM = 215e6, 6e6  # without images and synapses
LOADED = 55e6  # of a data set, also where few of its images are used
RUNTIME, RUNTIME_VARIABLE, RUNTIME_BATCHED = 31, 12, 100  # of a synapse in Brian2's runtime targets
RUNTIME_SHARED = 54  # of a connection of a convolution there, and of one to its classifier


def check(arms: Mapping[str, Arm], images: Images, folder: Path, at_once: int = 1) -> None:
    """That a run can fit into this machine and into Brian2's integers.

    Parameters
    ----------
    arms : dict of Arm
        By name.
    images : Images
    folder : Path
        Of the results, which may hold some of them.
    at_once : int
        Arms that learn at the same time.

    Raises
    ------
    UserError
        Naming what is needed and what there is.
    """
    every = list(arms.values())
    _check_integers(every[0], images)
    layers = f"--layers: {as_text(every[0].layers)}"
    needed, there = memory(every, images, at_once), available_memory()
    if needed > there:
        if 4 * images.nbytes > needed:  # held by Python and by the compiled program
            raise UserError(_too_much_data(every[0], images, needed, there, at_once))
        raise UserError(
            f"{layers} need about {size(needed)} of memory with these models, but {size(there)} "
            f"are free; give smaller layers{_fewer(at_once)}."
        )
    held = sum(path.stat().st_size for path in folder.rglob("*.npz"))
    places = [
        ("--out", folder, sum(_checkpoints(each, images) for each in every) - held),
        ("TMPDIR", Path(tempfile.gettempdir()), _temporary(every, images, at_once)),
    ]
    for flag, place, _ in places:
        needed = sum(
            bytes_ for _, other, bytes_ in places if other.stat().st_dev == place.stat().st_dev
        )
        if needed > shutil.disk_usage(place).free:
            raise UserError(
                f"{flag}: the run needs about {size(needed)} on the disk of '{place}', but "
                f"{size(shutil.disk_usage(place).free)} are free; make room, or choose another "
                "folder."
            )


def _too_much_data(arm, images, needed, there, at_once):
    presentations = len(images.train_labels) + len(images.test_labels)
    shown, mend = (
        ("images", "")
        if not images.events
        else ("presentations of events", f", or fewer --steps than {arm.steps}")
    )
    return (
        f"--train: {presentations} {shown} need most of {size(needed)} of memory, but "
        f"{size(there)} are free; give fewer by --train and --test{mend}{_fewer(at_once)}."
    )


def _fewer(at_once):
    return ", or --workers 1" if at_once > 1 else ""


def memory(arms: Sequence[Arm], images: Images, at_once: int = 1) -> float:
    """Bytes that Python and the compiled programs take together at the peak of a run.

    During training, Python holds the state of an arm and its program all its variables, whose rows
    begin with cache lines; at its start, what pulses alone use of one projection lies there twice.
    Between two runs, Python holds the state before and after; figures are drawn from conductances
    and weights of the first and the last checkpoint.
    """
    pixels = images.pixels
    peaks = []
    for arm in arms:
        synapses, (state, devices, passing) = sum(_synapses(arm, pixels)), _variables(arm)
        spread = [rows * stride(columns) for rows, columns in arm.graph.shapes(pixels).values()]
        moved = devices + 2 if arm.programming else 1
        if arm.target == "cpp_standalone":
            peaks.append(
                max(
                    PROGRAM
                    + images.nbytes
                    + (state + devices) * synapses * REAL
                    + (state + devices + passing) * sum(spread) * REAL
                    + moved * max(spread) * REAL
                    + 4 * _classifiers(arm, images) * REAL,
                    (2 * state + devices + 1) * synapses * REAL,
                )
            )
        else:
            each = (
                RUNTIME
                + RUNTIME_VARIABLE * (state + devices + passing)
                + RUNTIME_BATCHED * (passing > 0)
            )
            others = sum(_shared(arm)) + _classifiers(arm, images)
            peaks.append(each * synapses + RUNTIME_SHARED * others)
    drawn = sum((6 if arm.programming else 2) * sum(_synapses(arm, pixels)) * REAL for arm in arms)
    return PYTHON + max(LOADED, images.nbytes) + max(sum(sorted(peaks)[-at_once:]), drawn)


def _check_integers(arm, images):
    synapses = max(_synapses(arm, images.pixels) + _shared(arm))
    if synapses > MOST:
        raise UserError(
            f"--layers: {as_text(arm.layers)} makes a layer of {synapses} synapses, but "
            f"Brian2 can number at most {MOST}; give smaller layers."
        )
    presentations = max(len(images.train_labels), len(images.test_labels))
    if presentations * arm.steps > MOST:
        raise UserError(
            f"--steps: {arm.steps} is not possible with {presentations} images; give at most "
            f"{MOST // presentations}, or fewer images by --train and --test."
        )


def _synapses(arm, pixels):
    """Of each projection; a weight that many connections share is one."""
    return [inputs * neurons for inputs, neurons in arm.graph.shapes(pixels).values()]


def _learned(arm, pixels):
    """Synapses of all projections whose weights are learned."""
    shapes = arm.graph.shapes(pixels)
    return sum(math.prod(shapes[each.name]) for each in arm.graph.learned)


def _shared(arm):
    """Connections of each convolution, which hold no weights."""
    return [each.kernel.connections for each in arm.graph.projections if each.kernel]


def _classifiers(arm, images):
    """Weights of the classifiers of convolutions, which have many neurons for their own weights."""
    kernels = [each.kernel for each in arm.graph.projections if each.kernel]
    return sum(images.classes * kernel.target for kernel in kernels)


def _variables(arm):
    """How many variables of a synapse outlive an epoch, how many are constants of devices, and how
    many pass."""
    found = Connections(
        arm.weights, arm.programming, arm.optimizer, batched=arm.batched, wires=arm.wires
    )
    return len(found.state), len(found.spreads), int(arm.batched) + _connections(arm)


def _connections(arm):
    """How many variables the synapse's declaration keeps for each connection."""
    return len(Equations(arm.synapse.connection).names)


def _checkpoints(arm, images):
    """Bytes of an arm's checkpoints; w of a pair is not kept."""
    kept = _variables(arm)[0] - (arm.programming is not None)
    kept += _connections(arm) if arm.synapse.goes_on else 0
    each = kept * _learned(arm, images.pixels) * REAL + 4 * len(images.train_labels)
    each += _classifiers(arm, images) * REAL
    return (arm.epochs + 1 + (2 if arm.piece else 0)) * each


def _temporary(arms, images, at_once):
    """Bytes of the images for the compiled programs, of their arguments and of their results."""
    if arms[0].target != "cpp_standalone":
        return 0
    files = []
    for arm in arms:
        state, devices, passing = _variables(arm)
        synapses = sum(_synapses(arm, images.pixels))
        own = (2 * state + 2 * devices + passing) * synapses + _classifiers(arm, images)
        files.append(own * REAL)
    written = 0 if images.events else images.nbytes  # events are in a file already
    return written + sum(sorted(files)[-at_once:])
