"""The standard library's headers, compiled once for all programs of a session.

They take a third of the time of each unit, and add no code: machine code is the same bits with them
and without, so no program waits for them.
"""

import os
import shutil
import subprocess
import time
from contextlib import contextmanager

from snn_brian.simulate.build_cache import FLAGS
from snn_brian.simulate.units import HEADERS

# GCC would also take headers of another level of optimisation, and then other code comes out.
LEVELS = {level: FLAGS.replace("-O3", level) for level in ("-O3", "-O1")}
CASE = '"{flags} -I. -include headers.h -c "*) exec {command} -include {headers} "$@" ;;\n'
COMPILER = '#!/bin/sh\ncase "$*" in\n{cases}*) exec {command} "$@" ;;\nesac\n'


def is_ccache(command):
    """Whether a compiler's command is a link to ccache."""
    return "ccache" in os.path.realpath(shutil.which(command) or command)


@contextmanager
def precompiled(folder, command):
    """The path of a command that is the given compiler with the headers. Processes may share the
    `folder`: the first compiles them, while programs are compiled without."""
    compiler, running = folder / "compiler", []
    try:
        folder.mkdir()
    except FileExistsError:
        while not compiler.exists():
            time.sleep(0.01)
    else:
        running = list(_begin(folder, command, compiler))
    try:
        yield compiler
    finally:
        for each in running:
            each.kill()
            each.wait()


def _begin(folder, command, compiler):
    cases = ""
    for level, flags in LEVELS.items():
        headers = folder / f"standard{level}.h"
        headers.write_text("".join(f"{x}\n" for x in HEADERS.splitlines() if '"' not in x))
        cases += CASE.format(flags=flags, command=command, headers=headers)
        make = f"{command} {flags} -x c++-header {headers} -o {folder}/{level}"
        make += f" && mv {folder}/{level} {headers}.gch"
        yield subprocess.Popen(["sh", "-c", make], stderr=subprocess.DEVNULL)
    new = folder / "new"
    new.write_text(COMPILER.format(cases=cases, command=command))
    new.chmod(0o755)
    new.rename(compiler)
