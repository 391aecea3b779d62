"""What the groups and projections of a network are told for a run: the values of their shared
parameters."""

from snn_brian.network import traces, transfer
from snn_brian.network.heterogeneity import differs
from snn_brian.network.structure import INPUTS, Structure, layer_name
from snn_brian.network.synapse import Connections
from snn_brian.train.arm import Arm


def group_values(
    arm: Arm,
    structure: Structure,
    synapse: Connections,
    epoch: int,
    learning: bool,
    presentations: int,
    trained: int,
) -> dict[str, object]:
    """{"group.parameter": value} of all groups.

    Parameters
    ----------
    arm : Arm
    structure : Structure
        Of the arm.
    synapse : Connections
        Of its weights and rule.
    epoch : int
        From 1; before training, 0.
    learning : bool
    presentations : int
        Of the whole run, of which a piece may be a part.
    trained : int
        Training images, in each epoch.
    """
    epochs_before, graph, neuron = max(epoch, 1) - 1, structure.graph, structure.neuron
    shown_before = epochs_before * trained
    common = {name: value for name, value in neuron.parameters.items() if not differs(value)}
    common |= dict(learning=int(learning), batch=arm.batch, presentations=presentations)
    common["batches_before"] = epochs_before * arm.batches(trained)
    if synapse.relaxes:
        common["relaxes_every"] = int(arm.weights.relaxes_every)
    if synapse.refreshes:
        every = common["refresh_every"] = int(arm.programming.refresh_every)
        common["presented_before"] = shown_before % every
    given = {each.synapses: synapse.parameters for each in graph.learned}
    for l, eta in zip(graph.numbers, arm.etas(epochs_before + 1)):
        given[layer_name(l)] = common | dict(eta=eta)
        loss = {} if arm.rule else arm.loss.parameters
        given[f"classes_{l}"] = {f"loss_{name}": value for name, value in loss.items()}
    given[INPUTS] = {f"encoder_{name}": value for name, value in arm.encoder.parameters.items()}
    for source in graph.leading:
        given.setdefault(source, {}).update(traces.parameters(neuron))
    if synapse.transfers:
        own = dict(transferring=int(learning), shown_before=shown_before)
        own["transfer_every"] = int(arm.programming.transfer_every)
        for source in transfer.sources(graph):
            given.setdefault(source, {}).update(own)
    return {f"{group}.{name}": value for group, own in given.items() for name, value in own.items()}
