"""Whether a neuron's equations are integrated finely enough: its rates at a time step and at a
tenth of it."""

import numpy as np
from brian2 import Equations
from brian2.equations.equations import DIFFERENTIAL_EQUATION

from snn_brian.check.single_neuron import response
from snn_brian.declarations import Neuron

DRIVES = np.array([0.1, 0.2, 0.3, 0.5, 1.0])  # weights of a train of input spikes
SECONDS, LEAST_SPIKES = 0.3, 10  # of the trial; rates of fewer spikes tell nothing
PERIOD = 1e-3  # s, of the input spikes
MOST = 0.25  # spikes in a step at the finer one: beyond, no step of this size can tell them
TOLERANCE, FINER = 0.05, 10


def coarse_step(neuron: Neuron, dt: float) -> str | None:
    """A sentence about a neuron whose rate is another by more than 5 % at a tenth of the time step.

    The input spikes are the same in both, one in a millisecond or in each of the coarser steps.

    Parameters
    ----------
    neuron : Neuron
    dt : float
        Seconds of a time step.

    Returns
    -------
    str or None
        None where the rates agree, and for neurons without differential equations, whose
        statements are the model for any step.
    """
    equations = Equations(neuron.equations)
    if not any(each.type == DIFFERENTIAL_EQUATION for each in equations.values()):
        return None
    steps, every = int(np.ceil(SECONDS / dt)), max(1, round(PERIOD / dt))
    coarse = response(neuron, DRIVES, steps, dt, every).rates / dt
    finer = response(neuron, DRIVES, steps * FINER, dt / FINER, every * FINER)
    fine = finer.rates / (dt / FINER)
    counted = (np.maximum(coarse, fine) * SECONDS >= LEAST_SPIKES) & (fine * dt <= MOST)
    off = np.where(counted, np.abs(coarse - fine) / np.maximum(np.maximum(coarse, fine), 1e-12), 0)
    if off.max() <= TOLERANCE:
        return None
    worst = int(off.argmax())
    return (
        f"neuron '{neuron.name}' fires {coarse[worst]:.0f} times a second at a time step of "
        f"{1e3 * dt:g} ms, and {fine[worst]:.0f} times at {1e3 * dt / FINER:g} ms (a train of "
        f"input spikes through a weight of {DRIVES[worst]:g}): the step is too coarse for its "
        "equations; give a smaller --dt, or another `method`"
    )
