"""Pairs of declared devices under a declared programming rule, between two groups of any Brian2
script."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np
from brian2 import joule
from brian2.units import Quantity

from snn_brian.crossbar.crossbar import Code, Crossbar, by_name
from snn_brian.crossbar.line_resistance import LineResistance
from snn_brian.crossbar.statements import identifiers, statements, written
from snn_brian.declarations import Device, Programming
from snn_brian.device.reliability import FATE, begun
from snn_brian.device.variation import spread
from snn_brian.device.wires import Wires
from snn_brian.network.pair import REACH, READ_LOAD, SIDES, WIRED, Pair, internal, lines
from snn_brian.network.refresh import REFRESHED


@dataclass(frozen=True)
class Counts:
    """What pairs were given since they were made, summed over the pairs of each target neuron;
    arrays of shape (neurons,)."""

    potentiation_pulses: np.ndarray
    depression_pulses: np.ndarray
    reads: np.ndarray  # of single devices, by the programming rule
    write_energy: Quantity  # of all pulses
    read_energy: Quantity | None  # of all reads of `w`; None: the device does not say
    # of the refresh of pairs, which the numbers above leave out; None: the rule has none
    erasing_pulses: np.ndarray | None = None
    refresh_pulses: np.ndarray | None = None
    refresh_reads: np.ndarray | None = None


class Counting:
    """The part of `MemristivePair` that does not depend on which kind of Synapses it is."""

    def __init__(
        self,
        source: object,
        target: object,
        device: Device,
        programming: Programming,
        request: str | None = None,
        prepare: str = "",
        model: str = "",
        on_pre: Code = None,
        on_post: Code = None,
        programmed_by: str = "pre",
        rest: str = "",
        initial: tuple[float, float] | None = None,
        seed: int = 0,
        start: bool = True,
        wires: Wires | None = None,
        wires_every: int = 1,
        signal: str = "",
        **kwds: object,
    ):
        if programmed_by not in ("pre", "post"):
            raise ValueError(f"programmed_by={programmed_by!r}: must be 'pre' or 'post'.")
        if wires and not (isinstance(wires_every, Integral) and wires_every >= 1):
            raise ValueError(f"wires_every={wires_every!r}: must be a whole number from 1.")
        self.pair = Pair(device, programming, wires, signal)
        given = {"pre": by_name(on_pre, "pre"), "post": by_name(on_post, "post")}
        for own in given.values():
            _refuse(own)
        paths = {
            side: {name: self._pathway(name, code) for name, code in own.items()}
            for side, own in given.items()
        }
        asking = [code for own in given.values() for code in own.values() if asks(code)]
        if asking and ("dw" in target.variables or "dw" in identifiers(model)):
            raise ValueError("'dw' is the request of a pathway; call the variable otherwise.")
        if request is not None or not asking:
            own = request or "request_post"
            paths[programmed_by]["program"] = self.pair.program(own, prepare)
        if rest:
            paths["post"]["relax"] = self.pair.relax(rest)
        if self.pair.refreshes:
            _refuse_without_event(programming, kwds.get("on_event"), "refresh")
            paths["post"]["refresh"] = self.pair.refresh()
        if self.pair.transfers:
            _refuse_without_event(programming, kwds.get("on_event"), "transfer")
            paths["pre"]["transfer"] = self.pair.transfer()
        super().__init__(
            source,
            target,
            lines([self.pair.model, model]),
            on_pre=paths["pre"] or None,
            on_post=paths["post"] or None,
            **kwds,
        )
        if wires:
            sides = {f"G_{side}": REACH[side] for side in SIDES}
            self.contained_objects.append(LineResistance(self, sides, WIRED, wires_every))
        if start:
            self.start(initial, seed)

    def _pathway(self, name, code):
        """Code sees `w` as it is read from devices with read noise, and programs the pair if it
        sets `dw`."""
        if not asks(code):
            signal = self.pair.signal if name == "forward" else ""
            return self.pair.read(code, signal) if isinstance(code, str) else code
        before, request = split_request(name, code)
        if before or "w" in identifiers(request):
            reads = "reads += 2" if _follows_from_w(before, request) else ""
            before, request = (
                lines([reads, self.pair.read(lines([before, f"dw = {request}"]))]),
                "dw",
            )
        return self.pair.program(f"({request})", before)

    def _create_variables(self, *args, **kwds):
        """Called by Brian2, before it makes the pathways; the counters have a value for each
        neuron."""
        super()._create_variables(*args, **kwds)
        for name in self.pair.counters:
            self.variables.add_array(
                name, size=len(self.target), index="_postsynaptic_idx", dtype=np.float64
            )

    def start(self, initial: tuple[float, float] | None = None, seed: int = 0) -> None:
        """Give parameters, devices and conductances their values, as they are before any pulse.

        Parameters
        ----------
        initial : (float, float) or None
            The place of each device in its range, 0 at G_min and 1 at G_max, is uniform in it.
            None: as the programming rule says for the first optimizer that it names.
        seed : int
            Of the devices' differences and of where they start.

        Raises
        ------
        ValueError
            For places that are outside the range, or that nobody says.
        """
        pair, random = self.pair, np.random.default_rng(seed)
        initial = _places(initial, pair.programming)
        for name, value in pair.parameters.items():
            setattr(self, name, value)
        count, ends = len(self.source) * len(self.target), {"G_min": pair.device.K, "G_max": 1.0}
        for name, symbol in pair.spreads.items():
            scale = float(1 / pair.device.G_max) if symbol in ends else 1
            values = spread(pair.device, symbol, count, random) * scale
            setattr(self, name, values)
            ends[name] = values
        if pair.transfers:
            self.G_A = pair.reference(ends)
        for name in pair.references:
            setattr(self, name, self.G_A[:])
        for side in SIDES:
            low, high = (ends.get(f"{end}_{side}", ends[end]) for end in ("G_min", "G_max"))
            G = low + (high - low) * random.uniform(*initial, count)
            setattr(self, f"G_{side}", begun(G, ends.get(internal(FATE, side)), low, high))
        self.w = "G_plus - G_minus"

    def conductances(self) -> tuple[Quantity, Quantity]:
        """G_plus and G_minus in siemens, of shape (source neurons, target neurons)."""
        G_max = self.pair.device.G_max
        shape = len(self.source), len(self.target)
        return tuple(np.reshape(getattr(self, f"G_{side}_")[:], shape) * G_max for side in SIDES)

    def counts(self) -> Counts:
        """Pulses, reads, write and read energy so far."""
        found = {name: np.asarray(self.variables[name].get_value()) for name in self.pair.counters}
        device = self.pair.device
        energy = write_energy(device, found["load_P"], found["load_D"]) * joule
        read = read_energy(device, found[READ_LOAD]) * joule if READ_LOAD in found else None
        of_refresh = (found.get(name) for name in REFRESHED)
        pulses = found["pulses_P"], found["pulses_D"], found["reads"]
        return Counts(*pulses, energy, read, *of_refresh)


class MemristivePair(Counting, Crossbar):
    """A `Crossbar` with a pair of devices for each synapse, w = G_plus - G_minus.

    Code of `on_pre` and `on_post` that ends in `dw = ...` requests this change of the weight, which
    the programming rule carries out by pulses of the device, as in plasticity that depends on spike
    timing: on_pre="v_post += w; Apre += 0.01; dw = Apost", on_post="Apost -= 0.01; dw = Apre".
    Where no code does, the pathway `program` carries out a `request` at every spike of the source
    (or of the target). Pulses of all pathways are counted. Conductances `G_plus`, `G_minus` are in
    units of G_max.

    A request that is made from `w`, also by statements before it, counts as a read of both devices.
    A pathway that is a request alone
    can be the fastest: a compiled program skips from one pulse to the next where the request is a
    product of factors of the source and of the target.

    Parameters
    ----------
    source, target : NeuronGroup
    device : Device
    programming : Programming
    request : str or None
        The requested change of `w` by `program`, an expression; `_post` is a variable of the
        target. None: "request_post" unless other code sets `dw`.
    prepare : str
        Statements before, for every synapse, which may set names that `request` uses.
    model : str
        Further equations of a synapse.
    on_pre, on_post : str or dict
        Code, or pathways by name, e.g. {"forward": "U_post += w"}; they see `w` with read noise.
    programmed_by : str
        "pre" or "post": whose spikes program the pairs.
    rest : str
        For devices that change without pulses: seconds, an expression, that have passed for all
        pairs of a target neuron at its event of the pathway `relax`. Empty: no time passes.
    initial, seed : (float, float), int
        As in `start`.
    start : bool
        False leaves all values to whoever runs a compiled program with arguments.
    wires : Wires or None
        With a resistance, through which `w` is read: its code sees `w` as the columns do.
    wires_every : int
        Time steps after which the share of each device that reaches the end of its column is
        computed anew, from the conductances at the start of that step; pulses count at once.
    signal : str
        What a spike is worth in the pathway `forward`, as a factor on the device's read voltage:
        the read energy goes with its square. Empty: 1.
    kwds
        As in `Crossbar`; `on_event` must name the event of the pathway `refresh`, or `transfer`, of
        a rule that has one.

    Raises
    ------
    ValueError
        For a request that uses names that there are not, for a `dw` that is not the last statement
        of its pathway, for other values of `programmed_by` and `wires_every`, and as `start` and
        `Crossbar`.
    """


def _places(initial, programming):
    """Where in their range devices start: as given, or as the programming rule says."""
    if initial is None:
        if not programming.learning:
            raise ValueError(
                f"initial: '{programming.name}' has no learning settings, which would say where "
                "devices start; give two places of the range, e.g. initial=(0.2, 0.8)."
            )
        initial = next(iter(programming.learning.values())).initial
    places = np.asarray(initial, float)
    if places.shape != (2,) or not 0 <= places[0] <= places[1] <= 1:
        raise ValueError(
            f"initial={initial!r}: must be two places of the range, from 0 (G_min) to 1 (G_max), "
            "the lower one first, e.g. (0.2, 0.8)."
        )
    return places


def asks(code: Code) -> bool:
    """Whether a pathway's code requests a change of the weight."""
    return isinstance(code, str) and "dw" in written(code)


def split_request(name: str, code: str) -> tuple[str, str]:
    """The statements before, and the expression of, the request at the end of a pathway's code.

    Raises
    ------
    ValueError
        If it is not the last statement, or not the only one that sets or uses `dw`.
    """
    *before, last = statements(code)
    before = "\n".join(map(str, before))
    if (last.name, last.operation) != ("dw", "=") or "dw" in identifiers(
        f"{before}\n{last.expression}"
    ):
        raise ValueError(
            f"the pathway '{name}' must end in its request, one statement 'dw = ...', and use dw "
            "nowhere else."
        )
    return before, last.expression


def _follows_from_w(before, request):
    """Whether a request is made from `w`, by itself or by names that statements before it set; what
    a neuron was given is its own."""
    used = identifiers(request)
    for each in reversed(statements(before)):
        if each.name in used and not each.name.endswith(("_pre", "_post")):
            used |= identifiers(each.value)
    return "w" in used


def _refuse_without_event(programming, events, path):
    """A refresh or a transfer is at an event of its own, not at every spike."""
    if isinstance(events, dict) and path in events:
        return
    if path == "transfer":
        raise ValueError(
            f"the rule '{programming.name}' reads its devices A: name the event of the source at "
            "which it does, on_event={'transfer': ...}."
        )
    raise ValueError(
        f"the rule '{programming.name}' refreshes its pairs: name the event of the target at "
        "which it does, on_event={'refresh': ...}, or leave it out by "
        "dataclasses.replace(rule, refresh='')."
    )


def _refuse(paths):
    """Further pathways may neither take the place of `program` nor set the weight."""
    for name, code in paths.items():
        if name in ("program", "relax", "refresh", "transfer"):
            raise ValueError(f"'{name}' is a pathway of the pair itself; rename yours.")
        if isinstance(code, str) and not {"w", "G_plus", "G_minus"}.isdisjoint(written(code)):
            raise ValueError(
                f"the pathway '{name}' sets w, which follows from G_plus and G_minus; request the "
                "change: dw = ..."
            )


def write_energy(device: Device, load_P: np.ndarray, load_D: np.ndarray) -> np.ndarray:
    """V^2 t G of every pulse in joules, G the mean of before and after (NeuroSim, Cell.cpp).

    Parameters
    ----------
    device : Device
    load_P, load_D : array_like
        Sums over potentiation and depression pulses of the mean conductance, in units of G_max.
    """
    return sum(
        load * float(pulse.voltage**2 * pulse.width * device.G_max)
        for load, pulse in (
            (load_P, device.potentiation_pulse),
            (load_D, device.depression_pulse),
        )
    )


def read_energy(device: Device, load_R: np.ndarray) -> np.ndarray:
    """V^2 t G of every read in joules, of both devices of a pair at the voltage of the row; what
    wires take of it is not left out.

    Parameters
    ----------
    device : Device
    load_R : array_like
        Sums over reads of the conductances, in units of G_max.
    """
    return load_R * float(device.read_voltage**2 * device.read_time * device.G_max)
