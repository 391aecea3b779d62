"""Reading a declaration field by field, as Brian2 will, so that a mistake can be told with the
field that it is in."""

import ast
import builtins
import textwrap
import warnings
from collections.abc import Container, Iterable, Mapping
from dataclasses import is_dataclass
from numbers import Integral, Real
from operator import attrgetter
from pathlib import Path
from types import UnionType
from typing import NoReturn, get_args, get_origin, get_type_hints

import numpy as np
from brian2 import DEFAULT_FUNCTIONS, Equations, Quantity, Unit, get_dimensions, second
from brian2.core.functions import DEFAULT_CONSTANTS
from brian2.core.namespace import DEFAULT_UNITS
from brian2.core.variables import Constant, Variable
from brian2.equations.equations import BOOLEAN, DIFFERENTIAL_EQUATION
from brian2.groups.neurongroup import check_identifier_pre_post
from brian2.parsing.expressions import is_boolean_expression, parse_expression_dimensions
from brian2.parsing.rendering import NodeRenderer
from brian2.units.fundamentalunits import DIMENSIONLESS, Dimension, get_unit_for_display
from sympy import Basic, sympify

from snn_brian.base.errors import DeclarationWarning, UserError, did_you_mean
from snn_brian.check.dry_run import trial
from snn_brian.check.symbols import MEANINGS, Scope
from snn_brian.crossbar.statements import changed_copies, pieces, statement
from snn_brian.declarations import Distribution

# What every string may use: functions, units, and Brian2's own variables.
EVERYWHERE = {
    **DEFAULT_FUNCTIONS,
    **DEFAULT_CONSTANTS,
    **{name: Constant(name, float(unit), unit.dim) for name, unit in DEFAULT_UNITS.items()},
    "t": Variable("t", second.dim),
    "dt": Variable("dt", second.dim),
}
# Brian2 refuses Python's keywords, but writes a symbol into its C++ as it is.
CPP_KEYWORDS = (
    "auto bool case catch char const default delete do double enum explicit export extern float "
    "friend goto inline long mutable namespace new operator private protected public register "
    "short signed static struct switch template this throw typedef typename union unsigned using "
    "virtual void volatile"
).split()
NEEDED = {
    str: "a string",
    int: "a whole number",
    Distribution: "a distribution such as normal(20*ms, 5*ms)",
    np.ndarray: "an array of one finite number for each neuron",
    bool: "True or False",
    float: "a number without a unit",
    Quantity: "one number with a unit",
    type(None): "None",
    tuple: "a tuple such as (value,)",
    Mapping: "a mapping such as dict(symbol=value)",
}


def said(error: Exception) -> str:
    """What Brian2 says, in one line."""
    text = (
        error.msg if isinstance(error, SyntaxError) else str(error.args[0] if error.args else error)
    )
    return f"Brian2 says: {textwrap.shorten(text, 300).rstrip('.')}; mend the string"


class Reader:
    """Reads the fields of one declaration.

    In all methods, `field` is a path in the declaration, such as "law.potentiation", and a `scope`
    is a dict of the symbols that a string may use, by name, as Brian2's variables.

    Parameters
    ----------
    declaration : object
    file : str or Path
        Where it is declared, for messages.

    Raises
    ------
    UserError
        By every method but `warn`, with file, field, value and mend.
    """

    def __init__(self, declaration: object, file: str | Path):
        self.declaration = declaration
        self.file = file
        self.used = set()  # symbols that the strings read
        self.locals = {}  # further symbols that statements set: (field, line)

    def refuse(self, field: str, problem: str, *value: object) -> NoReturn:
        """Raise the `UserError` for a field.

        Parameters
        ----------
        field, problem : str
        *value : object
            What is shown for the field; without it, all that it holds.
        """
        (shown,) = value or [attrgetter(field)(self.declaration)]
        raise UserError(f"{self.file}: {field}={textwrap.shorten(repr(shown), 160)}: {problem}.")

    def warn(self, field: str, problem: str) -> None:
        """Tell of a field that is allowed but hardly meant so."""
        warnings.warn(
            f"{self.file}: {field}={getattr(self.declaration, field)!r}: {problem}.",
            DeclarationWarning,
            2,
        )

    def type(self, field: str, value: object, hint: object) -> None:
        """A value must be of the type that the declaration's class gives it, and finite, down to
        the parts.

        Parameters
        ----------
        field : str
        value : object
            Of the field.
        hint : type
            From the annotations of the class.
        """
        kind, parts = get_origin(hint) or hint, get_args(hint)
        kinds = parts if kind is UnionType else (kind,)
        if not any(_is(value, each) for each in kinds):
            needed = " or ".join(NEEDED.get(each, f"a {each.__name__}(...)") for each in kinds)
            self.refuse(field, f"must be {needed}", value)
        if kind is Mapping:
            for key, item in value.items():
                self.type(f"{field}, key", key, parts[0])
                self.type(f"{field}[{key!r}]", item, parts[1])
        if kind is tuple:
            hints = [parts[0]] * len(value) if parts[-1] is Ellipsis else parts
            if len(hints) != len(value):
                self.refuse(field, f"must have {len(hints)} values", value)
            for item, each in zip(value, hints):
                self.type(field, item, each)
        if is_dataclass(kind):
            for part, each in get_type_hints(kind).items():
                self.type(f"{field}.{part}".lstrip("."), getattr(value, part), each)

    def dimension(self, field: str, value: Quantity | float, unit: Unit) -> None:
        """A number must have the dimensions of `unit`."""
        if get_dimensions(value) != unit.dim:
            self.refuse(field, f"must be in units of {unit.name}", value)

    def symbols(
        self, field: str, symbols: Iterable[str], taken: Container[str], free: Container[str] = ()
    ) -> None:
        """New symbols must be none of Brian2's, of C++'s or of those that are taken.

        Parameters
        ----------
        field : str
        symbols : iterable of str
        taken : container of str
        free : container of str
            Those that may be Brian2's.
        """
        for symbol in symbols:
            problem = (
                f"here it is {MEANINGS[symbol]}"
                if symbol in taken and symbol in MEANINGS
                else "the network or another field has a variable of this name"
                if symbol in taken
                else ""
            )
            if symbol in CPP_KEYWORDS or symbol == "j":
                problem = "the name has a meaning of its own in Brian2 or C++"
            try:
                if symbol not in free:
                    if not isinstance(sympify(symbol), (Basic, type)):
                        problem = (
                            "SymPy, by which Brian2 solves equations, has an object of this name"
                        )
                    Equations.check_identifier(symbol)
                check_identifier_pre_post(symbol)
            except (SyntaxError, ValueError) as error:
                problem = str(error).rstrip(".")
            if problem:
                self.refuse(
                    field,
                    f"'{symbol}' is refused as a symbol, since {problem}; choose another name, "
                    f"e.g. {symbol}_own",
                )

    def equations(self, field: str, taken: Container[str]) -> Equations:
        """The `Equations` of a field, their symbols checked."""
        try:
            equations = Equations(attrgetter(field)(self.declaration))
        except Exception as error:
            self.refuse(field, said(error))
        self.symbols(field, equations.names, taken)
        return equations

    def right_sides(self, field: str, equations: Equations, scope: Scope) -> None:
        """The right-hand sides of equations must have the units of their left-hand sides."""
        for equation in equations.values():
            if equation.expr is not None:
                needed = (
                    equation.dim / second.dim
                    if equation.type == DIFFERENTIAL_EQUATION
                    else equation.dim
                )
                self.expression(
                    field,
                    scope,
                    equation.expr.code,
                    needed,
                    equation.var_type == BOOLEAN,
                    str(equation),
                )

    def expression(
        self,
        field: str,
        scope: Scope,
        code: str | None = None,
        needed: Dimension = DIMENSIONLESS,
        boolean: bool = False,
        shown: str | None = None,
    ) -> None:
        """An expression must use what is in scope and have the dimensions and kind that are needed.

        Parameters
        ----------
        field : str
        scope : Scope
        code : str or None
            A part of the field; None: all of it.
        needed : Dimension
        boolean : bool
            Whether it must be a condition; else it must be none.
        shown : str or None
            What a message shows for the code.
        """
        code = attrgetter(field)(self.declaration) if code is None else code
        dimensions, is_boolean = self._read(field, code, scope, shown or code)
        if is_boolean != boolean:
            self.refuse(
                field,
                "must be a condition, such as U > 0"
                if boolean
                else "is a condition where a number is needed; write int(...) around it",
                shown or code,
            )
        if dimensions != needed:
            self.refuse(
                field,
                f"has the unit {get_unit_for_display(dimensions)} where "
                f"{get_unit_for_display(needed)} "
                "is needed; mend the string or the units of its parameters",
                shown or code,
            )

    def kind(self, field: str, scope: Scope, code: str | None = None) -> tuple[Dimension, bool]:
        """The dimensions of an expression, and whether it is a condition; of all of the field, or
        of a part of it."""
        code = attrgetter(field)(self.declaration) if code is None else code
        return self._read(field, code, scope, code)

    def statements(
        self, field: str, scope: Scope, writable: Iterable[str], results: Container[str] = ()
    ) -> Scope:
        """Statements may set some symbols and new ones, which are returned as a scope.

        Parameters
        ----------
        field : str
        scope : Scope
        writable : iterable of str
            Symbols of the scope that may be set.
        results : container of str
            New symbols that something other than this declaration's strings reads.
        """
        found, text = {}, attrgetter(field)(self.declaration)
        for line in pieces(text):
            try:
                found_here = statement(line)
            except ValueError:
                self.refuse(field, "is no statement; write one such as U = 0", line)
            symbol, code = found_here.name, found_here.value
            if found_here.operation not in ("=", "+=", "-=", "*=", "/="):
                self.refuse(
                    field,
                    f"{found_here.operation} is not available; write the statement with =",
                    line,
                )
            if symbol in writable:
                self.expression(
                    field, scope | found, code, scope[symbol].dim, scope[symbol].is_boolean, line
                )
            elif symbol in scope or f"{symbol}_post" in scope:
                self.refuse(field, f"'{symbol}' cannot be set here; {_may_set(writable)}", line)
            else:
                dimensions, is_boolean = self._read(field, code, scope | found, line)
                found[symbol] = Variable(symbol, dimensions, dtype=bool if is_boolean else None)
                if symbol not in results:
                    self.locals[symbol] = (field, line, writable)
        self.copies(field, text)
        return found

    def copies(self, field: str, code: str) -> None:
        """Refuse code of one step in which a copy changes with what it was copied from."""
        for copy, by in changed_copies(code):
            self.refuse(
                field,
                f"in NumPy '{copy}' is no copy of '{by.name}' but the same numbers, which this "
                f"changes; write {copy} = +{by.name}",
                str(by),
            )

    def try_out(self, *arguments: object, **keywords: object) -> None:
        """What Brian2 refuses in a `trial` run is refused."""
        failure = trial(*arguments, **keywords)
        if failure:
            raise UserError(f"{self.file}: {said(failure)} of this declaration.")

    def unread(self, *fields: str) -> None:
        """Parameters in `fields`, and symbols that statements set, must be read by some string."""
        for symbol, (field, line, writable) in self.locals.items():
            if symbol not in self.used:
                self.refuse(
                    field,
                    f"no string reads '{symbol}'{did_you_mean(symbol, writable)}; "
                    f"{_may_set(writable)}",
                    line,
                )
        for field in fields:
            for symbol in attrgetter(field)(self.declaration):
                if symbol not in self.used:
                    self.refuse(field, f"no string uses '{symbol}'; take it out, or use it")

    def _read(self, field, code, scope, shown):
        """The dimensions of an expression, and whether it is a condition."""
        if "#" in code:  # Python would skip it, and Brian2 would not
            self.refuse(
                field, "has a comment inside the expression; put it after the string", shown
            )
        try:
            tree = ast.parse(code.strip(), mode="eval")
        except SyntaxError as error:
            self.refuse(field, f"is no expression: {said(error)}", shown)
        symbols = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for symbol in sorted(symbols - scope.keys()):
            self.refuse(field, f"'{symbol}' is not declared; {_mend(symbol, scope)}", shown)
        self.used |= {symbol.removesuffix("_post") for symbol in symbols}
        if any(_divides_by_zero(node) for node in ast.walk(tree)):
            self.refuse(field, "divides by zero; mend the expression", shown)
        try:
            NodeRenderer().render_expr(code)
            return parse_expression_dimensions(code.strip(), scope), bool(
                is_boolean_expression(code.strip(), scope)
            )
        except Exception as error:
            self.refuse(field, said(error), shown)


def _mend(symbol, scope):
    """What to write instead of a symbol that a string may not use."""
    if f"{symbol}_post" in scope:
        return f"write {symbol}_post"
    if symbol.endswith(("_pre", "_post")) or hasattr(builtins, symbol):
        own = sorted(scope.keys() - EVERYWHERE.keys())
        return f"this string may use {', '.join(own)}, functions of Brian2 such as clip, and units"
    return "add it to parameters" + did_you_mean(symbol, scope.keys() - DEFAULT_UNITS.keys())


def _divides_by_zero(node):
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, (ast.Div, ast.FloorDiv, ast.Mod))
        and isinstance(node.right, ast.Constant)
        and node.right.value == 0
    )


def _may_set(writable):
    return f"statements here may set {', '.join(sorted(writable)) or 'nothing'}"


def _are_numbers(values):
    return len(values) > 0 and values.dtype.kind in "iuf" and bool(np.isfinite(values).all())


def _is(value, kind):
    if kind is float:
        return isinstance(value, Real) and not isinstance(value, bool) and bool(np.isfinite(value))
    if kind is int:
        return isinstance(value, Integral) and not isinstance(value, bool)
    if kind is np.ndarray:
        return isinstance(value, kind) and value.ndim == 1 and _are_numbers(value)
    if kind is Quantity:
        return isinstance(value, Quantity) and value.shape == () and bool(np.isfinite(value))
    return isinstance(value, kind)
