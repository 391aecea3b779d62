"""One spike from each bright pixel."""

from snn_brian.declarations import Encoder

threshold = Encoder(
    name="threshold",
    reference="pixels brighter than one half; the paper does not name its encoding",
    threshold="pixel > theta",
    parameters=dict(
        theta=0.5,  # of full brightness
    ),
)
