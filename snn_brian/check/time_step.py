"""Whether a neuron's equations are integrated finely enough: its rates at a time step and at a part
of it."""

from dataclasses import replace

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
# A neuron with substeps is compared with itself at twice as many, since each takes its time. What
# that changes is at least half of the error.
TOLERANCE_OF_HALVES = 0.025


def coarse_step(neuron: Neuron, dt: float) -> str | None:
    """A sentence about a neuron whose rate is another by more than 5 % at a tenth of the time step.

    The input spikes are the same in both, one in a millisecond or in each of the coarser steps. A
    neuron with `substeps` is tried with twice as many of them instead, and told of where that
    changes its rate by more than 2.5 %.

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
    coarse, number = _rates(neuron, dt)
    if neuron.substeps == 1:
        fine, fine_number = _rates(neuron, dt, FINER)
        tolerance, places = TOLERANCE, ("", f"{1e3 * dt / FINER:g} ms")
        mend = "give it `substeps`, e.g. 10, a smaller --dt, or another `method`"
    else:
        doubled = 2 * neuron.substeps
        fine, fine_number = _rates(replace(neuron, substeps=doubled), dt)
        tolerance = TOLERANCE_OF_HALVES
        places = (f" with {neuron.substeps} substeps", f"{doubled}")
        mend = "give it more `substeps`, a smaller --dt, or another `method`"
    counted = (np.maximum(number, fine_number) >= LEAST_SPIKES) & (fine * dt <= MOST)
    off = np.where(counted, np.abs(coarse - fine) / np.maximum(np.maximum(coarse, fine), 1e-12), 0)
    if off.max() <= tolerance:
        return None
    worst = int(off.argmax())
    return (
        f"neuron '{neuron.name}' fires {coarse[worst]:.0f} times a second at a time step of "
        f"{1e3 * dt:g} ms{places[0]}, and {fine[worst]:.0f} times at {places[1]} (a train of "
        f"input spikes through a weight of {DRIVES[worst]:g}): the step is too coarse for its "
        f"equations; {mend}"
    )


def _rates(neuron, dt, finer=1):
    """Spikes per second between the first and the last, and their number, of each drive, in steps
    that are so many times finer."""
    steps, every = int(np.ceil(SECONDS / dt)), max(1, round(PERIOD / dt))
    found = response(neuron, DRIVES, steps * finer, dt / finer, every * finer)
    intervals = [np.diff(each).mean() if len(each) > 1 else np.inf for each in found.spikes]
    numbers = np.array([len(each) for each in found.spikes])
    return 1 / (np.array(intervals) * dt / finer), numbers
