"""Whatever is public says what it is for and, in the wings that are done, of what types it is."""

import importlib
import inspect
import typing

import pytest
from test_wings import FILES, ROOT, wing

# wings whose functions lack annotations here and there
UNTYPED = {"crossbar", "simulate", "train"}
UNTYPED_MODULES = {"snn_brian.network.presentation"}
# methods of Brian2's that a class of ours has in its own way
UNDOCUMENTED = {
    "ShortConstants.translate_expression",
    "CrossbarGenerator.translate_to_declarations",
    "CrossbarGenerator.translate_to_read_arrays",
    "CrossbarGenerator.translate_to_write_arrays",
    "CrossbarPathway.update_abstract_code",
    "NeuronGenerator.translate_to_read_arrays",
    "Outcome",
    "Recording.group",
    "Recording.variable",
    "Recorder.arrays",
}
MODULES = [
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for file in FILES
]


def own(thing, module):
    return inspect.unwrap(thing).__module__ == module.__name__


def public(module):
    """(thing, its functions) of the public functions and classes that a module itself defines."""
    for name, thing in vars(module).items():
        if name.startswith("_") or not (inspect.isfunction(thing) or inspect.isclass(thing)):
            continue
        if not own(thing, module) or thing.__name__ == "<lambda>":
            continue
        if inspect.isfunction(thing):
            yield thing, [inspect.unwrap(thing)]
            continue
        shown = [each for key, each in vars(thing).items() if key[0] != "_" or key == "__init__"]
        methods = [each.fget if isinstance(each, property) else each for each in shown]
        methods = [inspect.unwrap(each) for each in methods if inspect.isfunction(each)]
        yield thing, [each for each in methods if each.__module__ == module.__name__]


@pytest.mark.parametrize("name", MODULES)
def test_whatever_is_public_has_a_docstring(name):
    for thing, functions in public(importlib.import_module(name)):
        for each in [thing, *functions]:
            if each.__qualname__ not in UNDOCUMENTED and each.__name__ != "__init__":
                written = vars(each).get("__doc__") if inspect.isclass(each) else each.__doc__
                # a dataclass without a docstring gets its signature for one
                assert written and not written.startswith(f"{each.__name__}("), each.__qualname__


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, file in zip(MODULES, FILES, strict=True)
        if wing(file) not in UNTYPED and name not in UNTYPED_MODULES
    ],
)
def test_whatever_is_public_is_typed_with_types_that_exist(name):
    for _, functions in public(importlib.import_module(name)):
        for each in functions:
            parameters = list(inspect.signature(each).parameters)
            given = typing.get_type_hints(each)
            missing = {*parameters, "return"} - {"self", *given}
            assert missing <= ({"return"} if each.__name__ == "__init__" else set()), (
                each.__qualname__,
                missing,
            )
