"""Build the site: the READMEs, the gallery with its figures, and every public name.

    pip install -e '.[docs]'
    python runs/documentation.py            # results/site/html/index.html

A warning of Sphinx, a page that fails and a link that leads nowhere end it with exit code 1.
"""

import shutil
import subprocess
import sys
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path

from pages import links, sources

from snn_brian.base.errors import UserError
from snn_brian.base.new_folder import new_folder
from snn_brian.job.script import Flags, run

NEEDED = ("sphinx", "sphinx_gallery", "furo", "myst_parser")
HERE = Path(__file__).parent


def flags() -> Flags:
    parser = Flags(__doc__.split("\n")[0])
    parser.add_argument("--out", default="results/site", help="new folder for the site")
    parser.add_argument(
        "--page",
        action="append",
        default=[],
        help="a page of the gallery, e.g. 01_device; may be repeated; without it, all",
    )
    return parser


def main(args: Namespace) -> Path:
    """Returns the folder of the HTML pages."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise UserError(
            f"documentation: {', '.join(missing)} is not installed; run `pip install -e '.[docs]'`."
        )
    with new_folder(args.out, "") as (folder, path):
        source = folder / "source"
        source.mkdir()
        sources.write(source, _pages(args.page))
        for name in ("conf.py", "docstrings.py"):
            shutil.copy(HERE / "pages" / name, source)
        command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
        done = subprocess.run([*command, str(source), str(folder / "html")])
        if done.returncode:
            sys.exit("Sphinx has told why.")
        broken = links.broken(folder / "html")
        if broken:
            sys.exit("Links that lead nowhere:\n" + "\n".join(broken))
    print(f"The site: {path / 'html' / 'index.html'}")
    return path / "html"


def _pages(names):
    pages = {page.stem: page for page in sorted((HERE / "gallery").glob("*.py"))}
    for name in names:
        if name not in pages:
            raise UserError(f"--page: {name!r} is none; choose of {', '.join(pages)}.")
    return [pages[name] for name in names or pages]


if __name__ == "__main__":
    run(main, flags)
