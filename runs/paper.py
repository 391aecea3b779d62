"""All figures of the paper, and claims.md: each of its claims, what is measured here, and whether
it holds.

Finished runs are used again; deleting a run's folder, or --out, has it done anew.
"""

import runpy
from pathlib import Path
from types import SimpleNamespace

from fouda2019 import claims, networks, readings
from fouda2019.curves import long_table

from snn_brian.base.files import write_table, written_whole
from snn_brian.data.images import load_images
from snn_brian.job.script import run

HERE = Path(__file__).parent
DEVICES = ("figure_2", "figure_4a", "figure_4b")  # without networks
NETWORKS = ("figure_3", "figure_5a", "figure_5b")
PER_PRESENTATION = [
    "programming",
    "last layer",
    "epochs",
    "pulses per image",
    "reads per image",
    "write energy per image (J)",
]


def flags():
    return readings.flags(__doc__)


def main(args):
    """Make what is missing and write; returns the folder."""
    seeds, folder = networks.read_seeds(args), Path(args.out)
    for name, reading in readings.chosen(args).items():
        if name != "tuned":
            write_table(folder / f"{name}.csv", long_table(readings.trained(reading, args)))
    if args.reading not in ("all", "tuned"):
        return folder
    found = everything(args, seeds)
    for name in NETWORKS:
        script(name).main(args)
    for name in DEVICES:
        device_figure(name, folder, args.quick)
    images = len(load_images().train_labels) if not args.quick else networks.SMALL["train"]
    checked = claims.claims(found)
    write_table(
        folder / "claims.csv",
        {
            field: [getattr(claim, field) for claim in checked]
            for field in ("number", "claim", "measured", "verdict", "why")
        },
    )
    text = page(checked, found, images, len(seeds))
    with written_whole(folder / "claims.md") as file:
        file.write(text.encode())
    print(f"\n{text}\nWritten to {folder}: claims.md, claims.csv and the figures")
    return folder


def everything(args, seeds):
    """All settings; those that only compare readings of the paper once each, the rules that read
    devices for 3 epochs."""
    found = networks.trained(
        networks.BASELINE
        | networks.GAMMAS
        | networks.BEYOND
        | networks.ROUNDING
        | networks.BOTH_DEVICES
        | networks.LONG
        | networks.EARLY,
        args,
    )
    reading = {name: values | {"epochs": 3} for name, values in networks.READ_RULES.items()}
    return found | networks.trained(reading | networks.SILENT, args, seeds[:1])


def script(name):
    return SimpleNamespace(**runpy.run_path(str(HERE / f"{name}.py")))


def device_figure(name, folder, quick):
    if not (folder / name).exists():
        own = script(name)
        own.main(
            own.flags().parse_args(["--out", str(folder / name), *(["--quick"] if quick else [])])
        )


def page(checked, found, images, seeds):
    """claims.md."""
    parts = [
        "# Claims of the paper, and what is measured here\n\nMNIST, 784-500-500-250, "
        f"{networks.EPOCHS} epochs unless said, test "
        f"accuracy of the last layer; mean and standard deviation over {seeds} seeds.\n",
        markdown(
            ["", "claim", "measured here", "verdict", "why"],
            [(c.number, c.claim, c.measured, c.verdict, c.why) for c in checked],
        ),
        "## Where the paper is silent\n\nEach reading with one seed: how far (1,1) is below the "
        "baseline, what (3,1) gains over "
        "it (points), and how many times its pulses that takes.\n",
        markdown(
            ["reading", "(1,1) below the baseline", "gain of (3,1)", "pulses of (3,1)"],
            [
                (name, *(f"{value:.2f}" for value in values))
                for name, *values in claims.readings(found)
            ],
        ),
        "## Rules on TiOx, on-line: accuracy and cost\n",
        markdown(
            PER_PRESENTATION,
            [
                (name, accuracy, epochs, *(f"{value:.3g}" for value in per))
                for name, accuracy, epochs, *per in claims.costs(found, images)
            ],
        ),
        "## This project's own figures\n",
        markdown(["what", "found", "wanted"], claims.targets(found)),
    ]
    return "\n".join(parts)


def markdown(head, rows):
    """A table."""
    return (
        "\n".join(
            "| " + " | ".join(map(str, row)) + " |" for row in [head, ["---"] * len(head), *rows]
        )
        + "\n"
    )


if __name__ == "__main__":
    run(main, flags)
