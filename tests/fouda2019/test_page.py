"""claims.md is filled from whatever readings there are."""

import made_up
from fouda2019 import page, paper_reading, readings

PAPER = readings.READINGS["paper"]


def test_claims_of_a_reading_that_reproduces_turns_and_fails():
    for found, verdicts in (
        (made_up.reproducing(), {"reproduced"}),
        (made_up.turning(), {"reproduced", "partly"}),
        (made_up.failing(), {"not reproduced"}),
    ):
        checked = paper_reading.claims(found)
        assert [claim.number for claim in checked] == [2, 3, 4, 5, 6, 7]
        assert {claim.verdict for claim in checked if claim.number != 3} == verdicts


def test_verdicts_go_claim_by_claim():
    checked = {"paper": paper_reading.claims(made_up.reproducing())}
    checked["tuned"] = paper_reading.claims(made_up.failing())
    columns = page.columns(checked)
    assert columns["number"] == (2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7)
    assert columns["reading"] == ("paper", "tuned") * 6
    rows = page.verdicts(checked).splitlines()[2:]
    assert len(rows) == 12 and rows[1].startswith("| 2 | equal gamma: within about 2 points")
    assert "| tuned |" in rows[1] and "| not reproduced |" in rows[1]


def test_the_head_tells_seeds_and_turns():
    whole = {"paper": made_up.turning(), "tuned": made_up.reproducing()}
    text = page.head(readings.READINGS, whole)
    assert f"- **{PAPER.title}** (`paper`): {PAPER.chosen}; 5 seeds." in text
    rows = {row["claim"]: row for row in made_up.cells(text)}
    gain = rows["unequal gamma gains about 1 point over equal"]
    assert (gain["paper"], gain["tuned"]) == ("in epochs 1 to 20", "in all epochs")
    assert rows["2, 4, 5 and 6 together"]["tuned"] == "from epoch 9 on"
