"""Statements in Brian2's language, split and parsed as Brian2 itself does: at `;` and at line ends,
comments apart."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from brian2.core.functions import DEFAULT_FUNCTIONS
from brian2.parsing.statements import parse_statement
from brian2.utils.stringtools import get_identifiers


@dataclass(frozen=True)
class Statement:
    """`name operation expression`, where the operation is = or an augmented assignment such as
    +=."""

    name: str
    operation: str
    expression: str

    def __str__(self):
        return f"{self.name} {self.operation} {self.expression}"

    @property
    def value(self) -> str:
        """The expression of what the name is set to, with the augmented assignment written out."""
        if self.operation == "=":
            return self.expression
        return f"{self.name} {self.operation.removesuffix('=')} ({self.expression})"


def pieces(code: str) -> list[str]:
    """The texts of the single statements in `code`, without those that are empty or only a
    comment."""
    found = (piece.strip() for piece in re.split(r"[;\n]", code))
    return [piece for piece in found if piece and not piece.startswith("#")]


def statement(piece: str) -> Statement:
    """One text as a `Statement`; raises ValueError, as Brian2 does, if it is none."""
    return Statement(*parse_statement(piece)[:3])


def statements(code: str) -> list[Statement]:
    """All statements in `code`; raises ValueError, as Brian2 does, for what is none."""
    return [statement(piece) for piece in pieces(code)]


def written(code: str) -> set[str]:
    """The names that statements set or change."""
    return {each.name for each in statements(code)}


def substituted(code: str, names: Mapping[str, str]) -> str:
    """Code with all names replaced at once: what replaces one is not looked through for others."""
    return re.sub(r"\b[A-Za-z_]\w*\b", lambda found: names.get(found[0], found[0]), code)


def identifiers(code: str) -> set[str]:
    """All names in statements or in an expression."""
    return get_identifiers(re.sub(r"#[^;\n]*", "", code))


def read(code: str) -> set[str]:
    """The names that statements use, functions and units included."""
    return set().union(*(get_identifiers(each.value) for each in statements(code)))


def defined(code: str) -> set[str]:
    """The names that statements set with = before they use them."""
    used, found = set(), set()
    for each in statements(code):
        used |= get_identifiers(each.value)
        if each.name not in used:
            found.add(each.name)
    return found


def is_repeatable(expression: str) -> bool:
    """Whether an expression calls only functions that give the same value for the same
    arguments."""
    called = {
        node.func.id
        for node in ast.walk(ast.parse(expression.strip(), mode="eval"))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return all(name in DEFAULT_FUNCTIONS and DEFAULT_FUNCTIONS[name].stateless for name in called)
