"""The configuration of a run: all that is needed to repeat it, and to tell whether it is going on
as it began."""

import dataclasses
import hashlib
import importlib.metadata
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import numpy as np
from brian2 import Quantity, get_unit

from snn_brian.check.kinds import KINDS
from snn_brian.data.events import Events
from snn_brian.data.images import Images
from snn_brian.declarations import Weight
from snn_brian.job import resuming
from snn_brian.network.layers import Conv
from snn_brian.simulate.build_cache import compiler, tools
from snn_brian.train.arm import Arm
from snn_brian.train.draws import CLASSIFIER_SCALE, STREAMS

# What does not decide the result. `epochs` may grow; of the versions, those below are the ones that
# count.
FREE = {"command", "arguments", "date", "epochs", "threads"}
DECISIVE = (
    "snn_brian",
    "snn_brian_sources",
    "brian2",
    "numpy",
    "sympy",
    "compiler",
    "compiler_and_processor",
)


def configuration(
    arms: Mapping[str, Arm],
    images: Images | Events,
    arguments: Mapping[str, object],
    starts: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Everything that is needed to repeat the run, by this package or by an independent program, as
    plain values.

    Parameters
    ----------
    arms : mapping of str to Arm
    images : Images or Events
    arguments : mapping of str to object
        The flags, by name.
    starts : mapping of str to Start, or None
        As `snn_brian.job.start.starts` gives them.
    """
    first = next(iter(arms.values()))
    return {
        "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        "arguments": resuming.kept(arguments),
        "date": datetime.now().isoformat(timespec="seconds"),
        "seed": first.seed,
        "random": {
            "generator": "numpy.random.default_rng([seed, stream, number])",
            "number": "layer for classifiers and initial, epoch for the others",
            "seeds of runs": "integers(2**31, size=1) of training and test; pieces of an epoch "
            "go on with the generator",
            "streams": STREAMS,
        },
        "data": {
            "name": images.name,
            "train": len(images.train_labels),
            "test": len(images.test_labels),
            "validation": images.validation,
            "shape": list(images.shape),
            "classes": images.classes,
            "sha256": images.sha256,
            **({"bin_s": images.bin, "left_out": images.left_out} if images.events else {}),
        },
        "dt": plain(first.dt),
        **({"rest": plain(first.rest)} if first.rest else {}),
        "layers": [str(each) if isinstance(each, Conv) else each for each in first.layers],
        "projections": plain(first.graph.projections),
        "epochs": first.epochs,
        "checkpoint_every": first.piece,
        "steps": first.steps,
        "batch": first.batch,
        "program": first.program,
        **{
            kind.word: plain(getattr(first, kind.field))
            for kind in KINDS.values()
            if kind.of_both_arms
        },
        **({"start": {name: each.sha256 for name, each in starts.items()}} if starts else {}),
        "dtype": "float32",
        "target": first.target,
        "threads": first.threads,
        "arms": {name: _arm(arm) for name, arm in arms.items()},
        "versions": versions(first.target),
    }


def differences(begun: dict, now: dict) -> list[str]:
    """What decides the result and is another in two configurations, each difference as text."""
    begun, now = (_flat(_decisive(config)) for config in (begun, now))
    return [
        f"{name} was {_shown(begun, name)} and is {_shown(now, name)}"
        for name in sorted(begun.keys() | now.keys())
        if _shown(begun, name) != _shown(now, name)
    ]


def _decisive(config):
    versions = config.get("versions")
    found = {name: versions.get(name) for name in DECISIVE} if isinstance(versions, dict) else None
    return {name: value for name, value in config.items() if name not in FREE} | {"versions": found}


def _shown(flat, name):
    return repr(flat[name]) if name in flat else "missing"


def _flat(value, name=""):
    """{dotted name: plain value} of nested dictionaries and lists."""
    if isinstance(value, (dict, list)) and value:
        items = value.items() if isinstance(value, dict) else enumerate(value, 1)
        return {
            key: part
            for each, inner in items
            for key, part in _flat(inner, f"{name}.{each}".lstrip(".")).items()
        }
    return {name: value}


def plain(value: object) -> object:
    """A declaration, or any part of one, as values that JSON knows; quantities as text in SI
    units."""
    if dataclasses.is_dataclass(value):
        return {
            field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray) and value.ndim:
        return [plain(each) for each in value]
    if isinstance(value, Quantity):
        return f"{float(value)!r} {get_unit(value.dim)}"  # str(value) would round it
    return value.item() if isinstance(value, np.generic) else value


def _arm(arm):
    device = plain(arm.weights)
    if not isinstance(arm.weights, Weight):
        device |= {
            "G_max_S": float(arm.weights.G_max),
            "G_min_S": float(arm.weights.G_min),
            "K": arm.weights.K,
        }
    parameters = plain(arm.neuron_parameters())
    return {
        **{
            kind.word: plain(getattr(arm, kind.field))
            for kind in KINDS.values()
            if not kind.of_both_arms
        },
        "device": device,
        **({"wires": plain(arm.wires)} if arm.wires else {}),
        "eta_decay": arm.learning.decay,
        "layers": [
            {
                "neurons": neurons,
                "eta": eta,
                "neuron_parameters": parameters,
                "classifier_scale": float(CLASSIFIER_SCALE / np.sqrt(neurons)),
                "initial": list(arm.initial),
            }
            for neurons, eta in zip(arm.graph.layers, arm.etas(1))
        ],
    }


def versions(target: str) -> dict[str, str | None]:
    """{what: version} of all that a result may depend on; with C++ also of the compiler and the
    processor."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for name in (
        "snn_brian",
        "brian2",
        "numpy",
        "scipy",
        "sympy",
        "torch",
        "torchvision",
        "matplotlib",
    ):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    found["snn_brian_sources"] = _sources()
    if target == "cpp_standalone":
        said = subprocess.run([compiler(), "--version"], capture_output=True, text=True).stdout
        found["compiler"] = said.split("\n")[0]
        found["compiler_and_processor"] = tools(compiler())
    return found


def _sources():
    """Hash of this package's own code, which may change under one version number."""
    package, digest = Path(__file__).parents[1], hashlib.sha256()
    for file in sorted([*package.rglob("*.py"), *package.rglob("*.cpp")]):
        digest.update(f"{file.relative_to(package)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:24]
