"""Generated measurements of ramps through fit_device.py: the sound ones must be fitted, rightly,
and the wrong ones refused in a sentence that names the column and the cause.

`measured_files` tells which are which. A *silent error* is a device that is said to fit and that is
wrong: of a wrong file, any; of another one, where a parameter of the device (G_max, G_min, alpha_P,
alpha_D) is off by more than twice its tolerance and by more than twice its interval.
"""

from contextlib import chdir

import numpy as np
from harm.measured_files import DEFECTS, TOLERANCE, measurement

from snn_brian.base.errors import UserError
from snn_brian.command import fit

OF_A_DEVICE = ("G_max", "G_min", "alpha_P", "alpha_D")
LEAST_HELD, MOST_HELD = 0.90, 0.99  # of the 95 % intervals


def measurements(count, folder, say, seed=0):
    """Try `count` measurements; returns the figures."""
    figures = {
        "measurements": count,
        "sound": 0,
        "open": 0,
        "wrong": 0,
        "sound refused": 0,
        "outside the tolerance": 0,
        "silent errors": 0,
        "sentences without column or cause": 0,
        "tracebacks": 0,
        "held intervals": {},
        "cases": [],
    }
    held = {name: [] for name in TOLERANCE}
    for number in range(count):
        case = measurement(np.random.default_rng([seed, number]))
        work = folder / str(number)
        work.mkdir(parents=True)
        for name, text in case.files.items():
            (work / name).write_text(text)
        with chdir(work):
            outcome, report = attempt(case.flags)
        figures[case.kind] += 1
        for problem in judged(case, outcome, report, held):
            figures[problem] += 1
            figures["cases"].append(f"{number} ({case.defect or case.kind}): {problem}: {outcome}")
        say(f"measurement {number + 1} of {count} ({case.defect or case.kind}): {outcome}")
    figures["held intervals"] = {
        name: float(np.mean(each)) if each else None for name, each in held.items()
    }
    everything = [one for each in held.values() for one in each]
    figures["intervals"] = len(everything)
    figures["held"] = float(np.mean(everything)) if everything else None
    return figures


def attempt(flags):
    """(what was said, fit.json or None) of fit_device.py with these flags and the exponential law,
    without its picture."""
    try:
        report = fit.fitted(fit.flags().parse_args([*flags, "--law", "exponential"]))[2]
    except UserError as error:
        return f"refused: {error}", None
    except Exception as error:  # that is what is looked for
        return f"traceback: {error!r}", None
    problems = [each["problem"] for each in report["directions"].values() if each["problem"]]
    return "; ".join(problems) or "fits", report


def judged(case, outcome, report, held):
    """What is not as it should be, as names of figures; adds to `held` which intervals hold."""
    if outcome.startswith("traceback"):
        return ["tracebacks"]
    fits = outcome == "fits"
    if case.kind == "wrong":
        if fits:
            return ["silent errors"]
        named = case.column is None or f"column {case.column}" in outcome
        cause = any(word in outcome for word in DEFECTS[case.defect])
        return [] if named and cause else ["sentences without column or cause"]
    if not fits:
        return ["sound refused"] if case.kind == "sound" else []
    found = []
    intervals = report["confidence_intervals_95"]
    drop = case.notes["one file"] == "turning"
    for name, true in case.truth.items():
        low, high = intervals[name] or (-np.inf, np.inf)
        if case.kind == "sound" and not (drop and name.startswith("beta")):
            held[name].append(low <= true <= high)
        off, half = abs(report[name] - true), (high - low) / 2
        if name in case.precise and off > TOLERANCE[name] * true:
            found.append("outside the tolerance")
        if name in OF_A_DEVICE and off > 2 * max(TOLERANCE[name] * true, half):
            found.append("silent errors")
    return found
