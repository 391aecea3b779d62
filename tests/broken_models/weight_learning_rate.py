"""A negative learning rate."""
from dataclasses import replace

from snn_brian.models.devices.ideal import ideal

learning = replace(ideal.learning["sgd"], eta=-0.1)
weight = replace(ideal, name="broken", learning=dict(sgd=learning))
