"""A device's state of its own, and numbers of its failures that are impossible."""

from dataclasses import replace

import pytest
from brian2 import ms, second

from snn_brian.base.errors import UserError
from snn_brian.check.check import check
from snn_brian.check.loading import load
from snn_brian.declarations import Lognormal, Reliability

TIOX = load("device", "TiOx")


def refused(device):
    with pytest.raises(UserError) as caught:
        check(device, "mine.py")
    (line,) = str(caught.value).splitlines()
    return line


@pytest.mark.parametrize(
    "numbers",
    [
        dict(endurance=1e5),
        dict(closing=1e6, spread=0.0),
        dict(stuck_on=0.3, stuck_off=0.3, stuck=0.4),
        dict(drift=0.05, drift_spread=0.3),
        dict(retention=10 * second, rest_at=0.5),
        dict(endurance=1e4, closing=1e5, stuck=0.1, drift=0.1, retention=1 * second),
    ],
)
def test_what_is_possible(numbers):
    check(replace(TIOX, reliability=Reliability(**numbers)), "mine.py")


@pytest.mark.parametrize(
    "numbers, told",
    [
        (dict(endurance=-5.0), "reliability.endurance"),
        (dict(endurance=1e9), "reliability.endurance"),
        (dict(closing=0.5), "reliability.closing"),
        (dict(spread=-1.0), "reliability.spread"),
        (dict(stuck_on=1.5), "reliability.stuck_on"),
        (dict(stuck_on=0.6, stuck_off=0.6), "more than all devices"),
        (dict(drift=-0.1), "reliability.drift"),
        (dict(drift=0.1, drift_spread=0.5), "reliability.drift_spread"),
        (dict(drift=0.1, drift_from=0 * second), "reliability.drift_from"),
        (dict(drift=0.1, drift_from=1.0), "drift_from"),
        (dict(retention=-1 * ms), "reliability.retention"),
        (dict(retention=1 * second, rest_at=2.0), "reliability.rest_at"),
    ],
)
def test_numbers_that_are_impossible(numbers, told):
    assert told in refused(replace(TIOX, reliability=Reliability(**numbers)))


LAW = TIOX.law


@pytest.mark.parametrize(
    "law, told",
    [
        (dict(variables="age : second"), "without unit"),
        (dict(variables="since : 1"), "since"),
        (dict(variables="age : 1", after_pulses="age += 1"), "where n is 0"),
        (dict(variables="age : 1", after_pulses="G = 1"), "'G' cannot be set"),
        (dict(relaxation="G *= exp(-rest/own)"), "'own' is not declared"),
        (dict(highest="0.5*G_max"), "law.highest"),
        (dict(relaxation="G = G*(1 + 0.1*randn())"), "'randn' draws random numbers"),
        (dict(noise="age"), "'age' is not declared"),
    ],
)
def test_laws_with_a_state_that_cannot_run(law, told):
    assert told in refused(replace(TIOX, law=replace(LAW, **law)))


def test_a_law_with_a_state_of_its_own():
    law = replace(
        LAW,
        potentiation=f"({LAW.potentiation})/(1 + 1e-3*age)",
        variables="age : 1",
        after_pulses="step_ = n\nage += step_",
        relaxation="G = G_min + (G - G_min)*exp(-rest/(1e3 + age))",
        noise="(G_max - G)/(G_max - G_min)",
    )
    check(replace(TIOX, law=law, cycle_to_cycle=0.01), "mine.py")


@pytest.mark.parametrize(
    "spread, told",
    [(dict(G_max=Lognormal(0.1)), "must be a number"), (dict(alpha_P=Lognormal(-1.0)), "sigma")],
)
def test_spreads_without_bounds(spread, told):
    assert told in refused(replace(TIOX, device_to_device=spread))


def test_presentations_between_relaxations():
    assert "relaxes_every" in refused(replace(TIOX, relaxes_every=0.5))
