"""A law is no device."""
from dataclasses import replace

from snn_brian.models.devices.exponential import exponential

law = replace(exponential, name="broken")
