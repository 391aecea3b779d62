"""Names, shapes and places in a step follow from the graph."""

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.crossbar.kernel import Kernel
from snn_brian.network.structure import (
    Graph,
    Projection,
    Structure,
    chain,
    layer_name,
    layer_number,
)


def test_the_paper_s_network_is_a_chain():
    graph = chain((5, 4, 3))
    assert [(each.name, each.source, each.target) for each in graph.projections] == [
        ("1", "inputs", "layer_1"),
        ("2", "layer_1", "layer_2"),
        ("3", "layer_2", "layer_3"),
    ]
    assert graph.shapes(7) == {"1": (7, 5), "2": (5, 4), "3": (4, 3)}
    assert not any(each.is_late for each in graph.projections)
    assert graph.leading == ("inputs",) and graph.learned == graph.projections


def test_names_and_numbers_of_layers():
    assert [layer_number(name) for name in ("inputs", layer_name(1), layer_name(12))] == [0, 1, 12]


@pytest.mark.parametrize(
    "source, target, late",
    [
        ("inputs", "layer_2", False),
        ("layer_1", "layer_2", False),
        ("layer_2", "layer_2", True),
        ("layer_2", "layer_1", True),
    ],
)
def test_a_projection_back_carries_the_spikes_of_the_step_before(source, target, late):
    graph = Graph((5, 4), (*chain((5, 4)).projections, Projection("x", source, target)))
    assert graph.projections[-1].is_late == late
    assert graph.leading == ("inputs", f"{source}_before") if late else ("inputs",)
    assert graph.projections[-1] in graph.into(layer_number(target))


def test_a_graph_tells_the_projections_of_each_kind():
    """In a graph with one of each: ahead and learned, fixed, back, delayed."""
    further = (
        Projection("skip", "inputs", "layer_2"),
        Projection("still", "layer_1", "layer_2", fixed="1"),
        Projection("back", "layer_2", "layer_1"),
        Projection("slow", "inputs", "layer_2", delay=2),
        Projection("far", "layer_1", "layer_1", delay=3),
    )
    graph = Graph((5, 4), (*chain((5, 4)).projections, *further))

    def names(projections):
        return [each.name for each in projections]

    assert {name: names(graph.ahead(name)) for name in ("inputs", "layer_1", "layer_2")} == {
        "inputs": ["1", "skip"], "layer_1": ["2"], "layer_2": []
    }  # fmt: skip
    assert names(graph.learned) == ["1", "2", "skip", "back", "slow", "far"]
    assert names(graph.into(1)) == ["1", "back", "far"]
    assert names(graph.into(2)) == ["2", "skip", "slow"]
    assert [graph.is_kept(name) for name in ("inputs", "layer_1", "layer_2")] == [True] * 3
    assert graph.leading == ("inputs", "layer_2_before", "delayed_slow", "delayed_far")
    own = Graph((5, 4), (*chain((5, 4)).projections, *further[:3]))
    assert [own.is_kept(name) for name in ("inputs", "layer_1", "layer_2")] == [False, False, True]
    assert list(graph.fixed_weights(7)) == ["synapses_still.w"]


def test_fixed_weights_are_those_of_the_expression():
    graph = Graph((3,), (Projection("x", "layer_1", "layer_1", fixed="-0.5*int(i != j) + 0.1*j"),))
    assert graph.learned == ()
    i, j = np.meshgrid(range(3), range(3))
    (w,) = graph.fixed_weights(9).values()
    np.testing.assert_allclose(w, -0.5 * (i != j) + 0.1 * j, rtol=1e-6)
    assert w.dtype == np.float32


@pytest.mark.parametrize(
    "projections, told",
    [
        ([("x", "layer_3", "layer_1")], "from 'layer_3' to 'layer_1': there are inputs, layer_1"),
        ([("x", "layer_1", "inputs")], "inputs are no target"),
        ([("x", "inputs", "layer_1"), ("x", "inputs", "layer_2")], "two are called 'x'"),
        ([("x", "inputs", "layer_1")], "none leads to layer_2; add one"),
    ],
)
def test_a_graph_that_is_none_is_refused(projections, told):
    with pytest.raises(UserError, match=told):
        Graph((5, 4), tuple(Projection(*each) for each in projections))


@pytest.mark.parametrize(
    "fixed, told",
    [
        ("rand()", "'rand' draws random numbers; use i, j"),
        ("-strength", "'strength' is not known here"),
        ("1/(i - 1)", "is not finite for i=1, j=0"),
        ("i*mV", "has a unit; a weight has none"),
        ("i +", "cannot be evaluated"),
    ],
)
def test_what_is_no_fixed_weight_is_refused(fixed, told):
    graph = Graph((3,), (Projection("x", "layer_1", "layer_1", fixed=fixed),))
    with pytest.raises(UserError, match=told.replace("(", "[(]")) as caught:
        graph.fixed_weights(9)
    assert "projection 'x': fixed=" in str(caught.value)


def test_fixed_weights_may_use_sizes_and_parameters():
    own = (Projection("x", "inputs", "layer_1", fixed="strength/N_pre + N_post"),)
    (w,) = Graph((3,), own, dict(strength=2.0)).fixed_weights(8).values()
    np.testing.assert_array_equal(w, np.full((8, 3), 3.25))


@pytest.mark.parametrize("source, fixed", [("layer_1", ""), ("layer_2", ""), ("inputs", "1")])
def test_a_convolution_learns_and_goes_ahead(source, fixed):
    kernel = Kernel(4, 4, 1, size=2, stride=2, maps=2)
    with pytest.raises(UserError, match="'x': a convolution has weights that learn, and goes"):
        Graph((8, 8), (Projection("x", source, "layer_1", fixed, kernel=kernel),))
    graph = chain((8, 8, 5), (kernel, None, None))
    assert graph.shapes(16) == {"1": (4, 2), "2": (8, 8), "3": (8, 5)}
    assert graph.sizes(16) == {"inputs": 16, "layer_1": 8, "layer_2": 8, "layer_3": 5}


def test_a_structure_that_says_no_more_is_of_images_and_steps_of_1_ms():
    own = Structure(chain((3,)), 4, 2, 8, 8, 1, *[None] * 6, loss=None)
    assert own.events == 0 and own.dt == 1e-3 and own.rule is own.wires is None
    assert not own.synapse.name and own.shapes == {"1": (4, 3)}
