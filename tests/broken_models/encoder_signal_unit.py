from dataclasses import replace

from snn_brian.models.encoders.current import current

declared = replace(current, signal="pixel*ms")
