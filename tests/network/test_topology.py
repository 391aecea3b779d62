"""A projection that speaks of each layer is written out for those that there are."""

from dataclasses import replace

import pytest

from snn_brian.base.errors import UserError
from snn_brian.declarations import Network, Projection
from snn_brian.network.layers import Conv
from snn_brian.network.topology import graph


@pytest.mark.parametrize(
    "source, target, expected",
    [
        ("layer_*", "layer_*", [("1", "layer_1", "layer_1"), ("2", "layer_2", "layer_2"),
                                ("3", "layer_3", "layer_3")]),
        ("layer_*-2", "layer_*", [("2", "inputs", "layer_2"), ("3", "layer_1", "layer_3")]),
        ("layer_*+1", "layer_*", [("1", "layer_2", "layer_1"), ("2", "layer_3", "layer_2")]),
        ("layer_*", "layer_*-1", [("2", "layer_2", "layer_1"), ("3", "layer_3", "layer_2")]),
        ("inputs", "layer_*", [("1", "inputs", "layer_1"), ("2", "inputs", "layer_2"),
                               ("3", "inputs", "layer_3")]),
        ("layer_3", "layer_*", [("1", "layer_3", "layer_1"), ("2", "layer_3", "layer_2"),
                                ("3", "layer_3", "layer_3")]),
        ("layer_*-1", "layer_3", [("1", "inputs", "layer_3"), ("2", "layer_1", "layer_3"),
                                  ("3", "layer_2", "layer_3")]),
    ],
)  # fmt: skip
def test_a_star_is_each_layer_s_number(source, target, expected):
    own = graph(Network("own", "", [Projection("x_*", source, target, delay=3)]), (9, 8, 7))
    assert [each.name for each in own.projections[:3]] == ["1", "2", "3"]
    further = own.projections[3:]
    assert [(each.name, each.source, each.target) for each in further] == [
        (f"x_{number}", *ends) for number, *ends in expected
    ]
    assert {each.delay for each in further} == {3}


def test_the_chain_may_be_left_out():
    own = Network("own", "", [Projection("x", "inputs", "layer_1")], chain=False)
    assert [each.name for each in graph(own, (9,)).projections] == ["x"]


@pytest.mark.parametrize(
    "ends, layers, told",
    [
        (("layer_*-4", "layer_*"), 3, "'layer_*-4' to 'layer_*': with 3 layers there is none such"),
        (("layer_*", "layer_*+1"), 1, "'layer_*' to 'layer_*+1': with 1 layer there is none such"),
        (("layer_1", "layer_*-1"), 1, "'layer_1' to 'layer_*-1': with 1 layer there is none such"),
    ],
)
def test_a_projection_that_fits_no_layer_is_refused(ends, layers, told):
    own = Network("own", "", [Projection("x_*", *ends)])
    with pytest.raises(UserError) as caught:
        graph(own, (9,) * layers)
    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_a_convolution_needs_the_chain():
    own = Network("own", "", [Projection("x", "inputs", "layer_1")], chain=False)
    with pytest.raises(UserError, match="^--layers: conv.* 'own' has no chain; choose one with it"):
        graph(own, (Conv(2, kernel=3, stride=1),), (8, 8))
    whole = graph(replace(own, projections=[], chain=True), (Conv(2, kernel=3, stride=1),), (8, 8))
    assert [(each.name, bool(each.kernel)) for each in whole.projections] == [("1", True)]
