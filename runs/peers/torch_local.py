"""The same network in PyTorch: 784-500-500-250 with local random classifiers, float weights, one
thread.

    torch_local.py IDX_FOLDER autograd-sgd BATCH COUNT  a surrogate spike, backward(), SGD
    torch_local.py IDX_FOLDER manual-sgd BATCH COUNT    the same, written out

prints milliseconds per image of training on the first COUNT images.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy

SIZES = (784, 500, 500, 250)
CLASSES = 10
LEARNING_RATES = (0.03, 0.015, 0.006)
BOX = 0.5
WEIGHT_RANGE = 0.036
CLASSIFIER_RANGE = 3.0  # divided by the square root of the number of neurons
WARM_UP_STEPS = 20


class Spike(torch.autograd.Function):
    """S = 1 if U > 0; backwards, the derivative is 1 where |U| < box and 0 elsewhere."""

    @staticmethod
    def forward(ctx, U, box):
        ctx.save_for_backward(U.abs() < box)
        return (U > 0).to(U.dtype)

    @staticmethod
    def backward(ctx, grad_S):
        (inside,) = ctx.saved_tensors
        return grad_S * inside, None


def local_losses(spike_inputs, weights, classifiers, labels, box):
    """Sum over layers and images of the cross-entropy; a layer's input is detached, so its loss
    stays local."""
    S = spike_inputs
    total = 0.0
    for w, J in zip(weights, classifiers):
        S = Spike.apply(S.detach() @ w, box)
        total = total + cross_entropy(S @ J, labels, reduction="sum")
    return total


class AutogradSGD:
    def __init__(self, weights, classifiers):
        self.weights = [w.requires_grad_() for w in weights]
        self.classifiers = classifiers
        self.optimizer = torch.optim.SGD(
            [{"params": [w], "lr": rate} for w, rate in zip(self.weights, LEARNING_RATES)]
        )

    def step(self, spike_inputs, labels):
        self.optimizer.zero_grad()
        (
            local_losses(spike_inputs, self.weights, self.classifiers, labels, BOX) / len(labels)
        ).backward()
        self.optimizer.step()


class ManualSGD:
    def __init__(self, weights, classifiers):
        self.weights = weights
        self.classifiers = classifiers
        self.onehot_rows = torch.eye(CLASSES)

    @torch.no_grad()
    def step(self, spike_inputs, labels):
        S = spike_inputs
        onehot = self.onehot_rows[labels]
        for w, J, rate in zip(self.weights, self.classifiers, LEARNING_RATES):
            U = S @ w
            S_out = U.gt(0).to(U.dtype)
            err = torch.softmax(S_out @ J, 1).sub_(onehot)
            delta = (err @ J.T).mul_(U.abs_().lt_(BOX))
            w.addmm_(S.T, delta, alpha=-rate / len(labels))
            S = S_out


METHODS = {"autograd-sgd": AutogradSGD, "manual-sgd": ManualSGD}


def random_network(generator):
    """Weights and classifiers, uniform."""

    def uniform(rows, columns, limit):
        return torch.empty(rows, columns).uniform_(-limit, limit, generator=generator)

    weights = [uniform(inputs, neurons, WEIGHT_RANGE) for inputs, neurons in zip(SIZES, SIZES[1:])]
    classifiers = [
        uniform(neurons, CLASSES, CLASSIFIER_RANGE / neurons**0.5) for neurons in SIZES[1:]
    ]
    return weights, classifiers


def read_images(folder, count):
    """Thresholded pixels (count, 784) and labels of the first training images."""
    pixels = np.fromfile(
        Path(folder, "train-images-idx3-ubyte"), np.uint8, count * SIZES[0], offset=16
    )
    labels = np.fromfile(Path(folder, "train-labels-idx1-ubyte"), np.uint8, count, offset=8)
    spikes = torch.from_numpy(pixels.reshape(-1, SIZES[0]) > 127).float()
    return spikes, torch.from_numpy(labels).long()


def main(args):
    torch.set_num_threads(1)
    spikes, labels = read_images(args.idx_folder, args.count)
    learner = METHODS[args.method](*random_network(torch.Generator().manual_seed(1)))
    batches = list(zip(spikes.split(args.batch), labels.split(args.batch)))
    for batch in batches[:WARM_UP_STEPS]:
        learner.step(*batch)
    start = time.perf_counter()
    for batch in batches:
        learner.step(*batch)
    print(json.dumps({"ms_per_image": 1e3 * (time.perf_counter() - start) / len(spikes)}))
    return learner


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("idx_folder", help="folder of the uncompressed MNIST idx files")
    parser.add_argument("method", choices=sorted(METHODS))
    parser.add_argument("batch", type=int, help="images per step")
    parser.add_argument("count", type=int, help="training images")
    main(parser.parse_args())
