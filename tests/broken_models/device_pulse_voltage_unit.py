"""A voltage in siemens."""
from dataclasses import replace

from brian2 import nS

from snn_brian.declarations import Pulse
from snn_brian.models.devices.exponential import TiOx

pulse = Pulse(voltage=3 * nS, width=TiOx.potentiation_pulse.width)
device = replace(TiOx, name="broken", potentiation_pulse=pulse)
