"""What the response curves of a device cost a network: its accuracy over the nonlinearity of
potentiation and of depression, and over the number of pulses, for three programming rules.

All of it takes about an hour on two free cores. Finished networks are used again.
"""

from pathlib import Path
from string import ascii_lowercase

import numpy as np
from asymmetry import networks
from asymmetry.shapes import of_device
from fouda2019 import training

from snn_brian.base.files import write_table
from snn_brian.base.plot import COLOURS, MARKERS, PAGE, picture
from snn_brian.check.loading import load, names
from snn_brian.declarations import Device
from snn_brian.job import arguments
from snn_brian.job.script import run

QUICK = dict(nonlinearities=(0.3,), pulses=(100,))
SIDE = (0, 0.1, 0.2, 0.3, 0.4, 0.5)  # at equal distances: sums and differences meet again
MILD = 0.48  # nonlinearity beyond which most of the range goes by at the first pulses
WORST = 4  # points of drop at which the colours end


def flags():
    parser = training.flags(__doc__)
    parser.set_defaults(out="results/asymmetry_map", seeds="0")
    parser.add_argument(
        "--rules", help=f"some of {','.join(networks.LEARNING)}; without it, all of these"
    )
    return parser


def main(args):
    """Train what is missing, draw and write; returns the folder."""
    axes = QUICK if args.quick else {}
    given = args.rules or ("counter" if args.quick else ",".join(networks.LEARNING))
    rules = [arguments.one_of("--rules", rule, networks.LEARNING) for rule in given.split(",")]
    grid = networks.grid(axes.get("nonlinearities", networks.NONLINEARITIES))
    lengths = networks.lengths(axes.get("pulses", networks.PULSES))
    shapes = [shape for row in (*grid, *lengths.values()) for shape in row]
    found = training.trained(networks.settings(rules, shapes), args)
    drops = Drops(found)
    folder = Path(args.out)
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder / "asymmetry_map.csv", drops.table(rules, shapes))
    with picture(folder / "asymmetry_map.png", PAGE, 2.9) as figure:
        draw_map(figure, drops, rules, grid)
    with picture(folder / "asymmetry_cuts.png", PAGE, 1.9 * len(rules)) as figure:
        draw_cuts(figure, drops, rules, grid, lengths)
    tell(drops, rules, grid, lengths)
    print(f"Written to {folder}: asymmetry_map.png, asymmetry_cuts.png, asymmetry_map.csv")
    return folder


class Drops:
    """Points of the last layer's accuracy below the baseline of the same seed."""

    def __init__(self, found):
        self.found = found

    def each(self, rule, shape):
        """Of every seed."""
        ideal = self.found[networks.baseline(rule)].last
        return ideal - self.found[networks.setting(rule, shape)].last

    def __call__(self, rule, shape):
        return self.each(rule, shape).mean()

    def table(self, rules, shapes):
        """Columns for a CSV: a row for each network."""
        rows = []
        for rule in rules:
            for shape in dict.fromkeys(shapes):
                curves = self.found[networks.setting(rule, shape)]
                for number, drop in enumerate(self.each(rule, shape)):
                    accuracy, pulses = curves.last[number], int(curves.pulses[number].sum())
                    values = (shape.PANL, shape.DANL, shape.N, round(shape.balance, 4))
                    rows.append((rule, *values, number, accuracy, round(drop, 4), pulses))
        columns = ("rule", "PANL", "DANL", "N", "balance_point", "seed_number")
        columns += ("test_accuracy_percent", "drop_points", "pulses_all_layers")
        return dict(zip(columns, zip(*rows)))


def draw_map(figure, drops, rules, grid):
    """A heat map for each rule, with the declared devices where they lie."""
    panels = figure.subplots(1, len(rules), sharey=True, squeeze=False)[0]
    places, devices = [shape.PANL for shape in grid[0]], marked()
    for axes, rule in zip(panels, rules):
        values = np.array([[drops(rule, shape) for shape in row] for row in grid])
        image = axes.imshow(values, origin="lower", cmap="viridis_r", vmin=0, vmax=WORST)
        for (row, column), value in np.ndenumerate(values):
            colour = "white" if value > WORST / 2 else "black"
            axes.text(column, row, f"{value:.1f}", ha="center", va="center", color=colour, size=4.5)
        for letter, place in zip(ascii_lowercase, devices.values()):
            at = np.interp(place, places, range(len(places)))
            axes.plot(*at, "o", mfc="white", mec="#D55E00", ms=5.5, mew=0.7)
            axes.text(*at, letter, ha="center", va="center_baseline", size=4.5)
        axes.set(title=rule, xlabel="PANL", xticks=range(len(places)), xticklabels=places)
        axes.tick_params(axis="x", rotation=90)
    panels[0].set(ylabel="DANL", yticks=range(len(places)), yticklabels=places)
    figure.colorbar(image, ax=panels, label="Drop (points)", extend="max")
    figure.supxlabel("   ".join(f"{a} {name}" for a, name in zip(ascii_lowercase, devices)), size=6)


def marked():
    """{device: (PANL, DANL)} of the declared devices that lie on the map."""
    found = {}
    for name in names("device"):
        device = load("device", name)
        if isinstance(device, Device) and not device.device_to_device:
            place = of_device(device, networks.N)
            if place and min(place) >= 0:
                found[name] = place
    return found


def draw_cuts(figure, drops, rules, grid, lengths):
    """For each rule: along ANL at fixed asymmetry, along asymmetry at fixed ANL, along N."""
    panels = figure.subplots(len(rules), 3, sharex="col", sharey="row", squeeze=False)
    for row, rule in zip(panels, rules):
        for axes, lines in zip(row, (*cuts(drops, rule, grid), along_pulses(drops, rule, lengths))):
            for k, (name, line) in enumerate(lines.items()):
                axes.plot(*zip(*line), color=COLOURS[k], marker=MARKERS[k], label=name)
            axes.grid(True, axis="y")
        row[0].set(ylabel=f"{rule}\ndrop (points)")
    for axes, label in zip(panels[-1], ("PANL + DANL", "DANL - PANL", "Pulses over the range")):
        axes.set(xlabel=label)
    panels[-1][2].set(xscale="log")
    for axes, place in zip(panels[0], ("upper left", "upper left", "best")):
        axes.legend(loc=place)


def cuts(drops, rule, grid):
    """({asymmetry: [(ANL, drop)]}, {ANL: [(asymmetry, drop)]}) of the shapes at equal distances."""
    along, across = {}, {}
    for shape in [shape for row in grid for shape in row]:
        if shape.PANL in SIDE and shape.DANL in SIDE:
            ANL = round(shape.PANL + shape.DANL, 3)
            asymmetry, drop = round(shape.DANL - shape.PANL, 3), drops(rule, shape)
            if asymmetry in (-0.2, 0, 0.2):
                along.setdefault(f"DANL - PANL = {asymmetry:g}", []).append((ANL, drop))
            if ANL in (0.3, 0.5, 0.7):
                across.setdefault(f"ANL = {ANL:g}", []).append((asymmetry, drop))
    return tuple({name: sorted(line) for name, line in each.items()} for each in (along, across))


def along_pulses(drops, rule, lengths):
    """{shape: [(N, drop)]}"""
    return {name: [(shape.N, drops(rule, shape)) for shape in own] for name, own in lengths.items()}


def tell(drops, rules, grid, lengths):
    """The ends of the map and of the second axis."""
    for rule in rules:
        cells = {shape: drops(rule, shape) for row in grid for shape in row}
        best, worst = min(cells, key=cells.get), max(cells, key=cells.get)
        print(
            f"{rule}: {cells[worst]:.2f} points below the baseline at PANL {worst.PANL}, DANL "
            f"{worst.DANL}; {cells[best]:.2f} at PANL {best.PANL}, DANL {best.DANL}"
        )
        mild = [cells[shape] for shape in cells if max(shape.PANL, shape.DANL) <= MILD]
        print(f"  up to {MILD} in both directions: {np.mean(mild):.2f} on average")
        for name, line in along_pulses(drops, rule, lengths).items():
            print(f"  {name}: " + ", ".join(f"{drop:.2f} at N {N}" for N, drop in line))


if __name__ == "__main__":
    run(main, flags)
