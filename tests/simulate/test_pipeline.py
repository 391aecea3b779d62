"""Layers that learn side by side give the bits of layers that take turns."""

import os
from dataclasses import replace

import numpy as np
import pytest

from snn_brian.check.loading import load
from snn_brian.data.images import Images
from snn_brian.simulate.pipeline import LOOP, _replaced
from snn_brian.train.arm import Arm
from snn_brian.train.training import Training

PIXELS, COUNT = 40, 150
LEAKY = load("neuron", "leaky_integrate_and_fire")
STRONG = replace(LEAKY, parameters={**LEAKY.parameters, "strength": 100.0})
ARMS = {
    "on-line": dict(programming="ternary", optimizer="sgd", neuron="integrate_and_fire",
                    layers=(30, 30, 20)),
    "batches": dict(programming="ternary", optimizer="adam", neuron="integrate_and_fire", batch=7),
    "spike times": dict(programming="ternary", optimizer="sgd", encoder="rate", steps=4,
                        neuron=STRONG, eta=0.3),
}  # fmt: skip


@pytest.fixture(scope="module")
def images():
    """From dark to bright: in many steps a layer, or all of them, do not spike, and no key is
    drawn."""
    random = np.random.default_rng(0)
    bright = random.random((COUNT + 10, 1)) - 0.2
    pictures = (random.random((COUNT + 10, PIXELS)) < bright) * np.uint8(255)
    labels = np.arange(len(pictures), dtype=np.int32) % 3
    parts = pictures[:COUNT], labels[:COUNT], pictures[COUNT:], labels[COUNT:]
    return Images(*parts, 3, "sparse", (5, 8), "")


@pytest.fixture(scope="module")
def made(images, private_builds):
    """made(arm, threads, **changes) gives a `Training` of it."""

    def make(arm, threads, **changes):
        what = dict(layers=(30, 20), batch=1, steps=1, encoder="threshold", loss="cross-entropy")
        what |= ARMS[arm]
        for kind in ("programming", "optimizer", "neuron", "encoder", "loss"):
            what[kind] = load(kind, what[kind]) if isinstance(what[kind], str) else what[kind]
        what = dict(weights=load("device", "TiOx_varied"), eta=None, seed=3, epochs=2) | what
        patch = private_builds()
        try:
            return Training(Arm(threads=threads, **(what | changes)), images)
        finally:
            patch.undo()

    return make


def is_pipeline(training):
    return (training.simulation.folder / "stages.h").exists()


def same(one, other):
    assert one.keys() == other.keys()
    for name in one:
        if "seconds" not in name:
            assert np.asarray(one[name]).tobytes() == np.asarray(other[name]).tobytes(), name


@pytest.mark.parametrize("arm", ARMS)
def test_threads_give_the_same_bits(made, arm):
    """Also pieces that go on, and what is watched."""
    one, two = made(arm, 1), made(arm, 2)
    assert is_pipeline(two) and not is_pipeline(one)
    *_, last = one.epochs()
    *_, of_two = two.epochs()
    assert last.potentiation_pulses.min() > 0
    same(last.arrays, of_two.arrays)
    kept = []
    pieces = made(arm, 3, piece=49)
    *_, of_pieces = pieces.epochs(keep=lambda number, arrays: kept.append(arrays))
    same(last.arrays, of_pieces.arrays)
    resumed = made(arm, 2, piece=49)
    resumed.resume(kept[-1])
    *_, of_resumed = resumed.epochs()
    same(last.arrays, of_resumed.arrays)
    watched = one.predict(), two.predict()
    np.testing.assert_array_equal(watched[0].classes, watched[1].classes)
    for a, b in zip(watched[0].spikes, watched[1].spikes):
        np.testing.assert_array_equal(a, b)


def test_threads_on_one_core_wait_for_each_other(made):
    cores = os.sched_getaffinity(0)
    one, two = made("on-line", 1), made("on-line", 2)
    try:
        os.sched_setaffinity(0, {min(cores)})
        *_, of_two = two.epochs()
    finally:
        os.sched_setaffinity(0, cores)
    *_, last = one.epochs()
    same(last.arrays, of_two.arrays)


def test_a_main_file_that_is_not_as_expected_ends_it():
    known = {"NETWORK": "net", "CLOCK": "clock"}
    text = LOOP.replace("%NETWORK%", "net").replace("%CLOCK%", "clock").replace("%NOW%", "_now")
    assert _replaced(f"a; {text} b;", LOOP, "%NOW%!", known) == "a; _now! b;"
    for wrong in (text.replace("tick", "tock"), text + text):
        with pytest.raises(RuntimeError, match="main.cpp should have once, and has [02] times"):
            _replaced(wrong, LOOP, "", known)
