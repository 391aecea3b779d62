"""A trained network as a graph of NIR, the Neuromorphic Intermediate Representation (Pedersen et
al. 2024), which other simulators and neuromorphic hardware read.

    load_run("results/mine").arms["memristive"].write_nir("mine.nir")

Each projection is a Linear node with the trained weights, (neurons, inputs) as NIR has them, a
convolution unrolled; each layer a neuron node; the last layer's classifier is a Linear node before
the output. What a graph has no field for is in the `metadata` of its nodes:

| node | metadata |
| --- | --- |
| graph | `dt` (s), `steps` of a presentation, `encoder`, what a `spike` is, `order` within a step |
| pairs of devices | `G_plus`, `G_minus` (S), as the weight; `G_max`, `G_min` (S); `device` |
| a layer | `classifier`, (classes, neurons); `reset`; what a time step does: `U_from_U`, ... |

NIR's neurons live in continuous time, and a simulator cuts it into steps in its own way: with
another one than `order` and `U_from_U`, `U_from_I`, `U_offset`, `I_from_I` say, spikes move a
little; `nir_snntorch` takes those. A spike is a current of 1 for one time step, as in snnTorch and
Norse. Conductances are those of the checkpoint: what `--rest` lets devices do before a test is not
in them.
"""

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.base.files import written_whole
from snn_brian.declarations import INPUTS, Device, Distribution
from snn_brian.job.nir_neurons import NeuronNode, neuron_node
from snn_brian.network.structure import layer_name
from snn_brian.train.arm import Arm

INPUT, CLASSIFIER, OUTPUT = "input", "classifier", "output"
SPIKE = "a current of 1 for one time step"
ORDER = (
    "U and I start at 0; layer after layer in the same step: decay, spikes of the sources, "
    "threshold, reset"
)


def write_graph(path: str | Path, graph: dict) -> None:
    """Write what `graph` gives to a .nir file.

    Raises
    ------
    UserError
        If the package nir is missing, or the file cannot be written.
    """
    content = io.BytesIO()  # HDF5 reads what it writes
    package().write(content, nir_object(graph))
    with written_whole(path) as file:
        file.write(content.getvalue())


def nir_object(graph: dict) -> object:
    """What `graph` gives as a nir.NIRGraph.

    Raises
    ------
    UserError
        If the package nir is missing.
    """
    # nir takes things out of what it is given
    nodes = {name: dict(node) for name, node in graph["nodes"].items()}
    return package().dict2NIRNode({**graph, "nodes": nodes})


def package() -> object:
    """The module nir.

    Raises
    ------
    UserError
        If it is missing.
    """
    try:
        import nir
    except ImportError as error:
        raise UserError(
            "NIR: graphs need the package nir; run `pip install 'snn_brian[nir]'`."
        ) from error
    return nir


def graph(arm: Arm, arrays: Mapping[str, np.ndarray], pixels: int, classes: int) -> dict:
    """A network as plain data, which `nir_object` makes a graph of: {"type", "nodes", "edges",
    "metadata"}; the package nir is not needed.

    Parameters
    ----------
    arm : Arm
    arrays : mapping of str to array
        Of a checkpoint.
    pixels, classes : int

    Raises
    ------
    UserError
        Naming the field of the network that NIR cannot say.
    """
    check(arm)
    _check_reads(arm.weights)
    graph = arm.graph
    nodes = {INPUT: {"type": "Input", "shape": np.array([pixels])}}
    for number, size in enumerate(graph.layers, 1):
        nodes[layer_name(number)] = _neurons(arm, arrays, number, size)
    edges, fixed = [], graph.fixed_weights(pixels)
    for each in graph.projections:
        nodes[each.synapses] = _linear(each, arrays, fixed, arm)
        source = INPUT if each.source == INPUTS else each.source
        edges += [(source, each.synapses), (each.synapses, each.target)]
    last = layer_name(len(graph.layers))
    nodes[CLASSIFIER] = {"type": "Linear", "weight": nodes[last]["metadata"]["classifier"]}
    nodes[OUTPUT] = {"type": "Output", "shape": np.array([classes])}
    edges += [(last, CLASSIFIER), (CLASSIFIER, OUTPUT)]
    return {"type": "NIRGraph", "nodes": nodes, "edges": edges, "metadata": _about(arm)}


def check(arm: Arm) -> None:
    """That NIR has words for all of an arm but its devices and neurons.

    Raises
    ------
    UserError
        Naming the flag or the field.
    """
    if arm.rule:
        raise UserError(
            f"NIR: --learning {arm.rule.name} has labels of neurons instead of classifiers, and "
            "homeostasis of its own; only networks of local classifiers come and leave."
        )
    if arm.synapse.name != "static":
        raise UserError(
            f"NIR: --synapse {arm.synapse.name} keeps a state between spikes, which no node of NIR "
            "has; only networks of static synapses come and leave."
        )
    for each in arm.graph.projections:
        if each.is_late or each.is_delayed:
            raise UserError(
                f"NIR: the projection '{each.name}' of --network {arm.network.name} carries spikes "
                "of earlier steps, and NIR has no time steps; only networks whose spikes arrive in "
                "the same step come and leave."
            )


def _check_reads(weights):
    if isinstance(weights, Device) and weights.read_noise:
        raise UserError(
            f"NIR: read_noise={weights.read_noise} of the device '{weights.name}' draws weights "
            "anew at every read, which a graph cannot; only conductances can be exported."
        )


def values(arm: Arm, arrays: Mapping[str, np.ndarray], number: int) -> dict[str, object]:
    """{parameter of the neurons of a layer: its number, or one for each neuron}, in SI units.

    Parameters
    ----------
    arm : Arm
    arrays : mapping of str to array
        Of a checkpoint, from which values that were drawn are taken.
    number : int
        Of the layer.

    Raises
    ------
    UserError
        For a distribution of which no values are there.
    """
    found = {}
    for name, value in arm.own_neuron.parameters.items():
        key = f"{layer_name(number)}.{name}"
        if isinstance(value, Distribution) and key not in arrays:  # of a graph that comes
            raise UserError(
                f"NIR: neuron.{name}={value} is not drawn yet; give one number, or an array."
            )
        found[name] = arrays[key] if key in arrays else np.asarray(value, np.float64)
    return found


def _about(arm):
    encoder = arm.encoder
    shown = f"{encoder.name}: a spike where {' '.join(encoder.threshold.split())}"
    if encoder.signal:
        shown += f", of the size {' '.join(encoder.signal.split())}"
    parameters = "; ".join(f"{name} = {value}" for name, value in encoder.parameters.items())
    return {
        "dt": float(arm.dt),
        "steps": arm.steps,
        "encoder": "; ".join(filter(None, [shown, parameters])),
        "spike": SPIKE,
        "order": ORDER,
        "written_by": "snn_brian",
    }


def _linear(projection, arrays, fixed, arm):
    """A Linear node: weights from the source's to the target's neurons."""
    name, metadata = projection.name, {}
    if projection.fixed:
        weight = fixed[f"{projection.synapses}.w"]
    elif isinstance(arm.weights, Device):
        weight = arrays[f"G_plus_{name}"] - arrays[f"G_minus_{name}"]
        G_max = float(arm.weights.G_max)
        metadata = {"device": arm.weights.name, "G_max": G_max, "G_min": float(arm.weights.G_min)}
        for side in ("G_plus", "G_minus"):
            own = np.asarray(arrays[f"{side}_{name}"], np.float64) * G_max
            metadata[side] = _unrolled(projection, own).T
    else:
        weight = arrays[f"w_{name}"]
    return {"type": "Linear", "weight": _unrolled(projection, weight).T, "metadata": metadata}


def _unrolled(projection, values):
    """(sources, targets); 0 where a convolution has no connection."""
    kernel = projection.kernel
    if not kernel:
        return values
    source, target, weight = kernel.unrolled()
    found = np.zeros((kernel.source, kernel.target), values.dtype)
    found[source, target] = values.ravel()[weight]
    return found


def _neurons(arm, arrays, number, size):
    """The neuron node of a layer."""
    node = neuron_node(arm.own_neuron, values(arm, arrays, number), float(arm.dt))
    step = dict(node.step)
    if "U_from_I" in step:  # of the node's own current
        step["U_from_I"] = step["U_from_I"] * node.tau_mem / (node.r * float(arm.dt))
    metadata = {name: _each(value, size) for name, value in step.items()}
    metadata["reset"] = "subtract" if node.subtracts else "set"
    metadata["classifier"] = arrays[f"J_{number}"].T
    return {"type": node.kind, **fields(node, size, float(arm.dt)), "metadata": metadata}


def fields(node: NeuronNode, size: int, dt: float) -> dict[str, np.ndarray]:
    """The fields of a neuron node of NIR, float64 (neurons,); a spike is a current of 1 for `dt`
    seconds.

    The resistance of a CubaLIF is tau_mem/dt, which other simulators expect: its current is that
    which one time step adds to U.
    """
    if node.kind == "Threshold":
        return {"threshold": _each(node.threshold / node.gain, size)}
    own = {"v_threshold": node.threshold, "v_reset": node.reset}
    if node.kind == "IF":
        own |= {"r": node.gain / dt}
    elif node.kind == "LIF":
        own |= {"tau": node.tau_mem, "r": node.gain * node.tau_mem / dt, "v_leak": node.leak}
    else:
        own |= {"tau_mem": node.tau_mem, "tau_syn": node.tau_syn, "v_leak": node.leak}
        own |= {"r": node.tau_mem / dt, "w_in": node.gain * node.r * node.tau_syn / node.tau_mem}
    return {name: _each(value, size) for name, value in own.items()}


def _each(value, size):
    return np.broadcast_to(np.asarray(value, np.float64), (size,)).copy()
