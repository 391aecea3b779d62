"""The networks of the comparison: each programming rule on each device, with devices that are all
alike and with devices that differ, and the candidates among which validation images choose."""

from dataclasses import replace

import numpy as np
from scipy.optimize import brentq

from snn_brian.base.errors import UserError
from snn_brian.check.loading import load, names
from snn_brian.declarations import Device
from snn_brian.device.response import after
from snn_brian.job.arguments import check_fit

DEVICES = ("TiOx", "linear", "Ag_aSi", "EpiRAM")
SPREADS = dict(alpha_P=0.25, alpha_D=0.25, A_P=0.25, A_D=0.25, N=0.25, G_max=0.01, G_min=0.05)
EPOCHS, CHOOSING = 10, 3  # of a network, and of a candidate
HELD_OUT = 10_000  # training images that candidates are tested on
FACTORS = (0.25, 0.5, 1, 2, 4)  # times the declared learning rate
# points by which a candidate has to be better than the declared rate: about what seeds differ by.
# Adam at twice its rate is 0.07 points better in 3 epochs, and in 10 a layer often loses a class.
MARGIN = 0.2
AROUND = 0.1  # of the range: how far conductances start from the balance point
IDEAL = ("device", "ideal")
ENDLESS = 1e7  # pulses of endurance, which no device gets: each counts its own

ON_LINE = dict(optimizer="sgd", batch=1)
# name -> rule and way of learning; the paper's own with Adam beside it on-line
RULES = {"ternary, Adam": ("ternary", dict(optimizer="adam", batch=100))} | {
    name: (name, ON_LINE) for name in names("programming")
}


def declared():
    """All devices that a rule may move."""
    return [name for name in names("device") if isinstance(load("device", name), Device)]


def alike(device):
    """`--set` of devices that are all the same, from pulse to pulse, too."""
    return {"device.cycle_to_cycle": 0}


def varied(device):
    """Of devices that differ by as much as the paper's Fig. 4b has it, and by 1 % of the range
    from pulse to pulse."""
    own = [
        name
        for name in SPREADS
        if name in ("G_max", "G_min", *load("device", device).law.parameters)
    ]
    found = {f"device.device_to_device.{name}": SPREADS[name] for name in own}
    return found | {"device.cycle_to_cycle": 0.01}


CONDITIONS = {"alike": alike, "varied": varied}


def balance(device):
    """(the place in the range at which a potentiating and a depressing pulse move a device equally
    far, how far, as a share of the range)"""
    device, K = replace(device, cycle_to_cycle=0), device.K

    def moved(x, n):
        return (after(device, K + x * (1 - K), n) - K) / (1 - K) - x

    def excess(x):
        return moved(x, 1) + moved(x, -1)

    if np.isclose(excess(0.25), excess(0.75)):  # linear: anywhere
        return 0.5, float(moved(0.5, 1))
    place = brentq(excess, 1e-6, 1 - 1e-6)
    return place, float(moved(place, 1))


def start(device):
    """Of learning, as `--set` takes it; as declared on the device that rules are declared for."""
    if device == "TiOx":
        return {}
    place, _ = balance(load("device", device))
    ends = np.clip([place - AROUND, place + AROUND], 0, 1)
    return {"learning.initial": ",".join(f"{end:.4f}" for end in ends)}


def arm(rule, device, condition):
    """A point of a sweep, with the declared learning rate. A rule that has to know what a pulse
    pair is worth is told: twice the step at the balance point."""
    programming, learning = RULES[rule]
    found = {"arm": "memristive", "device": device, "programming": programming} | learning
    found |= start(device) | CONDITIONS[condition](device)
    if device != "TiOx" and "theta" in load("programming", programming).parameters:
        own = load("device", device)
        found["programming.theta"] = round(2 * balance(own)[1] * (1 - own.K), 6)
    return found


def baseline(rule):
    """The name of the float weights that learn as the rule's network does."""
    return "float, " + ("on-line" if RULES[rule][1] == ON_LINE else "Adam")


def compared(rules, devices):
    """name -> values of a point, with declared learning rates: the baselines of these rules, and
    each rule on each device in both conditions."""
    found = {baseline(rule): {"arm": "baseline"} | RULES[rule][1] for rule in rules}
    return found | {
        name(rule, device, condition): arm(rule, device, condition)
        for device in devices
        for condition in CONDITIONS
        for rule in fitting(rules, device)
    }


def fitting(rules, device):
    """Those of the rules that a device has all parameters and inverses for."""
    return [rule for rule in rules if not why_not(rule, device)]


def why_not(rule, device):
    """Why a rule cannot move a device; None if it can."""
    programming, learning = RULES[rule]
    own = load("programming", programming), load("optimizer", learning["optimizer"])
    try:
        check_fit(load("device", device), *own)
    except UserError as error:
        # without its flag, and what to do about it
        return str(error).split(": ", 1)[1].split(";")[0]
    return None


def name(rule, device, condition):
    """Of a network in the comparison."""
    return f"{rule} on {device}, {condition}"


def candidates(point, factors=FACTORS):
    """eta -> the point as a candidate, which is tested on training images that it does not learn
    from."""
    short = {"epochs": CHOOSING, "validation": HELD_OUT}
    return {
        own: point | short | {"learning.eta": own}
        for own in (round(factor * declared_eta(point), 6) for factor in factors)
    }


def declared_eta(point):
    """The learning rate that is declared with the point's rule, or with ideal weights."""
    declared = load(*(("programming", point["programming"]) if "programming" in point else IDEAL))
    return declared.learning[point["optimizer"]].eta


def best(point, accuracies):
    """The learning rate, of {eta: accuracy of its candidate}, that the point gets."""
    found = max(accuracies, key=accuracies.get)
    declared = round(declared_eta(point), 6)
    return found if accuracies[found] > accuracies[declared] + MARGIN else declared


def is_at_end(point, eta, factors=FACTORS):
    """Whether a learning rate is the least or the largest that was tried: a better one may be
    beyond."""
    tried = list(candidates(point, factors))
    return eta in (min(tried), max(tried))


def chosen(point, eta):
    """The point that is compared."""
    return point | {"epochs": EPOCHS, "learning.eta": eta}


def counting(points):
    """The same, in which each device counts its own pulses."""
    return {
        name: values | ({"device.reliability.endurance": ENDLESS} if "device" in values else {})
        for name, values in points.items()
    }


def devices_per_synapse(rule):
    """The pair and, of a rule with a second array, a device of it and its reference."""
    return 4 if load("programming", RULES[rule][0]).transfer else 2


def digital_bits(rule):
    """Beside a pair: of the rule's own numbers, the optimizer's and the gradient of a batch."""
    programming, learning = RULES[rule]
    own = load("programming", programming)
    numbers = len(own.variables.split("\n")) if own.variables else 0
    bits = 32 * numbers
    if "M" in own.parameters:  # a counter from -(M - 1) to M - 1
        bits = int(np.ceil(np.log2(2 * own.parameters["M"] - 1)))
    return bits + (3 * 32 if learning["optimizer"] == "adam" else 0)
