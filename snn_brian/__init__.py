"""Spiking networks that learn on simulated memristor crossbars, in Brian2.

    Crossbar, Pulses           all-to-all synapses that compile to loops along rows; code at whole numbers of pulses
    load                       a declared neuron, device, rule or encoder, by name or path
    Experiment, Training       one arm: what it is made of; its epochs
"""
