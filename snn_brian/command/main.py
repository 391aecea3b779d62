"""`snn-brian COMMAND`: the jobs of the scripts in runs/, for which no repository is needed."""

import importlib
import importlib.metadata
import sys
from dataclasses import dataclass

from snn_brian.base.errors import did_you_mean
from snn_brian.job.resuming import COMMAND


@dataclass(frozen=True)
class Command:
    """One of them: the module that has its `flags` and `main`."""

    module: str
    what: str
    example: str


GROUPS = {
    "train networks": {
        "train": Command("job.job", "one network, on devices and on ideal weights", "--epochs 2"),
        "sweep": Command(
            "command.sweep", "many of them, at all points of a grid", "grid.toml --out results/eta"
        ),
    },
    "devices, neurons, rules": {
        "fit": Command(
            "command.fit", "a device to measured ramps of pulses", "up.csv down.csv --out mine"
        ),
        "check": Command("command.check", "a declaration, and draw what it does", "leaky.py"),
    },
    "results": {
        "show": Command(
            "command.show", "a run: its table, classes, pictures and report", "results/NAME"
        ),
        "export": Command(
            "command.export", "a network, for other simulators", "results/NAME --nir mine.nir"
        ),
    },
}
COMMANDS = {name: each for group in GROUPS.values() for name, each in group.items()}


def main() -> None:
    """The command, with the arguments of this process."""
    name, rest = (sys.argv[1] if len(sys.argv) > 1 else "--help"), sys.argv[2:]
    if name in ("-h", "--help"):
        print(usage())
    elif name == "--version":
        print(f"{COMMAND} {importlib.metadata.version('snn_brian')}")
    elif name in COMMANDS:
        execute(name, rest)
    else:
        print(
            f"error: {name!r} is no command of {COMMAND}{did_you_mean(name, COMMANDS)}; choose one "
            f"of {', '.join(COMMANDS)}.",
            file=sys.stderr,
        )
        sys.exit(2)


def execute(name: str, arguments: list[str]) -> None:
    """Do what one of the COMMANDS does, and end as the scripts do."""
    from snn_brian.job import script  # it takes a second to import

    command = COMMANDS[name]
    module = importlib.import_module(f"snn_brian.{command.module}")

    def flags():
        parser = module.flags()
        parser.prog = f"{COMMAND} {name}"
        parser.epilog = f"example: {COMMAND} {name} {command.example}"
        return parser

    script.run(module.main, flags, arguments)


def usage() -> str:
    """What `--help` prints."""
    lines = [f"usage: {COMMAND} COMMAND [FLAGS]", ""]
    for title, commands in GROUPS.items():
        lines += [f"{title}:"]
        for name, each in commands.items():
            lines += [f"  {name:<7}{each.what}", f"         {COMMAND} {name} {each.example}"]
        lines += [""]
    lines += [f"{COMMAND} COMMAND --help lists the flags of one; --version tells the version."]
    return "\n".join(lines)
