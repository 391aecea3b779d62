"""What the package offers by itself."""

import importlib
import inspect
import subprocess
import sys

import pytest

import snn_brian
from snn_brian import physics


@pytest.mark.parametrize("name", snn_brian.__all__)
def test_every_name_is_that_of_its_module(name):
    thing = getattr(snn_brian, name)
    assert thing is getattr(importlib.import_module(thing.__module__), name)
    assert f"{name}" in snn_brian.__doc__


def public(thing):
    """A function, or the methods of a class that are its own."""
    if inspect.isfunction(thing):
        return [thing]
    own = [
        each.fget if isinstance(each, property) else each
        for name, each in vars(thing).items()
        if not name.startswith("_") or name == "__init__"
    ]
    return [each for each in own if inspect.isfunction(each)]


API = [getattr(snn_brian, name) for name in snn_brian.__all__] + [
    each
    for name, each in vars(physics).items()
    if getattr(each, "__module__", "") == physics.__name__ and name[0] != "_"
]


@pytest.mark.parametrize("thing", API, ids=lambda thing: thing.__qualname__)
def test_the_public_api_is_typed_and_documented(thing):
    assert thing.__doc__
    for function in public(thing):
        signature = inspect.signature(function)
        given = [each.annotation for name, each in signature.parameters.items() if name != "self"]
        assert signature.empty not in given, function
        assert function.__name__ == "__init__" or (
            signature.return_annotation is not signature.empty and function.__doc__
        )


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Synapse'"):
        snn_brian.Synapse


def test_brian_is_imported_when_it_is_needed():
    code = (
        "import sys, snn_brian; assert 'brian2' not in sys.modules; snn_brian.Crossbar; "
        "assert 'brian2' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
