"""An exported graph in another simulator, snnTorch, step by step on MNIST: by the time steps that
the graph tells (nirtorch with a map of our own), and by its own import.

Its own import takes every graph for one of steps of 0.1 ms, integrates by Euler's method, and sets
U to 0 at a spike.
"""

import sys

import numpy as np
import pytest

from snn_brian import Training
from snn_brian.base.errors import UserError
from snn_brian.data.images import load_images
from snn_brian.job import arguments
from snn_brian.job.job import flags
from snn_brian.job.nir_export import graph, nir_object
from snn_brian.job.nir_import import start_arrays
from snn_brian.job.nir_snntorch import import_from_nir

nir = pytest.importorskip("nir")
nirtorch = pytest.importorskip("nirtorch")
theirs = pytest.importorskip("snntorch.import_nir")
import torch  # noqa: E402
from snntorch import utils  # noqa: E402

IMAGES, STEPS = 20, 40
EULER = """
from brian2 import ms
from snn_brian.declarations import Neuron

leaky = Neuron(
    name="leaky",
    reference="as snnTorch's Leaky",
    equations="dU/dt = -U/tau : 1",
    method="euler",
    start_of_step="",
    synaptic_input="U_post += w",
    threshold="U > 0.15",
    reset="U = 0",
    derivative="int(abs(U - 0.15) < 1)",
    parameters=dict(tau=1 * ms),
)
"""


# neurons between which NIR tells, beside those that are shipped
FIELDS = dict(
    equations="dU/dt = (leak - U)/tau : 1",
    method="exact",
    input="6*w",
    reset="U = low",
    parameters="tau=3 * ms, leak=0.1, low=-0.2, theta=0.4",
)
OWN = {
    "leak_and_reset": {},
    "integrator": dict(
        equations="U : 1", method="", reset="U -= 0.9*theta", parameters="theta=0.4"
    ),
    "current_and_leak": dict(
        equations="dU/dt = (leak + 2*I - U)/tau : 1; dI/dt = -I/fast : 1",
        reset="U -= 0.3",
        parameters="tau=6 * ms, fast=2 * ms, leak=0.1, theta=0.4",
    ),
}


def declared(name, tmp_path):
    """The path of a neuron's file."""
    own = FIELDS | OWN[name]
    (equations, target) = (
        own["equations"].replace("; ", "\n"),
        "I" if "dI" in own["equations"] else "U",
    )
    (tmp_path / f"{name}.py").write_text(
        "from brian2 import ms\n"
        "from snn_brian.declarations import Neuron\n"
        f'own = Neuron(name="{name}", reference="a test", equations="""{equations}""", '
        f'method="{own["method"]}", start_of_step="", '
        f'synaptic_input="{target}_post += {own["input"]}", threshold="U > theta", '
        f'reset="{own["reset"]}", derivative="int(abs(U - theta) < 1)", '
        f"parameters=dict({own['parameters']}))\n"
    )
    return str(tmp_path / f"{name}.py")


def here(steps, *given):
    """(images, answers, graph of NIR) of an untrained network."""
    given = ["--arm", "memristive", "--layers", "60,40", "--steps", str(steps), *given]
    images = load_images(train=1, test=IMAGES)
    (arm,) = arguments.arms(flags().parse_args([*given, "--target", "numpy"])).values()
    training = Training(arm.seeing(images), images)
    made = nir_object(graph(training.arm, training.arrays(0), 784, 10))
    return images, training.predict(), made


def there(module, shown):
    """({layer: spikes (images, steps, neurons)}, classes) by a torch module."""
    spikes, total = {name: [] for name in ("layer_1", "layer_2")}, 0
    for name, own in spikes.items():
        getattr(module, name).register_forward_hook(
            lambda _, given, out, own=own: own.append((out[0] if type(out) is tuple else out) > 0)
        )
    state = None
    with torch.no_grad():
        for step in range(shown.shape[1]):
            out, state = module(torch.tensor(shown[:, step], dtype=torch.float32), state)
            total = total + out
    found = {name: torch.stack(own, 1).numpy() for name, own in spikes.items()}
    return found, total.argmax(1).numpy()


def latency(images, steps):
    pixels = images.test_images[:, None].astype(np.float32) / np.float32(255)
    at = ((1 - pixels) * (steps - 1)).astype(int)
    return (pixels > 0.1) & (at == np.arange(steps)[:, None])


def check(answers, found, classes):
    for number, own in enumerate(answers.spikes, 1):
        assert own.sum() > 200
        np.testing.assert_array_equal(found[f"layer_{number}"], own)
    np.testing.assert_array_equal(classes, answers.classes[-1])


@pytest.fixture
def module(tmp_path):
    def read(made):
        nir.write(tmp_path / "mine.nir", made)
        return import_from_nir(tmp_path / "mine.nir")

    return read


def test_memoryless_neurons(module):
    images, answers, made = here(1)
    check(answers, *there(module(made), (images.test_images[:, None] / 255 > 0.5)))


@pytest.mark.parametrize("dt", ["1ms", "0.25ms"])
def test_the_shipped_leaky_neuron(module, dt):
    """As it is: exact decay, a current that acts a step later, U less 1 at a spike, also where U
    stays above the threshold."""
    given = ["--neuron", "leaky_integrate_and_fire", "--dt", dt, "--encoding", "latency"]
    images, answers, made = here(STEPS, *given, "--set", "neuron.strength=120")
    shown, found = latency(images, STEPS), module(made)
    check(answers, *there(found, shown))
    utils.reset(found)
    check(answers, *there(found, shown))


@pytest.mark.parametrize("name", OWN)
def test_other_neurons_of_nir(module, tmp_path, name):
    given = ["--neuron", declared(name, tmp_path), "--encoding", "latency"]
    images, answers, made = here(STEPS, *given)
    check(answers, *there(module(made), latency(images, STEPS)))


def test_neurons_that_differ_and_projections_over_layers(module, tmp_path):
    (tmp_path / "skip.py").write_text(
        "from snn_brian.declarations import Network, Projection\n"
        'skip = Network("skip", "a test", (Projection("far", "inputs", "layer_2"),))\n'
    )
    given = ["--neuron", "leaky_integrate_and_fire", "--encoding", "latency"]
    given += ["--network", str(tmp_path / "skip.py"), "--set", "neuron.strength=60"]
    given += ["--set", "neuron.tau_m=normal(10*ms, 4*ms, least=2*ms)"]
    images, answers, made = here(STEPS, *given)
    check(answers, *there(module(made), latency(images, STEPS)))


def test_what_does_not_tell_its_time_steps_is_refused(tmp_path):
    size = np.ones(3)
    made = nir.NIRGraph.from_list(
        nir.Linear(weight=np.eye(3)), nir.LIF(tau=size, r=size, v_leak=0 * size, v_threshold=size)
    )
    nir.write(tmp_path / "mine.nir", made)
    said = "the node 'lif' of .*mine.nir' does not say what a time step does"
    with pytest.raises(UserError, match=said) as error:
        import_from_nir(tmp_path / "mine.nir")
    assert "\n" not in str(error.value)
    with pytest.raises(UserError, match="none.nir' cannot be read as a graph of NIR"):
        import_from_nir(tmp_path / "none.nir")


def test_without_snntorch_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "snntorch", None)
    with pytest.raises(UserError, match=r"run `pip install 'snn_brian\[snntorch\]'`"):
        import_from_nir(tmp_path / "mine.nir")


def test_leaky_neurons_through_its_own_import(tmp_path):
    """To the same step, where the neuron is declared as snnTorch computes it."""
    (tmp_path / "leaky.py").write_text(EULER)
    given = ["--neuron", str(tmp_path / "leaky.py"), "--dt", "0.1ms", "--encoding", "latency"]
    images, answers, made = here(STEPS, *given)
    check(answers, *there(theirs.import_from_nir(made), latency(images, STEPS)))


def test_neurons_with_currents_spike_nearly_as_often_by_its_own_import():
    """Its currents act a step earlier, and it integrates in another way."""
    given = ["--neuron", "leaky_integrate_and_fire", "--dt", "0.1ms", "--encoding", "latency"]
    images, answers, made = here(STEPS, *given, "--set", "neuron.strength=60")
    found, _ = there(theirs.import_from_nir(made), latency(images, STEPS))
    for number, own in enumerate(answers.spikes, 1):
        counts, others = own.sum(1), found[f"layer_{number}"].sum(1)
        assert own.sum() > 200 and np.corrcoef(counts.ravel(), others.ravel())[0, 1] > 0.9


def test_a_network_of_snntorch_comes(tmp_path):
    """Its spikes are the same here, from the first to the last layer."""
    export_nir = pytest.importorskip("snntorch.export_nir")
    snn = export_nir.snn
    torch.manual_seed(2)
    layers = []
    for inputs, size in ((784, 60), (60, 40)):
        weights = torch.nn.Linear(inputs, size, bias=False)
        own = dict(beta=0.9 * torch.ones(size), threshold=0.05 * torch.ones(size))
        own |= dict(init_hidden=True, reset_mechanism="zero", reset_delay=False)
        layers += [weights, snn.Leaky(**own)]
    net = torch.nn.Sequential(*layers)
    left = export_nir.export_to_nir(net, torch.zeros(1, 784), ignore_dims=[0])
    nir.write(tmp_path / "mine.nir", left)
    (tmp_path / "leaky.py").write_text(EULER)
    given = ["--neuron", str(tmp_path / "leaky.py"), "--dt", "0.1ms", "--encoding", "latency"]
    given += ["--arm", "baseline", "--layers", "60,40", "--steps", str(STEPS), "--target", "numpy"]
    images = load_images(train=1, test=IMAGES)
    (arm,) = arguments.arms(flags().parse_args(given)).values()
    arrays, notes = start_arrays(tmp_path / "mine.nir", arm.seeing(images))
    assert len(notes) == 1 and "does not say how long a time step is" in notes[0]
    answers = Training(arm, images, start=arrays).predict()
    shown = latency(images, STEPS)
    for layer in layers[1::2]:
        layer.reset_mem()
    spikes = [[], []]
    with torch.no_grad():
        for step in range(STEPS):
            signal = torch.tensor(shown[:, step], dtype=torch.float32)
            for number, layer in enumerate(layers):
                signal = layer(signal)
                if number % 2:
                    spikes[number // 2].append(signal > 0)
    for own, there in zip(answers.spikes, spikes):
        assert own.sum() > 200
        np.testing.assert_array_equal(own, torch.stack(there, 1).numpy())
