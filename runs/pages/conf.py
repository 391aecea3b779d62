"""Of Sphinx."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import docstrings

project = "snn_brian"
author = copyright = "The snn_brian maintainers"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["pages/*"]
html_theme = "furo"
html_title = project
html_static_path = ["static"]
html_css_files = ["wide.css"]
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_class_signature = "separated"
napoleon_google_docstring = False
napoleon_use_rtype = False
myst_heading_anchors = 3
sphinx_gallery_conf = {
    "examples_dirs": "pages",
    "gallery_dirs": "gallery",
    "filename_pattern": r"\.py",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "show_signature": False,
    "min_reported_time": 10**6,
}


def setup(app):
    def plain(app, what, name, thing, options, lines):
        lines[:] = docstrings.rst(lines)

    app.connect("autodoc-process-docstring", plain, priority=100)  # before napoleon
