"""Groups of 1 to 200 neurons of which all, some, one or none have an event: the loops of every
template go along all of their synapses, and no other.

Requests are whole numbers, for which a rounding draws nothing: the values are those of plain
Synapses, to the last pulse, whichever way pulses are drawn.
"""

import pytest
from brian2 import BrianLogger
from drop_in import QUICK, assert_same, values_of_both

from snn_brian.crossbar.pulses import Pulses

BrianLogger.suppress_hierarchy("brian2.codegen.generators.base")
BrianLogger.suppress_name("only_threshold")

# All; some, by a hash of the step and the number; the last; the first; none.
EVENTS = (
    "(t_in_timesteps % 5 == 0)"
    " or (t_in_timesteps % 5 == 1 and (7*i*i + 3*i + t_in_timesteps) % 11 < 4)"
    " or (t_in_timesteps % 5 == 2 and i == N - 1) or (t_in_timesteps % 5 == 3 and i == 0)"
)
CODE = dict(
    model="""w : 1
             a : 1
             b : 1
             c : 1
             d : 1
             owed : 1
             g : 1
             h : 1
             z_post = w*x_pre + b : 1 (summed)
             y_pre = w + x_post - d : 1 (summed)""",
    on_pre={
        "plain": "v_post += w*x_pre + i + 2*j; w += 0.125; r_post = (j + t_in_timesteps) % 4 - 1",
        "same": Pulses("SR(-2)", "a += n*(i + 1)"),
        "column": Pulses("SR(int(3*x_post))", "b += n + 1 - int(n == 0)"),
        "product": Pulses("SR(int(3*x_post)*int(2*x_pre))", "c += n*(1 + w)"),
        # along the columns with a request, of which there are three in four; late changes at a
        # pulse, too, so that it may not be kept aside until all rows are done, as v is
        "asked": Pulses(
            "way*int(abs(owed) > 1)",
            "owed -= n; a += n*i; late_post += 3*n",
            "way = sign(r_post); owed += r_post*x_pre; late_post += 2*int(r_post != 0);"
            "v_post += w*int(r_post != 0)",
        ),
        "decided": Pulses("sign(d)*int(abs(d) > 1)", "d -= n; a += n*now", "now = w; d += x_pre"),
    },
    on_post={
        "back": "r_pre += w*x_post - j; w *= 0.5",
        # d is of another pathway, so that both stay input by input; h is held neuron by neuron
        "some": Pulses("SR(int(g))", "g -= n; late_post += n*i", "g += x_post + 0*d"),
        "turned": Pulses("sign(h)*int(abs(h) > 1)", "h -= n; w += 0.25*n", "h += x_post*(1 + i)"),
    },
    inputs=EVENTS,
    neurons=EVENTS.replace("t_in_timesteps", "(t_in_timesteps // 2)"),
)
SIZES = [(1, 1), (1, 65), (63, 1), (16, 17), (130, 64), (65, 127), (7, 200)]
SYSTEMS = {
    f"of_{rows}_and_{columns}": dict(CODE, rows=rows, columns=columns) for rows, columns in SIZES
}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return values_of_both(SYSTEMS, tmp_path_factory.mktemp("sizes") / "program", flags=QUICK)


@pytest.mark.parametrize("name", SYSTEMS)
def test_values_are_those_of_synapses(both, name):
    assert_same(*both[name])
