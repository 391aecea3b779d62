"""What Sphinx is given: READMEs, pages of the gallery, and a page for each public module."""

import re
import shutil
from pathlib import Path

from pages.percent import sphinx_page

ROOT = Path(__file__).parents[2]
READMES = {
    "README.md": "index.md",
    "runs/README.md": "runs.md",
    "models/README.md": "models.md",
    "snn_brian/README.md": "house.md",
    "CHANGELOG.md": "changelog.md",
}
# what users call, by what it is for; __init__.py has the shortest names
MODULES = {
    "Declarations": ("declarations", "network.layers", "check.loading", "device.table", "physics"),
    "Training": ("train.arm", "train.training", "train.prediction", "train.recording"),
    "Runs": ("job.finished", "job.nir_export", "job.nir_import", "job.circuit"),
    "Synapses for any Brian2 script": (
        "crossbar.crossbar",
        "crossbar.pulses",
        "network.memristive_pair",
    ),
    "Data": (
        "data.images",
        "data.own_images",
        "data.events",
        "data.ragged",
        "data.event_folders",
        "device.fit",
    ),
}
TREE = """
```{toctree}
:hidden:
gallery/index
runs
models
house
reference
changelog
```
"""
# lines of code have up to 100 characters
WIDE = ".content { width: 62em; max-width: 100%; }\n"
GALLERY = """Gallery
=======

Pages to run, to read and to change, scripts and notebooks in one.
"""


def write(folder: Path, pages: list[Path]) -> None:
    """All of it, for these pages of the gallery."""
    for name, own in READMES.items():
        text = (ROOT / name).read_text()
        text = _linked(text, (ROOT / name).parent, folder)
        (folder / own).write_text(text + TREE if own == "index.md" else text)
    (folder / "static").mkdir()
    (folder / "static" / "wide.css").write_text(WIDE)
    (folder / "pages").mkdir()
    (folder / "pages" / "GALLERY_HEADER.rst").write_text(GALLERY)
    for page in pages:
        (folder / "pages" / page.name).write_text(sphinx_page(page.read_text()))
    (folder / "reference.rst").write_text(_reference(folder))


def _reference(folder):
    """The page that lists the modules, after writing one for each."""
    (folder / "reference").mkdir()
    found = ["Reference", "=========", "", "Every name that users call.", ""]
    for title, modules in MODULES.items():
        found += [title, "-" * len(title), "", ".. toctree::", "   :maxdepth: 2", ""]
        for name in modules:
            full = f"snn_brian.{name}"
            (folder / "reference" / f"{full}.rst").write_text(
                f"{full}\n{'=' * len(full)}\n\n.. automodule:: {full}\n   :members:\n"
            )
            found.append(f"   reference/{full}")
        found.append("")
    return "\n".join(found)


def _linked(text, place, folder):
    """Links to what is a page, and pictures; others stay as their text."""

    def link(found):
        picture, shown, target = found.groups()
        if "://" in target or target.startswith("#"):
            return found[0]
        path = (place / target).resolve().relative_to(ROOT)
        if picture:
            shutil.copy(ROOT / path, folder / path.name)
            return f"![{shown}]({path.name})"
        if str(path) in READMES:
            return f"[{shown}]({READMES[str(path)]})"
        return f"[{shown}](gallery/index)" if str(path) == "runs/gallery" else shown

    return re.sub(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)", link, text)
