"""An up/down counter beside each pair: requests are rounded to single counts, and a full counter
gives a pulse.

| symbol | here | |
| --- | --- | --- |
| c | c | the counter, from -(M-1) to M-1: for M = 8 it has 4 bits |
| theta | theta | what one pulse pair is taken to be worth; a count is worth theta/M |

Not in the paper: its ternary rounding (14) drives a counter instead of the device, so that pulses
wait until they are due. Reads of the device: none. Pulses per full counter: 2.
"""

from snn_brian.declarations import Learning, Programming

counter = Programming(
    name="counter",
    reference="after the ternary rounding of Fouda et al. 2019, Eq. (14)",
    variables="c : 1",
    number="clip(SR(dw*M/theta), -1, 1)",
    potentiation_pulses="int(abs(c + n) >= M)",
    depression_pulses="int(abs(c + n) >= M)",
    finish="c = (c + n)*int(abs(c + n) < M)",
    parameters=dict(
        M=8.0,  # 2**(bits - 1)
        theta=0.05,
    ),
    learning=dict(
        adam=Learning(eta=1e-3, decay=0.8, layer_factors=(1.0,), initial=(0.0, 0.21)),
        sgd=Learning(eta=0.12, decay=0.8, layer_factors=(1.0, 0.3, 0.1), initial=(0.0, 0.21)),
    ),
)
