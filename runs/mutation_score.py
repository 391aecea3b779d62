"""How many mistakes, put at random into a wing of the package one at a time, the tests notice that
mirror the changed file; prints those that survive.

A mistake is another operator, number or condition, in Python, in the equations of Brian2's language
or in a template of C++. A compiler that keeps what it has compiled (ccache, as `g++` on PATH) saves
most of the time.
"""

import random
import shutil
from contextlib import ExitStack, closing
from pathlib import Path

from mutation.mirrors import Tests
from mutation.mistakes import mutant, places

from snn_brian.base.errors import UserError
from snn_brian.base.files import write_json
from snn_brian.base.new_folder import new_folder
from snn_brian.base.scratch import scratch
from snn_brian.job import arguments
from snn_brian.job.script import Flags, run

ROOT = Path(__file__).parents[1]
WINGS = "crossbar,network,train"


def flags():
    parser = Flags(__doc__)
    parser.add_argument("--wings", default=WINGS, help="folders of snn_brian/")
    parser.add_argument("--mutants", default="100", help="how many mistakes")
    parser.add_argument("--seed", default="0", help="of their choice")
    parser.add_argument(
        "--out", help="new folder for the list; without it, results/<date-time>-mutants"
    )
    return parser


def main(args):
    """Print and write what became of each mutant; returns the folder."""
    count, seed = (
        arguments.whole("--mutants", args.mutants),
        arguments.whole("--seed", args.seed, least=0),
    )
    files = [file for wing in args.wings.split(",") for file in _files(wing)]
    found = {}
    with ExitStack() as stack:
        folder, path = stack.enter_context(new_folder(args.out, "mutants"))
        work = stack.enter_context(scratch("snn_brian-survival-"))
        _copy(work)
        tests = stack.enter_context(closing(Tests(work)))
        for number, (file, place) in enumerate(_chosen(files, count, seed), 1):
            source = (ROOT / file).read_text()
            what, text = mutant(source, places(source, file.suffix)[place])
            tests.check(file)
            (work / file).write_text(text)
            caught, seconds = tests.notice(file)
            shutil.copy(ROOT / file, work / file)
            found[f"{number}: {file}: {what}"] = "noticed" if caught else "survived"
            said = f"{[*found][-1]}: {[*found.values()][-1]}, {seconds:.0f} s"
            print(said, flush=True)
        survived = [name for name, caught in found.items() if caught == "survived"]
        write_json(folder / "mutants.json", found)
    print(
        f"{count - len(survived)} of {count} noticed", *survived, f"Results are in {path}", sep="\n"
    )
    return path


def _files(wing):
    folder = ROOT / "snn_brian" / wing
    files = sorted([*folder.glob("[!_]*.py"), *folder.glob("templates/*/*.cpp")])
    if not files:
        raise UserError(f"--wings: there is no '{wing}'; name folders of snn_brian/, e.g. {WINGS}.")
    return [file.relative_to(ROOT) for file in files]


def _copy(work):
    for part in ("snn_brian", "tests", "runs", "models"):
        shutil.copytree(ROOT / part, work / part, symlinks=True)
    if not (work / "snn_brian" / "models").exists():  # where an installation would map it
        (work / "snn_brian" / "models").symlink_to(work / "models")
    for name in ("setup.cfg", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, work)


def _chosen(files, count, seed):
    """Some of all places of the files, each at most once: (file, number of the place in it)."""
    found = [
        (file, place)
        for file in files
        for place in range(len(places((ROOT / file).read_text(), file.suffix)))
    ]
    if count > len(found):
        raise UserError(f"--mutants: {count} is more than the {len(found)} places for a mistake.")
    return random.Random(seed).sample(found, count)


if __name__ == "__main__":
    run(main, flags)
