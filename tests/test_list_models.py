"""runs/list_models.py and models/README.md: the table is that of the declarations, and every
example is one that loads and learns."""

import re
import runpy
from pathlib import Path

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.check.kinds import KINDS
from snn_brian.check.loading import load, names
from snn_brian.data.images import load_images
from snn_brian.train.arm import Arm
from snn_brian.train.training import Training

ROOT = Path(__file__).parents[1]
SCRIPT = runpy.run_path(str(ROOT / "runs" / "list_models.py"))
TEXT = (ROOT / "models" / "README.md").read_text()
SECTIONS = dict(re.findall(r"^## ([\w ]+): [^\n]*\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S))


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    """{kind: the declaration of its example, loaded from a file}"""
    found = {}
    for kind in KINDS.values():
        (code,) = re.findall(r"^```python\n(.*?)^```$", SECTIONS[kind.noun], re.M | re.S)
        path = tmp_path_factory.mktemp("examples") / f"{kind.word}.py"
        path.write_text(code)
        found[kind.word] = load(kind.word, path)
    return found


def test_every_kind_has_an_example_that_loads(examples):
    assert examples.keys() == KINDS.keys()
    assert {kind.noun for kind in KINDS.values()} == SECTIONS.keys()
    for word, declaration in examples.items():
        flag = f"--{KINDS[word].flag} {declaration.name}.py"
        assert flag in SECTIONS[KINDS[word].noun]
        assert declaration.name not in names(word)


@pytest.mark.parametrize("synapse", ["static", "example"])
def test_a_network_of_all_examples_learns(examples, synapse):
    """By accuracy with static synapses; those of the example take from 3 steps of 60 images too
    much for that."""
    images = load_images("mnist", None, train=60, test=60)
    fields = {KINDS[word].field: declaration for word, declaration in examples.items()}
    del fields["plasticity"]  # requests without a teacher
    fields |= {"synapse": load("synapse", "static")} if synapse == "static" else {}
    arm = Arm(layers=(20,), batch=10, steps=3, eta=None, epochs=1, seed=0, target="numpy", **fields)
    first, last = Training(arm, images).epochs()
    assert last.potentiation_pulses.sum() > 0 and np.isfinite(last.test_accuracy).all()
    assert synapse == "example" or last.test_accuracy[0] > first.test_accuracy[0] + 0.1


def test_the_table_is_up_to_date():
    stale = "models/README.md is stale: run `python runs/list_models.py --write`"
    assert SCRIPT["with_table"](TEXT, SCRIPT["table"]()) == TEXT, stale


def test_every_declaration_has_a_row_with_what_it_is(capsys):
    SCRIPT["main"](SCRIPT["flags"]().parse_args([]))
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    wanted = {(f"| `{name}`", KINDS[word].noun) for word in KINDS for name in names(word)}
    assert {(row[0], row[1]) for row in rows} == wanted and len(rows) == len(wanted)
    for _, _, file, what, reference in rows:
        assert (ROOT / "models" / re.search(r"\((.*)\)", file)[1]).is_file()
        assert what.endswith(".") and len(what) > 20 and reference.strip(" |")


def test_a_text_without_its_markers_is_refused():
    with pytest.raises(UserError, match="are not both there; put them where the table belongs"):
        SCRIPT["with_table"]("no markers", "table")
