"""Curves of whole trainings that no network has to be trained for, and the tables made of them."""

import numpy as np
from fouda2019.curves import Curves
from fouda2019.networks import setting

EPOCHS = 50
PAIRS = [(1, 1), (2, 2), (3, 3), (5, 5), (3, 1), (5, 1), (1, 3), (1, 5)]


def curves(accuracy, pulses, seeds=5):
    """Of three equal layers: accuracy (%) and pulses from epoch 1, and a test before training;
    seeds are 0.02 points apart."""
    accuracy = np.append(10, accuracy)[None, :, None] + np.zeros((seeds, 1, 3))
    accuracy[:, 1:] += 0.02 * (np.arange(seeds) - (seeds - 1) / 2)[:, None, None]
    pulses = np.append(0, pulses)[None] + np.zeros((seeds, 1))
    return Curves(accuracy, pulses, 0 * pulses, 0 * pulses)


def constant(value):
    return np.full(EPOCHS, float(value))


def settling():
    """Pulses that fall to a half within 10 epochs and stay there."""
    return 100 * np.maximum(1 - 0.05 * np.arange(EPOCHS), 0.5)


def reproducing():
    """A training in which the claims 2 and 4 to 7 hold in every epoch."""
    found = {"baseline": curves(constant(97), constant(0))}
    ratios = {(3, 1): 2, (5, 1): 2.85}
    for P, D in PAIRS:
        gain = 1 if P != D else 0
        growth = ratios.get((P, D), (P + D) / 2)
        found[setting((P, D))] = curves(constant(95 + gain), growth * settling())
    return found


def turning(at=20):
    """The same, but until epoch `at` (1,1) is 5 points below the baseline and unequal gamma ahead,
    and from then on as good as the baseline, with unequal gamma behind; pulses of (5,1) are too
    many by then."""
    found = reproducing()
    late = np.arange(1, EPOCHS + 1) > at
    for P, D in PAIRS:
        accuracy = np.where(late, 96.5, 92.0) + (P != D) * np.where(late, -1.0, 1.0)
        pulses = found[setting((P, D))].pulses[0, 1:]
        if (P, D) == (5, 1):
            pulses = pulses * np.where(late, 9.0, 1.0)
        found[setting((P, D))] = curves(accuracy, pulses)
    return found


def failing():
    """A training in which none of them holds in any epoch."""
    found = {"baseline": curves(constant(97), constant(0))}
    for P, D in PAIRS:
        found[setting((P, D))] = curves(constant(90), 100 * 1.05 ** np.arange(EPOCHS))
    return found


def cells(text):
    """The rows of all tables in a text, each a dict by the words of the first head."""
    rows = [line[2:-2].split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [dict(zip(rows[0], row)) for row in rows[2:]]
