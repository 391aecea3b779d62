"""Records of an epoch are what the training does, and the training is the same with them."""

import io

import numpy as np
import pytest
from matplotlib.image import imread

from snn_brian.base.errors import UserError
from snn_brian.check.loading import declarations
from snn_brian.train.epoch_records import record_epochs
from snn_brian.train.recording import Recording

pytestmark = pytest.mark.pictures

LEAKY = dict(
    neuron=declarations("neuron")["leaky_integrate_and_fire"][0],
    encoder=declarations("encoder")["rate"][0],
    steps=3,
)
RECORDS = [
    Recording("layer_1.U", (0, 30), (10, 12), 2),
    Recording("layer_2.request", (3, 5), (8, 12), 2),
    Recording("classes_1.y", (0, 10), (11, 12), 2),
    Recording("layer_1.spikes", (0, 30), (1, 3), 1),
    Recording("layer_1.U", (0, 1), (0, 1)),  # after training, not here
]


def ended(training, folder=None, records=RECORDS, **given):
    """The last checkpoint, the checkpoints within epochs, and the last values of neurons."""
    if folder:
        record_epochs(folder, "arm", training, records)
    pieces, values, run = [], {}, training.simulation.run

    def spy(*args, **more):
        outcome = run(*args, **more)
        values.update(outcome.values if "layer_1.U" in outcome.values else {})
        return outcome

    training.simulation.run = spy
    *_, last = training.epochs(keep=lambda number, arrays: pieces.append((number, arrays)))
    return last.arrays, pieces, values


def same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        if "seconds" not in name:
            assert np.array_equal(one[name], other[name], equal_nan=name.startswith("measured")), (
                name
            )


@pytest.mark.parametrize(
    "arm, changes",
    [
        ("ternary", LEAKY),
        ("adam", {"piece": 8}),
    ],
)
def test_they_change_nothing_and_are_what_the_training_does(
    training, mnist, tmp_path, arm, changes
):
    made = [training(arm, mnist(12, 4), target="numpy", **changes) for _ in range(2)]
    alone, pieces, _ = ended(made[0])
    last, also, values = ended(made[1], tmp_path)
    same(alone, last)
    assert [number for number, _ in pieces] == [number for number, _ in also]
    for (_, one), (_, other) in zip(pieces, also):
        same(one, other)
    steps = changes.get("steps", 1)
    found = np.load(tmp_path / "records" / "arm_epoch_002.npz")
    assert {name: found[name].shape for name in found} == {
        "layer_1.U": (2, steps, 30),
        "layer_2.request": (4, steps, 2),
        "classes_1.y": (1, steps, 10),
    }
    # what the epoch ended with
    np.testing.assert_array_equal(found["layer_2.request"][-1, -1], values["layer_2.request"][3:5])
    np.testing.assert_array_equal(found["classes_1.y"][-1, -1], values["classes_1.y"])
    if steps == 1:  # without a reset
        np.testing.assert_array_equal(found["layer_1.U"][-1, -1], values["layer_1.U"])
    found = np.load(tmp_path / "records" / "arm_epoch_001.npz")
    assert found["layer_1.spikes"].shape == (2, steps, 30) and found["layer_1.spikes"].any()
    assert imread(tmp_path / "figures" / "records_arm_epoch_001.png").shape[1] > 1000


def test_devices_are_programmed_while_it_records(training, mnist, tmp_path):
    """The potential of one image, shown in every epoch, moves."""
    made = training("ternary", mnist(1, 1), target="numpy", epochs=3)
    records = [Recording("layer_1.U", (0, 30), (0, 1), epoch) for epoch in (1, 3)]
    ended(made, tmp_path, records)
    first, third = (
        np.load(tmp_path / "records" / f"arm_epoch_00{n}.npz")["layer_1.U"] for n in (1, 3)
    )
    assert not np.array_equal(first, third)


def test_a_training_that_goes_on(training, mnist, tmp_path):
    """What is written stays; what is not there and is over is refused."""
    whole = training("ternary", mnist(12, 4), target="numpy")
    arrays, _, _ = ended(whole, tmp_path)
    begun = training("ternary", mnist(12, 4), target="numpy")
    first = next(iter(epoch for epoch in begun.epochs() if epoch.number == 1))
    going_on = training("ternary", mnist(12, 4), target="numpy")
    going_on.resume(first.arrays)
    written = tmp_path / "records" / "arm_epoch_002.npz"
    before = written.read_bytes()
    written.unlink()
    last, _, _ = ended(going_on, tmp_path)
    same(arrays, last)
    assert np.array_equal(
        np.load(written)["layer_1.U"],
        np.load(io.BytesIO(before))["layer_1.U"],
    )
    (tmp_path / "records" / "arm_epoch_001.npz").unlink()
    late = training("ternary", mnist(12, 4), target="numpy")
    late.resume(first.arrays)
    with pytest.raises(UserError, match="^--record: the arm arm is past presentation 1 of epoch 1"):
        record_epochs(tmp_path, "arm", late, RECORDS)


@pytest.mark.parametrize("after, start", [(0, 0), (1, 0), (1, 8)])
def test_a_training_may_go_on_from_where_a_record_begins(training, mnist, tmp_path, after, start):
    kept, begun = {}, training("adam", mnist(12, 4), target="numpy", piece=8)
    epochs = begun.epochs(keep=lambda number, arrays: kept.update({(number, 8): arrays}))
    kept |= {(epoch.number + 1, 0): epoch.arrays for epoch in epochs}
    made = training("adam", mnist(12, 4), target="numpy", piece=8)
    made.resume(kept[after + 1, start])
    record_epochs(
        tmp_path, "arm", made, [Recording("layer_1.U", (0, 30), (start, start + 2), after + 1)]
    )
    list(made.epochs())
    found = np.load(tmp_path / "records" / f"arm_epoch_00{after + 1}.npz")
    assert found["layer_1.U"].shape == (2, 1, 30)


def test_a_record_begins_where_its_batch_does(training, mnist, tmp_path):
    """Batches of 4: gradients of the presentations 4 and 5 are collected before those of 6."""
    made = training("adam", mnist(12, 4), target="numpy")
    record_epochs(tmp_path, "arm", made, [Recording("layer_1.U", (0, 30), (6, 8), 1)])
    assert list(made.before) == [(1, 4)]
