"""What a user declares: neurons, synapses, devices, programming rules, optimizers, losses,
encoders, learning rules and networks, as frozen data that hold Brian2 strings.

Each lives in one small file under `models/` or anywhere else. A symbol that a string uses is a
variable that the network offers (named in the field's description below) or one of the
declaration's own `parameters`.
"""

from dataclasses import dataclass, field
from typing import Mapping

import numpy as np
from brian2 import Quantity, get_dimensions, second, volt


@dataclass(frozen=True)
class Distribution:
    """A parameter that differs from neuron to neuron: each draws a value of its own, once for the
    seed of a run, and keeps it.

    Made by `normal`, `lognormal` or `uniform`, with units as those of a single value.

    Raises
    ------
    ValueError
        For numbers that make no distribution.
    """

    family: str
    mean: Quantity | float  # before the cut at least and most
    deviation: Quantity | float  # standard, before the cut
    least: Quantity | float | None = None  # values beyond are not drawn; None: any
    most: Quantity | float | None = None

    def __post_init__(self):
        if self.least is None and self.dim is second.dim:
            object.__setattr__(self, "least", 0 * second)
        given = {
            name: getattr(self, name)
            for name in ("mean", "deviation", "least", "most")
            if getattr(self, name) is not None
        }
        said = f"{self.family}({', '.join(f'{name}={value}' for name, value in given.items())})"
        for name, value in given.items():
            if isinstance(value, str) or np.ndim(value) or not np.isfinite(value):
                raise ValueError(f"{said}: {name} must be one finite number")
            if get_dimensions(value) is not self.dim:
                raise ValueError(f"{said}: {name} must have the unit of the mean")
        low, high = self._end("least", -np.inf), self._end("most", np.inf)
        if low > high:
            raise ValueError(f"{said}: least must not be above most")
        if float(self.deviation) < 0:
            raise ValueError(f"{said}: the deviation must not be below 0")
        if not low <= float(self.mean) <= high:
            raise ValueError(f"{said}: the mean must be between least and most")
        if self.family == "lognormal" and float(self.mean) <= 0:
            raise ValueError(f"{said}: the mean must be above 0")

    def _end(self, name, otherwise):
        value = getattr(self, name)
        return otherwise if value is None else float(value)

    @property
    def dim(self) -> object:
        """The dimensions, as those of a Quantity."""
        return get_dimensions(self.mean)

    def __str__(self):
        if self.family == "uniform":
            return f"uniform({self.least}, {self.most})"
        ends = [("least", self.least), ("most", self.most)]
        cut = "".join(f", {name}={end}" for name, end in ends if end is not None)
        return f"{self.family}({self.mean}, {self.deviation}{cut})"


def normal(
    mean: Quantity | float,
    deviation: Quantity | float,
    least: Quantity | float | None = None,
    most: Quantity | float | None = None,
) -> Distribution:
    """A Gaussian, cut at `least` and `most`; times stay above 0."""
    return Distribution("normal", mean, deviation, least, most)


def lognormal(
    mean: Quantity | float,
    deviation: Quantity | float,
    least: Quantity | float | None = None,
    most: Quantity | float | None = None,
) -> Distribution:
    """Values whose logarithm is Gaussian, by their own mean and standard deviation."""
    return Distribution("lognormal", mean, deviation, least, most)


def uniform(least: Quantity | float, most: Quantity | float) -> Distribution:
    """All values between two are equally likely."""
    return Distribution("uniform", (least + most) / 2, (most - least) / 12**0.5, least, most)


@dataclass(frozen=True)
class Neuron:
    """A neuron model; every string is Brian2 code over its own variables.

    The network adds: `delta` (gated local error, Eq. 3 and 4), `request` (change of weight asked of
    an input, for each unit of its eligibility), `S` (1 in a time step with a spike, else 0),
    `learning` (1 in training, 0 in tests), `step` (time step within the presentation, from 0).

    The third factor of learning is the eligibility of the input: dw_ij = request_i * eligibility_j.
    It stands for dU_i/dw_ij as far as that follows from the input alone (Kaiser, Mostafa, Neftci
    2020, Eq. 8, 9). Each source of synapses, inputs and layers alike, keeps the variables of
    `trace`.
    """

    name: str
    reference: str
    equations: str  # state variables; `U` is what synaptic input drives
    # statements before the input of a time step arrives; differential equations advance after them
    start_of_step: str
    # what a spike does through one synapse of weight `w`; neuron variables end in _post
    synaptic_input: str
    threshold: str  # condition for a spike
    reset: str  # statements after a spike
    derivative: str  # surrogate derivative of the spike with respect to U
    # a number, or one for each neuron: an array as long as every layer, or `normal(mean,
    # deviation)`, `lognormal`, `uniform`; of these, traces know the mean alone
    parameters: Mapping[str, Quantity | float | Distribution | np.ndarray] = field(
        default_factory=dict
    )
    # statements; None: all variables to 0; "": they, and traces, go on as they are
    start_of_presentation: str | None = None
    trace: str = ""  # equations of the traces that a source keeps for the synapses behind it
    # what a spike of the source does to its traces; S is its size, 1 unless the encoder has a
    # signal
    source_spike: str = ""
    # expression of the traces, without unit; empty: 1 for a source that spikes in this step, else 0
    eligibility: str = ""
    refractory: str = ""  # time without spikes after a spike, or a condition, as in Brian2
    method: str = ""  # of integration, as in Brian2; empty: Brian2's own choice
    # of a time step: differential equations advance so many times in it, each time followed by a
    # look at the threshold and, after a spike, the reset; there is one spike in a time step at
    # most, and `derivative` sees the neuron after its reset
    substeps: int = 1


@dataclass(frozen=True)
class Synapse:
    """What lies between a spike and the neuron, in all projections: state of each source, state of
    each connection, and variables of the target neuron.

    Whatever is empty stays as the neuron says. All strings may use the `parameters`. Layers and
    inputs are sources alike.
    """

    name: str
    reference: str
    # equations of what each source neuron keeps, once for all of its connections. In a time step,
    # each variable advances exactly while the others are held (exponential Euler).
    source: str = ""
    source_spike: str = ""  # statements at a spike of the source, before its connections see it
    # expression of the source's variables, without unit: what a spike is worth. It multiplies `w`
    # in the synaptic input, and `S` in the neuron's `source_spike`.
    size: str = ""
    # equations of what each connection keeps; each variable follows from itself alone, and advances
    # exactly from one spike of its source to the next
    connection: str = ""
    # what a spike does through one connection, instead of the neuron's; it may set the
    # connection's variables and those of the target, which end in _post, and see `w`, the source's
    # variables, which end in _pre, and the numbers `i` of the source and `j` of the target
    synaptic_input: str = ""
    # equations of further variables of the target neuron, which may use the neuron's own; they take
    # the place of its variables of the same names, such as its current
    target: str = ""
    # statements that say where variables start; all others start at 0
    start: str = ""
    # whether state goes on from one presentation to the next, instead of starting anew
    goes_on: bool = False
    # expression of the source's variables, without unit, instead of the neuron's traces
    eligibility: str = ""
    parameters: Mapping[str, Quantity | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Law:
    """How `n` pulses move one device of conductance `G` between `G_min` and `G_max`.

    `potentiation` and `depression` give the size of the change, positive, in the units of `G`; the
    result is clipped to the range. A law that has an inverse gives, too, the real number of pulses
    `needed` to change a device by `dG`.

    A device may have a state of its own beside G: `variables`, 0 at first. All strings may use them
    and the parameters.
    """

    name: str
    reference: str
    potentiation: str
    depression: str
    parameters: tuple[str, ...]  # symbols that a device gives values to
    potentiation_needed: str = ""
    depression_needed: str = ""
    before: str = (
        ""  # statements on G and variables; both responses may use the names that they set
    )
    variables: str = ""  # as Brian2 equations of parameters, without unit, e.g. "age : 1"
    # statements that set variables where the pair was given pulses; n are those of this device, 0
    # if the other one had them alone, and must change nothing then; G is that before them
    after_pulses: str = ""
    # statements that set G and variables when a device was left alone for `rest` seconds
    relaxation: str = ""
    # the present ends of the range, expressions of variables; G is kept within them
    highest: str = "G_max"
    lowest: str = "G_min"
    # factor on the spread `cycle_to_cycle` of a pulse, an expression of G before it and of `rises`,
    # 1 for a pulse that potentiates, else 0
    noise: str = "1"


@dataclass(frozen=True)
class Lognormal:
    """Factors from device to device whose logarithms are Gaussian, with a median of 1."""

    sigma: float  # standard deviation of the logarithm


@dataclass(frozen=True)
class Reliability:
    """How devices fail and forget, on top of any law. All is off by default.

    A device that is stuck takes no pulse and does not relax. Endurance and nu differ from device to
    device, so that every device has its own.
    """

    endurance: float = 0.0  # median of the pulses after which a device is stuck where it is; 0: no
    closing: float = 0.0  # median of the pulses after which the range has shrunk to its middle
    spread: float = 0.5  # of endurance and closing: standard deviation of their logarithm
    stuck_on: float = 0.0  # share of devices that are stuck at G_max
    stuck_off: float = 0.0  # at G_min
    stuck: float = 0.0  # where they start
    # exponent nu of the drift after the last pulse, G(t) = G(0) (1 + t/drift_from)^-nu, not below
    # G_min
    drift: float = 0.0
    drift_spread: float = 0.0  # relative standard deviation of nu
    drift_from: Quantity = field(default_factory=lambda: 1 * second)
    retention: Quantity = field(
        default_factory=lambda: 0 * second
    )  # time constant of the way back to `rest_at`; 0: none
    rest_at: float = 0.0  # place in the range, 0 at G_min and 1 at G_max


@dataclass(frozen=True)
class Pulse:
    """A programming pulse, for the write energy."""

    voltage: Quantity
    width: Quantity


@dataclass(frozen=True)
class Device:
    """A device: a law with the numbers of one technology. Each synapse has a pair, w = G_plus -
    G_minus (Eq. 2).

    Conductances are physical here and in units of `G_max` in the network, where G lies in [K, 1], K
    = G_min/G_max. Spreads are standard deviations of Gaussians; those from device to device are cut
    so that every device is physical.
    """

    name: str
    reference: str
    law: Law
    G_max: Quantity
    G_min: Quantity
    parameters: Mapping[str, float]
    potentiation_pulse: Pulse
    depression_pulse: Pulse
    # relative spread of G_max, G_min or a parameter
    device_to_device: Mapping[str, float | Lognormal] = field(default_factory=dict)
    cycle_to_cycle: float = 0.0  # spread of the change by one pulse, as a fraction of G_max - G_min
    # spread of a device's conductance from one read to the next, as a fraction of it
    read_noise: float = 0.0
    reliability: Reliability = field(default_factory=Reliability)
    # of a read, on the row of a spike, and how long it lasts, for the read energy V^2 t G; 0: it is
    # not known, and not counted
    read_voltage: Quantity = field(default_factory=lambda: 0 * volt)
    read_time: Quantity = field(default_factory=lambda: 0 * second)
    # presentations of training after which devices that relax do so, for their duration
    relaxes_every: float = 100

    @property
    def counts_reads(self) -> bool:
        """Whether the energy of reads is known."""
        return bool(self.read_voltage) and bool(self.read_time)

    @property
    def K(self) -> float:
        """G_min/G_max, dimensionless (paper, II.A)."""
        return float(self.G_min / self.G_max)


@dataclass(frozen=True)
class Learning:
    """Settings that go with a programming rule and an optimizer, found by experiment."""

    eta: float  # learning rate in the first epoch
    decay: float  # factor on eta from one epoch to the next
    # factor on eta for layers 1, 2, ...; the last one serves all further layers
    layer_factors: tuple[float, ...]
    # of the uniform initial values: place of each device in its range (0: G_min), or the weight
    initial: tuple[float, float]
    # instead of the neuron's own
    neuron_parameters: Mapping[str, Quantity | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Weight:
    """A non-memristive weight: the request is carried out as it is, w += dw. The baseline."""

    name: str
    reference: str
    learning: Mapping[str, Learning]  # by optimizer
    limit: float | None = None  # greatest size of a weight


@dataclass(frozen=True)
class Programming:
    """How a request `dw` becomes a signed whole number of pulses `n` for a pair of devices.

    n > 0 potentiates G_plus and depresses G_minus, n < 0 the other way round. The strings may use
    `dw`, `G_max` (1), `G_min` (K), the synapse's own `variables` and the `parameters`. The numbers
    of pulses for the two devices may also use `G`, the conductance of that device (a read),
    `needed(x)`, the pulses that move it by x, and SR; then the sign of `number` tells the
    direction, and n is 0 where neither device gets a pulse.

    Statements may run, or not, at synapses of which nothing is asked, with a `dw` of 0: `number`
    must be 0 there.
    """

    name: str
    reference: str
    number: str  # expression for n; SR(x) is the stochastic rounding of x (Eq. 6)
    learning: Mapping[str, Learning]  # by optimizer
    variables: str = ""  # further state variables of a synapse, as Brian2 equations
    prepare: str = ""  # statements for every synapse that gets a request, before `number`
    finish: str = ""  # statements where n is not 0; `moved` is the change of w
    # pulses on the device that is potentiated, where n is not 0
    potentiation_pulses: str = "abs(n)"
    depression_pulses: str = "abs(n)"  # pulses on the device that is depressed, where n is not 0
    reads: str = ""  # reads of a device that a request takes, if any
    parameters: Mapping[str, float] = field(default_factory=dict)
    device_parameters: tuple[str, ...] = ()  # symbols of the device's law that the strings use
    # which device of the pair gets its pulses: "both", "one at random" (drawn for each n), or
    # "the one that moves": the one that its pulses move further
    devices: str = "both"
    # condition on `G_plus` and `G_minus`, a read of both devices: every `refresh_every`
    # presentations of the training, pairs for which it holds are erased by `erase_pulses`
    # depressing pulses on each device, and their weight is programmed anew by potentiating pulses,
    # as many as the device's law needs on average; empty: never
    refresh: str = ""
    refresh_every: float = 100
    erase_pulses: float = 1
    # expression for n of the pair, from an `A` that was read; may use SR. With it, requests and
    # their pulses are about one more device of each synapse, and A is the conductance of that
    # above its symmetry point (a read of it and of its reference). Every `transfer_every`
    # presentations of the training the devices A of one source neuron are read, of one neuron
    # after another, and their pairs get abs(n) pulses; empty: there is no A
    transfer: str = ""
    transfer_every: float = 1
    # whether `prepare` collects requests in `variables` that it leaves as they are where dw is 0,
    # so that a compiled program may pass over synapses of which nothing is asked
    accumulates: bool = False


@dataclass(frozen=True)
class Encoder:
    """How pixels become spikes of the inputs: a condition over `pixel` in [0, 1], evaluated at
    every time step.

    It may use `step`, the time step within the presentation, from 0, and `steps`, their number.
    With a `signal`, an input is no spike but an analog value on its row of the crossbar in that
    time step, as a read voltage is: it multiplies the weight in the first layer's `synaptic_input`,
    and stands for `S` in the source's traces.
    """

    name: str
    reference: str
    threshold: str
    parameters: Mapping[str, Quantity | float] = field(default_factory=dict)
    signal: str = ""  # expression without unit; empty: spikes


@dataclass(frozen=True)
class Optimizer:
    """From the gradient of a batch to the requested change `dw` of a weight.

    The strings may use `grad`, the sum of the gradient over the presentations of the batch,
    `batch_size_post`, their number, `batches_post`, which counts the batches from 1, `eta_post`,
    the layer's learning rate, the synapse's own `variables` and the `parameters`.
    """

    name: str
    reference: str
    update: str  # statements that set dw, at the end of a batch
    variables: str = ""  # state of a synapse, as Brian2 equations
    parameters: Mapping[str, float] = field(default_factory=dict)
    # optimizer whose `Learning` serves where a programming rule or a weight has none for this one
    settings_of: str = ""

    @property
    def is_gradient_descent(self) -> bool:
        """Whether the request is -eta grad and nothing else, which each spike can carry out at once
        (Eq. 4)."""
        return not self.variables.strip() and "".join(self.update.split()) == "dw=-eta_post*grad"


@dataclass(frozen=True)
class Loss:
    """The error of a local classifier with outputs `y`, one for each class (paper, Eq. 5).

    The strings may use the `parameters`.
    """

    name: str
    reference: str
    # derivative of the loss with respect to y; `target` is 1 for the right class, else 0; `z` is
    # the competition
    error: str
    # summand over classes j (y_pre) that gives z of class i (y_post); empty: there is no z
    competition: str = ""
    parameters: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class LearningRule:
    """Where the requested change `dw` of a weight comes from: the error of local classifiers, or
    the times of spikes alone.

    An input and a neuron each keep traces of their own spikes. A request is an expression of both
    sides' traces and variables, which end in _pre and _post; of `w`, which on devices is a read;
    and of `reward_post`, 1 where the neuron's number modulo the number of classes is the image's
    label, else -1. At a time step, requests of the input's spike come first, then those of the
    neuron's spike, then the neuron's spike changes its traces; the input's spike has changed its
    own before all of these.

    With an `eligibility`, spikes change that instead of the weight, and the request comes with the
    reward, at the end of a presentation, after all of these.
    """

    name: str
    reference: str
    on_pre: str = ""  # dw at a spike of the input; `request_post` is that of the local error
    on_post: str = ""  # dw at a spike of the neuron
    pre_trace: str = ""  # equations of what an input keeps
    pre_spike: str = ""  # what its spike does to them
    post_trace: str = ""  # equations of what a neuron keeps
    post_spike: str = ""  # what its spike does to them
    # equation of what each connection keeps, to which on_pre and on_post are added; it starts at 0
    # in each presentation
    eligibility: str = ""
    on_reward: str = ""  # dw at the end of a presentation, by what each connection keeps
    parameters: Mapping[str, Quantity | float] = field(default_factory=dict)
    # of the uniform initial weights; of devices, G_plus is so far in its range, G_minus at G_min
    initial: tuple[float, float] = (0.0, 0.3)
    # of weights; a pair of devices is read at each request unless they are (-1, 1), its own
    bounds: tuple[float, float] = (0.0, 1.0)
    # sum of the weights of a neuron to which each presentation scales them, devices its input
    normalisation: float = 0.0

    @property
    def has_teacher(self) -> bool:
        """Whether requests come from the error of local classifiers."""
        return self.on_pre.strip() == "request_post"


INPUTS = "inputs"  # the name of the group of inputs; layers are layer_1, layer_2, ...


@dataclass(frozen=True)
class Projection:
    """All connections from one group to another.

    Groups are `inputs` and `layer_1`, `layer_2`, ... In a `Network`, `layer_*` is each layer in
    turn, `layer_*-1` the one before it (`layer_0` being the inputs) and `layer_*+1` the one after
    it, and a `*` in the name is its number; there is a projection for each number for which both
    groups are there.

    Layers fire one after another within a time step: a projection from the inputs, or from a layer
    to one with a greater number, carries the spikes of the same step; any other (within a layer,
    or back) those of the step before, and none into the first step of a presentation, unless the
    neuron goes on from one presentation to the next.

    With a `delay`, a spike arrives that many time steps after the one in which it was fired, and
    the synapse sees it then and not before: it drives the target, moves the trace and counts as
    eligible in the step in which it arrives. What would arrive after the end of a presentation
    never does, unless the neuron goes on to the next.
    """

    name: str  # of the synapses, and in checkpoints
    source: str
    target: str
    # Weight of the synapse from neuron j of the source to neuron i of the target: an expression of
    # i, j, N_pre and N_post (numbers of neurons) and the network's parameters, without unit, e.g.
    # "-0.2*int(i != j)". Empty: weights are learned, by the local error of the target.
    fixed: str = ""
    # Whole time steps, or a time that is a whole number of them: one for all, or one for each
    # neuron of the source or of the target, as an array, list or tuple of that length, or as an
    # expression of j or of i.
    # None: the least that there is, 0 forward and 1 within a layer or back.
    delay: int | Quantity | str | tuple | None = None
    # "source" or "target": whose neurons the values of `delay` are, where both have as many
    delay_of: str = ""
    kernel: object = None  # of a convolution, whose connections share weights; `--layers` gives it

    def __post_init__(self):
        if isinstance(self.delay, list) or getattr(self.delay, "ndim", 0) == 1:
            object.__setattr__(self, "delay", tuple(map(_plain, self.delay)))

    @property
    def synapses(self) -> str:
        """The name of its crossbar."""
        return f"synapses_{self.name}"

    @property
    def layer(self) -> int:
        """The number of the layer that it drives."""
        return _number(self.target)

    @property
    def is_back(self) -> bool:
        """Whether it leads to a layer that has fired before its source, or to the source itself."""
        return _number(self.source) >= self.layer

    @property
    def is_direct(self) -> bool:
        """Whether it carries the spikes of the same step, as its source fires them."""
        return not self.is_back and not self.is_delayed

    @property
    def is_delayed(self) -> bool:
        """Whether it has a delay of its own."""
        return self.delay is not None

    @property
    def is_late(self) -> bool:
        """Whether it carries the spikes of the step before, as it has no delay of its own."""
        return self.is_back and not self.is_delayed


def _plain(value):
    """A number of NumPy as one of Python."""
    return value.item() if isinstance(value, np.generic) else value


def _number(group):
    return 0 if group == INPUTS else int(group.removeprefix("layer_"))


@dataclass(frozen=True)
class Network:
    """Which projections there are between inputs and layers; `--layers` says how many layers.

    Strings of a projection may use the `parameters`, which `--set network.NAME=...` changes.
    """

    name: str
    reference: str
    projections: tuple[Projection, ...] = ()
    chain: bool = True  # whether each layer also sees the one before it, the first the inputs
    parameters: Mapping[str, Quantity | float] = field(default_factory=dict)

    def __post_init__(self):
        if isinstance(self.projections, list):
            object.__setattr__(self, "projections", tuple(self.projections))


Rule = Programming  # its name until 0.1
