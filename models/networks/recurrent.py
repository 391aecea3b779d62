"""Recurrent layers: beside the chain, each layer sees what it fired in the step before, through
weights that learn from the same local error."""

from snn_brian.declarations import Network, Projection

recurrent = Network(
    name="recurrent",
    reference="recurrent layer of Cramer, Stradmann, Schemmel, Zenke 2022, Eq. (4); its weights "
    "learn as those of the chain do, without a gradient through time",
    projections=[Projection("recurrent_*", "layer_*", "layer_*")],
)
