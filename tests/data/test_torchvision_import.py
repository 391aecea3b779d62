"""Importing torchvision; stand-ins, so that each case shows with whichever torchvision is
installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from snn_brian.data import torchvision_import

FAKE_TORCH = """
from types import SimpleNamespace
ops = SimpleNamespace(torchvision=SimpleNamespace())
class Library:
    def __init__(self, namespace, kind):
        assert namespace == "torchvision"
    def define(self, schema):
        setattr(ops.torchvision, schema.split("(")[0], schema)
library = SimpleNamespace(Library=Library)
"""
NEEDS_OPERATORS = """
import torch
import torchvision.half
assert not hasattr(torchvision.half, "seen"), "half-imported module left in place"
torchvision.half.seen = True
for name in ("nms", "qnms"):
    if not hasattr(torch.ops.torchvision, name):
        raise RuntimeError(f"operator torchvision::{name} does not exist")
"""
FINE = "import torch\ntorch.library = None  # to be left alone"
FAILS = {
    "another operator": "raise RuntimeError('operator torchvision::resize does not exist')",
    "another reason": FINE
    + "\nraise RuntimeError('compiled with\\ndifferent CUDA major versions')",
    "not installed": "raise ModuleNotFoundError(\"No module named 'torchvision'\")",
}


def import_datasets(folder, torchvision):
    """Run datasets() in a process that finds a stand-in torch and the given torchvision."""
    for name, content in {
        "torch/__init__.py": FAKE_TORCH,
        "torchvision/__init__.py": torchvision,
        "torchvision/half.py": "",
        "torchvision/datasets.py": "loaded = True",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    script = (
        "from snn_brian.base import errors\n"
        "from snn_brian.data import torchvision_import\n"
        "try: print(torchvision_import.datasets().loaded, torchvision_import.datasets().__name__)\n"
        "except errors.UserError as exc: print(exc)"
    )
    path = os.pathsep.join([str(folder), str(Path(torchvision_import.__file__).parents[2])])
    command = [sys.executable, "-c", script]
    return subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize("torchvision", [NEEDS_OPERATORS, FINE])
def test_torchvision_is_imported(tmp_path, torchvision):
    assert import_datasets(tmp_path, torchvision) == "True torchvision.datasets"


@pytest.mark.parametrize("reason", FAILS)
def test_torchvision_that_cannot_be_imported(tmp_path, reason):
    sentence = import_datasets(tmp_path, FAILS[reason])
    assert sentence.startswith("torchvision: it cannot be imported (") and sentence.endswith(".")
    assert "\n" not in sentence
