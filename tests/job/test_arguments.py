"""What a user types becomes an `Arm`, or one sentence that names flag, value, what is allowed and
the mend."""

import os
import runpy
from dataclasses import replace
from pathlib import Path

import pytest
from brian2 import nS

from snn_brian.base.errors import UserError
from snn_brian.check.loading import declarations, load
from snn_brian.declarations import Weight
from snn_brian.job import arguments
from snn_brian.job.arguments import check_fit, check_refresh, one_of, real, whole

FLAGS = runpy.run_path(str(Path(__file__).parents[2] / "runs" / "mnist_local.py"))["flags"]
DEVICES, RULES, OPTIMIZERS = (
    {name: found for name, (found, _) in declarations(kind).items()}
    for kind in ("device", "programming", "optimizer")
)
WEIGHT = """from dataclasses import replace
from snn_brian.models.devices.ideal import ideal
wide = replace(ideal, name="wide", learning=dict(sgd=ideal.learning["sgd"]))
"""


def arms(*given):
    return arguments.arms(FLAGS().parse_args(given))


@pytest.fixture
def quick(monkeypatch):
    """Declarations are taken as they are, without the trial that checks them."""

    def found(kind, name):
        return declarations(kind)[name][0] if name in declarations(kind) else load(kind, name)

    monkeypatch.setattr(arguments, "load", found)


@pytest.mark.parametrize(
    "text", ["", "x", "1.5", "1e3", "0", "-1", "2147483648", "9" * 5000, "inf"]
)
def test_no_whole_number_is_refused(text):
    with pytest.raises(
        UserError, match="^--size: .* is not possible; give a whole number from 1 to 2147483647.$"
    ):
        whole("--size", text)


def test_whole_numbers():
    assert [whole("--size", text, least=0, most=9) for text in ("0", " 7 ", "9")] == [0, 7, 9]
    with pytest.raises(UserError, match="from 0 to 9"):
        whole("--size", "10", least=0, most=9)


@pytest.mark.parametrize("text", ["", "x", "0", "-1", "nan", "inf", "1e39", "1e-50"])
def test_no_positive_float32_is_refused(text):
    with pytest.raises(
        UserError, match="^--eta: '.*' is not possible; give a number above 0 .*, e.g. 0.01.$"
    ):
        real("--eta", text)


def test_real_numbers():
    assert real("--eta", "1e-3") == 0.001


def test_an_unknown_name_lists_those_that_exist():
    with pytest.raises(UserError) as caught:
        one_of("--loss", "mes", ["cross-entropy", "mse"])
    assert (
        str(caught.value)
        == "--loss: 'mes' is unknown (did you mean mse?); choose one of cross-entropy, mse."
    )


@pytest.mark.parametrize(
    "flag, value, said",
    [
        ("--dataset", "mnits", "did you mean mnist.*mnist, fashion-mnist, kmnist, emnist"),
        ("--data-root", "nowhere", "no folder"),
        ("--arm", "x", "both, memristive, baseline"),
        ("--eta", "-1", "number above 0"),
        ("--layers", "-5,5", "500,500,250"),
        ("--optimizer", "adm", "did you mean adam"),
        ("--loss", "x", "cross-entropy, mse"),
        ("--batch", "0", "whole number"),
        ("--steps", "1.5", "whole number"),
        ("--epochs", "1000", "from 1 to 999"),
        ("--seed", "-1", "from 0 to 2147483647"),
        ("--seed", "4294967296", "from 0 to 2147483647"),
        ("--target", "cuda", "cpp_standalone, cython, numpy"),
        ("--threads", str(os.cpu_count() + 1), f"from 1 to {os.cpu_count()}"),
        ("--neuron", "lif", "no such name; write one of adaptive_exponential"),
        ("--encoding", "x.py", "no such file; write one of current, events, latency"),
        ("--device", "TiOy", "did you mean TiOx"),
        ("--programming", "ternery", "did you mean ternary"),
        ("--device", "ideal", "a weight without a device.*use --arm baseline"),
        ("--set", "gamma_P", "is no setting; write NAME=VALUE"),
        ("--programming", "stochastic_rounding", "needs the device parameter N.*'TiOx' lacks"),
    ],
)
def test_bad_values_are_told_in_one_sentence(quick, flag, value, said):
    with pytest.raises(UserError, match=said) as caught:
        arms(flag, value)
    sentence = str(caught.value)
    assert sentence.startswith(flag) and sentence.endswith(".") and "\n" not in sentence
    assert value in sentence


@pytest.mark.parametrize(
    "rule, device, wanted, named",
    [
        ("stochastic_rounding", "TiOx", "parameter N", "Ag_aSi"),
        ("cancelling_linearised", "linear", "parameters alpha_P and alpha_D", "TiOx"),
    ],
)
def test_a_device_that_has_what_a_rule_needs_is_named(quick, rule, device, wanted, named):
    with pytest.raises(UserError, match=f"needs the device {wanted}, .* --device {named}[.]$"):
        arms("--programming", rule, "--device", device)
    arms("--programming", rule, "--device", named)


def test_the_flag_of_a_broken_file_is_named():
    with pytest.raises(UserError, match="^--programming: .*/programming_eta.py: learning"):
        arms("--programming", str(Path(__file__).parents[1] / "broken_models/programming_eta.py"))


@pytest.mark.parametrize("flag", ["--train", "--test", "--validation"])
def test_no_count_of_images_is_refused(flag):
    with pytest.raises(UserError, match=f"^{flag}: '0' is not possible"):
        arguments.counts(FLAGS().parse_args([flag, "0"]))


def test_threads_belong_to_the_compiled_program():
    with pytest.raises(UserError, match="^--threads with --target numpy: '2' is not possible"):
        arms("--target", "numpy", "--threads", "2")


def test_arms_differ_in_nothing_but_the_weights(quick):
    both = arms("--layers", "7,5", "--eta", "0.5", "--seed", "3")
    assert list(both) == ["memristive", "baseline"]
    memristive, baseline = both.values()
    assert (memristive.weights.name, memristive.programming.name, memristive.eta) == (
        "TiOx",
        "ternary",
        0.5,
    )
    assert (
        replace(baseline, weights=memristive.weights, programming=memristive.programming, eta=0.5)
        == memristive
    )
    assert (baseline.weights.name, baseline.programming, baseline.eta) == ("ideal", None, None)
    assert (memristive.layers, memristive.seed, memristive.batch, memristive.epochs) == (
        (7, 5),
        3,
        100,
        10,
    )


def test_an_arm_alone(quick):
    assert list(arms("--arm", "memristive")) == ["memristive"]
    assert arms("--arm", "baseline", "--eta", "0.5")["baseline"].eta == 0.5


def test_other_numbers_go_to_the_memristive_arm_and_those_of_the_neuron_to_both(quick):
    given = ["--set", "neuron.u_hi=0.7", "--set", "encoder.theta=0.25", "--set", "learning.eta=0.5"]
    memristive, baseline = arms(*given, "--set", "programming.gamma_P=3").values()
    for arm in (memristive, baseline):
        assert arm.neuron_parameters()["u_hi"] == 0.7 and arm.encoder.parameters["theta"] == 0.25
    assert (
        memristive.learning.eta,
        memristive.programming.parameters["gamma_P"],
        baseline.learning.eta,
    ) == (0.5, 3.0, 0.001)
    assert arms(*given, "--arm", "baseline")["baseline"].learning.eta == 0.5


def test_one_learning_rate_only(quick):
    with pytest.raises(
        UserError, match="^--eta: 0.1 and --set learning.eta=0.2 are the same number; keep one.$"
    ):
        arms("--eta", "0.1", "--set", "learning.eta=0.2")


def test_a_weight_of_the_users_own_is_the_baseline(tmp_path):
    file = tmp_path / "wide.py"
    file.write_text(WEIGHT)
    given = ["--arm", "baseline", "--device", str(file)]
    assert arms(*given, "--optimizer", "sgd")["baseline"].weights.name == "wide"
    with pytest.raises(
        UserError,
        match="^--device: 'wide' has no learning settings for --optimizer adam; choose sgd",
    ):
        arms(*given)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@pytest.mark.parametrize("device", DEVICES.values(), ids=DEVICES)
def test_rules_and_devices_fit_or_are_refused(device, rule):
    fits = not isinstance(device, Weight) and set(rule.device_parameters) <= set(device.parameters)
    if fits and "needed(" in rule.potentiation_pulses:
        fits = bool(device.law.potentiation_needed and device.law.depression_needed)
    if fits and rule.refresh:
        fits = device.name == "PCM"
    if fits and rule.transfer:
        fits = device.name not in ("PCM", "linear")
    for optimizer in (OPTIMIZERS[name] for name in rule.learning):
        if fits:
            check_fit(device, rule, optimizer)
        else:
            with pytest.raises(UserError, match="^--(device|programming): "):
                check_fit(device, rule, optimizer)


def test_a_rule_without_settings_for_the_optimizer_is_refused():
    rule = replace(RULES["ternary"], learning={"sgd": RULES["ternary"].learning["sgd"]})
    with pytest.raises(
        UserError,
        match="^--programming: 'ternary' has no learning settings for --optimizer adam; choose sgd",
    ):
        check_fit(DEVICES["TiOx"], rule, OPTIMIZERS["adam"])


def test_devices_start_in_their_range(quick):
    device = replace(DEVICES["TiOx"], G_max=400 * nS, G_min=100 * nS)
    arm = replace(
        arms("--arm", "memristive", "--set", "learning.initial=0,0.5")["memristive"], weights=device
    )
    assert arm.initial == (0.25, 0.625)


def test_a_variable_of_optimizer_and_rule_at_once_is_refused():
    optimizer = replace(OPTIMIZERS["momentum"], variables="chi : 1", update="chi = grad; dw = -chi")
    with pytest.raises(UserError, match="both have a variable chi of a synapse; rename it"):
        check_fit(DEVICES["TiOx"], RULES["accumulator"], optimizer)


@pytest.mark.parametrize(
    "given, cores, expected",
    [
        ([], 1, 1),
        ([], 2, 2),
        ([], 64, 2),
        (["--arm", "baseline"], 64, 1),
        (["--target", "numpy"], 64, 1),
        (["--target", "numpy", "--workers", "1"], 64, 1),
        (["--workers", "1"], 64, 1),
        (["--workers", "2"], 1, 2),
        (["--workers", "9"], 1, 2),
    ],
)
def test_as_many_arms_at_once_as_there_are_cores_for(monkeypatch, given, cores, expected):
    monkeypatch.setattr(arguments.os, "sched_getaffinity", lambda _: set(range(cores)))
    args = FLAGS().parse_args(given)
    assert arguments.workers(args, arguments.arms(args)) == expected


def test_threads_share_the_cores_with_the_arms(monkeypatch):
    monkeypatch.setattr(arguments.os, "cpu_count", lambda: 4)
    for cores, expected in ((2, 1), (3, 1), (4, 2)):
        monkeypatch.setattr(arguments.os, "sched_getaffinity", lambda _, n=cores: set(range(n)))
        args = FLAGS().parse_args(["--threads", "2"])
        assert arguments.workers(args, arguments.arms(args)) == expected


@pytest.mark.parametrize(
    "given, said",
    [
        (["0"], "--workers with --target cpp_standalone: '0' is not possible; give a whole number"),
        (["2", "--target", "numpy"], "--workers with --target numpy: '2' .* from 1 to 1"),
    ],
)
def test_workers_that_there_cannot_be(given, said):
    args = FLAGS().parse_args(["--workers", *given])
    with pytest.raises(UserError, match=said):
        arguments.workers(args, arguments.arms(args))


LEAKY = ["--neuron", "leaky_integrate_and_fire", "--encoding", "rate"]


def test_a_synapse_is_that_of_both_arms_and_its_numbers_can_be_set():
    found = arms(*LEAKY, "--synapse", "nmda", "--set", "synapse.tau_NMDA=50 ms")
    for arm in found.values():
        assert arm.synapse.name == "nmda" and float(arm.synapse.parameters["tau_NMDA"]) == 0.05
        assert float(arm.neuron_parameters()["synapse_tau_NMDA"]) == 0.05
    assert {arm.synapse.name for arm in arms().values()} == {"static"}


@pytest.mark.parametrize(
    "given, said",
    [
        (["--synapse", "nmda"], "synapse 'nmda' with neuron 'integrate_and_fire': .*U of the"),
        ([*LEAKY[:2], "--encoding", "current", "--synapse", "nmda"], "encoder 'current'"),
        (
            [*LEAKY, "--synapse", "nmda", "--set", "neuron.tau_s=3 ms"],
            "--set: 'neuron.tau_s' would change nothing, since the synapse 'nmda'",
        ),
    ],
)
def test_a_synapse_that_does_not_fit_is_refused(given, said):
    with pytest.raises(UserError, match=said):
        arms(*given)


def test_a_number_that_the_synapse_leaves_in_use_can_be_set():
    found = arms(*LEAKY, "--synapse", "tsodyks_markram", "--set", "neuron.tau_s=3 ms")
    assert float(found["baseline"].neuron.parameters["tau_s"]) == 0.003


def test_a_refresh_goes_with_devices_that_its_pulses_erase():
    rule, TiOx, PCM = (
        load("programming", "potentiation_only"),
        load("device", "TiOx"),
        load("device", "PCM"),
    )
    check_refresh(PCM, rule)
    check_refresh(TiOx, replace(rule, erase_pulses=20))
    with pytest.raises(UserError, match="erase_pulses=1, which leaves 'TiOx' at 70% of its range"):
        check_refresh(TiOx, rule)
    alone = replace(PCM, law=replace(PCM.law, potentiation_needed=""))
    with pytest.raises(UserError, match="refreshes pairs, which takes the inverse"):
        check_refresh(alone, rule)
