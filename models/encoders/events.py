"""Recorded spikes: an input spikes in the time steps in which its data have an event."""

from snn_brian.declarations import Encoder

events = Encoder(
    name="events",
    reference="data of one's own, as snn_brian/data/events.py reads them",
    threshold="pixel > 0",
)
