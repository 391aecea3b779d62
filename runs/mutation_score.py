"""How many mistakes, put at random into a wing of the package one at a time, the tests notice that
mirror the changed file; prints those that survive."""

import ast
import copy
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

from snn_brian.base.errors import SimulationFailed, UserError
from snn_brian.base.files import write_json
from snn_brian.base.new_folder import new_folder
from snn_brian.base.scratch import scratch
from snn_brian.job import arguments
from snn_brian.job.script import Flags, run

ROOT = Path(__file__).parents[1]
WINGS = "crossbar,network,train"
OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.And: ast.Or,
    ast.Or: ast.And, ast.FloorDiv: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
LONG = 900  # seconds after which a mutant hangs, which is noticed


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
    found, sound = {}, set()
    with new_folder(args.out, "mutants") as (folder, path), scratch("snn_brian-survival-") as work:
        for part in ("snn_brian", "tests", "runs", "models"):
            shutil.copytree(ROOT / part, work / part, symlinks=True)
        if not (work / "snn_brian" / "models").exists():  # where an installation would map it
            (work / "snn_brian" / "models").symlink_to(work / "models")
        for name in ("setup.cfg", "pyproject.toml", "README.md"):
            shutil.copy(ROOT / name, work)
        chosen = random.Random(seed)
        for number in range(count):
            file = chosen.choice(files)
            what, text = mutant((ROOT / file).read_text(), chosen)
            if file not in sound:
                sound.add(file)
                if is_caught(work, file) != "survived":
                    raise SimulationFailed(f"The tests of {file} fail without any mistake in it.")
            (work / file).write_text(text)
            caught = is_caught(work, file)
            shutil.copy(ROOT / file, work / file)
            found[f"{number}: {file}: {what}"] = caught
            print(f"{number + 1} of {count}: {file}: {what}: {caught}", flush=True)
        survived = [name for name, caught in found.items() if caught == "survived"]
        write_json(folder / "mutants.json", found)
    print(
        f"{count - len(survived)} of {count} noticed", *survived, f"Results are in {path}", sep="\n"
    )
    return path


def _files(wing):
    files = sorted((ROOT / "snn_brian" / wing).glob("[!_]*.py"))
    if not files:
        raise UserError(f"--wings: there is no '{wing}'; name folders of snn_brian/, e.g. {WINGS}.")
    return [file.relative_to(ROOT) for file in files]


def mutant(source, chosen):
    """What is changed, and the changed source."""
    tree = ast.parse(source)
    places = [node for node in ast.walk(tree) if _change(copy.copy(node), False)]
    node = chosen.choice(places)
    before = ast.unparse(node)
    _change(node, True)
    return f"line {node.lineno}: {before} -> {ast.unparse(node)}", ast.unparse(tree)


def _change(node, really):
    """Whether there is a mistake to be made in a node; makes it, if `really`."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in OTHER:
            if really:
                node.ops = [OTHER[type(op)]()]
        case ast.BinOp(op=op) | ast.BoolOp(op=op) if type(op) in OTHER:
            if really:
                node.op = OTHER[type(op)]()
        case ast.Constant(value=bool(value)):
            if really:
                node.value = not value
        case ast.Constant(value=int(value)):
            if really:
                node.value = value + 1
        case ast.If() | ast.IfExp() | ast.While():
            if really:
                node.test = ast.UnaryOp(ast.Not(), node.test)
        case _:
            return False
    return True


def is_caught(work, file):
    """ "noticed" or "survived", by the tests of the same name, or else of the wing."""
    tests = Path("tests", file.parent.name, f"test_{file.name}")
    tests = tests if (ROOT / tests).exists() else tests.parent
    command = [sys.executable, "-m", "pytest", "-x", "-n", "0", "-p", "no:cacheprovider", tests]
    environment = os.environ | {"PYTHONPATH": str(work), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        made = subprocess.run(
            command, cwd=work, env=environment, capture_output=True, text=True, timeout=LONG
        )
    except subprocess.TimeoutExpired:
        return "noticed"
    if made.returncode not in (0, 1, 2):
        raise SimulationFailed(f"The tests of {file} cannot be run: {made.stdout[-200:]!r}.")
    return "noticed" if made.returncode else "survived"


if __name__ == "__main__":
    run(main, flags)
