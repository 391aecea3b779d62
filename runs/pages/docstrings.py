"""Docstrings as Sphinx reads them: theirs are plain text with `code` and tables as in Markdown."""

import re

CODE = re.compile(r"(`[^`]+`)")


def rst(lines: list[str]) -> list[str]:
    """The lines of a docstring, in rST."""
    found, table = [], []
    for line in [*lines, None]:
        if line is not None and re.match(r"\s*\|.*\|\s*$", line):
            table.append(line)
            continue
        if table:
            found += _table(table)
            table = []
        if line is not None:
            found.append(_escaped(line))
    return _literal(found)


def _table(rows):
    indent = re.match(r"\s*", rows[0])[0]
    cells = [re.split(r" ?\| ?", row.strip().strip("|").strip()) for row in rows]
    cells = [row for row in cells if not all(re.fullmatch(r"-+", each) for each in row)]
    width = max(map(len, cells))
    found = ["", f"{indent}.. list-table::", f"{indent}   :header-rows: 1", ""]
    for row in cells:
        for place, each in enumerate([*row, *[""] * (width - len(row))]):
            found.append(f"{indent}   {'  ' if place else '* '}- {_escaped(each.strip())}".rstrip())
    return [*found, ""]


def _escaped(line):
    """No stars and no underscores that mean something."""
    parts = CODE.split(line)
    parts[::2] = [re.sub(r"(\*|\||(?<=\w)_(?!\w))", r"\\\1", part) for part in parts[::2]]
    return "".join(parts)


def _literal(lines):
    """Code stands four places further right, behind an empty line."""
    found, before = [], ""
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        behind = number and not lines[number - 1].strip() and before.strip()
        own = len(before) - len(before.lstrip())
        if line.strip() and behind and indent == own + 4 and not before.strip().startswith(".."):
            found += [" " * own + "::", ""]
        found.append(line)
        before = line if line.strip() else before
    return found
