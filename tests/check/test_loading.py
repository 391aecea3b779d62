"""Declarations are found by name and by path, each file is run once, and a file that cannot be used
is refused."""

import sys
from pathlib import Path

import pytest

from snn_brian.base.errors import UserError
from snn_brian.check import finding
from snn_brian.check.kinds import KINDS
from snn_brian.check.loading import declarations, load, names
from snn_brian.declarations import Device, Encoder, Weight

BROKEN = Path(__file__).parents[1] / "broken_models"
ENCODER = """from snn_brian.declarations import Encoder
mine = Encoder(name="mine", reference="", threshold="pixel > {}")
"""


def write(folder, text, name="mine.py"):
    file = folder / name
    file.write_text(text)
    return file


@pytest.mark.parametrize("kind", KINDS)
def test_names_are_those_of_the_declarations(kind):
    assert names(kind) == sorted(declarations(kind)) != []
    for name, (declaration, file) in declarations(kind).items():
        assert declaration.name == name
        assert isinstance(declaration, KINDS[kind].classes)
        assert file.is_file() and file.parent.name == KINDS[kind].folder


def test_a_device_is_a_device_or_a_weight():
    assert isinstance(load("device", "TiOx"), Device)
    assert isinstance(load("device", "ideal"), Weight)


def test_a_name_is_found_in_any_case():
    assert load("device", "tiox") is load("device", "TiOx")


def test_a_shipped_file_is_the_same_by_name_by_path_and_by_import():
    by_name, file = declarations("device")["TiOx"]
    assert load("device", str(file)) is by_name
    assert load("device", file.parent / ".." / "devices" / file.name) is by_name
    assert sys.modules["snn_brian.models.devices.exponential"].TiOx is by_name


def test_a_file_of_the_users_own(tmp_path, monkeypatch):
    file = write(tmp_path, ENCODER.format(0.25))
    assert load("encoder", str(file)).threshold == "pixel > 0.25"
    monkeypatch.chdir(tmp_path)
    assert load("encoder", "mine.py") == load("encoder", file)


def test_a_file_need_not_end_in_py(tmp_path):
    assert load("encoder", write(tmp_path, ENCODER.format(0.25), "mine")).name == "mine"


def test_a_file_is_read_again_when_it_changed(tmp_path):
    for threshold in (0.25, 0.75):  # of the same length, within the same second
        assert (
            load("encoder", write(tmp_path, ENCODER.format(threshold))).threshold
            == f"pixel > {threshold}"
        )
    assert [file.name for file in tmp_path.iterdir()] == ["mine.py"]


@pytest.mark.parametrize(
    "imports, source",
    [
        ("from snn_brian.models.devices.exponential import TiOx", "TiOx"),
        ("from snn_brian.models.devices.exponential import TiOx as base, exponential", "base"),
        ("import snn_brian.models.devices.exponential as shipped", "shipped.TiOx"),
    ],
)
def test_what_a_file_imports_is_not_its_own(tmp_path, imports, source):
    file = write(
        tmp_path,
        f"from dataclasses import replace\n{imports}\nslow = replace({source}, name='slow')\n",
    )
    assert load("device", file).name == "slow"


def test_two_names_of_one_declaration_are_one(tmp_path):
    assert load("encoder", write(tmp_path, ENCODER.format(0.25) + "same = mine\n")).name == "mine"


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_name_lists_those_that_exist(kind):
    with pytest.raises(UserError, match="no such name") as caught:
        load(kind, "no_such")
    assert all(name in str(caught.value) for name in [*names(kind), "the path of a Python file"])


def test_a_near_name_is_suggested():
    with pytest.raises(UserError, match=r"did you mean ternary\?"):
        load("programming", "ternery")


@pytest.mark.parametrize("path", ["mine.py", "folder/mine", "folder/mine.py"])
def test_a_missing_file_is_told_as_such(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=f"encoder '{path}': there is no such file"):
        load("encoder", path)


@pytest.mark.parametrize(
    "kind, stem, parts",
    [
        ("encoder", "python_syntax", ["line 4", "Python cannot read it", "forgot a comma"]),
        ("encoder", "python_import", ["line 2", "No module named 'snn_brian.declaration'"]),
        ("device", "python_unit_not_imported", ["line 4", "add `from brian2 import volt`"]),
        (
            "network",
            "python_class_not_imported",
            ["line 2", "add `from snn_brian.declarations import Network`"],
        ),
        ("device", "python_error", ["line 4", "KeyError: 'alpha'", "mend the file"]),
        (
            "encoder",
            "field_misspelt",
            ["line 4", "no field 'treshold' (did you mean threshold?)", "name, reference"],
        ),
        ("encoder", "field_missing", ["line 4", "Encoder lacks 'threshold'"]),
        ("encoder", "nothing_declared", ["declares nothing", "assign Encoder(...)"]),
        ("device", "law_only", ["declares nothing", "assign Device or Weight(...)"]),
        (
            "programming",
            "two_declared",
            ["declares a Encoder and a Encoder where one programming rule is needed"],
        ),
        ("encoder", "two_declared", ["declares 2 of Encoder: first, second", "keep one"]),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_one_sentence(kind, stem, parts):
    file = BROKEN / f"{stem}.py"
    with pytest.raises(UserError) as caught:
        load(kind, file)
    sentence = str(caught.value)
    assert sentence.startswith(str(file)) and "\n" not in sentence and sentence.endswith(".")
    assert all(part in sentence for part in parts), sentence
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_name_that_two_files_share_is_refused(tmp_path, monkeypatch):
    for name in ("one.py", "two.py"):
        write(tmp_path, "", name)
    monkeypatch.setattr(finding, "models_folder", lambda name="": tmp_path)
    monkeypatch.setattr(
        finding, "assigned", lambda file: [Encoder("mine", file.stem, "pixel > 0.5")]
    )
    with pytest.raises(
        UserError, match="two.py: name='mine' is taken by .*one.py; choose another name"
    ):
        declarations("encoder")


def test_a_package_without_its_models_says_how_to_install_it(monkeypatch):
    def missing(package):
        raise ModuleNotFoundError(package)

    monkeypatch.setattr(finding.importlib.resources, "files", missing)
    with pytest.raises(UserError, match="pip install -e ."):
        load("neuron", "integrate_and_fire")
