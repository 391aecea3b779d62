"""Changes of weights that wait until the weights are read.

Where each event of an input adds what its neurons ask for to a row of weights, `w += request_post`,
nobody sees the row until the same input has its next event and the row is read. A compiled crossbar
then keeps what was asked for, once for all rows of a moment, and adds it to a row on the way of
reading it: one pass along the row instead of two, to the same bits. At the end of a run nothing
waits any more.
"""

import ast
from dataclasses import dataclass

import numpy as np
from brian2.core.variables import ArrayVariable
from brian2.equations.equations import PARAMETER

from snn_brian.crossbar.delays import INDEX
from snn_brian.crossbar.order import used_elsewhere
from snn_brian.crossbar.rows import stride
from snn_brian.crossbar.statements import identifiers, statements, written

PLACES = 64  # moments whose requests are kept; rows that wait longer are changed by themselves
# Arrays of the crossbar: the place of what a row waits for (0: nothing), all places, the last one.
WAITS, REQUESTS, NEWEST = "_waits", "_requests", "_newest"
REQUEST = "_postponed"  # what a row waits for, in code


@dataclass(frozen=True)
class Postponed:
    """A variable that one pathway changes and another reads.

    Attributes
    ----------
    writer, reader : CrossbarPathway
    name : str
        Of the variable.
    request : str
        The variable of the target that is added to it.
    """

    writer: object
    reader: object
    name: str
    request: str

    def blocks(self, pathway) -> dict[str, str]:
        """Code blocks of one of the two pathways by name."""
        change = f"{self.name} += {REQUEST}"
        if pathway is self.writer:
            return {"change": change, "request": f"_request = {self.request}"}
        return {"code": pathway.code, "changed": f"{change}\n{pathway.code}"}

    def add_variables(self) -> None:
        """What waits, as arrays of the crossbar."""
        synapses = self.writer.synapses
        variable = synapses.variables[self.name]
        arrays = {
            WAITS: (len(synapses.source), np.int32),
            REQUESTS: (PLACES * stride(len(synapses.target)), variable.dtype),
            NEWEST: (1, np.int32),
        }
        for name, (size, dtype) in arrays.items():
            if name not in synapses.variables:
                synapses.variables.add_array(name, size, dtype=dtype, index=f"_of{name}")
        for pathway in (self.writer, self.reader):
            if REQUEST not in pathway.variables:
                pathway.variables.add_auxiliary_variable(
                    REQUEST, dimensions=variable.dim, dtype=variable.dtype
                )


def postponed(synapses) -> Postponed | None:
    """What a compiled program can put off in the coming run; None if there is nothing.

    The change must be that a variable of the neuron is added, at the event at which another
    pathway, and nothing else, reads the variable of the synapse. Products are not put off: added at
    once, they are rounded once, together with the sum.
    """
    for writer in synapses._pathways:
        code = statements(writer.code)
        if len(code) != 1 or not _goes_along_rows(writer):
            continue
        name, request = code[0].name, _added(code[0])
        readers = [
            path
            for path in synapses._pathways
            if path is not writer and name in identifiers(path.code)
        ]
        if len(readers) != 1 or request is None or not _is_own(synapses, name):
            continue
        (reader,) = readers
        if (
            _goes_along_rows(reader)
            and reader.event == writer.event
            and name not in written(reader.code)
            and _is_of_neurons(synapses, request, name)
            and name not in used_elsewhere(synapses, (reader, writer))
        ):
            return Postponed(writer, reader, name, request)
    return None


def _goes_along_rows(path):
    return (
        path.prepost == "pre"
        and path.active
        and path.independent
        and not (path.pulses or path.delayed or path.synapses.mapped)
        and path.synapses.event_driven is None
    )


def _added(statement):
    """The name that a statement adds to its variable; None if it does otherwise."""
    match ast.parse(statement.value.strip(), mode="eval").body:
        case ast.BinOp(ast.Name(statement.name), ast.Add(), ast.Name(other)) | ast.BinOp(
            ast.Name(other), ast.Add(), ast.Name(statement.name)
        ):
            return other
    return None


def _is_own(synapses, name):
    """Whether a variable is a parameter of each synapse."""
    return (
        name in synapses.equations.names
        and synapses.equations[name].type == PARAMETER
        and isinstance(synapses.variables[name], ArrayVariable)
        and synapses.variables.indices[name] == "_idx"
    )


def _is_of_neurons(synapses, request, name):
    """Whether a request is a variable of the target, of the same kind of floating-point numbers as
    what it is added to."""
    variables = synapses.variables
    return (
        isinstance(variables.get(request), ArrayVariable)
        and synapses.variables.indices[request] == INDEX["post"]
        and variables[request].dtype == variables[name].dtype
        and np.issubdtype(variables[name].dtype, np.floating)
    )
