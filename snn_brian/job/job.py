"""The job that `runs/mnist_local.py` is and that a sweep does at each of its points: flags in, a
folder of results out."""

import sys
import time
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path

from tqdm import tqdm

from snn_brian.check.kinds import KINDS
from snn_brian.check.loading import names
from snn_brian.data.datasets import load_data
from snn_brian.data.events import Events
from snn_brian.data.images import DATASETS, Images
from snn_brian.job import arguments, report, resources, start
from snn_brian.job.aftermath import after, draw_all
from snn_brian.job.folder import RunFolder, comparison
from snn_brian.job.provenance import configuration
from snn_brian.job.script import Flags
from snn_brian.simulate.build_cache import compiler
from snn_brian.simulate.simulation import TARGETS
from snn_brian.train.arm import Arm
from snn_brian.train.epoch_records import record_epochs
from snn_brian.train.epochs import Epoch
from snn_brian.train.recording import Recording, records
from snn_brian.train.training import Training


def flags() -> Flags:
    """The flags of the job; their values are texts, checked by `snn_brian.job.arguments`."""
    parser = Flags(
        "Train a spiking network with local classifiers on simulated memristors and compare it "
        "with ideal weights."
    )
    parser.add_argument(
        "--dataset",
        default="mnist",
        help=one_of(DATASETS) + ", or an .npz or HDF5 file of images, or of events for --encoding "
        "events, or a folder of idx files, or of *train*.h5 and *test*.h5 as the Spiking "
        "Heidelberg Digits have them",
    )
    parser.add_argument(
        "--data-root",
        help="folder with the data in torchvision's layout; without it, a cache folder",
    )
    for kind in KINDS.values():
        former = [f"--{kind.former}"] if kind.former else []
        parser.add_argument(
            f"--{kind.flag}",
            *former,
            dest=kind.flag,
            default=kind.default,
            help=f"{kind.help}: {one_of(names(kind.word))}, or a file's path",
        )
    parser.add_argument(
        "--batch", default="100", help="presentations for an update; 1 with sgd is on-line learning"
    )
    parser.add_argument(
        "--program",
        default="step",
        help="with sgd and a batch of 1, program at the end of every " + one_of(arguments.PROGRAMS),
    )
    parser.add_argument(
        "--eta",
        help="learning rate of the memristive arm (with --arm baseline, of the baseline); "
        "without it, the setting that goes with the rule",
    )
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="another number in a declaration, e.g. programming.gamma_P=3, device.G_max='500 nS', "
        "learning.decay=0.9, neuron.u_lo=-0.5; may be repeated",
    )
    parser.add_argument("--layers", default="500,500,250", help="neurons of each layer")
    parser.add_argument("--steps", default="1", help="time steps of a presentation")
    parser.add_argument(
        "--dt", default="1ms", help="duration of a time step; time constants of models are physical"
    )
    parser.add_argument(
        "--bin",
        help="recorded time that becomes one time step, for files of events; without it, --dt",
    )
    parser.add_argument(
        "--epochs", default="10", help="times that all training images are presented"
    )
    parser.add_argument("--train", help="use the first so many training images; without it, all")
    parser.add_argument("--test", help="use the first so many test images; without it, all")
    parser.add_argument(
        "--validation",
        help="test on the last so many training images, train on the others, and leave the "
        "test images alone: for the choice of settings",
    )
    parser.add_argument(
        "--record",
        metavar="GROUP.VARIABLE[NEURONS]@IMAGES",
        action="append",
        default=[],
        help="after training, a variable of chosen neurons while test images are shown, e.g. "
        "layer_1.U[0:10]@0:5 or inputs.spikes; with @epoch:N, while epoch N learns from "
        "presentations of its own, e.g. layer_1.U@0:5@epoch:1; may be repeated",
    )
    parser.add_argument("--seed", default="0", help="of all random draws")
    parser.add_argument("--target", default="cpp_standalone", help=one_of(TARGETS))
    parser.add_argument("--threads", default="1", help="threads of the compiled program")
    parser.add_argument(
        "--out", help="new folder for the results; without it, results/<date-time>-<what>"
    )
    parser.add_argument(
        "--checkpoint-every",
        help="presentations after which a checkpoint is written within an epoch, a "
        "multiple of the batch; without it, at the end of epochs alone",
    )
    parser.add_argument(
        "--resume",
        help="folder of a run to be continued; its flags are kept, only --epochs may grow and "
        "--threads change, and model files must be given again",
    )
    parser.add_argument(
        "--start",
        help="folder of a run, or an .npz checkpoint for one --arm, whose conductances or weights "
        "and classifiers to start from; --epochs 0 then is a test alone",
    )
    parser.add_argument("--arm", default="both", help=one_of(arguments.ARMS))
    return parser.group(
        data="dataset data_root train test validation encoding steps dt bin",
        network="layers neuron loss",
        devices="arm device programming",
        learning="optimizer batch program eta epochs set seed",
        run="target threads out resume start checkpoint_every record",
    )


def one_of(allowed: Iterable[str]) -> str:
    """A choice, as help tells it."""
    return "one of " + ", ".join(allowed)


def main(args: Namespace) -> Path:
    """Run what the flags ask for; returns the folder of the results."""
    counts, bin_ = arguments.counts(args), _bin(args)
    arms = arguments.arms(args)
    if args.target != "numpy":
        compiler(args.target)
    first = next(iter(arms.values()))
    what = f"{first.weights.name}-{first.programming.name}" if first.programming else "baseline"
    with RunFolder(
        args.resume or args.out,
        f"{Path(args.dataset).stem}-{what}-{first.optimizer.name}{args.batch}",
        resumed=args.resume is not None,
    ) as folder:
        images = load_data(args.dataset, args.data_root, first.steps, bin_, **counts)
        resources.check(arms, images, folder.path)
        resumed = folder.path if args.resume else None
        starts = start.starts(args.start, arms, images, resumed)
        wanted = records("--record", args.record, first, images)
        config = configuration(arms, images, vars(args), starts)
        folder.begin(config)
        print(f"Results go to {folder.path}", flush=True)
        for line in start.told(args.start, starts, config):
            print(line, flush=True)
        if images.left_out:
            folder.left_out = images.left_out
            print(
                "Events after the last time step, left out: "
                + ", ".join(f"{part} {share:.2%}" for part, share in images.left_out.items()),
                flush=True,
            )
        for name, arm in arms.items():
            training = train(name, arm, images, folder, starts.get(name), wanted)
            for line in after(folder.path, name, training, wanted):
                print(line, flush=True)
        print(f"\n{comparison(folder.summary())}\n\nFigures:", *draw_all(folder.path))
        print(f"Report: {report.write(folder.path)}")
    return folder.path


def _bin(args):
    """Nanoseconds of recorded time in a time step."""
    flag, text = ("--dt", args.dt) if args.bin is None else ("--bin", args.bin)
    return arguments.nanoseconds(flag, text)


def train(
    name: str,
    arm: Arm,
    images: Images | Events,
    folder: RunFolder,
    begin: start.Start | None = None,
    wanted: Sequence[Recording] = (),
) -> Training:
    """Train one arm, with a progress bar for each epoch and a line at its end.

    Parameters
    ----------
    name : str
        Of the arm.
    arm : Arm
    images : Images or Events
    folder : RunFolder
        Where its epochs are kept, and gone on from.
    begin : Start or None
    wanted : sequence of Recording
        Those of its epochs are written while it trains.

    Returns
    -------
    Training
        At its end.
    """
    kept = "" if arm.target == "numpy" else ", which is compiled once and kept"
    print(f"{name}: building the network{kept}", flush=True)
    if begin:
        print(f"{name}: starting from {begin.path}", flush=True)
    began = time.perf_counter()
    training = Training(arm, images, begin and begin.arrays)
    compile_seconds = time.perf_counter() - began
    # seconds between two pictures of the bar; fewer in a log
    pause = 0.1 if sys.stderr.isatty() else 60
    if last := folder.go_on(name, training):
        print(f"{name}: going on from {last}", flush=True)
    record_epochs(folder.path, name, training, wanted)
    epochs = training.epochs(
        lambda number, done: bar.update(round(done) - bar.n),
        lambda number, arrays: folder.add_piece(name, number, arrays),
    )
    for number in range(len(training.history.epochs), arm.epochs + 1):
        total = training.n_test + (training.n_train if number else 0)
        with tqdm(
            total=total,
            desc=f"{name} epoch {number}/{arm.epochs}",
            unit=" images",
            leave=False,
            miniters=1,
            mininterval=pause,
            delay=pause,
            dynamic_ncols=True,
        ) as bar:
            epoch = next(epochs)
        folder.add(name, epoch)
        say(name, epoch)
        del epoch  # its arrays, which need not be in memory during the next one
    folder.finish(name, arm.epochs * training.n_train, compile_seconds)
    return training


def say(name: str, epoch: Epoch) -> None:
    """Print a line about a finished epoch."""
    accuracies = "  ".join(f"{100 * value:.2f}" for value in epoch.test_accuracy)
    pulses = int(epoch.potentiation_pulses.sum() + epoch.depression_pulses.sum())
    print(
        f"{name} epoch {epoch.number}: test accuracy by layer {accuracies} %, {pulses} pulses, "
        f"{epoch.seconds:.1f} s",
        flush=True,
    )
