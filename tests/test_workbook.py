"""The workbook: every sheet explained, values as they were, and nothing in it but text that looks like a formula."""

from __future__ import annotations

import datetime as dt
import re
import zipfile

import openpyxl
import pandas as pd
import pytest
from hostile import WORDS
from pandas.testing import assert_frame_equal

from communitylab import page, workbook
from communitylab.csv_tables import read_table, write_table
from communitylab.errors import CallError
from communitylab.groupbook import Groupbook
from communitylab.pseudonyms import first_key, pseudonyms_of
from communitylab.results import measure
from communitylab.sheets import legal
from communitylab.table_notes import MEASURES, NOTES
from communitylab.workbook import write_workbook

# Two groups of five in which everybody talks with everybody, week after week.
STORY = "; ".join(
    f"{a}>{b} d{day}; {b}>{a} d{day} 20h"
    for people in ("ana bo cy dee eve", "fay gil hal ida jo")
    for a in people.split()
    for b in people.split()
    if a < b
    for day in (0, 2, 30, 32, 58, 60)
)


@pytest.fixture(scope="module")
def report(tiny):
    """The tables of a report that may be shared, and those that may not."""
    study = tiny(f"{STORY}; ana>BRAND mon; fay>BRAND d60; BRAND sun")
    results, called = measure(study, seed=7), pseudonyms_of(study, key=first_key(study, seed=7))
    return page._tables(results, called), page._private_tables(results, Groupbook(), called)


def _book(tables, path, *, title="A title", notes=None):
    write_workbook(tables, path=path, title=title, notes=notes or {})
    return openpyxl.load_workbook(path)


def _rounded(cell):
    return float(f"{cell:.14g}") if isinstance(cell, int | float) else cell


def _below_its_head(sheet):
    """The head of a sheet's table, and its rows."""
    top = int(re.fullmatch(r"[A-Z]+(\d+)", sheet.freeze_panes)[1]) - 1
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=top)]
    return head, rows


def test_sheets_hold_notes_heads_and_values_of_their_own_type(tmp_path):
    table = pd.DataFrame(
        {
            "week": ["2025-01-06", None],
            "share": [0.25, float("nan")],
            "n": [3, 12_000],
            "is_new": [True, False],
            "id": [8000000000000000511, 1],
            "words": [["bread", "tea"], []],
            "at": [pd.Timestamp("2025-01-06 01:30", tz="Europe/Berlin"), pd.NaT],
            "wide": [float("inf"), 1e6],
        }
    )
    notes = {"weeks": "What happened, week by week.", "weeks.share": "of all", "weeks.n": "how many"}
    sheet = _book({"weeks": table}, tmp_path / "new" / "x.xlsx", notes=notes)["weeks"]
    assert [[cell.value for cell in row[:3]] for row in sheet.iter_rows(max_row=2)] == [
        ["What happened, week by week.", None, None],
        [None, "of all", "how many"],
    ]
    head, rows = _below_its_head(sheet)
    assert head == list(table)
    assert rows == [
        [
            dt.datetime(2025, 1, 6),
            0.25,
            3,
            True,
            "8000000000000000511",
            "bread, tea",
            dt.datetime(2025, 1, 6, 0, 30),
            "inf",
        ],
        [None, None, 12_000, False, 1, None, None, 1_000_000],
    ]
    formats = [cell.number_format for cell in sheet[4]]
    assert formats[:3] == ["yyyy\\-mm\\-dd", "0.000", "0"] or formats[:3] == ["yyyy-mm-dd", "0.000", "0"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("B4", "A3:H5", "$3:$3")


def test_first_sheet_says_what_there_is(tmp_path):
    tables = {"one": pd.DataFrame({"a": [1, 2]}), "two": pd.DataFrame({"b": []})}
    book = _book(tables, tmp_path / "x.xlsx", title="Bread: a community?", notes={"one": "Of bread."})
    cells = [[cell.value for cell in row] for row in book["about"].iter_rows()]
    assert book.sheetnames == ["about", "one", "two"]
    assert cells[0][0] == "Bread: a community?"
    assert "pseudonym" in " ".join(str(row[0]) for row in cells)
    assert cells[-3:] == [["sheet", "what it holds", "rows"], ["one", "Of bread.", 2], ["two", None, 0]]
    assert "nothing of it in this export" in book["two"]["A1"].value
    assert book["about"].cell(len(cells), 1).hyperlink.location == "'two'!A1"


@pytest.fixture(scope="module")
def hostile_cells(tmp_path_factory):
    """The hostile words, each as title of a column, as a cell and in a list."""
    path = tmp_path_factory.mktemp("hostile") / "x.xlsx"
    words = pd.Series([*WORDS], dtype=object)
    table = pd.DataFrame({"word": words, "list": [[word, "x"] for word in WORDS]})
    tables = {
        "words": table,
        "heads": pd.DataFrame([range(len(WORDS))], columns=pd.Index(words, dtype=object)),
    }
    write_workbook(tables, path=path, title=WORDS[0], notes={"words": WORDS[12]})
    with zipfile.ZipFile(path) as inside:
        parts = b"".join(inside.read(name) for name in inside.namelist())
    return openpyxl.load_workbook(path), parts


@pytest.mark.parametrize("place", range(len(WORDS)), ids=[ascii(word)[:24] for word in WORDS])
def test_hostile_words_are_text_and_nothing_else(place, hostile_cells):
    book, _parts = hostile_cells
    word = legal(WORDS[place])
    of_word = [book["words"].cell(3 + place, column) for column in (1, 2)]
    in_head = book["heads"].cell(1, 1 + place)
    assert [cell.value for cell in of_word] == [word, f"{word}, x"]
    assert in_head.value == word
    assert {cell.data_type for cell in (*of_word, in_head)} == {"s"}
    assert {cell.hyperlink for cell in (*of_word, in_head)} == {None}


def test_no_hostile_word_is_a_formula_or_a_link_to_elsewhere(hostile_cells):
    _book, parts = hostile_cells
    assert b"<f>" not in parts
    assert b'TargetMode="External"' not in parts


def test_what_does_not_fit_is_cut_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "_MOST_ROWS", 6)
    table = pd.DataFrame({"a": ["x" * 40_000, "🍞" * 40_000, "b", "c", "d", "e"]})
    sheet = _book({"long": table}, tmp_path / "x.xlsx", notes={"long": "Long."})["long"]
    _head, rows = _below_its_head(sheet)
    assert sheet["A2"].value == "Of 6 rows the first 3: a sheet holds no more."
    assert rows == [["x" * 32_766 + "…"], ["🍞" * 16_383 + "…"], ["b"]]


def test_sheets_get_names_that_excel_takes(tmp_path):
    names = ["a/b:c*d?[e]", "about", "About", "History", "x" * 40, "x" * 31, "'", "🍞" * 20]
    book = _book({name: pd.DataFrame({"a": [1]}) for name in names}, tmp_path / "x.xlsx")
    assert book.sheetnames == [
        "about", "a_b_c_d__e_", "about 2", "About 3", "History 2", "x" * 31, "x" * 29 + " 2", "table", "🍞" * 15,
    ]  # fmt: skip


def test_days_that_excel_does_not_know_stay_texts(tmp_path):
    table = pd.DataFrame({"old": ["1850-01-01"], "none": ["2025-02-30"], "mixed": ["2025-01-06"]})
    table = pd.concat([table, pd.DataFrame({"old": ["2025-01-06"], "none": [None], "mixed": ["x"]})])
    _head, rows = _below_its_head(_book({"days": table}, tmp_path / "x.xlsx")["days"])
    assert rows == [["1850-01-01", "2025-02-30", "2025-01-06"], ["2025-01-06", None, "x"]]


def test_columns_are_as_wide_as_what_they_hold(tmp_path):
    table = pd.DataFrame(
        {"a": [1], "explained": [1], "text": ["x" * 30], "long": ["x " * 90], "wide": ["日" * 12]}
    )
    sheet = _book({"t": table}, tmp_path / "x.xlsx", notes={"t.explained": "what it is " * 9})["t"]
    widths = {
        name: sheet.column_dimensions[name].width for name in "ABCDE" if name in sheet.column_dimensions
    }
    assert widths["A"] < widths["B"] < widths["E"] < widths["C"] < widths["D"] < 65
    assert [sheet.cell(3, place).alignment.wrap_text for place in (3, 4)] == [None, True]
    # Three times as many letters as fit: six lines or so.
    assert 60 < sheet.row_dimensions[1].height < 100


def test_same_tables_are_the_same_file_on_another_day(tmp_path, monkeypatch):
    tables = {"t": pd.DataFrame({"a": [1, 2], "b": ["x", None]})}
    write_workbook(tables, path=tmp_path / "one.xlsx", title="T", notes={})

    class AnyDatetime(type):
        def __instancecheck__(cls, one):
            return isinstance(one, dt.datetime)

    class Later(dt.datetime, metaclass=AnyDatetime):
        @classmethod
        def now(cls, tz=None):
            return dt.datetime(2031, 5, 6, tzinfo=tz)

    monkeypatch.setattr("xlsxwriter.core.datetime", Later)
    monkeypatch.setattr("time.time", lambda: 1.9e9)
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 5, 6, 7, 8, 9, 1, 126, 0))
    write_workbook(tables, path=tmp_path / "two.xlsx", title="T", notes={})
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CallError, match=r"x\.xlsx: cannot be written"):
        write_workbook({}, path=tmp_path / "file" / "x.xlsx", title="T", notes={})


def test_every_table_of_a_report_is_explained_column_by_column(report):
    shared, _private = report
    explained = {name for name in NOTES if "." not in name}
    assert (
        "(followers who talked on two days" in MEASURES["breadth"]
    )  # what a word of ours means stands beside it
    assert not [
        said for said in (*NOTES.values(), *MEASURES.values()) if "to a stage" in said or "that share" in said
    ]
    assert set(shared) == explained
    for name, table in shared.items():
        columns = {re.sub(r"_\d+$", "_1", column) for column in table}
        told = {key.partition(".")[2] for key in NOTES if key.startswith(f"{name}.")}
        # Where the export has nothing of it, a table may come without columns.
        assert columns in (set(), told)
    assert set(MEASURES) == set(shared["measures"]["measure"])


def test_every_value_of_a_report_is_in_its_workbook(report, tmp_path):
    shared, _private = report
    book = _book(shared, tmp_path / "x.xlsx", notes=NOTES)
    for name, table in shared.items():
        if not len(table.columns):
            assert "nothing of it" in " ".join(str(cell.value) for cell in book[name]["A"])
            continue
        head, rows = _below_its_head(book[name])
        assert [column for column in head if column] == list(table)
        values = table.astype(object).where(table.notna() & (table != ""), None).to_numpy().tolist()
        assert len([row for row in rows if any(cell is not None for cell in row)]) == len(values)
        for row, expected in zip(rows, values, strict=False):
            shown = [str(cell.date()) if isinstance(cell, dt.datetime) else cell for cell in row]
            # A workbook keeps 16 digits of a number.
            assert [_rounded(cell) for cell in shown] == [_rounded(cell) for cell in expected]


def test_workbook_of_a_report_names_nobody(report, tmp_path):
    shared, private = report
    names = [*private["people"]["name"], *private["people"]["account_id"]]
    write_workbook(shared, path=tmp_path / "x.xlsx", title="T", notes=NOTES)
    with zipfile.ZipFile(tmp_path / "x.xlsx") as inside:
        text = " ".join(inside.read(name).decode("utf-8") for name in inside.namelist())
    assert len(names) == 20
    assert not [name for name in names if re.search(rf"\b{name}\b", text)]


def test_every_table_of_a_report_comes_back_from_its_csv(report, tmp_path):
    for kind, tables in zip(("shared", "private"), report, strict=True):
        for name, table in tables.items():
            write_table(table, tmp_path / kind / f"{name}.csv")
            plain = table.reset_index(drop=True)
            found = read_table(tmp_path / kind / f"{name}.csv")
            assert_frame_equal(found, plain, check_dtype=False, check_column_type=False)
