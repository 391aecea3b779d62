"""Which parts of a time step may be at different presentations at the same time.

Read from the generated C++ itself: which arrays each code object reads and writes, and whether it
draws random numbers. What it needs of others in the same step, after all that is written there, can
be handed over, so that it may be steps behind them; what it needs of the step before, or in
between, keeps both in one stage. What is not understood counts as written.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from snn_brian.crossbar.draws import KEY

GENERATOR = "_random_generators"
HEADERS = {"objects.h", "brianlib/common_math.h", "brianlib/stdint_compat.h"}  # known, or stateless
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
GLOBAL = re.compile(r"^\s*extern\s+(.+?)\s*\b(\w+);", re.MULTILINE)
# What a code object says of each array that it has, whether it uses it or not.
DECLARED = re.compile(
    r"^\s*\w+\s*\*\s*(?:__restrict\s+|const\s+)?(?:_ptr)?_array_\w+ = "
    r"(?:(_dynamic\w+)\.empty\(\)\? 0 : &\1\[0\]|_array_\w+);\s*$"
    r"|^\s*const size_t _num\w+ = (?:_dynamic_array_\w+\.size\(\)|\d+);\s*$",
    re.MULTILINE,
)
TABLE_DECLARED = re.compile(r"\bstatic \w+\s*\*\s*_namespace\w+;")
TABLE = re.compile(r"\b_namespace(\w+) = \1;")
WRITES = re.compile(r"\s*(?:=(?!=)|[-+*/%&|^]=|<<=|>>=|\+\+|--)")
REFERS = re.compile(r"&\s*\w+\s*[=:][^;{}]*$")
# A draw that a call makes only where there are events.
IF_EVENTS = re.compile(
    r"const int32_t _num_events = (_array_\w+)\[(\d+)\]; if \(_num_events == 0\) return;"
)


# A function for the support code of others, in the place of which a key is used after it.
PLAIN_DRAW = re.compile(
    r"(?:static )?inline double _rand\(const int \w+\) "
    r"\{ return brian::_random_generators\[0\]\.rand\(\); \}"
)


@dataclass(frozen=True)
class Draw:
    """That a code object draws once in each call, or in each call with an event."""

    object: int
    events: str = ""  # array of them, whose last place holds their number
    place: int = 0


@dataclass(frozen=True)
class Handed:
    """An array of which other stages than its own read copies."""

    array: str
    type: str  # of C++
    writer: int  # the last code object that writes it
    readers: dict[int, tuple[int, ...]]  # {stage: its code objects that read it}


@dataclass(frozen=True)
class Stages:
    """The stages of a time step, each behind those that it needs.

    Attributes
    ----------
    stage : tuple of int
        Of each code object, from 0.
    handed : tuple of Handed
    draws : tuple of Draw
        In the order of a step; empty where no two stages draw.
    writers : dict
        {array: the last code object that writes it}
    arrays : tuple of set
        What each stage reads and writes.
    """

    stage: tuple[int, ...]
    handed: tuple[Handed, ...]
    draws: tuple[Draw, ...]
    writers: dict[str, int]
    arrays: tuple[set[str], ...]

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.arrays)


@dataclass(frozen=True)
class _Use:
    """What a code object does with what all can see."""

    reads: set
    writes: set
    draws: str  # "", "always", "events" or "unknown"
    events: str = ""
    place: int = 0


def stages(folder: Path, objects: list[str], clock: str) -> Stages:
    """The stages of a program.

    Parameters
    ----------
    folder : Path
        Of its sources.
    objects : list of str
        Names of the code objects in the order of a step.
    clock : str
        Of all of them: each stage has a time of its own.
    """
    types = {
        name: kind.replace(" ", "")
        for kind, name in GLOBAL.findall((folder / "objects.h").read_text())
    }
    known = {name: types[name] for name in types if name not in own_time(clock)}
    uses = [
        _use((folder / "code_objects" / f"{name}.cpp").read_text(), name, known) for name in objects
    ]
    reads, writes = defaultdict(list), defaultdict(list)
    for number, use in enumerate(uses):
        for name in use.reads:
            reads[name].append(number)
        for name in use.writes:
            writes[name].append(number)
    edges = set()
    for name, writing in writes.items():
        together = set(writing)
        for reader in reads[name]:
            if reader > max(writing) and _can_be_handed(name, types):
                edges.add((max(writing), reader))
            else:
                together.add(reader)
        edges |= {(a, b) for a in together for b in together}
    writers = {name: max(writing) for name, writing in writes.items()}
    draws = [Draw(number, use.events, use.place) for number, use in enumerate(uses) if use.draws]
    unknown = any(
        use.draws == "unknown" or (use.events and writers.get(use.events, number) >= number)
        for number, use in enumerate(uses)
    )
    if unknown:
        edges |= {(a.object, b.object) for a in draws for b in draws}
    stage = _in_order(len(objects), edges)
    handed = []
    for name, writer in writers.items():
        readers = defaultdict(list)
        for reader in reads[name]:
            if stage[reader] != stage[writer]:
                readers[stage[reader]].append(reader)
        if readers:
            each = {number: tuple(own) for number, own in sorted(readers.items())}
            handed.append(Handed(name, types[name], writer, each))
    if len({stage[draw.object] for draw in draws}) < 2:
        draws = []
    arrays = [set() for _ in range(max(stage, default=-1) + 1)]
    for number, use in enumerate(uses):
        arrays[stage[number]] |= use.reads | use.writes
    return Stages(tuple(stage), tuple(handed), tuple(draws), writers, tuple(arrays))


def own_time(clock: str) -> tuple[str, str]:
    """The arrays of a clock that change."""
    return f"_array_{clock}_timestep", f"_array_{clock}_t"


def _can_be_handed(name, types):
    return name.startswith("_array_") and types.get(name, "").endswith("*")


def _in_order(number, edges):
    """The stage of each code object: those that need each other, in an order in which none needs
    a later one, and with them those that stand alone."""
    rows, columns = np.array(sorted(edges) or [(0, 0)]).T
    matrix = coo_array((np.ones(len(rows)), (rows, columns)), (number, number))
    _, group = connected_components(matrix, connection="strong")
    size, waits = np.bincount(group), defaultdict(set)
    for a, b in edges:
        if group[a] != group[b]:
            waits[group[b]].add(group[a])
    first = {each: list(group).index(each) for each in range(len(size))}
    done, current, stage = {}, 0, {}
    while len(done) < len(size):
        ready = [each for each in first if each not in done and waits[each] <= done.keys()]
        each = min(ready, key=lambda each: (size[each] > 1, first[each]))
        if size[each] > 1:
            current += any(size[other] > 1 for other in done)
        stage[each] = done[each] = current
    return [stage[each] for each in group]


def _use(text, name, types):
    support, _, _ = text.partition("HASH DEFINES")
    code = _plain(DECLARED.sub("", COMMENT.sub("", text)))
    tables = {f"_namespace{table}": table for table in TABLE.findall(code) if table in types}
    code = TABLE.sub("", TABLE_DECLARED.sub("", code))
    aliases = tables | {alias: each for each in types for alias in _aliases(each)}
    reads, writes = set(), set()
    for found in re.finditer(r"\w+", code):
        each = aliases.get(found[0])
        if each:
            (reads if _is_read(code, found) else writes).add(each)
    headers = set(re.findall(r'#\s*include\s*"(.+?)"', code))
    writes |= headers - HEADERS - {f"code_objects/{name}.h"}
    if GENERATOR not in reads | writes:
        return _Use(reads - writes, writes, "")
    drawn = _drawn(code, _plain(COMMENT.sub("", support)), name)
    return _Use(reads - writes - {GENERATOR}, writes - {GENERATOR}, *drawn)


def _plain(code):
    return " ".join(code.split())


def _aliases(name):
    """What code objects call it."""
    for kind in ("_dynamic_array_", "_array_"):
        if name.startswith(kind):
            own = name.removeprefix(kind)
            return {name, f"_array_{own}", f"_ptr_array_{own}"}
    return {name}


def _is_read(code, found):
    """Whether a name stands for a value there, and not for a place that may be written."""
    end = found.end()
    if code[end : end + 1] != "[":
        return False
    depth = 0
    for end in range(end, len(code)):
        depth += (code[end] == "[") - (code[end] == "]")
        if not depth:
            break
    before = code[: found.start()].removesuffix("brian::").rstrip()
    refers = before.endswith(("++", "--")) or (before.endswith("&") and not before.endswith("&&"))
    return not (refers or WRITES.match(code, end + 1) or REFERS.search(before[-200:]))


def _drawn(code, support, name):
    """How a code object draws: whether, the array of events without which it does not, and the
    place of their number."""
    key, function = _plain(KEY), f"void _run_{name}() {{"
    _, _, body = code.partition(function)
    before, found, _ = body.partition(key)
    alone = len(re.findall(rf"\b{GENERATOR}\b", PLAIN_DRAW.sub("", code))) == 1
    shares = re.search(r"\b_randn?\(", PLAIN_DRAW.sub("", support))
    if not found or not alone or shares or before.count("{") != before.count("}"):
        return ("unknown",)
    condition = IF_EVENTS.search(before)
    if condition:
        before = before.replace(condition[0], "")
    if re.search(r"\b(return|goto|throw|exit|if)\b", before):
        return ("unknown",)
    return ("events", condition[1], int(condition[2])) if condition else ("always",)
