"""Exponential response to pulses, and the TiOx device of the paper."""

from brian2 import nS, nsecond, volt

from snn_brian.declarations import Device, Law, Pulse

# Eq. (10), the state form: G_max - (G_max - G) exp(-alpha_P n) after n potentiating pulses, G_min +
# (G - G_min) exp(-alpha_D n) after n depressing ones, written as changes so that no pulse is
# exactly no change. The form of (8), counted from the ends of the range, is not used: at n = 0 it
# gives 954.9 nS for depression of TiOx, above G_max.
exponential = Law(
    name="exponential",
    reference="Fouda et al. 2019, Eq. (10)",
    potentiation="(G_max - G)*(1 - exp(-alpha_P*n))",
    depression="(G - G_min)*(1 - exp(-alpha_D*n))",
    parameters=("alpha_P", "alpha_D"),
    # Eq. (11), (12); a change beyond the range needs more pulses than any rule gives.
    potentiation_needed="-log(clip(1 - dG/(G_max - G), 1e-6, 1))/alpha_P",
    depression_needed="-log(clip(1 - dG/(G - G_min), 1e-6, 1))/alpha_D",
)

TiOx = Device(
    name="TiOx",
    reference="Fouda et al. 2019, Fig. 4a: TiOx at +-3 V. The paper names no pulse width; 100 ns "
    "is assumed, and the write "
    "energy is proportional to it",
    law=exponential,
    G_max=674 * nS,
    G_min=32.95 * nS,
    parameters=dict(
        alpha_P=0.03058,  # the first pulse from G_min moves 3.0 % of the range
        alpha_D=0.3534,  # the first pulse from G_max moves 29.8 % of the range
    ),
    potentiation_pulse=Pulse(voltage=3 * volt, width=100 * nsecond),
    depression_pulse=Pulse(voltage=-3 * volt, width=100 * nsecond),
)
