"""Spikes whose class is an order in time, as words of the Spiking Heidelberg Digits are: bursts of
groups of channels, one after the other, of which only memory tells which came first."""

from itertools import permutations

import numpy as np

GROUPS, CHANNELS, BURST = 3, 8, 3  # groups of channels, channels of each, steps of a burst


def bursts(file, train, test, apart, seed=0):
    """Write an .npz file of events; bursts begin `apart` ms after each other, give or take one."""
    random = np.random.default_rng(seed)
    orders, arrays = list(permutations(range(GROUPS))), {"inputs": GROUPS * CHANNELS}
    for part, count in (("train", train), ("test", test)):
        labels, events = np.arange(count) % len(orders), []
        random.shuffle(labels)
        for number, label in enumerate(labels):
            for place, group in enumerate(orders[label]):
                start = 1 + place * apart + random.integers(-1, 2)
                step, channel = np.nonzero(random.random((BURST, CHANNELS)) < 0.6)
                events += [(number, start + s, group * CHANNELS + c) for s, c in zip(step, channel)]
        presentations, times, inputs = np.array(events).T
        arrays |= {
            f"{part}_times": times * 1000,  # microseconds
            f"{part}_inputs": inputs,
            f"{part}_presentations": presentations,
            f"{part}_labels": labels,
        }
    np.savez(file, **arrays)
    return file
