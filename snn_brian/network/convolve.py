"""A projection whose weights are shared by all places of a kernel: a crossbar of them, and the
connections that it makes.

Requests, or gradients, add up over the places; each weight is programmed once, at the end of the
time step or of the batch.
"""

from brian2 import NeuronGroup

from snn_brian.crossbar.convolution import Convolution
from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.neurons import Neurons
from snn_brian.declarations import Device
from snn_brian.network.memristive_pair import MemristivePair
from snn_brian.network.pair import lines
from snn_brian.network.structure import Projection
from snn_brian.network.synapse import Synapse

ENDS = "ends"  # event of the columns: what was asked of the weights is carried out
OF_LAYER = ("learning", "batch", "batches_before", "presentations")
OF_LAYER += ("eta", "batch_size", "batches")


def convolve(
    synapse: Synapse, projection: Projection, source: NeuronGroup, target: NeuronGroup, ends: str
) -> tuple[Crossbar, NeuronGroup, NeuronGroup, Convolution]:
    """All that a convolution consists of.

    Parameters
    ----------
    synapse : Synapse
        How its weights learn.
    projection : Projection
        With a kernel.
    source, target : NeuronGroup
    ends : str
        The condition, of the layer, for programming in a time step.

    Returns
    -------
    (Crossbar, NeuronGroup, NeuronGroup, Convolution)
        The crossbar of the weights; its rows and its columns, which have no state; the connections.
    """
    name, layer, kernel = projection.name, projection.layer, projection.kernel
    rows = Neurons(kernel.rows, "", name=f"rows_{name}")
    columns = Neurons(kernel.maps, "", name=f"columns_{name}", events={ENDS: ends})
    for variable in OF_LAYER:
        columns.variables.add_reference(variable, target)
    columns.thresholder[ENDS].when = f"batch_{layer}"
    crossbar = _crossbar(synapse, rows, columns, projection.synapses)
    crossbar.program.when = f"program_{layer}"
    paths = {"forward": synapse.synaptic_input}
    if isinstance(synapse.weights, Device):
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


def _crossbar(synapse, rows, columns, name):
    model, prepare = "grad : 1", "dw = grad\ngrad = 0"
    if synapse.batched:
        model, prepare = synapse.batch_equations(), synapse.batch_update()
    kwds = dict(on_event={"program": ENDS}, index_arrays=False, strict=True, name=name)
    if isinstance(synapse.weights, Device):
        given = dict(request="dw", prepare=prepare, model=model, programmed_by="post", start=False)
        return MemristivePair(rows, columns, synapse.weights, synapse.programming, **given, **kwds)
    program = synapse.carrier.program("dw", prepare)
    model = lines([synapse.carrier.model, model])
    return Crossbar(rows, columns, model, on_post={"program": program}, **kwds)
