"""Event-driven equations: solved exactly, at events alone.

Brian2 updates the variables of every synapse of a row or column that has an event. In plasticity
that depends on spike timing, one variable follows the events of the row and another those of the
column, and is the same for all synapses of the line. A compiled crossbar then holds one value for
each line during a run (`_line_x`, valid at `_line_last_pre` or `_line_last_post`); after the run,
each synapse has the values that plain Synapses give it.
"""

import re
from dataclasses import dataclass

from brian2 import Equations, second
from brian2.equations.equations import DIFFERENTIAL_EQUATION
from brian2.stateupdaters.base import UnsupportedEquationsException
from brian2.stateupdaters.exact import linear
from brian2.utils.stringtools import get_identifiers, word_substitute

from snn_brian.crossbar.delays import INDEX
from snn_brian.crossbar.names import whole
from snn_brian.crossbar.order import seen_by_others
from snn_brian.crossbar.statements import identifiers, is_repeatable, statements, written


def check_solvable(synapses) -> None:
    """Raises UnsupportedEquationsException if the event-driven equations have no exact solution
    that Brian2 finds."""
    if synapses.event_driven is None:
        return
    try:
        linear(synapses.event_driven, synapses.variables)
    except UnsupportedEquationsException:
        names = "', '".join(sorted(synapses.event_driven.diff_eq_names))
        raise UnsupportedEquationsException(
            f"model of '{synapses.name}': '{names}' cannot be solved exactly from one event to the "
            "next; make the equations linear with constant coefficients, or '(clock-driven)'."
        ) from None


@dataclass(frozen=True)
class Traces:
    """Variables that are the same along lines, by the side whose events change them."""

    pre: tuple[str, ...]
    post: tuple[str, ...]

    def blocks(self, pathway, first: bool) -> dict[str, str]:
        """Code blocks of a pathway by name: `now_pre` and `now_post` bring the values of a line to
        this moment, `code` is for each synapse, `keep` for each line with an event, and `spread`
        gives each synapse its values."""
        synapses, own = pathway.synapses, getattr(self, pathway.prepost)
        changed = [name for name in own if name in written(pathway.code)]
        of_line = {name: f"_of_line_{name}" for name in changed}
        start = [f"{of_line[name]} = _now_{name}" for name in changed]
        here = {name: f"_now_{name}" for name in (*self.pre, *self.post)} | of_line
        keep = line_statements(synapses, pathway.code, pathway.prepost, own)
        blocks = {
            "code": "\n".join([*start, word_substitute(pathway.code, here)]),
            "keep": "\n".join(
                [
                    *start,
                    *(word_substitute(each, here) for each in keep),
                    *(f"_line_{name} = {here[name]}" for name in own),
                    f"_line_last_{pathway.prepost} = t",
                ]
            ),
        }
        for side in ("pre", "post"):
            if getattr(self, side):
                blocks[f"now_{side}"] = self._solved(synapses, side, "t", "_now_")
        if first:
            latest = [
                "_latest = _line_last_pre*int(_line_last_pre >= _line_last_post)"
                " + _line_last_post*int(_line_last_pre < _line_last_post)",
                "lastupdate = _latest",
            ]
            blocks["spread"] = "\n".join(
                latest
                + [
                    self._solved(synapses, side, "_latest", "")
                    for side in ("pre", "post")
                    if getattr(self, side)
                ]
            )
        return blocks

    def _solved(self, synapses, side, until, prefix):
        """Sets `prefix` + name to the value at the time `until`, for all variables of the side."""
        names = getattr(self, side)
        equations = Equations([synapses.event_driven[name] for name in names])
        # a variable of its own, of the precision that all have: exp goes along lines in vectors
        code = re.sub(r"\bdt\b", f"_since_{side}", linear(equations, synapses.variables))
        start = [f"_since_{side} = {until} - _line_last_{side}"]
        start += [f"_at_{name} = _line_{name}" for name in names]
        end = [f"{prefix}{name} = _at_{name}" for name in names]
        at = {name: f"_at_{name}" for name in names}
        return "\n".join([*start, word_substitute(code, at), *end])

    def add_variables(self, synapses) -> None:
        """Arrays with one value for each row or column."""
        for side, group in (("pre", synapses.source), ("post", synapses.target)):
            size = len(whole(group))
            arrays = {f"_line_last_{side}": (second.dim, synapses.variables["lastupdate"].dtype)}
            for name in getattr(self, side):
                variable = synapses.variables[name]
                arrays |= dict.fromkeys(
                    (f"_line_{name}", f"_now_{name}"), (variable.dim, variable.dtype)
                )
            for name, (dim, dtype) in arrays.items():
                if name not in synapses.variables:
                    synapses.variables.add_array(
                        name, size, dimensions=dim, dtype=dtype, index=INDEX[side]
                    )


def traces(synapses) -> Traces | None:
    """What a compiled program can hold line by line in the coming run; None if not all can be.

    Not where events of a line do not come at once to all of its synapses (delays that differ within
    it), where the variables were set or are seen elsewhere, and not with `Pulses`.
    """
    equations = synapses.event_driven
    if equations is None or any(
        path.pulses
        or path.waiting == "parts"
        or not path.active
        or "lastupdate" in identifiers(path.code)
        for path in synapses._pathways
    ):
        return None
    names = equations.diff_eq_names
    if not _seen_elsewhere(synapses).isdisjoint(names | {"lastupdate"}):
        return None
    sides = {name: _side(synapses, name) for name in names}
    found = Traces(
        *(tuple(sorted(name for name in names if sides[name] == side)) for side in ("pre", "post"))
    )
    if None in sides.values() or not all(
        _is_alone(synapses, equations[name], getattr(found, sides[name])) for name in names
    ):
        return None
    if any(
        line_statements(synapses, path.code, path.prepost, getattr(found, path.prepost)) is None
        for path in synapses._pathways
    ):
        return None
    return found


def _side(synapses, name):
    """The side whose pathways change a variable; None if both do."""
    sides = {path.prepost for path in synapses._pathways if name in written(path.code)}
    return sides.pop() if len(sides) == 1 else None if sides else "pre"


def _is_alone(synapses, equation, names):
    """Whether an equation has, but for variables of the same side, only constants."""
    variables = synapses.variables
    return equation.type == DIFFERENTIAL_EQUATION and all(
        name in names
        or name not in variables
        or (variables[name].scalar and variables[name].constant)
        for name in get_identifiers(str(equation.expr))
    )


def _seen_elsewhere(synapses):
    """Names in the equations that go on without events, in code that is no pathway's, of what
    other objects refer to and of what was set."""
    code = [str(equation.expr) for equation in synapses.equations.values()]
    for part in synapses.contained_objects:
        if part not in synapses._pathways:
            code.append(str(part.abstract_code))
    return identifiers("\n".join(code)) | synapses.names_set | seen_by_others(synapses)


def line_statements(synapses, code: str, side: str, names: tuple[str, ...]) -> list[str] | None:
    """The statements that change variables `names` of a line, with those that they need; None if
    they are not the same for all synapses of the line."""
    variables, indices = synapses.variables, synapses.variables.indices
    changed, local, found = written(code), set(), []

    def is_common(name):
        if name in names or name in local:
            return True
        if name in variables:
            return name not in changed and (variables[name].scalar or indices[name] == INDEX[side])
        return name not in changed

    for each in statements(code):
        common = is_repeatable(each.value) and all(map(is_common, get_identifiers(each.value)))
        if each.name in names:
            if not common:
                return None
            found.append(str(each))
        elif each.name not in variables:
            local.discard(each.name)
            if common:
                local.add(each.name)
                found.append(str(each))
    return found
