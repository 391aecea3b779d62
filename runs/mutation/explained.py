"""Mistakes that change nothing that anyone could notice, of explained.toml.

They are counted apart from those that the tests are to notice.
"""

import tomllib
from pathlib import Path

with Path(__file__).with_suffix(".toml").open("rb") as _file:
    # (file in snn_brian/, line, mistake) -> why
    EXPLAINED = {
        (name, line, mistake): why
        for why, files in tomllib.load(_file).items()
        for name, each in files.items()
        for line, mistake in each
    }


def why(file, source, what):
    """Why a mistake, as `mistakes.mutant` tells it, changes nothing; None if that is not known."""
    line, mistake = what.removeprefix("line ").split(": ", 1)
    text = source.split("\n")[int(line) - 1].strip()
    return EXPLAINED.get((file.relative_to("snn_brian").as_posix(), text, mistake))
