"""A report is one page that needs nothing else, and says what is in the folder."""

import base64
import json
import re
import shlex
import shutil
from html.parser import HTMLParser

import pytest

from snn_brian.job import report
from snn_brian.job.job import flags


class Page(HTMLParser):
    """The tags, the texts and the addresses of a page; every tag is closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.texts, self.addresses = [], [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href")]
        if tag not in ("img", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture
def folder(finished_run, tmp_path):
    return shutil.copytree(finished_run, tmp_path / finished_run.name)


def test_it_is_a_whole_page_without_network(finished_run):
    page = Page((finished_run / "report.html").read_text())
    figures = sorted((finished_run / "figures").glob("*.png"))
    assert page.tags.count("img") == len(figures) == len(page.addresses) == 7
    kept = {path.read_bytes() for path in figures}
    for address in page.addresses:
        start, _, content = address.partition(",")
        assert start == "data:image/png;base64" and base64.b64decode(content) in kept
    text = "".join(page.texts)
    assert "http" not in text.replace("https://", "http") or "src=" not in text
    assert "run <1>" in text  # escaped in the page
    for word in ("20 training and 12 test images", "'ternary'", "'TiOx'", "drop (points)", "class"):
        assert word in text


def test_its_table_is_that_of_the_summary(finished_run):
    page = Page((finished_run / "report.html").read_text())
    summary = json.loads((finished_run / "summary.json").read_text())
    for arm in summary["arms"].values():
        for accuracy in arm["test_accuracy"]:
            assert f"{100 * accuracy:.2f}" in page.texts


def test_its_command_gives_the_same_flags(finished_run):
    page = (finished_run / "report.html").read_text()
    told = shlex.split(re.search("<pre>(.*?)</pre>", page, re.S)[1])
    assert told[:2] == ["snn-brian", "train"]
    found = vars(flags().parse_args(told[2:]))
    begun = json.loads((finished_run / "config.json").read_text())["arguments"]
    assert {name: value for name, value in found.items() if name not in report.FREE} == {
        name: value for name, value in begun.items() if name not in report.FREE
    }


def test_every_value_of_a_list_is_told():
    assert report.command({"set": ["a=1 nS", "b=2"], "eta": None, "data_root": "x"}) == (
        "snn-brian train '--set=a=1 nS' --set=b=2 --data-root=x"
    )


def test_a_run_that_has_not_ended_has_one_too(folder):
    (folder / "summary.json").unlink()
    shutil.rmtree(folder / "confusion")
    shutil.rmtree(folder / "figures")
    page = Page(report.write(folder).read_text())
    assert "This run has not ended; its table is missing." in page.texts
    assert "img" not in page.tags


def test_nothing_in_a_folder_becomes_code(folder):
    config = json.loads((folder / "config.json").read_text())
    config["data"]["name"] = config["arguments"]["device"] = "<script>alert(1)</script>"
    config["neuron"]["reference"] = config["versions"]["brian2"] = "<script>"
    (folder / "config.json").write_text(json.dumps(config))
    assert "<script" not in report.write(folder).read_text()
