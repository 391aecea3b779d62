"""The counter with one device of the pair, drawn at random, instead of both: half a step each time
that the counter is full.

| symbol | here | |
| --- | --- | --- |
| c | c | the counter, from -(M-1) to M-1: for M = 8 it has 4 bits |
| theta | theta | as in `counter`; a pulse is worth about half of it |

Not in the paper. Finer steps leave less noise in the weights than those of `counter`, for fewer
pulses. Reads of the device: none. Pulses per full counter: 1.
"""

from dataclasses import replace

from snn_brian.models.programming.counter import counter

counter_single = replace(
    counter,
    name="counter_single",
    devices="one at random",
)
