"""Mistakes of each kind: a function of a folder of sound originals, one for the case, and a random
generator.

It gives the script, its flags and the folder in which an accepted case may change files, or None.
"""

import json
import re
import shutil
import struct
from importlib.resources import files

import numpy as np

from snn_brian.base import checkpoints
from snn_brian.check import kinds
from snn_brian.job.job import flags as job_flags

TINY = [
    "--target",
    "numpy",
    "--layers",
    "3",
    "--train",
    "5",
    "--test",
    "3",
    "--epochs",
    "1",
    "--batch",
    "2",
]
WORDS = [
    "",
    "0",
    "-1",
    "2",
    "1e400",
    "nan",
    "inf",
    "999999999999999999999",
    "1.5",
    "ß",
    "a,b",
    "3,,3",
    "2,3",
    "/dev/null",
    "--",
    "x" * 5000,
    "true",
    "[]",
    "{}",
    "None",
    "٣",
    " 2",
    "2_",
    "0x2",
    "'",
    "a=b",
    "=",
    "programming.gamma_P=nan",
    "TiOx",
    "linear",
    "counter",
    "sgd",
    "rate",
    "a\nb",
    "../..",
    "%s",
    "ternary,ideal",
]
CODE = [
    '""',
    '"U >"',
    '"1/0"',
    '"G*n*"',
    '"nonsense"',
    '"clip(SR(dw), -1"',
    '"U = U; import os"',
    '"n"',
    '"SR(SR(dw))"',
    '"i"',
    "0",
    "-1",
    "1e999",
    "None",
    "[]",
    "{}",
    "nS",
    '"w : second"',
    '"__class__"',
    '"U_post += w" * 99',
    "lambda: 1",
    "float('nan')",
]
UNTRIED = {"help", "target", "dataset", "data_root"}  # other values of these compile or download


def command_line(originals, sandbox, random):
    names = [
        name
        for action in job_flags()._actions
        if action.dest not in UNTRIED
        for name in action.option_strings
    ] + ["--layer", "-x"]
    given = [
        word
        for _ in range(random.integers(1, 4))
        for word in (one(random, names), one(random, WORDS))
    ]
    return "mnist_local.py", [*TINY, *given[: len(given) - random.integers(2)]], None


def configuration(originals, sandbox, random):
    run, file = _run(originals, sandbox), sandbox / "run" / "config.json"
    if random.random() < 0.5:
        file.write_bytes(mutated(file.read_bytes(), random))
    else:
        config = json.loads(file.read_text())
        part = config
        while isinstance(part, (dict, list)) and part:
            key = (
                list(part)[random.integers(len(part))]
                if isinstance(part, dict)
                else random.integers(len(part))
            )
            if random.random() < 0.4 or not isinstance(part[key], (dict, list)):
                part[key] = one(random, [None, -1, 1e300, "", "x", [], {}, [[]], True])
                break
            part = part[key]
        file.write_text(json.dumps(config))
    return "mnist_local.py", ["--resume", run], "run"


def table(originals, sandbox, random):
    if random.random() < 0.5:
        run, file = _run(originals, sandbox), sandbox / "run" / "metrics.csv"
        file.write_bytes(mutated(file.read_bytes(), random))
        return "mnist_local.py", ["--resume", run], "run"
    ramps = [
        shutil.copy(originals / f"{way}.csv", sandbox / f"{way}.csv") for way in ("up", "down")
    ]
    ramps[0].write_bytes(mutated(ramps[0].read_bytes(), random))
    return "fit_device.py", [*ramps, "--out", sandbox / "fit"], None


def checkpoint(originals, sandbox, random):
    run = _run(originals, sandbox)
    file = one(random, sorted(run.rglob("*.npz")))
    if random.random() < 0.5:
        file.write_bytes(mutated(file.read_bytes(), random))
    else:
        arrays = checkpoints.read_checkpoint(file)
        name = one(random, sorted(arrays))
        changes = [
            lambda array: array * -3,
            lambda array: array.astype("U9"),
            lambda array: array[..., None],
            lambda array: np.full_like(
                array, np.iinfo(array.dtype).max if array.dtype.kind == "i" else np.nan
            ),
        ]
        arrays[name] = one(random, changes)(arrays[name])
        checkpoints.write_checkpoint(file, arrays)
    return "mnist_local.py", ["--resume", run], "run"


def images(originals, sandbox, random):
    data = sandbox / "data"
    shutil.copytree(originals / "data", data)
    file = one(random, sorted(data.rglob("*ubyte")))
    file.write_bytes(mutated(file.read_bytes(), random))
    return "mnist_local.py", [*TINY, "--data-root", data, "--out", sandbox / "run"], None


def model(originals, sandbox, random):
    """A shipped model with another value, or a line less."""
    kind = one(random, list(kinds.KINDS.values()))
    sound = one(random, _models(kind.folder))
    text, file = sound.read_text(), sandbox / "mine.py"
    body = text.index('"""', 3) + 3
    values = [
        found.span()
        for found in re.finditer(r'"[^"\n]*"|(?<![\w.])-?\d[\d.e-]*', text)
        if found.start() > body
    ]
    if random.random() < 0.85:
        first, last = values[random.integers(len(values))]
        text = text[:first] + one(random, CODE) + text[last:]
    else:
        lines = text.splitlines()
        del lines[random.integers(len(lines))]
        text = "\n".join(lines)
    file.write_text(text)
    return "mnist_local.py", [*TINY, f"--{kind.flag}", file, "--out", sandbox / "run"], None


KINDS = {
    kind.__name__: kind for kind in (command_line, configuration, table, checkpoint, images, model)
}


def one(random, things):
    return things[random.integers(len(things))]


def mutated(content, random):
    """Bytes with a random mistake: cut, other values, a part missing, doubled or foreign."""
    first, last = sorted(random.integers(0, len(content) + 1, 2))
    flipped = bytearray(content)
    for place in random.integers(0, len(content), random.integers(1, 9)):
        flipped[place] = random.integers(256)
    return one(
        random,
        [
            content[:first],
            flipped,
            content[:first] + content[last:],
            content[:last] + content[first:],
            content[:first] + random.bytes(9) + content[first:],
        ],
    )


def prepare(originals, job):
    """Write the sound originals: a finished run, a small MNIST, ramps of pulses."""
    job([*TINY, "--out", str(originals / "run")])
    random, raw = np.random.default_rng(1), originals / "data" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for part in ("train", "t10k"):
        pictures = random.integers(0, 256, (9, 28, 28), dtype=np.uint8)
        (raw / f"{part}-images-idx3-ubyte").write_bytes(
            struct.pack(">4I", 0x803, *pictures.shape) + pictures.tobytes()
        )
        (raw / f"{part}-labels-idx1-ubyte").write_bytes(
            struct.pack(">2I", 0x801, 9) + bytes(range(9))
        )
    G = 33 + 641 * (1 - np.exp(-0.03 * np.arange(100)))
    for way, values in (("up", G), ("down", 707 - G)):
        np.savetxt(originals / f"{way}.csv", 1e-9 * values[:, None] * [1, 1.01], delimiter=",")


def _run(originals, sandbox):
    return shutil.copytree(originals / "run", sandbox / "run")


def _models(folder):
    return sorted((files("snn_brian.models") / folder).glob("[!_]*.py"))
