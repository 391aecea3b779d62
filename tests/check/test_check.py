"""Every kind of mistake in `broken_models` is told in one sentence with the file, the field and the
mend."""

from pathlib import Path

import numpy as np
import pytest
from brian2 import defaultclock, get_device, prefs, set_device
from brian2.devices import reset_device
from brian2.utils.logger import catch_logs

from snn_brian.base.errors import DeclarationWarning, UserError
from snn_brian.check.kinds import KINDS
from snn_brian.check.loading import load

BROKEN = Path(__file__).parents[1] / "broken_models"
KIND = {kind: kind for kind in KINDS} | {"law": "device", "weight": "device"}

# File, the field that must be named, and what else the sentence must say: the value, the mend.
MISTAKES = [
    ("plasticity_bare_trace", "on_pre", "'y' is not declared", "write y_post"),
    ("plasticity_without_request", "on_post", "''", "write a change dw of the weight"),
    ("plasticity_bounds_reversed", "bounds", "(1.0, 0.0)", "the least and the greatest"),
    ("plasticity_initial_outside", "initial", "(0.5, 2.0)", "an interval within the bounds"),
    ("plasticity_teacher_and_traces", "pre_trace", "'x : 1'", "must be empty"),
    ("plasticity_normalises_without_traces", "pre_trace", "''", "must not be empty"),
    ("plasticity_reward_without_eligibility", "on_reward", "'x_pre'", "must be empty"),
    ("plasticity_eligibility_of_two", "eligibility", "must be one equation of the form"),
    ("plasticity_eligibility_without_reward", "on_reward", "''", "a change dw of the weight by c"),
    ("plasticity_eligibility_unit", "eligibility", "unit 1 where Hz is needed"),
    ("plasticity_eligibility_unsolved", "eligibility", "no exact solution"),
    ("plasticity_unit", "on_post", "'tau'", "has the unit s where 1 is needed"),
    ("plasticity_unused_parameter", "parameters", "no string uses 'eta'", "take it out"),
    (
        "neuron_missing_parameter",
        "derivative",
        "'u_low' is not declared",
        "add it to parameters",
        "did you mean u_lo?",
    ),
    ("neuron_unused_parameter", "parameters", "no string uses 'tau'", "take it out"),
    ("neuron_bare_name_in_synapse", "synaptic_input", "'U += w'", "may set U_post"),
    (
        "neuron_sets_bare_name_in_synapse",
        "synaptic_input",
        "'U' cannot be set here",
        "may set U_post",
    ),
    ("neuron_symbol_of_synapse_code", "equations", "'up' is refused", "choose another name"),
    (
        "neuron_reserved_parameter",
        "parameters",
        "'e' is refused",
        "name of a constant",
        "choose another name",
    ),
    ("neuron_unit_as_parameter", "parameters", "'mV' is refused", "name of a unit"),
    ("neuron_network_variable", "equations", "'delta' is refused", "the network"),
    ("neuron_cpp_keyword", "parameters", "'default' is refused", "C++"),
    ("neuron_without_U", "equations", "v : 1", "add U : 1"),
    ("neuron_equation_unit", "equations", "dU/dt = -U : 1", "unit 1 where Hz is needed"),
    ("neuron_threshold_not_boolean", "threshold", "'U'", "must be a condition"),
    ("neuron_random_threshold", "threshold", "rand()", "start_of_step"),
    ("neuron_derivative_condition", "derivative", "write int(...)"),
    ("neuron_derivative_unit", "derivative", "unit V where 1 is needed"),
    ("neuron_parameter_unit", "derivative", "'u_lo' has units", "different units"),
    ("neuron_changed_copy", "reset", "'U += 1'", "no copy of 'U'", "write before = +U"),
    ("programming_changed_copy", "finish", "'chi -= n*theta'", "write before = +chi"),
    ("neuron_syntax", "threshold", "'exp(U > 0'", "Brian2 says: '(' was never closed"),
    ("neuron_equations_syntax", "equations", "'U'", "Brian2 says: Parsing failed"),
    ("neuron_chained_comparison", "derivative", "Brian2 says", "a<b<c"),
    ("neuron_not_a_statement", "start_of_step", "'U == 0'", "is no statement"),
    ("neuron_misspelt_target", "start_of_step", "'u = 0'", "did you mean U?"),
    ("neuron_without_input", "synaptic_input", "''", "U_post += w"),
    ("neuron_comment_in_expression", "threshold", "# volt", "after the string"),
    ("neuron_writes_parameter", "reset", "'u_hi' cannot be set here", "may set U"),
    ("neuron_field_none", "reset", "None", "must be a string"),
    ("neuron_parameters_not_a_mapping", "parameters", "(-1.0, 1.0)", "dict(symbol=value)"),
    ("neuron_parameter_not_finite", "parameters['u_lo']", "-inf", "must be one number"),
    ("neuron_empty_name", "name", "must not be empty"),
    (
        "neuron_start_missing",
        "start_of_presentation",
        "None",
        "must say where U starts",
        "write one such as U = E_L",
    ),
    ("neuron_start_unit", "start_of_presentation", "'U = 0'", "has the unit 1 where V is needed"),
    ("neuron_trace_without_eligibility", "eligibility", "must not be empty beside trace"),
    ("neuron_trace_of_membrane", "trace", "'U' is not declared"),
    ("neuron_trace_symbol_taken", "trace", "'U' is refused", "choose another name"),
    ("neuron_trace_symbol_of_sympy", "trace", "'Q' is refused", "SymPy", "choose another name"),
    ("neuron_trace_unit", "trace", "has the unit 1 where Hz is needed"),
    ("neuron_eligibility_unit", "eligibility", "has the unit s where 1 is needed"),
    ("synapse_source_not_linear", "source", "x**2", "linear in itself"),
    ("synapse_source_unit", "source", "has the unit 1 where Hz is needed"),
    ("synapse_source_random", "source", "rand()", "neither time nor random numbers"),
    ("synapse_spike_sees_weight", "source_spike", "w is not known here", "use w in synaptic_input"),
    ("synapse_size_of_parameters", "size", "'gain'", "must use a variable of source"),
    ("synapse_connection_coupled", "connection", "'s'", "but uses r", "keep them in source"),
    ("synapse_connection_not_used", "connection", "synaptic_input uses none of it"),
    ("synapse_connection_flag", "connection", "(event-driven)", "without flags"),
    ("synapse_input_sets_source", "synaptic_input", "'x_pre' cannot be set here"),
    ("synapse_input_drives_nothing", "synaptic_input", "as in I_post += w"),
    ("synapse_input_bare_source", "synaptic_input", "'x' is not declared", "write x_pre"),
    ("synapse_start_of_other", "start", "'y = 1'", "set variables by =, of x"),
    ("synapse_target_is_membrane", "target", "'U' is refused", "choose another name"),
    ("synapse_two_places", "target", "'x' is refused", "choose another name"),
    ("synapse_unused_parameter", "parameters", "no string uses 'gain'", "take it out"),
    ("neuron_source_spike_without_size", "source_spike", "must use S", "q += S"),
    (
        "neuron_refractory_unit",
        "refractory",
        "'strength'",
        "must be a time, such as 2*ms, or a condition",
    ),
    ("programming_divides_by_zero", "number", "divides by zero; mend the expression"),
    ("encoder_signal_unit", "signal", "has the unit s where 1 is needed"),
    ("encoder_signal_condition", "signal", "write int(...)"),
    ("device_G_max_unit", "G_max", "0.674 * usecond", "units of siemens"),
    ("device_range_reversed", "G_min", "32.95", "below G_max"),
    ("device_G_min_negative", "G_min", "-1", "from 0"),
    ("device_pulse_voltage_unit", "potentiation_pulse.voltage", "nsiemens", "units of volt"),
    ("device_pulse_width_unit", "depression_pulse.width", "volt", "units of second"),
    ("device_pulse_width_zero", "depression_pulse.width", "0", "must be positive"),
    ("device_value_missing", "parameters", "lacks a value for 'alpha_D'", "add it"),
    ("device_value_unknown", "parameters", "'alpha_d' is no parameter", "did you mean alpha_D?"),
    ("device_value_with_unit", "parameters['alpha_P']", "volt", "without a unit"),
    ("device_negative_alpha", "law.potentiation", "-0.03", "not negative"),
    ("device_without_pulse", "potentiation_pulse", "volt", "must be a Pulse(...)"),
    (
        "device_spread_of_unknown",
        "device_to_device",
        "'alpha_d' is no symbol",
        "did you mean alpha_D?",
    ),
    ("device_spread_negative", "device_to_device['alpha_D']", "-0.2", "from 0 to below 0.333"),
    ("device_spread_changes_sign", "device_to_device['alpha_P']", "0.4", "from 0 to below 0.333"),
    (
        "device_spread_closes_range",
        "device_to_device",
        "G_min=0.52 uS",
        "G_max=0.4718 uS",
        "smaller spreads",
    ),
    ("device_cycle_to_cycle", "cycle_to_cycle", "2.0", "from 0 to below 1"),
    ("device_read_noise", "read_noise", "-0.1", "from 0 to below 1"),
    ("law_unused_parameter", "law.parameters", "no string uses 'beta'"),
    ("law_missing_parameter", "law.potentiation", "'G_mx' is not declared", "did you mean G_max?"),
    ("law_parameters_a_string", "law.parameters", "'alpha_P'", "(value,)"),
    ("law_network_variable", "law.parameters", "'w' is refused"),
    ("law_unit", "law.potentiation", "unit S where 1 is needed"),
    ("law_changes_without_pulse", "law.depression", "n=0", "must be 0 without a pulse"),
    ("law_gives_new_state", "law.depression", "n=0", "must be 0 without a pulse"),
    ("law_leaves_range", "law.potentiation", "3.058", "within the range"),
    ("law_not_finite", "law.potentiation", "nan", "a finite number"),
    (
        "programming_missing_parameter",
        "potentiation_pulses",
        "'gama_P' is not declared",
        "did you mean gamma_P?",
    ),
    ("programming_unused_parameter", "parameters", "no string uses 'theta'"),
    ("programming_unused_device_parameter", "device_parameters", "no string uses 'N'"),
    ("programming_network_variable", "variables", "'G_plus' is refused"),
    ("programming_two_roundings", "number", "at most one SR(...)"),
    ("programming_not_whole", "number", "no whole number", "write SR(...)"),
    (
        "programming_negative_pulses",
        "potentiation_pulses",
        "'gamma_P'",
        "gives -1 pulses with gamma_P=-1",
        "whole number from 0 on",
    ),
    (
        "programming_half_pulses",
        "depression_pulses",
        "'gamma_D'",
        "gives 1.5 pulses with gamma_D=1.5",
    ),
    ("programming_condition", "number", "write int(...)"),
    ("programming_prepare_no_statement", "prepare", "'chi + dw'", "is no statement"),
    ("programming_writes_request", "prepare", "'dw = 0'", "may set chi"),
    ("programming_pulse_number_too_early", "prepare", "'n' is not declared"),
    ("programming_variable_with_equation", "variables", "symbol : unit"),
    ("programming_variable_unit", "prepare", "'chi += dw'", "inconsistent units"),
    ("programming_eta", "learning['sgd'].eta", "0.0", "must be positive"),
    ("programming_decay", "learning['sgd'].decay", "1.5", "at most 1"),
    ("programming_no_layer_factors", "learning['sgd'].layer_factors", "()", "at least one value"),
    ("programming_initial_reversed", "learning['sgd'].initial", "(0.3, 0.1)", "low below high"),
    ("programming_initial_outside", "learning['sgd'].initial", "(0.5, 1.5)", "[0, 1]"),
    ("programming_initial_three", "learning['sgd'].initial", "(0.1, 0.2, 0.3)", "2 values"),
    ("programming_unknown_optimizer", "learning", "'adm'", "did you mean adam?"),
    ("optimizer_without_request", "update", "must set dw"),
    ("optimizer_unused_parameter", "parameters", "no string uses 'mu'"),
    ("optimizer_unknown_name", "update", "'loss' is not declared"),
    ("optimizer_variable_of_the_pair", "variables", "'G_plus' is refused"),
    ("loss_of_a_competition_that_there_is_not", "error", "'z' is not declared"),
    ("loss_condition", "error", "write int(...)"),
    ("programming_pulses_for_nothing", "number", "where dw is 0", "int(dw != 0)"),
    ("programming_accumulates_not", "accumulates", "prepare changes variables where dw is 0"),
    ("programming_unknown_devices", "devices", "did you mean one at random?"),
    ("programming_devices_after_reading", "devices", 'write "both"'),
    ("programming_without_learning", "learning", "{}", "add sgd=Learning(...)"),
    ("weight_learning_rate", "learning['sgd'].eta", "-0.1", "must be positive"),
    ("encoder_threshold_not_boolean", "threshold", "'pixel - 0.5'", "must be a condition"),
    ("neuron_source_variable", "synaptic_input", "'u_pre' is not declared", "may use U_post, u_hi"),
    ("neuron_python_function", "threshold", "'sum' is not declared", "may use N, S, U"),
    ("encoder_missing_parameter", "threshold", "'theta' is not declared", "add it to parameters"),
]


@pytest.mark.parametrize(
    "stem, field, parts",
    [(stem, field, parts) for stem, field, *parts in MISTAKES],
    ids=[stem for stem, *_ in MISTAKES],
)
def test_mistake_is_named_with_file_field_and_mend(stem, field, parts):
    file = BROKEN / f"{stem}.py"
    with pytest.raises(UserError) as caught:
        load(KIND[stem.split("_")[0]], file)
    sentence = str(caught.value)
    assert sentence.startswith(f"{file}: {field}=")
    assert all(part in sentence for part in parts), sentence
    assert "\n" not in sentence and sentence.endswith(".")


def test_what_only_brian2_knows_is_told_by_the_trial_run():
    with pytest.raises(
        UserError, match=r"only_brian_knows.py: Brian2 says: .*'event-driven'.*; mend"
    ):
        load("neuron", BROKEN / "neuron_only_brian_knows.py")


def test_an_unknown_method_is_told_by_the_trial_run():
    with pytest.raises(
        UserError, match="unknown_method.py: method='rk5': must be empty or one of .*rk4"
    ):
        load("neuron", BROKEN / "neuron_unknown_method.py")


def test_a_threshold_out_of_reach_is_warned_of():
    with pytest.warns(
        DeclarationWarning,
        match=r"out_of_reach.py: threshold='U > 1e9': no spike .*; bring it within the",
    ):
        load("neuron", BROKEN / "neuron_threshold_out_of_reach.py")


def test_a_failing_trial_leaves_no_warning():
    with catch_logs() as logs, pytest.raises(UserError):
        load("neuron", BROKEN / "neuron_only_brian_knows.py")
    assert logs == []


def test_a_check_leaves_brian2_as_it_was():
    target, step, now = prefs.codegen.target, defaultclock.dt, defaultclock.t
    np.random.seed(1)
    state = np.random.get_state()[1].copy()
    load("encoder", "rate")
    with pytest.raises(UserError):
        load("neuron", BROKEN / "neuron_only_brian_knows.py")
    assert (prefs.codegen.target, defaultclock.dt, defaultclock.t) == (target, step, now)
    assert (np.random.get_state()[1] == state).all()


def test_a_check_adds_nothing_to_a_standalone_program(tmp_path):
    set_device("cpp_standalone", directory=str(tmp_path), build_on_run=False)
    try:
        arrays = len(get_device().arrays)
        load("neuron", "integrate_and_fire")
        assert len(get_device().arrays) == arrays
        with pytest.raises(UserError, match="u_low"):
            load("neuron", BROKEN / "neuron_missing_parameter.py")
    finally:
        reset_device()


def test_nothing_is_taken_from_variables_of_the_caller():
    theta = 0.5  # noqa: F841
    with pytest.raises(UserError, match="'theta' is not declared"):
        load("encoder", BROKEN / "encoder_missing_parameter.py")


def test_every_broken_file_is_tested():
    tested = {stem for stem, *_ in MISTAKES} | {
        "neuron_only_brian_knows",
        "neuron_unknown_method",
        "neuron_threshold_out_of_reach",
    }
    loading = (Path(__file__).parent / "test_loading.py").read_text()
    assert {file.stem for file in BROKEN.glob("*.py") if f'"{file.stem}"' not in loading} == tested
