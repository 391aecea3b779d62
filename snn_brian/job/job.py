"""The job that `runs/mnist_local.py` is and that a sweep does at each of its points: flags in, a
folder of results out."""

from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from snn_brian.check.kinds import KINDS
from snn_brian.check.loading import names
from snn_brian.data.datasets import load_data
from snn_brian.data.images import DATASETS
from snn_brian.job import arguments, report, resources, start
from snn_brian.job.aftermath import after, draw_all
from snn_brian.job.folder import RunFolder, comparison
from snn_brian.job.provenance import configuration
from snn_brian.job.script import Flags
from snn_brian.job.side_by_side import trained
from snn_brian.simulate.build_cache import compiler
from snn_brian.simulate.simulation import TARGETS
from snn_brian.train.recording import records


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
        "Heidelberg Digits have them, or of N-MNIST or DVS gestures as tonic leaves them",
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
    parser.add_argument(
        "--layers",
        default="500,500,250",
        help="neurons of each layer, or convolutions, such as 'conv(16, kernel=5, stride=2),250'",
    )
    parser.add_argument("--steps", default="1", help="time steps of a presentation")
    parser.add_argument(
        "--dt", default="1ms", help="duration of a time step; time constants of models are physical"
    )
    parser.add_argument(
        "--rest",
        default="0s",
        help="time without pulses before each test, for devices that drift or relax, e.g. 1day; "
        "training goes on without it",
    )
    parser.add_argument(
        "--wire-resistance",
        help="of each piece of wire between two neighbouring devices, along rows and columns, e.g. "
        "'2 ohm': devices are read through wires; without it, they have none, nor has the baseline",
    )
    parser.add_argument(
        "--tile",
        help="rows and columns of the tiles over which the array of a layer is spread, e.g. "
        "128x128; without it, a layer is one array",
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
        "--workers",
        help="arms that are trained at once, each on --threads cores; without it, as many as "
        "there are cores for; one with another target than cpp_standalone",
    )
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
        "--threads and --workers change, and model files must be given again",
    )
    parser.add_argument(
        "--start",
        help="folder of a run, an .npz checkpoint for one --arm, or a .nir graph, whose "
        "conductances or weights and classifiers to start from; --epochs 0 then is a test alone",
    )
    parser.add_argument("--arm", default="both", help=one_of(arguments.ARMS))
    return parser.group(
        data="dataset data_root train test validation encoding steps dt bin",
        network="layers neuron synapse network loss",
        devices="arm device programming rest wire_resistance tile",
        learning="learning optimizer batch program eta epochs set seed",
        run="target threads workers out resume start checkpoint_every record",
    )


def one_of(allowed: Iterable[str]) -> str:
    """A choice, as help tells it."""
    return "one of " + ", ".join(allowed)


def main(args: Namespace, pictures: bool = True) -> Path:
    """Run what the flags ask for; returns the folder of the results. Without pictures, neither
    figures nor the report are drawn."""
    counts, bin_ = arguments.counts(args), _bin(args)
    arms = arguments.arms(args)
    workers = arguments.workers(args, arms)
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
        arms = {name: arm.seeing(images) for name, arm in arms.items()}
        for arm in arms.values():
            arguments.check_network(args.network, arm)
        first = next(iter(arms.values()))
        resources.check(arms, images, folder.path, workers)
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
        for name, training in trained(arms, images, folder, starts, workers, wanted):
            for line in after(folder.path, name, training, wanted):
                print(line, flush=True)
        print(f"\n{comparison(folder.summary())}")
        if pictures:
            print("\nFigures:", *draw_all(folder.path))
            print(f"Report: {report.write(folder.path)}")
    return folder.path


def _bin(args):
    """Nanoseconds of recorded time in a time step."""
    flag, text = ("--dt", args.dt) if args.bin is None else ("--bin", args.bin)
    return arguments.nanoseconds(flag, text)
