"""A picture and the table of what it shows, as the figures of the paper are written."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from snn_brian.base.files import written_whole

COLUMN, PAGE = 3.5, 7.2  # widths of a column and of a page, inches
DPI = 300  # dots per inch
STYLE = {
    "font.size": 7.5,
    "axes.titlesize": 7.5,
    "figure.labelsize": 7.5,
    "legend.fontsize": 7,
    "lines.linewidth": 1,
    "lines.markersize": 3.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "grid.linewidth": 0.4,
    "grid.color": "0.88",
    "legend.frameon": False,
    "axes.formatter.use_mathtext": True,
}
# Okabe and Ito's colours, which colour-blind readers can tell apart, with grey for yellow; shapes
# serve prints in grey.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#999999")
MARKERS = "os^DvPX*"


@contextmanager
def picture(path: str | Path, width: float, height: float) -> Iterator[Figure]:
    """A `Figure` of this size in inches, in the project's style, that becomes the PNG file at the
    end of the block."""
    with style.context(["default", STYLE]):
        figure = Figure((width, height), layout="constrained")
        yield figure
        with written_whole(path) as file:
            write_png(figure, file)


def write_png(figure: Figure, file: IO[bytes]) -> None:
    """Write a picture that is drawn once: `Figure.savefig` draws what has a layout twice."""
    figure.dpi = DPI
    FigureCanvasAgg(figure).print_png(file)


def mark_range(axes: Axes, G_max: float, G_min: float) -> None:
    """Dotted lines with names at both ends of a conductance range, in the units of the axis."""
    for G, name in ((G_max, r"$G_{\max}$"), (G_min, r"$G_{\min}$")):
        axes.axhline(G, color="0.6", linewidth=0.6, linestyle=":", zorder=0)
        axes.annotate(
            name,
            (1, G),
            xycoords=("axes fraction", "data"),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
        )
