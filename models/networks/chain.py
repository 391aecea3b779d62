"""The paper's network: each layer sees the one before it, the first the inputs."""

from snn_brian.declarations import Network

chain = Network(
    name="chain",
    reference="Fouda et al. 2019, II.C",
)
