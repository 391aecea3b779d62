"""What is counted in pieces is what an epoch gave, and it survives a checkpoint."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from brian2 import nsecond, volt

from snn_brian.check.loading import declarations
from snn_brian.crossbar.kernel import Kernel
from snn_brian.declarations import Pulse
from snn_brian.network.structure import Graph, Projection, chain
from snn_brian.train.epochs import History

DEVICE = replace(
    declarations("device")["TiOx"][0],
    depression_pulse=Pulse(voltage=-2 * volt, width=40 * nsecond),
)


def outcome(seconds, scale=1):
    """Two layers of three neurons and two classes."""
    values = {f"classes_{l}.hits": scale * np.array([l, 2]) for l in (1, 2)}
    for k, name in enumerate(("pulses_P", "pulses_D", "load_P", "load_D", "reads"), 1):
        values |= {f"synapses_{l}.{name}": scale * np.full(3, k * l, float) for l in (1, 2)}
    return SimpleNamespace(values=values, seconds=seconds)


def filled():
    record = History(chain((3, 3)), 2, DEVICE)
    record.end(np.array([0.1, 0.2]))
    record.add(10, outcome(1.5))
    record.add(10, outcome(2.0, scale=3))  # counters go on from piece to piece
    return record


def test_an_epoch_is_the_sum_of_its_pieces():
    record = filled()
    record.end(np.array([0.3, 0.4]))
    before, epoch = record.epochs
    assert (before.number, epoch.number, before.train_accuracy, epoch.seconds) == (0, 1, None, 3.5)
    assert not np.any(
        [before.potentiation_pulses, before.depression_pulses, before.write_energy, before.reads]
    )
    np.testing.assert_allclose(epoch.train_accuracy, [9 / 20, 12 / 20])
    np.testing.assert_array_equal(epoch.potentiation_pulses, [9, 18])
    np.testing.assert_array_equal(epoch.reads, [45, 90])
    # of one pulse at G_max, 674 nS: of 3 V and 100 ns, of 2 V and 40 ns
    joules = np.array([3**2 * 100e-9, 2**2 * 40e-9]) * 674e-9
    np.testing.assert_allclose(epoch.write_energy, [joules @ (27, 36), joules @ (54, 72)])
    assert record.presentations == 0 and not record.counts.any()


def test_a_weight_costs_no_energy():
    record = History(chain((3, 3)), 2, None)
    record.add(10, outcome(1.0))
    record.end(np.zeros(2))
    assert not record.epochs[0].write_energy.any()


@pytest.mark.parametrize("ends", [0, 1])
def test_a_record_that_is_restored_goes_on_as_before(ends):
    one, other = filled(), History(chain((3, 3)), 2, DEVICE)
    for _ in range(ends):
        one.end(np.array([0.3, 0.4]))
    kept = {name: np.array(values) for name, values in one.arrays().items()}
    other.restore(one.arrays())
    for record in (one, other):
        record.add(20, outcome(0.25))
        record.end(np.array([0.5, 0.6]))
    for name, values in one.arrays().items():
        np.testing.assert_array_equal(values, other.arrays()[name], strict=True)
    other.restore(kept)
    for name, values in kept.items():
        np.testing.assert_array_equal(values, other.arrays()[name], strict=True)
    assert other.epochs[0].train_accuracy is None


def test_every_counter_has_a_number_for_each_neuron_or_shared_kernel():
    kernel = Kernel(4, 4, 1, size=2, stride=2, maps=2)
    graph = chain((8, 5), (kernel, None))
    skip = Projection("skip", "inputs", "layer_2")
    counts = History(Graph((8, 5), (*graph.projections, skip)), 3, DEVICE, ("reads", "load_R"))
    names = [(1, 2), (2, 5), ("skip", 5)]
    expected = {f"classes_{l}.hits": (3, np.float32) for l in (1, 2)}
    for name, size in names:
        expected |= {f"synapses_{name}.{each}": (size, np.float64) for each in ("reads", "load_R")}
    assert counts.counters() == expected
    assert set(History(graph, 3, None).counters()) == {"classes_1.hits", "classes_2.hits"}


def test_a_layer_counts_all_that_leads_to_it():
    skip = Projection("skip", "inputs", "layer_2")
    record = History(Graph((3, 3), (*chain((3, 3)).projections, skip)), 2, DEVICE)
    found = outcome(1.0)
    found.values |= {
        key.replace("_1.", "_skip."): 100 + values
        for key, values in found.values.items()
        if "_1." in key
    }
    record.add(5, found)
    record.end(np.zeros(2))
    np.testing.assert_array_equal(record.epochs[0].potentiation_pulses, [3, 6 + 303])


def test_reads_and_refresh_are_measured_where_they_are_counted():
    device = replace(DEVICE, read_voltage=0.1 * volt, read_time=5 * nsecond)
    refresh = ("erasing_pulses", "refresh_pulses", "refresh_reads")
    own = ("pulses_P", "pulses_D", "load_P", "load_D", "reads")
    record, found = History(chain((3, 3)), 2, device, (*own, *refresh, "load_R")), outcome(1.0)
    for k, name in enumerate((*refresh, "load_R"), 2):
        found.values |= {f"synapses_{l}.{name}": np.full(3, 10.0 * k * l) for l in (1, 2)}
    record.add(4, found)
    record.end(np.zeros(2))
    (epoch,) = record.epochs
    for k, name in enumerate(refresh, 2):
        np.testing.assert_array_equal(getattr(epoch, name), [30 * k, 60 * k])
    joules = 0.1**2 * 5e-9 * 674e-9
    np.testing.assert_allclose(epoch.read_energy, [joules * 150, joules * 300])
    kept = record.arrays()
    assert {f"measured_{name}" for name in (*refresh, "read_energy")} < kept.keys()
    again = History(chain((3, 3)), 2, device, (*own, *refresh, "load_R"))
    again.restore(kept)
    np.testing.assert_array_equal(again.epochs[0].read_energy, epoch.read_energy)
    plain = filled()
    plain.end(np.zeros(2))
    assert plain.epochs[1].read_energy is plain.epochs[1].refresh_reads is None
    assert not [name for name in plain.arrays() if "refresh" in name or "read_energy" in name]


def test_a_single_layer_is_restored():
    one, found = History(chain((3,)), 2, DEVICE), outcome(1.5)
    one.add(10, found)
    one.end(np.array([0.3]))
    other = History(chain((3,)), 2, DEVICE)
    other.restore(one.arrays())
    assert other.epochs[0].seconds == 1.5 and other.epochs[0].test_accuracy == [0.3]
    np.testing.assert_array_equal(other.epochs[0].reads, one.epochs[0].reads)


def test_what_was_measured_is_in_the_arrays_and_nan_is_what_was_not():
    record = filled()
    record.end(np.array([0.3, 0.4]))
    found = record.arrays()
    np.testing.assert_array_equal(found["measured_test_accuracy"], [[0.1, 0.2], [0.3, 0.4]])
    np.testing.assert_array_equal(found["measured_seconds"], [[0, 0], [3.5, 3.5]])
    np.testing.assert_array_equal(
        found["measured_train_accuracy"], [[np.nan, np.nan], [9 / 20, 12 / 20]]
    )
