"""--learning: what does not go with a rule without a teacher is one sentence; with it, a job goes
on as if nothing had come in between."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from snn_brian.base.checkpoints import read_checkpoint
from snn_brian.base.errors import UserError
from snn_brian.check.loading import declarations
from snn_brian.declarations import LearningRule, Neuron
from snn_brian.job import arguments, job

SCRIPT = runpy.run_path(str(Path(__file__).parents[2] / "runs" / "mnist_stdp.py"))
CLASH = Neuron("clash", "", "U : 1\nx : 1", "", "U_post += w", "U > 0", "U = x", "1")
GOES_ON = Neuron("goes_on", "", "U : 1", "", "U_post += w", "U > 0", "", "1", {}, "")


@pytest.fixture(autouse=True)
def unchecked(monkeypatch):
    """Declarations are taken as they are, without the trial that checks them."""
    own = {"clash": CLASH, "goes_on": GOES_ON}

    def found(kind, name):
        return own[name] if name in own else declarations(kind)[name][0]

    monkeypatch.setattr(arguments, "load", found)
    monkeypatch.setattr(arguments, "coarse_step", lambda *_: "")


def arms(*given):
    return arguments.arms(SCRIPT["flags"]().parse_args(given))


@pytest.mark.parametrize(
    "given, told",
    [
        (["--optimizer", "adam"], "--optimizer: 'adam' does not go with --learning diehl_cook"),
        (["--batch", "10"], "give --batch 1"),
        (["--program", "presentation"], "give --program step"),
        (["--eta", "0.1"], "--eta: '0.1' is of local classifiers; .* plasticity.nu_minus"),
        (["--neuron", "clash"], "--learning: 'diehl_cook' and the neuron 'clash' both .* x;"),
        (["--neuron", "goes_on"], "needs the start of each presentation"),
    ],
)
def test_what_does_not_go_with_a_rule_is_refused(given, told):
    with pytest.raises(UserError, match=told):
        arms(*given)


def test_the_rule_is_of_both_arms_and_its_numbers_can_be_set():
    found = arms("--set", "plasticity.nu_plus=0.02", "--set", "plasticity.normalisation=50")
    for arm in found.values():
        assert isinstance(arm.rule, LearningRule) and not arm.batched
        assert (arm.rule.parameters["nu_plus"], arm.rule.normalisation) == (0.02, 50.0)
        assert arm.spiking.parameters["plasticity_nu_plus"] == 0.02


def test_local_classifiers_are_the_default_and_no_rule():
    (arm,) = arguments.arms(job.flags().parse_args(["--arm", "memristive"])).values()
    assert arm.plasticity.has_teacher and arm.rule is None and arm.spiking is arm.neuron


SMALL = [
    "--layers", "5", "--steps", "12", "--train", "8", "--test", "6", "--target", "numpy",
    "--checkpoint-every", "4", "--arm", "memristive", "--learning", "stdp",
    "--neuron", "integrate_and_fire", "--set", "encoder.rate=1000 Hz",
]  # fmt: skip


def test_a_job_draws_its_fields_and_goes_on(tmp_path, capsys):
    flags, main = SCRIPT["flags"], SCRIPT["main"]
    folder = main(flags().parse_args([*SMALL, "--epochs", "2", "--out", str(tmp_path / "whole")]))
    names = {path.name for path in (folder / "figures").iterdir()}
    assert {"receptive_fields_memristive.png", "confusion_memristive.png"} <= names
    out = capsys.readouterr().out
    assert "each neuron for all classes" in out and "each neuron for its class" in out
    cut = main(flags().parse_args([*SMALL, "--epochs", "1", "--out", str(tmp_path / "cut")]))
    main(flags().parse_args(["--resume", str(cut), "--epochs", "2"]))
    whole, again = (
        read_checkpoint(each / "checkpoints" / "memristive" / "epoch_002.npz")
        for each in (folder, cut)
    )
    for name, values in whole.items():
        if "seconds" not in name:
            np.testing.assert_array_equal(again[name], values, err_msg=name)
    assert whole["counts"].shape == again["counts"].shape and whole["G_plus_1"].std() > 0
