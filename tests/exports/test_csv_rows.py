"""Rows of delimited text: the line on which each starts, whatever stands in its cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from communitylab.exports import csv_rows as module
from communitylab.exports.csv_rows import Dialect, csv_records, csv_rows, dialect_of
from communitylab.exports.sample import Sample
from communitylab.files import Source

COMMA = Dialect("utf-8", ",")


def read(
    tmp_path: Path, content: bytes, dialect: Dialect = COMMA
) -> tuple[list[tuple[int, list[str]]], list]:
    (tmp_path / "x").write_bytes(content)
    skipped: list[tuple[str, int]] = []
    found = csv_rows(
        Source("x", tmp_path / "x"), lambda reason, line: skipped.append((reason, line)), dialect=dialect
    )
    return list(found), skipped


def test_rows_know_the_line_on_which_they_start(tmp_path: Path) -> None:
    content = b'a,b\n1,"two\n\nlines"\n\n2,"say ""hi"""\r\n3,c\rd\n4,"e\rf"\n5,\x00\n'
    assert read(tmp_path, content) == (
        [
            (1, ["a", "b"]),
            (2, ["1", "two\n\nlines"]),
            (6, ["2", 'say "hi"']),
            (7, ["3", "c\rd"]),
            (8, ["4", "e\rf"]),
            (9, ["5", "\x00"]),
        ],
        [],
    )


def test_unclosed_quote_costs_one_row(tmp_path: Path) -> None:
    found, skipped = read(tmp_path, b'1,a\n2,"b\n3,c\n4,d\n')
    assert found == [(1, ["1", "a"]), (3, ["3", "c"]), (4, ["4", "d"])]
    assert skipped == [("a quote is never closed", 2)]


def test_row_over_the_limit_costs_one_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINE_LIMIT", 1000)
    found, skipped = read(tmp_path, b'1,"a\n' + b"2,b\n" * 400 + b'3,"c"\n')
    assert len(found) == 401
    assert skipped == [("a quote is never closed", 1)]


def test_unclosed_quotes_far_apart_cost_a_row_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINE_LIMIT", 1000)
    found, skipped = read(tmp_path, (b'1,"a\n' + b"2,b\n" * 400) * 5)
    assert len(found) == 2000
    assert skipped == [("a quote is never closed", line) for line in (1, 402, 803, 1204, 1605)]


def test_bytes_of_another_encoding_cost_their_row(tmp_path: Path) -> None:
    found, skipped = read(tmp_path, b"1,a\n2,\xe4\n3,\xc3\xa4\n")
    assert (found, skipped) == ([(1, ["1", "a"]), (3, ["3", "ä"])], [("not UTF-8", 2)])
    assert read(tmp_path, b"\xe4,\x81\n", Dialect("cp1252", ","))[1] == [("not Windows-1252", 1)]


@pytest.mark.parametrize(
    ("head", "dialect"),
    [
        ([b"a,b,c\n", b"1,2,3\n"], ("utf-8", ",")),
        ([b"a;b\n", b"1;2,5\n"], ("utf-8", ";")),
        ([b"a\tb\n", b"1\t2\n"], ("utf-8", "\t")),
        ([b"1 2 3\n", b"4 5 6\n"], ("utf-8", " ")),
        ([b"# nodes\n", b"1 2\n"], ("utf-8", " ")),
        ([b'"a;b",c\n'], ("utf-8", ",")),
        ([b"a,b\n", b"\xe4,\xf6\n", b"x,y\n"], ("cp1252", ",")),
        ([b"a,b\n", b"\xc3\xa4,1\n", b"\xe4,2\n"], ("utf-8", ",")),
        ([b"only one column\n", b"and another line of words\n"], ("utf-8", ",")),
        ([b"A report; 27 August\n", b"Date,Time,Author,Text,Link,Place\n", b"1,2,3,4,5,6\n"], ("utf-8", ",")),
        ([b"A report\n", b"Date\tTime\tAuthor\tText\tLink\tPlace\n"], ("utf-8", "\t")),
        ([b"a b\n", b"A;B;C;D;E;F G\n", b"c d\n"], ("utf-8", ";")),
        ([b"text,author\n", b"rye; spelt; oat; corn; rice; barley,ana\n"], ("utf-8", ",")),
        ([b"a,b\n", b"1;2;3;4;5;6\n"], ("utf-8", ",")),
        ([b"a,b\n", b"so; so; so; so; so; so; so\n"], ("utf-8", ",")),
        ([b"a,b\n", b"only; five; names; are; there\n"], ("utf-8", ",")),
        ([b"a,b,c\n", b"A;B;C;D;E;F\n"], ("utf-8", ",")),
    ],
)
def test_dialect_is_told_from_the_first_lines(head: list[bytes], dialect: tuple[str, str]) -> None:
    assert dialect_of(head) == Dialect(*dialect)


def test_lines_that_end_in_a_carriage_return_alone(tmp_path: Path) -> None:
    content = b"a,b\r1,2\r3,4"
    dialect = dialect_of([content])
    assert dialect.is_old_mac
    assert read(tmp_path, content, dialect)[0] == [(1, ["a", "b"]), (2, ["1", "2"]), (3, ["3", "4"])]


def test_records_are_as_wide_as_the_header(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("a,b\n1,2\n3\n4,5,6\n7,8,,\na,b\n")
    skipped: list[tuple[str, int]] = []
    found = csv_records(
        Source("x", tmp_path / "x"), lambda reason, line: skipped.append((reason, line)), dialect=COMMA
    )
    assert list(found) == [(2, {"a": "1", "b": "2"}), (5, {"a": "7", "b": "8"})]
    assert skipped == [
        ("more or fewer cells than the header", 3),
        ("more or fewer cells than the header", 4),
        ("the header again", 6),
    ]


def test_rows_above_the_header_are_no_records(tmp_path: Path) -> None:
    (tmp_path / "x").write_text('Report:,"two\nlines"\n\nBrand:\na,b\n1,2\na,b\n')
    skipped: list[tuple[str, int]] = []
    found = csv_records(
        Source("x", tmp_path / "x"),
        lambda reason, line: skipped.append((reason, line)),
        dialect=COMMA,
        above=2,
    )
    assert list(found) == [(6, {"a": "1", "b": "2"})]
    assert skipped == [("the header again", 7)]


def test_table_below_titles_is_found_by_its_columns() -> None:
    rows = [["A", "B"], ["Author ", "Text", "Link"], ["ana", "hello", "author"]]
    sample = Sample(header=["Report:", "bread"], rows=rows)
    found = sample.below_titles(("text", "AUTHOR"))
    assert found is not None
    assert (found.above, found.header, found.rows) == (2, ["Author", "Text", "Link"], rows[2:])
    assert sample.below_titles(("author", "date")) is None
    at_once = Sample(header=["Text"], rows=[["Text"]]).below_titles(["Text"])
    assert at_once is not None
    assert (at_once.above, at_once.rows) == (0, [["Text"]])
    assert Sample(header=["x"], rows=[["x"]] * 29 + [["Text"]]).below_titles(["Text"]) is None
