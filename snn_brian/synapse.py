"""The plastic synapse: state variables and pathway code, from the declarations of device, rule and optimizer."""
from dataclasses import dataclass

from brian2.utils.stringtools import word_substitute

from snn_brian.declarations import Weight
from snn_brian.pulses import Pulses

# Paper, Eq. (2): w = G_plus - G_minus. n > 0 potentiates G_plus and depresses G_minus, n < 0 the other way round. `load` is
# the sum over pulses of the mean conductance before and after, which times V^2 t_pulse is the write energy (NeuroSim).
PAIR = """
up = int(n > 0)
down = int(n < 0)
n_P = {potentiation_pulses}
n_D = {depression_pulses}
new_plus = clip(G_plus + up*({plus_P}) - down*({plus_D}), G_min, G_max)
new_minus = clip(G_minus + down*({minus_P}) - up*({minus_D}), G_min, G_max)
pulses_P_post += (up + down)*n_P
pulses_D_post += (up + down)*n_D
load_P_post += n_P*(up*(G_plus + new_plus) + down*(G_minus + new_minus))/2
load_D_post += n_D*(down*(G_plus + new_plus) + up*(G_minus + new_minus))/2
G_plus = new_plus
G_minus = new_minus
w = new_plus - new_minus
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


def synapse(weights, rule, optimizer, synaptic_input, batched, eligibility=False):
    """The synapse of a `Device` with a `Rule`, or of a `Weight` (then `rule` is None).

    On-line, each input spike carries out the request dw of its neuron. Batched, input spikes accumulate the gradient and
    the event `batch_ends` of the neurons lets the optimizer make the request. With an `eligibility` of the inputs, the
    event `active` takes the place of the spike, and the eligibility multiplies request or gradient.
    """
    if isinstance(weights, Weight):
        state, parameters, variables = ("w",), {}, ""
        program = (lambda dw, prepare: f"{prepare}\nw += {dw}")
    else:
        state, variables = ("w", "G_plus", "G_minus"), rule.variables
        parameters = {"G_max": 1.0, "G_min": weights.K,
                      **{f"device_{name}": value for name, value in weights.parameters.items()},
                      **{f"rule_{name}": value for name, value in rule.parameters.items()}}
        program = (lambda dw, prepare: _pulses(weights, rule, dw, prepare))
    model = ["w : 1"] + [f"{name} : 1" for name in state[1:]] + [variables]
    model += [f"{name} : 1 (shared, constant)" for name in parameters]
    on_pre, learns = {"forward": synaptic_input}, "active" if eligibility else "spike"
    if not batched:
        on_pre["program"] = program("(request_post*eligibility_pre)" if eligibility else "request_post", "")
        return Synapse(_lines(model), on_pre, {}, {"forward": "spike", "program": learns},
                       state + _names(variables), parameters)
    on_pre["accumulate"] = "grad += delta_post*eligibility_pre" if eligibility else "grad += delta_post"
    update = f"{optimizer.update}\ngrad = 0"
    return Synapse(_lines(model + ["grad : 1", optimizer.variables]), on_pre, {"program": program("dw", update)},
                   {"forward": "spike", "accumulate": learns, "program": "batch_ends"},
                   state + _names(variables) + _names(optimizer.variables), parameters)


def _pulses(device, rule, dw, prepare):
    """Pulses of a pair: the rule's number, the device's law for each of the two, the counters."""
    own = {name: f"rule_{name}" for name in rule.parameters} | {"dw": dw}
    own |= {name: f"device_{name}" for name in rule.device_parameters}

    def change(law, G, n):
        return word_substitute(law, {name: f"device_{name}" for name in device.parameters} | {"G": G, "n": n})

    code = PAIR.format(
        potentiation_pulses=word_substitute(rule.potentiation_pulses, own),
        depression_pulses=word_substitute(rule.depression_pulses, own),
        plus_P=change(device.law.potentiation, "G_plus", "n_P"), plus_D=change(device.law.depression, "G_plus", "n_D"),
        minus_P=change(device.law.potentiation, "G_minus", "n_P"), minus_D=change(device.law.depression, "G_minus", "n_D"),
    )
    return Pulses(word_substitute(rule.number, own), code + word_substitute(rule.finish, own),
                  prepare=_lines([prepare, word_substitute(rule.prepare, own)]))


def _names(equations):
    return tuple(line.split(":")[0].strip() for line in equations.splitlines() if ":" in line)


def _lines(parts):
    return "\n".join(part for part in parts if part.strip())
