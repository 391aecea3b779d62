"""The look of each gamma in all figures: equal gamma solid, unequal dashed."""

from snn_brian.base.plot import COLOURS, MARKERS

BROWN = "#8C564B"
ORDER = [
    "baseline",
    *(f"gamma ({P},{D})" for P, D in [(1, 1), (2, 2), (3, 3), (5, 5)]),
    *(f"gamma ({P},{D})" for P, D in [(3, 1), (5, 1), (1, 3), (1, 5)]),
]


def line(name):
    """Keyword arguments of `Axes.plot` for a setting."""
    k = ORDER.index(name)
    return dict(
        color=("0.55", *COLOURS[:7], BROWN)[k],
        marker=(*MARKERS, ".")[k],
        linestyle="-" if k < 5 else "--",
        label=name.replace("gamma (", "γ = ("),
    )
