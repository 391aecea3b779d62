"""Recorded events as inputs: at the start of each time step, those of the step are marked.

Brian2's SpikeGeneratorGroup keeps sorted times and indices, too, but presents them once and in the
order of time; here each presentation has its own sorted list, and presentations come in any order.
Nothing is held of the steps and inputs without an event. The compiled program maps the file of the
events instead of reading it, so that its memory, and its code, are the same for any number of them.

The words of the table `event` are laid out as `snn_brian.data.events.Events` says.
"""

import numpy as np
from brian2 import NeuronGroup, get_device
from brian2.core.functions import Function
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice

from snn_brian.network.lookup import lookup

PIXEL = "1.0*spiking(i)"

CPP = """
static const int32_t *_map_events()
{
    const int _file = open("static_arrays/event_values", O_RDONLY);
    struct stat _status;
    if (_file < 0 || fstat(_file, &_status) != 0) throw std::runtime_error("no events");
    void *_start = mmap(NULL, _status.st_size, PROT_READ, MAP_PRIVATE, _file, 0);
    if (_start == MAP_FAILED) throw std::runtime_error("events cannot be mapped");
    return (const int32_t *)_start;
}
static inline int32_t present(const int64_t row, const int64_t step)
{
    static const int32_t *_words = _map_events();
    const int64_t _first = step*%INPUTS%;
    const int32_t *_event = _words + _words[row], *_end = _words + _words[row + 1];
    _event = std::lower_bound(_event, _end, _first);
    std::fill(_namespacespiking_values, _namespacespiking_values + %INPUTS%, 0);
    int32_t _count = 0;
    for (; _event < _end && *_event < _first + %INPUTS%; _event++, _count++)
        _namespacespiking_values[*_event - _first] = 1;
    return _count;
}
"""
CYTHON = """
cdef int present(long row, long step):
    global _namespaceevent_values
    global _namespacespiking_words
    cdef int* words = <int*> _namespaceevent_values
    cdef signed char* spiking = <signed char*> _namespacespiking_words
    cdef long low = words[row], high = words[row + 1], end = words[row + 1], middle
    cdef long first = step*%INPUTS%
    cdef int count = 0
    while low < high:
        middle = (low + high)//2
        if words[middle] < first:
            low = middle + 1
        else:
            high = middle
    for middle in range(%INPUTS%):
        spiking[middle] = 0
    while low < end and words[low] < first + %INPUTS%:
        spiking[words[low] - first] = 1
        low += 1
        count += 1
    return count
"""


def tables(inputs: int, words: int) -> dict[str, tuple[Function | None, np.ndarray | None]]:
    """Functions and arrays, by name, that present the events of so many inputs.

    Parameters
    ----------
    inputs : int
    words : int
        Of the table `event`. A compiled program maps its file, and has no array.

    Returns
    -------
    dict of (Function or None, array or None)
        `present(row, step)` marks the inputs with an event in a time step of a presentation and
        gives their number; `spiking(i)` is whether an input is marked; `event` are the words.
    """
    spiking, marks = lookup("spiking", (inputs,), np.int8)
    compiled = isinstance(get_device(), CPPStandaloneDevice)
    event = np.zeros(0 if compiled else words, np.int32)

    def present(row, step):
        first, last = event[int(row)], event[int(row) + 1]
        own = event[first:last]
        low, high = np.searchsorted(own, [int(step) * inputs, (int(step) + 1) * inputs])
        marks[:] = 0
        marks[own[low:high] - int(step) * inputs] = 1
        return high - low

    present._arg_units, present._return_unit = [1, 1], 1
    function = Function(
        present,
        arg_types=["integer", "integer"],
        return_type="integer",
        arg_units=[1, 1],
        return_unit=1,
        stateless=True,  # called again, it does the same
    )
    function.implementations.add_numpy_implementation(present, discard_units=True)
    function.implementations.add_implementation(
        "cpp",
        CPP.replace("%INPUTS%", str(inputs)),
        namespace={"spiking_values": marks},
        name="present",
        compiler_kwds={
            "headers": ["<algorithm>", "<stdexcept>", "<fcntl.h>", "<sys/mman.h>", "<sys/stat.h>"]
        },
    )
    function.implementations.add_implementation(
        "cython",
        CYTHON.replace("%INPUTS%", str(inputs)),
        namespace={"event_values": event, "spiking_words": marks.base},
        name="present",
    )
    return {"present": (function, None), "event": (None, event), "spiking": (spiking, marks)}


def present(group: NeuronGroup) -> None:
    """Let the inputs' events be marked before anything else happens in a time step."""
    group.run_regularly(
        "presented = present(order(t_in_timesteps//steps), step)",
        when="start",
        order=-3,
        name="present",
    )
