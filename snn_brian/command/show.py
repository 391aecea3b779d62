"""Show a run: its table and the accuracy of each class; draw its pictures and its report anew."""

import json
import webbrowser
from argparse import Namespace
from pathlib import Path

from snn_brian.base.errors import UserError
from snn_brian.job import report
from snn_brian.job.aftermath import draw_all
from snn_brian.job.finished import Run, load_run
from snn_brian.job.folder import comparison
from snn_brian.job.metrics import read_metrics
from snn_brian.job.script import Flags


def flags() -> Flags:
    """Of the command."""
    parser = Flags(__doc__)
    parser.add_argument("run", metavar="RUN", help="the folder of a run")
    parser.add_argument(
        "--open", action="store_true", help="open the report in this machine's browser"
    )
    return parser


def main(args: Namespace) -> Path:
    """Returns the path of the report."""
    run = load_run(args.run)
    try:
        print(table(run))
        for line in classes(run):
            print(line)
        print("\nFigures:", *draw_all(run.path))
        path = report.write(run.path)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise UserError(
            f"'{run.path}' is damaged or of another version ({type(error).__name__}: {error}); "
            "name another run."
        ) from error
    print(f"Report: {path}")
    if args.open:
        webbrowser.open(path.absolute().as_uri())
    return path


def table(run: Run) -> str:
    """The comparison of the arms; of a run that has not ended, the last row of each layer.

    Raises
    ------
    UserError
        If no epoch has ended.
    """
    try:
        return comparison(json.loads((run.path / "summary.json").read_text()))
    except FileNotFoundError:
        pass
    try:
        rows = {(row["arm"], row["layer"]): row for row in read_metrics(run.path)}
    except FileNotFoundError as error:
        raise UserError(
            f"'{run.path}' has no metrics.csv: no epoch has ended; train on by --resume."
        ) from error
    return "\n".join(
        ["This run has not ended; train on by --resume."]
        + [
            f"{arm}, epoch {row['epoch']}, layer {layer}: test accuracy "
            f"{100 * float(row['test_accuracy']):.2f} %"
            for (arm, layer), row in rows.items()
        ]
    )


def classes(run: Run) -> list[str]:
    """Lines with the accuracy of each class, of every layer of every arm that has ended."""
    lines = []
    for name, arm in run.arms.items():
        try:
            shares = arm.accuracy_per_class
        except UserError as error:
            lines.append(f"\n{name}: {error}")
            continue
        layers = "".join(f"{f'layer {l}':>10}" for l in range(1, len(shares) + 1))
        lines.append(f"\n{f'{name}: accuracy (%)':<29}{layers}")
        for label, own in enumerate(shares.T):
            cells = "".join("          " if s != s else f"{100 * s:>10.2f}" for s in own)
            lines.append(f"{f'class {label}':<29}{cells}".rstrip())
    return lines
