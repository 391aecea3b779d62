"""What learning moves, as arrays: where it starts, its range, and what of it has to be kept."""

import numpy as np

from snn_brian.device.reliability import FATE, as_law, begun, rested
from snn_brian.device.variation import spread
from snn_brian.network.pair import COUNTERS, READ_LOAD, internal, names
from snn_brian.network.refresh import REFRESHED
from snn_brian.network.transfer import SIDE


class Plastic:
    """The plastic variables of all layers, and the devices they belong to, in units of the network.

    A state is a dict from names such as "synapses_1.G_plus" to arrays of shape (inputs, neurons).

    Parameters
    ----------
    arm : Arm
    synapse : Connections
        Of the arm's weights and rule.
    shapes : dict
        Name of a learned projection -> (inputs, neurons), in the order of the graph.
    stream : callable
        stream(name, number) gives the generator of the devices or the initial state of the
        projection of this number, from 1.
    """

    def __init__(self, arm, synapse, shapes, stream):
        self.pairs = "G_plus" in synapse.state
        self.weights = as_law(arm.weights) if self.pairs else arm.weights
        self.shapes = shapes
        self.names = {p: {name: f"synapses_{p}.{name}" for name in synapse.state} for p in shapes}
        self.keys = [key for own in self.names.values() for key in own.values()]
        # w of a pair follows, but for its last bit, which decides where requests depend on w
        self.keeps_w = self.pairs and bool(arm.rule)
        self.independent = [
            key for key in self.keys if not (self.pairs and key.endswith(".w")) or self.keeps_w
        ]
        self.interval, self.stream = arm.initial, stream
        self.variables = names(self.weights.law.variables) if self.pairs else ()
        self.one_sided = bool(arm.rule)  # all starts of G_minus are at G_min
        self.sides = synapse.carrier.sides if self.pairs else ()
        self.devices = self._devices(synapse)
        self.references = self._references(synapse) if synapse.transfers else {}
        for name in synapse.carrier.references if self.pairs else ():
            self.devices |= {f"synapses_{p}.{name}": each for p, each in self.references.items()}

    def _devices(self, synapse):
        """What differs from device to device."""
        devices = {}
        for number, (p, shape) in enumerate(self.shapes.items(), 1):
            random = self.stream("devices", number)
            for name, symbol in synapse.spreads.items():
                scale = 1 / self.weights.G_max if symbol in ("G_max", "G_min") else 1
                values = np.asarray(spread(self.weights, symbol, shape, random) * scale, np.float32)
                devices[f"synapses_{p}.{name}"] = values
        return devices

    def _references(self, synapse):
        """What the devices A of each projection count from, and start at."""
        found = {}
        for p, shape in self.shapes.items():
            own = {name: self.devices[f"synapses_{p}.{name}"] for name in synapse.spreads}
            found[p] = np.empty(shape, np.float32)
            found[p][:] = synapse.carrier.reference(own)
        return found

    def start(self):
        """The state before training: conductances or weights uniform in an interval, all else 0."""
        state = {}
        for number, (p, shape) in enumerate(self.shapes.items(), 1):
            random, own = self.stream("initial", number), self.names[p]
            follows = own["w"] if self.pairs else None
            state |= {key: np.zeros(shape, np.float32) for key in own.values() if key != follows}
            for key in (own["G_plus"], own["G_minus"]) if self.pairs else (own["w"],):
                one_end = self.one_sided and key.endswith(".G_minus")
                interval = (self.weights.K, self.weights.K) if one_end else self.interval
                drawn = random.uniform(*interval, shape).astype(np.float32)
                state[key] = np.clip(drawn, *self.range(key))
            if self.references:
                state[own[f"G_{SIDE}"]] = self.references[p].copy()
        return self.whole(self.stuck(state))

    def stuck(self, state):
        """A state as training begins from it: devices that are stuck at an end are there."""
        ends = {
            key: begun(values, self.devices[fate], *self.range(key))
            for key, values in state.items()
            if (fate := key.replace(".G_", f".device_{FATE}_")) in self.devices
        }
        return state | ends

    def range(self, key):
        """The least and the largest value of a conductance, of each device if they differ; other
        variables have none."""
        if not key.endswith(tuple(f".G_{side}" for side in self.sides)):
            return -np.inf, np.inf
        return tuple(
            self.devices.get(key.replace(".G_", f".{end}_"), np.float32(common))
            for end, common in (("G_min", self.weights.K), ("G_max", 1))
        )

    def whole(self, state):
        """A state in its shapes, with w from the conductances: the same after a run and after a
        checkpoint."""
        whole = {}
        for p, shape in self.shapes.items():
            own = self.names[p]
            whole |= {key: state[key].reshape(shape) for key in own.values() if key in state}
            if self.pairs and not (self.keeps_w and own["w"] in state):
                whole[own["w"]] = whole[own["G_plus"]] - whole[own["G_minus"]]
        return whole

    def rested(self, state, seconds):
        """A state after a time without pulses, of the devices that relax."""
        after = dict(state)
        for p in self.shapes:
            for side in self.sides:
                own = {"G": f"synapses_{p}.G_{side}"}
                own |= {name: f"synapses_{p}.{name}_{side}" for name in self.variables}
                differing = {
                    symbol: self.devices[key]
                    for symbol in self.weights.device_to_device
                    if (key := f"synapses_{p}.{internal(symbol, side)}") in self.devices
                }
                values = {name: state[key] for name, key in own.items()} | differing
                moved = rested(self.weights, values, seconds)
                after |= {own[name]: moved[name] for name in own if name in moved}
            after.pop(self.names[p]["w"], None)  # it follows
        return self.whole(after)

    def check(self, values, when, kind):
        """Every number must be one, the plastic ones finite, every conductance in the range of its
        device, and every count finite and not below 0, as it is after an overflow; raises
        `kind`."""
        for key, array in values.items():
            if key.split(".")[-1] in (*COUNTERS, READ_LOAD, *REFRESHED) and not np.all(
                (array >= 0) & (array < np.inf)
            ):
                raise kind(
                    f"{key} is no count {when}: a request asked for more pulses than 32 bits can "
                    "hold; give a smaller --eta."
                )
            if np.isnan(array).any() or key in self.keys and np.isinf(array).any():
                raise kind(f"{key} is not finite {when}; a smaller --eta may help.")
            flat, (least, most) = np.ravel(array), self.range(key)
            if np.any(flat < np.ravel(least)) or np.any(flat > np.ravel(most)):
                raise kind(f"{key} is out of its device's range {when}.")
