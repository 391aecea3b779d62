"""Training one arm: epochs of presentations with learning on, each followed by a test with learning
off. A training that is resumed is the same, bit for bit.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from snn_brian.base.checkpoints import Damaged
from snn_brian.base.errors import SimulationFailed, UserError
from snn_brian.check.rule_together import check_rule
from snn_brian.data.events import Events
from snn_brian.data.images import Images
from snn_brian.network.delays import lines
from snn_brian.network.heterogeneity import own_values, with_common_traces
from snn_brian.network.lasting import lasting_state, later
from snn_brian.network.structure import Structure, layer_name
from snn_brian.network.synapse import Connections
from snn_brian.simulate.compiled import Compiled
from snn_brian.simulate.interpreted import Interpreted
from snn_brian.simulate.outcome import Outcome
from snn_brian.simulate.simulation import simulation
from snn_brian.train.arm import Arm
from snn_brian.train.assignment import Assignment
from snn_brian.train.continuing import check_known, check_like, check_place
from snn_brian.train.draws import STREAMS, Draws
from snn_brian.train.epochs import Epoch, History
from snn_brian.train.group_values import group_values
from snn_brian.train.prediction import Prediction, predict
from snn_brian.train.state import Plastic
from snn_brian.train.tables import Tables, sizes

ASSIGNED = 10_000  # training images, at most, that labels are assigned by
NONE = np.zeros(0, np.uint8)  # no state of random numbers


class Training:
    """One arm on one set of images.

    Parameters
    ----------
    arm : Arm
    images : Images or Events
        As `snn_brian.data` gives them.
    start : dict or None
        Arrays by their names in checkpoints, instead of the random conductances (or weights),
        classifiers and parameters of single neurons of the same name; of shapes and in ranges that
        fit.
    tables : Tables or None
        Of these images; None: its own.
    """

    def __init__(
        self,
        arm: Arm,
        images: Images | Events,
        start: dict | None = None,
        tables: Tables | None = None,
    ):
        arm, self.draws = arm.seeing(images), Draws(arm.seed)
        self.arm = arm
        self.n_train, self.n_test = len(images.train_labels), len(images.test_labels)
        self.shape = images.shape  # of an image
        check_rule(arm)
        own = arm.own_neuron
        self.neuron = with_common_traces(own)
        layers = {layer_name(l): size for l, size in enumerate(arm.graph.layers, 1)}
        self.heterogeneity = own_values(own, layers, arm.seed, STREAMS["neurons"])
        structure = self.structure = Structure(
            graph=arm.graph,
            pixels=images.pixels,
            events=images.events,
            classes=images.classes,
            **sizes(self.n_train, self.n_test),
            steps=arm.steps,
            neuron=self.neuron,
            synapse=arm.synapse,
            rule=arm.rule,
            encoder=arm.encoder,
            weights=arm.weights,
            programming=arm.programming,
            optimizer=arm.optimizer,
            batched=arm.batched,
            loss=arm.loss,
            dt=float(arm.dt),
            wires=arm.wires,
        )
        self.fixed = structure.graph.fixed_weights(images.pixels) | lines(structure)
        self.simulation = simulation(structure, arm.target, arm.threads)
        self.synapse = Connections(
            arm.weights, arm.programming, arm.optimizer, batched=arm.batched, wires=arm.wires
        )
        self.numbers, self.learned = structure.graph.numbers, structure.graph.learned
        shapes = {each.name: structure.shapes[each.name] for each in self.learned}
        self.plastic = Plastic(arm, self.synapse, shapes, self.draws.stream)
        self.devices, self.state = self.plastic.devices, self.plastic.start()
        self.classifiers = {
            f"classifier_{l}.J": self.draws.classifier(l, neurons, images.classes)
            for l, neurons in zip(self.numbers, structure.graph.layers)
        }
        self.assignment = Assignment(structure) if arm.rule else None
        if self.assignment:
            self.classifiers = self.assignment.readouts
        if start:
            self._begin_with(start)
        self.batches = 0
        self.lasting = lasting_state(structure)  # of neurons, traces and synapses
        self.history = History(
            structure.graph,
            images.classes,
            arm.weights if self.plastic.pairs else None,
            self.synapse.carrier.counters,
        )
        self.adopted = None  # the epoch of a checkpoint that was taken for predictions
        self.before = {}  # (epoch, presentation) -> what is called before it is learned from
        self._begin_epoch()
        self._tables = tables or Tables(images)

    def _begin_with(self, start):
        keys = [key for key in self.plastic.keys if _name(key) in start]
        begun = self.state | {key: start[_name(key)] for key in keys}
        if self.plastic.keeps_w:  # it follows from the start's conductances
            begun = {key: values for key, values in begun.items() if not key.endswith(".w")}
        self.state = self.plastic.whole(self.plastic.stuck(begun))
        self.plastic.check(self.state, "at the start", UserError)
        for l in self.numbers:
            if f"J_{l}" in start:
                self.classifiers[f"classifier_{l}.J"] = np.ascontiguousarray(start[f"J_{l}"].T)
        self.heterogeneity |= {key: start[key] for key in self.heterogeneity if key in start}

    def epochs(
        self,
        progress: Callable[[int, int], object] = lambda epoch, done: None,
        keep: Callable[[int, dict], object] = lambda epoch, arrays: None,
    ) -> Iterator[Epoch]:
        """Yield epoch 0, a test before training, and then each epoch as it ends; after `resume`,
        those that are missing.

        `progress` is called with the epoch's number and the number of presentations done in it,
        tests included; `keep` with the epoch's number and a checkpoint when a piece of the epoch
        has ended, but not the last.

        Raises
        ------
        SimulationFailed
            If the simulation fails, a state variable is no longer a number or a conductance is out
            of its range.
        """
        for number in range(len(self.history.epochs), self.arm.epochs + 1):
            if number:
                self._learn(number, lambda done: progress(number, done), keep)
            if self.assignment:
                self._assign(number)
            outcome = self._run(
                "test",
                number,
                self._tested(),
                self.draws.seed_of("test", number),
                lambda done: progress(number, self.history.presentations + done),
            )
            if self.assignment:
                self.assignment.answered(outcome.values)
            self.history.end(
                np.array(
                    [outcome.values[f"classes_{l}.hits"].sum() / self.n_test for l in self.numbers]
                )
            )
            yield replace(self.history.epochs[-1], arrays=self.arrays(number))

    def arrays(self, number: int) -> dict[str, np.ndarray]:
        """The checkpoint in or after an epoch: all from which the training goes on, and what is
        known without it.

        Conductances (or weights) and state of rule and optimizer are of shape (inputs, neurons), J
        of (neurons, classes); what neurons keep, such as "layer_1.theta", and the parameters in
        which they differ, of shape (neurons,); what connections keep, such as
        "synapses_1.synapse_s", row by row.
        """
        kept = {_name(key): self.state[key] for key in self.plastic.independent}
        kept |= self.lasting | self._counters
        kept |= {"batches": np.int64(self.batches), "random_state": self._random_state}
        kept |= self._readouts if self.assignment else {}
        return kept | self._known(number) | self.history.arrays()

    def resume(self, arrays: dict[str, np.ndarray]) -> None:
        """Go on from a checkpoint as if nothing had come in between.

        Raises
        ------
        Damaged
            If it is none of this arm.
        """
        check_place(self.arm, self.n_train, arrays, self.arrays(0))
        number = int(arrays["epoch"])
        check_known(arrays, self._known(number))
        state = {key: arrays[_name(key)].ravel() for key in self.plastic.independent}
        self.lasting = {key: arrays[key] for key in self.lasting}
        self._counters = {key: arrays[key] for key in self._counters}
        self._random_state = arrays["random_state"]
        if self.assignment:
            self.assignment.restore(arrays)
        self.plastic.check(state, f"in epoch {number}", Damaged)
        self.state, self.batches = self.plastic.whole(state), int(arrays["batches"])
        self.history.restore(arrays)

    def adopt(self, arrays: dict[str, np.ndarray]) -> None:
        """Take what a checkpoint of this arm has learned, and nothing of its history: for
        predictions.

        Raises
        ------
        Damaged
            If it is none of this arm.
        """
        own = {_name(key): self.state[key] for key in self.plastic.independent} | self.lasting
        own |= self._readouts | self.heterogeneity
        for name, like in own.items():
            if name not in arrays:
                raise Damaged(f"it lacks {name}")
            check_like(name, arrays[name], like)
        self._begin_with(arrays)
        kept = {key: arrays[_name(key)] for key in self.plastic.independent}
        self.state = self.plastic.whole(self.state | kept)
        if self.assignment:
            self.assignment.restore(arrays)
        self.lasting = {key: arrays[key] for key in self.lasting}
        self.adopted, self._adopted_after = int(arrays["epoch"]), int(arrays["presentations"])

    def _learn(self, number, progress, keep):
        """What is left of an epoch's presentations, in one run or in pieces that continue it."""
        order = self.draws.order(number, self.n_train)
        seed = self.draws.seed_of("training", number)
        while (start := self.history.presentations) < self.n_train:
            if (number, start) in self.before:
                self.before[number, start]()
            stop = self._end(number, start)
            outcome = self._run(
                "training",
                number,
                order,
                seed,
                lambda done, start=start: progress(start + done),
                span=range(start, stop),
                random_state=self._random_state if start else None,
            )
            count = stop - start
            self.plastic.check(outcome.values, f"after epoch {number}", SimulationFailed)
            self.state = self.plastic.whole(outcome.values)
            self.lasting = {key: outcome.values[key] for key in self.lasting}
            self._counters = {key: outcome.values[key] for key in self._counters}
            self._random_state = outcome.random_state
            self.batches += self.arm.batches(count)
            self.history.add(count, outcome)
            if stop < self.n_train and stop % self._piece == 0:
                keep(number, self.arrays(number))
        self._begin_epoch()
        epoch = self.n_train * self.structure.steps * self.structure.dt
        self.lasting = later(self.lasting, epoch)

    def _assign(self, number):
        """Labels to the neurons, by their responses to training images with learning off, as soon
        as it has learned: before a time of rest."""
        # from all of them, which may be sorted by class
        shown = np.linspace(0, self.n_train - 1, min(self.n_train, ASSIGNED)).astype(np.int32)
        seed = self.draws.seed_of("assignment", number)
        outcome = self._run("assignment", number, shown, seed, lambda done: None)
        self.assignment.assign(outcome.values, self._tables.labels[shown])

    def _end(self, number, start):
        """Where a run that begins with a presentation of an epoch has to end."""
        ends = [self.n_train, start - start % self._piece + self._piece]
        return min(*ends, *(own for epoch, own in self.before if epoch == number and own > start))

    def _begin_epoch(self):
        """What pieces of an epoch hand on to each other."""
        self._random_state = NONE
        self._counters = {
            key: np.zeros(size, dtype) for key, (size, dtype) in self.history.counters().items()
        }

    def show(self, images: int, simulation: Compiled | Interpreted) -> None:
        """Present the first test images to another simulation of this structure, with what has been
        learned so far."""
        order = np.arange(self.n_train, self.n_train + images, dtype=np.int32)
        self._run(
            "test",
            self.arm.epochs,
            order,
            self.draws.seed_of("test", self.arm.epochs),
            lambda done: None,
            simulation,
        )

    def predict(self, images: object = None) -> Prediction:
        """Spikes and classes of every layer for any images, as `snn_brian.train.prediction.predict`
        gives them."""
        return predict(self, images)

    def watch(self, tables: dict | None, order: np.ndarray | None, what: str) -> Outcome:
        """Present images with learning off, as in the test of the last epoch, and keep nothing but
        the outcome, which has `answers`.

        Parameters
        ----------
        tables : dict or None
            As `Images.tables` gives them; None: those of this training.
        order : array or None
            Rows of the tables; None: the test images.
        what : str
            "classes" or "spikes", as in `Compiled.run`.

        Raises
        ------
        UserError
            Where a rule without a teacher has not been tested yet, so that neurons have no labels.
        """
        if self.assignment and self.adopted is None and not self.history.epochs:
            raise UserError(
                f"predict: no neuron has a label yet, which the learning rule "
                f"'{self.arm.rule.name}' needs for answers; train or resume first."
            )
        number = max(len(self.history.epochs) - 1, 0) if self.adopted is None else self.adopted
        return self._run(
            "test",
            number,
            self._tested() if tables is None else order,
            self.draws.seed_of("test", number),
            lambda done: None,
            tables=tables,
            watch=what,
            after=self.history.presentations if self.adopted is None else self._adopted_after,
        )

    def _tested(self):
        return np.arange(self.n_train, self.n_train + self.n_test, dtype=np.int32)

    def rehearse(self, number: int, span: range, simulation: Interpreted) -> None:
        """Learn from these presentations of an epoch in another simulation of this structure, from
        what has been learned by now, and keep nothing of it.

        In NumPy's target it is what the training will do; another draws other random numbers.
        """
        continues = span.start and self.arm.target == simulation.target
        self._run(
            "training",
            number,
            self.draws.order(number, self.n_train),
            self.draws.seed_of("training", number),
            lambda done: None,
            simulation,
            span,
            self._random_state if continues else None,
        )

    @property
    def test_labels(self) -> np.ndarray:
        """Of the test images."""
        return self._tables.labels[self.n_train :]

    @property
    def _piece(self):
        return self.arm.piece or self.n_train

    def _run(
        self,
        phase,
        epoch,
        order,
        seed,
        progress,
        simulation=None,
        span=None,
        random_state=None,
        tables=None,
        watch="",
        after=0,
    ):
        """Presentations in this order, or a `span` of them; `after` so many of an epoch, whose time
        what lasts is in."""
        learning, span = phase == "training", range(len(order)) if span is None else span
        state = self.state
        if self.synapse.relaxes and phase == "test" and self.arm.rest:
            state = self.plastic.rested(state, float(self.arm.rest))
        lasting = later(self.lasting, after * self.structure.steps * self.structure.dt)
        values = state | self.devices | self.classifiers | self.fixed | lasting
        values |= self.heterogeneity | self._told(epoch, learning, len(order))
        values |= self._counters if learning else {}
        wanted = [f"classes_{l}.hits" for l in self.numbers]
        wanted += self.assignment.wanted if self.assignment else []
        if learning:
            state = [*self.plastic.independent, *self.simulation.neuron_state, *self.lasting]
            wanted = list(dict.fromkeys([*state, *self._counters]))
        return (simulation or self.simulation).run(
            len(span),
            seed,
            values,
            (tables or self._tables.shown) | {"label": self._tables.labels, "order": order},
            wanted,
            progress,
            span.start,
            random_state,
            watch,
        )

    def _told(self, epoch, learning, presentations):
        own = self.arm, self.structure, self.synapse
        return group_values(*own, epoch, learning, presentations, self.n_train)

    def _known(self, number):
        """What the arm decides."""
        return {
            "order": self.draws.order(number, self.n_train),
            "epoch": np.int64(number),
            "seed": np.int64(self.arm.seed),
            **({} if self.assignment else self._readouts),
            **self.heterogeneity,
        }

    @property
    def _readouts(self):
        """Fixed classifiers or, of a rule without a teacher, what labels were assigned and answered
        by them."""
        if self.assignment:
            return self.assignment.arrays()
        return {f"J_{l}": self.classifiers[f"classifier_{l}.J"].T for l in self.numbers}


def _name(key):
    """What a synapse's variable is called in a checkpoint."""
    group, name = key.split(".")
    return f"{name}_{group.removeprefix('synapses_')}"
