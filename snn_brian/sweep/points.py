"""The points of a sweep, from a TOML file or a dict each: {"programming": "ternary", "seed": 1,
"learning.eta": 0.05}.

A point gives values to flags of `runs/mnist_local.py` and to names that its `--set` takes. It is
known by all the numbers and strings that it comes to, not by how it was written: a changed
declaration, or a changed file of one's own data, is another point.
"""

import hashlib
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from pathlib import Path

from snn_brian.base.errors import UserError, did_you_mean
from snn_brian.base.files import toml
from snn_brian.check.overrides import WORDS, known
from snn_brian.data.datasets import is_own
from snn_brian.job import arguments, job
from snn_brian.job.provenance import plain

PARSER = job.flags()
FLAGS = [max(action.option_strings, key=len).removeprefix("--") for action in PARSER._actions]
FLAGS = [name for name in FLAGS if name not in ("help", "out", "resume", "set", "workers")]
LENGTH, DIGITS = 110, 12  # of the readable part of a name, and of the hash


@dataclass(frozen=True)
class Point:
    """What one job of a sweep is given, and the name that its folder gets."""

    values: dict  # as texts
    flags: list  # the same, as the job takes them
    name: str  # readable, then a hash of all that the point comes to
    epochs: int  # of all arms together, with the tests before training

    @property
    def digest(self) -> str:
        """Hash of all that the point comes to."""
        return self.name[-DIGITS:]


def grid(file: str | Path) -> list[dict[str, object]]:
    """The dicts of a TOML file: `[flags]`, the same for all, with each combination of the lists in
    `[grid]`.

    Raises
    ------
    UserError
        If the file is not such a grid.
    """
    content = toml("GRID", file)
    for part, table in content.items():
        if part not in ("flags", "grid") or not isinstance(table, dict):
            raise UserError(
                f"{file}: '{part}' is no part of a grid{did_you_mean(part, ['flags', 'grid'])}; "
                "write [flags] "
                "above what all points share, and [grid] above the lists to combine."
            )
    flags, lists = content.get("flags", {}), content.get("grid", {})
    for name, values in lists.items():
        if name in flags:
            raise UserError(f"{file}: '{name}' is in [flags] and in [grid]; keep one.")
        if not isinstance(values, list) or not values:
            raise UserError(
                f"{file}: {name}={values!r} is not possible in [grid]; give a list of values, "
                "e.g. [0, 1, 2]."
            )
    for name, value in [
        *flags.items(),
        *((name, value) for name, values in lists.items() for value in values),
    ]:
        try:
            flag(name, value)
        except UserError as error:
            raise UserError(f"{file}: {error}") from error
    return [dict(zip(lists, values)) | flags for values in itertools.product(*lists.values())]


def point(values: Mapping[str, object]) -> Point:
    """The `Point` of a dict, all of it checked as the job checks its flags.

    Raises
    ------
    UserError
        For an unknown name, a value that is no text, number or list of numbers, and for what the
        job refuses.
    """
    flags = [flag(name, value) for name, value in values.items()]
    args = PARSER.parse_args(flags)
    counts, arms = arguments.counts(args), arguments.arms(args)
    more = [args.start, args.bin] if args.start or args.bin != "1ms" else []
    more += [_stamp(path) for path in (args.dataset, args.start) if path and is_own(path)]
    content = json.dumps([plain(arms), counts, args.dataset, args.data_root, *more], sort_keys=True)
    texts = {name: text(value) for name, value in values.items()}
    readable = re.sub(
        r"[^a-zA-Z0-9.=+-]+", "_", " ".join(f"{name}={value}" for name, value in texts.items())
    )
    name = f"{readable[:LENGTH]}-{hashlib.sha256(content.encode()).hexdigest()[:DIGITS]}"
    return Point(texts, flags, name, len(arms) * (1 + int(args.epochs)))


def _stamp(path):
    """Sizes and times of one's own data: changed files make another point, which is not read for
    it."""
    path = Path(path).expanduser()
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return [
        [str(each.relative_to(path.parent)), each.stat().st_size, each.stat().st_mtime_ns]
        for each in files
        if each.is_file()
    ]


def flag(name: str, value: object) -> str:
    """A value of a point as a flag of the job.

    Raises
    ------
    UserError
        If there is none of this name, or no such value.
    """
    name = known(name)
    if name not in FLAGS and ("." not in name or name.split(".")[0] not in WORDS):
        raise UserError(
            f"'{name}' is unknown in a sweep{did_you_mean(name, FLAGS)}; write one of "
            f"{', '.join(FLAGS)}, "
            'or what --set takes, e.g. "programming.gamma_P".'
        )
    written = text(value)
    own = name == "dataset" and is_own(written)
    # a worker may stand elsewhere
    if name in ("data-root", "start") or own or written.endswith(".py"):
        written = str(Path(written).expanduser().absolute())
    return f"--{name}={written}" if name in FLAGS else f"--set={name}={written}"


def text(value: object) -> str:
    """A value of a point as one types it.

    Raises
    ------
    UserError
        If it is no text, number or list of them.
    """
    if (
        isinstance(value, (list, tuple))
        and value
        and not any(isinstance(part, (list, tuple)) for part in value)
    ):
        return ",".join(map(text, value))
    if isinstance(value, (str, Real)) and not isinstance(value, bool):
        return str(value)
    raise UserError(
        f"{value!r} is no value of a point; give a text, a number or a list of numbers."
    )
