"""The networks of the map: each rule at each shape of a device, and the baseline of each way of
learning."""

from pathlib import Path

from asymmetry.shapes import Shape

from snn_brian.check.loading import load

N = 100  # pulses over the range, wherever nothing else is said
NONLINEARITIES = (0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.48, 0.495, 0.5)
PULSES = (8, 16, 32, 64, 125, 250, 500, 1000)
# Of the second axis; the last is the shape of TiOx over 100 pulses.
SHAPES = {"linear": (0, 0), "equally bent": (0.3, 0.3), "as TiOx": (0.32, 0.5)}
EPOCHS = 3

DEVICE = str(Path(__file__).with_name("device.py"))
ON_LINE = dict(optimizer="sgd", batch=1)
LEARNING = {"ternary": {}, "counter": ON_LINE, "accumulator": ON_LINE}  # {}: Adam, batches of 100


def grid(nonlinearities=NONLINEARITIES):
    """The shapes of the map: a row of PANL for each DANL."""
    return [[Shape(PANL, DANL, N) for PANL in nonlinearities] for DANL in nonlinearities]


def lengths(pulses=PULSES):
    """{name of a shape: its devices over more and more pulses}"""
    return {name: [Shape(*own, each) for each in pulses] for name, own in SHAPES.items()}


def setting(rule, shape):
    """The name of a network."""
    return f"{rule}, PANL {shape.PANL}, DANL {shape.DANL}, N {shape.N}"


def point(rule, shape):
    """A point of a sweep. Where the rule has to know what a pulse pair is worth, it is twice the
    step at the balance point; its learning rate is the declared one."""
    device = load("device", "TiOx")
    found = {"arm": "memristive", "device": DEVICE, "programming": rule, "epochs": EPOCHS}
    found |= LEARNING[rule] | shape.parameters() | {"learning.initial": shape.start()}
    if "theta" in load("programming", rule).parameters:
        found["programming.theta"] = round(float(2 * shape.step * (1 - device.K)), 6)
    return found


def baseline(rule):
    """The name of the baseline that learns as the rule's network does."""
    return "baseline, on-line" if LEARNING[rule] else "baseline, batches"


def settings(rules, shapes):
    """name -> values of a point."""
    found = {
        baseline(rule): {"arm": "baseline", "epochs": EPOCHS} | LEARNING[rule] for rule in rules
    }
    return found | {setting(rule, shape): point(rule, shape) for rule in rules for shape in shapes}
