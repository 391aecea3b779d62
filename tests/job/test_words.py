"""A configuration as sentences."""

import copy
import json

from snn_brian.job.words import words


def test_what_a_run_is_made_of(finished_run):
    config = json.loads((finished_run / "config.json").read_text())
    data, network, learning, memristive, baseline, simulation = words(config)
    assert data == (
        "Data: 20 training and 12 test images of 'mnist', of shape 28 x 28, in 10 classes."
    )
    assert network.startswith("Network: 2 layers of 6, 5 neurons, 'integrate_and_fire' (")
    assert "1 time step of 1 ms" in network and "Beside" not in network
    assert "every 10 presentations; 1 epoch; seed 0." in learning
    assert "3.295e-08 to 6.74e-07 S; programming rule 'ternary'" in memristive
    assert memristive.endswith("of G_max.") and "weights without devices" in baseline
    assert simulation.endswith("numpy, numbers of float32.")


def test_what_is_special(finished_run):
    config = copy.deepcopy(json.loads((finished_run / "config.json").read_text()))
    config["data"]["validation"] = 12
    config |= {"steps": 4, "dt": "0.0005 s", "start": {"memristive": "0"}}
    config["projections"].append(
        {"name": "skip", "source": "inputs", "target": "layer_2", "fixed": "0.1*(i == j)"}
    )
    told = " ".join(words(config))
    for each in (
        "12 test images (the last ones of the training set) of 'mnist'",
        "4 time steps of 0.5 ms",
        "Beside the chain of layers: skip from inputs to layer_2 (fixed: 0.1*(i == j)).",
        "It started from",
    ):
        assert each in told
