"""NeuroSim's law, and the measured devices of its manual."""

from brian2 import Mohm, kohm, ms, us, volt

from snn_brian.declarations import Device, Law, Pulse
from snn_brian.physics import neurosim_A

# G(P) = B (1 - exp(-P/A_P)) + G_min with B = (G_max - G_min)/(1 - exp(-N/A_P)), and the same
# downwards with A_D, written as changes from any state. The exponent is the paper's alpha = 1/A,
# but the curve heads beyond G_max and arrives there after N pulses; the exponential law with the
# same alpha would leave TaOx_HfOx at 3 % of its range after N pulses. A negative A bends the curve
# the other way: slow at first.
neurosim = Law(
    name="neurosim",
    reference="Chen, Peng, Yu: NeuroSim, user manual V3.0, section 9",
    potentiation="((G_max - G_min)/(1 - exp(-N/A_P)) - (G - G_min))*(1 - exp(-n/A_P))",
    depression="((G_max - G_min)/(1 - exp(-N/A_D)) - (G_max - G))*(1 - exp(-n/A_D))",
    parameters=("A_P", "A_D", "N"),
)


def preset(name, levels, labels, R_on, on_off, potentiation, depression, cycle_to_cycle):
    """A row of the manual's table; `labels` are the nonlinearity of potentiation and depression,
    pulses (voltage, width).

    The manual's negative label of a depression is the one of a curve that is steep at first.
    """
    return Device(
        name=name,
        reference=f"NeuroSim, user manual V3.0, table of section 9: {levels} levels, "
        f"nonlinearity {labels}",
        law=neurosim,
        G_max=1 / R_on,
        G_min=1 / (R_on * on_off),
        parameters=dict(
            A_P=neurosim_A(labels[0], levels), A_D=neurosim_A(-labels[1], levels), N=float(levels)
        ),
        potentiation_pulse=Pulse(*potentiation),
        depression_pulse=Pulse(*depression),
        cycle_to_cycle=cycle_to_cycle,  # where the table says "below", that bound
    )


Ag_aSi = preset(
    "Ag_aSi",
    97,
    (2.4, -4.88),
    26 * Mohm,
    12.5,
    (3.2 * volt, 300 * us),
    (-2.8 * volt, 300 * us),
    0.035,
)
TaOx_TiO2 = preset(
    "TaOx_TiO2", 102, (1.85, -1.79), 5 * Mohm, 2, (3 * volt, 40 * ms), (-3 * volt, 10 * ms), 0.01
)
TaOx_HfOx = preset(
    "TaOx_HfOx",
    128,
    (0.04, -0.63),
    100 * kohm,
    10,
    (1.6 * volt, 0.05 * us),
    (1.6 * volt, 0.05 * us),
    0.037,
)
PCMO = preset(
    "PCMO", 50, (3.68, -6.76), 23 * Mohm, 6.84, (-2 * volt, 1 * ms), (2 * volt, 1 * ms), 0.01
)
AlOx_HfO2 = preset(
    "AlOx_HfO2",
    40,
    (1.94, -0.61),
    16.9 * kohm,
    4.43,
    (0.9 * volt, 100 * us),
    (-1 * volt, 100 * us),
    0.05,
)
EpiRAM = preset(
    "EpiRAM", 64, (0.5, -0.5), 81 * kohm, 50.2, (5 * volt, 5 * us), (-3 * volt, 5 * us), 0.02
)
# The positive label of its depression is NeuroSim's for a curve that is slow at first.
HZO_FeFET = preset(
    "HZO_FeFET",
    32,
    (1.75, 1.46),
    559.28 * kohm,
    45,
    (3.65 * volt, 0.075 * us),
    (-2.95 * volt, 0.075 * us),
    0.005,
)
