"""Several processes that need the same new network at once, with an empty cache."""

import os
import shutil

from harm.small_job import differences, finish, start

SMALL = ["--layers", "7", "--train", "200", "--test", "50", "--epochs", "1", "--arm", "memristive"]
COMPILER = """#!/bin/sh
echo "$@" >> '{log}'
exec {compiler} "$@"
"""


def builds(count, folder):
    """Returns how many programs were linked and how many processes came to the same result."""
    folder.mkdir(parents=True)
    compiler, log = folder / "compiler", folder / "log"
    compiler.write_text(
        COMPILER.format(log=log, compiler=shutil.which(os.environ.get("CXX", "g++")))
    )
    compiler.chmod(0o755)
    environment = os.environ | {"SNN_BRIAN_CACHE": str(folder / "cache"), "CXX": str(compiler)}
    ended = [
        finish(each)
        for each in [start(*SMALL, "--out", folder / str(k), env=environment) for k in range(count)]
    ]
    return {
        "processes": count,
        "builds": sum(line.endswith("-o main") for line in log.read_text().splitlines()),
        "equal": sum(
            code == 0 and not differences(folder / str(k), folder / "0")
            for k, (code, *_) in enumerate(ended)
        ),
        "left in the cache": [
            path.name for path in (folder / "cache" / "builds").iterdir() if len(path.name) != 24
        ],
    }
