"""Measure networks that learn by spike timing against the same in plain Brian2, on one core.

Both are compiled C++ programs in float32 with the same flags, which take turns on one core; a
figure is the median time of a step over the rounds, without loading and saving.
"""

import os
import sys
from functools import partial
from pathlib import Path

from peers import stdp
from peers.rounds import output, summary, take_turns

from snn_brian.base.errors import SimulationFailed
from snn_brian.base.files import write_json
from snn_brian.base.new_folder import new_folder
from snn_brian.base.scratch import scratch
from snn_brian.job.arguments import one_of, whole
from snn_brian.job.provenance import versions
from snn_brian.job.script import Flags, run
from snn_brian.simulate.build_cache import compiler


def flags():
    parser = Flags(__doc__.split("\n\n")[0])
    parser.add_argument("--rounds", default="5", help="turns of each program")
    parser.add_argument(
        "--case", action="append", help="one of " + ", ".join(stdp.CASES) + "; without it, all"
    )
    parser.add_argument(
        "--out", help="new folder for the results; without it, results/<date-time>-benchmark-stdp"
    )
    return parser


def main(args):
    """Measure everything; returns the folder with benchmark_stdp.json."""
    rounds = whole("--rounds", args.rounds)
    cases = [one_of("--case", case, list(stdp.CASES)) for case in args.case or stdp.CASES]
    compiler()
    with new_folder(args.out, "benchmark-stdp") as (folder, path), scratch("snn_brian-stdp-") as at:
        programs = {}
        for number, case in enumerate(cases):
            for kind in stdp.KINDS:
                print(f"compiling {case}: {kind}", flush=True)
                place = at / f"{number}{kind}"
                script = Path(stdp.__file__)
                output(kind, [sys.executable, script, case, kind, place])
                programs[case, kind] = partial(stdp.microseconds, case, kind, place)
        core = sorted(os.sched_getaffinity(0))[-1:]
        values, failed = take_turns(rounds, programs, core)
        if failed:
            raise SimulationFailed("; ".join(f"{name}: {why}" for name, why in failed.items()))
        measured = {key: summary(each) for key, each in values.items()}
        found = {case: ratio(case, measured) for case in cases}
        write_json(
            folder / "benchmark_stdp.json", {"versions": versions("cpp_standalone"), "cases": found}
        )
    print("", *table(found), f"Results are in {path}", sep="\n")
    return path


def ratio(case, measured):
    """What a case gave, and what is asked of it."""
    plain, crossbar = (measured[case, kind] for kind in stdp.KINDS)
    times = plain["median"] / crossbar["median"]
    return {
        "plain_us": plain,
        "crossbar_us": crossbar,
        "times": times,
        "least": stdp.CASES[case][2],
    }


def table(found):
    """The figures as text."""
    heads = f"{stdp.PLAIN:>18}{stdp.CROSSBAR:>12}{'times':>9}{'asked':>8}"
    yield f"{'microseconds of a step':<36}{heads}"
    for case, each in found.items():
        plain, crossbar = (each[key]["median"] for key in ("plain_us", "crossbar_us"))
        yield f"{case:<36}{plain:>18.1f}{crossbar:>12.2f}{each['times']:>9.1f}{each['least']:>8}"


if __name__ == "__main__":
    run(main, flags)
