"""Which of the two is meant?"""
from snn_brian.declarations import Encoder

first = Encoder(name="first", reference="", threshold="pixel > 0.2")
second = Encoder(name="second", reference="", threshold="pixel > 0.8")
