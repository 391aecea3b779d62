"""Code that runs at whole numbers of pulses: the number is decided for every synapse, the code only
where it is not 0."""

import ast
from collections.abc import Collection
from dataclasses import dataclass

from brian2.utils.stringtools import get_identifiers

from snn_brian.crossbar.only_where import conditional
from snn_brian.crossbar.statements import pieces, read, statements, written

# In NumPy and Cython, floor gives 32 bits, in which a larger number would change its sign.
SATURATED = "clip({}, -2147483000, 2147483000)"
GIVEN = "_given"


@dataclass(frozen=True)
class Pulses:
    """Pathway code for rare events.

    Parameters
    ----------
    number : str
        The number of pulses `n`, an expression in Brian2's language. In it, `SR(x)` is the
        stochastic rounding of `x`, floor(x + u) with u uniform in [0, 1) (paper, Eq. 6): its mean
        is `x`. At most one `SR`.
    code : str
        Statements that use `n`, and run where it is not 0.
    prepare : str
        Statements that run for every synapse before `number`, e.g. an accumulation. They may use
        SR, too, and `code` may use what they set.
    first : str
        Statements that run before `code` where it does; it may use what they set.
    given : str
        An expression after `first`: where it is 0, `code` does not run, either. Empty: there is no
        such expression.

    In compiled crossbars, pulses are drawn by skipping from one to the next wherever `prepare` is
    empty and `x` is a function of the neuron, or products and quotients of such functions and
    functions of the input.
    """

    number: str
    code: str
    prepare: str = ""
    first: str = ""
    given: str = ""

    def __post_init__(self):
        for field in ("code", "prepare", "first"):
            if "n" in written(getattr(self, field)):
                raise ValueError(
                    f"{field}: 'n' is the number of pulses, which decides where code runs; call "
                    "what the code sets otherwise."
                )
        if len(_roundings(self.number)) > 1:
            raise ValueError(
                f"number='{self.number}': at most one SR(...) is allowed; draw once and use the "
                "result twice."
            )

    @property
    def whole(self) -> str:
        """What runs where the number is not 0."""
        return "\n".join(filter(None, [self.first, self.code]))

    def plain(self) -> str:
        """All statements, for brian2.Synapses, which run them for every synapse: the same if they
        change nothing where `n`, or `given`, is 0."""
        return "\n".join([*self._decided(SATURATED), self.whole])

    def conditional(self, kept: Collection[str]) -> str:
        """The same for any code, with conditions in the statements that change the variables
        `kept`."""
        first, given, code = self._at_pulses(kept)
        return "\n".join([*self._decided(SATURATED), first, given if self.given else "", code])

    def _at_pulses(self, kept):
        """`first`, `given` and `code` with conditions; the one in the middle says where the last
        runs."""
        given = f"int(({self.given}) != 0)" if self.given else "1"
        return (
            conditional(self.first, "n != 0", kept),
            f"{GIVEN} = only_where(n != 0, {given})",
            conditional(self.code, f"{GIVEN} != 0" if self.given else "n != 0", kept),
        )

    def blocks(self, indices: dict[str, str], of_inputs: bool = True) -> tuple[dict[str, str], str]:
        """Code blocks by name, and the template for them, in a compiled crossbar.

        `indices` maps the names of variables to Brian2's index of each, as in
        `Synapses.variables.indices`; at events of neurons, not `of_inputs`, the number is decided
        synapse by synapse.
        """
        factors = self._factors(indices) if of_inputs else None
        if factors is None:
            code = "\n".join(self._at_pulses(indices)) if self.given else self.whole
            blocks = {"prepare": "\n".join(self._decided()), "code": code}
            if of_inputs and (request := self._request(indices)) is not None:
                blocks["asked"] = f"_request = {request}"
            return blocks, "pulses"
        post, pre = factors
        number = replace_calls("SR", self.number, lambda x: "_drawn")
        blocks = {"post_factor": f"_post_factor = {post}"}
        first, given, code = self.first, f"{GIVEN} = {self.given}", self.code
        if not _stays(_parsed(self.number)):  # then n may be 0 where something was drawn
            first, given, code = self._at_pulses(indices)
        if self.given:
            blocks |= {"first": f"n = {number}\n{first}\n{given}", "code": self.code}
        else:
            blocks |= {"code": "\n".join(filter(None, [f"n = {number}", first, code]))}
        if pre is not None:
            blocks["pre_factor"] = f"_pre_factor = {pre}"
        return blocks, "sampled"

    def carried(self) -> list[str]:
        """Names that `prepare` sets and `code` uses."""
        return _of_synapse(written(self.prepare) & read(self.whole))

    def handed_on(self) -> list[str]:
        """Names that `first` sets and `code` uses."""
        return _of_synapse(written(self.first) & read(self.code))

    def can_repeat(self, variables: Collection[str]) -> bool:
        """Whether the number can be had again after `prepare`, from variables of the synapse and
        what nothing has changed."""
        changed = written(self.prepare) - set(variables)
        return get_identifiers(self.number).isdisjoint(changed | {"SR", "rand", "randn", "poisson"})

    def _decided(self, argument="{}"):
        """`prepare` and the number, with SR written out."""
        return [_drawn(self.prepare, argument), f"n = {_drawn(self.number, argument)}"]

    def _request(self, indices):
        """A variable of the neuron where whose 0 nothing is prepared and no pulse given; None if
        there is none."""
        used = get_identifiers(f"{self.prepare}\n{self.number}")
        of_neuron = (name for name in sorted(used) if indices.get(name) == "_postsynaptic_idx")
        return next((name for name in of_neuron if self._rests_without(name, indices)), None)

    def _rests_without(self, request, variables):
        """Whether `prepare` certainly changes none of the variables, and the number is certainly 0,
        where the request is 0."""
        zeros = {request}
        for each in statements(self.prepare):
            vanishes = _vanishes(_parsed(each.expression), zeros)
            if each.operation in ("+=", "-=") and vanishes:
                continue
            if each.operation != "=" or each.name in variables:
                return False
            (zeros.add if vanishes else zeros.discard)(each.name)
        return _vanishes(_parsed(self.number), zeros)

    def _factors(self, indices):
        """The factors (of the neuron; of the input, or None) of the SR's argument; None if it is no
        such product."""
        roundings = _roundings(self.number)
        if not roundings or self.prepare.strip() or not _vanishes(_parsed(self.number), {"SR"}):
            return None
        return _split(roundings[0].args[0], indices)


def _of_synapse(names):
    return sorted(name for name in names if not name.endswith(("_pre", "_post")))


def _split(node, indices):
    """The factors (of the neuron; of the input, or None) of nested products and quotients; None if
    there is another term."""
    depends = _depends_on(node, indices)
    if depends <= {"_postsynaptic_idx"}:
        return ast.unparse(node), None
    if depends <= {"_presynaptic_idx"}:
        return "1", ast.unparse(node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        parts = _split(node.operand, indices)
        return parts and (f"-({parts[0]})" if isinstance(node.op, ast.USub) else parts[0], parts[1])
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div))):
        return None
    left, right = _split(node.left, indices), _split(node.right, indices)
    if left is None or right is None:
        return None
    operator = "*" if isinstance(node.op, ast.Mult) else "/"
    post, pre = (
        a if b in (None, "1") else f"({a or 1}){operator}({b})" for a, b in zip(left, right)
    )
    return post, pre


def _depends_on(node, indices):
    """The indices of the variables in an expression; scalars and constants have none, a random draw
    counts as one."""
    names = {leaf.id for leaf in ast.walk(node) if isinstance(leaf, ast.Name)}
    return {
        "rand" if name in ("rand", "randn", "poisson") else indices.get(name, "0") for name in names
    } - {"0"}


def _vanishes(node, zeros):
    """Whether an expression is certainly 0 where all of `zeros` are, names and functions."""
    if isinstance(node, ast.Name):
        return node.id in zeros
    if isinstance(node, ast.Compare):
        against = len(node.ops) == 1 and _constant(node.comparators[0]) == 0
        return (
            against
            and isinstance(node.ops[0], (ast.NotEq, ast.Lt, ast.Gt))
            and _vanishes(node.left, zeros)
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call_vanishes(node, zeros)
    if isinstance(node, ast.BinOp):
        left, right = _vanishes(node.left, zeros), _vanishes(node.right, zeros)
        if isinstance(node.op, ast.Mult):
            return left or right
        if isinstance(node.op, (ast.Add, ast.Sub)):
            return left and right
        return left and isinstance(node.op, (ast.Div, ast.FloorDiv))  # but 0**0 is 1
    return (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, (ast.USub, ast.UAdd))
        and _vanishes(node.operand, zeros)
    )


def _stays(node):
    """Whether a number certainly is not 0 where its SR is not."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, (ast.USub, ast.UAdd)) and _stays(node.operand)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return False
    if node.func.id == "clip":
        bounds = [_constant(bound) for bound in node.args[1:]]
        return _stays(node.args[0]) and None not in bounds and bounds[0] <= -1 and bounds[1] >= 1
    return node.func.id == "SR"


def _call_vanishes(node, zeros):
    if node.func.id == "clip":
        bounds = [_constant(bound) for bound in node.args[1:]]
        return _vanishes(node.args[0], zeros) and None not in bounds and bounds[0] <= 0 <= bounds[1]
    return node.func.id in zeros or (
        node.func.id in ("SR", "int", "abs", "sign", "floor", "ceil")
        and _vanishes(node.args[0], zeros)
    )


def _constant(node):
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _parsed(number):
    return ast.parse(number.strip(), mode="eval").body


def _roundings(number):
    return [
        node
        for node in ast.walk(_parsed(number))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "SR"
    ]


def replace_calls(function, code, replacement):
    """Statements or an expression with each call `function(x)` replaced by `replacement("(x)")`."""

    class Replacer(ast.NodeTransformer):
        def visit_Call(self, node):
            self.generic_visit(node)
            if isinstance(node.func, ast.Name) and node.func.id == function:
                return ast.parse(replacement(f"({ast.unparse(node.args[0])})"), mode="eval").body
            return node

    if f"{function}(" not in code:
        return code
    lines = "\n".join(pieces(code))
    return ast.unparse(Replacer().visit(ast.parse(lines)))


def _drawn(code, argument):
    return replace_calls("SR", code, lambda x: f"floor({argument.format(x)} + rand())")
