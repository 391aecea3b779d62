"""Phase-change memory: SET pulses crystallise step by step, one RESET pulse melts and erases.

| published | here | |
| --- | --- | --- |
| mean change by a SET pulse, 0.892 uS - 0.084 G | alpha_P, G_max | G_max - G shrinks by 8.4 % |
| its standard deviation, 0.575 uS + 0.09 G | cycle_to_cycle, growth | a RESET pulse has none |
| G after RESET, 0.1 uS | G_min | |

The numbers are those of the 90 nm devices and SET pulses (90 uA, 50 ns) of Nandakumar et al. 2018,
in a form that depends on G alone (in the original the first pulses after a RESET move further), as
the public PCM simulator of Demirag (2022) has them. Left out: drift, which is
`--set device.reliability.drift=0.05`, and noise of reads.

Programming is by currents, in a device that conducts well while it is hot: pulses of 1 V and 50 ns
stand in, and the write energy is no more than a number that grows with the pulses.
"""

import math

from brian2 import nsecond, uS, volt

from snn_brian.declarations import Device, Law, Pulse

set_and_reset = Law(
    name="set_and_reset",
    reference="SET: exponential, as Fouda et al. 2019, Eq. (10); RESET: to G_min at once",
    potentiation="(G_max - G)*(1 - exp(-alpha_P*n))",
    depression="(G - G_min)*int(n > 0)",
    potentiation_needed="-log(1 - dG/(G_max - G))/alpha_P",
    noise="rises*(1 + growth*G)",
    parameters=("alpha_P", "growth"),
)

PCM = Device(
    name="PCM",
    reference="Nandakumar et al. 2018, J. Appl. Phys. 124, 152135: 90 nm PCM, SET pulses of 90 uA "
    "and 50 ns; in the form of Demirag 2022. Voltages are stand-ins",
    law=set_and_reset,
    G_max=0.892 / 0.084 * uS,
    G_min=0.1 * uS,
    parameters=dict(
        alpha_P=-math.log(1 - 0.084),
        growth=0.09 / 0.575 * 0.892 / 0.084,  # of the spread, from 0 to G_max
    ),
    potentiation_pulse=Pulse(voltage=1 * volt, width=50 * nsecond),
    depression_pulse=Pulse(voltage=1 * volt, width=50 * nsecond),
    cycle_to_cycle=0.575 / (0.892 / 0.084 - 0.1),
)
