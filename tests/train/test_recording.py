"""Records are what a run without monitors has, neuron by neuron, image by image."""

from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from snn_brian.base.errors import UserError
from snn_brian.check.loading import declarations, load
from snn_brian.job.job import flags, main
from snn_brian.network.structure import Graph, Projection, chain
from snn_brian.train import recording
from snn_brian.train.recording import (
    Recorder,
    Recording,
    draw_recordings,
    recorded,
    records,
    save,
)

pytestmark = pytest.mark.pictures

BACK = Projection("back", "layer_2", "layer_1")
NEURON = declarations("neuron")["leaky_integrate_and_fire"][0]


@pytest.fixture(scope="module")
def arm(training, mnist):
    return training(
        "baseline",
        mnist(2, 3),
        neuron=NEURON,
        encoder=declarations("encoder")["current"][0],
        steps=4,
        target="numpy",
        epochs=0,
    )


@pytest.fixture(scope="module")
def arrays(arm):
    list(arm.epochs())
    return recorded(
        arm,
        [
            Recording("layer_1.U", (3, 7), (1, 3)),
            Recording("layer_1.spikes", (0, 30), (0, 3)),
            Recording("layer_2.I", (0, 20), (0, 3)),
            Recording("inputs.p", (400, 402), (0, 1)),
            Recording("layer_1.delta", (0, 1), (2, 3)),
            Recording("classes_2.y", (0, 10), (0, 2)),
            Recording("inputs.spikes", (0, 784), (0, 1)),
        ],
    )


def test_shapes(arrays):
    assert {name: values.shape for name, values in arrays.items()} == {
        "layer_1.U": (2, 4, 4),
        "layer_1.spikes": (3, 4, 30),
        "layer_2.I": (3, 4, 20),
        "inputs.p": (1, 4, 2),
        "layer_1.delta": (1, 4, 1),
        "classes_2.y": (2, 4, 10),
        "inputs.spikes": (1, 4, 784),
    }


def test_the_course_of_a_leaky_neuron_is_that_of_numpy(arm, arrays, mnist):
    """A constant current; U is recorded before the reset."""
    images, w = mnist(2, 3).test_images / 255, arm.state["synapses_1.w"]
    for image in (1, 2):
        U = I = np.zeros(30)
        for step in range(4):
            U, I = I + (U - I) * np.exp(-0.1), I * np.exp(-0.25) + 8 * images[image] @ w
            np.testing.assert_allclose(
                arrays["layer_1.U"][image - 1, step], U[3:7], rtol=1e-4, atol=1e-5
            )
            np.testing.assert_array_equal(arrays["layer_1.spikes"][image, step], U > 1)
            U = U - (U > 1)
    assert arrays["layer_1.spikes"].any() and not arrays["layer_1.spikes"].all()


def test_spikes_and_traces_of_the_other_groups(arrays, arm, mnist):
    np.testing.assert_array_equal(
        arrays["inputs.spikes"][0], np.tile(mnist(2, 3).test_images[0] > 0, (4, 1))
    )
    weights, I = arm.state["synapses_2.w"], np.zeros(20)
    for step in range(4):
        I = I * np.exp(-0.25) + 8 * arrays["layer_1.spikes"][0, step] @ weights
        np.testing.assert_allclose(arrays["layer_2.I"][0, step], I, rtol=1e-4, atol=1e-5)


def test_records_are_saved_and_drawn(tmp_path, arm):
    npz, png = save(
        tmp_path,
        "baseline",
        arm,
        [Recording("layer_2.spikes", (0, 20), (0, 1)), Recording("layer_2.U", (0, 2), (0, 1))],
    )
    assert np.load(npz)["layer_2.U"].shape == (1, 4, 2) and npz.name == "baseline.npz"
    assert imread(png).shape[1] > 1000


def test_a_raster_has_a_mark_for_each_spike(tmp_path):
    dark = []
    for spikes in (np.zeros((1, 50, 20), bool), np.eye(50, 20, dtype=bool)[None]):
        draw_recordings({"layer_1.spikes": spikes}, tmp_path / "picture.png")
        dark.append((imread(tmp_path / "picture.png")[..., :3].sum(axis=2) < 0.3).sum())
    assert dark[1] > dark[0] + 20


def test_a_drawing_has_a_row_for_each_record_and_a_line_between_images(tmp_path, monkeypatch):
    drawn = []

    @contextmanager
    def picture(path, width, height):
        drawn.append(Figure((width, height)))
        yield drawn[-1]

    monkeypatch.setattr(recording, "picture", picture)
    spikes, U = np.zeros((2, 4, 3), bool), np.arange(24.0).reshape(2, 4, 3)
    spikes[1, 2, 0] = spikes[0, 1, 2] = True
    draw_recordings({"layer_1.spikes": spikes, "layer_1.U": U}, tmp_path / "none.png")
    (figure,) = drawn
    raster, traces = figure.axes
    assert len({axes.get_position().x0 for axes in figure.axes}) == 1
    for axes in figure.axes:
        assert axes.get_xlim() == (-0.5, 7.5)
        *_, between = axes.lines
        assert list(between.get_xdata()) == [3.5, 3.5]
    marks, _ = raster.lines
    assert sorted(zip(*marks.get_data())) == [(1, 2), (6, 0)]
    *courses, _ = traces.lines
    assert [list(each.get_ydata()) for each in courses] == U.reshape(8, 3).T.tolist()


def test_the_rank_of_a_class_is_that_of_the_same_step(arm):
    """It is known when a step ends, of outputs that are summed up in it."""
    ranges = (0, 10), (0, 3)
    found = recorded(arm, [Recording(f"classes_1.{name}", *ranges) for name in ("Y", "better")])
    Y = found["classes_1.Y"]
    rank = np.argsort(np.argsort(-Y, axis=-1, kind="stable"), axis=-1)
    np.testing.assert_array_equal(found["classes_1.better"], rank)
    assert Y[:, -1].any()


def asked(text):
    synapse = load("synapse", "static")
    arm = SimpleNamespace(
        graph=chain((30, 20)), spiking=NEURON, synapse=synapse, rule=None, epochs=3
    )
    images = SimpleNamespace(
        pixels=784, train_labels=np.zeros(8), test_labels=np.zeros(5), classes=10
    )
    return records("--record", text.split(), arm, images)[-1]


def test_a_record_has_ranges_or_ten_neurons_and_one_image():
    assert asked("layer_1.U[2:30]@1:5") == Recording("layer_1.U", (2, 30), (1, 5))
    assert asked(" layer_2.spikes ") == Recording("layer_2.spikes", (0, 10), (0, 1))
    assert asked("layer_1.U[2:30]@1:8@epoch:3") == Recording("layer_1.U", (2, 30), (1, 8), 3)
    assert asked("layer_1.U layer_1.U@epoch:1 layer_1.U@epoch:2").epoch == 2
    assert asked("layer_1.p@3:4") == Recording("layer_1.p", (0, 10), (3, 4))


def names(group, **changes):
    """What can be recorded of a group, as a message about something else tells."""
    own = dict(graph=chain((30, 20)), spiking=NEURON, synapse=load("synapse", "static"), rule=None)
    arm = SimpleNamespace(**own | changes, epochs=3)
    images = SimpleNamespace(
        pixels=784, train_labels=np.zeros(8), test_labels=np.zeros(5), classes=10
    )
    with pytest.raises(UserError) as caught:
        records("--record", [f"{group}.nothing"], arm, images)
    return set(str(caught.value).rstrip(".").partition("choose one of ")[2].split(", "))


def test_each_group_has_variables_of_its_own_and_what_its_synapses_keep():
    """A source has what is kept of it, behind which is no layer has not; nor has one whose spikes
    go back alone, which an echo keeps."""
    inputs, first, last = (names(group) for group in ("inputs", "layer_1", "layer_2"))
    assert inputs == {"pixel", "spikes", "p", "q", "eligibility"}
    assert first == last | {"p", "q"} and {"U", "I", "S", "spikes", "delta"} <= last
    assert "eta" not in last and "step" not in last
    kept, synapse = {"u", "x", "released"}, load("synapse", "tsodyks_markram")
    for graph in (chain((30, 20)), Graph((30, 20), (*chain((30, 20)).projections, BACK))):
        found = {each: names(each, synapse=synapse, graph=graph) for each in graph.sizes(784)}
        assert found["inputs"] == inputs | kept and found["layer_1"] == first | kept
        assert found["layer_2"] == last
    ahead = Graph((30, 20), (*chain((30, 20)).projections, replace(BACK, delay=2)))
    assert names("layer_2", synapse=synapse, graph=ahead) == last | kept


def test_classes_have_other_variables_where_labels_are_assigned():
    by_error, by_label = names("classes_1"), names("classes_1", rule=load("plasticity", "stdp"))
    assert by_error >= {"y", "err", "Y"} and "y" not in by_label and by_label >= {"Y", "hits"}
    assert "step" not in by_error | by_label


@pytest.mark.parametrize(
    "text, said",
    [
        ("layer_1", "is no record; write GROUP.VARIABLE"),
        ("layer_3.U", "no group layer_3 .did you mean layer_2.*classes_1"),
        ("layer_1.V", "no variable V; choose one of I, S, U"),
        ("layer_2.p", "no variable p"),
        ("inputs.U", "no variable U"),
        ("layer_1.tau_m", "no variable tau_m"),
        ("layer_1.U[0:31]", "neurons 0:31 are none.*from 0 to 30"),
        ("layer_1.U[5:5]", "neurons 5:5 are none"),
        ("layer_1.U@epoch:0", "epoch 0 is none; give one from 1 to 3, or leave @epoch out"),
        ("layer_1.U@epoch:4", "epoch 4 is none"),
        ("layer_1.U@1:9@epoch:3", "images 1:9 are none.*from 0 to 8"),
        ("layer_1.U@0:1 layer_1.U[0:3]", r"'layer_1.U\[0:3\]' asks for layer_1.U once more"),
        ("layer_1.U@4:6", "images 4:6 are none.*from 0 to 5"),
    ],
)
def test_what_cannot_be_recorded_is_told_with_what_can(text, said):
    with pytest.raises(UserError, match=said):
        asked(text)


def test_the_main_job_records_every_arm(tmp_path):
    out = tmp_path / "run"
    main(
        flags().parse_args(
            [
                "--neuron",
                "leaky_integrate_and_fire",
                "--encoding",
                "latency",
                "--steps",
                "3",
                "--layers",
                "4",
                "--train",
                "4",
                "--test",
                "3",
                "--epochs",
                "1",
                "--target",
                "numpy",
                "--optimizer",
                "sgd",
                "--batch",
                "1",
                "--program",
                "presentation",
                "--record",
                "layer_1.U@1:3",
                "--record",
                "layer_1.spikes",
                "--out",
                str(out),
            ]
        )
    )
    for arm in ("memristive", "baseline"):
        saved = np.load(out / "records" / f"{arm}.npz")
        assert saved["layer_1.U"].shape == (2, 3, 4) and saved["layer_1.spikes"].shape == (1, 3, 4)
        assert (out / "figures" / f"records_{arm}.png").is_file()


@pytest.mark.parametrize("program, batched", [("step", False), ("presentation", True)])
def test_devices_are_programmed_at_every_step_or_at_the_end_of_a_presentation(
    training, mnist, program, batched
):
    arm = training("ternary", mnist(2, 2), program=program, target="numpy")
    assert arm.structure.batched == batched


def test_a_run_that_begins_later_records_the_presentations_that_are_asked_for():
    """Of presentations of 3 steps of 1 ms, from the fourth on: the fifth and the sixth."""
    recorder = Recorder.__new__(Recorder)
    recorder.records = [
        Recording("layer_1.spikes", (1, 3), (5, 7)), Recording("layer_1.U", (1, 3), (5, 6))
    ]  # fmt: skip
    recorder.steps, recorder.dt = 3, 1e-3
    steps, neurons = np.array([12, 15, 16, 17, 20, 20, 21]), np.array([1, 0, 1, 2, 1, 3, 2])
    U = np.arange(2 * 12.0).reshape(2, 12)  # of two neurons, from the 12th step on
    recorder.monitors = [SimpleNamespace(t=steps * 1e-3, i=neurons), SimpleNamespace(U=U)]
    found = recorder.arrays(4)
    fired = np.zeros((2, 3, 2), bool)
    fired[0, 1, 0] = fired[0, 2, 1] = fired[1, 2, 0] = True
    np.testing.assert_array_equal(found["layer_1.spikes"], fired)
    np.testing.assert_array_equal(found["layer_1.U"], U[:, 3:6].T[None])
