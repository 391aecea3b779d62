"""Numbers of declarations changed by name: what changes, what stays, and what is refused in one
sentence."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import nS, nsecond, uS

from snn_brian.base.errors import UserError
from snn_brian.check.loading import declarations
from snn_brian.check.overrides import assignments, numbers, overridden
from snn_brian.job.provenance import plain
from snn_brian.train.arm import Arm


def declared(kind, name):
    return declarations(kind)[name][0]


COMMON = dict(
    layers=(4,),
    neuron=declared("neuron", "integrate_and_fire"),
    encoder=declared("encoder", "threshold"),
    optimizer=declared("optimizer", "adam"),
    loss=declared("loss", "mse"),
    batch=1,
    steps=1,
    eta=None,
    epochs=1,
    seed=0,
)
MEMRISTIVE = Arm(
    weights=declared("device", "TiOx"), programming=declared("programming", "ternary"), **COMMON
)
BASELINE = Arm(weights=declared("device", "ideal"), programming=None, **COMMON)


def differences(one, other, path=""):
    """{path: value in the other} of everything in which two plain values differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {
            place: value
            for key in {**one, **other}
            for place, value in differences(one.get(key), other.get(key), f"{path}.{key}").items()
        }
    return {} if one == other else {path.lstrip("."): other}


@pytest.mark.parametrize(
    "name, text, place, value",
    [
        ("programming.gamma_P", "3", "programming.parameters.gamma_P", 3.0),
        ("device.alpha_P", "2e-2", "weights.parameters.alpha_P", 0.02),
        ("device.G_max", "500 nS", "weights.G_max", plain(500 * nS)),
        ("device.G_max", "0.5*uS", "weights.G_max", plain(0.5 * uS)),
        (
            "device.potentiation_pulse.width",
            "50ns",
            "weights.potentiation_pulse.width",
            plain(50 * nsecond),
        ),
        (
            "device.potentiation_pulse.width",
            "5e1 nsecond",
            "weights.potentiation_pulse.width",
            plain(50 * nsecond),
        ),
        (
            "device.depression_pulse.voltage",
            "-2 volt",
            "weights.depression_pulse.voltage",
            "-2.0 V",
        ),
        ("device.cycle_to_cycle", "0.01", "weights.cycle_to_cycle", 0.01),
        ("device.device_to_device.alpha_P", "0.25", "weights.device_to_device.alpha_P", 0.25),
        ("learning.eta", "0.05", "programming.learning.adam.eta", 0.05),
        ("learning.layer_factors", "1, .5", "programming.learning.adam.layer_factors", [1.0, 0.5]),
        ("learning.initial", "0.05,0.3", "programming.learning.adam.initial", [0.05, 0.3]),
        (
            "learning.neuron_parameters.u_lo",
            "-2",
            "programming.learning.adam.neuron_parameters.u_lo",
            -2.0,
        ),
        ("neuron.u_hi", "+.5", "neuron.parameters.u_hi", 0.5),
        ("encoder.theta", "0.3", "encoder.parameters.theta", 0.3),
    ],
)
def test_one_number_changes_and_nothing_else(name, text, place, value):
    assert differences(plain(MEMRISTIVE), plain(overridden(MEMRISTIVE, {name: text}))) == {
        place: value
    }


def test_changes_add_up_and_no_change_is_none():
    both = overridden(MEMRISTIVE, {"device.G_max": "500 nS", "device.G_min": "50 nS"})
    assert both.weights.K == pytest.approx(0.1)
    assert overridden(MEMRISTIVE, {}) == MEMRISTIVE


def test_the_baseline_learns_as_its_weight_says():
    changed = overridden(BASELINE, {"learning.eta": "0.5", "learning.initial": "-1,1"})
    assert changed.etas(1) == [0.5] and changed.initial == (-1.0, 1.0)


def test_a_neurons_number_is_that_of_both_arms_and_no_setting_hides_it():
    assert BASELINE.neuron_parameters() == {"u_lo": -0.5, "u_hi": 0.5}
    for arm, other in ((MEMRISTIVE, 1.0), (BASELINE, 0.5)):
        assert overridden(arm, {"neuron.u_lo": "-0.25"}).neuron_parameters() == {
            "u_lo": -0.25,
            "u_hi": other,
        }
    own = overridden(BASELINE, {"learning.neuron_parameters.u_lo": "-3"})
    assert own.neuron_parameters() == {"u_lo": -3.0, "u_hi": 0.5}


@pytest.mark.parametrize("arm", [MEMRISTIVE, BASELINE], ids=["memristive", "baseline"])
def test_every_number_has_a_name_and_can_be_given(arm):
    places = numbers(arm)
    assert len({path for path, _ in places.values()}) == len(places)
    for name, (path, value) in places.items():
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        found_path, found = numbers(overridden(arm, {name: text}))[name]
        assert found_path == path and np.allclose(
            np.asarray(found), np.asarray(value), rtol=1e-5, atol=0
        ), name


def test_none_of_the_other_optimizer():
    assert (
        numbers(replace(MEMRISTIVE, optimizer=declared("optimizer", "sgd")))["learning.eta"][1]
        == MEMRISTIVE.programming.learning["sgd"].eta
    )
    assert not [name for name in numbers(MEMRISTIVE) if "sgd" in name or "law" in name]


@pytest.mark.parametrize(
    "name, text, said",
    [
        (
            "device.alpha_p",
            "1",
            "'device.alpha_p' is unknown .did you mean device.alpha_P.*; choose one of "
            "device.G_max, ",
        ),
        (
            "programming.gamma",
            "1",
            "did you mean programming.gamma_P.*; choose one of programming.gamma_P, "
            "programming.gamma_D, ",
        ),
        ("programming.refresh_every", "5", "refresh_every=5.*: has no effect without a refresh"),
        ("programming.number", "1", "'programming.number' is unknown"),
        ("programming", "1", "'programming' is unknown.*; choose one of programming.gamma_P"),
        (
            "programing.gamma_P",
            "1",
            "did you mean programming.gamma_P.*; names begin with neuron, encoder, "
            "device, programming, plasticity, learning.$",
        ),
        ("device.device_to_device.beta", "0.1", "is unknown"),
        (
            "programming.gamma_P",
            "three",
            "programming.gamma_P='three' is not possible; give a number",
        ),
        ("programming.gamma_P", "1,2", "give a number"),
        ("programming.gamma_P", "nan", "give a number"),
        ("programming.gamma_P", "inf", "give a number"),
        ("programming.gamma_P", "2 mV", "give a number"),
        ("learning.layer_factors", "1;2", "give numbers with commas"),
        ("learning.initial", "0.1,0.2,0.3", "must have 2 values"),
        ("device.G_max", "500", "give a number with its unit, e.g. 0.674 uS"),
        ("device.G_max", "500 mV", "with its unit"),
        ("device.G_max", "500 parsec", "with its unit"),
        ("device.G_max", "1e-9 nS", "^--set device.G_max=1e-9 nS: G_min=.* below G_max"),
        (
            "device.alpha_P",
            "-1",
            "^--set device.alpha_P=-1: law.potentiation=.* must be not negative",
        ),
        (
            "programming.gamma_P",
            "-1",
            "^--set programming.gamma_P=-1: potentiation_pulses='gamma_P': gives -1 pulses",
        ),
        (
            "programming.gamma_D",
            "1.5",
            "^--set programming.gamma_D=1.5: depression_pulses='gamma_D': gives 1.5 pulses",
        ),
        (
            "learning.decay",
            "1.5",
            "^--set learning.decay=1.5: learning.*decay=1.5: must be above 0 and at most 1.$",
        ),
    ],
)
def test_what_is_refused(name, text, said):
    with pytest.raises(UserError, match=said) as caught:
        overridden(MEMRISTIVE, {name: text})
    sentence = str(caught.value)
    assert sentence.startswith("--set") and sentence.endswith(".") and "\n" not in sentence


@pytest.mark.parametrize("name", ["device.alpha_P", "programming.gamma_P"])
def test_the_baseline_has_neither_device_nor_rule(name):
    with pytest.raises(
        UserError,
        match=f"'{name}' is unknown.*; names begin with neuron, encoder, plasticity, learning.$",
    ):
        overridden(BASELINE, {name: "1"})


def test_assignments():
    assert assignments([]) == {}
    assert assignments(["a.b=1", " c = 5 nS ", "a.b=2"]) == {"a.b": "2", "c": "5 nS"}


@pytest.mark.parametrize("text", ["", "x", "=3", "x=", "x= ", "a-b=3", "a b=3"])
def test_no_assignment(text):
    with pytest.raises(
        UserError,
        match="^--set: '.*' is no setting; write NAME=VALUE, e.g. programming.gamma_P=3.$",
    ):
        assignments([text])
