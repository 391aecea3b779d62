"""What recurrence is good for: a class that is an order in time, longer ago than the membrane
remembers, and devices as well as ideal weights to learn it."""

import pytest
from bursts import bursts

from snn_brian.check.loading import load
from snn_brian.data.datasets import load_data
from snn_brian.train.arm import Arm
from snn_brian.train.training import Training

APART = 25  # ms between bursts; the membrane forgets with 10 ms
EPOCHS = 8
ARMS = {"ideal": (None, 0.003), "TiOx": ("ternary", 0.03)}


@pytest.mark.parametrize("weights", ARMS)
def test_a_recurrent_layer_is_better_than_the_same_layer_alone(weights, tmp_path, private_builds):
    rule, eta = ARMS[weights]
    file = str(bursts(tmp_path / "bursts.npz", 240, 120, APART))
    images = load_data(file, None, 2 * APART + 6, 1_000_000, train=None, test=None, validation=None)
    patch, found = private_builds(), {}
    try:
        for network in ("chain", "recurrent"):
            arm = Arm(
                layers=(60,), neuron=load("neuron", "leaky_integrate_and_fire"),
                encoder=load("encoder", "events"), weights=load("device", weights),
                programming=rule and load("programming", rule), optimizer=load("optimizer", "adam"),
                loss=load("loss", "cross-entropy"), batch=10, steps=2 * APART + 6, eta=eta,
                epochs=EPOCHS, seed=0, network=load("network", network),
            )  # fmt: skip
            *_, last = Training(arm, images).epochs()
            found[network] = last.test_accuracy[0]
    finally:
        patch.undo()
    assert found["recurrent"] > found["chain"] + 0.03
    assert found["recurrent"] > 0.7
