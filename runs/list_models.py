"""The table of all shipped declarations, made from the declarations themselves."""

import ast
import re
from pathlib import Path

from snn_brian.base.errors import UserError
from snn_brian.base.files import written_whole
from snn_brian.check.finding import models_folder
from snn_brian.check.kinds import KINDS
from snn_brian.check.loading import declarations
from snn_brian.job.script import Flags, run

README = Path(__file__).parents[1] / "models" / "README.md"
BEGIN, END = "<!-- begin: python runs/list_models.py --write -->", "<!-- end -->"


def flags():
    parser = Flags(__doc__)
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"rewrite the table in {README.parent.name}/{README.name}; without it, print it",
    )
    return parser


def main(args):
    """Returns the table."""
    found = table()
    if args.write:
        text = with_table(README.read_text(), found)
        with written_whole(README) as file:
            file.write(text.encode())
    else:
        print(found)
    return found


def table():
    """A row for each declaration, kind by kind, as Markdown."""
    rows = ["| name | kind | file | what it is | reference |", "| --- | --- | --- | --- | --- |"]
    for kind in KINDS.values():
        for name, (declaration, file) in sorted(declarations(kind.word).items()):
            place = file.relative_to(models_folder()).as_posix()
            cells = [f"`{name}`", kind.noun, f"[`{place}`]({place})", first_sentence(file)]
            rows.append("| " + " | ".join(map(cell, [*cells, declaration.reference])) + " |")
    return "\n".join(rows)


def first_sentence(file):
    """Of the docstring of a file."""
    told = " ".join((ast.get_docstring(ast.parse(file.read_text())) or "").split())
    return re.match(r".*?(?:\.(?= |$)|$)", told)[0]


def cell(text):
    """Text in a table of Markdown."""
    return " ".join(text.split()).replace("|", r"\|")


def with_table(text, found):
    """A text with another table between its markers."""
    parts = re.fullmatch(f"(.*{re.escape(BEGIN)}\n).*(\n{re.escape(END)}.*)", text, re.DOTALL)
    if not parts:
        raise UserError(
            f"{README}: the lines '{BEGIN}' and '{END}' are not both there; put them where the "
            "table belongs."
        )
    return parts[1] + found + parts[2]


if __name__ == "__main__":
    run(main, flags)
