"""What follows from the parts of an arm, in numbers, without a network."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import ms, volt
from test_digests import images

from snn_brian.base.errors import UserError
from snn_brian.check.loading import load
from snn_brian.declarations import Learning
from snn_brian.network.layers import Conv
from snn_brian.train.arm import Arm, Experiment

IDEAL, TIOX, TERNARY = (
    load("device", "ideal"),
    load("device", "TiOx"),
    load("programming", "ternary"),
)
SGD, ADAM = load("optimizer", "sgd"), load("optimizer", "adam")
STDP = load("plasticity", "stdp")
LEARNING = Learning(
    eta=0.5, decay=0.1, layer_factors=(1.0, 0.4), initial=(0.2, 0.6),
    neuron_parameters=dict(box=3.0, unknown=7.0),
)  # fmt: skip
PAIR = dict(weights=TIOX, programming=TERNARY)


def arm(**changes):
    own = dict(
        layers=(30, 20, 10), neuron=load("neuron", "leaky_integrate_and_fire"),
        encoder=load("encoder", "rate"), weights=replace(IDEAL, learning=dict(sgd=LEARNING)),
        programming=None, optimizer=SGD, loss=load("loss", "mse"), batch=1, steps=3, eta=None,
        epochs=2, seed=6,
    )  # fmt: skip
    return Arm(**own | changes)


def test_what_is_not_said_is_the_paper_s_chain_in_one_thread():
    own = arm()
    assert (own.target, own.threads, own.program, own.piece) == ("cpp_standalone", 1, "step", None)
    assert own.dt == 1 * ms and own.rest == 0 * ms and own.wires is None and own.image is None
    names = own.network.name, own.synapse.name, own.plasticity.name
    assert names == ("chain", "static", "local_classifier")
    assert [each.name for each in own.graph.projections] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "changes, said",
    [
        (dict(layers=()), "^layers: "),
        (dict(layers=(20, 0)), "^layers: 0 is not possible"),
        (dict(layers=(20.5,)), "^layers: 20.5 is not possible; give a whole number from 1"),
        (dict(batch=3.5), "^batch: 3.5"),
        (dict(batch=-1), "^batch: -1"),
        (dict(steps=0), "^steps: 0"),
        (dict(epochs=-1), "^epochs: -1 is not possible; give a whole number from 0"),
        (dict(seed=1.5), "^seed: 1.5"),
        (dict(threads=0), "^threads: 0"),
        (dict(piece=0), "^piece: 0"),
        (dict(eta=-1), "^eta: -1 is not possible; give a number from 0, or None"),
        (dict(eta=float("nan")), "^eta: nan"),
        (dict(eta=np.array([0.1])), "^eta: array"),
        (dict(batch=3, piece=7), "^piece: 7 is no multiple of batch=3"),
        (dict(dt=0 * ms), "^dt: 0.*second is not possible; give a time above 0"),
        (dict(dt=0.001), "^dt: 0.001 is not"),
        (dict(dt=1 * volt), "^dt: 1.*volt is"),
        (dict(dt=[1, 2] * ms), "^dt: array"),
        (dict(rest=-1 * ms), "^rest: -1.*msecond is not possible"),
        (dict(rest=5), "^rest: 5 is not"),
        (dict(program="presentations"), "^program: 'presentations' is not possible"),
        (dict(programming=TERNARY), "^programming: .*'ideal' has ternary"),
        (dict(weights=TIOX), "^programming: .*'TiOx' has None"),
    ],
)
def test_numbers_that_are_none_are_refused(changes, said):
    with pytest.raises(UserError, match=said):
        arm(**changes)


def test_numbers_may_be_those_of_numpy():
    own = arm(layers=(np.int64(8), Conv(3, 2)), batch=np.int32(2), eta=np.float32(0.5))
    assert own.batches(5) == 3


def test_a_learning_rate_is_that_of_its_layer_and_falls_from_epoch_to_epoch():
    """The last factor is for all layers behind, too."""
    np.testing.assert_allclose(arm().etas(1), [0.5, 0.2, 0.2])
    np.testing.assert_allclose(arm().etas(3), [0.005, 0.002, 0.002])
    np.testing.assert_allclose(arm(eta=2.0).etas(2), [0.2, 0.08, 0.08])
    np.testing.assert_allclose(arm(layers=(5,), eta=0.0).etas(1), [0.0])


@pytest.mark.parametrize("batch, presentations, expected", [(1, 7, 7), (3, 9, 3), (3, 10, 4)])
def test_a_last_batch_may_be_smaller(batch, presentations, expected):
    assert arm(batch=batch).batches(presentations) == expected


@pytest.mark.parametrize(
    "changes, expected",
    [
        (dict(), False),
        (dict(batch=2), True),
        (dict(program="presentation"), True),
        (dict(optimizer=ADAM), True),
        (dict(plasticity=STDP), False),
        (dict(plasticity=STDP, optimizer=ADAM, batch=5), False),
    ],
)
def test_gradients_are_collected_unless_each_step_carries_them_out(changes, expected):
    assert arm(**changes).batched == expected


def test_settings_are_those_for_the_optimizer_or_for_the_one_that_it_names():
    two = replace(IDEAL, learning=dict(sgd=LEARNING, adam=replace(LEARNING, eta=9.0)))
    momentum = load("optimizer", "momentum")
    for optimizer, expected in ((SGD, "sgd"), (ADAM, "adam")):
        own = arm(weights=two, optimizer=optimizer)
        assert own.optimizer_settings == expected and own.learning == two.learning[expected]
    own = arm(weights=two, optimizer=momentum)
    assert own.optimizer_settings == momentum.settings_of != "momentum"
    rule = replace(TERNARY, learning=dict(adam=replace(LEARNING, eta=3.0)))
    pair = arm(weights=TIOX, programming=rule, optimizer=ADAM)
    assert pair.optimizer_settings == "adam" and pair.learning.eta == 3.0


def test_starts_are_places_in_the_range_of_devices_and_weights_without_them():
    assert arm().initial == (0.2, 0.6)
    rule, K = replace(TERNARY, learning=dict(sgd=LEARNING)), 32.95 / 674
    pair = dict(weights=TIOX, programming=rule)
    np.testing.assert_allclose(arm(**pair).initial, (K + (1 - K) * 0.2, K + (1 - K) * 0.6))
    own = replace(STDP, initial=(0.1, 0.3))
    assert arm(plasticity=own).initial == (0.1, 0.3)
    np.testing.assert_allclose(
        arm(**pair, plasticity=own).initial, (K + (1 - K) * 0.1, K + (1 - K) * 0.3)
    )


def test_settings_give_a_neuron_its_own_parameters_and_no_others():
    own = arm()
    expected = dict(own.neuron.parameters) | dict(box=3.0)
    assert own.neuron_parameters() == own.own_neuron.parameters == expected
    assert own.rule is None and own.spiking is own.cell is own.neuron


def test_a_learning_rule_gives_the_neuron_its_traces():
    own = arm(plasticity=STDP)
    assert own.rule is STDP and "dy/dt" in own.spiking.equations and own.cell is own.neuron
    assert own.neuron_parameters()["plasticity_A_plus"] == STDP.parameters["A_plus"]


def test_convolutions_see_the_shape_of_images_and_events_have_none():
    shown = images()
    own = arm(layers=(Conv(2, kernel=3, stride=1), 4)).seeing(shown)
    assert own.image == (5, 6) and own.graph.layers == (3 * 4 * 2, 4)
    assert type(own.image) is tuple and arm().image is None
    other = type("Events", (), dict(events=9, shape=(5, 6)))()
    assert own.seeing(other).image is None


def test_an_experiment_is_an_arm_with_its_parts_by_name():
    own = arm(**PAIR)
    given = {name: getattr(own, name) for name in own.__dataclass_fields__}
    rest = {k: v for k, v in given.items() if k not in ("programming", "optimizer", "loss")}
    plain = Experiment(TERNARY, **rest)
    assert (plain.programming, plain.optimizer.name, plain.loss.name) == (
        TERNARY, "sgd", "cross-entropy"
    )  # fmt: skip
    chosen = Experiment(optimizer="adam", loss="mse", **rest | {"weights": IDEAL})
    assert (chosen.programming, chosen.optimizer.name, chosen.loss.name) == (None, "adam", "mse")
