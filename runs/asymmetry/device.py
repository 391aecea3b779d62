"""A hypothetical device with the range and pulses of TiOx whose curves can be bent at will: it goes
through its range in N pulses of either kind, whatever their nonlinearity."""

from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx
from snn_brian.models.devices.neurosim import neurosim

bent = replace(
    TiOx,
    name="bent",
    reference="hypothetical: the range, voltage and pulse width of TiOx (Fouda et al. 2019), the "
    "curves of NeuroSim",
    law=neurosim,
    parameters=dict(A_P=25.0, A_D=25.0, N=100.0),
)
