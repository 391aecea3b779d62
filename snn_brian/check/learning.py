"""What an optimizer and a loss must be, to run."""

from brian2 import Equations
from brian2.equations.equations import PARAMETER

from snn_brian.check.dry_run import crossbar, shared
from snn_brian.check.reader import EVERYWHERE, Reader
from snn_brian.check.symbols import CLASS_SYMBOLS, SYNAPSE_SYMBOLS, numbers, parameters, variables

OFFERED = ("eta_post", "batch_size_post", "batches_post")


def check_optimizer(reader: Reader) -> None:
    """That an optimizer can run and makes requests.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    optimizer = reader.declaration
    equations = reader.equations("variables", set(SYNAPSE_SYMBOLS) - {"m", "v"})
    for equation in equations.values():
        if equation.type != PARAMETER:
            reader.refuse(
                "variables",
                "must be of the form 'symbol : unit'; what changes them belongs in update",
            )
    reader.symbols("parameters", optimizer.parameters, {*SYNAPSE_SYMBOLS, *equations.names})
    scope = (
        EVERYWHERE
        | numbers("grad", *OFFERED)
        | variables(equations)
        | parameters(optimizer.parameters)
    )
    found = reader.statements("update", scope, equations.names, results=("dw",))
    if "dw" not in found:
        reader.refuse(
            "update",
            "must set dw, the requested change of the weight; add one such as dw = -eta_post*grad",
        )
    reader.unread("parameters")
    neuron = Equations("".join(f"{name.removesuffix('_post')} : 1\n" for name in OFFERED))
    model = (
        Equations(optimizer.variables) + Equations("w : 1\ngrad : 1") + shared(optimizer.parameters)
    )
    reader.try_out(neuron, connect=crossbar(model, f"{optimizer.update}\nw += dw"))


def check_loss(reader: Reader) -> None:
    """That a loss can run.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    loss = reader.declaration
    reader.symbols("parameters", loss.parameters, CLASS_SYMBOLS)
    own = EVERYWHERE | parameters(loss.parameters)
    if loss.competition:
        reader.expression("competition", own | numbers("y_pre", "y_post"))
    reader.expression("error", own | numbers("y", "target", *(["z"] if loss.competition else [])))
    reader.unread("parameters")
