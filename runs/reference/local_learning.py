"""Local learning on pairs of memristors in PyTorch, from the paper's equations and a run's
`config.json` alone.

Gradients are autograd's, steps are torch.optim's, matrix products are dense: nothing is shared with
the Brian2 network. Only what a run says of its random streams is repeated, so that both see the
same images, order, classifiers and initial state.
"""

import numpy as np
import torch
from reference.weights import Ideal, Pair

from snn_brian.base.errors import UserError
from snn_brian.declarations import Reliability
from snn_brian.job.provenance import plain

KNOWN = {
    "neuron": ("integrate_and_fire",),
    "synapse": ("static",),
    "encoder": ("threshold",),
    "network": ("chain",),
    "law": ("exponential", "linear"),
    "plasticity": ("local_classifier",),
    "programming": ("ternary", "stochastic_rounding", "accumulator"),
}


VARIES = ("device_to_device", "cycle_to_cycle", "read_noise")


def check(config):
    """That this implementation knows what a run is made of; raises UserError."""
    kinds = ("neuron", "synapse", "encoder", "network", "plasticity")
    used = [(kind, config[kind]["name"]) for kind in kinds if kind in config]
    for arm in config["arms"].values():
        if arm["programming"] is not None:
            device = arm["device"]
            used += [("programming", arm["programming"]["name"]), ("law", device["law"]["name"])]
            sound = plain(Reliability())
            fails = device.get("reliability", sound) != sound
            if fails or any(device[name] for name in VARIES):
                raise UserError(
                    f"--device: '{device['name']}' varies, which this reference does not; choose "
                    "another."
                )
        elif arm["device"].get("limit") is not None:
            raise UserError(
                f"--device: '{arm['device']['name']}' has a limit, which this reference lacks; "
                "choose another."
            )
    for kind, name in used:
        if name not in KNOWN[kind]:
            raise UserError(
                f"--{kind}: '{name}' is unknown to this reference; choose one of "
                f"{', '.join(KNOWN[kind])}."
            )
    if config["steps"] != 1:
        raise UserError(
            f"--steps: {config['steps']} is not possible in this reference; it knows "
            "presentations of 1 step."
        )
    if "start" in config:
        raise UserError(
            "--start: this reference draws its own initial state; choose a run without --start."
        )
    if "bin_s" in config["data"]:
        raise UserError(
            f"--dataset: '{config['data']['name']}' holds events, which this reference does not "
            "know; choose a run on images."
        )


class Fire(torch.autograd.Function):
    """S = 1 where U > 0 (1b); the derivative is the box (3)."""

    @staticmethod
    def forward(context, U, low, high):
        context.save_for_backward((U > low) & (U < high))
        return (U > 0).to(U.dtype)

    @staticmethod
    def backward(context, gradient):
        return gradient * context.saved_tensors[0], None, None


def patches(S, kernel):
    """What a kernel sees at each of its places, (images, places, rows of its weights)."""
    size, stride = kernel["size"], kernel["stride"]
    image = S.reshape(len(S), kernel["height"], kernel["width"], kernel["channels"])
    seen = image.unfold(1, size, stride).unfold(2, size, stride)  # ..., channels, down, along
    return seen.permute(0, 1, 2, 4, 5, 3).reshape(len(S), -1, size**2 * kernel["channels"])


class Network:
    """One arm of a run, by its configuration, learning from images of shape (n, pixels) that are
    spikes already."""

    def __init__(self, config, arm, pixels):
        self.config, self.arm = config, config["arms"][arm]
        self.classifiers, self.synapses, self.requests = [], [], []
        self.kernels = [each.get("kernel") for each in config["projections"]]
        for number, (layer, kernel) in enumerate(zip(self.arm["layers"], self.kernels), 1):
            scale, shape = layer["classifier_scale"], (pixels, layer["neurons"])
            if kernel:
                shape = kernel["size"] ** 2 * kernel["channels"], kernel["maps"]
            J = self.stream("classifiers", number).uniform(
                -scale, scale, (config["data"]["classes"], layer["neurons"])
            )
            initial = self.stream("initial", number)
            draw = lambda: torch.tensor(
                initial.uniform(*layer["initial"], shape), dtype=torch.float32
            )  # noqa: E731
            random = torch.Generator().manual_seed(1000 * config["seed"] + number)
            self.classifiers.append(torch.tensor(J, dtype=torch.float32))
            self.synapses.append(
                Ideal(draw())
                if self.arm["programming"] is None
                else Pair(self.arm, draw(), draw(), random)
            )
            # change of the weights that the optimizer asks for
            self.requests.append(torch.zeros(shape, requires_grad=True))
            pixels = layer["neurons"]
        Optimizer = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[config["optimizer"]["name"]]
        self.optimizer = Optimizer(
            [
                {"params": [request], "lr": layer["eta"]}
                for request, layer in zip(self.requests, self.arm["layers"])
            ]
        )

    def stream(self, name, number):
        return np.random.default_rng(
            [self.config["seed"], self.config["random"]["streams"][name], number]
        )

    def outputs(self, S):
        """The outputs y of each layer's classifier (5); no gradient passes from one layer to the
        one before."""
        found = []
        for layer, kernel, synapse, request, J in zip(
            self.arm["layers"], self.kernels, self.synapses, self.requests, self.classifiers
        ):
            box, S = layer["neuron_parameters"], S.detach()
            U = (patches(S, kernel) if kernel else S) @ (synapse.w + request)  # (1), (2)
            S = Fire.apply(U.reshape(len(S), -1), box["u_lo"], box["u_hi"])
            found.append(S @ J.T)
        return found

    def learn(self, S, labels):
        """Go through the images once; returns the share of right answers of each layer on the
        way."""
        batch, hits = self.config["batch"], 0
        for start in range(0, len(S), batch):
            target = labels[start : start + batch]
            outputs = self.outputs(S[start : start + batch])
            self.optimizer.zero_grad()
            self.loss(outputs, target).backward()
            self.optimizer.step()
            with torch.no_grad():
                for synapse, request in zip(self.synapses, self.requests):
                    synapse.change(request.clone())
                    request.zero_()
            hits = hits + right(outputs, target)
        return hits / len(S)

    def loss(self, outputs, target):
        """The sum of the layers' losses: of a batch the mean for Adam, the sum for SGD."""
        reduction = "mean" if self.config["optimizer"]["name"] == "adam" else "sum"
        if self.config["loss"]["name"] == "cross-entropy":
            return sum(
                torch.nn.functional.cross_entropy(y, target, reduction=reduction) for y in outputs
            )
        onehot = torch.nn.functional.one_hot(target, outputs[0].shape[1])
        squares = sum(((y - onehot) ** 2).sum() / 2 for y in outputs)
        return squares / len(target) if reduction == "mean" else squares

    def epochs(self, train, train_labels, test, test_labels):
        """Yield number, test and training accuracies (None before training) and write energies (J)
        of the layers."""
        for number in range(self.config["epochs"] + 1):
            trained = None
            for synapse in self.synapses:
                synapse.begin()
            if number:
                for group, layer in zip(self.optimizer.param_groups, self.arm["layers"]):
                    group["lr"] = layer["eta"] * self.arm["eta_decay"] ** (number - 1)
                order = torch.from_numpy(self.stream("order", number).permutation(len(train)))
                trained = self.learn(train[order], train_labels[order])
            with torch.no_grad():
                tested = sum(
                    right(self.outputs(part), labels)
                    for part, labels in zip(test.split(1000), test_labels.split(1000))
                ) / len(test)
            yield number, tested, trained, [self.energy(synapse) for synapse in self.synapses]

    def energy(self, synapse):
        """V^2 t G of each pulse, G the mean of before and after, in joules (NeuroSim)."""
        device, total = self.arm["device"], 0.0
        for pulse, load in (
            ("potentiation_pulse", synapse.load_P),
            ("depression_pulse", synapse.load_D),
        ):
            if load:
                voltage, width = (
                    float(device[pulse][part].split()[0]) for part in ("voltage", "width")
                )
                total += load * voltage**2 * width * device["G_max_S"]
        return total


def right(outputs, target):
    return np.array([int((y.argmax(1) == target).sum()) for y in outputs])
