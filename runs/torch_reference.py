"""Do runs of mnist_local.py in PyTorch and compare: an independent implementation, in the paper's
own way (its II.C), with autograd, torch.optim and mini-batches, of the same rules and devices.

RUN are folders of runs, also points of a sweep: each is repeated with its own images, order,
classifiers and initial state; rounding draws other random numbers. Without RUN, the flags and
--seeds say what is done, in PyTorch alone.
"""

import json
import time
from argparse import Namespace
from pathlib import Path

import torch
from reference.curves import draw, table
from reference.local_learning import Network, check
from tqdm import tqdm

from snn_brian.base.errors import UserError
from snn_brian.base.files import write_json, write_table
from snn_brian.base.new_folder import new_folder
from snn_brian.data.datasets import load_data
from snn_brian.job import arguments, job
from snn_brian.job.metrics import METRICS, read_metrics
from snn_brian.job.provenance import configuration
from snn_brian.job.script import run


def flags():
    parser = job.flags()
    parser.description = __doc__
    parser.add_argument("runs", metavar="RUN", nargs="*", help="folder of a run to repeat")
    parser.add_argument(
        "--seeds", help="instead of --seed: numbers with commas between them, a run for each"
    )
    return parser


def main(args):
    """Do the runs and compare them; returns the folder of the results."""
    torch.set_num_threads(1)
    seeds = (args.seeds or args.seed).split(",")
    configs = [recorded(folder) for folder in args.runs] or [asked(args, seed) for seed in seeds]
    for config in configs:
        check(config)
    with new_folder(args.out, "torch_reference") as (folder, path):
        rows = [
            row | {"source": "Brian2", "run": run} for run in args.runs for row in read_metrics(run)
        ]
        for number, config in enumerate(configs, 1):
            own = folder / f"run_{number}"
            own.mkdir()
            write_json(own / "config.json", config)
            repeated = [
                row
                for arm in config["arms"]
                for row in train(config, arm, f"run {number} of {len(configs)}")
            ]
            write_table(
                own / "metrics.csv", {name: [row[name] for row in repeated] for name in METRICS}
            )
            rows += [row | {"source": "PyTorch", "run": own.name} for row in repeated]
        print(table(rows))
        draw(rows, folder / "accuracy.png")
    print(f"Written to {path}")
    return path


def recorded(folder):
    """The configuration of a run."""
    try:
        return json.loads((Path(folder) / "config.json").read_text())
    except (OSError, ValueError) as error:
        raise UserError(
            f"RUN: '{folder}' has no config.json that can be read; name the folder of a run."
        ) from error


def asked(args, seed):
    """The configuration of the run that the flags ask for."""
    given = Namespace(**vars(args) | {"seed": seed})
    arms = arguments.arms(given)
    images = load_data(args.dataset, args.data_root, **arguments.counts(args))
    return json.loads(
        json.dumps(
            configuration(arms, images, {"data_root": args.data_root, "dataset": args.dataset})
        )
    )


def train(config, arm, what):
    """The rows of `metrics.csv` of one arm."""
    images, rows = images_of(config), []
    spikes = [
        torch.from_numpy((part / 255 > config["encoder"]["parameters"]["theta"]).astype("float32"))
        for part in (images.train_images, images.test_images)
    ]
    labels = [torch.from_numpy(part).long() for part in (images.train_labels, images.test_labels)]
    network = Network(config, arm, spikes[0].shape[1])
    start = time.perf_counter()
    epochs = network.epochs(spikes[0], labels[0], spikes[1], labels[1])
    for number, tested, trained, energy in tqdm(
        epochs, f"{what}, {arm}", config["epochs"] + 1, unit=" epochs"
    ):
        seconds, start = time.perf_counter() - start, time.perf_counter()
        for k, synapse in enumerate(network.synapses):
            rows.append(
                {
                    "arm": arm,
                    "epoch": number,
                    "layer": k + 1,
                    "test_accuracy": f"{tested[k]:.6f}",
                    "train_accuracy": "" if trained is None else f"{trained[k]:.6f}",
                    "potentiation_pulses": synapse.pulses_P,
                    "depression_pulses": synapse.pulses_D,
                    "write_energy_J": f"{energy[k]:.6e}",
                    "reads": 0,
                    "seconds": f"{seconds:.3f}",
                }
            )
    return rows


def images_of(config):
    """The images of a run, which must be the same to the last bit."""
    about = config["data"]
    images = load_data(
        config["arguments"].get("dataset", about["name"]),
        config["arguments"].get("data_root"),
        train=about["train"],
        test=None if about.get("validation") else about["test"],
        validation=about.get("validation"),
    )
    if images.sha256 != about["sha256"]:
        raise UserError(
            f"RUN: the images of '{about['name']}' here are not those of the run; give the run's "
            "own data."
        )
    return images


if __name__ == "__main__":
    run(main, flags)
