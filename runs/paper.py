"""All figures of the paper, and claims.md: each of its claims, what is measured here in each
reading of what the paper leaves open, and whether it holds.

All of it takes about two and a half hours on two free cores. Finished runs are used again; deleting
a run's folder, or --out, has it done anew.
"""

import runpy
from pathlib import Path
from types import SimpleNamespace

from fouda2019 import behind, claims, networks, page, paper_reading, readings, study, training

from snn_brian.base.files import write_table, written_whole
from snn_brian.data.images import load_images
from snn_brian.job.script import run

HERE = Path(__file__).parent
OTHERS = ("study",)  # what --reading takes beside the readings
DEVICES = ("figure_2", "figure_4a", "figure_4b")  # without networks


def flags():
    return readings.flags(__doc__, OTHERS)


def main(args):
    """Make what is missing and write; returns the folder."""
    folder, chosen = Path(args.out), readings.chosen(args, OTHERS)
    whole = readings.all_trained(args, OTHERS)
    found = everything(args, whole["tuned"]) if "tuned" in whole else {}
    checked = {
        key: claims.claims(found) if key == "tuned" else paper_reading.claims(each)
        for key, each in whole.items()
    }
    parts = [page.head(chosen, whole), page.verdicts(checked)] if whole else []
    for key, each in whole.items():
        parts += behind.whole(readings.READINGS[key], each)
    if args.reading in ("study", "all"):
        cells = study.best_of_each(study.trained(args))
        write_table(folder / "study.csv", study.table(cells))
        parts += behind.studied(cells)
    if whole:
        write_table(folder / "claims.csv", page.columns(checked))
        parts += behind.why(figures(folder, args, whole, found))
    if found:
        images = len(load_images().train_labels) if not args.quick else training.SMALL["train"]
        parts += behind.tuned(found, images)
    text = "\n".join(parts)
    page_name = "claims.md" if whole else "study.md"  # which asks no claim
    with written_whole(folder / page_name) as file:
        file.write(text.encode())
    print(f"\n{text}\nWritten to {folder}: {page_name}, tables and figures")
    return folder


def everything(args, tuned):
    """All settings of the tuned reading; those that only compare readings of the paper once each,
    the rules that read devices for 3 epochs."""
    found = training.trained(
        networks.BEYOND
        | networks.ROUNDING
        | networks.BOTH_DEVICES
        | networks.LONG
        | networks.EARLY,
        args,
    )
    reading = {name: values | {"epochs": 3} for name, values in networks.READ_RULES.items()}
    first = readings.seeds_of(readings.READINGS["tuned"], args)[:1]
    return tuned | found | training.trained(reading | networks.SILENT, args, first)


def figures(folder, args, whole, found):
    """All that the readings at hand allow; returns the rows of `balance`."""
    beyond = {name: found[name] for name in networks.BEYOND if found}
    script("figure_5a").write(folder, whole, beyond)
    script("figure_5b").write(folder, whole)
    key, each = next(iter(whole.items()))
    rows = script("balance").write(folder, args, readings.READINGS[key], each)
    if found:
        script("figure_3").write(folder, {name: found[name] for name in networks.ROUNDING})
        for name in DEVICES:
            device_figure(name, folder, args.quick)
    return rows


def script(name):
    return SimpleNamespace(**runpy.run_path(str(HERE / f"{name}.py")))


def device_figure(name, folder, quick):
    if not (folder / name).exists():
        own = script(name)
        own.main(
            own.flags().parse_args(["--out", str(folder / name), *(["--quick"] if quick else [])])
        )


if __name__ == "__main__":
    run(main, flags)
