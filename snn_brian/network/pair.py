"""A pair of devices for each synapse, w = G_plus - G_minus (paper, Eq. 2): its variables, and what
a request makes of it.

n > 0 potentiates G_plus and depresses G_minus, n < 0 the other way round. `load` is the sum over
pulses of the mean conductance before and after, which times V^2 t_pulse is the write energy
(NeuroSim).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from brian2.utils.stringtools import get_identifiers, word_substitute
from numpy.typing import ArrayLike

from snn_brian.crossbar.line_resistance import PARAMETERS
from snn_brian.crossbar.pulses import Pulses, replace_calls
from snn_brian.crossbar.statements import identifiers, substituted, written
from snn_brian.declarations import Device, Programming
from snn_brian.device.reliability import as_law
from snn_brian.device.wires import Wires
from snn_brian.network.refresh import REFRESHED, refreshing
from snn_brian.network.transfer import REFERENCE, SIDE, on_A, reference, transferring

SIDES = ("plus", "minus")
COUNTERS = ("pulses_P", "pulses_D", "load_P", "load_D", "reads")  # of a neuron, in all of its pairs
# Sum over reads of the conductances of both devices, where a device says what a read takes.
READ_LOAD = "load_R"
# Through wires, w is seen as WIRED, and of each conductance the share REACH.
REACH, WIRED = {"plus": "reach_plus", "minus": "reach_minus"}, "w_wired"
LARGE = 2.0**24  # rows and columns of a tile that is the whole array
PAIR = """
up = int(n > 0)
down = int(n < 0)
{before}{pulses}{aged}
new_plus = clip({plus_sum}, {plus_least}, {plus_most})
new_minus = clip({minus_sum}, {minus_least}, {minus_most})
moved = new_plus - new_minus - w
pulses_P += (up + down)*n_P
pulses_D += (up + down)*n_D
load_P += n_P*(up*(G_plus + new_plus) + down*(G_minus + new_minus))/(2*{counted_P})
load_D += n_D*(down*(G_plus + new_plus) + up*(G_minus + new_minus))/(2*{counted_D}){wired}
G_plus = new_plus
G_minus = new_minus
w = G_plus - G_minus
"""
# 0 where 32 bits cannot count the pulses: the load then is infinite, which ends the run.
COUNTED = "int({n} >= 0 and {n} < 2e9)"
WITHIN = {f"counted_{way}": COUNTED.format(n=f"n_{way}") for way in "PD"}
# Devices with a state of their own: it follows the pulses, and the range may depend on it.
AGED = """
sum_plus = {plus_sum}
sum_minus = {minus_sum}
{plus_after}
{minus_after}"""
# Rules whose numbers of pulses depend on the conductance of each device decide them for every
# synapse, before n.
EACH_DEVICE = """
way = {number}
n_P = {potentiation_pulses}
n_D = {depression_pulses}
"""
GIVEN = "int(n_P != 0) + int(n_D != 0)"
# The pulses that each of the two devices gets, by `Programming.devices`.
CHOICES = {
    "both": """
n_P = {potentiation_pulses}
n_D = {depression_pulses}
""",
    "one at random": """
depresses = int(rand() < 0.5)
n_P = ({potentiation_pulses})*(1 - depresses)
n_D = ({depression_pulses})*depresses
""",
    "the one that moves": """
all_P = {potentiation_pulses}
all_D = {depression_pulses}
moves_P = up*({plus_all_P}) + down*({minus_all_P})
moves_D = up*({minus_all_D}) + down*({plus_all_D})
n_P = all_P*int(moves_P >= moves_D)
n_D = all_D*int(moves_P < moves_D)
""",
}


@dataclass(frozen=True)
class Pair:
    """The variables of a pair of one device under one programming rule, and their code."""

    device: Device
    programming: Programming
    wires: Wires | None = None
    signal: str = ""  # what a spike of the source is worth, as a factor on the read voltage

    def __post_init__(self):
        object.__setattr__(self, "device", as_law(self.device))

    @property
    def state(self) -> tuple[str, ...]:
        """Per-synapse variables that outlive an epoch."""
        variables = names(self.device.law.variables)
        own = tuple(f"{name}_{side}" for name in variables for side in self.sides)
        wired = (*REACH.values(), WIRED) if self.wires else ()
        devices = tuple(f"G_{side}" for side in self.sides)
        return ("w", *devices) + wired + own + names(self.programming.variables)

    @property
    def sides(self) -> tuple[str, ...]:
        """Of the devices of a synapse: what their variables end in."""
        return (*SIDES, SIDE) if self.transfers else SIDES

    @property
    def transfers(self) -> bool:
        """Whether requests go to a device beside the pair, which is read in turn."""
        return bool(self.programming.transfer)

    @property
    def relaxes(self) -> bool:
        """Whether its devices change without pulses."""
        return bool(self.device.law.relaxation)

    @property
    def refreshes(self) -> bool:
        """Whether its rule erases pairs and programs them anew."""
        return bool(self.programming.refresh)

    @property
    def counters(self) -> tuple[str, ...]:
        """What a neuron counts in all of its pairs."""
        own = COUNTERS + (REFRESHED if self.refreshes else ())
        return own + ((READ_LOAD,) if self.device.counts_reads else ())

    @property
    def spreads(self) -> dict[str, str]:
        """Per-synapse constants of devices that differ: {variable: symbol of the device}."""
        varying = self.device.device_to_device
        return {self._symbol(symbol, side): symbol for symbol in varying for side in self.sides}

    @property
    def references(self) -> tuple[str, ...]:
        """Per-synapse constants that follow from what devices differ in."""
        return (REFERENCE,) if self.transfers and self.spreads else ()

    def reference(self, values: Mapping[str, ArrayLike]) -> np.ndarray:
        """What a device A counts from, in units of G_max, by the `spreads` of its synapse.

        Raises
        ------
        UserError
            For a device that has no symmetry point.
        """
        varying = self.device.device_to_device
        own = {symbol: values[self._symbol(symbol, SIDE)] for symbol in varying}
        return reference(self.device, own)

    @property
    def parameters(self) -> dict[str, float]:
        """Values of the shared parameters."""
        device = self.device
        common = self.transfers and not self.spreads
        return {
            "G_max": 1.0,
            "G_min": device.K,
            **{f"device_{name}": value for name, value in device.parameters.items()},
            "device_cycle_to_cycle": device.cycle_to_cycle,
            "device_read_noise": device.read_noise,
            **{f"rule_{name}": value for name, value in self.programming.parameters.items()},
            **(self._lines() if self.wires else {}),
            **({REFERENCE: float(self.reference({}))} if common else {}),
        } | ({"rule_erase_pulses": self.programming.erase_pulses} if self.refreshes else {})

    @property
    def model(self) -> str:
        """The equations of a synapse."""
        rule = self.programming.variables
        own = [f"{name} : 1" for name in self.state if name not in names(rule)] + [rule]
        own += [f"{name} : 1 (constant)" for name in (*self.spreads, *self.references)]
        return lines(own + [f"{name} : 1 (shared, constant)" for name in self.parameters])

    def read(self, code: str, signal: str = "") -> str:
        """What a spike does, with `w` as it is read: through the wires, with the noise of both
        devices, independent of each other, one draw for each spike however often `w` is
        mentioned. The energy is that of a read voltage times `signal`."""
        if "w" not in identifiers(code):
            return code
        if self.device.counts_reads:
            square = f"({signal})*({signal})*" if signal else ""
            code = f"{READ_LOAD} += {square}(G_plus + G_minus)\n{code}"
        code = word_substitute(code, {"w": WIRED}) if self.wires else code
        if not self.device.read_noise:
            return code
        w, (plus, minus) = "w", (f"G_{side}" for side in SIDES)
        if self.wires:
            w, (plus, minus) = WIRED, (f"({REACH[side]}*G_{side})" for side in SIDES)
        noise = f"device_read_noise*sqrt({plus}*{plus} + {minus}*{minus})*randn()"
        return f"w_read = {w} + {noise}\n{word_substitute(code, {w: 'w_read'})}"

    def program(self, dw: str, prepare: str = "") -> Pulses:
        """The pulses of a request `dw`, after statements that may make it: the rule's number, the
        device's law for each of the two, the counters."""
        rule = self.programming
        own = {name: f"rule_{name}" for name in rule.parameters}
        own |= {name: f"rule_{name}" for name in locals_of(rule)} | {"dw": dw}
        own |= {name: f"device_{name}" for name in rule.device_parameters}
        number = word_substitute(rule.number, own)
        counts = {
            field: word_substitute(getattr(rule, field), own)
            for field in ("potentiation_pulses", "depression_pulses")
        }
        before = [prepare, word_substitute(rule.prepare, own)]
        each_device = is_for_each_device(rule)
        if each_device:
            before.append(EACH_DEVICE.format(number=number, **self._needed(counts)))
            number = "way*int(n_P + n_D > 0)"
        if rule.reads:
            before.append(f"reads += int({dw} != 0)*({word_substitute(rule.reads, own)})")
        finish = word_substitute(rule.finish, own)
        if self._counts_alone():
            choice = CHOICES[rule.devices].format(**counts)
            return Pulses(
                number, self._pulsed("", counts), lines(before), lines([choice, finish]), GIVEN
            )
        if self.transfers:
            code = on_A(self, counts, **WITHIN)
        else:
            code = self._pulsed("" if each_device else CHOICES[rule.devices], counts)
        return Pulses(number, code + finish, lines(before))

    def _counts_alone(self):
        """Whether the rule's own variables, by themselves, decide whether a number gives pulses and
        follow it."""
        rule, own = self.programming, names(self.programming.variables)
        known = {*own, "n", *rule.parameters, "int", "abs", "sign", "clip", "floor", "ceil"}
        counts = identifiers(f"{rule.potentiation_pulses}\n{rule.depression_pulses}")
        return (
            rule.devices in ("both", "one at random")
            and not self.transfers
            and not counts.isdisjoint(own)
            and counts | identifiers(rule.finish) <= known
        )

    def transfer(self) -> Pulses:
        """The pulses of a transfer."""
        alike = dict.fromkeys(("potentiation_pulses", "depression_pulses"), "abs(n)")
        return transferring(self, self._pulsed(CHOICES[self.programming.devices], alike))

    def _pulsed(self, choice, counts):
        """The code of `n` pulses on both devices, of which each gets what a `choice` says."""
        sides = self.side("plus", "up", "down") | self.side("minus", "down", "up")
        counted = choice.format(**counts, **sides)
        aged = ""
        if self.device.law.after_pulses:
            aged = AGED.format(**sides)
            sides |= {"plus_sum": "sum_plus", "minus_sum": "sum_minus"}
        before_pulses = "".join(
            f"{self.of_device(self.device.law.before, side)}\n" for side in SIDES
        )
        return PAIR.format(
            before=before_pulses.lstrip(),
            pulses=counted,
            aged=aged,
            wired=self.wired("(new_{side} - G_{side})"),
            **WITHIN,
            **sides,
        )

    def refresh(self) -> Pulses:
        """The pulses of a refresh."""
        names = self.programming.parameters
        return refreshing(self, {name: f"rule_{name}" for name in names})

    def relax(self, rest: str) -> str:
        """The statements of a time without pulses; `rest` is an expression of its seconds."""
        code = [self.of_device(self.device.law.relaxation, side) for side in self.sides]
        ends = {side: self._range(side) for side in self.sides}
        kept = [f"G_{side} = clip(G_{side}, {low}, {high})" for side, (low, high) in ends.items()]
        code = word_substitute("\n".join(code), {"rest": f"({rest})"})
        before, after = (self.wired(G).strip() for G in ("(-G_{side})", "G_{side}"))
        return lines([before, code, *kept, after, "w = G_plus - G_minus"])

    def _lines(self):
        """Values of the parameters of the wires; no tile is a large one."""
        resistance = float(self.wires.resistance * self.device.G_max)
        return dict(zip(PARAMETERS, (resistance, *(self.wires.tile or (LARGE, LARGE)))))

    def wired(self, change: str) -> str:
        """The statement by which what is seen through wires follows a change of both devices."""
        if not self.wires:
            return ""
        own = (f"{REACH[side]}*{change.format(side=side)}" for side in SIDES)
        return f"\n{WIRED} += {' - '.join(own)}"

    def of_device(self, code: str, side: str, **further: str) -> str:
        """The law's statements or expression for one device: its symbols, variables, locals;
        `further` names are replaced as given."""
        law, parts = self.device.law, ("G_max", "G_min", *self.device.parameters)
        own = {name: self._symbol(name, side) for name in parts}
        own |= {name: f"{name}_{side}" for name in ("G", *names(law.variables))}
        known = own.keys() | further.keys()
        statements = f"{law.before}\n{law.after_pulses}\n{law.relaxation}"
        own |= {name: f"law_{name}_{side}" for name in written(statements) - known}
        return substituted(code, own | further)

    def _range(self, side):
        """The present ends of one device's range, as expressions."""
        law = self.device.law
        return self.of_device(law.lowest, side), self.of_device(law.highest, side)

    def _symbol(self, symbol, side):
        """What a symbol of the device is called in a synapse."""
        varies = symbol in self.device.device_to_device
        return internal(symbol, side) if varies else internal(symbol)

    def _needed(self, counts):
        """The numbers of pulses with `G`, the device that moves, and `needed(dG)`, the inverse of
        its law, written out."""
        law = self.device.law
        own = {name: f"device_{name}" for name in self.device.parameters}
        up, down = (f"int(way > 0)*G_{one} + int(way < 0)*G_{other}" for one, other in WAYS)
        moved = {
            "potentiation_pulses": (up, word_substitute(law.potentiation_needed, own)),
            "depression_pulses": (down, word_substitute(law.depression_needed, own)),
        }
        found = {}
        for field, (G, inverse) in moved.items():
            code = replace_calls(
                "needed",
                counts[field],
                lambda dG, inverse=inverse: f"({word_substitute(inverse, {'dG': dG})})",
            )
            found[field] = word_substitute(code, {"G": f"({G})"})
        return found

    def side(self, side: str, potentiated: str, depressed: str) -> dict[str, str]:
        """The law, the noise and the range of one device, which the expression `potentiated` or
        `depressed` says is 1 goes up or down."""
        device, law = self.device, self.device.law
        noise = ""
        if device.cycle_to_cycle:
            high, low = (self._symbol(name, side) for name in ("G_max", "G_min"))
            factor = ""
            if law.noise != "1":
                factor = f"*({self.of_device(law.noise, side, rises=potentiated)})"
            noise = (
                f" + device_cycle_to_cycle{factor}*({high} - {low})"
                f"*sqrt({potentiated}*n_P + {depressed}*n_D)*randn()"
            )
        P, D = (
            self.of_device(law.potentiation, side, n="n_P"),
            self.of_device(law.depression, side, n="n_D"),
        )
        own = f"({potentiated}*n_P + {depressed}*n_D)"
        least, most = self._range(side)
        return {
            f"{side}_sum": f"G_{side} + {potentiated}*({P}) - {depressed}*({D}){noise}",
            f"{side}_all_P": self.of_device(law.potentiation, side, n="all_P"),
            f"{side}_all_D": self.of_device(law.depression, side, n="all_D"),
            f"{side}_after": self.of_device(law.after_pulses, side, n=own),
            f"{side}_least": least,
            f"{side}_most": most,
        }


def internal(symbol: str, side: str = "") -> str:
    """What a symbol of a device is called in a synapse, where it differs from device to device for
    each of the two."""
    name = symbol if symbol in ("G_max", "G_min") else f"device_{symbol}"
    return f"{name}_{side}" if side else name


WAYS = (SIDES, SIDES[::-1])  # which device goes up and which goes down for n > 0


def is_for_each_device(rule: Programming) -> bool:
    """Whether the rule's numbers of pulses depend on the conductance of each device, or are drawn
    for each."""
    return not {"G", "SR", "needed"}.isdisjoint(_in_pulses(rule))


def uses_inverse(rule: Programming) -> bool:
    """Whether the rule needs a law with an inverse."""
    return "needed" in _in_pulses(rule)


def locals_of(rule: Programming) -> set[str]:
    """Names that the rule's statements set beside its own variables."""
    return written(f"{rule.prepare}\n{rule.finish}") - set(names(rule.variables)) - {"dw"}


def names(equations: str) -> tuple[str, ...]:
    """The variables that equations of parameters declare."""
    return tuple(line.split(":")[0].strip() for line in equations.splitlines() if ":" in line)


def lines(parts: list[str]) -> str:
    """Those of the texts that are not empty, a line or more each."""
    return "\n".join(part for part in parts if part.strip())


def _in_pulses(rule):
    return get_identifiers(f"{rule.potentiation_pulses} {rule.depression_pulses}")
