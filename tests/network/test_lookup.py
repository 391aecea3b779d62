"""Tables give back what was written to them, in each target."""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, ms, prefs

from snn_brian.network.lookup import lookup

BYTES = np.random.default_rng(0).integers(-128, 128, (5, 7)).astype(np.int8)
BYTES[0, 0], BYTES[4, 6] = -128, 127
WORDS = np.array([0, -1, 2**31 - 1, -(2**31), 123456789, 70_000, 3, 4, 5], np.int32)


def filled():
    """A table of bytes (35 do not fill whole words) and one of words, both filled after they were
    made."""
    (read, values), (read_word, words) = (
        lookup("read", (5, 7), np.int8),
        lookup("read_word", (9,), np.int32),
    )
    assert (
        values.shape == (5, 7)
        and values.dtype == np.int8
        and words.shape == (9,)
        and words.dtype == np.int32
    )
    assert not values.any() and not words.any()
    assert values.base.nbytes == words.base.nbytes == 36  # whole words, and no more
    values[:], words[:] = BYTES, WORDS
    return read, read_word


def test_a_table_may_be_read_outside_of_a_loop():
    """Brian2 asks whether a function gives the same value for the same arguments."""
    assert all(each.stateless for each in filled())


def test_python_reads_what_was_written():
    read, read_word = filled()
    assert [[read(row, column) for column in range(7)] for row in range(5)] == BYTES.tolist()
    found = read(np.array([0, 4, 2]), np.array([0, 6, 3]))
    assert found.dtype == np.int32 and found.tolist() == [-128, 127, BYTES[2, 3]]
    assert read(3, np.arange(7)).tolist() == BYTES[3].tolist()
    assert read_word(np.arange(9)).tolist() == WORDS.tolist()


@pytest.mark.parametrize("target", ["numpy", "cython"])
def test_code_reads_what_was_written(target, tmp_path, monkeypatch):
    monkeypatch.setitem(prefs, "codegen.target", target)
    monkeypatch.setitem(prefs, "codegen.runtime.cython.cache_dir", str(tmp_path))
    read, read_word = filled()
    group = NeuronGroup(35, "x : integer\ny : integer", name="readers")
    group.run_regularly("x = read(i // 7, i % 7)\ny = read_word(i % 9)")
    Network(group).run(1 * ms, namespace={"read": read, "read_word": read_word})
    np.testing.assert_array_equal(group.x[:], BYTES.reshape(-1))
    np.testing.assert_array_equal(group.y[:], np.tile(WORDS, 4)[:35])


def test_compiled_networks_read_image_label_and_order(dense):
    """The three steps of a presentation compare a byte with 63.75, 127.5 and 191.25; neuron k sees
    one pixel."""
    pixels = np.r_[0, 1, 17, 58, 59, 30:41]
    order = np.array([5, 0, 7, 7, 2], np.int32)
    labels = np.array([4, 0, 3, 0, 1, 2, 0, 1], np.int32)
    images = np.random.default_rng(1).choice(
        np.array([0, 63, 64, 127, 128, 191, 192, 255], np.uint8), (8, 60)
    )
    w = np.zeros((60, 16), np.float32)
    w[pixels, np.arange(16)] = 1
    changes = {"synapses_1.w": w, "classifier_1.J": np.zeros((5, 16)), "layer_1.learning": 0}
    for step in range(15):
        found = dense.run(
            step + 1,
            ["layer_1.U", "classes_1.err"],
            changes,
            tables={"image": images, "label": labels, "order": order},
        )
        row = order[step // 3]
        np.testing.assert_array_equal(
            found["layer_1.U"], images[row, pixels] > [63.75, 127.5, 191.25][step % 3]
        )
        np.testing.assert_array_equal(found["classes_1.err"], -np.eye(5)[labels[row]])
