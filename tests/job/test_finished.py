"""A run's folder from Python: what it holds, what its arms answer, what is wrong with others."""

import builtins
import json
import shutil

import numpy as np
import pytest
from matplotlib.image import imread

from snn_brian import load_run
from snn_brian.base.errors import UserError
from snn_brian.job import job

pytestmark = pytest.mark.pictures

FROM_A_FILE = """
from dataclasses import replace
from snn_brian.check.loading import load
mine = replace(load("neuron", "integrate_and_fire"), name="mine")
"""


@pytest.fixture
def folder(finished_run, tmp_path):
    return shutil.copytree(finished_run, tmp_path / "run")


def changed(folder, **changes):
    config = json.loads((folder / "config.json").read_text())
    for name, change in changes.items():
        config[name] |= change
    (folder / "config.json").write_text(json.dumps(config))


def test_what_a_run_holds(finished_run):
    run = load_run(str(finished_run))
    assert run.configuration["layers"] == [6, 5] and list(run.arms) == ["memristive", "baseline"]
    arm = run.arms["memristive"]
    assert arm.epochs == [0, 1] and arm.checkpoint()["epoch"] == 1
    first, last = (arm.checkpoint(epoch) for epoch in (0, 1))
    assert first["G_plus_1"].shape == (784, 6)
    assert np.array_equal(arm.weights(2, 1), last["G_plus_2"] - last["G_minus_2"])
    assert np.array_equal(
        run.arms["baseline"].weights(1, 0), run.arms["baseline"].checkpoint(0)["w_1"]
    )
    assert arm.arm.layers == (6, 5) and arm.arm.batch == 10


def test_predictions_are_those_of_the_run(finished_run, mnist):
    run, images = load_run(finished_run), mnist(20, 12)
    for arm in run.arms.values():
        for asked in (images, images.test_images, images.test_images.reshape(12, 28, 28) / 255):
            found = arm.predict(asked)
            for own, classes in zip(arm.confusion, found.classes):
                expected = np.zeros((10, 10), int)
                np.add.at(expected, (images.test_labels, classes), 1)
                assert np.array_equal(own, expected)
        right = [row["test_accuracy"] for row in table(finished_run, arm.name, 0)]
        before = arm.predict(images, epoch=0).classes == images.test_labels
        assert np.array_equal([f"{own:.6f}" for own in before.mean(axis=1)], right)


def test_convolutions_are_trained_and_made_again(tmp_path, mnist):
    """Their sizes follow from the images, which flags alone do not know."""
    small = "--train 20 --test 10 --epochs 1 --batch 10 --target numpy --arm memristive"
    layers = "conv(2, kernel=9, stride=6),5"
    out = str(tmp_path / "run")
    job.main(job.flags().parse_args([*small.split(), "--layers", layers, "--out", out]))
    arm, images = load_run(out).arms["memristive"], mnist(20, 10)
    assert arm.weights(1).shape == (81, 2)
    classes = arm.predict(images).classes
    counts = np.zeros((2, 10, 10), int)
    for own, answers in zip(counts, classes):
        np.add.at(own, (images.test_labels, answers), 1)
    assert np.array_equal(counts, arm.confusion)


def table(folder, arm, epoch):
    from snn_brian.job.metrics import read_metrics

    rows = read_metrics(folder)
    return [row for row in rows if (row["arm"], row["epoch"]) == (arm, str(epoch))]


def test_accuracy_per_class(finished_run, mnist):
    arm = load_run(finished_run).arms["baseline"]
    images = mnist(20, 12)
    right = arm.predict(images).classes == images.test_labels
    for label, found in enumerate(arm.accuracy_per_class.T):
        own = images.test_labels == label
        np.testing.assert_allclose(found, right[:, own].mean(axis=1) if own.any() else [np.nan] * 2)


def test_receptive_fields_are_drawn(finished_run, tmp_path):
    arm = load_run(finished_run).arms["memristive"]
    arm.draw_receptive_fields(tmp_path / "fields.png", epoch=0)
    assert imread(tmp_path / "fields.png").shape[1] == 2160


def test_metrics_are_a_frame(finished_run):
    pytest.importorskip("pandas")
    frame = load_run(finished_run).metrics
    assert len(frame) == 8 and set(frame.arm) == {"memristive", "baseline"}
    assert frame.test_accuracy.between(0, 1).all()
    assert frame.train_accuracy.isna().sum() == 4


def test_without_pandas_a_sentence_says_so(finished_run, monkeypatch):
    own = builtins.__import__

    def refuse(name, *more):
        if name == "pandas":
            raise ImportError(name)
        return own(name, *more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UserError, match="^metrics: a frame needs pandas; run `pip install"):
        load_run(finished_run).metrics


@pytest.mark.parametrize(
    "text, said",
    [
        (None, "is no run: its config.json cannot be read .No such file"),
        ("{", "is damaged or of another version .JSONDecodeError"),
        ("[]", "is damaged or of another version .TypeError"),
        ("{}", "is damaged or of another version .KeyError"),
        ('{"arguments": 1}', "its arguments is none"),
    ],
)
def test_a_folder_that_is_no_run_is_told(tmp_path, text, said):
    if text is not None:
        (tmp_path / "config.json").write_text(text)
    with pytest.raises(UserError, match=said) as caught:
        load_run(tmp_path)
    assert "\n" not in str(caught.value)


def test_what_is_not_there_is_told(folder):
    run = load_run(folder)
    arm = run.arms["memristive"]
    with pytest.raises(UserError, match="^epoch: 7 of the memristive arm .* there are 0, 1"):
        arm.checkpoint(7)
    with pytest.raises(UserError, match="^layer: 3 has no weights .* from 1 to 2"):
        arm.weights(3)
    with pytest.raises(UserError, match=r"^predict: images has the shape \(3, 4\)"):
        arm.predict(np.zeros((3, 4)))
    with pytest.raises(UserError, match="^load_run: 'nuron' is no flag .*mean neuron"):
        load_run(folder, nuron="x.py")
    path = folder / "checkpoints" / "memristive" / "epoch_001.npz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(UserError, match="epoch_001.npz is damaged .*choose another epoch"):
        arm.predict(np.zeros((1, 784)))
    (folder / "metrics.csv").unlink()
    pytest.importorskip("pandas")
    with pytest.raises(UserError, match="^metrics: .* no epoch has ended"):
        run.metrics


def test_a_model_that_has_changed_since_is_told(folder):
    changed(folder, arguments={"layers": "6,4"})
    with pytest.raises(UserError, match="cannot be made again as it was: .*was 5 and is 4"):
        load_run(folder).arms["baseline"].predict(np.zeros((1, 784)))


def test_a_checkpoint_of_another_run_is_told(folder, monkeypatch):
    arm = load_run(folder).arms["baseline"]
    arrays = {name: value for name, value in arm.checkpoint().items() if name != "J_2"}
    monkeypatch.setattr(type(arm), "checkpoint", lambda self, epoch: arrays)
    with pytest.raises(UserError, match="is none of it .it lacks J_2.; choose another epoch"):
        arm.predict(np.zeros((1, 784)))


def test_a_model_file_is_loaded_only_if_it_is_given(folder, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(FROM_A_FILE)
    changed(folder, arguments={"neuron": str(file)}, neuron={"name": "mine"})
    with pytest.raises(
        UserError, match=r"^load_run: .* a model file is code, .*neuron='/.*mine.py"
    ):
        load_run(folder).arms["baseline"].predict(np.zeros((1, 784)))
    found = load_run(folder, neuron=str(file)).arms["baseline"].predict(np.zeros((1, 784)))
    assert found.classes.shape == (2, 1)
