"""What the package offers by itself."""
import importlib
import subprocess
import sys

import pytest

import snn_brian


@pytest.mark.parametrize("name", snn_brian.__all__)
def test_every_name_is_that_of_its_module(name):
    thing = getattr(snn_brian, name)
    assert thing is getattr(importlib.import_module(thing.__module__), name)
    assert f"{name}" in snn_brian.__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Synapse'"):
        snn_brian.Synapse


def test_brian_is_imported_when_it_is_needed():
    code = "import sys, snn_brian; assert 'brian2' not in sys.modules; snn_brian.Crossbar; assert 'brian2' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
