"""Cells of spreadsheets: what is guarded comes back, and what XML cannot hold is left out."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hostile import WORDS
from hypothesis import example, given
from hypothesis import strategies as st

from communitylab.errors import CallError
from communitylab.sheets import guarded, legal, read_sheet, unguarded, write_sheet, write_whole

_STARTS = st.text(st.sampled_from("'=+-@\t\r\n＝ \ufeff\xa0a1"), max_size=4)
_WORDS = st.builds("{}{}".format, _STARTS, st.text())


@given(_WORDS)
@example("=x")
@example("'=x")
@example("''\tx")
@example("' \ufeff'=x")
def test_what_is_guarded_comes_back_and_is_no_formula(words):
    assert unguarded(guarded(words)) == words
    # Blanks before it, a spreadsheet may leave out.
    shown = guarded(words).lstrip().lstrip("\ufeff").lstrip()
    assert not shown.startswith(("=", "+", "-", "@", "＝"))
    assert not guarded(words).startswith(("\t", "\r", "\n"))


@given(_WORDS)
def test_words_of_a_person_are_guarded_only_where_a_spreadsheet_would_count(words):
    assert guarded(f"a{words}") == f"a{words}"
    assert unguarded(f"'a{words}") == f"'a{words}"


@pytest.mark.parametrize("word", WORDS)
def test_legal_words_are_read_from_xml_as_they_are(word):
    element = ET.Element("a")
    element.text = legal(word)
    assert (ET.fromstring(ET.tostring(element, encoding="utf-8")).text or "") == legal(word)
    assert legal(legal(word)) == legal(word)
    # Nothing that a person can see is lost.
    assert [sign for sign in word if sign.isprintable()] == [
        sign for sign in legal(word) if sign.isprintable()
    ]


def test_legal_words_end_their_lines_in_one_way():
    assert legal("a\r\nb\rc\nd\x00\x0b\ud83d\ufffe\te") == "a\nb\nc\nd\te"


def test_columns_that_look_like_formulas_come_back(tmp_path):
    path = tmp_path / "mine.csv"
    write_sheet(path, [["1", "=2"], ["2", "  +3"]], columns=["group", "-name"])
    assert path.read_text(encoding="utf-8") == "group,'-name\n1,'=2\n2,'  +3\n"
    rows, others = read_sheet(path, ["group"], what="A table", cure="Make one.")
    assert ([row.cells["-name"] for row in rows], others) == (["=2", "+3"], ("-name",))


def test_empty_table_of_any_columns_is_told_so(tmp_path):
    (tmp_path / "mine.csv").write_text("\n")
    with pytest.raises(CallError, match=r"mine\.csv: is empty\. A table is a CSV\. Make one\.$"):
        read_sheet(tmp_path / "mine.csv", (), what="A table", cure="Make one.")


def test_file_that_cannot_be_written_leaves_the_old_one_whole(tmp_path, monkeypatch):
    (tmp_path / "x").write_bytes(b"old")

    def full(*_parts):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(
        CallError, match=r"x: cannot be written \(No space left on device\)\. See that there is"
    ):
        write_whole(tmp_path / "x", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"old")]
