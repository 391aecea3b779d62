"""The generated C++ under GCC's sanitizers: representative networks, built with other flags than
usual, and the crossbar's own tests of random equations."""

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from unittest.mock import patch

import numpy as np

from snn_brian.base.errors import SimulationFailed, UserError
from snn_brian.check.loading import declarations, load
from snn_brian.data.events import load_events
from snn_brian.data.images import Images
from snn_brian.job.arguments import check_fit
from snn_brian.simulate import build_cache
from snn_brian.train.arm import Arm
from snn_brian.train.training import Training

ROOT = Path(__file__).parents[2]
ADDRESS = "-fsanitize=address,undefined -fno-sanitize-recover=all"
THREAD = "-fsanitize=thread"
# Brian2's programs leave a few arrays to the system at their end.
NO_LEAKS = {"ASAN_OPTIONS": "detect_leaks=0"}
# What a crossbar's code does with random equations, delays, masks, and where its rows lie.
PROPERTIES = [
    f"tests/crossbar/test_{name}.py"
    for name in ("crossbar", "event_driven", "masks", "delays", "rows", "postponed")
]
ENCODERS = ("threshold", "rate", "latency", "current", "poisson")  # those of images
STEPS = 3
LARGE = 600  # neurons of a layer whose loops two threads share


def sanitized(folder, say, quick=False):
    """Returns {case: "clean" or the finding}; `quick` builds one network for each sanitizer."""
    found = {}
    for name, arm, images, flags in chosen(folder, quick):
        began = time.perf_counter()
        found[name] = _trained(arm, images, flags, folder / "cache")
        say(f"{name}: {found[name]} ({time.perf_counter() - began:.0f} s)")
    for test in [] if quick else PROPERTIES:
        name = f"{test}, address and undefined"
        found[name] = _tested(test)
        say(f"{name}: {found[name]}")
    return found


def chosen(folder, quick):
    """(name, arm, images, flags) of each network."""
    every = list(_networks(folder))
    return [every[0], every[-2]] if quick else every


def _networks(folder):
    """Every neuron, programming rule, encoder and optimizer, on a device with all spreads."""
    varied = load("device", "TiOx_varied")
    device = replace(varied, cycle_to_cycle=0.01, read_noise=0.02)
    linear = replace(load("device", "linear"), cycle_to_cycle=0.01, read_noise=0.02)
    erased = replace(load("device", "PCM"), read_noise=0.02, device_to_device={"alpha_P": 0.1})
    neurons, encoders = cycle(declarations("neuron")), cycle(ENCODERS)
    losses, optimizers = cycle(declarations("loss")), cycle(declarations("optimizer"))
    small, large = _images(60), _images(784)
    for rule in declarations("programming"):
        fitting = next(each for each in (device, linear, erased) if _fit(each, rule))
        neuron = next(neurons)
        while not _fit(fitting, rule, neuron=neuron):
            neuron = next(neurons)
        optimizer = next(each for each in optimizers if _fit(fitting, rule, each, neuron))
        names = rule, neuron, next(encoders), optimizer, next(losses)
        yield _case(names, fitting, small, ADDRESS, layers=(12,))
    names = "accumulator", "leaky_integrate_and_fire", "rate", "sgd", "mse"
    yield _case(names, device, small, ADDRESS, layers=(12, 9))
    ideal = _case((None, "integrate_and_fire", "rate", "adam", "mse"), load("device", "ideal"),
                  small, ADDRESS, layers=(12,))  # fmt: skip
    yield ideal
    names = "ternary", "leaky_integrate_and_fire", "events", "sgd", "cross-entropy"
    yield _case(names, device, _events(folder), ADDRESS, layers=(12,))
    for names in (  # layers that two threads learn in at once
        ("ternary", "leaky_integrate_and_fire", "rate", "sgd", "cross-entropy"),
        ("ternary", "integrate_and_fire", "threshold", "adam", "cross-entropy"),
    ):
        yield _case(names, device, small, THREAD, layers=(24, 18, 12), threads=2)
    for flags in (ADDRESS, THREAD):
        for optimizer in ("sgd", "adam"):  # drawn by skipping, and synapse by synapse
            names = "ternary", "integrate_and_fire", "threshold", optimizer, "cross-entropy"
            yield _case(names, device, large, flags, layers=(LARGE,), threads=2)


def _fit(device, rule, optimizer="sgd", neuron="integrate_and_fire"):
    rule, optimizer = load("programming", rule), load("optimizer", optimizer)
    try:
        check_fit(device, rule, optimizer)
    except UserError:
        return False
    return True


def _case(names, weights, images, flags, layers, threads=1):
    kinds = "programming", "neuron", "encoder", "optimizer", "loss"
    parts = {kind: name and load(kind, name) for kind, name in zip(kinds, names)}
    arm = Arm(
        layers=layers,
        weights=weights,
        batch=1 if names[3] == "sgd" else 4,
        steps=STEPS,
        eta=None,
        epochs=1,
        seed=0,
        threads=threads,
        **parts,
    )
    what = ", ".join(filter(None, (*names, weights.name, f"threads {threads}")))
    return f"{what}, {'thread' if flags == THREAD else 'address and undefined'}", arm, images, flags


def _images(pixels):
    random = np.random.default_rng(1)
    pictures = random.integers(0, 256, (30, pixels), dtype=np.uint8)
    labels = np.arange(30, dtype=np.int32) % 5
    shape = pixels, 1
    return Images(pictures[:20], labels[:20], pictures[20:], labels[20:], 5, "noise", shape, "")


def _events(folder):
    """Twenty recordings of sixty addresses."""
    random, arrays = np.random.default_rng(2), {"inputs": 60}
    for part in ("train", "test"):
        arrays |= {
            f"{part}_times": random.integers(0, STEPS * 1000, 600),  # microseconds
            f"{part}_inputs": random.integers(0, 60, 600),
            f"{part}_presentations": random.integers(0, 20, 600),
            f"{part}_labels": np.arange(20) % 5,
        }
    np.savez(folder / "events.npz", **arrays)
    return load_events(folder / "events.npz", STEPS)


def _trained(arm, images, flags, cache):
    """Of an epoch and its test."""
    with _flags(flags), patch.dict(os.environ, NO_LEAKS, SNN_BRIAN_CACHE=str(cache)):
        try:
            for _ in Training(arm, images).epochs():
                pass
        except SimulationFailed as error:
            log = re.search(r"(\S+\.log)\.$", str(error))
            return _finding(Path(log[1]).read_text() if log else str(error))
    return "clean"


@contextmanager
def _flags(flags):
    """Programs are built for a sanitizer; of threads, with `team.cpp` in the place of libgomp."""
    build, team = build_cache.compiled, Path(__file__).with_name("team.cpp").read_text()

    def compiled(generate, *more):
        def with_team(folder):
            generate(folder)
            (folder / "team.cpp").write_text(team)

        return build(with_team if flags == THREAD else generate, *more)

    own = f"{build_cache.FLAGS.replace('-O3', '-O0')} -g1 {flags}"
    with patch.object(build_cache, "FLAGS", own), patch.object(build_cache, "compiled", compiled):
        yield


def _finding(said):
    """The line that tells what was found, and the first place in generated code."""
    lines = said.strip().splitlines() or ["it said nothing"]
    told = next(
        (line for line in lines if re.search("ERROR|WARNING|runtime error", line)), lines[-1]
    )
    place = next((line for line in lines if re.search(r"\S+\.(cpp|h):\d+", line)), "")
    return " at ".join(dict.fromkeys(part.strip() for part in (told, place) if part))


def _tested(test):
    """A file of tests, whose programs are built for the sanitizer."""
    code = (
        "import sys, pytest; from snn_brian.simulate import build_cache as b; "
        f"b.FLAGS = b.FLAGS.replace('-O3', '-O0') + ' {ADDRESS}'; "
        f"sys.exit(pytest.main(['-q', '-p', 'no:warnings', '-n', '0', '{test}']))"
    )
    made = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | NO_LEAKS,
        capture_output=True,
        text=True,
    )
    if made.returncode == 0:
        return "clean"
    told = re.search(r".*(?:Sanitizer|runtime error).*", made.stdout + made.stderr)
    return told[0].strip() if told else made.stdout.strip().splitlines()[-1]
