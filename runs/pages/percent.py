"""A page of percent cells, whose prose is Markdown, as sphinx-gallery reads pages: prose in rST,
the first of it as docstring."""

import re

CELL = re.compile(r"^# %%(?P<kind>.*)$", re.M)
MARKS = ("=", "-", "~")


def sphinx_page(text: str) -> str:
    """The page, with the same code."""
    start, *cells = CELL.split(text)
    found = []
    for kind, content in zip(cells[::2], cells[1::2]):
        if kind.strip() != "[markdown]":
            found.append(f"# %%\n{content.strip()}\n")
            continue
        lines = [line[2:] if line != "#" else "" for line in content.strip().splitlines()]
        prose = rst("\n".join(lines))
        if not found:
            found.append(f'r"""\n{prose}\n"""\n')
        else:
            found.append(
                "# %%\n" + "".join(f"# {line}".rstrip() + "\n" for line in prose.split("\n"))
            )
    return start + "\n".join(found)


def rst(markdown: str) -> str:
    """Prose with headings, `code`, **bold** and links."""
    found = []
    for line in markdown.split("\n"):
        heading = re.match(r"(#+) (.*)", line)
        if heading:
            title = _inline(heading[2])
            found += [title, MARKS[len(heading[1]) - 1] * len(title)]
        else:
            found.append(_inline(line))
    return "\n".join(found)


def _inline(line):
    line = re.sub(r"(?<!`)`([^`]+)`(?!`)", r"``\1``", line)
    return re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r"`\1 <\2>`__", line)
