"""A time step that is too coarse for a neuron's equations is told, with both rates."""

import re
from dataclasses import replace

import pytest
from brian2 import mV

from snn_brian.check.loading import declarations
from snn_brian.check.time_step import coarse_step
from snn_brian.declarations import Neuron

# A quadratic neuron, whose upstroke is over within a millisecond.
QUADRATIC = Neuron(
    name="quadratic",
    reference="Ermentrout and Kopell 1986",
    equations="dU/dt = (0.05*U**2/mV + 1*mV + I)/ms : volt\ndI/dt = -I/(5*ms) : volt",
    method="euler",
    start_of_presentation="U = -10*mV; I = 0*mV",
    start_of_step="",
    synaptic_input="I_post += w*strength",
    threshold="U > 30*mV",
    reset="U = -60*mV",
    derivative="int(U > -20*mV)",
    parameters=dict(strength=1.5 * mV),
)
# Its membrane is slow against the step; the exact solution holds for any step.
SLOW = Neuron(
    name="slow",
    reference="",
    equations="dU/dt = -U/(50*ms) : 1",
    start_of_step="",
    synaptic_input="U_post += 0.3*w",
    threshold="U > 1",
    reset="U -= 1",
    derivative="int(U > 0)",
)


def test_both_rates_are_told_where_they_differ():
    told = coarse_step(QUADRATIC, 1e-3)
    coarse, fine = (
        float(each) for each in re.search(r"fires (\d+) times.*, and (\d+) times", told).groups()
    )
    assert abs(coarse - fine) > 0.05 * max(coarse, fine)
    assert "at a time step of 1 ms" in told and "0.1 ms" in told and "--dt" in told


@pytest.mark.parametrize("dt", [1e-3, 1e-4])
def test_a_step_that_is_fine_enough_is_not_told(dt):
    assert coarse_step(SLOW, dt) is None


def test_a_finer_step_helps():
    assert coarse_step(QUADRATIC, 0.02e-3) is None


def test_substeps_help_and_too_few_of_them_are_told():
    assert "substeps" in coarse_step(QUADRATIC, 1e-3)
    told = coarse_step(replace(QUADRATIC, substeps=2), 1e-3)
    assert "with 2 substeps" in told and "at 4" in told and "more `substeps`" in told
    assert coarse_step(replace(QUADRATIC, substeps=50), 1e-3) is None


def test_statements_are_the_model_for_any_step():
    assert coarse_step(declarations("neuron")["integrate_and_fire"][0], 1e-3) is None
