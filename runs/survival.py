"""What a training survives: kills, bad input, full disks, and others that build the same network at
the same time; and what becomes of measured ramps as people bring them."""

import json
import sys

from harm.builds import builds
from harm.disks import disks
from harm.inputs import inputs
from harm.kills import kills
from harm.measurements import LEAST_HELD, MOST_HELD, measurements
from harm.sanitizers import sanitized
from tqdm import tqdm

from snn_brian.base.errors import SimulationFailed
from snn_brian.base.files import write_json
from snn_brian.base.new_folder import new_folder
from snn_brian.base.scratch import scratch
from snn_brian.job import arguments
from snn_brian.job.script import Flags, run
from snn_brian.simulate.build_cache import compiler

AMOUNTS = ("kills", "inputs", "measurements")


def flags():
    parser = Flags(__doc__)
    parser.add_argument(
        "--kills", default="200", help="trainings that are killed at a random moment and resumed"
    )
    parser.add_argument("--inputs", default="1000", help="inputs with random mistakes")
    parser.add_argument("--measurements", default="500", help="generated files of measured ramps")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="3 kills, 30 inputs, 30 measurements, 2 processes that build at once; 2 programs for "
        "sanitizers",
    )
    parser.add_argument(
        "--sanitize",
        action="store_true",
        help="instead of all this, build generated programs for GCC's sanitizers, of addresses, "
        "undefined behaviour and threads, and run them: some ten minutes",
    )
    parser.add_argument(
        "--out", help="new folder for the figures; without it, results/<date-time>-survival"
    )
    return parser


def main(args):
    """Print and write the figures of each trial; raises SimulationFailed if one is not as it should
    be."""
    amounts = [arguments.whole(f"--{name}", getattr(args, name)) for name in AMOUNTS]
    if args.sanitize:
        return sanitize(args.out, args.quick)
    killed, mistaken, measured, at_once = (3, 30, 30, 2) if args.quick else (*amounts, 8)
    with new_folder(args.out, "survival") as (folder, path), scratch("snn_brian-survival-") as work:
        found = {
            "kills": kills(killed, work / "kills", progress(killed)),
            "inputs": inputs(mistaken, work / "inputs", progress(mistaken)),
            "measurements": measurements(measured, work / "measurements", progress(measured)),
            "disks": disks(work / "disks"),
            "builds": builds(at_once, work / "builds"),
        }
        wrong = [name for name, holds in held(found).items() if not holds]
        write_json(folder / "survival.json", found | {"wrong": wrong})
    print(json.dumps(found, indent=2), f"Results are in {path}", sep="\n")
    if wrong:
        raise SimulationFailed(f"Not as it should be: {', '.join(wrong)}.")


def sanitize(out, quick):
    """Print and write what the sanitizers say of each program; raises SimulationFailed for a
    finding."""
    compiler()
    with new_folder(out, "sanitizers") as (folder, path), scratch("snn_brian-survival-") as work:
        found = sanitized(work, lambda line: print(line, flush=True), quick)
        write_json(folder / "sanitizers.json", found)
    print(f"Results are in {path}")
    if wrong := [name for name, said in found.items() if said != "clean"]:
        raise SimulationFailed(f"Sanitizers found something: {'; '.join(wrong)}.")


def held(found):
    """{what was promised: whether it holds}"""
    kills, inputs, measurements, disks, builds = (
        found[name] for name in ("kills", "inputs", "measurements", "disks", "builds")
    )
    return {
        "every resumption equals the uninterrupted run": kills["equal"] == kills["kills"],
        "no epoch is lost": kills["lost epochs"] == 0,
        "no traceback": inputs["tracebacks"] == 0,
        "no hang": inputs["hangs"] == 0,
        "no file changed": inputs["changed files"] == 0,
        "no measurement gives a wrong device in silence": measurements["silent errors"] == 0,
        "no measurement ends in a traceback": measurements["tracebacks"] == 0,
        "what is wrong with a measurement is told with column and cause": (
            measurements["sentences without column or cause"] == 0
        ),
        "sound measurements are fitted": measurements["sound refused"] == 0,
        "fitted parameters are within their tolerance": measurements["outside the tolerance"] == 0,
        # fewer intervals than some hundreds have another share by chance
        "intervals hold the truth in 90 to 99 %": measurements["intervals"] < 500
        or LEAST_HELD <= measurements["held"] <= MOST_HELD,
        "full disks and read-only folders are told in a sentence": all(
            each["well"] for each in disks.values() if isinstance(each, dict)
        ),
        "all before a full disk is intact": "skipped" in disks
        or (disks["full disk"]["all before intact"] and disks["full disk"]["resumed equal"]),
        "one build for all": builds["builds"] == 1 and builds["equal"] == builds["processes"],
    }


def progress(total):
    """A function that tells one line after another, with a bar below."""
    bar = tqdm(
        total=total,
        leave=False,
        dynamic_ncols=True,
        miniters=1,
        mininterval=0.1 if sys.stderr.isatty() else 60,
    )

    def say(text):
        bar.write(text)
        bar.update()

    return say


if __name__ == "__main__":
    run(main, flags)
