"""Weights as pictures of the shape of an image."""

import json

import numpy as np
import pytest
from matplotlib.image import imread

from snn_brian.base.checkpoints import write_checkpoint
from snn_brian.job import receptive_fields

pytestmark = pytest.mark.pictures

RANDOM = np.random.default_rng(1)


@pytest.mark.parametrize(
    "shape, wanted", [((4, 5), (4, 5)), ((4, 5, 3), (4, 5)), ((20,), (1, 20)), ((1, 20), (1, 20))]
)
def test_pictures_have_the_shape_of_an_image(tmp_path, shape, wanted):
    weights = RANDOM.normal(size=(np.prod(shape), 7))
    found = receptive_fields.pictures(weights, shape)
    assert found.shape == (7, *wanted)
    own = weights[:, 2].reshape(shape)
    np.testing.assert_allclose(
        found[2], own.mean(axis=2) if len(shape) == 3 else own.reshape(wanted)
    )
    receptive_fields.draw(weights, shape, tmp_path / "picture.png", "baseline")
    assert imread(tmp_path / "picture.png").shape[1] == 2160


def test_a_mosaic_has_ten_in_a_row():
    fields = RANDOM.normal(size=(23, 4, 5))
    whole = receptive_fields.mosaic(fields)
    assert whole.shape == (3 * 5 - 1, 10 * 6 - 1)
    np.testing.assert_array_equal(whole[5:9, 12:17], fields[12])
    assert np.isnan(whole[:, 5]).all() and np.isnan(whole[-4:, 18:]).all()


def test_of_many_neurons_the_first_are_drawn_and_equal_weights_too(tmp_path):
    assert receptive_fields.pictures(np.zeros((6, 100)), (2, 3)).shape == (40, 2, 3)
    receptive_fields.draw(np.zeros((6, 100)), (2, 3), tmp_path / "picture.png", "baseline")


def test_of_a_run_each_arm_with_weights_of_pixels_is_drawn(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"data": {"shape": [2, 3]}}))
    for arm, inputs in (("memristive", 6), ("baseline", 5)):
        (tmp_path / "checkpoints" / arm).mkdir(parents=True)
        states = {f"{name}_1": np.ones((inputs, 4), np.float32) for name in ("G_plus", "G_minus")}
        write_checkpoint(tmp_path / "checkpoints" / arm / "epoch_000.npz", states)
    found = receptive_fields.draw_receptive_fields(tmp_path)
    assert [path.name for path in found] == ["receptive_fields_memristive.png"]
