"""Parts of lines: where nearly all neighbours are connected, synapses are gone along in runs, else
by lists; either way their values are those of plain Synapses."""

import numpy as np
import pytest
from brian2 import BrianLogger, ms
from drop_in import QUICK, assert_same, values_of_both

BrianLogger.suppress_hierarchy("brian2.codegen.generators.base")
BrianLogger.suppress_name("only_threshold")

CODE = dict(
    columns=40,  # a run is six synapses or more
    model="""w : 1
             dc/dt = (w - c)/tau : 1 (clock-driven)
             z_post = w*x_pre : 1 (summed)
             y_pre = w + x_post : 1 (summed)""",
    on_pre="v_post += w*x_pre + i + 2*j; w += 0.125",
    on_post="r_pre += w*x_post - j; w *= 0.5",
)


def weights(synapses):
    synapses.w = "0.25*i - 0.125*j + 0.5*x_post"


def by_number(synapses):
    synapses.w = np.arange(300) % 11 / 8


def delayed(synapses):
    weights(synapses)
    synapses.pre.delay = "((i + j // 10) % 3)*ms"


def delayed_each(synapses):
    weights(synapses)
    synapses.pre.delay = "((i + j) % 3)*ms"


def regularly(synapses):
    weights(synapses)
    synapses.run_regularly("w = 0.9*w + 0.01*i*x_pre - 0.02*j", dt=2 * ms)


SYSTEMS = {
    "runs": dict(CODE, connect={"condition": "i != j"}, prepare=weights),
    "of_subgroups": dict(CODE, cut=3, connect={"condition": "j > i"}, prepare=weights),
    # neighbours, but with numbers that fall
    "backwards": dict(
        CODE, connect={"i": np.repeat(range(7), 40), "j": 39 - np.arange(280) % 40}, prepare=weights
    ),
    # neighbours along columns; and twenty pairs twice, one synapse after the other
    "by_columns": dict(
        CODE,
        on_pre=CODE["on_pre"] + "; late_post = 0.5*late_post + w",
        delay={"post": 1 * ms},
        connect={
            "i": np.append(np.arange(280) % 7, 20 * [3]),
            "j": np.append(np.arange(280) // 7, range(20)),
        },
        prepare=by_number,
    ),
    "some_lists": dict(
        CODE, connect={"condition": "i % 2 == 0 or (j // 3) % 2 == 0"}, prepare=weights
    ),
    "of_the_same_delay": dict(CODE, prepare=delayed),
    # what is in flight waits in lists, what comes in runs, the first of which is of synapse 0
    "runs_after_lists": dict(
        columns=40, on_pre="v_post += w + t/ms", prepare=delayed_each, between=delayed
    ),
    "regularly": dict(CODE, connect={"condition": "i != j"}, prepare=regularly),
}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return values_of_both(SYSTEMS, tmp_path_factory.mktemp("parts") / "program", flags=QUICK)


@pytest.mark.parametrize("name", SYSTEMS)
def test_values_are_those_of_synapses(both, name):
    assert_same(*both[name])
    expected, _ = both[name]
    assert np.ptp(expected["synapses w"]) > 0
