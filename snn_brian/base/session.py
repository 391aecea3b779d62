"""Brian2's session, which belongs to the user: whatever the package sets in it is set back.

Brian2 keeps its device, clock, preferences, random numbers and log filters in global objects.
"""

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import numpy as np
from brian2 import Clock, get_device, prefs, second, set_device
from brian2.devices.device import Device, reset_device, runtime_device
from brian2.utils.logger import BrianLogger, HierarchyFilter, NameFilter

from snn_brian.base.quick_keys import quick_keys

QUIET = (
    NameFilter("only_threshold"),  # a neuron without reset is what the paper describes
    # Brian2 cannot tell that pulses of different synapses are independent; counters only add up.
    HierarchyFilter("brian2.codegen.generators.base"),
    NameFilter("unused_brian_object"),  # an arm that is resumed at its end does not run its network
    # most groups have no differential equations; a neuron can name its method
    NameFilter("method_choice"),
)

BUFFERS = ("rand_buffer_index", "rand_buffer", "randn_buffer_index", "randn_buffer")  # Cython's


@contextmanager
def own_session(
    device: Device = runtime_device,
    target: str | None = None,
    dtype: type | None = None,
    dt: float | None = None,
) -> Iterator[None]:
    """A block in which Brian2 is set up as asked, and after which it is as it was.

    Parameters
    ----------
    device : Device
        On which what is declared in the block lives, whatever device is active outside.
    target : str or None
        Of code generation in the runtime device; None: as it is.
    dtype : type or None
        Of variables that declare none; None: as it is.
    dt : float or None
        Seconds of the time step of what is declared in the block, on a clock of its own; None: as
        it is.
    """
    with ExitStack() as stack:
        stack.enter_context(_device(device))
        stack.enter_context(_preferences(target, dtype))
        stack.enter_context(_random_numbers())
        stack.enter_context(_quiet())
        stack.enter_context(quick_keys())
        if dt is not None:
            stack.enter_context(_clock(device, dt))
        yield


@contextmanager
def _device(device):
    outside = get_device()
    before, queue = float(outside.defaultclock.dt), getattr(outside, "main_queue", [])
    queued = len(queue)
    set_device(device, build_on_run=False)
    try:
        yield
    finally:
        reset_device()
        if float(outside.defaultclock.dt) != before:  # Brian2 hands it on from device to device
            outside.defaultclock.dt = before * second
        del queue[queued:]  # to a program that is being declared, too, as one of its steps


@contextmanager
def _clock(device, dt):
    """What is declared takes the device's default clock, and keeps it."""
    before = device.defaultclock
    if device is runtime_device:
        device.defaultclock = Clock(dt=dt * second, name="own_clock*")
    else:
        device.defaultclock.dt = dt * second
    try:
        yield
    finally:
        device.defaultclock = before


@contextmanager
def _preferences(target, dtype):
    before = prefs.codegen.target, prefs.core.default_float_dtype
    try:
        if target is not None:
            prefs.codegen.target = target
        if dtype is not None:
            prefs.core.default_float_dtype = dtype
        yield
    finally:
        prefs.codegen.target, prefs.core.default_float_dtype = before


@contextmanager
def _random_numbers():
    before = runtime_device.get_random_state()
    try:
        yield
    finally:
        runtime_device.set_random_state(before)


def random_state_now() -> np.ndarray:
    """The state of the runtime targets' random numbers, as bytes."""
    state = runtime_device.get_random_state()
    _, keys, place, has_gauss, gauss = state["numpy_state"]
    parts = [keys, np.int64(place), np.int64(has_gauss), np.float64(gauss)]
    parts += [state[name] for name in BUFFERS]
    return np.frombuffer(b"".join(np.asarray(part).tobytes() for part in parts), np.uint8)


def set_random_state(state: np.ndarray) -> None:
    """Set the runtime targets' random numbers to what `random_state_now` gave."""
    now = runtime_device.get_random_state()
    keys = now["numpy_state"][1]
    like = [keys, np.int64(), np.int64(), np.float64(), *(now[name] for name in BUFFERS)]
    ends = np.cumsum([np.asarray(each).nbytes for each in like])
    parts = [
        np.frombuffer(piece.tobytes(), np.asarray(each).dtype)
        for piece, each in zip(np.split(state, ends[:-1]), like)
    ]
    numbers = tuple(part[0].item() for part in parts[1:4])
    buffers = {name: part.reshape(np.shape(now[name])) for name, part in zip(BUFFERS, parts[4:])}
    runtime_device.set_random_state({"numpy_state": ("MT19937", parts[0], *numbers)} | buffers)


@contextmanager
def _quiet():
    handler = BrianLogger.console_handler
    added = [each for each in QUIET if handler is not None and each not in handler.filters]
    for each in added:
        handler.addFilter(each)
    try:
        with warnings.catch_warnings(), np.errstate():
            # Brian2 asks whether values of float32 are above 1e50.
            warnings.filterwarnings(
                "ignore", "overflow encountered in cast", module="brian2.groups.group"
            )
            yield
    finally:
        for each in added:
            handler.removeFilter(each)
