"""How many mistakes, put at random into a wing of the package one at a time, the tests notice that
mirror the changed file; prints those that survive, and apart from them those of which
runs/mutation/explained.toml tells why they change nothing.

A mistake is another operator, number or condition, in Python, in the equations of Brian2's language
or in a template of C++. Tests that fail notice it, and so do tests that do not end in 200 seconds
of processor time, which are told apart; without the mistake, the same test has to pass. A compiler
that keeps what it has compiled (ccache, as `g++` on PATH) saves most of the time.
"""

import json
import random
import shutil
from contextlib import ExitStack, closing
from pathlib import Path

from mutation.explained import why
from mutation.mirrors import EXPLAINED, SURVIVED, Tests
from mutation.mistakes import mutant, places, plain

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
        "--again",
        metavar="FOLDER",
        help="of results with the same wings, mutants and seed: only those that survived there",
    )
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
    sources = {file: (ROOT / file).read_text() for file in files}
    chosen = _chosen(sources, count, args.again, seed)
    found = {}
    with ExitStack() as stack:
        folder, path = stack.enter_context(new_folder(args.out, "mutants"))
        work = stack.enter_context(scratch("snn_brian-survival-"))
        _copy(work)
        for file, source in sources.items():
            (work / file).write_text(plain(source, file.suffix))
        tests = stack.enter_context(closing(Tests(work)))
        for name, (file, text, reason) in chosen.items():
            if reason:
                found[name] = EXPLAINED
                print(f"{name}: {EXPLAINED}: {reason}", flush=True)
                continue
            (work / file).write_text(text)
            found[name], shown, seconds = tests.notice(file)
            (work / file).write_text(plain(sources[file], file.suffix))
            if found[name] != SURVIVED:
                tests.confirm(shown)
            print(f"{name}: {found[name]}, {seconds:.0f} s", flush=True)
        write_json(folder / "mutants.json", found)
    survived = [name for name, fate in found.items() if fate == SURVIVED]
    counted = len(found) - [*found.values()].count(EXPLAINED)
    noticed = f"{counted - len(survived)} of {counted} noticed, {len(found) - counted} explained"
    print(noticed, *survived, f"Results are in {path}", sep="\n")
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


def _chosen(sources, count, again, seed):
    """Some of all mutants, each at most once, by a name for each: (file, changed source, why that
    changes nothing, or None)."""
    found = [
        (file, place)
        for file, source in sources.items()
        for place in range(len(places(source, file.suffix)))
    ]
    if count > len(found):
        raise UserError(f"--mutants: {count} is more than the {len(found)} places for a mistake.")
    mutants = {}
    for number, (file, place) in enumerate(random.Random(seed).sample(found, count), 1):
        what, text = mutant(sources[file], places(sources[file], file.suffix)[place])
        mutants[f"{number}: {file}: {what}"] = file, text, why(file, sources[file], what)
    return mutants if again is None else _survivors(mutants, Path(again) / "mutants.json")


def _survivors(mutants, before):
    """Those that survived in a run before, which had the same."""
    try:
        fates = json.loads(before.read_text())
    except (OSError, ValueError) as error:
        raise UserError(f"--again: {before}: {error}.") from error
    if fates.keys() != mutants.keys():
        raise UserError(
            f"--again: {before} holds other mistakes; give its --wings, --mutants and --seed, and "
            "the package as it was."
        )
    return {name: mutants[name] for name, fate in fates.items() if fate == SURVIVED}


if __name__ == "__main__":
    run(main, flags)
