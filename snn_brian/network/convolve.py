"""A projection whose weights are shared by all places of a kernel: a crossbar of them, and the
connections that it makes.

Requests, or gradients, add up over the places; each weight is programmed once, at the end of the
time step or of the batch.
"""

from collections.abc import Mapping

from brian2 import NeuronGroup

from snn_brian.base.errors import UserError
from snn_brian.crossbar.convolution import Convolution
from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.neurons import Neurons
from snn_brian.declarations import Device, Projection
from snn_brian.network import transfer
from snn_brian.network.memristive_pair import MemristivePair
from snn_brian.network.pair import lines
from snn_brian.network.synapse import Connections

# of the columns: what was asked of the weights is carried out; devices change as time passes; pairs
# are refreshed
EVENTS = {"program": "ends", "relax": "rests", "refresh": "refreshes"}
OF_LAYER = ("learning", "batch", "batches_before", "presentations")
OF_LAYER += ("eta", "batch_size", "batches")


def convolve(
    synapse: Connections,
    projection: Projection,
    source: NeuronGroup,
    target: NeuronGroup,
    ends: Mapping[str, str],
) -> tuple[Crossbar, NeuronGroup, NeuronGroup, Convolution]:
    """All that a convolution consists of.

    Parameters
    ----------
    synapse : Connections
        How its weights learn.
    projection : Projection
        With a kernel.
    source, target : NeuronGroup
    ends : mapping of str to str
        The conditions, of the layer, for `program`, `relax` and `refresh` in a time step.

    Returns
    -------
    (Crossbar, NeuronGroup, NeuronGroup, Convolution)
        The crossbar of the weights; its rows and its columns, which have no state; the connections.

    Raises
    ------
    UserError
        For a device that counts what reads cost.
    """
    name, layer, kernel = projection.name, projection.layer, projection.kernel
    turn = (
        dict(model=transfer.SOURCE, events=transfer.EVENT) if synapse.transfers else {"model": ""}
    )
    rows = Neurons(kernel.rows, **turn, name=transfer.rows_name(name))
    paths = _paths(synapse)
    events = {EVENTS[path]: ends[path] for path in paths}
    columns = Neurons(kernel.maps, "", name=f"columns_{name}", events=events)
    timed = ("rest", "relaxes_every") if synapse.relaxes else ()
    timed += ("refresh_every", "presented_before") if synapse.refreshes else ()
    for variable in OF_LAYER + timed:
        columns.variables.add_reference(variable, target)
    crossbar = _crossbar(synapse, rows, columns, projection.synapses)
    for path in paths:
        columns.thresholder[EVENTS[path]].when = f"batch_{layer}"
        getattr(crossbar, path).when = f"{path}_{layer}"
    if synapse.transfers:
        crossbar.transfer.when = f"transfer_{layer}"
    paths = {"forward": synapse.synaptic_input}
    if isinstance(synapse.weights, Device):
        if synapse.weights.counts_reads:
            raise UserError(
                f"device.read_voltage: reads of the convolution '{projection.name}' are not "
                f"counted, which '{synapse.weights.name}' asks for; give layers without "
                "convolutions, or a device without read_voltage and read_time."
            )
        paths["forward"] = synapse.carrier.read(synapse.synaptic_input)
    asked, factor = "delta" if synapse.batched else "request", synapse.eligibility
    paths["accumulate"] = f"grad += {asked}_post" + (f"*{factor}" if factor else "")
    learning = "active" if factor == "eligibility_pre" else "spike"
    connections = Convolution(
        source,
        target,
        crossbar,
        kernel,
        on_pre=paths,
        on_event={"forward": "spike", "accumulate": learning},
        name=f"convolution_{name}",
    )
    for path in paths:
        getattr(connections, path).when = f"{path}_{layer}"
    return crossbar, rows, columns, connections


def _paths(synapse):
    """The pathways of the columns."""
    also = (("relax", synapse.relaxes), ("refresh", synapse.refreshes))
    return ("program", *(path for path, is_there in also if is_there))


def _crossbar(synapse, rows, columns, name):
    model, prepare = "grad : 1", "dw = grad\ngrad = 0"
    if synapse.batched:
        model, prepare = synapse.batch_equations(), synapse.batch_update()
    paths = _paths(synapse)
    kwds = dict(on_event={path: EVENTS[path] for path in paths}, name=name)
    kwds["on_event"] |= {"transfer": "transfers"} if synapse.transfers else {}
    kwds |= dict(index_arrays=False, strict=True)
    if isinstance(synapse.weights, Device):
        given = dict(request="dw", prepare=prepare, model=model, programmed_by="post", start=False)
        given |= dict(rest="rest_post" if synapse.relaxes else "") | synapse.wired
        return MemristivePair(rows, columns, synapse.weights, synapse.programming, **given, **kwds)
    program = synapse.carrier.program("dw", prepare)
    model = lines([synapse.carrier.model, model])
    return Crossbar(rows, columns, model, on_post={"program": program}, **kwds)
