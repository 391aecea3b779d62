"""The plastic synapse: state variables and pathway code, from the declarations of device, rule and
optimizer."""

from dataclasses import dataclass, field

import numpy as np
from brian2 import DEFAULT_FUNCTIONS
from brian2.utils.stringtools import get_identifiers, word_substitute

from snn_brian.crossbar.pulses import Pulses, replace_calls
from snn_brian.declarations import Weight
from snn_brian.network.evaluate import carry_out

SIDES = ("plus", "minus")
# Paper, Eq. (2): w = G_plus - G_minus. n > 0 potentiates G_plus and depresses G_minus, n < 0 the
# other way round. `load` is the sum over pulses of the mean conductance before and after, which
# times V^2 t_pulse is the write energy (NeuroSim).
PAIR = """
up = int(n > 0)
down = int(n < 0)
{pulses}
sum_plus = G_plus + up*({plus_P}) - down*({plus_D}){plus_noise}
sum_minus = G_minus + down*({minus_P}) - up*({minus_D}){minus_noise}
new_plus = clip(sum_plus, {plus_least}, {plus_most})
new_minus = clip(sum_minus, {minus_least}, {minus_most})
moved = new_plus - new_minus - w
pulses_P_post += (up + down)*n_P
pulses_D_post += (up + down)*n_D
load_P_post += n_P*(up*(G_plus + new_plus) + down*(G_minus + new_minus))/(2*{counted_P})
load_D_post += n_D*(down*(G_plus + new_plus) + up*(G_minus + new_minus))/(2*{counted_D})
G_plus = new_plus
G_minus = new_minus
w = new_plus - new_minus
"""
# 0 where 32 bits cannot count the pulses: the load then is infinite, which ends the run.
COUNTED = "int({n} >= 0 and {n} < 2e9)"
# Rules whose numbers of pulses depend on the conductance of each device decide them for every
# synapse, before n.
EACH_DEVICE = """
way = {number}
n_P = {potentiation_pulses}
n_D = {depression_pulses}
"""


@dataclass(frozen=True)
class Synapse:
    """What a `Crossbar` of plastic synapses is made of."""

    model: str
    on_pre: dict
    on_post: dict
    events: dict  # path -> event of the inputs, or of the neurons, that runs it
    state: tuple[str, ...]  # per-synapse variables that outlive an epoch
    parameters: dict  # values of the shared parameters
    devices: dict = field(
        default_factory=dict
    )  # per-synapse constants of each device: variable -> symbol of the device


def synapse(weights, rule, optimizer, synaptic_input, batched, eligibility="", by_neuron=False):
    """The synapse of a `Device` with a `Programming`, or of a `Weight` (then `rule` is None).

    On-line, each input spike carries out the request dw of its neuron, or, `by_neuron`, the event
    `asks` of the neurons carries out their requests. Batched, input spikes accumulate the gradient
    and the event `batch_ends` of the neurons lets the optimizer make the request. An `eligibility`,
    a variable of the inputs, multiplies request or gradient; with traces, the event `active` takes
    the place of the spike.
    """
    if isinstance(weights, Weight):
        state, parameters, variables, devices = ("w",), {}, "", {}
        sum_ = (
            "w + {}"
            if weights.limit is None
            else f"clip(w + {{}}, -{weights.limit}, {weights.limit})"
        )
        program = lambda dw, prepare: f"{prepare}\nw = {sum_.format(dw)}"
    else:
        state, variables, devices = ("w", "G_plus", "G_minus"), rule.variables, _devices(weights)
        parameters = {
            "G_max": 1.0,
            "G_min": weights.K,
            **{f"device_{name}": value for name, value in weights.parameters.items()},
            **{
                f"device_{name}": getattr(weights, name)
                for name in ("cycle_to_cycle", "read_noise")
            },
            **{f"rule_{name}": value for name, value in rule.parameters.items()},
        }
        program = lambda dw, prepare: _pulses(weights, rule, dw, prepare)
        synaptic_input = _read(weights, synaptic_input)
    model = (
        ["w : 1"]
        + [f"{name} : 1" for name in state[1:]]
        + [variables]
        + [f"{name} : 1 (constant)" for name in devices]
    )
    model += [f"{name} : 1 (shared, constant)" for name in parameters]
    on_pre, learns = (
        {"forward": synaptic_input},
        "active" if eligibility == "eligibility_pre" else "spike",
    )
    if not batched:
        path = {
            "program": program(
                f"(request_post*{eligibility})" if eligibility else "request_post", ""
            )
        }
        on_pre, on_post, learns = (
            (on_pre, path, "asks") if by_neuron else (on_pre | path, {}, learns)
        )
        return Synapse(
            _lines(model),
            on_pre,
            on_post,
            {"forward": "spike", "program": learns},
            state + _names(variables),
            parameters,
            devices,
        )
    own = {name: f"optimizer_{name}" for name in optimizer.parameters}
    parameters = parameters | {own[name]: value for name, value in optimizer.parameters.items()}
    model += [f"{name} : 1 (shared, constant)" for name in own.values()]
    on_pre["accumulate"] = (
        f"grad += delta_post*{eligibility}" if eligibility else "grad += delta_post"
    )
    update = f"{word_substitute(optimizer.update, own)}\ngrad = 0"
    return Synapse(
        _lines(model + ["grad : 1", optimizer.variables]),
        on_pre,
        {"program": program("dw", update)},
        {"forward": "spike", "accumulate": learns, "program": "batch_ends"},
        state + _names(variables) + _names(optimizer.variables),
        parameters,
        devices,
    )


def _devices(device):
    return {
        _internal(symbol, side, device): symbol
        for symbol in device.device_to_device
        for side in SIDES
    }


def _internal(symbol, side, device):
    """What a symbol of a device is called in a synapse; `side` None is the value without spread."""
    name = symbol if symbol in ("G_max", "G_min") else f"device_{symbol}"
    return f"{name}_{side}" if side and symbol in device.device_to_device else name


def _read(device, synaptic_input):
    """Every read of a pair sees the noise of both devices, independent of each other."""
    if not device.read_noise:
        return synaptic_input
    return word_substitute(
        synaptic_input,
        {"w": "(w + device_read_noise*sqrt(G_plus*G_plus + G_minus*G_minus)*randn())"},
    )


def _pulses(device, rule, dw, prepare):
    """Pulses of a pair: the rule's number, the device's law for each of the two, the counters."""
    own = {name: f"rule_{name}" for name in rule.parameters} | {"dw": dw}
    own |= {name: f"device_{name}" for name in rule.device_parameters}
    number = word_substitute(rule.number, own)
    counts = {
        "potentiation_pulses": word_substitute(rule.potentiation_pulses, own),
        "depression_pulses": word_substitute(rule.depression_pulses, own),
    }
    prepare = [prepare, word_substitute(rule.prepare, own)]
    if is_for_each_device(rule):
        prepare.append(EACH_DEVICE.format(number=number, **_needed(device, counts)))
        number, counted = "way*int(n_P + n_D > 0)", ""
    else:
        counted = "n_P = {potentiation_pulses}\nn_D = {depression_pulses}".format(**counts)
    if rule.reads:
        prepare.append(f"reads_post += int({dw} != 0)*({word_substitute(rule.reads, own)})")
    code = PAIR.format(
        pulses=counted,
        counted_P=COUNTED.format(n="n_P"),
        counted_D=COUNTED.format(n="n_D"),
        **_side(device, "plus", "up", "down"),
        **_side(device, "minus", "down", "up"),
    )
    return Pulses(number, code + word_substitute(rule.finish, own), prepare=_lines(prepare))


def accumulates(rule):
    """Whether a rule collects requests in variables of its own, without reads, and leaves them
    where dw is 0."""
    symbols = (
        get_identifiers(f"{rule.prepare}\n{rule.variables}") - DEFAULT_FUNCTIONS.keys() - {"SR"}
    )
    before = {symbol: np.linspace(0.1, 1, 9) for symbol in symbols} | {"dw": np.zeros(9)}
    after = carry_out(rule.prepare, before)
    kept = all(np.array_equal(after[name], before[name]) for name in _names(rule.variables))
    return bool(rule.prepare.strip()) and not rule.reads and not is_for_each_device(rule) and kept


def is_for_each_device(rule):
    """Whether the rule's numbers of pulses depend on the conductance of each device, or are drawn
    for each."""
    return not {"G", "SR", "needed"}.isdisjoint(_in_pulses(rule))


def uses_inverse(rule):
    """Whether the rule needs a law with an inverse."""
    return "needed" in _in_pulses(rule)


def _in_pulses(rule):
    return get_identifiers(f"{rule.potentiation_pulses} {rule.depression_pulses}")


def _needed(device, counts):
    """The numbers of pulses with `G`, the device that moves, and `needed(dG)`, the inverse of its
    law, written out."""
    moved = {
        "potentiation_pulses": (
            "int(way > 0)*G_plus + int(way < 0)*G_minus",
            device.law.potentiation_needed,
        ),
        "depression_pulses": (
            "int(way > 0)*G_minus + int(way < 0)*G_plus",
            device.law.depression_needed,
        ),
    }
    written = {}
    for field_, (G, inverse) in moved.items():
        inverse = word_substitute(inverse, {name: f"device_{name}" for name in device.parameters})
        code = replace_calls(
            "needed", counts[field_], lambda dG: f"({word_substitute(inverse, {'dG': dG})})"
        )
        written[field_] = word_substitute(code, {"G": f"({G})"})
    return written


def _side(device, side, potentiated, depressed):
    """The law, the noise and the range of one device of the pair."""
    names = {name: _internal(name, side, device) for name in ("G_max", "G_min", *device.parameters)}

    def change(law, n):
        return word_substitute(law, names | {"G": f"G_{side}", "n": n})

    noise = ""
    if device.cycle_to_cycle:
        noise = (
            f" + device_cycle_to_cycle*({names['G_max']} - {names['G_min']})"
            f"*sqrt({potentiated}*n_P + {depressed}*n_D)*randn()"
        )
    return {
        f"{side}_P": change(device.law.potentiation, "n_P"),
        f"{side}_D": change(device.law.depression, "n_D"),
        f"{side}_noise": noise,
        f"{side}_least": names["G_min"],
        f"{side}_most": names["G_max"],
    }


def _names(equations):
    return tuple(line.split(":")[0].strip() for line in equations.splitlines() if ":" in line)


def _lines(parts):
    return "\n".join(part for part in parts if part.strip())
