"""Spiking networks that learn on simulated memristor crossbars, in Brian2.

Crossbar, Pulses           all-to-all synapses that compile to loops along rows; code at pulses
MemristivePair             a Crossbar with a pair of declared devices for each synapse
load                       a declared neuron, device, programming rule, ..., by name or path
Arm, Training              one arm: what it is made of; its epochs
Network, Projection, Conv  connections beside, or instead of, those from layer to layer; a
                           convolutional layer of an `Arm`
load_run                   a run's folder: metrics, checkpoints, predictions of its trained arms
Experiment                 an `Arm` as it was written until 0.1
"""

import importlib

_MODULES = {
    "Crossbar": "crossbar.crossbar",
    "Pulses": "crossbar.pulses",
    "MemristivePair": "network.memristive_pair",
    "load": "check.loading",
    "Arm": "train.arm",
    "Network": "declarations",
    "Projection": "declarations",
    "Conv": "network.layers",
    "Experiment": "train.arm",
    "Training": "train.training",
    "load_run": "job.finished",
}
__all__ = list(_MODULES)


def __getattr__(name):
    """Import Brian2 only when something needs it: it takes over a second."""
    if name not in _MODULES:
        raise AttributeError(f"module 'snn_brian' has no attribute '{name}'")
    return getattr(importlib.import_module(f"snn_brian.{_MODULES[name]}"), name)
