"""Separators, decimal signs and headers are recognised and said, or named."""

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.device.table_file import read_table

VALUES = 1e-7 * np.outer(np.arange(1, 7), [1.25, 2.5])


def write(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def table(separator, comma=False, head=""):
    lines = [separator.join(f"{value:.6g}" for value in row) for row in VALUES]
    return head + "\n".join(lines).replace(".", "," if comma else ".")


@pytest.mark.parametrize(
    "text, said",
    [
        (table(","), []),
        (table(";"), ["separated by semicolons"]),
        (table("\t"), ["separated by tabs"]),
        (table("  "), ["separated by blanks"]),
        (table(";", True), ["separated by semicolons", "decimal commas"]),
        (table("\t", True, "a\tb\n"), ["separated by tabs", "decimal commas"]),
        (table(",").replace("\n", "\n\n"), []),
        (table(",").encode("utf-16"), []),
        (",0,1\nx," + table(",").replace("\n", "\nx,"), ["first row"]),
    ],
)  # fmt: skip
def test_layouts(tmp_path, text, said):
    found = read_table(write(tmp_path, text))
    np.testing.assert_allclose(found.values, VALUES)
    assert len(found.notes) == len(said)
    assert all(words in note for words, note in zip(said, found.notes))


def test_one_column_of_decimal_commas(tmp_path):
    lines = [f"{value:.5f}".replace(".", ",") for value in np.linspace(0.1, 0.9, 9)]
    found = read_table(write(tmp_path, "G (uS)\n" + "\n".join(lines)))
    np.testing.assert_allclose(found.values[:, 0], np.linspace(0.1, 0.9, 9))
    with pytest.raises(UserError, match="row 1: the comma of '12,50' may be a decimal comma"):
        read_table(write(tmp_path, "\n".join(f"1{k // 4 + 2},{50 + k}" for k in range(9))))
    with pytest.raises(UserError, match="row 2: '2.5' has a decimal point where '1,5' has"):
        read_table(write(tmp_path, "1,5;1\n2.5;2\n"))


@pytest.mark.parametrize(
    "head, headers",
    [
        ("G (uS),H\n", ["G (uS)", "H"]),
        ("# G (uS),H\n", ["G (uS)", "H"]),
        ("G,H\n(uS),(nS)\n", ["G (uS)", "H (nS)"]),
        ("measured on Tuesday\nG,H\n", ["G", "H"]),
    ],
)
def test_headers(tmp_path, head, headers):
    assert read_table(write(tmp_path, table(",", head=head))).headers == headers


def test_latin_signs_and_missing_readings(tmp_path):
    text = "G (µS),b\n1,nan\n,2\n3,NA\n".encode("latin-1")
    found = read_table(write(tmp_path, text))
    assert found.headers == ["G (µS)", "b"]
    np.testing.assert_equal(found.values, [[1, np.nan], [np.nan, 2], [3, np.nan]])
    with pytest.raises(UserError, match="row 2, column 1: 'inf' is no number"):
        read_table(write(tmp_path, "1,2\ninf,3\n"))
