"""Rows that begin with cache lines while a compiled program runs: wherever nothing else sees them,
and of no consequence to the values."""

import numpy as np
import pytest
from brian2 import BrianLogger, NeuronGroup, StateMonitor, Synapses, ms
from drop_in import QUICK, assert_same, values_of_both
from standalone import standalone

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.pulses import Pulses
from snn_brian.crossbar.rows import LINE, spread, stride, together

BrianLogger.suppress_hierarchy("brian2.codegen.generators.base")
BrianLogger.suppress_name("only_threshold")

TURNED = Pulses("sign(h)*int(abs(h) > 1)", "h -= n; w += 0.25*n*k", "h += x_post*(1 + i)")
CODE = dict(
    model="""w : 1
             a : 1
             b : 1
             d : integer
             g : 1
             h : 1
             k : 1 (constant)
             twice = 2*w : 1
             all : 1 (shared)""",
    on_pre={
        "plain": "v_post += w*x_pre + i + 2*j; w += 0.125*k",
        "column": Pulses("SR(int(3*x_post))", "b += n + 1 - int(n == 0)"),
        "product": Pulses("SR(int(3*x_post)*int(2*x_pre))", "a += n*(1 + twice)"),
        "decided": Pulses("sign(d)*int(abs(d) > 3)", "d -= 2*n; a += n*now", "now = w; d += 1"),
        "asked": Pulses("sign(x_post)*int(abs(g) > 1)", "g -= n*k", "g += x_post*x_pre"),
    },
    on_post={"back": "r_pre += w*x_post - j; w *= 0.5", "turned": TURNED},
)


def of_each_synapse(synapses):
    """Every synapse has a value of its own."""
    synapses.k = np.arange(len(synapses.source) * len(synapses.target)) % 7 / 8
    synapses.all = 3


def in_between(synapses):
    """Values are read and set as ever, after a first run."""
    synapses.g = "g + k*(1 + i - j) + 0.5*w"


def delayed_within_rows(synapses):
    synapses.product.delay = "(j % 3)*ms"


SIZES = [(7, 63), (9, 64), (5, 65), (3, 512), (6, 200)]
SYSTEMS = {
    f"of_{rows}_and_{columns}": dict(
        CODE, rows=rows, columns=columns, prepare=of_each_synapse, between=in_between
    )
    for rows, columns in SIZES
} | {
    "posts_alone": dict(
        model="w : 1\nh : 1\nk : 1\nall : 1 (shared)",
        rows=9,
        columns=70,
        on_post=CODE["on_post"] | {"v": "v_post += w"},
        prepare=of_each_synapse,
    ),
    "in_parts_later": dict(
        CODE, rows=9, columns=70, prepare=of_each_synapse, between=delayed_within_rows
    ),
    "one_path": dict(model="w : 1", rows=9, columns=70, on_pre="v_post += w; w += x_post*i"),
    "delayed": dict(
        CODE, rows=9, columns=70, prepare=of_each_synapse, delay={"plain": 2 * ms, "column": 1 * ms}
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("rows") / "program"


@pytest.fixture(scope="module")
def both(folder):
    return values_of_both(SYSTEMS, folder, flags=QUICK)


@pytest.mark.parametrize("name", SYSTEMS)
def test_values_are_those_of_synapses(both, folder, name):
    assert_same(*both[name])
    columns, model = SYSTEMS[name]["columns"], SYSTEMS[name]["model"]
    own = {64: 64, 65: 80, 512: 528, 200: 208, 70: 80, 63: 63}[columns]
    code = [file.read_text() for file in (folder / "code_objects").glob(f"{name}_syn_*.cpp")]
    assert any("_a[_together]" in each for each in code) == (columns > 63 and "a : 1" in model)
    apart = [f"_idx = _presynaptic_idx * {own} + _postsynaptic_idx" in each for each in code]
    assert any(apart)


@pytest.mark.parametrize("columns", range(64, 1100, 37))
def test_a_row_begins_with_a_line_and_not_in_the_place_of_others(columns):
    assert columns <= stride(columns) < columns + 2 * LINE
    assert stride(columns) % LINE == 0 and stride(columns) % 512


def test_narrow_rows_follow_each_other():
    assert [stride(columns) for columns in (1, 63, 64, 65)] == [1, 63, 64, 80]


def declared(columns=64, kind=Crossbar, model="w : 1\ng : 1", **kwds):
    neurons = NeuronGroup(columns, "v : 1\nz : 1", threshold="v > 1", name="neurons")
    inputs = NeuronGroup(9, "x : 1", threshold="x > 1", name="inputs")
    paths = dict(on_pre="v_post += w") | kwds
    return kind(inputs, neurons, model, name="synapses", **paths)


@pytest.mark.parametrize(
    ("changes", "also", "names"),
    [
        ({}, None, ["g", "w"]),
        (dict(model="w : 1\nk : 1 (shared)\ntwice = 2*w : 1"), None, ["w"]),
        (dict(model="w : 1\nh : 1\nk : 1", on_post=TURNED), None, ["k", "w"]),
        (dict(columns=63), None, []),
        (dict(model="w : 1\nz_post = w : 1 (summed)"), None, []),
        (dict(model="dw/dt = -w/ms : 1 (clock-driven)"), None, []),
        (dict(model="w : 1\ndg/dt = -g/ms : 1 (event-driven)"), None, []),
        ({}, lambda synapses: StateMonitor(synapses, "g", record=[3]), []),
        ({}, lambda synapses: synapses.run_regularly("g *= 0.5"), []),
        ({}, lambda synapses: Synapses(synapses.source, synapses, on_pre="w_post += 1"), []),
        ({}, lambda synapses: synapses.connect("i != j"), []),
        ({}, lambda synapses: setattr(synapses.pre, "delay", "i*j*ms"), []),
    ],
    ids=[
        "all",
        "what is not of each synapse",
        "by neuron",
        "narrow",
        "summed",
        "differential",
        "event-driven",
        "recorded",
        "run_regularly",
        "target of others",
        "mask",
        "delays",
    ],
)
def test_what_is_spread(changes, also, names):
    with standalone():
        synapses = declared(**changes)
        kept = also and also(synapses)  # a monitor counts as long as it lives
        assert [variable.name for variable in spread(synapses)] == names
        del kept


APART = Pulses("SR(z_post)", "g += n*h; k = 0.5*k + n")


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ["g", "h", "k"]),
        (dict(on_pre={"pre": "v_post += w + h", "pulses": APART}), ["g", "k"]),
        (dict(on_pre={"pre": "v_post += w + h + k", "pulses": APART}), []),
        (dict(on_pre={"pulses": Pulses("SR(z_post + g)", APART.code)}), ["h", "k"]),
        (dict(on_pre={"pulses": Pulses(APART.number, APART.code, "g += 1")}), ["h", "k"]),
        (dict(on_post=APART, on_pre="v_post += w + k"), ["g", "h"]),
        (dict(model="w : 1\ng : 1\nh : 1\nk : integer"), ["g", "h"]),
        (dict(model="w : 1\ng : 1\nh : 1\nk : 1\ntwice = 2*h : 1"), ["g", "k"]),
        (dict(model="w : 1\ng : 1\nh : 1 (shared)\nk : 1"), ["g", "k"]),
        (dict(columns=63), []),
    ],
)
def test_what_lies_together(changes, names):
    """What only the code of pulses uses."""
    with standalone():
        given = dict(
            model="w : 1\ng : 1\nh : 1\nk : 1\nidle : 1",
            on_pre={"pre": "v_post += w", "pulses": APART},
        )
        synapses = declared(**given | changes)
        found = together(synapses, spread(synapses))
        assert [variable.name for variable in found] == names
