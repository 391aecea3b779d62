"""A real-valued memory beside each pair: requests add up in it, and a pulse on each device is due
at a threshold.

| symbol | here | |
| --- | --- | --- |
| chi | chi | requests not yet carried out, in units of w |
| theta | theta | what one pulse pair is taken to be worth |

Not in the paper: it keeps the ternary pulse and its freedom from reads, but waits until a pulse is
due (as the digital accumulators of mixed-precision training do). Reads of the device: none. Pulses
per event: 2.
"""

from snn_brian.declarations import Learning, Programming

accumulator = Programming(
    name="accumulator",
    reference="Nandakumar et al. 2020 (mixed precision, chi); here with the pulse pair of Fouda "
    "et al. 2019, Eq. (14)",
    variables="chi : 1",
    prepare="chi += dw",
    # whole pulses towards 0; a division would take longer than all else
    number="int(chi*(1/theta))",
    finish="chi -= n*theta",
    accumulates=True,
    parameters=dict(
        theta=0.05,
    ),
    learning=dict(
        adam=Learning(eta=1e-3, decay=0.8, layer_factors=(1.0,), initial=(0.0, 0.21)),
        sgd=Learning(eta=0.06, decay=0.8, layer_factors=(1.0, 0.3, 0.1), initial=(0.0, 0.21)),
    ),
)
