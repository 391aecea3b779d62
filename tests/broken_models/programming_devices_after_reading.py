"""One device at random, after both were read."""
from dataclasses import replace
from snn_brian.models.programming.cancelling import cancelling

broken = replace(cancelling, name="broken", devices="one at random")
