"""Tables behind the verdicts."""

import made_up
from fouda2019 import behind


def test_claim_4_has_a_row_for_each_comparison_and_a_column_for_each_epoch():
    rows = made_up.cells(behind.ways(made_up.turning()))
    assert len(rows) == 10
    first = rows[0]
    assert (first["unequal"], first["over"]) == ("(3,1)", "(1,1)")
    assert first["epoch 10"].startswith("+1.00 (+1.00 to") and first["epoch 50"].startswith("-1.00")
    assert first["half a point or more"] == "in epochs 1 to 20"
    assert first["behind"] == "from epoch 21 on"


def test_claim_3_has_a_row_for_each_gamma():
    rows = made_up.cells(behind.speeds(made_up.reproducing()))
    assert [row["gamma"] for row in rows][:3] == ["(1,1)", "(2,2)", "(3,3)"]
    assert rows[2]["pulses that (10) makes of gamma_P and gamma_D"] == "2.91 and 2.20"
