"""Figures of a run: files that are pictures, lines and histograms that are the run's data, and
interrupted runs."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib import rcParams

from snn_brian.base import checkpoints
from snn_brian.job import figures

pytestmark = pytest.mark.pictures

HEADER = (
    "arm,epoch,layer,test_accuracy,train_accuracy,potentiation_pulses,depression_pulses,write_energy_J,"
    "seconds"
).split(",")
DEVICES = {
    "memristive": {"name": "TiOx", "G_max_S": 6.74e-07, "K": 0.0489},
    "baseline": {"name": "ideal"},
}
BOTH = ("memristive", "baseline")
ALL = ["accuracy.png", "pulses.png", "conductances.png"]


def accuracy_of(arm, epoch, layer):
    return (
        0.1
        if epoch == 0
        else round(0.9 + 0.03 * (arm == "baseline") + 0.005 * epoch + 0.003 * layer, 4)
    )


def pulses_of(epoch, layer):
    return (10 ** (9 - layer) // epoch, 3 * 10 ** (8 - layer) // epoch) if epoch else (0, 0)


def write_run(folder, arms=BOTH, layers=(5, 4, 3), done=3, pulses=pulses_of, saved=True):
    """A run folder of 3 planned epochs, `done` of which are there; without checkpoints unless
    `saved`."""
    rng = np.random.default_rng(3)
    (folder / "config.json").write_text(
        json.dumps(
            {
                "layers": list(layers),
                "epochs": 3,
                "arms": {arm: {"device": DEVICES[arm]} for arm in arms},
            }
        )
    )
    with open(folder / "metrics.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for arm in arms:
            for epoch in range(done + 1):
                for layer in range(1, len(layers) + 1):
                    counts = pulses(epoch, layer) if arm == "memristive" else ("", "")
                    writer.writerow(
                        [
                            arm,
                            epoch,
                            layer,
                            accuracy_of(arm, epoch, layer),
                            "" if epoch == 0 else 0.9,
                            *counts,
                            1e-6,
                            1.5,
                        ]
                    )
    for arm in arms if saved else ():
        (folder / "checkpoints" / arm).mkdir(parents=True)
        for epoch in range(done + 1):
            names = ("G_plus", "G_minus") if arm == "memristive" else ("w",)
            checkpoints.write_checkpoint(
                folder / "checkpoints" / arm / f"epoch_{epoch:03d}.npz",
                {
                    f"{name}_{layer}": rng.uniform(
                        0.2 * (done - epoch) / 3, 1 - 0.1 * epoch, shape
                    ).astype(np.float32)
                    for name in names
                    for layer, shape in enumerate(zip((6, *layers), layers), 1)
                },
            )
    return folder


def figures_of(folder, monkeypatch):
    """{name: Figure} as `draw` makes them, with no picture rendered."""
    made = {}

    def write_png(figure, file):
        made[Path(file.name).stem] = figure

    monkeypatch.setattr(figures, "write_png", write_png)
    figures.draw_figures(folder)
    return made


def size(path):
    """Width and height of a PNG file in pixels."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and data[-8:-4] == b"IEND"
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_writes_three_pictures_and_nothing_else(tmp_path):
    paths = figures.draw_figures(write_run(tmp_path, layers=[5, 4]))
    assert [path.name for path in paths] == ALL
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == sorted(ALL)
    widths, heights = zip(*map(size, paths))
    assert widths == (1050, 1050, 2160)  # one column, one column and a page at 300 dpi
    assert all(500 < height < 3000 for height in heights)


def test_accuracy_lines_are_the_csv(tmp_path, monkeypatch):
    figure = figures_of(write_run(tmp_path, saved=False), monkeypatch)["accuracy"]
    lines = figure.axes[0].get_lines()
    assert len(lines) == 6
    for line, (arm, layer) in zip(lines, [(arm, layer) for arm in BOTH for layer in (1, 2, 3)]):
        assert list(line.get_xdata()) == [0, 1, 2, 3]
        assert line.get_ydata() == pytest.approx(
            [100 * accuracy_of(arm, epoch, layer) for epoch in range(4)]
        )
        assert line.get_linestyle() == ("-" if arm == "memristive" else "--")
        assert line.get_color() == figures.COLOURS[layer - 1]
    assert legend(figure)[0] == "memristive (TiOx),\nepoch 3 of 3"
    assert legend(figure)[1:4] == [
        "layer 1 (5): 91.80 %",
        "layer 2 (4): 92.10 %",
        "layer 3 (3): 92.40 %",
    ]
    assert legend(figure)[5] == "layer 1 (5): 94.80 %"


def test_accuracy_axis_gives_room_to_the_nineties(tmp_path, monkeypatch):
    axes = figures_of(write_run(tmp_path, saved=False), monkeypatch)["accuracy"].axes[0]
    heights = axes.transAxes.inverted().transform(
        axes.transData.transform([(0, 0), (0, 90), (0, 95)])
    )[:, 1]
    assert heights[0] == pytest.approx(0)
    assert heights[2] - heights[1] > 0.2
    low, high = axes.get_ylim()
    assert low == 0 and 94.8 < high < 100


def test_all_right_stays_on_the_axis(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "accuracy_of", lambda *_: 1.0)
    axes = figures_of(write_run(tmp_path, saved=False), monkeypatch)["accuracy"].axes[0]
    top = axes.transAxes.inverted().transform(axes.transData.transform((0, 100)))[1]
    assert axes.get_ylim()[1] < 100 and top == pytest.approx(1, abs=1e-6)


def test_pulse_lines_are_the_csv(tmp_path, monkeypatch):
    figure = figures_of(write_run(tmp_path, saved=False), monkeypatch)["pulses"]
    assert [axes.get_title() for axes in figure.axes] == ["Potentiation", "Depression"]
    for kind, axes in enumerate(figure.axes):
        assert axes.get_yscale() == "log"
        for layer, line in enumerate(axes.get_lines(), 1):
            assert list(line.get_xdata()) == [1, 2, 3]
            assert list(line.get_ydata()) == [pulses_of(epoch, layer)[kind] for epoch in (1, 2, 3)]


@pytest.mark.parametrize(
    "pulses, scale",
    [
        (lambda epoch, layer: (100 + layer, 50 + epoch), "linear"),
        (lambda epoch, layer: (0, 0), "linear"),
        (lambda epoch, layer: (10**layer, 0), "symlog"),
    ],
)
def test_pulse_axis_shows_zeros_and_is_logarithmic_beyond_a_decade(
    tmp_path, monkeypatch, pulses, scale
):
    axes = figures_of(write_run(tmp_path, saved=False, pulses=pulses), monkeypatch)["pulses"].axes[
        0
    ]
    assert axes.get_yscale() == scale
    assert axes.get_ylim()[0] <= 0


def test_histograms_are_the_first_and_last_checkpoint(tmp_path, monkeypatch):
    figure = figures_of(write_run(tmp_path), monkeypatch)["conductances"]
    panels = figure.axes
    assert len(panels) == 12  # three layers; G_plus, G_minus, w and the baseline's w
    folders = [tmp_path / "checkpoints" / arm for arm in BOTH]
    for position, epoch in enumerate((0, 3)):
        with (
            np.load(folders[0] / f"epoch_00{epoch}.npz") as file,
            np.load(folders[1] / f"epoch_00{epoch}.npz") as w,
        ):
            for row in range(3):
                plus, minus = file[f"G_plus_{row + 1}"], file[f"G_minus_{row + 1}"]
                for column, array in enumerate((plus, minus, plus - minus, w[f"w_{row + 1}"])):
                    shares, edges, _ = panels[4 * row + column].patches[position].get_data()
                    assert shares == pytest.approx(100 * np.histogram(array, edges)[0] / array.size)
                    assert shares.sum() == pytest.approx(100)
    assert panels[0].get_ylabel() == "Layer 1 (6×5)" and panels[4].get_ylabel() == "Layer 2 (5×4)"
    assert panels[1].get_title() == "memristive (TiOx),\nepoch 0 → 3"
    assert legend(figure) == ["before (first checkpoint)", "after (last checkpoint)"]


def test_upper_axis_is_in_nanosiemens(tmp_path, monkeypatch):
    figure = figures_of(write_run(tmp_path, layers=[3]), monkeypatch)["conductances"]
    figure.draw_without_rendering()
    for panel in figure.axes[:3]:
        (top,) = panel.child_axes
        assert "(nS)" in top.get_xlabel()
        assert top.get_xlim() == pytest.approx([674 * limit for limit in panel.get_xlim()])
    assert not figure.axes[3].child_axes


def test_no_upper_axis_where_G_max_is_not_known(tmp_path, monkeypatch):
    monkeypatch.setitem(DEVICES, "memristive", {"name": "abstract"})
    figure = figures_of(write_run(tmp_path, layers=[3]), monkeypatch)["conductances"]
    assert not any(panel.child_axes for panel in figure.axes)


def test_baseline_alone_has_no_pulses_and_one_column(tmp_path, monkeypatch):
    made = figures_of(write_run(tmp_path, arms=["baseline"]), monkeypatch)
    assert sorted(made) == ["accuracy", "conductances"]
    assert len(made["conductances"].axes) == 3 and len(made["accuracy"].axes[0].get_lines()) == 3


@pytest.mark.parametrize("layers", [(3,), (3,) * 8])
def test_any_number_of_layers(tmp_path, monkeypatch, layers):
    made = figures_of(write_run(tmp_path, arms=["baseline"], layers=layers, done=1), monkeypatch)
    lines = made["accuracy"].axes[0].get_lines()
    assert (
        len({line.get_color() for line in lines})
        == len({line.get_marker() for line in lines})
        == len(layers)
    )
    assert len(made["conductances"].axes) == len(layers)


def test_interrupted_in_a_row_of_the_second_arm(tmp_path, monkeypatch):
    """The epoch cut short is left out; the arm's other epochs and the other arm are drawn."""
    write_run(tmp_path)
    text = (tmp_path / "metrics.csv").read_text()
    (tmp_path / "metrics.csv").write_text(text[: text.index("baseline,2,3") + 14])
    for path in (tmp_path / "checkpoints" / "baseline").glob("epoch_00[123].npz"):
        path.unlink()
    (tmp_path / "checkpoints" / "baseline" / "epoch_001.npz.tmp").write_bytes(b"PK")
    made = figures_of(tmp_path, monkeypatch)
    lines = made["accuracy"].axes[0].get_lines()
    assert [list(line.get_xdata()) for line in lines] == 3 * [[0, 1, 2, 3]] + 3 * [[0, 1]]
    assert "baseline (ideal),\nepoch 1 of 3" in legend(made["accuracy"])
    assert [len(panel.patches) for panel in made["conductances"].axes[:4]] == [2, 2, 2, 1]
    assert len(legend(made["conductances"])) == 2


def test_interrupted_before_training_and_before_anything(tmp_path, monkeypatch):
    write_run(tmp_path, layers=[3], done=0)
    assert sorted(figures_of(tmp_path, monkeypatch)) == ["accuracy", "conductances"]
    (tmp_path / "metrics.csv").write_text(",".join(HEADER) + "\n")
    assert sorted(figures_of(tmp_path, monkeypatch)) == ["conductances"]


def test_damaged_checkpoints_are_left_out_and_named(tmp_path, monkeypatch, capsys):
    write_run(tmp_path, arms=["baseline"], layers=[4])
    folder = tmp_path / "checkpoints" / "baseline"
    np.savez(folder / "epoch_000.npz", w_1=np.array([{}], object))
    (folder / "epoch_003.npz").write_bytes((folder / "epoch_003.npz").read_bytes()[:-9])
    (panel,) = figures_of(tmp_path, monkeypatch)["conductances"].axes
    assert panel.get_title().endswith("epoch 1 → 2")
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == [
        str(folder / "epoch_000.npz"),
        str(folder / "epoch_003.npz"),
    ]


@pytest.mark.parametrize(
    "change", [lambda w: w.astype("U9"), lambda w: w[..., None], lambda w: w * np.nan]
)
def test_checkpoints_that_cannot_be_drawn_are_left_out(tmp_path, monkeypatch, capsys, change):
    write_run(tmp_path, arms=["baseline"], layers=[4])
    path = tmp_path / "checkpoints" / "baseline" / "epoch_000.npz"
    checkpoints.write_checkpoint(path, {"w_1": change(checkpoints.read_checkpoint(path)["w_1"])})
    (panel,) = figures_of(tmp_path, monkeypatch)["conductances"].axes
    assert (
        panel.get_title().endswith("epoch 1 → 3")
        and f"{path}: this checkpoint" in capsys.readouterr().err
    )


def test_a_user_s_matplotlib_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setitem(rcParams, "figure.dpi", 31)
    monkeypatch.setitem(rcParams, "font.size", 31)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)  # to import it is an error
    keys = set(rcParams) - {"backend"}  # to read it may choose one
    before = {key: rcParams[key] for key in keys}
    figure = figures_of(write_run(tmp_path, saved=False), monkeypatch)["accuracy"]
    assert figure.axes[0].yaxis.label.get_size() == 7.5
    assert {key: rcParams[key] for key in keys} == before


def test_a_user_s_style_does_not_change_the_pictures(tmp_path, monkeypatch):
    write_run(tmp_path, arms=["baseline"], saved=False)
    first = [path.read_bytes() for path in figures.draw_figures(tmp_path)]
    monkeypatch.setitem(rcParams, "axes.facecolor", "black")
    assert [path.read_bytes() for path in figures.draw_figures(tmp_path)] == first


@pytest.mark.parametrize("values", [(-3e38, 3e38), (1e38, 1e38), (0.0, 0.0), (0.1, 0.4)])
def test_bins_hold_all_values(values):
    array = np.array(values, np.float32)
    assert np.histogram(array, figures.bins([array]))[0].sum() == len(values)
