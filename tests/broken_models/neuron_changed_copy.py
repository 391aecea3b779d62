"""What is kept is not what was there before the change."""
from dataclasses import replace

from snn_brian.models.neurons.integrate_and_fire import integrate_and_fire

neuron = replace(
    integrate_and_fire,
    name="broken",
    equations="U : 1\nkept : 1",
    reset="before = U; U += 1; kept = before",
)
