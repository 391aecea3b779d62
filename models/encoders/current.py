"""A constant current into the first layer: each pixel's brightness, on its row of the crossbar in
every time step."""

from snn_brian.declarations import Encoder

current = Encoder(
    name="current",
    reference="direct input, as in Rueckauer, Lungu, Hu, Pfeiffer, Liu 2017, 2.4; an analog read "
    "voltage on the rows",
    threshold="pixel > 0",
    signal="pixel",
)
