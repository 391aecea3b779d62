"""The configuration repeats a run, and tells whether a run goes on as it began."""

import copy
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
from brian2 import ms, nS

from snn_brian.check.loading import declarations
from snn_brian.job import provenance
from snn_brian.job.provenance import configuration, differences, plain
from snn_brian.train.arm import Arm

IMAGES = SimpleNamespace(
    name="mnist",
    train_labels=range(7),
    test_labels=range(4),
    shape=(28, 28),
    classes=10,
    sha256="5a",
    events=0,
    validation=None,
)


def declared(kind, name):
    return declarations(kind)[name][0]


def arms_of_a_run():
    common = dict(
        layers=(4, 9),
        neuron=declared("neuron", "integrate_and_fire"),
        encoder=declared("encoder", "rate"),
        optimizer=declared("optimizer", "sgd"),
        loss=declared("loss", "mse"),
        batch=1,
        steps=3,
        epochs=2,
        seed=5,
        target="numpy",
    )
    device, rule = declared("device", "linear"), declared("programming", "accumulator")
    return {
        "memristive": Arm(weights=device, programming=rule, eta=0.2, **common),
        "baseline": Arm(weights=declared("device", "ideal"), programming=None, eta=None, **common),
    }


def test_the_configuration_holds_every_number():
    config = configuration(arms_of_a_run(), IMAGES, {"seed": "5"})
    assert [config[name] for name in ("seed", "steps", "batch", "epochs", "layers")] == [
        5,
        3,
        1,
        2,
        [4, 9],
    ]
    assert config["data"] == {
        "name": "mnist",
        "train": 7,
        "test": 4,
        "validation": None,
        "shape": [28, 28],
        "classes": 10,
        "sha256": "5a",
    }
    assert (
        config["optimizer"]["update"] == "dw = -eta_post*grad"
        and config["loss"]["error"] == "y - target"
    )
    assert config["encoder"]["threshold"] == "rand() < pixel"
    assert config["neuron"]["derivative"] == "int(U > u_lo and U < u_hi)"
    assert config["random"]["streams"].keys() >= {"classifiers", "initial", "order"}
    memristive, baseline = config["arms"]["memristive"], config["arms"]["baseline"]
    assert memristive["device"]["law"]["potentiation"] == "n*(G_max - G_min)/N"
    assert memristive["device"]["parameters"] == {"N": 100.0}
    assert memristive["device"]["potentiation_pulse"]["voltage"] == "3.0 V"
    assert memristive["device"]["G_max_S"] == pytest.approx(674e-9) and memristive["device"][
        "K"
    ] == pytest.approx(0.05)
    assert memristive["programming"]["parameters"] and baseline["programming"] is None
    assert [layer["eta"] for layer in memristive["layers"]] == pytest.approx(
        [
            0.2 * factor
            for factor in declared("programming", "accumulator").learning["sgd"].layer_factors[:2]
        ]
    )
    assert [layer["classifier_scale"] for layer in memristive["layers"]] == [1.5, 1.0]
    assert (
        memristive["layers"][0]["initial"][0] == memristive["device"]["K"]
    )  # the rule's own is below the range
    assert baseline["layers"][0]["neuron_parameters"] == {"u_lo": -0.5, "u_hi": 0.5}
    assert config["versions"].keys() >= {"python", "brian2", "numpy", "snn_brian"}


def test_quantities_are_exact_and_in_SI_units():
    @dataclass(frozen=True)
    class Part:
        G: object
        others: tuple

    part = Part(674.123456789 * nS, (20 * ms, np.float32(0.5), None, {"a": True}))
    assert plain(part) == {
        "G": f"{float(674.123456789 * nS)!r} S",
        "others": ["0.02 s", 0.5, None, {"a": True}],
    }


@pytest.fixture
def config():
    return configuration(arms_of_a_run(), IMAGES, {"seed": "5"})


def test_a_run_differs_from_itself_in_nothing_that_counts(config):
    other = configuration(arms_of_a_run(), IMAGES, {"seed": "5", "threads": "2"}) | {
        "date": "",
        "epochs": 9,
        "threads": 2,
    }
    assert differences(config, other) == []


@pytest.mark.parametrize(
    "change, told",
    [
        (
            lambda config: config["arms"]["memristive"]["device"]["parameters"].update(N=99.0),
            "arms.memristive.device.parameters.N was 100.0 and is 99.0",
        ),
        (lambda config: config["data"].update(sha256="5b"), "data.sha256 was '5a' and is '5b'"),
        (
            lambda config: config["versions"].update(numpy="1.0"),
            f"versions.numpy was '{np.__version__}' and is '1.0'",
        ),
        (lambda config: config["layers"].append(7), "layers.3 was missing and is 7"),
        (lambda config: config.pop("batch"), "batch was 1 and is missing"),
        (lambda config: config.update(versions=5), "versions.brian2 was"),
    ],
)
def test_differences_are_named(config, change, told):
    other = copy.deepcopy(config)
    change(other)
    found = differences(config, other)
    assert any(each.startswith(told) for each in found)
    assert differences(other, config)


def test_the_package_differs_when_its_sources_do(tmp_path, monkeypatch):
    first = provenance.versions("numpy")["snn_brian_sources"]
    (tmp_path / "a.py").write_text("1")
    monkeypatch.setattr(provenance, "__file__", str(tmp_path / "job" / "a.py"))
    second = provenance.versions("numpy")["snn_brian_sources"]
    (tmp_path / "a.py").write_text("2")
    assert len({first, second, provenance.versions("numpy")["snn_brian_sources"]}) == 3
