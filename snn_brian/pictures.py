"""A picture and the table of what it shows, as the figures of the paper are written."""
import csv
import io
from contextlib import contextmanager

from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from snn_brian.figures import STYLE
from snn_brian.files import written_whole


@contextmanager
def picture(path, width, height):
    """A `Figure` of this size in inches, in the project's style, that becomes the PNG file at the end of the block."""
    with style.context(["default", STYLE]):
        figure = Figure((width, height), layout="constrained")
        yield figure
        with written_whole(path) as file:
            FigureCanvasAgg(figure).print_figure(file, format="png", dpi=300)


def mark_range(axes, G_max, G_min):
    """Dotted lines with names at both ends of a conductance range, in the units of the axis."""
    for G, name in ((G_max, r"$G_{\max}$"), (G_min, r"$G_{\min}$")):
        axes.axhline(G, color="0.6", linewidth=0.6, linestyle=":", zorder=0)
        axes.annotate(name, (1, G), xycoords=("axes fraction", "data"), xytext=(3, 0), textcoords="offset points",
                      va="center")


def write_table(path, columns):
    """Write a mapping of names to equally long sequences as CSV; names end in the unit, as in `G_nS`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    with written_whole(path) as file:
        file.write(text.getvalue().encode())
