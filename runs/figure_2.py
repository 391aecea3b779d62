"""Figure 2 of the paper: the linear response of a device to pulses (Eq. 6), and the pulses that a
change needs (Eq. 7)."""

import numpy as np

from snn_brian.base.files import write_table
from snn_brian.base.new_folder import new_folder
from snn_brian.base.plot import COLOURS, COLUMN, mark_range, picture
from snn_brian.check.loading import load
from snn_brian.job.script import Flags, run
from snn_brian.physics import linear_pulses, linear_response


def flags():
    parser = Flags(__doc__)
    parser.add_argument(
        "--out", help="new folder for the results; without it, results/<date-time>-figure_2"
    )
    parser.add_argument("--quick", action="store_true", help="a ramp of 10 pulses, for a test")
    return parser


def main(args):
    """Draw and write; returns the folder of the results."""
    device = load("device", "linear")
    N = 10 if args.quick else round(device.parameters["N"])
    n, G_max, G_min = np.arange(N + 1), float(device.G_max), float(device.G_min)
    up, down = (
        linear_response(G_min, n, N, G_max, G_min),
        linear_response(G_max, -n, N, G_max, G_min),
    )
    with new_folder(args.out, "figure_2") as (folder, path):
        write_table(folder / "figure_2.csv", {"n": n, "G_P_nS": 1e9 * up, "G_D_nS": 1e9 * down})
        with picture(folder / "figure_2.png", COLUMN, 2.5) as figure:
            draw(figure, n, 1e9 * up, 1e9 * down)
    step = (G_max - G_min) / N
    print(
        f"G_max = {1e9 * G_max:.1f} nS, G_min = {1e9 * G_min:.1f} nS, K = {device.K:.3f}, N = {N}"
    )
    print(
        f"A pulse moves G by {1e9 * step:.3f} nS, and w by {step / G_max:.5f}, from any state: "
        "ANL = 0"
    )
    print(f"A change of w by 0.1 needs {linear_pulses(0.1, N, 1, device.K):.2f} pulses")
    print(f"Written to {path}: figure_2.png, figure_2.csv")
    return path


def draw(figure, n, up, down):
    """Potentiation from G_min and depression from G_max, conductances in nS."""
    axes = figure.add_subplot()
    for G, name, color, line in (
        (up, "potentiation", COLOURS[0], "-"),
        (down, "depression", COLOURS[1], "--"),
    ):
        axes.plot(n, G, line, color=color, label=name)
    mark_range(axes, up[-1], up[0])
    axes.set(xlabel="Pulses $n$", ylabel="Conductance (nS)", xlim=(0, n[-1]), ylim=(0, None))
    figure.legend(loc="outside lower center", ncols=2)


if __name__ == "__main__":
    run(main, flags)
