"""The figure of a sweep draws the last epoch of the last layer: means over seeds, over a number or
for each point."""

import numpy as np
import pytest

from snn_brian.sweep import figure as sweep_figure
from snn_brian.sweep.figure import draw_sweep, last

pytestmark = pytest.mark.pictures


def rows(**varied):
    """Rows of two epochs and layers for each combination of rule, eta and seed; the last accuracy
    is eta + seed/10."""
    found = []
    for rule in varied.get("programming", ["ternary"]):
        for eta in varied.get("eta", [0.1]):
            for seed in varied.get("seed", [0]):
                for epoch in (0, 1):
                    for layer in (1, 2):
                        right = eta + seed / 10 if (epoch, layer) == (1, 2) else 0.9
                        found.append(
                            {
                                "programming": rule,
                                "eta": eta,
                                "seed": seed,
                                "point": f"{rule} {eta} {seed}",
                                "arm": "baseline",
                                "epoch": epoch,
                                "layer": layer,
                                "test_accuracy": right,
                            }
                        )
    return found


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    """draw_sweep(rows) gives the axes of the figure, which is written, too."""
    figures = []
    for name in ("over_number", "for_each"):
        original = getattr(sweep_figure, name)
        monkeypatch.setattr(
            sweep_figure,
            name,
            lambda figure, *given, f=original: figures.append(figure) or f(figure, *given),
        )

    def call(found):
        draw_sweep(found, ["seed", "programming", "eta"], tmp_path / "results.png")
        assert (tmp_path / "results.png").read_bytes().startswith(b"\x89PNG")
        return figures[-1].axes[0]

    return call


def test_the_last_layer_of_the_last_epoch():
    assert [row["test_accuracy"] for row in last(rows(eta=[0.1, 0.2]))] == [0.1, 0.2]


def test_over_a_number_with_a_line_for_what_else_varies(drawn):
    axes = drawn(rows(programming=["ternary", "counter"], eta=[0.2, 0.1], seed=[0, 2]))
    assert axes.get_xlabel() == "eta" and len(axes.containers) == 2
    assert [container.get_label() for container in axes.containers] == [
        "programming=ternary",
        "programming=counter",
    ]
    line, _, (bars,) = axes.containers[0]
    assert np.allclose(line.get_xydata(), [[0.1, 20], [0.2, 30]])
    spread = 100 * np.std([0.1, 0.3], ddof=1)
    assert np.allclose(bars.get_segments()[0], [[0.1, 20 - spread], [0.1, 20 + spread]])


def test_for_each_point_where_no_number_varies(drawn):
    axes = drawn(rows(programming=["ternary", "counter"], seed=[0, 1]))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["ternary", "counter"]
    assert axes.get_ylabel() == "programming"
    assert np.allclose(axes.containers[0][0].get_xdata(), [15, 15])


def test_long_names_have_room(drawn):
    axes = drawn(
        rows(programming=["a_rule_with_a_long_name_that_says_all_of_what_it_does", "ternary"])
    )
    axes.figure.draw_without_rendering()
    assert all(label.get_window_extent().x0 >= 0 for label in axes.get_yticklabels())
    assert axes.get_window_extent().width > 200


def test_a_single_point(drawn):
    axes = drawn(rows())
    assert [label.get_text() for label in axes.get_yticklabels()] == ["all points"]
