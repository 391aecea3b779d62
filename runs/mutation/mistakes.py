"""Mistakes in Python, in the equations of Brian2's language and in templates of C++: another
operator, number or condition, one at a time."""

import ast
import re

OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.And: ast.Or,
    ast.Or: ast.And, ast.FloorDiv: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
IN_CODE = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "+": "-", "-": "+",
    "*": "+", "/": "*", "+=": "-=", "-=": "+=", "&&": "||", "||": "&&",
}  # fmt: skip
OPERATOR = re.compile(r"(?<= )(?:[<>=!+-]=|[<>+/-]|&&|\|\|)(?= )|(?<=[\w)])\*(?=[\w(])")
COMMENT = re.compile(r"//[^\n]*|\{#.*?#\}", re.DOTALL)
LEFT_OUT = ("annotation", "returns", "decorator_list")
SAID = ("Error", "Finding", "Warning", "warn", "Failed")  # what users read


def places(source, suffix=".py"):
    """Where a mistake can be made in a source, which `mutant` makes."""
    if suffix == ".cpp":
        return _operators(source)
    tree = ast.parse(source)
    return [(tree, *change) for node in _code(tree) for change in _changes(node)]


def plain(source, suffix=".py"):
    """A source as `mutant` writes it, without a mistake."""
    return source if suffix == ".cpp" else ast.unparse(ast.parse(source))


def mutant(source, place):
    """What is changed, and the changed source."""
    if isinstance(place, re.Match):
        changed = _replaced(source, place)
        line = source.count("\n", 0, place.start()) + 1
        return f"line {line}: {_change(source, changed)}", changed
    tree, node, field, value = place
    before = _said(node)
    setattr(node, field, value)
    return f"line {node.lineno}: {_change(before, _said(node))}", ast.unparse(tree)


def _said(node):
    """A node, its lines those of its text where it is one."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text and "\n" in node.value else ast.unparse(node)


def _change(before, after):
    """The one line that differs, before and after."""
    lines = zip(before.split("\n"), after.split("\n"), strict=True)
    return next(f"{one.strip()} -> {other.strip()}" for one, other in lines if one != other)


def _operators(text):
    """Where they are in equations and C++, comments left out."""
    text = COMMENT.sub(lambda comment: "\0" * len(comment[0]), text)
    return [*OPERATOR.finditer(text)]


def _replaced(text, place):
    return text[: place.start()] + IN_CODE[place[0]] + text[place.end() :]


def _code(node):
    """A node and those below, without annotations, decorators (frozen=True), docstrings and what is
    said to users."""
    yield node
    for name, field in ast.iter_fields(node):
        for child in field if isinstance(field, list) else [field]:
            if not isinstance(child, ast.AST) or name in LEFT_OUT:
                continue
            if isinstance(child, ast.Call) and ast.unparse(child.func).endswith(SAID):
                continue
            if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
                yield from _code(child)


def _changes(node):
    """The mistakes to be made in a node: (node, field, new value)."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in OTHER:
            return [(node, "ops", [OTHER[type(op)]()])]
        case ast.BinOp(op=op) | ast.BoolOp(op=op) if type(op) in OTHER:
            return [(node, "op", OTHER[type(op)]())]
        case ast.Constant(value=bool(value)):
            return [(node, "value", not value)]
        case ast.Constant(value=int(value)):
            return [(node, "value", value + 1)]
        case ast.Constant(value=str(value)):
            return [(node, "value", _replaced(value, place)) for place in _operators(value)]
        case ast.If() | ast.IfExp() | ast.While():
            return [(node, "test", ast.UnaryOp(ast.Not(), node.test))]
    return []
