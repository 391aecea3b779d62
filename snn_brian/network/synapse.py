"""How a projection learns: its crossbar and the pathways of it, from the declarations of device (or
weight), programming rule and optimizer."""

from dataclasses import dataclass

from brian2.utils.stringtools import word_substitute

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.statements import written
from snn_brian.declarations import Device, Optimizer, Programming, Weight
from snn_brian.device.wires import Wires
from snn_brian.network.memristive_pair import MemristivePair
from snn_brian.network.pair import COUNTERS, Pair, lines, names
from snn_brian.network.plasticity import Requests


@dataclass(frozen=True)
class IdealWeight:
    """The part of a `Pair` for weights without devices, which take every request as it is."""

    weight: Weight
    model = "w : 1"
    state = ("w",)
    relaxes = refreshes = transfers = False
    counters = COUNTERS

    @property
    def parameters(self) -> dict[str, float]:
        """There are none."""
        return {}

    @property
    def spreads(self) -> dict[str, str]:
        """There are none."""
        return {}

    def program(self, dw: str, prepare: str = "") -> str:
        """The statements of a request `dw`."""
        limit = self.weight.limit
        changed = f"w + {dw}" if limit is None else f"clip(w + {dw}, -{limit}, {limit})"
        return f"{prepare}\nw = {changed}"


@dataclass(frozen=True)
class Connections:
    """All connections of a projection: what its crossbar is made of.

    Parameters
    ----------
    weights : Device, Weight or None
        None: weights that are given and stay.
    programming : Programming or None
        With a `Device`.
    optimizer : Optimizer or None
        Where `batched`.
    synaptic_input : str
        What a spike does, of the neuron.
    batched : bool
        On-line, each input spike carries out the request dw of its neuron. Batched, input spikes
        accumulate the gradient and the event `batch_ends` of the neurons lets the optimizer make
        the request.
    eligibility : str
        An expression of the source that multiplies request or gradient; with traces, the source's
        event `active` takes the place of the spike. Empty: 1.
    by_neuron : bool
        On-line, the event `asks` of the neurons carries out their requests instead of the spikes.
    variables : str
        Equations of what else each connection keeps, for its synaptic input.
    requests : Requests or None
        Of a learning rule; None: those of the neurons' local error.
    wires, wires_every, signal : Wires or None, int, str
        As in `MemristivePair`.
    """

    weights: Device | Weight | None
    programming: Programming | None = None
    optimizer: Optimizer | None = None
    synaptic_input: str = ""
    batched: bool = False
    eligibility: str = ""
    by_neuron: bool = False
    variables: str = ""
    requests: Requests | None = None
    wires: Wires | None = None
    wires_every: int = 1
    signal: str = ""

    @property
    def carrier(self) -> Pair | IdealWeight:
        """What holds the weights."""
        if isinstance(self.weights, Device):
            return Pair(self.weights, self.programming, self.wires, self.signal)
        return IdealWeight(self.weights)

    @property
    def learns(self) -> bool:
        """Whether its weights change."""
        return self.weights is not None

    @property
    def relaxes(self) -> bool:
        """Whether its devices change without pulses, at the event `rests` of the neurons."""
        return self.learns and self.carrier.relaxes

    @property
    def wired(self) -> dict[str, object]:
        """Arguments of its `MemristivePair` about wires and reads."""
        return dict(wires=self.wires, wires_every=self.wires_every, signal=self.signal)

    @property
    def refreshes(self) -> bool:
        """Whether pairs are erased and programmed anew, at the event `refreshes` of the neurons."""
        return self.learns and self.carrier.refreshes

    @property
    def transfers(self) -> bool:
        """Whether requests go to a device beside each pair, which is read at the event `transfers`
        of the source."""
        return self.learns and self.carrier.transfers

    @property
    def state(self) -> tuple[str, ...]:
        """Per-synapse variables that outlive an epoch."""
        return self.carrier.state + (names(self.optimizer.variables) if self.batched else ())

    @property
    def parameters(self) -> dict[str, float]:
        """Values of the shared parameters."""
        own = self.optimizer.parameters if self.batched else {}
        return self.carrier.parameters | {f"optimizer_{name}": own[name] for name in own}

    @property
    def spreads(self) -> dict[str, str]:
        """Per-synapse constants of devices that differ: {variable: symbol of the device}."""
        return self.carrier.spreads

    @property
    def events(self) -> dict[str, str]:
        """{pathway: event of the source, or of the neurons, that runs it}"""
        learning = "active" if "eligibility_" in self.eligibility else "spike"
        if not self.learns:
            return {"forward": "spike"}
        rest = {"relax": "rests"} if self.relaxes else {}
        rest |= {"refresh": "refreshes"} if self.refreshes else {}
        rest |= {"transfer": "transfers"} if self.transfers else {}
        if self.requests:
            own = self.requests.events
            is_pair = isinstance(self.weights, Device)
            own = {path: own[path] for path in own if not (is_pair and path == "scale")}
            return {"forward": "spike"} | own | rest
        if self.batched:
            return {"forward": "spike", "accumulate": learning, "program": "batch_ends"} | rest
        return {"forward": "spike", "program": "asks" if self.by_neuron else learning} | rest

    @property
    def places(self) -> dict[str, tuple[str, int]]:
        """{pathway: (slot of the schedule, order in it)} of pathways whose slot has another
        name."""
        return self.requests.places if self.requests else {}

    def connect(self, source: object, target: object, **kwds: object) -> Crossbar:
        """The crossbar between two groups, with all values still to come; `kwds` as there."""
        if self.requests:
            return self._connect_by_traces(source, target, kwds)
        paths, side = {"forward": self.synaptic_input}, "pre"
        factor = f"*{self.eligibility}" if self.eligibility else ""
        model, request, prepare = (
            self.variables,
            f"(request_post{factor})" if factor else "request_post",
            "",
        )
        if self.batched:
            paths["accumulate"], side = f"grad += delta_post{factor}", "post"
            model = lines([model, self.batch_equations()])
            request, prepare = "dw", self.batch_update()
        elif self.by_neuron:
            side = "post"
        kwds = {"on_event": self.events, "index_arrays": False, "strict": True} | kwds
        if isinstance(self.weights, Device):
            given = dict(request=request, prepare=prepare, model=model, programmed_by=side)
            given |= dict(on_pre=paths, start=False, rest="rest_post" if self.relaxes else "")
            given |= self.wired
            return MemristivePair(source, target, self.weights, self.programming, **given, **kwds)
        on = {"pre": paths, "post": {}}
        if self.learns:
            on[side] = on[side] | {"program": self.carrier.program(request, prepare)}
        model = lines([self.carrier.model, model])
        return Crossbar(source, target, model, on_pre=on["pre"], on_post=on["post"], **kwds)

    def _connect_by_traces(self, source, target, kwds):
        kwds = {"on_event": self.events, "index_arrays": False, "strict": True} | kwds
        asked, paths = self.requests, {"pre": {"forward": self.synaptic_input}, "post": {}}
        is_pair = isinstance(self.weights, Device)
        if asked.normalisation:
            paths["pre"]["weigh"] = "total_post += w"
        if asked.normalisation and is_pair:
            paths["pre"]["forward"] = word_substitute(self.synaptic_input, {"w": "(gain_post*w)"})
        elif asked.normalisation:
            paths["pre"]["scale"] = asked.scaled()
        for side, own in asked.paths.items():
            for name, dw in own.items():
                paths[side][name] = asked.asked(dw) if is_pair else asked.carried_out(dw)
            paths[side] |= asked.tags[side]
        given = dict(on_pre=paths["pre"], on_post=paths["post"])
        if is_pair:
            given |= dict(device=self.weights, programming=self.programming, start=False)
            given |= dict(rest="rest_post" if self.relaxes else "", model=asked.eligibility)
            given |= self.wired
            return MemristivePair(source, target, **given, **kwds)
        model = lines([self.carrier.model, asked.eligibility])
        return Crossbar(source, target, model, **given, **kwds)

    def batch_equations(self) -> str:
        """Equations of a synapse, of its gradient and for the optimizer."""
        shared = [f"optimizer_{name} : 1 (shared, constant)" for name in self.optimizer.parameters]
        return lines([*shared, "grad : 1", self.optimizer.variables])

    def batch_update(self) -> str:
        """The optimizer's statements; its parameters and locals are called otherwise than anything
        of a neuron."""
        optimizer = self.optimizer
        own = written(optimizer.update) - set(names(optimizer.variables)) - {"dw"}
        own = {name: f"optimizer_{name}" for name in own.union(optimizer.parameters)}
        return f"{word_substitute(optimizer.update, own)}\ngrad = 0"
