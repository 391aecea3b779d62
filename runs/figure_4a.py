"""Figure 4a of the paper: the exponential law of TiOx, as it is fitted (Eq. 8) and from any state
(Eq. 10)."""

import numpy as np
from fouda2019.networks import BETA_D, BETA_P
from matplotlib.ticker import MaxNLocator
from scipy.optimize import brentq

from snn_brian import physics
from snn_brian.base.files import write_table
from snn_brian.base.new_folder import new_folder
from snn_brian.base.plot import COLOURS, PAGE, mark_range, picture
from snn_brian.check.loading import load
from snn_brian.device.response import after
from snn_brian.job.script import Flags, run

NS = 1e-9  # siemens


def flags():
    parser = Flags(__doc__)
    parser.add_argument(
        "--out", help="new folder for the results; without it, results/<date-time>-figure_4a"
    )
    parser.add_argument("--quick", action="store_true", help="ramps of 30 pulses, for a test")
    return parser


def main(args):
    """Draw and write; returns the folder of the results."""
    device, n = load("device", "TiOx"), np.arange(31 if args.quick else 201)
    G_max, G_min = float(device.G_max) / NS, float(device.G_min) / NS
    alpha_P, alpha_D = device.parameters["alpha_P"], device.parameters["alpha_D"]
    curves = {
        "G_P_fitted_nS": physics.potentiation_curve(n, G_max, alpha_P, BETA_P),
        "G_P_from_state_nS": after(device, G_min, n, NS),
        "G_D_fitted_nS": physics.depression_curve(n, G_min, alpha_D, BETA_D),
        "G_D_from_state_nS": after(device, G_max, -n, NS),
    }
    with new_folder(args.out, "figure_4a") as (folder, path):
        write_table(folder / "figure_4a.csv", {"n": n} | curves)
        with picture(folder / "figure_4a.png", PAGE, 2.6) as figure:
            draw(figure, n, curves, G_max, G_min)
    tell_curves(curves, G_max, G_min)
    tell_nonlinearity(alpha_P, alpha_D, G_max, G_min)
    print(f"Written to {path}: figure_4a.png, figure_4a.csv")
    return path


def tell_curves(curves, G_max, G_min):
    up, up_state, down, down_state = curves.values()
    first = (
        (up_state[1] - up_state[0]) / (G_max - G_min),
        (down_state[0] - down_state[1]) / (G_max - G_min),
    )
    print(
        "The first pulse moves {:.1%} of the range in potentiation, {:.1%} in depression".format(
            *first
        )
    )
    print(
        f"(8) and (10) differ most before the first pulse: potentiation starts at {up[0]:.1f} nS "
        "instead of "
        f"G_min = {G_min:.2f} nS, depression at {down[0]:.1f} nS instead of G_max = {G_max:.0f} nS"
    )
    print(
        f"(8) leaves the range: depression is above G_max up to n = {np.sum(down > G_max) - 1}; "
        "(10) never does"
    )


def tell_nonlinearity(alpha_P, alpha_D, G_max, G_min):
    """PANL, DANL and ANL (9), and the N of the paper's values."""

    def measures(N):
        return (
            physics.nonlinearity(N, alpha_P, BETA_P, G_max, G_min),
            physics.nonlinearity(N, alpha_D, BETA_D, G_max, G_min),
        )

    implied = {
        "PANL = 0.32": physics.pulses_of_nonlinearity(0.32, alpha_P, BETA_P, G_max, G_min),
        "DANL = 0.45": physics.pulses_of_nonlinearity(0.45, alpha_D, BETA_D, G_max, G_min),
        "ANL = 0.77": brentq(lambda N: sum(measures(N)) - 0.77, 1, 1000),
    }
    print("The paper's value     needs N    where PANL   DANL    ANL")
    for value, N in implied.items():
        PANL, DANL = measures(round(N))
        print(f"{value:<20}{N:>9.1f}{PANL:>14.3f}{DANL:>7.3f}{PANL + DANL:>7.3f}")


def draw(figure, n, curves, G_max, G_min):
    """A panel for each direction: the fitted law (8) as a line, the ladder of states (10) as
    points; nS."""
    panels = figure.subplots(1, 2, sharey=True)
    for axes, name, title, shown, color in (
        (panels[0], "G_P", "Potentiation", n, COLOURS[0]),
        (panels[1], "G_D", "Depression", n[:21], COLOURS[1]),
    ):
        state, every = curves[f"{name}_from_state_nS"][: len(shown)], max(1, len(shown) // 40)
        axes.plot(
            shown, curves[f"{name}_fitted_nS"][: len(shown)], color=color, label="fitted, Eq. (8)"
        )
        axes.plot(
            shown,
            state,
            "o",
            color=color,
            markersize=2.5,
            markerfacecolor="white",
            markeredgewidth=0.6,
            markevery=every,
            label="from the end of the range, Eq. (10)",
        )
        mark_range(axes, G_max, G_min)
        axes.set(xlabel="Pulses $n$", title=title, xlim=(-0.03 * shown[-1], shown[-1]))
        axes.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10], integer=True))
        axes.legend(loc="center right", bbox_to_anchor=(1, 0.3))
    panels[0].set(ylabel="Conductance (nS)", ylim=(0, None))


if __name__ == "__main__":
    run(main, flags)
