"""A pulse of no width."""
from dataclasses import replace

from brian2 import ms, volt

from snn_brian.declarations import Pulse
from snn_brian.models.devices.exponential import TiOx

device = replace(TiOx, name="broken", depression_pulse=Pulse(voltage=-3 * volt, width=0 * ms))
