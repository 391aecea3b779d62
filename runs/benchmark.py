"""Measure the crossbar against hand-written C++, PyTorch, plain Brian2 and aihwkit on one core, and
how its cost grows.

A peer that fails is a row that says so, below which it says why.

Every figure is the milliseconds on the clock that one MNIST image takes in 784-500-500-250, in
float32; all but the last two below are of training, forward pass and update. Peers take turns on
one core, each a process of its own with one thread, but for those that say two, which have two
cores; a figure is the median of the rounds, with its quartiles.

    crossbar, Brian2 Synapses   the compiled simulation from its first image to its last, without
    loading and saving; every
                                round starts from the same initial weights
    hand-written C++            the same images, but for the first 500
    PyTorch, aihwkit            the loop over images that are spikes already, after 20 steps
    forward pass alone          the compiled simulation of input spikes, their sums and spikes alone
    reading the same bytes      the weights of the synapses whose inputs spike,
                                at the speed at which a loop adds rows of floats in memory as large
                                as all weights

A cold build is generating and compiling the main job's network (Adam, mini-batches) on two cores,
into an empty cache. A warm start is the time from the start of a new process to its first image.
The peak memory is that of an epoch of this job: of the compiled program, which trains, and of the
Python process that asked for it. Growth is shown by one layer of n inputs and n neurons that learns
on-line from random images.
"""

import importlib.util
import os
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median
from unittest.mock import patch

from peers import picture, variants
from peers.growth import grow
from peers.report import (
    AIHWKIT,
    AUTOGRAD,
    BATCHES,
    BY_HAND,
    CROSSBAR,
    FORWARD,
    HANDWRITTEN,
    PLAIN,
    READING,
    TWO_THREADS,
    ratios,
    tables,
)
from peers.rounds import on, output, reply, summary, take_turns

from snn_brian.base import cache
from snn_brian.base.files import write_json
from snn_brian.base.scratch import scratch
from snn_brian.data.images import load_images
from snn_brian.job.folder import RunFolder
from snn_brian.job.provenance import versions
from snn_brian.job.script import Flags, run
from snn_brian.simulate.build_cache import compiler

PEERS = Path(__file__).parent / "peers"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Amount:
    """How much is measured."""

    rounds: int
    arms: tuple[str, ...]  # of the crossbar
    images: int  # of the crossbars, of hand-written C++ and of PyTorch in batches
    slow_images: int  # of PyTorch and aihwkit, one by one
    plain_images: int  # of plain Brian2
    starts: int
    job: tuple[int, int]  # training and test images of the main job
    widths: tuple[int, ...]
    threaded: tuple[int, ...]  # widths that two threads share
    activities: tuple[float, ...]
    growth_rounds: int
    growth_seconds: float  # of a point in a round, about
    activity: float = 0.2  # where widths vary
    width: int = 1000  # where activities vary
    target: str = "cpp_standalone"


FULL = Amount(
    rounds=9,
    arms=tuple(CROSSBAR),
    images=20_000,
    slow_images=2000,
    plain_images=300,
    starts=3,
    job=(60_000, 10_000),
    widths=(125, 250, 500, 1000, 2000, 4000),
    threaded=(1000, 2000, 4000),
    activities=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0),
    growth_rounds=5,
    growth_seconds=1.0,
)
# Two minutes are too few to compile what no ratio needs.
QUICK = Amount(
    rounds=2,
    arms=("ternary", "accumulator", "adam"),
    images=4000,
    slow_images=400,
    plain_images=60,
    starts=1,
    job=(5000, 1000),
    widths=(250, 1000),
    threaded=(),
    activities=(0.01, 0.2, 1.0),
    growth_rounds=2,
    growth_seconds=0.2,
)


def flags():
    parser = Flags(__doc__.split("\n\n")[0])
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds, images and sizes: two minutes"
    )
    parser.add_argument(
        "--out", help="new folder for the results; without it, results/<date-time>-benchmark"
    )
    return parser


def main(args):
    """Measure everything; returns the folder with benchmark.json and benchmark.png."""
    amount, start = QUICK if args.quick else FULL, time.perf_counter()
    compiler()
    cores = sorted(os.sched_getaffinity(0))[-2:]
    with (
        RunFolder(args.out, "benchmark") as folder,
        scratch("snn_brian-benchmark-") as work,
        patch.dict(os.environ, ONE_THREAD),
    ):
        result = {
            "date": datetime.now().isoformat(timespec="seconds"),
            "quick": args.quick,
            "cores": cores,
            "versions": versions("cpp_standalone"),
            "skipped": {},
        }
        compile_peers(work)
        result["costs"] = costs(amount, work / "cache", cores)
        peers, images, result["forward_bytes_per_image"] = make_peers(
            amount, work, cores, result["skipped"]
        )
        measured, result["failed"] = take_turns(amount.rounds, peers, cores[-1:])
        result["ms_per_image"] = {
            name: summary(values) | {"images": images[name]} for name, values in measured.items()
        }
        result["ratios"], result["ratio_ranges"] = ratios(measured)
        say("building networks of other sizes")
        result["growth"] = grow(amount, work / "stream", cores, result["skipped"])
        result["seconds"] = time.perf_counter() - start
        write_json(folder.path / "benchmark.json", result)
        picture.draw(result, folder.path / "benchmark.png")
    print("", *tables(result), "", f"Results are in {folder.path}", sep="\n")
    return folder.path


def say(text):
    print(text, flush=True)


def compile_peers(work):
    say("compiling the peers in C++")
    for name in ("handwritten", "stream"):
        output(
            name,
            [
                compiler(),
                "-std=c++17",
                "-O3",
                "-march=native",
                "-ffast-math",
                PEERS / f"{name}.cpp",
                "-o",
                work / name,
            ],
        )


def costs(amount, empty_cache, cores):
    """Seconds of a cold build and of warm starts, and peak memory, all in new processes."""

    def fresh(*images):
        start = time.time()
        found = reply(
            "main job", [sys.executable, PEERS / "variants.py", "adam", amount.target, *images]
        )
        return found | {"start_s": found["first_image_at"] - start}

    with patch.dict(os.environ, SNN_BRIAN_CACHE=str(empty_cache)), on(cores):
        say(f"building the main job's network in an empty cache (cores: {len(cores)})")
        cold = fresh(1, 1)
        say("starting the main job again")
        warm = [fresh(*amount.job) for _ in range(amount.starts)]
    return {
        "cold_build_s": cold["build_seconds"],
        "warm_start_s": median(each["start_s"] for each in warm),
        "program_MB": max(each["program_MB"] - each["image_MB"] for each in warm),
        "python_MB": max(each["python_MB"] - each["image_MB"] for each in warm),
        "processes": [cold, *warm],
    }


def make_peers(amount, work, cores, skipped):
    """{name: function that measures ms per image}, {name: images that it takes}, bytes that a
    forward pass reads."""
    idx = cache.folder("data") / "MNIST" / "raw"
    mnist, few = (
        load_images("mnist", train=count, test=1) for count in (amount.images, amount.plain_images)
    )
    peers, images = {}, {}

    def add(name, count, measure):
        peers[name], images[name] = measure, count

    def add_program(name, count, *command):
        add(name, count, lambda: reply(name, command)["ms_per_image"])

    for arm in amount.arms:
        name = CROSSBAR[arm]
        say(f"building {name}")
        # compiled there already
        own = {"SNN_BRIAN_CACHE": str(work / "cache")} if arm == "adam" else {}
        with patch.dict(os.environ, own):
            add(
                name,
                amount.images,
                partial(variants.milliseconds, variants.training(arm, mnist, target=amount.target)),
            )
    if amount.threaded and len(cores) > 1:
        for arm, name in TWO_THREADS.items():
            say(f"building {name}")
            training = variants.training(arm, mnist, target=amount.target, threads=2)
            add(name, amount.images, partial(milliseconds_on, cores, training))
    say(f"building {PLAIN}")
    with variants.plain_synapses():
        training = variants.training("ternary", few, target=amount.target)
    add(PLAIN, amount.plain_images, partial(variants.milliseconds, training))
    say(f"building {FORWARD}")
    forward = variants.Forward("ternary", mnist, target=amount.target)
    read, weights = forward.bytes_per_image(), sum(w.nbytes for w in forward.weights)
    add(FORWARD, amount.images, forward.milliseconds)
    add(
        READING,
        amount.images,
        lambda: read / 1e6 / reply(READING, [work / "stream", weights])["GB_per_s"],
    )
    for rule, name in HANDWRITTEN.items():
        add_program(name, amount.images, work / "handwritten", idx, rule, amount.images, 1)
    for name, method, batch, count in (
        (AUTOGRAD, "autograd-sgd", 1, amount.slow_images),
        (BY_HAND, "manual-sgd", 1, amount.slow_images),
        (BATCHES, "autograd-sgd", 100, amount.images),
    ):
        add_program(
            name, count, sys.executable, PEERS / "torch_local.py", idx, method, batch, count
        )
    skipped |= {
        name: "not with --quick" for arm, name in CROSSBAR.items() if arm not in amount.arms
    }
    if importlib.util.find_spec("aihwkit"):
        add_program(
            AIHWKIT,
            amount.slow_images,
            sys.executable,
            PEERS / "aihwkit_pair.py",
            idx,
            amount.slow_images,
        )
    else:
        skipped[AIHWKIT] = "aihwkit is not installed"
    return peers, images, read


def milliseconds_on(cores, training):
    """Per image, on these cores."""
    with on(cores):
        return variants.milliseconds(training)


if __name__ == "__main__":
    run(main, flags)
