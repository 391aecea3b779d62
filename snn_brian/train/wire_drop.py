"""How much of the currents the wires of the devices' arrays take."""

from snn_brian.device.wires import largest_drop
from snn_brian.network.pair import SIDES
from snn_brian.train.training import Training


def wire_drop(training: Training) -> list[float] | None:
    """The largest share of a column's current that is lost in the arrays of each layer, all rows
    driven alike, with the conductances as they are now; None where wires have no resistance."""
    wires = training.arm.wires
    if not wires or not training.plastic.pairs:
        return None
    resistance = float(wires.resistance * training.arm.weights.G_max)
    return [
        max(
            largest_drop(training.state[f"{each.synapses}.G_{side}"], resistance, wires.tile)
            for each in training.structure.graph.into(number)
            for side in SIDES
        )
        for number in training.numbers
    ]
