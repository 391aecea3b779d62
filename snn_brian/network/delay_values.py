"""The delays of a network in whole time steps: one for each neuron of the source of a projection,
or for each of its target."""

from dataclasses import dataclass
from textwrap import shorten

import numpy as np
from brian2 import Quantity, second
from brian2.units.fundamentalunits import DIMENSIONLESS

from snn_brian.base.errors import UserError
from snn_brian.declarations import INPUTS, Projection
from snn_brian.network import presentation
from snn_brian.network.numbered import numbered
from snn_brian.network.structure import Structure

BITS = 30  # of a whole number that are used, so that none has a sign
WORDS = 20  # whole numbers for each neuron, at most
SHOWN = 80  # characters of a delay in a message


@dataclass(frozen=True)
class Delay:
    """Whole time steps for each neuron of the source, or of the target where they differ there."""

    steps: np.ndarray
    by_target: bool = False


def delays(structure: Structure) -> dict[str, Delay]:
    """{name of a delayed projection: its `Delay`}.

    Raises
    ------
    UserError
        For a delay that is no whole number of steps, or too short or too long for its projection,
        or that differs along source and target both; where spikes of an earlier step never arrive,
        since the presentation has ended; and for delays of analog inputs.
    """
    found = {}
    for each in structure.graph.projections:
        steps = np.array([int(each.is_back)])  # the shortest
        if each.is_delayed:
            found[each.name] = delay(structure, each)
            _refuse_signals(structure, each)
            steps = found[each.name].steps
        _check(structure, each, steps)
    return found


def delay(structure: Structure, projection: Projection) -> Delay:
    """That of one projection; raises UserError for what is no whole number of steps, or not one
    for each neuron of one side."""
    values, what = np.atleast_2d(_values(structure, projection)), told(projection)
    steps = np.rint(values)
    wrong = np.abs(values - steps) > 1e-6 * np.maximum(1, np.abs(values))
    if wrong.any():
        raise UserError(
            f"{what} is {values[wrong][0]:g} time steps of {structure.dt * second}; give a whole "
            "number of them."
        )
    steps, (sources, targets) = steps.astype(np.int64), structure.shapes[projection.name]
    if (steps == steps[:, :1]).all():
        return Delay(np.broadcast_to(steps[:, 0], sources))
    if (steps == steps[:1]).all():
        return Delay(np.broadcast_to(steps[0], targets), by_target=True)
    raise UserError(
        f"{what} depends on i and on j; one delay for each neuron of the source, by j, is "
        "possible, or for each of the target, by i, or for all."
    )


def told(projection: Projection) -> str:
    """A projection and its delay, as messages begin."""
    shown = repr(projection.delay)
    if not isinstance(projection.delay, str):
        shown = shorten(shown, SHOWN, placeholder="...")
    return f"projection '{projection.name}': delay={shown}"


def _values(structure, projection):
    """In time steps, of a shape that broadcasts to (source, target)."""
    value, what, shape = projection.delay, told(projection), structure.shapes[projection.name]
    if projection.delay_of not in ("", "source", "target"):
        raise UserError(f"{what}: delay_of={projection.delay_of!r} must be 'source' or 'target'.")
    if projection.delay_of and not isinstance(value, tuple):
        raise UserError(
            f"{what}: delay_of={projection.delay_of!r} says whose neurons the values of a tuple "
            "are, and this is none; leave it out."
        )
    if isinstance(value, str):
        field = f"projection '{projection.name}': delay"
        values, dimensions = numbered(field, value, shape, structure.graph.parameters)
    else:
        parts = value if isinstance(value, tuple) else (value,)
        if any(np.ndim(each) for each in parts):
            raise UserError(f"{what} is no list of numbers; give one for each neuron, or for all.")
        row = _is_of_target(projection, shape, len(parts))
        values = np.array([float(each) for each in parts]).reshape((1, -1) if row else (-1, 1))
        dimensions = parts[0].dim if isinstance(parts[0], Quantity) else DIMENSIONLESS
    if dimensions is second.dim:
        return values / structure.dt
    if dimensions is not DIMENSIONLESS:
        raise UserError(f"{what} is no time; give a number of time steps, or a time as 3*ms.")
    return values


def _is_of_target(projection, shape, count):
    """Whether so many values are those of the neurons of the target, not of the source."""
    if count == 1:
        return False
    sides = dict(zip(("source", "target"), shape))
    fitting = [side for side, size in sides.items() if size == count]
    fitting = [side for side in fitting if projection.delay_of in ("", side)]
    what = f"{told(projection)} has {count} values"
    if len(fitting) == 1:
        return fitting == ["target"]
    if fitting:
        raise UserError(
            f"{what}, and source and target have as many neurons both; say whose they are by "
            "delay_of='source' or delay_of='target'."
        )
    ends = dict(source=projection.source, target=projection.target)
    wanted = [side for side in sides if projection.delay_of in ("", side)]
    sizes = " and ".join(
        dict.fromkeys(f"'{ends[side]}' has {sides[side]} neurons" for side in wanted)
    )
    raise UserError(f"{what}, but {sizes}; give one for each, or one for all.")


def _check(structure, projection, steps):
    least, most = int(projection.is_back), BITS * WORDS - 1
    what = told(projection) if projection.is_delayed else f"projection '{projection.name}'"
    if steps.min() < least or steps.max() > most:
        wrong = steps.min() if steps.min() < least else steps.max()
        raise UserError(f"{what} is {wrong} steps for a neuron; give {least} to {most}.")
    if steps.max() >= structure.steps and not presentation.goes_on(structure.neuron):
        after = f"{steps.max()} time step" + ("s" if steps.max() > 1 else "")
        raise UserError(
            f"{what}: a spike arrives {after} after the one in which it was fired, but "
            f"presentations of --steps {structure.steps} have ended then; give at least "
            f"{steps.max() + 1}."
        )


def _refuse_signals(structure, projection):
    if projection.source == INPUTS and structure.encoder.signal:
        raise UserError(
            f"{told(projection)}: what comes from the encoder '{structure.encoder.name}' are no "
            "spikes, which alone can be delayed; choose another encoder, or delay a layer."
        )
