"""From a declared network, which may speak of each layer, to the graph of so many layers."""

import re
from collections.abc import Iterator
from dataclasses import replace

from snn_brian.base.errors import UserError
from snn_brian.declarations import INPUTS, Network, Projection
from snn_brian.network.layers import Layer, as_text, resolved
from snn_brian.network.structure import Graph, chain, layer_name

GROUP = re.compile(r"inputs|layer_(?P<number>[1-9]\d*)|layer_\*(?P<offset>[+-]\d+)?")


def graph(
    network: Network, layers: tuple[Layer, ...], image: tuple[int, ...] | None = None
) -> Graph:
    """The `Graph` of a network with layers of so many neurons, or of convolutions of an image of
    this shape.

    Raises
    ------
    UserError
        For a projection that fits none of the layers, and as `Graph`.
    """
    sizes, kernels = resolved(layers, image)
    if any(kernels) and not network.chain:
        raise UserError(
            f"--layers: {as_text(layers)} has a convolution, which sees the layer before it, but "
            f"the network '{network.name}' has no chain; choose one with it."
        )
    own = chain(sizes, kernels).projections if network.chain else ()
    for each in network.projections:
        own += tuple(_written_out(each, len(layers)))
    return Graph(sizes, own, network.parameters)


def _written_out(projection: Projection, layers: int) -> Iterator[Projection]:
    """The projection for each layer that it speaks of."""
    ends = (projection.source, projection.target)
    if not any("*" in each for each in ends):
        yield projection
        return
    found = False
    for number in range(1, layers + 1):
        source, target = (_group(each, number, layers) for each in ends)
        if source and target and target != INPUTS:
            found = True
            name = projection.name.replace("*", str(number))
            yield replace(projection, name=name, source=source, target=target)
    if not found:
        raise UserError(
            f"projection '{projection.name}' from '{ends[0]}' to '{ends[1]}': with {layers} "
            f"{'layer' if layers == 1 else 'layers'} there is none such; give more --layers, or "
            "take it out."
        )


def _group(text, number, layers):
    """The group that a text means for a layer's number, or None where there is no such layer."""
    match = GROUP.fullmatch(text)
    if not match or "*" not in text:
        return text
    place = number + int(match["offset"] or 0)
    if place == 0:
        return INPUTS
    return layer_name(place) if 0 < place <= layers else None
