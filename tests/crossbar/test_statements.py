"""Statements are split and read as Brian2 reads them; Python's own parser is the oracle."""

import ast
import random

import pytest
from brian2 import Clock, Network, NeuronGroup, ms
from brian2.parsing.statements import parse_statement
from standalone import numpy_target

from snn_brian.crossbar.statements import (
    Statement,
    changed_copies,
    defined,
    identifiers,
    pieces,
    read,
    statement,
    statements,
    substituted,
    written,
)


def test_pieces():
    code = """
    # a comment; with a semicolon
    w += 0.1; U_post += w   # another

    ;; x = 2 ;
    """
    # Brian2 splits a comment at `;`, too: what follows is a statement of its own
    assert pieces("w += 0.1; U_post += w\n\n  ;; x = 2 ;") == ["w += 0.1", "U_post += w", "x = 2"]
    assert pieces("# only\n  # comments\n") == []
    assert "w += 0.1" in pieces(code) and "x = 2" in pieces(code)


@pytest.mark.parametrize(
    "piece", ["w = x", "w += x*(y + 1)", "w -= 2  # less", "w **= 2", "w /= x == y", "w_post = -x"]
)
def test_a_statement_is_that_of_brian2(piece):
    found, expected = statement(piece), parse_statement(piece)
    assert (found.name, found.operation, found.expression) == expected[:3]


@pytest.mark.parametrize("operation", ["+=", "-=", "*=", "/=", "**="])
def test_value_writes_augmented_assignments_out(operation):
    one = statement(f"w {operation} x - 1")
    first = {"w": 3.0, "x": 2.5}
    exec(f"w {operation} x - 1", {}, second := dict(first))
    assert eval(one.value, {}, first) == second["w"]
    assert str(one) == f"w {operation} x - 1"
    assert Statement("w", "=", "x").value == "x"


@pytest.mark.parametrize("piece", ["w", "w ==", "= 3", "w < 3"])
def test_what_is_no_statement(piece):
    with pytest.raises(ValueError):
        statement(piece)


def test_what_is_read_written_and_defined():
    code = "a = x + 1; b += a  # not c\nd_post -= exp(b)*f\na = 2; e = e_0; e_0 = 1"
    assert written(code) == {"a", "b", "d_post", "e", "e_0"}
    assert read(code) == {"x", "a", "b", "d_post", "exp", "f", "e_0"}
    assert defined(code) == {"a", "e"}
    assert identifiers(code) == written(code) | read(code)
    assert identifiers("x*(y + rand())") == {"x", "y", "rand"}
    for function in (written, read, defined, identifiers):
        assert function("") == set() and function("# a = b") == set()


def test_names_are_replaced_at_once_and_whole():
    """Two may change places; numbers, longer names and names that are not given stay."""
    names = {"a": "b", "b": "a", "c": "(c + a)"}
    assert substituted("a += b*ab - c_post + c/a1e3; b = 1e3*a", names) == (
        "b += a*ab - c_post + (c + a)/a1e3; a = 1e3*b"
    )
    assert substituted("a = x", {}) == "a = x" and substituted("", names) == ""


def random_code(draw):
    names = ["a", "b", "c_post", "d_pre", "v"]
    lines, plain = [], []
    for _ in range(draw.randint(1, 6)):
        operation = draw.choice(["=", "+=", "-=", "*=", "/="])
        left, right, other = (draw.choice(names) for _ in range(3))
        lines.append(f"{left} {operation} {right}*2 + f({other})")
    plain = "\n".join(lines)
    code = lines[0]
    for line in lines[1:]:
        code += draw.choice(["; ", ";", "\n", "  # word\n", "\n\n# word = a\n", " ;\n"]) + line
    return code, plain


@pytest.mark.parametrize("number", range(30))
def test_names_are_those_that_python_finds(number):
    code, plain = random_code(random.Random(number))
    tree = ast.parse(plain)
    assert len(statements(code)) == len(tree.body)
    targets = [
        node.targets[0] if isinstance(node, ast.Assign) else node.target for node in tree.body
    ]
    loaded = {
        name.id for node in tree.body for name in ast.walk(node.value) if isinstance(name, ast.Name)
    } | {node.target.id for node in tree.body if isinstance(node, ast.AugAssign)}
    assert written(code) == {target.id for target in targets}
    assert read(code) == loaded
    first_used = {}
    for place, node in enumerate(tree.body):
        names = {name.id for name in ast.walk(node.value) if isinstance(name, ast.Name)}
        names |= {node.target.id} if isinstance(node, ast.AugAssign) else set()
        for name in names:
            first_used.setdefault(name, place)
    assert defined(code) == {
        target.id for place, target in enumerate(targets) if first_used.get(target.id, 99) > place
    }


@pytest.mark.parametrize(
    "code, copies",
    [
        ("old = U; U += 1", ["old"]),
        ("old = U; U = U + 1; kept = old", ["old"]),
        ("old = (U*1.0 + 0); U -= 1", ["old"]),
        ("a = U; b = U; U *= 2", ["a", "b"]),
        ("old = +U; U += 1", []),
        ("old = 0.5*U; U += 1", []),
        ("U += 1; old = U", []),
        ("old = U; old = 2; U += 1", []),
        ("old = U; old += 1", []),
    ],
)
def test_a_copy_that_changes_with_its_variable_is_found(code, copies):
    """And Brian2's NumPy target gives it the changed value, there and only there."""
    assert [copy for copy, _ in changed_copies(code)] == copies
    names = sorted({each.name for each in statements(code)} - {"U"})
    clock = Clock(1 * ms)
    with numpy_target():
        group = NeuronGroup(2, "U : 1\n" + "".join(f"{name} : 1\n" for name in names), clock=clock)
        group.U = 3
        group.run_regularly(code)
        Network(group).run(1 * ms)
    meant = {"U": 3}
    exec(code, meant)  # Python's numbers are copied
    wrong = [name for name in names if getattr(group, name)[0] != meant[name]]
    assert bool(wrong) == bool(copies) and set(copies) <= set(wrong)


def test_whatever_is_computed_is_no_copy():
    """With 0, 1 and 2 on either side of every operator, in Brian2's NumPy target."""
    expressions = [
        expression
        for operator in ("+", "-", "*", "/", "//", "**", "%")
        for number in (0, 1, 2)
        for expression in (f"U {operator} {number}", f"{number} {operator} U")
        if expression not in ("U / 0", "U // 0", "U % 0")
    ]
    names = [f"c{number}" for number in range(len(expressions))]
    code = "\n".join([*map("{} = {}".format, names, expressions), "U += 2"])
    with numpy_target():
        group = NeuronGroup(
            1, "\n".join(f"{name} : 1" for name in ["U", *names]), clock=Clock(1 * ms)
        )
        group.U = 3
        group.run_regularly(code)
        Network(group).run(1 * ms)
    changed = [
        expression
        for name, expression in zip(names, expressions)
        if getattr(group, name)[0] != eval(expression, {"U": 3})
    ]
    of = dict(zip(names, expressions))
    assert "U + 0" in changed and [of[copy] for copy, _ in changed_copies(code)] == changed
