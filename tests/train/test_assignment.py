"""Labels that are assigned to neurons: predictions and confusion matrices are by them, a rest comes
after them, and synapses drive neurons as without a rule."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import second
from test_digests import images
from test_plasticity import arm

from snn_brian.base.errors import UserError
from snn_brian.check.loading import load
from snn_brian.declarations import Reliability
from snn_brian.train import training as training_module
from snn_brian.train.prediction import confusion
from snn_brian.train.training import Training

TIOX = load("device", "TiOx")
FORGETFUL = replace(TIOX, reliability=Reliability(retention=0.1 * second), relaxes_every=4)
STDP = load("plasticity", "stdp")
LEAKY = load("neuron", "leaky_integrate_and_fire")


def made(rule="stdp", **changes):
    pairs = dict(weights="TiOx", programming="ternary") if "weights" in changes else {}
    own = arm(rule, **pairs | dict(layers=(9, 7), encoder=load("encoder", "rate"), steps=10))
    return Training(replace(own, **changes), images())


PAIRS = dict(weights=TIOX)


@pytest.mark.parametrize(
    "changes", [{}, PAIRS, PAIRS | dict(weights=FORGETFUL, rest=0.02 * second)]
)
def test_predictions_are_the_answers_by_assigned_labels(changes):
    training = made(**changes)
    with pytest.raises(
        UserError, match="no neuron has a label yet, which the learning rule 'stdp'"
    ):
        training.predict()
    *_, last = training.epochs()
    counts, found = confusion(training), training.predict()
    labels = training.test_labels
    for l in (1, 2):
        np.testing.assert_array_equal(counts[l - 1], last.arrays[f"confusion_classes_{l}"])
        assert counts[l - 1].trace() == np.rint(len(labels) * last.test_accuracy[l - 1])
    np.testing.assert_array_equal(
        (found.classes == labels).sum(axis=1), counts.trace(axis1=1, axis2=2)
    )
    # the labels weigh the spikes: each neuron counts for its class
    Y = found.spikes[0].sum(axis=1) @ last.arrays["J_1"]
    np.testing.assert_array_equal(np.round(Y, 5).argmax(axis=1), found.classes[0])
    adopted = made(**changes)
    adopted.adopt(last.arrays)
    again = adopted.predict()
    np.testing.assert_array_equal(again.classes, found.classes)
    for one, other in zip(again.spikes, found.spikes):
        np.testing.assert_array_equal(one, other)
    for key in training.state:
        np.testing.assert_array_equal(adopted.state[key], training.state[key], err_msg=key)


def test_a_training_that_goes_on_answers_by_the_labels_it_had():
    """The accuracy while it learns is by those of the test before."""
    whole = list(made().epochs())
    again = made()
    again.resume(whole[0].arrays)
    for l in (1, 2):
        np.testing.assert_array_equal(
            again.classifiers[f"classifier_{l}.J"].T, whole[0].arrays[f"J_{l}"]
        )
    *_, last = again.epochs()
    np.testing.assert_array_equal(last.train_accuracy, whole[1].train_accuracy)
    silent = made()
    silent.resume(whole[0].arrays)
    for J in silent.classifiers.values():
        J[:] = 0
    *_, wrong = silent.epochs()
    assert np.any(wrong.train_accuracy != last.train_accuracy)


def test_labels_are_assigned_before_a_rest_that_the_test_alone_sees():
    (*_, plain), (*_, rested) = (
        made(weights=FORGETFUL, rest=rest).epochs() for rest in (0 * second, 1 * second)
    )
    for key, values in plain.arrays.items():
        if not key.startswith(("measured_", "confusion_")) and "seconds" not in key:
            np.testing.assert_array_equal(rested.arrays[key], values, err_msg=key)
    assert plain.arrays["J_1"].any()
    # nothing is left of the weights: no neuron fires, and all answers are the first class
    assert rested.arrays["confusion_classes_1"][:, 1:].sum() == 0
    assert plain.arrays["confusion_classes_1"][:, 1:].sum() > 0


def test_devices_forget_as_time_passes_without_a_request():
    still = replace(STDP, parameters=STDP.parameters | {"A_plus": 0.0, "A_minus": 0.0})
    training = made(weights=FORGETFUL, plasticity=still)
    before = {key: values.copy() for key, values in training.state.items()}
    list(training.epochs())
    left = np.exp(-training.n_train * training.arm.steps * 1e-3 / 0.1)
    for key in ("synapses_1.G_plus", "synapses_2.G_plus"):
        expected = TIOX.K + (before[key] - TIOX.K) * left
        np.testing.assert_allclose(training.state[key], expected, rtol=1e-5)
        w = training.state[key] - training.state[key.replace("plus", "minus")]
        np.testing.assert_allclose(training.state[key.replace("G_plus", "w")], w, atol=1e-6)


OTHER = replace(  # names that no synapse has
    STDP, pre_trace="da/dt = -a/tau_plus : 1", pre_spike="a += S", on_post="A_plus*a_pre"
)


@pytest.mark.parametrize("synapse", ["static", "conductance", "tsodyks_markram"])
def test_synapses_drive_neurons_as_they_do_beside_local_classifiers(synapse):
    own = dict(synapse=load("synapse", synapse), neuron=LEAKY)
    training = made(plasticity=OTHER, **own)
    *_, last = training.epochs()
    assert np.any(last.arrays["w_1"] != training.plastic.start()["synapses_1.w"])
    teacher = made(plasticity=load("plasticity", "local_classifier"), **own)
    teacher.adopt(last.arrays | teacher.arrays(0) | {k: last.arrays[k] for k in ("w_1", "w_2")})
    teacher.adopted = 1
    found = training.predict()
    for one, other in zip(found.spikes, teacher.predict().spikes):
        np.testing.assert_array_equal(one, other)
    assert found.spikes[1].any()


def test_labels_come_from_all_training_images_also_where_these_are_sorted(monkeypatch):
    monkeypatch.setattr(training_module, "ASSIGNED", 10)
    data = images()
    order = np.argsort(data.train_labels, kind="stable")
    data = replace(
        data, train_images=data.train_images[order], train_labels=data.train_labels[order]
    )
    own, seen = Training(made().arm, data), []
    monkeypatch.setattr(own.assignment, "assign", lambda values, labels: seen.append(labels))
    next(own.epochs())
    assert set(seen[0]) == set(data.train_labels) and len(seen[0]) == 10
