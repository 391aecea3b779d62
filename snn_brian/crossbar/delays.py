"""Delays of a pathway: whole numbers of time steps.

In the runtime targets they are those of `brian2.Synapses`. A compiled crossbar has none until one
is declared; then events wait in Brian2's spike queue, which holds a number for each row of spiking
inputs where all synapses of a row are known to have the same delay, and else for each part of a row
whose neighbouring synapses have the same delay.
"""

from collections.abc import Mapping

import numpy as np
from brian2 import Quantity, get_device, ms, second

from snn_brian.crossbar.statements import identifiers, is_repeatable

INDEX = {"pre": "_presynaptic_idx", "post": "_postsynaptic_idx"}


def declared_delays(delay: object) -> object:
    """The argument `delay` of `Crossbar` as `brian2.Synapses` takes it: a plain 0 means no time."""
    if isinstance(delay, Mapping):
        return {name: declared_delays(value) for name, value in delay.items()}
    is_zero = not isinstance(delay, Quantity) and isinstance(delay, (int, float)) and delay == 0
    return 0 * ms if is_zero else delay


def check_whole_steps(name: str, delays: np.ndarray, dt: float) -> None:
    """Raises ValueError if one of the delays of the pathway `name` (in seconds) is negative or no
    whole number of time steps."""
    steps = np.atleast_1d(np.asarray(delays, dtype=float)) / dt
    wrong = (np.abs(steps - np.round(steps)) > 1e-3 + 1e-6 * np.abs(steps)) | (steps < -0.5)
    if wrong.any():
        delay, step = (value * second for value in (steps[wrong][0] * dt, dt))
        near = max(0, round(steps[wrong][0])) * step
        raise ValueError(
            f"delay={delay} of '{name}' is no whole number of time steps of {step}: choose a "
            f"multiple, such as {near}, or set defaultclock.dt to a fraction of it."
        )


def hold_one_for_each_synapse(pathway) -> None:
    """Puts an array of delays, with one for each synapse, in the place of a compiled pathway's
    single delay, from which it starts."""
    device, synapses, variables = get_device(), pathway.synapses, pathway.variables
    before = device.get_array_name(variables["delay"], access_data=False)
    del variables._variables["delay"]
    variables.add_dynamic_array("delay", dimensions=second.dim, size=0, constant=True)
    variables.indices["delay"] = "_idx"
    synapses.register_variable(variables["delay"])
    pathway._delays = variables["delay"]
    for name in ("numbers", "list"):  # parts of rows with equal delays, see parts.cpp
        variables.add_dynamic_array(f"_part_{name}", size=0, dtype=np.int32)
    number = device.get_array_name(synapses.variables["N"], access_data=False)
    after = device.get_array_name(variables["delay"], access_data=False)
    device.insert_code("main", f"brian::{after}.assign(brian::{number}[0], brian::{before}[0]);")
    device.array_cache[variables["delay"]] = None


def same_along_lines(pathway) -> bool:
    """Whether all synapses of a row (of a column, for events of neurons) are known to have the same
    delay, by what the delays were set to as a whole: a number, numbers, or an expression of the
    line's own variables."""
    value, synapses, side = pathway.known_delay, pathway.synapses, pathway.prepost
    if value is None:
        return False
    if isinstance(value, str):
        indices = {**synapses.variables.indices, "i": INDEX["pre"], "j": INDEX["post"]}
        return is_repeatable(value) and all(
            name not in synapses.variables
            or synapses.variables[name].scalar
            or indices[name] == INDEX[side]
            for name in identifiers(value)
        )
    if np.size(value) == 1:
        return True
    shape = int(synapses.source.N), int(synapses.target.N)
    if synapses.mapped or np.size(value) != np.prod(shape):
        return False
    delays = np.reshape(value, shape)
    return bool((delays == (delays[:, :1] if side == "pre" else delays[:1])).all())
