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


def changed_copies(code: str) -> list[tuple[str, Statement]]:
    """(name of a copy, the statement that changes it unasked) wherever code copies a variable as it
    is and changes the variable afterwards.

    In Brian2's NumPy target both are one array: `old = U; U += 1` changes `old`, too. In an
    expression that computes anything, `old = +U`, they are two.
    """
    copies, found = {}, []  # copies: {name: of which variable}
    for each in statements(code):
        found += [(copy, each) for copy, of in copies.items() if of == each.name != copy]
        copies.pop(each.name, None)
        if each.operation == "=" and (of := _plain(ast.parse(each.expression, mode="eval").body)):
            copies[each.name] = of
    return found


def _plain(node):
    """The name that an expression is as it stands, or after what Brian2 leaves out of it."""
    if isinstance(node, ast.Name):
        return node.id
    if not isinstance(node, ast.BinOp):
        return None
    left, right = node.left, node.right
    if isinstance(node.op, (ast.Mult, ast.Div)) and _is(right, 1):
        return _plain(left)
    if isinstance(node.op, (ast.Add, ast.Sub)) and _is(right, 0):
        return _plain(left)
    if (
        isinstance(node.op, ast.Mult)
        and _is(left, 1)
        or isinstance(node.op, ast.Add)
        and _is(left, 0)
    ):
        return _plain(right)
    return None


def _is(node, number):
    return isinstance(node, ast.Constant) and node.value == number


def is_repeatable(expression: str) -> bool:
    """Whether an expression calls only functions that give the same value for the same
    arguments."""
    called = {
        node.func.id
        for node in ast.walk(ast.parse(expression.strip(), mode="eval"))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return all(name in DEFAULT_FUNCTIONS and DEFAULT_FUNCTIONS[name].stateless for name in called)
