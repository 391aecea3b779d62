"""Masks and subgroups: a compiled crossbar has the synapses of plain Synapses and no other."""

import warnings

import numpy as np
import pytest
from brian2 import (
    BrianLogger,
    Network,
    NeuronGroup,
    StateMonitor,
    Synapses,
    defaultclock,
    get_device,
    ms,
    seed,
)
from drop_in import NAMESPACE, QUICK, assert_same, values_of_both
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.masks import SPARSE, MaskWarning, is_full
from snn_brian.crossbar.pulses import Pulses

BrianLogger.suppress_hierarchy("brian2.codegen.generators.base")
BrianLogger.suppress_name("only_threshold")

MODEL = """w : 1
           dc/dt = (w - c)/tau : 1 (clock-driven)
           z_post = w*x_pre : 1 (summed)
           y_pre = w + x_post : 1 (summed)"""
CODE = dict(
    model=MODEL,
    on_pre="v_post += w*x_pre + i + 2*j; w += 0.125",
    on_post="r_pre += w*x_post - j; w *= 0.5; late += w",
)


def first_weights(synapses):
    synapses.w = "0.25*i - 0.125*j + 0.5*x_post"


def weights_by_number(synapses):
    """In the order of the synapses, which is Synapses' own; only where w is positive."""
    synapses.w = "0.25*i - 0.125*j"
    synapses.w["w > 0 and i < 4"] = "1 - w"


def regularly(synapses):
    first_weights(synapses)
    synapses.run_regularly("w = 0.9*w + 0.01*i*x_pre - 0.02*j", dt=2 * ms)


SHUFFLED = np.random.default_rng(2).permutation(35)[:25]
MASKS = {
    "no_diagonal": {"condition": "i != j"},
    "below": {"condition": "i >= j"},
    "of_values": {"condition": "x_pre > x_post"},
    "one_to_one": {"j": "i", "skip_if_invalid": True},
    "neighbours": {"j": "k for k in range(i - 1, i + 2)", "skip_if_invalid": True},
    "over_rows": {"i": "j + k for k in range(3)", "skip_if_invalid": True},
    "arrays": {"i": [0, 1, 1, 6, 3], "j": [4, 0, 1, 2, 3]},
    "unsorted": {"i": SHUFFLED // 5, "j": SHUFFLED % 5},
    "one_row": {"condition": "i == 2"},
    "twice": {"condition": "i != j", "n": 2},
    "two_calls": [{"condition": "i > j"}, {"condition": "i < j"}],
    "all": {},
    "all_in_words": {"condition": "True"},
    "empty": {"condition": "i > 100"},
}
SYSTEMS = {
    name: dict(CODE, connect=mask, prepare=first_weights) for name, mask in MASKS.items()
} | {
    "conditional": dict(CODE, connect=MASKS["no_diagonal"], prepare=weights_by_number),
    "regular": dict(CODE, connect=MASKS["unsorted"], prepare=regularly),
    "every_neuron": dict(CODE, connect=MASKS["below"], prepare=first_weights, neurons="i >= 0"),
    "subgroups": dict(CODE, cut=3, prepare=first_weights),
    "masked_subgroups": dict(CODE, cut=2, connect=MASKS["unsorted"], prepare=first_weights),
    "every_neuron_of_subgroups": dict(CODE, cut=2, prepare=first_weights, neurons="i >= 0"),
    "recurrent": dict(
        CODE | dict(on_post="r_pre += w*x_post; w *= 0.5"),
        recurrent=True,
        connect=MASKS["no_diagonal"],
        prepare=first_weights,
    ),
    "pulses": dict(
        on_pre=Pulses(
            "sign(w)*int(abs(w) > 0.5)", "v += n*now; w -= 0.25*n", "now = w + x; w += 0.125*x"
        ),
        connect=MASKS["no_diagonal"],
        prepare=first_weights,
    ),
}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return values_of_both(SYSTEMS, tmp_path_factory.mktemp("masks") / "program", flags=QUICK)


@pytest.mark.parametrize("name", [name for name in SYSTEMS if name != "empty"])
def test_masks_are_those_of_synapses(both, name):
    assert_same(*both[name])


def test_an_empty_mask_does_nothing(both):
    expected, found = both["empty"]
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values)


def declared(kind=Crossbar, **arguments):
    inputs = NeuronGroup(
        6, "x : 1", threshold="(i + t_in_timesteps) % 3 == 0", name="inputs", reset=""
    )
    neurons = NeuronGroup(4, "v : 1", threshold="i >= 0", reset="", name="neurons")
    synapses = kind(inputs, neurons, "w : 1", on_pre="v += w", name="synapses", **arguments)
    return inputs, neurons, synapses


def of_a_run(kind, folder=None):
    """With a random mask, arrays, monitors, subgroups and several threads."""
    defaultclock.dt = 1 * ms
    seed(5)
    inputs = NeuronGroup(
        430, "x : 1", threshold="(i + t_in_timesteps) % 3 > 0", reset="", name="inputs"
    )
    neurons = NeuronGroup(
        610, "v : 1\nz : 1", threshold="(i + t_in_timesteps) % 4 > 0", reset="", name="neurons"
    )
    synapses = kind(
        inputs,
        neurons,
        "w : 1\nz_post = w : 1 (summed)",
        on_pre="v += w; w += 0.125",
        on_post="w *= 0.5",
        name="synapses",
    )
    i, j = np.nonzero(np.random.default_rng(3).random((430, 610)) < 0.8)
    synapses.connect(i=i, j=j)
    synapses.w = np.random.default_rng(4).integers(-16, 17, len(i)) / 16
    monitor = StateMonitor(synapses, "w", record=[0, 5, len(i) - 1], name="monitor")
    cut = kind(
        inputs[3:],
        neurons[5:],
        "w : 1",
        on_pre="v += w; w += 0.125",
        on_post="w *= 0.5",
        name="cut",
    )
    if kind is Synapses:
        cut.connect()
    cut.w = "(i % 7 - j % 5)/16.0"
    Network(inputs, neurons, synapses, monitor, cut).run(20 * ms)
    if folder is not None:
        compile_and_run(folder, flags=" -fopenmp")
    return lambda: {
        "w": np.array(synapses.w[:]),
        "cut": np.array(cut.w[:]),
        "v": np.array(neurons.v[:]),
        "z": np.array(neurons.z[:]),
        "recorded": np.array(monitor.w),
        "one": np.array(synapses.w[3, :]),
        "number": len(synapses),
        "matrix": synapses.matrix("w") if kind is Crossbar else None,
    }


def test_arrays_monitors_and_threads(tmp_path, monkeypatch):
    with numpy_target():
        expected = of_a_run(Synapses)()
    with standalone(np.float64):
        values = of_a_run(Crossbar, tmp_path / "program")
        for threads in ("1", "2"):
            monkeypatch.setenv("OMP_NUM_THREADS", threads)
            get_device().run(directory=str(tmp_path / "program"), with_output=False)
            found = values()
            for name in ("w", "cut", "v", "z", "recorded", "one"):
                np.testing.assert_allclose(found[name], expected[name], rtol=1e-12, err_msg=name)
            assert found["number"] == expected["number"]
            assert found["matrix"].count() == expected["number"]
            np.testing.assert_array_equal(found["matrix"].compressed(), found["w"])


def test_a_mask_comes_before_any_use():
    with numpy_target():
        for use in (
            lambda synapses: synapses.w,
            lambda synapses: setattr(synapses, "w", 1),
            len,
            lambda synapses: synapses[0, 1],
            lambda synapses: synapses.N_outgoing_pre,
            lambda synapses: synapses.N_incoming_post,
            lambda synapses: synapses.connect(),
            lambda synapses: Network(synapses).store(),
        ):
            _, _, synapses = declared()
            use(synapses)
            assert len(synapses) == 24
            with pytest.raises(
                ValueError, match=r"^connect\(\) of 'synapses': all inputs are connected .*\.$"
            ):
                synapses.connect(condition="i != j")


def test_compiled_pairs_are_known_before_the_run():
    """As with plain Synapses: nothing is left of the connection of all pairs."""
    with standalone():
        _, _, synapses = declared()
        synapses.connect(i=[1, 2], j=[2, 3])
        assert len(synapses) == 2
        np.testing.assert_array_equal(synapses.i[:], [1, 2])
        np.testing.assert_array_equal(synapses.j[:], [2, 3])
        names = [code.name for _, codes in get_device().main_queue[-1:] for code in codes]
        assert len(get_device().code_objects) == 1 and "create_array" in names[0]


def test_all_pairs_are_made_where_they_are_declared():
    """So that a run argument that is applied at once finds them."""
    with standalone():
        _, _, synapses = declared()
        get_device().apply_run_args()
        steps = [name for name, _ in get_device().main_queue]
        assert steps.index("run_code_object") < len(steps) - 1
        assert not synapses._connect_called and "synapses_synapses" in next(
            iter(get_device().code_objects)
        )


def test_runtime_masks_are_those_of_synapses():
    with numpy_target():
        _, _, synapses = declared()
        limit = 3
        synapses.connect(condition="i + j < limit")
        assert len(synapses) == 6 and limit == 3
        synapses.w = "i + 10*j"
        table = synapses.matrix("w")
        assert table.shape == (6, 4) and table.count() == 6 and table[1, 1] == 11
        assert table.mask[3].all() and synapses.w[1, 1] == 11
        np.testing.assert_array_equal(synapses.i[:], [0, 0, 0, 1, 1, 2])
        np.testing.assert_array_equal(synapses.N_incoming_post, [3, 2, 1, 0])


def test_store_and_restore():
    defaultclock.dt = 1 * ms
    found = []
    with numpy_target():
        for kind in (Crossbar, Synapses):
            inputs, neurons, synapses = declared(kind, delay=2 * ms)
            synapses.connect(condition="i != j")
            synapses.w = "i + j"
            network = Network(inputs, neurons, synapses)
            network.run(3 * ms)
            network.store()
            network.run(4 * ms)
            first = np.array(neurons.v[:])
            network.restore()
            network.run(4 * ms)
            np.testing.assert_array_equal(neurons.v[:], first)
            found.append(first)
    np.testing.assert_array_equal(*found)


def test_several_synapses_of_a_pair_have_no_matrix():
    with numpy_target():
        _, _, synapses = declared()
        synapses.connect(condition="i == j", n=2)
        with pytest.raises(
            ValueError, match=r"^matrix\('w'\) of 'synapses': some pairs have .*\.$"
        ):
            synapses.matrix("w")


def test_an_empty_mask_is_told():
    with numpy_target():
        inputs, neurons, synapses = declared()
        synapses.connect(condition="i > 100")
        with pytest.warns(MaskWarning) as caught:
            Network(inputs, neurons, synapses).run(1 * ms, namespace=NAMESPACE)
    assert [str(each.message) for each in caught if each.category is MaskWarning] == [
        "'synapses' has no synapses: connect() has chosen no pair of 'inputs' and 'neurons'; leave "
        "it out for all pairs."
    ]


@pytest.mark.parametrize(
    "arguments", [{"p": 0.001}, {"i": np.arange(100), "j": np.arange(100)}, {"p": 0.5}]
)
def test_sparse_connections_are_told(arguments):
    with numpy_target(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        group = NeuronGroup(200, "", name="group")
        synapses = Crossbar(group, group, name="synapses")
        synapses.connect(**arguments)
    found = [str(each.message) for each in caught if each.category is MaskWarning]
    assert bool(found) == (arguments.get("p") != 0.5)
    assert all(text.startswith("'synapses' connects 0.00") for text in found)


@pytest.mark.parametrize(
    ("arguments", "full"),
    [
        ({}, True),
        ({"condition": True}, True),
        ({"condition": "True", "p": 1}, True),
        ({"condition": "i != j"}, False),
        ({"p": 0.5}, False),
        ({"p": "0.5"}, False),
        ({"n": 2}, False),
        ({"j": "i"}, False),
        ({"i": 1, "j": 2}, False),
        ({"condition": False}, False),
    ],
)
def test_what_connects_all(arguments, full):
    assert is_full(**arguments) is full


def told(rows, columns, **arguments):
    """Whether connections of so many pairs are said to be sparse."""
    with numpy_target(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        groups = NeuronGroup(rows, "", name="rows"), NeuronGroup(columns, "", name="columns")
        Crossbar(*groups, name="synapses").connect(**arguments)
    return any(each.category is MaskWarning for each in caught)


def test_only_few_of_more_than_ten_thousand_pairs_are_told():
    assert told(73, 137, p=0.001) and not told(100, 100, p=0.001)
    assert not told(73, 137, p=SPARSE) and told(73, 137, p=SPARSE - 1e-3)


def test_one_synapse_is_not_none_and_a_mask_of_all_pairs_has_a_plain_matrix():
    with numpy_target(), warnings.catch_warnings():
        warnings.simplefilter("error", MaskWarning)
        inputs, neurons, synapses = declared()
        synapses.connect(i=[0], j=[0])
        Network(inputs, neurons, synapses).run(1 * ms, namespace=NAMESPACE)
        _, _, synapses = declared()
        i, j = np.indices((6, 4))
        synapses.connect(i=i.ravel()[::-1], j=j.ravel()[::-1])
        synapses.w = "i + 10*j"
        table = synapses.matrix("w")
    assert type(table) is np.ndarray
    np.testing.assert_array_equal(table, i + 10 * j)
