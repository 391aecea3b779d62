"""A choice of devices that there is not."""
from dataclasses import replace
from snn_brian.models.programming.ternary import ternary

broken = replace(ternary, name="broken", devices="one at randon")
