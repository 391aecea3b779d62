"""Train a spiking network with local classifiers on simulated memristors and compare it with ideal weights."""
import argparse
import signal
import sys
import time

from tqdm import tqdm

from snn_brian import data, figures, settings
from snn_brian.build import compiler
from snn_brian.errors import UserError
from snn_brian.loading import load
from snn_brian.losses import LOSSES
from snn_brian.optimizers import OPTIMIZERS
from snn_brian.results import RunFolder
from snn_brian.simulation import TARGETS, SimulationFailed
from snn_brian.training import Training


def parser():
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    flags.add_argument("--dataset", default="mnist", help=f"one of {', '.join(data.DATASETS)}")
    flags.add_argument("--data-root", help="folder with the data in torchvision's layout")
    flags.add_argument("--neuron", default="integrate_and_fire", help="name, or path of a file with a declaration")
    flags.add_argument("--device", default="TiOx", help="name or path")
    flags.add_argument("--rule", default="ternary", help="name or path")
    flags.add_argument("--optimizer", default="adam", choices=OPTIMIZERS)
    flags.add_argument("--batch", default="100", help="presentations per update; 1 with sgd is on-line learning")
    flags.add_argument("--eta", help="learning rate of the memristive arm (of the baseline with --arm baseline); "
                                     "without it, the setting that goes with the rule")
    flags.add_argument("--loss", default="cross-entropy", choices=LOSSES)
    flags.add_argument("--layers", default="500,500,250", help="neurons of each layer")
    flags.add_argument("--encoding", default="threshold", help="how pixels become spikes: threshold, rate, or a path")
    flags.add_argument("--steps", default="1", help="time steps of a presentation")
    flags.add_argument("--epochs", default="10")
    flags.add_argument("--train", help="use so many training images; without it, all")
    flags.add_argument("--test", help="use so many test images; without it, all")
    flags.add_argument("--seed", default="0")
    flags.add_argument("--target", default="cpp_standalone", choices=TARGETS)
    flags.add_argument("--threads", default="1", help="threads of the compiled program")
    flags.add_argument("--out", help="new folder for the results; without it, results/<date-time>-<what>")
    flags.add_argument("--arm", default="both", choices=["both", "memristive", "baseline"])
    return flags


def main(args):
    """Run what the flags ask for; returns the folder of the results."""
    neuron, encoder = load("neuron", args.neuron), load("encoder", args.encoding)
    baseline, device, rule = load("device", "ideal"), load("device", args.device), load("rule", args.rule)
    experiments = settings.experiments(args, neuron, device, rule, encoder, baseline)
    counts = {name: None if value is None else settings.whole(f"--{name}", value)
              for name, value in (("train", args.train), ("test", args.test))}
    if args.target == "cpp_standalone":
        compiler()
    images = data.load(args.dataset, args.data_root, **counts)
    what = f"{args.dataset}-{device.name}-{rule.name}-{args.optimizer}{args.batch}" if args.arm != "baseline" \
        else f"{args.dataset}-baseline-{args.optimizer}{args.batch}"
    folder = RunFolder(args.out, what)
    folder.write_config(experiments, images, vars(args))
    print(f"Results go to {folder.path}")
    for arm, experiment in experiments.items():
        train(arm, experiment, images, folder)
    print(table(folder.summary()))
    figures.draw(folder.path)
    print(f"Figures: {folder.path / 'figures'}")
    return folder.path


def train(arm, experiment, images, folder):
    """Train one arm, with a progress bar for each epoch and a line at its end."""
    start = time.perf_counter()
    print(f"{arm}: building the network (C++ is compiled once and kept)", flush=True)
    training = Training(experiment, images)
    compile_seconds = time.perf_counter() - start
    bar, finished = None, []

    def progress(epoch, done):
        bar.n = min(int(done), bar.total)
        bar.refresh() if bar.n == bar.total else bar.update(0)

    epochs = training.epochs(progress)
    for number in range(experiment.epochs + 1):
        total = (training.n_train if number else 0) + training.n_test
        with tqdm(total=total, desc=f"{arm} epoch {number}/{experiment.epochs}", unit=" images", leave=False,
                  mininterval=0.2 if sys.stderr.isatty() else 5, dynamic_ncols=True) as bar:
            epoch = next(epochs)
        folder.add(arm, epoch)
        finished.append(epoch)
        accuracy = "  ".join(f"{100 * value:6.2f}" for value in epoch.test_accuracy)
        pulses = int(epoch.potentiation_pulses.sum() + epoch.depression_pulses.sum())
        print(f"{arm} epoch {number:2d}: test accuracy by layer {accuracy} %   {pulses:9d} pulses   {epoch.seconds:6.1f} s",
              flush=True)
    folder.finish(arm, finished, experiment.epochs * training.n_train, compile_seconds)


def table(summary):
    """The comparison of the arms as text."""
    arms = summary["arms"]
    layers = len(next(iter(arms.values()))["test_accuracy"])
    lines = ["", f"{'test accuracy (%)':>18}" + "".join(f"{arm:>12}" for arm in arms) + ("        drop" if len(arms) == 2 else "")]
    for k in range(layers):
        values = [100 * arm["test_accuracy"][k] for arm in arms.values()]
        drop = 100 * (arms["baseline"]["test_accuracy"][k] - arms["memristive"]["test_accuracy"][k]) if len(arms) == 2 else None
        lines.append(f"{f'layer {k + 1}':>18}" + "".join(f"{value:12.2f}" for value in values)
                     + (f"{drop:12.2f}" if drop is not None else ""))
    for name, key, form in (("potentiation", "potentiation_pulses", "d"), ("depression", "depression_pulses", "d"),
                            ("write energy (J)", "write_energy_J", ".3g"),
                            ("ms/presentation", "seconds_per_presentation", ".4f")):
        scale = 1000 if key.startswith("seconds") else 1
        lines.append(f"{name:>18}" + "".join(f"{arm[key] * scale:>12{form}}" for arm in arms.values()))
    return "\n".join(lines)


def interrupted(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupted)
    try:
        main(parser().parse_args())
    except UserError as error:
        sys.exit(print(f"error: {error}", file=sys.stderr) or 2)
    except SimulationFailed as error:
        sys.exit(print(f"error: {error}", file=sys.stderr) or 1)
    except KeyboardInterrupt:
        sys.exit(print("\nInterrupted; every finished epoch is kept.", file=sys.stderr) or 130)
