"""An exported graph of NIR as a module of snnTorch's neurons (Eshraghian et al. 2023), which spikes
as the network does, time step by time step.

    module = import_from_nir("mine.nir")
    out, state = module(spikes_of_the_inputs, state)  # (images, inputs), for each time step

NIR's time constants are those of continuous time. snnTorch's own import makes steps of 0.1 ms of
them, whatever the network was trained with; this one takes those that the graph's metadata tell:

| in a time step | here | by snntorch.import_nir |
| --- | --- | --- |
| U keeps | `U_from_U`, as exp(-dt/tau_mem) | 1 - 0.1 ms/tau_mem |
| I keeps | `I_from_I`, as exp(-dt/tau_syn) | 1 - 0.1 ms/tau_syn |
| a spike that drives a current moves U | a step later | at once |
| at a spike | U is set, or lessened, as `reset` says | U = 0 |

Everything is float32, as in snnTorch. `snntorch.utils.reset(module)` begins a presentation.
"""

from functools import cache
from pathlib import Path

import numpy as np
import torch

from snn_brian.base.errors import UserError
from snn_brian.job.nir_chain import NEURONS, kind, read_graph
from snn_brian.job.nir_export import package


def import_from_nir(path: str | Path) -> torch.nn.Module:
    """The network in a file of NIR that snn_brian wrote.

    It is called once for each time step, with spikes of the inputs (images, inputs) and with the
    state that it gave in the step before (None at first), and gives the classifier's outputs
    (images, classes) and its state; layers are its attributes `layer_1`, ...

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    UserError
        If snntorch or nirtorch is missing, the file is no graph of NIR, or its neurons do not say
        what a time step is.
    """
    try:
        import nirtorch
        import snntorch
    except ImportError as error:
        raise UserError(
            "NIR: networks in snnTorch need the packages snntorch and nirtorch; run `pip install "
            "'snn_brian[snntorch]'`."
        ) from error
    graph = read_graph(Path(path))
    for name, node in graph.nodes.items():
        if kind(node) in NEURONS and not {"U_from_U", "reset"} <= node.metadata.keys():
            raise UserError(
                f"NIR: the node '{name}' of '{path}' does not say what a time step does "
                "(U_from_U, reset); give a graph that snn_brian wrote, or take "
                "snntorch.import_nir.import_from_nir."
            )
    dt, neurons = graph.metadata["dt"], _classes(snntorch)
    return nirtorch.nir_to_torch(
        graph,
        {getattr(package(), name): lambda node: _neurons(neurons, node, dt) for name in NEURONS},
    )


def _neurons(neurons, node, dt):
    """The module of a neuron node. Its U and I are in units of what a spike adds."""
    step, through = node.metadata, kind(node) == "CubaLIF"
    level, reset = (
        (node.threshold, 0.0) if kind(node) == "Threshold" else (node.v_threshold, node.v_reset)
    )
    gain = _gain(node, dt)
    given = dict(beta=_float32(step["U_from_U"]), threshold=_float32(level / gain))
    if through:
        given |= dict(alpha=_float32(step["I_from_I"]))
    module = neurons[through](**given, init_hidden=True, reset_mechanism="none")
    subtracts = step["reset"] == "subtract"
    module.register_buffer("offset", _float32(step.get("U_offset", 0.0) / gain))
    module.register_buffer("less", _float32((level - reset) / gain) if subtracts else None)
    module.register_buffer("after", None if subtracts else _float32(reset / gain))
    return module


def _gain(node, dt):
    """What a spike through a weight of 1 adds to U: at once, or by the next step's I."""
    if kind(node) == "Threshold":
        return 1.0
    if kind(node) == "IF":
        return node.r * dt
    if kind(node) == "LIF":
        return node.r * dt / node.tau
    about = node.metadata
    driven = about["U_from_I"] * node.r * dt / node.tau_mem / about["I_from_I"]
    return driven * node.w_in * dt / node.tau_syn


def _float32(values):
    return torch.tensor(np.asarray(values, np.float32))


@cache
def _classes(snn):
    """{whether spikes drive a current: the class of such neurons}"""

    def settled(self, spikes):
        fired = spikes.detach()
        if self.after is None:
            self.mem = self.mem - fired * self.less
        else:
            self.mem = torch.where(fired > 0, self.after, self.mem)
        return spikes

    class Direct(snn.Leaky):
        """Spikes move U at once."""

        def forward(self, total):
            return settled(self, super().forward(total + self.offset))

    class ByCurrent(snn.Synaptic):
        """Spikes move I, which moves U from the next step on."""

        def forward(self, total):
            # in snnTorch U follows I as it is at the end of the step
            spikes = super().forward(torch.zeros_like(total) + self.offset)
            self.syn = self.syn - self.offset + total
            return settled(self, spikes)

    return {False: Direct, True: ByCurrent}
