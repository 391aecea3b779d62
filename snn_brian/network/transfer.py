"""Transfer from a second array (Tiki-Taka): requests give pulses to a device A beside each pair,
which counts from its symmetry point. Row by row A is read, and the pair gets pulses for what was
read.

| Gokmen and Haensch 2020 | here | |
| --- | --- | --- |
| A, less its reference | G_A - reference_A | a device, and one that was set to A's symmetry point |
| C | w = G_plus - G_minus | the weight, and all that neurons see: gamma is 0 |
| ns | transfer_every | presentations from one row of A to the next, and to the first again |

Devices A start at their references, which are exact and stay as they are; the pulses that set them,
before training, are not counted. Pulses on A and on the pair are counted together, and a read of A
is one of two devices.
"""

from collections.abc import Mapping

import numpy as np
from brian2.utils.stringtools import word_substitute
from numpy.typing import ArrayLike

from snn_brian.crossbar.pulses import Pulses
from snn_brian.declarations import Device
from snn_brian.device.reliability import FATE, begun
from snn_brian.device.symmetry import symmetry_point
from snn_brian.network.structure import Graph, Structure, echo_name, line_name

SIDE, REFERENCE = "A", "reference_A"
# Pulses of a request; `moved` is what they change.
ON_A = """
up = int(n > 0)
down = int(n < 0)
{before}
n_P = {potentiation_pulses}
n_D = {depression_pulses}
sum_A = {A_sum}
{A_after}
new_A = clip(sum_A, {A_least}, {A_most})
moved = new_A - G_A
pulses_P += up*n_P
pulses_D += down*n_D
load_P += up*n_P*(G_A + new_A)/(2*{counted_P})
load_D += down*n_D*(G_A + new_A)/(2*{counted_D})
G_A = new_A
"""
# Of a group whose rows are read in turn.
SOURCE = """
transferring : 1 (shared, constant)
transfer_every : integer (shared, constant)  # presentations
shown_before : integer (shared, constant)  # presentations of earlier epochs
"""
EVENT = {
    "transfers": "transferring > 0 and (t_in_timesteps + 1) % steps == 0 and "
    "(shown_before + (t_in_timesteps + 1)//steps) % transfer_every == 0 and "
    "i == ((shown_before + (t_in_timesteps + 1)//steps)//transfer_every - 1) % N"
}


def on_A(pair: object, counts: Mapping[str, str], **counted: str) -> str:
    """The code of pulses `n` of a request.

    Parameters
    ----------
    pair : snn_brian.network.pair.Pair
        Of a rule with a `transfer`.
    counts : mapping of str to str
        The rule's numbers of pulses.
    counted : str
        Of `counted_P` and `counted_D`: an expression of 0 where pulses cannot be counted.
    """
    own = pair.side(SIDE, "up", "down")
    before = pair.of_device(pair.device.law.before, SIDE)
    return ON_A.format(before=before, **counts, **own, **counted)


def transferring(pair: object, code: str) -> Pulses:
    """The pulses that a pair gets when its row of A is read.

    Parameters
    ----------
    pair : snn_brian.network.pair.Pair
    code : str
        Of `n` pulses on the pair.
    """
    rule, device = pair.programming, pair.device
    read = ["reads += 2"]
    if device.counts_reads:
        read.append(f"load_R += G_A + {REFERENCE}")
    noise = ""
    if device.read_noise:
        noise = f" + device_read_noise*sqrt(G_A*G_A + {REFERENCE}*{REFERENCE})*randn()"
    read.append(f"read_A = G_A - {REFERENCE}{noise}")
    own = {name: f"rule_{name}" for name in rule.parameters} | {SIDE: "read_A"}
    return Pulses(word_substitute(rule.transfer, own), code, prepare="\n".join(read))


def turns(structure: Structure, name: str) -> tuple[str, dict[str, str]]:
    """The equations and events by which a group knows whose turn it is, if its rows are read."""
    rule = structure.programming
    is_read = rule is not None and rule.transfer and name in sources(structure.graph)
    return (SOURCE, EVENT) if is_read else ("", {})


def reference(device: Device, values: Mapping[str, ArrayLike]) -> np.ndarray:
    """Where the devices A start, in units of G_max: at their symmetry points, unless they are stuck
    at an end.

    Parameters
    ----------
    device : Device
        As `snn_brian.device.reliability.as_law` gives it.
    values : mapping
        Of devices that differ: {symbol: array}, conductances in units of G_max.

    Raises
    ------
    UserError
        As `snn_brian.device.symmetry.symmetry_point`.
    """
    working = {symbol: each for symbol, each in values.items() if symbol != FATE}
    ends = (values.get(end, each) for end, each in (("G_min", device.K), ("G_max", 1.0)))
    return begun(symmetry_point(device, working), values.get(FATE), *ends)


def sources(graph: Graph) -> list[str]:
    """Names of the groups whose rows are read in turn: sources of what is learned."""
    return list(dict.fromkeys(map(_source, graph.learned)))


def rows_name(projection: str) -> str:
    """The name of the rows of a convolution's crossbar."""
    return f"rows_{projection}"


def _source(projection):
    if projection.kernel:
        return rows_name(projection.name)
    if projection.is_delayed:
        return line_name(projection)
    return echo_name(projection.source) if projection.is_late else projection.source
