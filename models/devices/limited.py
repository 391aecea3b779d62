"""Ideal weights in the range of a pair of devices: what the limits alone cost."""

from dataclasses import replace

from snn_brian.models.devices.ideal import ideal

limited = replace(
    ideal,
    name="limited",
    reference="Fouda et al. 2019, Fig. 3: weights within +-(1 - K), here for K = 1/20",
    limit=0.95,
)
