"""What the names in a pathway's code refer to, and which of them the synapses of a row share."""

import warnings

from brian2.groups.subgroup import Subgroup

from snn_brian.crossbar.statements import defined, identifiers, read, statements, written


class LocalNameWarning(UserWarning):
    """What looks like a local variable of a pathway's code is a variable of the target."""


def own_names(synapses) -> set[str]:
    """Names of what the equations of the synapses define, `lastupdate` included."""
    names = set(synapses.equations.names)
    if synapses.event_driven is not None:
        names |= set(synapses.event_driven.names) | {"lastupdate"}
    return names


def bare_names(synapses, code: str) -> list[str]:
    """Names that the code changes and that are, without _post, variables of the target.

    Brian2 takes a name that the synapses do not define from the target.
    """
    return sorted(
        name
        for name in written(code) - own_names(synapses)
        if not name.endswith(("_pre", "_post")) and name in synapses.target.variables
    )


def check_bare_names(synapses, code: str, strict: bool) -> None:
    """Refuses bare names if `strict`; else warns of those that are used as a local variable is.

    Raises
    ------
    ValueError
        If `strict` and the code changes a variable of the target by a bare name.
    """
    bare = bare_names(synapses, code)
    if strict:
        for name in bare:
            raise ValueError(
                f"'{name} = ...' in the code of '{synapses.name}' would change the variable of "
                f"that name of '{synapses.target.name}'; write '{name}_post', or call the local "
                "variable otherwise."
            )
    for name in sorted(set(bare) & defined(code) & read(code)):
        warnings.warn(
            f"'{name} = ...' in the code of '{synapses.name}' changes the variable '{name}' of "
            f"'{synapses.target.name}'; write '{name}_post' if it shall, or call the local "
            "variable otherwise.",
            LocalNameWarning,
            stacklevel=2,
        )


def check_one_name(synapses, code: str) -> None:
    """Whether what is changed is read by the same name: by another, the targets of Brian2 differ in
    whether its value is that of before or after the change.

    Raises
    ------
    ValueError
        If it is read by another.
    """
    variables, indices = synapses.variables, synapses.variables.indices
    used = set().union(*(identifiers(each.expression) for each in statements(code)))
    known = sorted(used & set(variables))
    for name in sorted(written(code) & set(variables)):
        for other in known:
            same = variables[other] is variables[name] and indices[other] == indices[name]
            if same and other != name:
                raise ValueError(
                    f"'{name}' and '{other}' in the code of '{synapses.name}' are one variable, "
                    f"which the code changes and reads; write '{name}' for both."
                )


def rows_are_independent(synapses, code: str) -> bool:
    """Whether the synapses of a row neither write what they share nor read what others of them
    write."""
    variables, indices = synapses.variables, synapses.variables.indices
    if whole(synapses.source) is whole(synapses.target):
        return False
    of_rows = {
        id(variable) for name, variable in variables.items() if indices[name] == "_presynaptic_idx"
    }  # one may be linked to a variable of the target
    return not any(name in variables and id(variables[name]) in of_rows for name in written(code))


def whole(group):
    """The group that a subgroup is a part of; another group itself."""
    return group.source if isinstance(group, Subgroup) else group
