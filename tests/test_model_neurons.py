"""Every shipped neuron with dynamics against SciPy, and its learning against PyTorch's autograd.

The references are written out here from the models' papers, with numbers of their own.
"""

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

from snn_brian.check.loading import declarations
from snn_brian.check.single_neuron import response

STEPS = 60  # of 1 ms
DRIVES = [-0.2, 0.0, 0.02, 0.05, 0.1, 0.2, 0.4]


class Reference:
    """One neuron, continuous within a millisecond with its current held; input, spike and reset
    come at the end."""

    threshold = 1.0
    jump = 8.0  # of the synaptic current by a weight of 1
    begin = (0.0, 0.0)  # U, I, ...

    def run(self, drive):
        y, U, spikes = np.array(self.begin), [], []
        for step in range(STEPS):
            y, fired = self.millisecond(y)
            self.receive(y, drive)
            U.append(y[0])
            if y[0] > self.level(y):
                fired = True
                self.reset(y)
            spikes += [step] if fired else []
        return np.array(U), np.array(spikes)

    def millisecond(self, y):
        return solve_ivp(lambda t, y: self.slopes(y), (0, 1), y, rtol=1e-9, atol=1e-9).y[
            :, -1
        ], False

    def receive(self, y, drive):
        y[1] = y[1] * np.exp(-1 / 4) + self.jump * drive

    def level(self, y):
        return self.threshold

    def slopes(self, y):
        return [(y[1] - y[0]) / 10, 0]

    def reset(self, y):
        y[0] -= 1


class Adaptive(Reference):
    begin = (0.0, 0.0, 0.0)

    def slopes(self, y):
        return [*super().slopes(y), -y[2] / 30]

    def level(self, y):
        return 1 + 0.2 * y[2]

    def reset(self, y):
        y[0] -= 1
        y[2] += 1


class Exponential(Reference):
    """In mV, nS, pA, ms, pF; the current decays continuously."""

    threshold, jump, begin = -42.0, 1200.0, (-65.0, 0.0)

    def receive(self, y, drive):
        y[1] += self.jump * drive

    def slopes(self, y):
        return [
            (10 * (-65 - y[0]) + 10 * 2 * np.exp(min((y[0] + 50) / 2, 5)) + y[1]) / 100,
            -y[1] / 4,
        ]

    def reset(self, y):
        y[0] = -65


class Izhikevich(Reference):
    """In mV, ms; a spike comes where U reaches its peak.

    The half steps of the paper's program are late in the upstroke, by up to 2 ms.
    """

    threshold, jump, begin = 30.0, 36.0, (-65.0, 0.0, -13.0)

    def slopes(self, y):
        return [0.04 * y[0] ** 2 + 5 * y[0] + 140 - y[2] + y[1], 0, 0.1 * (0.2 * y[0] - y[2])]

    def millisecond(self, y):
        t, fired = 0.0, False
        while t < 1:
            course = solve_ivp(
                lambda t, y: self.slopes(y), (t, 1), y, rtol=1e-9, atol=1e-9, events=self.event
            )
            t, y = course.t[-1], course.y[:, -1]
            if t < 1:
                fired = True
                self.reset(y)
        return y, fired

    def event(self, t, y):
        return y[0] - self.threshold

    event.terminal = True

    def reset(self, y):
        y[0] = -65
        y[2] += 2


class AdaptiveExponential(Izhikevich):
    """In mV, nS, pA, ms, pF; the current decays continuously, and the reset is within a step."""

    threshold, jump, begin = -40.4, 4800.0, (-70.6, 0.0, 0.0)

    def receive(self, y, drive):
        y[1] += self.jump * drive

    def slopes(self, y):
        U, I, w = y
        leak = 30 * (-70.6 - U) + 30 * 2 * np.exp(min((U + 50.4) / 2, 10))
        return [(leak - w + I) / 281, -I / 4, (4 * (U + 70.6) - w) / 144]

    def reset(self, y):
        y[0] = -70.6
        y[2] += 80.5


def rates(U):
    """alpha and beta of m, h, n of Traub and Miles, in 1/ms, U in mV; for PyTorch, too."""
    u, exp = U + 63, torch.exp if isinstance(U, torch.Tensor) else np.exp
    m = 0.32 * (13 - u) / (exp((13 - u) / 4) - 1), 0.28 * (u - 40) / (exp((u - 40) / 5) - 1)
    h = 0.128 * exp((17 - u) / 18), 4 / (1 + exp((40 - u) / 5))
    n = 0.032 * (15 - u) / (exp((15 - u) / 5) - 1), 0.5 * exp((10 - u) / 40)
    return m, h, n


class HodgkinHuxley(Reference):
    """In mV, nS, pA, ms, pF; a spike comes where U rises through -20 mV."""

    jump, begin = 2500.0, (-65.0, 0.0, *(a / (a + b) for a, b in rates(-65.0)))

    def receive(self, y, drive):
        y[1] += self.jump * drive

    def slopes(self, y):
        U, I, *gates = y
        m, h, n = gates
        currents = 10 * (-65 - U) + 20000 * m**3 * h * (50 - U) + 6000 * n**4 * (-90 - U)
        changes = [a * (1 - x) - b * x for x, (a, b) in zip(gates, rates(U))]
        return [(currents + I) / 200, -I / 4, *changes]

    def millisecond(self, y):
        def up(t, y):
            return y[0] + 20

        up.direction = 1
        course = solve_ivp(lambda t, y: self.slopes(y), (0, 1), y, rtol=1e-8, atol=1e-8, events=up)
        return course.y[:, -1], len(course.t_events[0]) > 0

    def level(self, y):
        return np.inf


# Name: reference, unit of U, largest deviation: subthreshold, of the first spike's time and of
# intervals (ms).
REFERENCES = {
    "leaky_integrate_and_fire": (Reference(), 1.0, 1e-6, 0),
    "adaptive_threshold": (Adaptive(), 1.0, 1e-6, 0),
    "exponential_integrate_and_fire": (Exponential(), 1e-3, 0.05, 1),
    "izhikevich": (Izhikevich(), 1e-3, 1.5, 2),
    "adaptive_exponential": (AdaptiveExponential(), 1e-3, 0.05, 1),
    "hodgkin_huxley": (HodgkinHuxley(), 1e-3, 0.1, 1),
}


def test_every_shipped_neuron_with_memory_has_a_reference():
    assert {name for name, (neuron, _) in declarations("neuron").items() if neuron.trace} == set(
        REFERENCES
    )


@pytest.mark.parametrize("name", REFERENCES)
def test_membrane_spike_times_and_rates_are_those_of_scipy(name):
    reference, unit, volts, milliseconds = REFERENCES[name]
    found = response(declarations("neuron")[name][0], DRIVES, STEPS)
    numbers = []
    for U, spikes, drive in zip(found.U / unit, found.spikes, DRIVES):
        wanted, times = reference.run(drive)
        before = min([STEPS, *spikes, *times]) - 2  # the upstroke of the spike is no part of it
        np.testing.assert_allclose(U[:before], wanted[:before], atol=volts)
        assert (len(spikes) > 0) == (len(times) > 0)
        assert len(times) == 0 or abs(spikes[0] - times[0]) <= milliseconds
        if min(len(spikes), len(times)) > 1:
            interval = np.diff(times).mean()
            assert abs(np.diff(spikes).mean() - interval) <= milliseconds * (1 + interval / 10)
        numbers.append(len(spikes))
    assert numbers[:2] == [0, 0] and 0 < numbers[-3] < numbers[-1] and numbers == sorted(numbers)
    np.testing.assert_allclose(found.rates, np.array(numbers) / STEPS)


def filtered(U, I, tau):
    """One millisecond of tau dU/dt = I - U with I held through it; then the decay of I."""
    return I + (U - I) * np.exp(-1 / tau), I * np.exp(-1 / 4)


class Leaky:
    """A layer in PyTorch; what learning leaves out is detached. `x` is the membrane above
    threshold, in units of it."""

    box = (-1.5, 1.5)

    def __init__(self, neurons):
        self.U = self.I = self.a = torch.zeros(neurons, dtype=torch.float64)

    def step(self, drive):
        """x in this time step, for the spikes' surrogate."""
        self.U, self.I = filtered(self.U, self.I, 10)
        self.I = self.I + 8 * drive
        return self.U - 1

    def reset(self, spiked):
        self.U = self.U - spiked


class LeakyAdaptive(Leaky):
    def step(self, drive):
        self.a = self.a * np.exp(-1 / 30)
        return super().step(drive) - 0.2 * self.a

    def reset(self, spiked):
        super().reset(spiked)
        self.a = self.a + spiked


class LeakyExponential(Leaky):
    """In mV, pA; the exponential is detached, at every stage of the Runge-Kutta step."""

    box = (-20 / 15, 20 / 15)

    def __init__(self, neurons):
        super().__init__(neurons)
        self.U = self.U - 65

    def slopes(self, U, I):
        spike = 20 * torch.exp(torch.clamp((U - -50) / 2, -20, 5)).detach()
        return (10 * (-65 - U) + spike + I) / 100, -I / 4

    def step(self, drive):
        stages, (U, I) = [self.slopes(self.U, self.I)], (self.U, self.I)
        for part in (0.5, 0.5, 1):
            stages.append(self.slopes(*(y + part * k for y, k in zip((U, I), stages[-1]))))
        self.U, self.I = (
            y + (k1 + 2 * k2 + 2 * k3 + k4) / 6 for y, k1, k2, k3, k4 in zip((U, I), *stages)
        )
        self.I = self.I + 1200 * drive
        self.spikes = self.U > -42
        return (self.U + 50) / 15

    def reset(self, spiked):
        self.U = torch.where(spiked > 0, -65 + self.U - self.U.detach(), self.U)


class LinearAtRest(Leaky):
    """Izhikevich's program in NumPy; only the membrane linearised at rest carries a gradient."""

    box = (-80, 80)  # of the current - 4 mV/ms

    def __init__(self, neurons):
        super().__init__(neurons)
        self.v, self.u, self.current = (
            np.full(neurons, -65.0),
            np.full(neurons, -13.0),
            np.zeros(neurons),
        )

    def step(self, drive):
        self.v = np.clip(self.v, -90, 30)
        self.u = self.u + 0.1 * (0.2 * self.v - self.u)
        for _ in range(2):
            self.v = np.clip(self.v, -90, 30)
            self.v = self.v + 0.5 * (0.04 * self.v**2 + 5 * self.v + 140 - self.u + self.current)
        self.current = self.current * np.exp(-1 / 4) + 36 * drive.detach().numpy()
        self.U, self.I = filtered(self.U, self.I, 5)
        self.I = self.I + 36 * 5 * drive
        self.spikes, self.gate = torch.tensor(self.v > 30), torch.tensor(self.current - 4)
        return torch.tensor((self.v + 45) / 15) + (self.U - self.U.detach()) / 15

    def reset(self, spiked):
        self.u = np.where(spiked > 0, self.u + 2, self.u)
        self.v = np.where(spiked > 0, -65, self.v)


class LinearSubsteps(Leaky):
    """Forward by the paper's equations in NumPy, in substeps of the midpoint rule; only leak and
    synapse carry a gradient."""

    def __init__(self, neurons):
        super().__init__(neurons)
        self.y = np.repeat(np.array(self.begin)[:, None], neurons, axis=1)
        self.S = None

    def step(self, drive):
        dt, fired = 1 / self.substeps, np.zeros(self.y.shape[1], bool)
        for substep in range(self.substeps):
            self.y = self.y + dt * self.slopes(self.y + dt / 2 * self.slopes(self.y))
            linear = [torch.as_tensor(each, dtype=torch.float64) for each in (self.U, self.I)]
            middle = [y + dt / 2 * k for y, k in zip(linear, self.leak(*linear))]
            self.U, self.I = (y + dt * k for y, k in zip(linear, self.leak(*middle)))
            if substep == self.substeps - 1:
                self.y[1] += self.jump * drive.detach().numpy()
                self.I = self.I + self.jump * drive
            fired |= self.crosses()
        self.spikes, self.gate = torch.tensor(fired), torch.tensor(self.y[1] - self.onset)
        return (self.U - torch.as_tensor(self.U).detach()) / self.scale

    def leak(self, U, I):
        return (I - self.g_L * U) / self.C, -I / 4

    def reset(self, spiked):
        """Within the substep."""


class LinearAdaptive(LinearSubsteps):
    begin, jump, substeps = AdaptiveExponential.begin, AdaptiveExponential.jump, 20
    g_L, C, onset, box, scale = 30, 281, 600, (-10000, 10000), 20.2

    def slopes(self, y):
        return np.array([AdaptiveExponential().slopes(each) for each in y.T]).T

    def crosses(self):
        found = self.y[0] > -40.4
        self.y[0, found] = -70.6
        self.y[2, found] += 80.5
        return found


class LinearHodgkinHuxley(LinearSubsteps):
    begin, jump, substeps = HodgkinHuxley.begin, HodgkinHuxley.jump, 25
    g_L, C, onset, box, scale = 10, 200, 200, (-5000, 5000), 15

    def slopes(self, y):
        return np.array([HodgkinHuxley().slopes(each) for each in y.T]).T

    def crosses(self):
        high = self.y[0] > -20
        if self.S is None:
            self.S = np.zeros(len(high), bool)
        self.S &= self.y[0] > -40  # refractory
        found = high & ~self.S
        self.S |= found
        return found


LAYERS = {
    "leaky_integrate_and_fire": Leaky,
    "adaptive_threshold": LeakyAdaptive,
    "exponential_integrate_and_fire": LeakyExponential,
    "izhikevich": LinearAtRest,
    "adaptive_exponential": LinearAdaptive,
    "hodgkin_huxley": LinearHodgkinHuxley,
}


class Fire(torch.autograd.Function):
    """Spikes, with a box as the derivative."""

    @staticmethod
    def forward(ctx, x, spiked, gate, box):
        ctx.save_for_backward((gate > box[0]) & (gate < box[1]))
        return spiked.to(x.dtype)

    @staticmethod
    def backward(ctx, gradient):
        return 0.02 * gradient * ctx.saved_tensors[0], None, None, None


def gradients(net, weights, make, steps):
    """For each time step: for each layer, the gradient of its loss with respect to its weights in
    the whole presentation."""
    parts = []
    for l, neurons in enumerate(net.structure.graph.layers, 1):
        w = torch.tensor(weights[f"synapses_{l}.w"], dtype=torch.float64, requires_grad=True)
        parts.append(
            (w, torch.tensor(net.start[f"classifier_{l}.J"], dtype=torch.float64), make(neurons))
        )
    for step in range(steps):
        S, label, found = (
            torch.tensor(net.spikes(step), dtype=torch.float64),
            torch.tensor([int(net.labels[0])]),
            [],
        )
        spikes = 0
        for w, J, layer in parts:
            x = layer.step(S @ w) + 0 * (S @ w)  # at first it does not depend on w
            fired = Fire.apply(
                x, getattr(layer, "spikes", x > 0), getattr(layer, "gate", x), layer.box
            )
            loss = torch.nn.functional.cross_entropy((J @ fired)[None], label)
            found.append(torch.autograd.grad(loss, w, retain_graph=True)[0].numpy())
            S = fired.detach()
            layer.reset(S)
            spikes += int(S.sum())
        yield found, spikes


@pytest.mark.parametrize("name", LAYERS)
def test_local_error_times_eligibility_is_the_gradient_of_the_truncated_loss(small, name):
    net = small("numpy", neuron=name, steps=12, layers=(9, 7))
    weights = {
        f"synapses_{l}.w": factor * net.start[f"synapses_{l}.w"]
        for l, factor in ((1, 0.5), (2, 1.0))
    }
    still = weights | {f"layer_{l}.learning": 0 for l in (1, 2)}
    wanted = ["layer_1.delta", "layer_2.delta", "inputs.eligibility", "layer_1.eligibility"]
    sizes, spikes = np.zeros(2), 0
    for step, (expected, fired) in enumerate(gradients(net, weights, LAYERS[name], 12), 1):
        spikes += fired
        if step not in (2, 6, 12):
            continue
        found = net.run(step, wanted, still)
        for l, source in ((1, "inputs"), (2, "layer_1")):
            grad = np.outer(found[f"{source}.eligibility"], found[f"layer_{l}.delta"])
            np.testing.assert_allclose(
                grad, expected[l - 1], rtol=2e-4, atol=1e-6 * np.abs(grad).max() + 1e-9
            )
            sizes[l - 1] += (np.abs(grad) > 1e-3).sum()
    assert sizes.min() > 10 and spikes > 5


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("weights, rule, eta", [("ideal", None, 0.01), ("TiOx", "ternary", 0.03)])
def test_it_learns_eight_images_by_heart(small, name, weights, rule, eta):
    net = small(
        "numpy",
        layers=(20,),
        neuron=name,
        encoder="rate",
        steps=8,
        weights=weights,
        programming=rule,
        optimizer="adam",
        batched=True,
    )
    state = {f"synapses_1.{each}": net.start[f"synapses_1.{each}"] for each in net.state}
    learning = {"layer_1.eta": eta, "layer_1.batch": 8, "layer_1.presentations": 64}

    def hits(state):
        return net.run(16 * 8, ["classes_1.hits"], state | {"layer_1.learning": 0}, seed=1)[
            "classes_1.hits"
        ].sum()

    before = hits(state)
    for batches in (0, 8):
        state = net.run(64 * 8, list(state), state | learning | {"layer_1.batches_before": batches})
    assert before < 9 and hits(state) >= 11, (before, hits(state))
