"""Why gamma changes how a network learns: where random pulses hold a pair of devices, how widely
they scatter it, and what trained networks show of that."""

from pathlib import Path

import numpy as np
from fouda2019 import balance, networks, readings
from fouda2019.lines import line

from snn_brian.base.files import write_table
from snn_brian.base.plot import PAGE, picture
from snn_brian.check.loading import load
from snn_brian.job.script import run

LAYER = 2  # whose devices are shown: all of its inputs spike now and then
DRAWN = [(1, 1), (3, 3), (3, 1), (5, 1)]
NOISE = [(1, 1), (5, 1)]  # whose noise is drawn around the drift
BINS = np.linspace(0, 1, 61)


def flags():
    return readings.flags(__doc__)


def main(args):
    """Train what is missing, draw and write; returns the folder."""
    reading = next(iter(readings.chosen(args).values()))
    write(Path(args.out), args, reading, readings.trained(reading, args))
    return Path(args.out)


def write(folder, args, reading, found):
    """The picture and its table, of {setting: Curves} of a reading; returns the rows of the
    table."""
    names = [name for name in found if name != "baseline"]
    places = {name: all_places(reading, args, name) for name in names}
    rows = [row(name, found[name], places[name]) for name in names]
    write_table(
        folder / "balance.csv", {column: [row[column] for row in rows] for column in rows[0]}
    )
    with picture(folder / "balance.png", PAGE, 5.2) as figure:
        draw(figure, rows, places)
    tell(rows)
    print(f"Written to {folder}: balance.png, balance.csv")
    return rows


def all_places(reading, args, name):
    """Of the first seed: places in the range of both devices of each pair of the layer before
    training, after it, and after as many random pulses, (2, pairs) each; and events per pair."""
    first, *_, last = readings.checkpoints(reading, args, name)
    K, ends = load("device", "TiOx").K, []
    for path in (first, last):
        with np.load(path, allow_pickle=False) as file:
            G = np.array([file[f"G_{side}_{LAYER}"].ravel() for side in ("plus", "minus")])
            pulses = file["measured_potentiation_pulses"][:, LAYER - 1].sum()
        ends.append((G - K) / (1 - K))
    gammas, generator = networks.gammas(name), np.random.default_rng(0)
    events = pulses / gammas[0] / G.shape[1]
    counts = generator.poisson(events, G.shape[1])
    random = balance.simulated(balance.pair(*gammas), counts, ends[0], generator)
    return *ends, np.array(random), events


def row(name, curves, places):
    """What the theory says of a gamma, and what was found."""
    pair, (start, end, random, events) = balance.pair(*networks.gammas(name)), places
    found = {
        "gamma": name.removeprefix("gamma "),
        "u": pair.u,
        "d": pair.d,
        "forgetting_per_event": pair.forgetting,
        "first_step": pair.step(start.mean()) / np.std(start[0] - start[1]),
        "balance_point": pair.place(),
        "spread": pair.spread(),
        "correlation": pair.covariance() / pair.spread() ** 2,
        "events_per_pair": events,
    }
    for what, (plus, minus) in (("random", random), ("trained", end)):
        found[f"{what}_place"] = (plus.mean() + minus.mean()) / 2
        found[f"{what}_spread"] = np.std([plus, minus])
        found[f"{what}_weight_spread"] = np.std(plus - minus)
        found[f"{what}_correlation"] = np.corrcoef(plus, minus)[0, 1]
    return found | {
        "accuracy_first_epoch_percent": curves.accuracy[:, 1, -1].mean(),
        "accuracy_last_epoch_percent": curves.last.mean(),
    }


def draw(figure, rows, places):
    """Above: what an event does, and where devices stand. Below: what follows for learning."""
    (events, stand), (first, last) = figure.subplots(2, 2)
    x = np.linspace(0, 1, 101)
    for gammas in DRAWN:
        name = networks.setting(gammas)
        pair, style = balance.pair(*gammas), line(name) | {"marker": None}
        drift = (pair.u * (1 - x) - pair.d * x) / 2
        noise = (pair.u * (1 - x) + pair.d * x) / 2
        events.plot(x, drift, **style)
        if gammas in NOISE:
            events.fill_between(x, drift - noise, drift + noise, color=style["color"], alpha=0.15)
        events.plot(pair.place(), 0, "o", color=style["color"], label="_")
        if name in places:
            draw_places(stand, pair, style, places[name])
    events.axhline(0, color="0.6", linewidth=0.6, zorder=0)
    events.set(
        xlabel="Place in the range, 0 at $G_{min}$",
        ylabel="Change by a random event",
        title="Drift, and noise around it: dots are balance points",
        ylim=(-0.4, 0.2),
    )
    stand.set(
        xlabel="Place in the range",
        ylabel="Density",
        title=f"Devices of layer {LAYER}, trained; dotted: random pulses\n"
        "in the same number; bars: stationary mean and spread",
    )
    scatter(first, rows, "first_step", "accuracy_first_epoch_percent")
    first.set(
        xlabel="First step of a weight, in spreads of the initial weights",
        ylabel="Test accuracy after epoch 1 (%)",
        title="After the first epoch",
    )
    scatter(last, rows, "forgetting_per_event", "accuracy_last_epoch_percent")
    last.set(
        xlabel="Share of a weight that each event takes away",
        ylabel="Test accuracy in the end (%)",
        title="After the last epoch",
    )
    figure.legend(*events.get_legend_handles_labels(), loc="outside lower center", ncols=len(DRAWN))


def draw_places(axes, pair, style, places):
    """Histogram of a trained network, that of random pulses, and the stationary moments."""
    _, end, random, _ = places
    for values, form, label in ((end, "-", style["label"]), (random, ":", "_")):
        density, _ = np.histogram(np.ravel(values), BINS, density=True)
        axes.stairs(density, BINS, color=style["color"], linestyle=form, label=label)
    height = axes.get_ylim()[1]
    axes.errorbar(
        pair.place(), 1.05 * height, xerr=pair.spread(), color=style["color"], marker="o", capsize=2
    )


def scatter(axes, rows, x, y):
    """A named dot for each gamma: the name is at the right, unless another dot is close there."""
    for row in rows:
        style = line(f"gamma {row['gamma']}")
        axes.plot(row[x], row[y], style["marker"], color=style["color"])
    axes.margins(x=0.12)
    widths = (np.ptp([row[name] for row in rows]) for name in (x, y))
    right, above = (share * width for share, width in zip((0.15, 0.08), widths))
    for row in rows:
        crowded = any(
            0 < other[x] - row[x] < right and abs(other[y] - row[y]) < above for other in rows
        )
        side = dict(xytext=(-4, 0), ha="right") if crowded else dict(xytext=(4, 0), ha="left")
        axes.annotate(
            row["gamma"],
            (row[x], row[y]),
            textcoords="offset points",
            va="center",
            fontsize=6,
            **side,
        )
    axes.grid(True)


def tell(rows):
    """The table in short."""
    for row in rows:
        print(
            f"gamma {row['gamma']}: trained {row['trained_place']:.3f} +- "
            f"{row['trained_spread']:.3f}, random pulses {row['random_place']:.3f} +- "
            f"{row['random_spread']:.3f} ({row['events_per_pair']:.1f} events), balance point "
            f"{row['balance_point']:.3f} +- {row['spread']:.3f}"
        )


if __name__ == "__main__":
    run(main, flags)
