"""Small networks whose values are all known, arms on real images, and PyTorch's autograd as the
oracle.

All programs are compiled into one folder of the session's own, each structure once.
"""

import copy
import functools
import gc
import gzip
import importlib.resources
import logging
import os
import tempfile
from dataclasses import replace

import numpy as np
import pytest
import sympy
import torch
from brian2 import defaultclock, prefs, second
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser
from precompiled import is_ccache, precompiled
from quick_names import quick_names

from snn_brian.base import plot
from snn_brian.base.quick_keys import quick_keys
from snn_brian.check.loading import declarations
from snn_brian.data.images import Images
from snn_brian.declarations import Encoder, Learning, Neuron, Synapse
from snn_brian.network import traces
from snn_brian.network.delays import lines
from snn_brian.network.joined import joined
from snn_brian.network.structure import Graph, Structure, chain
from snn_brian.network.synapse import Connections
from snn_brian.simulate.simulation import simulation
from snn_brian.train.arm import Arm
from snn_brian.train.training import Training

PIXELS, CLASSES, IMAGES = 60, 5, 8
# Bright pixels spike in most steps, dark ones in few: the same spikes in every run.
STAIRS = Encoder(
    name="stairs", reference="", threshold="pixel > (1.0 + t_in_timesteps % steps)/(1.0 + steps)"
)


def declared(kind, name):
    return declarations(kind)[name][0]


class Small:
    """A network of 60 inputs and 5 classes, with a value for every variable that a run needs.

    Presentation k shows image k % 8. Runs are measured in time steps.
    """

    def __init__(
        self,
        target,
        layers=(9, 7),
        steps=1,
        loss="cross-entropy",
        weights="ideal",
        programming=None,
        optimizer="sgd",
        batched=False,
        encoder="stairs",
        neuron="integrate_and_fire",
        projections=(),
        parameters={},
        dt=1e-3,
        synapse="static",
        kernels=(),
    ):
        neuron = neuron if isinstance(neuron, Neuron) else declared("neuron", neuron)
        synapse = synapse if isinstance(synapse, Synapse) else declared("synapse", synapse)
        graph = Graph(layers, chain(layers, kernels).projections + projections, parameters)
        self.structure = Structure(
            graph=graph,
            pixels=PIXELS,
            classes=CLASSES,
            images=IMAGES,
            longest=64,
            steps=steps,
            neuron=joined(neuron, synapse),
            synapse=synapse,
            encoder=STAIRS if encoder == "stairs" else declared("encoder", encoder),
            weights=declared("device", weights) if isinstance(weights, str) else weights,
            programming=programming and declared("programming", programming),
            optimizer=declared("optimizer", optimizer),
            batched=batched,
            loss=declared("loss", loss),
            dt=dt,
        )
        self.simulation = simulation(self.structure, target)
        self.simulation.steps = 1
        random = np.random.default_rng(8)
        self.images = random.integers(0, 256, (IMAGES, PIXELS), dtype=np.uint8)
        self.labels = np.arange(IMAGES, dtype=np.int32) % CLASSES
        self.order = np.arange(64, dtype=np.int32) % IMAGES
        structure = self.structure
        plastic = Connections(
            structure.weights, structure.programming, structure.optimizer, batched=batched
        )
        self.state, self.devices = plastic.state, plastic.spreads
        box = dict(u_lo=-0.4, u_hi=0.7)
        own_parameters = {
            name: box.get(name, value) for name, value in self.structure.neuron.parameters.items()
        }
        self.start = graph.fixed_weights(PIXELS) | lines(self.structure)
        for source in graph.leading:
            own = traces.parameters(structure.neuron)
            self.start |= {f"{source}.{name}": own_parameters[name] for name in own}
        encoder = structure.encoder.parameters
        self.start |= {f"inputs.encoder_{name}": value for name, value in encoder.items()}
        for each in graph.learned:
            shape = graph.shapes(PIXELS)[each.name]
            low, high = (-0.2, 0.2) if programming is None else (0.3, 0.6)
            own = {name: np.zeros(shape, np.float32) for name in self.state} | plastic.parameters
            for name in ("w",) if programming is None else ("G_plus", "G_minus"):
                own[name] = random.uniform(low, high, shape).astype(np.float32)
            if programming is not None:
                own["w"] = own["G_plus"] - own["G_minus"]
            self.start |= {f"{each.synapses}.{name}": value for name, value in own.items()}
            if each.name == str(each.layer):  # of the chain
                l = each.layer
                J = random.uniform(-1, 1, (CLASSES, layers[l - 1])).astype(np.float32)
                self.start[f"classifier_{l}.J"] = J
        for l in graph.numbers:
            own = dict(eta=0.02 / l, learning=1, batch=1, batches_before=0, presentations=64)
            self.start |= {f"layer_{l}.{name}": v for name, v in (own_parameters | own).items()}

    def run(self, steps, wanted, changes={}, seed=5, tables={}):
        """Values of the wanted variables after so many time steps; matrices in the shape (inputs,
        neurons)."""
        tables = {"image": self.images, "label": self.labels, "order": self.order} | tables
        tables["image"] = (tables["image"] ^ 0x80).view(np.int8)
        values = self.simulation.run(steps, seed, self.start | changes, tables, wanted).values
        found = {}
        for key, value in values.items():
            like = np.asarray(self.start.get(key.replace("grad", "w"), 0))
            found[key] = value.reshape(like.shape) if like.ndim == 2 else value
        return found

    def spikes(self, step):
        """0 or 1 for each input in a time step, with the encoder "stairs"."""
        presentation, steps = step // self.structure.steps, self.structure.steps
        return (
            self.images[self.order[presentation]] / 255 > (1 + step % steps) / (1 + steps)
        ).astype(np.float32)

    def trajectory(self, steps, wanted, changes={}):
        """The same at the end of each time step."""
        return [self.run(step + 1, wanted, changes) for step in range(steps)]


class _Fire(torch.autograd.Function):
    @staticmethod
    def forward(ctx, U, low, high):
        ctx.save_for_backward((U > low) & (U < high))
        return (U > 0).to(U.dtype)

    @staticmethod
    def backward(ctx, gradient):
        return gradient * ctx.saved_tensors[0], None, None


def local_gradient(S, w, J, label, loss, box):
    """U of a layer, and the gradients of its own loss in one time step with respect to U and to w,
    by autograd.

    S (inputs,), w (inputs, neurons), J (classes, neurons).
    """
    w = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    U = torch.tensor(S, dtype=torch.float64) @ w
    U.retain_grad()
    fired = _Fire.apply(U, *box)
    y = torch.tensor(J, dtype=torch.float64) @ fired
    if loss == "cross-entropy":
        torch.nn.functional.cross_entropy(y[None], torch.tensor([int(label)])).backward()
    else:
        onehot = torch.nn.functional.one_hot(torch.tensor(int(label)), len(y))
        (((y - onehot) ** 2).sum() / 2).backward()
    return U.detach().numpy(), U.grad.numpy(), w.grad.numpy()


def pytest_collectstart():
    """What files import is not looked through for garbage again and again."""
    gc.freeze()


def pytest_collection_finish():
    gc.unfreeze()


@pytest.fixture(autouse=True)
def old_objects_are_no_garbage():
    """Brian2 collects garbage before each run of a network: what a test finds need not be looked
    through a thousand times, which took a third of the time of all tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def diagnostics_are_not_written():
    """Brian2 writes a file with all the code that it generates, which nobody reads here."""
    logger = logging.getLogger("brian2")
    before = logger.level
    logger.setLevel(logging.INFO)
    yield
    logger.setLevel(before)


@pytest.fixture(scope="session", autouse=True)
def cython_is_not_optimised(tmp_path_factory):
    """What the target cython computes is tested, not how fast: to optimise its many small modules
    takes longer than all that they do. They are kept apart, since Brian2 would take them for those
    of a user."""
    before = prefs.codegen.cpp.extra_compile_args_gcc, prefs.codegen.runtime.cython.cache_dir
    folder = str(shared(tmp_path_factory) / "cython")
    prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O0", "-g0", "-std=c++17"]
    prefs.codegen.runtime.cython.cache_dir = folder
    yield
    prefs.codegen.cpp.extra_compile_args_gcc, prefs.codegen.runtime.cython.cache_dir = before


@pytest.fixture(scope="module", autouse=True)
def pictures_are_sketches(request):
    """Where nobody looks at pictures, nobody needs all their pixels, or labels in the right place:
    they took half of the time of a small job. A file that looks at them says
    `pytestmark = pytest.mark.pictures`. Scripts in processes of their own draw as ever."""
    patch = pytest.MonkeyPatch()
    if request.node.get_closest_marker("pictures") is None:
        patch.setattr(Figure, "get_layout_engine", lambda figure: None)
        patch.setattr(plot, "DPI", 50)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def formulas_are_read_once():
    """Numbers along axes are formulas to matplotlib, which remembers 50 of them; and to sympy, the
    same matrix is new each time."""
    patch = pytest.MonkeyPatch()
    parsed = MathTextParser._parse_cached.__wrapped__
    patch.setattr(MathTextParser, "_parse_cached", functools.lru_cache(None)(parsed))
    exponential = sympy.ImmutableMatrix.exp
    patch.setattr(sympy.ImmutableMatrix, "exp", functools.lru_cache(None)(exponential))
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def keys_are_made_quickly():
    """Also for tests that declare their own models: with Brian2's own, which are the same, they
    would take nearly twice as long."""
    with quick_keys():
        yield


@pytest.fixture(scope="session", autouse=True)
def names_are_found_quickly():
    with quick_names():
        yield


@pytest.fixture(scope="module", autouse=True)
def default_time_step():
    """A file that sets Brian2's default time step sets it for itself."""
    before = float(defaultclock.dt)
    yield
    if float(defaultclock.dt) != before:
        defaultclock.dt = before * second


def shared(tmp_path_factory):
    """The session's folder, which its processes share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session", autouse=True)
def headers_are_compiled_once(tmp_path_factory):
    """Also for the programs of scripts in processes of their own; gives the command of the compiler
    without them. A few tests in one process would be done before the headers are, and ccache, which
    goes by the paths of headers, would find nothing again."""
    command = os.environ.get("CXX", "g++")
    if "PYTEST_XDIST_WORKER" not in os.environ or is_ccache(command):
        yield command
        return
    with precompiled(shared(tmp_path_factory) / "headers", command) as compiler:
        patch = pytest.MonkeyPatch()
        patch.setenv("CXX", str(compiler))
        yield command
        patch.undo()


@pytest.fixture(scope="session")
def private_builds(tmp_path_factory):
    """A context in which programs are compiled into a folder of this session's own, which its
    processes share."""
    folder = shared(tmp_path_factory) / "cache"

    def context():
        patch = pytest.MonkeyPatch()
        patch.setenv("SNN_BRIAN_CACHE", str(folder))
        return patch

    return context


@pytest.fixture(scope="session")
def small(private_builds):
    """small(target, **what) gives one `Small` for each different call."""
    made = {}

    def make(target, **what):
        key = (target, repr(sorted(what.items())))
        if key not in made:
            patch = private_builds()
            try:
                made[key] = Small(target, **what)
            finally:
                patch.undo()
        return made[key]

    return make


@pytest.fixture(scope="session")
def sampled(small):
    """A compiled network that learns on-line: pulses are drawn by skipping."""
    return small(
        "cpp_standalone", layers=(16,), steps=3, weights="linear", programming="stochastic_rounding"
    )


@pytest.fixture(scope="session")
def dense(small):
    """A compiled network that learns in batches: pulses are decided synapse by synapse."""
    return small(
        "cpp_standalone",
        layers=(16,),
        steps=3,
        loss="mse",
        weights="linear",
        programming="stochastic_rounding",
        batched=True,
    )


class Program:
    """Shell scripts in the place of the compiled program of a network."""

    def __init__(self, net, folder, monkeypatch):
        self.net, self.folder = copy.copy(net), folder / "program"
        self.net.simulation = copy.copy(net.simulation)
        self.net.simulation.folder = self.folder
        self.folder.mkdir()
        (folder / "temporary").mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(folder / "temporary"))

    def write(self, text):
        (self.folder / "main").write_text(text)
        (self.folder / "main").chmod(0o755)

    def run(self, text, progress=lambda done: None):
        self.write(
            f'#!/bin/sh\necho "1 1" > results/last_run_info.txt\n: > results/random_state\n{text}\n'
        )
        return self.net.simulation.run(1, 0, self.net.start, {}, [], progress)


@pytest.fixture
def program(sampled, tmp_path, monkeypatch):
    return Program(sampled, tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def gradient():
    return local_gradient


@pytest.fixture(scope="session")
def mnist():
    """mnist(train, test) gives the first images, read from the package without the code that is
    tested elsewhere."""

    def read(part, count):
        folder = importlib.resources.files("snn_brian.data") / "mnist"
        with (
            gzip.open(folder / f"{part}-images-idx3-ubyte.gz") as images,
            gzip.open(folder / f"{part}-labels-idx1-ubyte.gz") as labels,
        ):
            return (
                np.frombuffer(images.read(16 + 784 * count)[16:], np.uint8).reshape(count, 784),
                np.frombuffer(labels.read(8 + count)[8:], np.uint8).astype(np.int32),
            )

    return lambda train, test: Images(
        *read("train", train), *read("t10k", test), 10, "mnist", (28, 28), ""
    )


@pytest.fixture(scope="session")
def training(private_builds):
    """training(arm, images, **changes) gives a `Training` of 784-30-20: "baseline", "adam" (of it)
    or "ternary"."""
    box = dict(u_lo=-0.4, u_hi=0.6)
    ideal = declared("device", "ideal")
    ideal = replace(
        ideal,
        learning=dict(
            sgd=Learning(
                eta=0.05,
                decay=0.5,
                layer_factors=(1.0, 0.6),
                initial=(-0.05, 0.05),
                neuron_parameters=box,
            ),
            adam=Learning(
                eta=0.004,
                decay=0.5,
                layer_factors=(1.0, 0.6),
                initial=(-0.05, 0.05),
                neuron_parameters=box,
            ),
        ),
    )
    ternary = replace(
        declared("programming", "ternary"),
        learning=dict(
            sgd=Learning(eta=0.1, decay=1.0, layer_factors=(1.0, 0.5), initial=(0.054, 0.264))
        ),
    )  # of TiOx, 0.1 to 0.3 of G_max
    common = dict(
        layers=(30, 20),
        neuron=declared("neuron", "integrate_and_fire"),
        encoder=declared("encoder", "threshold"),
        steps=1,
        eta=None,
        epochs=2,
        seed=3,
    )
    arms = dict(
        baseline=dict(
            weights=ideal, programming=None, optimizer="sgd", loss="cross-entropy", batch=1
        ),
        adam=dict(weights=ideal, programming=None, optimizer="adam", loss="cross-entropy", batch=4),
        ternary=dict(
            weights=declared("device", "TiOx"),
            programming=ternary,
            optimizer="sgd",
            loss="mse",
            batch=1,
        ),
    )

    def make(arm, images, **changes):
        patch = private_builds()
        try:
            own = common | arms[arm] | changes
            own |= {kind: declared(kind, own[kind]) for kind in ("optimizer", "loss")}
            return Training(Arm(**own), images)
        finally:
            patch.undo()

    return make


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory):
    """The folder of a small run of both arms that has ended."""
    from snn_brian.job.job import flags, main

    folder = tmp_path_factory.mktemp("finished") / "run <1>"
    given = ["--layers=6,5", "--train=20", "--test=12", "--epochs=1", "--target=numpy"]
    return main(flags().parse_args([*given, "--batch=10", f"--out={folder}"]))
