"""Time to first spike: a pixel spikes once in a presentation, the earlier the brighter it is."""

from snn_brian.declarations import Encoder

latency = Encoder(
    name="latency",
    reference="Thorpe, Delorme, Van Rullen 2001, with a linear delay: full brightness spikes at "
    "once",
    threshold="pixel > theta and step == int((1 - pixel)*(steps - 1))",
    parameters=dict(
        theta=0.1,  # of full brightness; darker pixels do not spike
    ),
)
