"""Learning from the times of spikes: a neuron with the traces of a learning rule, and what synapses
request by them.

A neuron gets the rule's traces as variables of its own, and so does whatever spikes into it; the
rule's parameters are the neuron's. So all that neurons keep lasts, begins and is recorded as the
rest.
"""

from dataclasses import dataclass, replace

from brian2 import Equations, NeuronGroup
from brian2.utils.stringtools import word_substitute

from snn_brian.crossbar.statements import pieces, written
from snn_brian.declarations import Device, LearningRule, Neuron, Weight
from snn_brian.network.presentation import cleared

PREFIX = "plasticity_"  # of parameters, which a neuron may have under the same names
LEAST = 0.01  # of the sum that is restored: below it, a neuron's input is scaled no further
# What a neuron has beside its own equations and the rule's.
NEURON = """
reward : 1
total : 1  # sum of its weights at the start of the presentation
gain : 1  # of its input
"""
REWARDED = "learning > 0 and (t_in_timesteps + 1) % steps == 0"  # neurons' event: the reward
BEGIN = """
reward = 2*int(label(order(t_in_timesteps//steps)) == i % classes) - 1
total = 0
"""


@dataclass(frozen=True)
class Requests:
    """What the synapses of a projection request, and how the sum of a neuron's weights is kept.

    Ideal weights are scaled where a presentation begins, unless nothing is to be learned. Of
    devices no pulse does that: there the neuron's input is, by the sum of its weights, which one
    read of a column with a voltage on all of its rows gives.

    With an `eligibility`, spikes change that, and the reward requests.
    """

    pre: str
    post: str
    bounds: tuple[float, float]
    normalisation: float
    layer: int
    eligibility: str = ""  # equation of a synapse
    reward: str = ""

    @property
    def paths(self) -> dict[str, dict[str, str]]:
        """{side: {pathway: dw}} of what is requested, at spikes or with the reward."""
        if self.eligibility:
            return {"pre": {}, "post": {"program_reward": self.reward}}
        return self._at_spikes("program")

    @property
    def tags(self) -> dict[str, dict[str, str]]:
        """{side: {pathway: statements}} of what changes the eligibility."""
        if not self.eligibility:
            return {"pre": {}, "post": {}}
        (name,) = Equations(self.eligibility).names
        found = {
            side: {path: f"{name} += {change}" for path, change in own.items()}
            for side, own in self._at_spikes("tag").items()
        }
        found["post"]["forget"] = f"{name} = 0"
        return found

    def _at_spikes(self, word):
        return {
            side: {f"{word}_{side}": code} if code else {}
            for side, code in (("pre", self.pre), ("post", self.post))
        }

    @property
    def events(self) -> dict[str, str]:
        """{pathway: event that runs it}, beside `forward`."""
        at = {"program_reward": "rewarded", "forget": "begins"}
        paths = [*self.paths.values(), *self.tags.values()]
        learning = {name: at.get(name, "spike") for own in paths for name in own}
        return learning | ({"weigh": "begins", "scale": "begins"} if self.normalisation else {})

    @property
    def places(self) -> dict[str, tuple[str, int]]:
        """{pathway: (slot, order)} of those that have no slot of their own."""
        slot = f"program_{self.layer}"
        return {
            "program_pre": (slot, -1),
            "program_post": (slot, 1),
            "tag_pre": (slot, -1),
            "tag_post": (slot, 1),
            "program_reward": (slot, 3),
            "forget": ("start", 0),
            "weigh": ("start", 1),
            "scale": ("start", 2),
        }

    def carried_out(self, dw: str) -> str:
        """Statements of a synapse that change its ideal weight."""
        low, high = self.bounds
        return f"w = clip(w + {dw}, {low}, {high})"

    def asked(self, dw: str) -> str:
        """The statement of a pair of devices that requests a change; bounds within the devices'
        own, of which the pair must be read, keep it from going on beyond."""
        low, high = self.bounds
        if low <= -1 and high >= 1:
            return f"dw = {dw}"
        return f"dw = learning_post*(clip(w + {dw}, {low}, {high}) - w)"

    def scaled(self) -> str:
        """Statements of a synapse that scale its ideal weight."""
        least, (low, high) = LEAST * self.normalisation, self.bounds
        factor = f"{self.normalisation}/clip(total_post, {least}, inf)"
        return f"w = clip(w*(1 + learning_post*({factor} - 1)), {low}, {high})"


def requests(rule: LearningRule, layer: int, weights: Device | Weight | None = None) -> Requests:
    """Those of a rule, in the names of a synapse to this layer; none are made in tests. Ideal
    weights with a limit of their own stay within that, too."""
    limit = getattr(weights, "limit", None)
    low, high = rule.bounds
    bounds = rule.bounds if limit is None else (max(low, -limit), min(high, limit))
    own = {name: f"{PREFIX}{name}_post" for name in rule.parameters}
    code = (rule.on_pre, rule.on_post, rule.on_reward)
    asked = [word_substitute(each, own) for each in code]
    pre, post, reward = (f"learning_post*({each})" if each.strip() else "" for each in asked)
    eligibility = ""
    if rule.eligibility.strip():
        (equation,) = Equations(rule.eligibility).values()
        expression = word_substitute(equation.expr.code, own)
        eligibility = f"d{equation.varname}/dt = {expression} : 1 (event-driven)"
    return Requests(pre, post, bounds, rule.normalisation, layer, eligibility, reward)


def begin(layer: NeuronGroup, rule: LearningRule) -> None:
    """Let a layer change its traces after its requests, and know the gain of its input."""
    if "spike" in layer.resetter:
        layer.resetter["spike"].order = 2
    if rule.normalisation:
        least = LEAST * rule.normalisation
        layer.run_regularly(
            f"gain = {rule.normalisation}/clip(total, {least}, inf)",
            when="start",
            order=2,
            name=f"gain_{layer.name}",
        )


def parameters(rule: LearningRule) -> dict:
    """The rule's parameters, as a neuron has them."""
    return {f"{PREFIX}{name}": value for name, value in rule.parameters.items()}


def with_traces(neuron: Neuron, rule: LearningRule) -> Neuron:
    """The neuron with the traces of a rule in the place of those of its own."""
    own = {name: f"{PREFIX}{name}" for name in rule.parameters}

    def renamed(code):
        return word_substitute(code, own)

    post = renamed(rule.post_trace)
    begins = neuron.start_of_presentation
    if begins and post.strip():
        begins = "\n".join([*pieces(begins), cleared(post)])
    return replace(
        neuron,
        equations=f"{neuron.equations}\n{post}",
        reset="\n".join([*pieces(neuron.reset), *pieces(renamed(rule.post_spike))]),
        start_of_presentation=begins,
        trace=renamed(rule.pre_trace),
        source_spike=renamed(rule.pre_spike),
        eligibility="",
        parameters={**neuron.parameters, **parameters(rule)},
    )


def variables(rule: LearningRule) -> set[str]:
    """Names of what neurons have by a rule, beside its parameters."""
    return {
        name for each in (rule.pre_trace, rule.post_trace, NEURON) for name in Equations(each).names
    }


def clashes(neuron: Neuron, rule: LearningRule) -> set[str]:
    """Names that both a neuron, also as those of its local variables, and a rule give."""
    code = [neuron.start_of_presentation or "", neuron.start_of_step, neuron.reset]
    own = {*Equations(neuron.equations).names, *neuron.parameters, *written("\n".join(code))}
    return variables(rule) & own
