"""What NIR (Pedersen et al. 2024) says of a declared neuron: which of its nodes it is, and by which
numbers.

NIR's neurons are linear between spikes, in continuous time:

| node | between spikes | a spike through a weight w adds |
| --- | --- | --- |
| Threshold | U is the sum of one time step | gain w to U |
| IF | dU/dt = 0 | gain w to U |
| LIF | tau_mem dU/dt = leak - U | gain w to U |
| CubaLIF | tau_mem dU/dt = leak - U + r I, tau_syn dI/dt = -I | gain w to I |

A neuron that does anything else is refused. NIR leaves open how time is cut into steps; what a time
step does here is `step`. At a spike NIR sets U to `reset`; what takes a part from U instead is the
same in continuous time, where U is the threshold at a spike, and is told by `subtracts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import sympy
from brian2 import Equations
from brian2.equations.equations import DIFFERENTIAL_EQUATION, SUBEXPRESSION
from brian2.parsing.sympytools import str_to_sympy

from snn_brian.base.errors import UserError
from snn_brian.crossbar.statements import statements
from snn_brian.declarations import Neuron

ALLOWED = (
    "NIR has Threshold, IF, LIF and CubaLIF, as integrate_and_fire and leaky_integrate_and_fire"
)
EXACT = ("", "exact", "linear")
METHODS = (*EXACT, "exponential_euler", "euler")


@dataclass(frozen=True)
class NeuronNode:
    """A neuron as NIR has it; every number is an array, of one value or of one for each neuron, in
    SI units.

    `step` is what a time step does before its spikes arrive: U becomes `U_from_U` U + `U_from_I` I
    + `U_offset`, and I becomes `I_from_I` I.
    """

    kind: str  # "Threshold", "IF", "LIF" or "CubaLIF"
    gain: np.ndarray  # of U by a spike through a weight of 1; of I in a CubaLIF
    threshold: np.ndarray
    reset: np.ndarray  # U after a spike that came at the threshold
    subtracts: bool = False  # a spike takes threshold - reset from U
    tau_mem: np.ndarray | None = None  # s
    tau_syn: np.ndarray | None = None  # s
    leak: np.ndarray = field(default_factory=lambda: np.zeros(()))
    r: np.ndarray = field(default_factory=lambda: np.ones(()))
    step: dict[str, np.ndarray] = field(default_factory=dict)


def neuron_node(neuron: Neuron, values: Mapping[str, object], dt: float) -> NeuronNode:
    """A declared neuron as a node of NIR.

    Parameters
    ----------
    neuron : Neuron
        With what the synapse adds to it.
    values : mapping of str to number or array
        Of its parameters, in SI units; an array has one for each neuron.
    dt : float
        Of a time step, in s.

    Raises
    ------
    UserError
        Naming the field of the neuron that NIR cannot say.
    """
    return _Reading(neuron, dict(values) | {"dt": dt}, dt).node()


@dataclass(frozen=True)
class _Reading:
    neuron: Neuron
    values: dict
    dt: float

    def node(self):
        neuron = self.neuron
        if neuron.refractory:
            self.refuse("refractory", "is a time without spikes, which no node of NIR has")
        if neuron.substeps != 1:
            self.refuse("substeps", "lets a neuron spike at times that no time step is")
        current, dynamics = self.dynamics()
        target, gain = self.input()
        if target not in ("U", current):
            self.refuse("synaptic_input", f"drives {target}, which is neither U nor its current")
        if (target == "U") == (dynamics["kind"] == "CubaLIF"):
            self.refuse("synaptic_input", "does not drive the first variable of the equations")
        if dynamics["kind"] != "Threshold" and neuron.start_of_presentation is not None:
            self.refuse("start_of_presentation", "is how U starts, which in NIR is at 0")
        threshold = self.threshold()
        reset, subtracts = self.reset(threshold, dynamics["kind"])
        return NeuronNode(
            gain=gain, threshold=threshold, reset=reset, subtracts=subtracts, **dynamics
        )

    def refuse(self, name, why):
        value = getattr(self.neuron, name)
        value = " ".join(value.split()) if isinstance(value, str) else value
        raise UserError(
            f"NIR: {name}={value!r} of the neuron '{self.neuron.name}' {why}; {ALLOWED} are."
        )

    def number(self, name, expression):
        """The value of an expression of parameters."""
        symbols = sorted(expression.free_symbols, key=str)
        unknown = [str(each) for each in symbols if str(each) not in self.values]
        if unknown:
            self.refuse(name, f"depends on {', '.join(unknown)}")
        given = [np.asarray(self.values[str(each)], np.float64) for each in symbols]
        return np.asarray(sympy.lambdify(symbols, expression, "numpy")(*given), np.float64)

    def linear(self, name, text, variables):
        """{variable: its factor}, with "" for the constant, of an expression that is linear."""
        expression = str_to_sympy(str(text), variables=None)
        symbols = {each: sympy.Symbol(each, real=True) for each in variables}
        factors = {each: sympy.diff(expression, symbol) for each, symbol in symbols.items()}
        factors[""] = expression.subs(dict.fromkeys(symbols.values(), 0))
        for factor in factors.values():
            if factor.free_symbols & set(symbols.values()):
                self.refuse(name, "is not linear")
        return {each: self.number(name, factor) for each, factor in factors.items()}

    def dynamics(self):
        """(name of the current or None, {kind, tau_mem, tau_syn, leak, r, step})"""
        equations = Equations(self.neuron.equations)
        state = [name for name, each in equations.items() if each.type != SUBEXPRESSION]
        moving = [each for each in state if equations[each].type == DIFFERENTIAL_EQUATION]
        further = [each for each in state if each != "U"]
        if "U" not in state or len(further) > 1 or set(further) - set(moving):
            self.refuse("equations", f"has the variables {', '.join(state)}")
        if "U" not in moving:
            if further:
                self.refuse("equations", "has a current that U does not follow")
            return None, self.kept()
        if self.neuron.start_of_step:
            self.refuse("start_of_step", "comes beside a differential equation of U")
        if self.neuron.method not in METHODS:
            self.refuse("method", f"is none of {', '.join(METHODS[1:])}")
        flags = [each for name in moving for each in equations[name].flags]
        if flags:
            self.refuse("equations", f"has the flag ({', '.join(flags)})")
        own = dict(equations.get_substituted_expressions())
        rates = {each: self.linear("equations", own[each].code, state) for each in moving}
        return (further or [None])[0], self.flow(rates, *further)

    def kept(self):
        """Of a U without differential equation: what is left of it after a time step."""
        kept = np.ones(())
        made = statements(self.neuron.start_of_step)
        if made:
            if len(made) > 1 or made[0].name != "U":
                self.refuse("start_of_step", "is more than one statement about U")
            factors = self.linear("start_of_step", made[0].value, ["U"])
            kept = factors["U"]
            if factors[""].any():
                self.refuse("start_of_step", "adds something to U")
        step = {"U_from_U": kept}
        if not kept.any():
            return dict(kind="Threshold", step=step)
        if (kept == 1).all():
            return dict(kind="IF", step=step)
        if not ((kept > 0) & (kept < 1)).all():
            self.refuse("start_of_step", "is no decay of U")
        return dict(kind="LIF", tau_mem=-self.dt / np.log(kept), step=step)

    def flow(self, rates, current=None):
        """Of differential equations."""
        own, constant = rates["U"]["U"], rates["U"][""]
        if not (own < 0).all():
            self.refuse("equations", "lets U grow, or stay, by itself")
        tau = -1 / own
        leak = constant * tau
        if current is None:
            kept = self.decay(own)
            step = {"U_from_U": kept, "U_offset": leak * (1 - kept)}
            return dict(kind="LIF", tau_mem=tau, leak=leak, step=step)
        fall = rates[current][current]
        if rates[current]["U"].any() or rates[current][""].any() or not (fall < 0).all():
            self.refuse("equations", f"has a {current} that does not just decay")
        r = rates["U"][current] * tau
        kept, left = self.decay(own), self.decay(fall)
        if self.neuron.method in EXACT:
            with np.errstate(divide="ignore", invalid="ignore"):
                driven = (left - kept) / (fall - own)
            driven = np.where(np.isclose(fall, own, rtol=1e-9), self.dt * kept, driven)
            driven = driven * rates["U"][current]
        else:
            driven = r * (1 - kept)
        step = {"U_from_U": kept, "U_from_I": driven, "U_offset": leak * (1 - kept)}
        step["I_from_I"] = left
        return dict(kind="CubaLIF", tau_mem=tau, tau_syn=-1 / fall, leak=leak, r=r, step=step)

    def decay(self, rate):
        """What is left after a time step."""
        return 1 + rate * self.dt if self.neuron.method == "euler" else np.exp(rate * self.dt)

    def input(self):
        """(variable that a spike drives, by how much)"""
        made = statements(self.neuron.synaptic_input)
        if len(made) != 1 or made[0].operation != "+=" or not made[0].name.endswith("_post"):
            self.refuse("synaptic_input", "does not just add to U or to its current")
        text = made[0].expression.replace("_post", "")
        factors = self.linear("synaptic_input", text, ["w"])
        if factors[""].any() or not (factors["w"] > 0).all():
            self.refuse("synaptic_input", "is not the weight times a number above 0")
        return made[0].name.removesuffix("_post"), factors["w"]

    def threshold(self):
        left, sign, right = self.neuron.threshold.partition(">")
        if left.strip() != "U" or not sign or any(each in right for each in "=<>&|"):
            self.refuse("threshold", "is not U > a number")
        if {"and", "or", "not"} & set(right.split()):
            self.refuse("threshold", "is more than one condition")
        return self.number("threshold", str_to_sympy(right.strip(), variables=None))

    def reset(self, threshold, kind):
        """(U after a spike, whether the spike takes a part from U)"""
        if kind == "Threshold":  # U starts anew in each step
            return np.zeros(()), False
        made = statements(self.neuron.reset)
        if len(made) != 1 or made[0].name != "U" or made[0].operation not in ("=", "-="):
            self.refuse("reset", "neither sets U nor takes a part from it")
        value = self.number("reset", str_to_sympy(made[0].expression, variables=None))
        subtracts = made[0].operation == "-="
        return (threshold - value, True) if subtracts else (value, False)
