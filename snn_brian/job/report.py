"""A run as one page: `report.html`, which needs no other file and no network."""

import base64
import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

from snn_brian.base.errors import UserError
from snn_brian.base.files import written_whole
from snn_brian.job import confusion
from snn_brian.job.folder import comparison
from snn_brian.job.resuming import COMMAND
from snn_brian.job.words import words

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 60rem; margin: 2rem auto;
       padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #ddd; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
pre { background: #f5f5f3; padding: .7rem; overflow-x: auto; white-space: pre-wrap; }
figure { margin: 1.5rem 0; } img { max-width: 100%; height: auto; }
figcaption { color: #555; font-size: .9rem; }
"""
CAPTIONS = {
    "accuracy": "Test accuracy of every layer over the epochs, on an axis logarithmic in the "
    "error.",
    "pulses": "Programming pulses of every layer per epoch.",
    "conductances": "Conductances and weights of every layer in the first and the last checkpoint.",
    "confusion": "What the test images of each class are taken for at the end; the diagonal is "
    "the accuracy of a class.",
    "receptive_fields": "Weights from the inputs of the first neurons of layer 1 at the end.",
    "records": "Recorded variables.",
}
PIXELS_PER_INCH = 130  # of a figure on the page
FREE = ("out", "resume")  # flags that name a folder of results


def write(folder: Path) -> Path:
    """Write `report.html` into the folder of a run, from what is in it, and return its path.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    config = json.loads((folder / "config.json").read_text())
    try:
        summary = json.loads((folder / "summary.json").read_text())
    except FileNotFoundError:  # interrupted
        summary = None
    data = config["data"]["name"]
    title = f"{data}: {' and '.join(config['arms'])}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(config['date'].replace('T', ', '))}, snn_brian "
        f"{escape(str(config['versions']['snn_brian']))}, in "
        f"<code>{escape(folder.name)}</code></p>",
        _results(summary),
        _classes(folder, config["arms"]),
        "<h2>Configuration</h2>",
        *(f"<p>{escape(line)}</p>" for line in words(config)),
        _repeating(config),
        *_figures(folder),
    ]
    page = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )
    path = folder / "report.html"
    with written_whole(path) as file:
        file.write(page.encode())
    return path


def _results(summary):
    if summary is None:
        return "<p>This run has not ended; its table is missing.</p>"
    rows = [_cells(line) for line in comparison(summary).splitlines()]
    rows = [row + [""] * (len(rows[0]) - len(row)) for row in rows]
    note = "Pulses, reads and energy are sums over all epochs and both devices of every pair."
    return f"<h2>Results</h2>\n{_table(rows[0], rows[1:])}\n<p>{note}</p>"


def _cells(line):
    """The cells of a line of the comparison, which has columns of fixed width."""
    return [line[:29].strip(), *(line[k : k + 15].strip() for k in range(29, len(line), 15))]


def _classes(folder, arms):
    """The accuracy of each class, of the last layer of each arm."""
    columns = {}
    for arm in arms:
        try:
            last = confusion.read(folder, arm)[-1]
        except UserError:  # another arm may have it
            continue
        images = last.sum(axis=1)
        columns[arm] = [
            f"{100 * right / all_:.2f}" if all_ else ""
            for right, all_ in zip(last.diagonal(), images)
        ]
        columns = {"test images": list(map(str, images))} | columns
    if not columns:
        return ""
    rows = [[str(label), *cells] for label, cells in enumerate(zip(*columns.values()))]
    return (
        "<h2>Accuracy of each class, last layer (%)</h2>\n"
        + _table(["class", *columns], rows)
        + "\n<p>All layers are in the folder <code>confusion</code>.</p>"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def line(cells, tag):
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    return (
        "<table>\n"
        + "\n".join([line(head, "th"), *(line(row, "td") for row in rows)])
        + "\n</table>"
    )


def _repeating(config):
    versions = ", ".join(
        f"{name} {value}" for name, value in config["versions"].items() if value is not None
    )
    data = config["data"]
    return (
        "<h2>How to repeat it</h2>\n"
        f"<pre>{escape(command(config['arguments']))}</pre>\n"
        f"<p>With the same versions, compiler and processor this gives the same numbers, bit for "
        f"bit. The data's SHA-256 is <code>{escape(data['sha256'])}</code>.</p>\n"
        f"<p>Versions: {escape(versions)}.</p>"
    )


def command(arguments: Mapping[str, object]) -> str:
    """The command that makes a run with these flags; all of them are told, since defaults may
    change."""
    parts = [COMMAND, "train"]
    for flag, value in arguments.items():
        for each in value if isinstance(value, list) else [value]:
            if each is not None and flag not in FREE:
                parts.append(f"--{flag.replace('_', '-')}={each}")
    return shlex.join(parts)


def _figures(folder):
    yield "<h2>Figures</h2>"
    kinds = list(CAPTIONS)

    def place(path):
        kind = next((kind for kind in kinds if path.stem.startswith(kind)), None)
        return (kinds.index(kind) if kind else len(kinds)), path.stem

    for path in sorted((folder / "figures").glob("*.png"), key=place):
        number, stem = place(path)
        caption = CAPTIONS[kinds[number]] if number < len(kinds) else ""
        content = path.read_bytes()
        width = PIXELS_PER_INCH * int.from_bytes(content[16:20]) // 300  # of the PNG's header
        picture = base64.b64encode(content).decode()
        yield (
            f'<figure><img alt="{escape(stem)}" style="width: {width}px" '
            f'src="data:image/png;base64,{picture}">'
            f"<figcaption>{escape(caption)} ({escape(path.name)})</figcaption></figure>"
        )
