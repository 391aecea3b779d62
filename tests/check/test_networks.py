"""What is no network is told in one sentence, before anything is built."""

import re

import pytest

from snn_brian.base.errors import UserError
from snn_brian.check.loading import load
from snn_brian.job.provenance import plain
from snn_brian.network.topology import graph

HEAD = """import numpy as np
from brian2 import ms, mV
from snn_brian.declarations import Network, Projection
"""


def network(folder, text, **more):
    given = "".join(f", {name}={value}" for name, value in more.items())
    file = folder / "mine.py"
    file.write_text(f"{HEAD}mine = Network('mine', 'own', [{text}]{given})\n")
    return load("network", file)


@pytest.mark.parametrize(
    "text, more, told",
    [
        ("", dict(chain=False), "projections=(): must not be empty without the chain"),
        ("Projection('a', 'layer_1', 'layer_x')", {}, "target='layer_x': must be layer_1"),
        ("Projection('a', 'layer_1', 'inputs')", {}, "target='inputs': must be layer_1"),
        ("Projection('a', 'input', 'layer_1')", {}, "source='input': must be inputs, layer_1"),
        ("Projection('a', 'layer_0', 'layer_1')", {}, "source='layer_0': must be inputs"),
        ("Projection('a', 'layer_*', 'layer_*')", {}, "must have a * for the layer's number"),
        ("Projection('a_*', 'inputs', 'layer_1')", {}, "but its groups have none"),
        ("Projection('a b', 'inputs', 'layer_1')", {}, "'a b': name='a b': is refused"),
        ("Projection('a', 'inputs', 'layer_1', fixed='i != j')", {}, "write int(...) around it"),
        ("Projection('a', 'inputs', 'layer_1', fixed='k*i')", {}, "'k' is not declared; add it"),
        ("Projection('a', 'inputs', 'layer_1', fixed='i*ms')", {}, "has the unit"),
        ("Projection('a', 'inputs', 'layer_1', fixed='rand()')", {}, "draws random numbers"),
        ("Projection('a', 'inputs', 'layer_1', fixed='i +')", {}, "is no expression"),
        ("Projection('a', 'inputs', 'layer_1', fixed=0.5)", {}, "must be a string"),
        (
            "Projection('a', 'inputs', 'layer_1', delay=1.5)",
            {},
            "delay=1.5: must be a whole number",
        ),
        ("Projection('a', 'inputs', 'layer_1', delay=True)", {}, "delay=True: must be a whole"),
        ("Projection('a', 'inputs', 'layer_1', delay=3*mV)", {}, "must be a whole number"),
        ("Projection('a', 'inputs', 'layer_1', delay=(1, 2*ms))", {}, "a tuple of either"),
        ("Projection('a', 'inputs', 'layer_1', delay='3*mV')", {}, "must be a whole number"),
        ("Projection('a', 'inputs', 'layer_1', delay='lag')", {}, "'lag' is not declared"),
        (
            "Projection('a', 'inputs', 'layer_1', delay=[1, 2], delay_of='post')",
            {},
            "delay_of='post': must be 'source' or 'target'",
        ),
        (
            "Projection('a', 'inputs', 'layer_1', delay='i', delay_of='target')",
            {},
            "delay_of='target': says whose neurons the values of a tuple are, and delay is none",
        ),
        ("Projection('a', 'inputs')", {}, "Projection lacks 'target'"),
        ("Projection('a', 'inputs', 'layer_1', weight='1')", {}, "has no field 'weight'"),
        ("'a'", {}, "must be a Projection(...)"),
        ("", dict(chain="'yes'"), "chain='yes': must be True or False"),
        ("", dict(parameters="dict(lag=3)"), "no string uses 'lag'; take it out"),
        ("", dict(parameters="dict(i=3)"), "'i' is refused as a symbol"),
    ],
)
def test_what_is_no_network_is_refused(tmp_path, text, more, told):
    with pytest.raises(UserError, match=re.escape(told)) as caught:
        network(tmp_path, text, **more)
    said = str(caught.value)
    assert said.startswith(str(tmp_path / "mine.py")) and "\n" not in said and said[-1] == "."


@pytest.mark.parametrize(
    "delay", ["[1, 2]", "(1, 2)", "[1*ms, 2*ms]", "[1, 2]*ms", "np.array([1, 2])", "'i % 2'"]
)
def test_delays_of_the_neurons_of_a_target_may_be_given_in_many_ways(tmp_path, delay):
    text = f"Projection('a', 'layer_1', 'layer_2', delay={delay})"
    (found,) = network(tmp_path, text).projections
    assert found.delay == "i % 2" or isinstance(found.delay, tuple) and len(found.delay) == 2
    assert plain(found.delay) in ([1, 2], ["0.001 s", "0.002 s"], "i % 2")


@pytest.mark.parametrize(
    "text, layers, told",
    [
        ("Projection('a', 'inputs', 'layer_3')", (5, 4), "there are inputs, layer_1, layer_2"),
        ("Projection('a_*', 'layer_*-3', 'layer_*')", (5, 4), "with 2 layers there is none such"),
        ("Projection('2', 'inputs', 'layer_2')", (5, 4), "two are called '2'"),
        ("Projection('a', 'inputs', 'layer_1'), Projection('a', 'inputs', 'layer_2')", (5, 4),
         "two are called 'a'"),
    ],
)  # fmt: skip
def test_layers_that_there_are_not_are_told(tmp_path, text, layers, told):
    with pytest.raises(UserError, match=re.escape(told)):
        graph(network(tmp_path, text), layers)


def test_without_the_chain_each_layer_needs_a_projection(tmp_path):
    own = network(tmp_path, "Projection('a', 'inputs', 'layer_1')", chain=False)
    assert [each.name for each in graph(own, (5,)).projections] == ["a"]
    with pytest.raises(UserError, match="none leads to layer_2"):
        graph(own, (5, 4))
