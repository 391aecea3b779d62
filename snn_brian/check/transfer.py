"""What a transfer from a second array must be, to give whole pulses."""

import numpy as np
from brian2 import DEFAULT_FUNCTIONS

from snn_brian.check.reader import EVERYWHERE, Reader
from snn_brian.check.symbols import numbers, parameters
from snn_brian.crossbar.evaluate import evaluate
from snn_brian.crossbar.pulses import Pulses
from snn_brian.network.pair import is_for_each_device
from snn_brian.network.transfer import SIDE


def check_alone(reader: Reader) -> None:
    """That a rule with a transfer has nothing that does not go with it: requests that go to A know
    nothing of its conductance.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    rule = reader.declaration
    if rule.transfer and (rule.refresh or rule.reads or is_for_each_device(rule)):
        reader.refuse(
            "transfer",
            "does not go with a refresh, with reads, or with numbers of pulses that depend on G or "
            "are drawn for each device; take these out",
        )


def check_transfer(reader: Reader) -> None:
    """That a transfer, if there is one, gives whole pulses for what was read, and none for nothing.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    rule = reader.declaration
    if not rule.transfer:
        return
    scope = EVERYWHERE | numbers(SIDE, "G_max", "G_min") | parameters(rule.parameters)
    reader.expression("transfer", scope | {"SR": DEFAULT_FUNCTIONS["floor"]})
    try:
        Pulses(rule.transfer, "")
    except ValueError:
        reader.refuse(
            "transfer", "at most one SR(...) is allowed; draw once and use the result twice"
        )
    A = np.r_[0.0, np.random.default_rng(0).uniform(-1, 1, 9)]
    known = {"G_max": 1.0, "G_min": 0.05} | rule.parameters
    n = np.broadcast_to(evaluate(rule.transfer, known | {SIDE: A}), A.shape)
    for number in n[np.isfinite(n)]:
        if number != np.rint(number):
            reader.refuse(
                "transfer",
                f"can give {number:.4g} pulses, no whole number; write SR(...) around it",
            )
    if n[0] != 0:
        reader.refuse("transfer", f"asks for {n[0]:.4g} pulses where A is 0; let it be 0")
