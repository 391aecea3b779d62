"""A graph of NIR, carried out in NumPy alone: by what its nodes say of continuous time, in steps as
its metadata say."""

import numpy as np


def run_graph(graph, shown):
    """({layer: spikes, bool (images, steps, neurons)}, class of each image).

    Parameters
    ----------
    graph : dict
        As `snn_brian.job.nir_export.graph` gives it.
    shown : array
        What the inputs do, (images, steps, inputs).
    """
    nodes, dt = graph["nodes"], graph["metadata"]["dt"]
    images, steps, _ = shown.shape
    layers = [name for name in nodes if name.startswith("layer_")]
    spikes = {name: np.zeros((images, steps, _size(nodes[name])), bool) for name in layers}
    readout = np.zeros((images, len(nodes["classifier"]["weight"])))
    for image in range(images):
        states = {name: (np.zeros(_size(nodes[name])),) * 2 for name in layers}
        for step in range(steps):
            out = {"input": shown[image, step].astype(float)}
            for name in layers:
                total = sum(
                    nodes[synapses]["weight"].astype(float) @ out[source]
                    for source, synapses in graph["edges"]
                    for other, target in graph["edges"]
                    if other == synapses and target == name
                )
                states[name], fired = _advance(nodes[name], states[name], total, dt)
                out[name] = fired.astype(float)
                spikes[name][image, step] = fired
            readout[image] += nodes["classifier"]["weight"].astype(float) @ out[layers[-1]]
    return spikes, readout.argmax(axis=1)


def _size(node):
    return len(node["threshold"] if node["type"] == "Threshold" else node["v_threshold"])


def _advance(node, state, total, dt):
    """((U, I), whether it spikes) after a time step with this sum of weights."""
    U, current = state
    about = node["metadata"]
    if node["type"] == "Threshold":
        return (total, current), total > node["threshold"]
    U = about["U_from_U"] * U + about.get("U_offset", 0)
    if node["type"] == "IF":
        U = U + dt * node["r"] * total
    elif node["type"] == "LIF":
        U = U + dt / node["tau"] * node["r"] * total
    else:
        U = U + about["U_from_I"] * dt / node["tau_mem"] * node["r"] * current
        current = about["I_from_I"] * current + dt / node["tau_syn"] * node["w_in"] * total
    fired = U > node["v_threshold"]
    less = node["v_threshold"] - node["v_reset"]
    after = U - less if about["reset"] == "subtract" else node["v_reset"]
    return (np.where(fired, after, U), current), fired
