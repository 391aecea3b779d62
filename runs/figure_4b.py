"""Figure 4b of the paper: potentiation and depression of many TiOx devices that differ, from pulse
to pulse, too."""

import numpy as np

from snn_brian.base.files import write_table
from snn_brian.base.new_folder import new_folder
from snn_brian.base.plot import COLOURS, PAGE, mark_range, picture
from snn_brian.check.loading import load
from snn_brian.device.response import after
from snn_brian.device.variation import spread
from snn_brian.job import arguments
from snn_brian.job.script import Flags, run

# spread of a pulse's change, as a fraction of the range; the paper gives no number
CYCLE_TO_CYCLE = 0.01
SYMBOLS = ("G_max", "G_min", "alpha_P", "alpha_D")
DRAWN = 40  # devices in the picture; the table has all


def flags():
    parser = Flags(__doc__)
    parser.add_argument("--seed", default="0", help="of all random draws")
    parser.add_argument(
        "--out", help="new folder for the results; without it, results/<date-time>-figure_4b"
    )
    parser.add_argument(
        "--quick", action="store_true", help="20 devices and ramps of 30 pulses, for a test"
    )
    return parser


def main(args):
    """Simulate, draw and write; returns the folder of the results."""
    devices, N = (20, 30) if args.quick else (1000, 100)
    device = load("device", "TiOx_varied")
    rng = np.random.default_rng(arguments.whole("--seed", args.seed, least=0))
    values = {symbol: spread(device, symbol, devices, rng) for symbol in SYMBOLS}
    ladders = {
        direction: ladder(device, direction, values, N, rng)
        for direction in ("potentiation", "depression")
    }
    n = np.tile(np.arange(N + 1), devices)
    with new_folder(args.out, "figure_4b") as (folder, path):
        write_table(
            folder / "figure_4b.csv",
            {
                "device": np.repeat(np.arange(devices), N + 1),
                "n": n,
                "G_P_nS": 1e9 * ladders["potentiation"].T.ravel(),
                "G_D_nS": 1e9 * ladders["depression"].T.ravel(),
            },
        )
        write_table(folder / "devices.csv", {"device": range(devices), **values})
        with picture(folder / "figure_4b.png", PAGE, 2.6) as figure:
            draw(figure, ladders, 1e9 * float(device.G_max), 1e9 * float(device.G_min))
    tell(device, values, ladders)
    print(f"Written to {path}: figure_4b.png, figure_4b.csv, devices.csv")
    return path


def ladder(device, direction, values, N, rng):
    """Conductances after 0 to N single pulses, each with its own error, shape (N + 1, devices); the
    range is not left."""
    G_max, G_min = values["G_max"], values["G_min"]
    start, pulse = (G_min, 1) if direction == "potentiation" else (G_max, -1)
    states = [start]
    for _ in range(N):
        error = CYCLE_TO_CYCLE * (G_max - G_min) * rng.standard_normal(len(G_max))
        G = after(device, states[-1], pulse, unit=1.0, **values)
        states.append(np.clip(G + error, G_min, G_max))
    return np.array(states)


def tell(device, values, ladders):
    N, devices = len(ladders["potentiation"]) - 1, len(values["G_max"])
    print(
        f"{devices} devices, {N} pulses in each direction, cycle-to-cycle spread "
        f"{CYCLE_TO_CYCLE:.0%} of the range"
    )
    for symbol, drawn in values.items():
        asked = device.device_to_device[symbol]
        print(
            f"{symbol:<8} mean {drawn.mean():.4g}, spread {drawn.std() / drawn.mean():.1%} "
            f"(declared {asked:.0%}, cut at 3 sigma)"
        )
    middle, G_range = (values["G_max"] + values["G_min"]) / 2, values["G_max"] - values["G_min"]
    PANL, DANL = (
        sign * (ladder[N // 2] - middle) / G_range
        for sign, ladder in zip((1, -1), ladders.values())
    )
    for name, measure in (("PANL", PANL), ("DANL", DANL), ("ANL", PANL + DANL)):
        print(
            f"{name:<8} mean {measure.mean():.3f}, spread {measure.std():.3f} over the devices, "
            f"at N = {N} (9)"
        )


def draw(figure, ladders, G_max, G_min):
    """Some devices as thin lines, the median and the middle 90 % of all; nS."""
    panels = figure.subplots(1, 2, sharey=True)
    for axes, (direction, ladder), color in zip(panels, ladders.items(), COLOURS):
        n = np.arange(len(ladder) if direction == "potentiation" else min(31, len(ladder)))
        G = 1e9 * ladder[: len(n)]
        axes.plot(n, G[:, :DRAWN], color="0.75", linewidth=0.4)
        axes.fill_between(
            n,
            *np.percentile(G, [5, 95], axis=1),
            color=color,
            alpha=0.25,
            linewidth=0,
            zorder=2,
            label="90 % of the devices",
        )
        axes.plot(n, np.median(G, axis=1), color=color, zorder=3, label="median")
        mark_range(axes, G_max, G_min)
        axes.set(xlabel="Pulses $n$", title=direction.capitalize(), xlim=(0, n[-1]))
        axes.legend(loc="center right")
    panels[0].set(ylabel="Conductance (nS)", ylim=(0, None))


if __name__ == "__main__":
    run(main, flags)
