"""The numbers of a handful of small trainings, as digests of their last checkpoints.

A change of numbers is to be a decision. These are of NumPy's target and of its float32 arithmetic,
which another NumPy or processor may round otherwise: a digest is of values rounded to four digits.
Where a change is meant, `python tests/train/test_digests.py` prints the table anew.
"""

import hashlib
import sys

import numpy as np
import pytest

from snn_brian.check.loading import load
from snn_brian.data.images import Images
from snn_brian.train.arm import Arm
from snn_brian.train.training import Training

ON_LINE = dict(optimizer="sgd", batch=1)
LEAKY = dict(neuron="leaky_integrate_and_fire", encoder="rate", steps=4)
DIGESTS = {
    "ternary, Adam": ({}, "6a419d079b81"),
    "ternary, on-line": (ON_LINE, "a2455d5ee97a"),
    "accumulator, on-line": (ON_LINE | dict(programming="accumulator"), "68744501b3b5"),
    "counter, on-line, varied": (
        ON_LINE | dict(programming="counter", weights="TiOx_varied"),
        "ed1c217b161d",
    ),
    "tiki_taka, on-line, varied": (
        ON_LINE | dict(programming="tiki_taka", weights="TiOx_varied"),
        "f233eeac563b",
    ),
    "write_verify, on-line": (ON_LINE | dict(programming="write_verify"), "907d9686e494"),
    "ternary on a noisy device": (dict(weights="EpiRAM"), "b50622e5177b"),
    "leaky, rate code": (LEAKY, "b02e6aeef0d1"),
    "ideal weights, mean-squared error": (
        dict(weights="ideal", programming=None, loss="mse"),
        "91952216df05",
    ),
}
KINDS = {"weights": "device"}  # fields of an arm that are called otherwise than their kind


def images():
    """Twenty images of noise, four classes, and five more to test on."""
    random = np.random.default_rng(4)
    pictures = random.integers(0, 256, (25, 30), dtype=np.uint8)
    labels = np.arange(25, dtype=np.int32) % 4
    return Images(pictures[:20], labels[:20], pictures[20:], labels[20:], 4, "noise", (5, 6), "")


def digest(chosen):
    """Of conductances or weights and counts after two epochs of training."""
    named = dict(
        neuron="integrate_and_fire", encoder="threshold", weights="TiOx", programming="ternary",
        optimizer="adam", loss="cross-entropy", batch=5, steps=1,
    ) | chosen  # fmt: skip
    declared = {
        field: load(KINDS.get(field, field), name) if isinstance(name, str) else name
        for field, name in named.items()
    }
    arm = Arm(layers=(12, 8), eta=None, epochs=2, seed=6, target="numpy", **declared)
    *_, last = Training(arm, images()).epochs()
    found = hashlib.sha256()
    for name in sorted(last.arrays):
        if "seconds" not in name and "." not in name and name != "random_state":
            values = np.asarray(last.arrays[name], float)
            found.update(f"{name} {np.round(np.nan_to_num(values), 4) + 0.0}\n".encode())
    return found.hexdigest()[:12]


@pytest.mark.parametrize("name", DIGESTS)
def test_numbers_are_those_that_were_decided(name):
    chosen, expected = DIGESTS[name]
    assert digest(chosen) == expected


if __name__ == "__main__":
    for name, (chosen, expected) in DIGESTS.items():
        print(f"{name}: {digest(chosen)} (now {expected})", file=sys.stderr)
