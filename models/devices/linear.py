"""Linear response to pulses: every pulse moves the conductance by the same step."""

from brian2 import nS, nsecond, volt

from snn_brian.declarations import Device, Law, Pulse

linear = Law(
    name="linear",
    reference="Fouda et al. 2019, Eq. (6), (7), Fig. 2",
    potentiation="n*(G_max - G_min)/N",
    depression="n*(G_max - G_min)/N",
    parameters=("N",),
    potentiation_needed="dG*N/(G_max - G_min)",  # Eq. (7)
    depression_needed="dG*N/(G_max - G_min)",
)

ideal_linear = Device(
    name="linear",
    reference="Fouda et al. 2019, Fig. 3: K = 1/20 and N = 100. A hypothetical device; "
    "conductance scale, voltage and pulse "
    "width are those of TiOx",
    law=linear,
    G_max=674 * nS,
    G_min=33.7 * nS,
    parameters=dict(
        N=100.0,  # pulses from G_min to G_max
    ),
    potentiation_pulse=Pulse(voltage=3 * volt, width=100 * nsecond),
    depression_pulse=Pulse(voltage=-3 * volt, width=100 * nsecond),
)
