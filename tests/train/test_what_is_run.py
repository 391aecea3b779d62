"""What a training asks of its simulation, and what it makes of the answers: every run of it, with a
simulation that writes down what it is asked."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np
import pytest
from brian2 import ms, second
from test_digests import images

from snn_brian.base.errors import UserError
from snn_brian.check.loading import load
from snn_brian.declarations import Distribution, Neuron, Reliability
from snn_brian.simulate.outcome import Outcome
from snn_brian.train.arm import Arm
from snn_brian.train.training import ASSIGNED, Training

GOING_ON = Neuron(
    name="going_on",
    reference="",
    equations="U : 1",
    start_of_presentation="",
    start_of_step="",
    synaptic_input="U_post += w",
    threshold="U > 0.5",
    reset="U = 0",
    refractory="3*ms",
    derivative="1.0",
)
DRIFTING = replace(load("device", "TiOx"), reliability=Reliability(drift=0.1))


@dataclass
class Written:
    """A simulation that answers with what it is given, each learned weight 1e-3 above, 7 neurons'
    spikes for each class, and one hit for each presentation."""

    target: str = "numpy"
    neuron_state: tuple = ()
    runs: list = field(default_factory=list)

    def run(self, presentations, seed, values, tables, wanted, progress, first, state, watch):
        learning = bool(values["layer_1.learning"])
        self.runs.append(
            SimpleNamespace(
                span=(first, first + presentations), seed=seed, values=values, tables=tables,
                wanted=wanted, state=state, watch=watch, learning=learning,
            )
        )  # fmt: skip
        found = {}
        for key in wanted:
            value = np.array(values.get(key, np.zeros(4)))
            if learning and key.endswith((".w", ".G_plus")):
                value = value + np.float32(1e-3)
            if key.endswith(".hits"):
                value = value + presentations / 4
            if key.endswith((".responses", ".images")):
                value = np.zeros(4 * (5 if key.endswith("responses") else 4))
            found[key] = value.astype(value.dtype)
        progress(presentations)
        return Outcome(found, 1.5, np.array([len(self.runs)], np.uint8))


def training(**changes):
    own = dict(
        layers=(6, 5), neuron=load("neuron", "integrate_and_fire"),
        encoder=load("encoder", "threshold"), weights=load("device", "ideal"), programming=None,
        optimizer=load("optimizer", "sgd"), loss=load("loss", "mse"), batch=1, steps=3, eta=None,
        epochs=2, seed=6, target="numpy",
    )  # fmt: skip
    made = Training(Arm(**own | changes), images())
    made.simulation = Written()
    return made, made.simulation.runs


TESTED = list(range(20, 25))


def test_pieces_follow_each_other_with_all_that_goes_on():
    made, runs = training(piece=8, batch=4)
    said, kept = [], []
    epochs = made.epochs(
        lambda number, done: said.append((number, done)),
        lambda number, arrays: kept.append((number, int(arrays["presentations"]))),
    )
    found = list(epochs)
    pieces = [(0, 8), (8, 16), (16, 20)]
    assert [run.span for run in runs] == [(0, 5), *pieces, (0, 5), *pieces, (0, 5)]
    assert [run.learning for run in runs] == [False, *([True] * 3 + [False]) * 2]
    assert kept == [(number, done) for number in (1, 2) for done in (8, 16)]
    assert said == [(0, 5), *((number, done) for number in (1, 2) for done in (8, 16, 20, 25))]
    # a piece goes on with the random numbers, the weights and the counts of the one before
    for first in (1, 5):
        one, two, three = runs[first : first + 3]
        assert one.state is None and (two.state, three.state) == ([first + 1], [first + 2])
        for before, after in ((one, two), (two, three)):
            for key in ("synapses_1.w", "synapses_2.w"):
                moved = after.values[key].ravel() - before.values[key].ravel()
                np.testing.assert_allclose(moved, 1e-3, atol=1e-6)
        assert [run.values["classes_1.hits"].sum() for run in (one, two, three)] == [0, 8, 16]
    for epoch, run in enumerate(runs[::4]):
        np.testing.assert_array_equal(run.tables["order"], TESTED)
        assert run.seed == made.draws.seed_of("test", epoch) and "synapses_1.w" not in run.wanted
        assert run.values["layer_1.presentations"] == 5 and run.state is None
    for epoch in (1, 2):
        for run in runs[4 * epoch - 3 : 4 * epoch]:
            np.testing.assert_array_equal(run.tables["order"], made.draws.order(epoch, 20))
            assert run.seed == made.draws.seed_of("training", epoch)
            assert run.values["layer_1.presentations"] == 20
            assert run.values["layer_1.batches_before"] == 5 * (epoch - 1)
            assert {"synapses_1.w", "synapses_2.w", "classes_2.hits"} <= set(run.wanted)
    for epoch in found:
        assert epoch.seconds == (4.5 if epoch.number else 0)
        np.testing.assert_array_equal(epoch.test_accuracy, [1, 1])
        assert epoch.arrays["batches"] == 5 * epoch.number
    assert found[1].train_accuracy.tolist() == [1, 1]


def test_what_is_asked_before_a_presentation_cuts_its_epoch_there():
    made, runs = training(piece=8)
    called = []
    for epoch, start in ((1, 4), (1, 8), (2, 0), (2, 19)):
        made.before[epoch, start] = lambda at=(epoch, start): called.append((at, len(runs)))
    kept = []
    list(made.epochs(keep=lambda number, arrays: kept.append(int(arrays["presentations"]))))
    spans = [run.span for run in runs if run.learning]
    assert spans == [(0, 4), (4, 8), (8, 16), (16, 20), (0, 8), (8, 16), (16, 19), (19, 20)]
    assert called == [((1, 4), 2), ((1, 8), 3), ((2, 0), 6), ((2, 19), 9)]
    assert kept == [8, 16] * 2


def test_a_showing_is_of_the_first_test_images_as_in_the_last_test():
    made, runs = training()
    other = Written()
    made.show(3, other)
    (run,) = other.runs
    assert run.span == (0, 3) and not run.learning and not runs
    np.testing.assert_array_equal(run.tables["order"], [20, 21, 22])
    assert run.seed == made.draws.seed_of("test", 2)


@pytest.mark.parametrize("target", ["numpy", "cpp_standalone"])
@pytest.mark.parametrize("span", [range(0, 4), range(8, 12)])
def test_a_rehearsal_learns_as_the_training_will_and_keeps_nothing(target, span):
    """With the same random numbers where the targets are the same."""
    made, runs = training(piece=8)
    other, before = Written(target=target), []
    made.before[1, 8] = lambda: (
        before.append(made.state["synapses_1.w"].copy()),
        made.rehearse(1, span, other),
        before.append(made.state["synapses_1.w"]),
    )
    list(made.epochs())
    (run,) = other.runs
    assert run.learning and run.span == (span.start, span.stop)
    np.testing.assert_array_equal(run.tables["order"], made.draws.order(1, 20))
    assert run.seed == made.draws.seed_of("training", 1)
    goes_on = span.start == 8 and target == "numpy"
    assert run.state == [2] if goes_on else run.state is None
    np.testing.assert_array_equal(*before)


def test_images_are_watched_as_in_the_last_test():
    made, runs = training(epochs=1)
    own = made.watch(None, None, "classes")
    assert own.seconds == 1.5 and runs[-1].seed == made.draws.seed_of("test", 0)
    list(made.epochs())
    tables, order = {"image": np.zeros((4, 30), np.int8)}, np.array([2, 0], np.int32)
    for given, shown in (((None, None), TESTED), ((tables, order), [2, 0])):
        made.watch(*given, "spikes")
        run = runs[-1]
        assert run.watch == "spikes" and not run.learning and run.span == (0, len(shown))
        np.testing.assert_array_equal(run.tables["order"], shown)
        assert run.seed == made.draws.seed_of("test", 1)
    assert run.tables["image"] is tables["image"] and len(run.tables["label"]) == 25
    assert (runs[0].watch, runs[1].watch, runs[2].watch) == ("classes", "", "")


def test_time_goes_on_by_what_has_been_presented():
    """Of neurons that go on: the last spikes are as long ago in a test, a prediction, the next
    epoch."""
    made, runs = training(neuron=GOING_ON, piece=8)
    pieces, spiked = [], np.full(6, -1e4)
    list(made.epochs(keep=lambda number, arrays: pieces.append(arrays)))
    epoch = 20 * 3e-3  # s
    learned = [run for run in runs if run.learning]
    for number, run in enumerate(learned):
        ago = spiked - epoch * (number // 3)
        np.testing.assert_allclose(run.values["layer_1.lastspike"], ago)
    np.testing.assert_allclose(runs[4].values["layer_1.lastspike"], spiked - epoch)
    other, watched = training(neuron=GOING_ON, piece=8)
    other.adopt(pieces[1])  # after 16 presentations of the first epoch
    other.watch(None, None, "classes")
    np.testing.assert_allclose(watched[-1].values["layer_1.lastspike"], spiked - 16 * 3e-3)
    assert watched[-1].seed == other.draws.seed_of("test", 1)
    np.testing.assert_allclose(
        watched[-1].values["synapses_1.w"], learned[2].values["synapses_1.w"].reshape(30, 6)
    )


@pytest.mark.parametrize("rest", [0 * ms, 3 * second])
def test_only_tests_come_after_the_rest(rest):
    pair = dict(weights=DRIFTING, programming=load("programming", "ternary"), rest=rest)
    made, runs = training(**pair, epochs=1)
    start = made.state["synapses_1.G_plus"].copy()
    list(made.epochs())
    before, learned, after = (run.values["synapses_1.G_plus"] for run in runs)
    K, factor = DRIFTING.K, (1 + float(rest)) ** -0.1
    np.testing.assert_allclose(before, np.maximum(start * factor, K), rtol=1e-6)
    np.testing.assert_array_equal(learned, start)
    np.testing.assert_allclose(after, np.maximum((start + 1e-3) * factor, K), rtol=1e-5)


@pytest.mark.parametrize("train", [20, ASSIGNED + 5])
def test_labels_are_assigned_before_each_test_by_images_from_all_of_the_training(train):
    own = dict(plasticity=load("plasticity", "stdp"), layers=(5,), epochs=1)
    made, runs = training(**own)
    made.n_train, made._tables.labels = train, np.zeros(train + 5, np.int32)
    epochs = made.epochs()
    next(epochs)
    assigned, tested = runs
    shown = assigned.tables["order"]
    assert not assigned.learning and shown.dtype == np.int32
    assert (shown[0], shown[-1], len(shown)) == (0, train - 1, min(train, 10_000))
    assert np.all(np.diff(shown) > 0)
    assert assigned.seed == made.draws.seed_of("assignment", 0)
    np.testing.assert_array_equal(tested.tables["order"], np.arange(train, train + 5))
    assert {"classifier_1.responses", "confusion_voters_1.images"} <= set(assigned.wanted)


def test_neurons_that_differ_have_values_of_their_own_in_each_layer():
    neuron = load("neuron", "leaky_integrate_and_fire")
    wide = Distribution("uniform", 10 * ms, 1 * ms, 8 * ms, 12 * ms)
    own = replace(neuron, parameters=neuron.parameters | dict(tau_m=wide))
    made, runs = training(neuron=own, epochs=0)
    list(made.epochs())
    assert {key: len(values) for key, values in made.heterogeneity.items()} == {
        "layer_1.tau_m": 6, "layer_2.tau_m": 5
    }  # fmt: skip
    for key, values in made.heterogeneity.items():
        np.testing.assert_array_equal(runs[0].values[key], values)
        assert np.all((values > 8e-3) & (values < 12e-3)) and len(set(values)) > 3


def test_a_cut_moves_no_later_one():
    """A piece ends where it would have without what is asked within it."""
    made, runs = training(piece=8)
    made.before[1, 3] = lambda: None
    list(made.epochs())
    spans = [run.span for run in runs if run.learning]
    assert spans == [(0, 3), (3, 8), (8, 16), (16, 20), (0, 8), (8, 16), (16, 20)]


def test_an_ended_epoch_leaves_no_random_numbers_to_the_next():
    made, _ = training(piece=8)
    kept = []
    found = [*made.epochs(keep=lambda number, arrays: kept.append(arrays["random_state"].tolist()))]
    assert [len(epoch.arrays["random_state"]) for epoch in found] == [0, 0, 0]
    assert kept == [[2], [3], [6], [7]]


def test_neurons_that_differ_may_be_given():
    neuron = load("neuron", "leaky_integrate_and_fire")
    wide = Distribution("uniform", 10 * ms, 1 * ms, 8 * ms, 12 * ms)
    own = replace(neuron, parameters=neuron.parameters | dict(tau_m=wide))
    drawn, _ = training(neuron=own)
    given = np.full(5, 9e-3, np.float32)
    begun = Training(drawn.arm, images(), {"layer_2.tau_m": given})
    np.testing.assert_array_equal(begun.heterogeneity["layer_2.tau_m"], given)
    np.testing.assert_array_equal(
        begun.heterogeneity["layer_1.tau_m"], drawn.heterogeneity["layer_1.tau_m"]
    )


def test_classifiers_may_be_given():
    made, _ = training()
    J = np.random.default_rng(1).uniform(-1, 1, (5, 4)).astype(np.float32)
    begun = Training(made.arm, images(), {"J_2": J})
    np.testing.assert_array_equal(begun.classifiers["classifier_2.J"], J.T)
    np.testing.assert_array_equal(
        begun.classifiers["classifier_1.J"], made.classifiers["classifier_1.J"]
    )


def test_answers_by_labels_need_a_test_or_a_checkpoint():
    own = dict(plasticity=load("plasticity", "stdp"), layers=(5,), epochs=1)
    made, _ = training(**own)
    with pytest.raises(UserError, match="no neuron has a label yet"):
        made.watch(None, None, "classes")
    *_, last = made.epochs()
    assert {"J_1", "confusion_classes_1"} < last.arrays.keys()
    made.watch(None, None, "classes")
    other, runs = training(**own)
    other.adopt(last.arrays)
    other.watch(None, None, "classes")
    assert runs[-1].seed == other.draws.seed_of("test", 1)
    again, _ = training(**own)
    again.resume(last.arrays)
    again.watch(None, None, "classes")
