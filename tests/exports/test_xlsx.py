"""Excel workbooks: cells as text, tables below titles, several sheets, and what is refused."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook
from reading import FIXTURES, INPUTS, TABLES, expected, read, rows

from communitylab.exports import sample, xlsx_rows
from communitylab.exports.followers import Follower, read_followers
from communitylab.exports.table_rows import table_rows
from communitylab.files import Source, find


def workbook(
    path: Path, sheets: dict[str, Iterable[Iterable[object]]], *, hidden: tuple[str, ...] = ()
) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    book.save(path)
    return path


def as_excel_writes(path: Path, lines: Iterable[Iterable[object]]) -> Path:
    """A workbook that keeps the texts of all cells in one place."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("One")
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    return path


def rewritten(path: Path, part: str, change: tuple[str, str]) -> Path:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    assert change[0].encode() in parts[part]
    parts[part] = parts[part].replace(change[0].encode(), change[1].encode(), 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
        for name, content in parts.items():
            copy.writestr(name, content)
    return path


POSTS = [["author", "text", "id", "created_at"], ["ana", "@bo hi", "1", datetime(2025, 8, 27, 13, 10)]]


def test_workbook_of_posts_is_read_like_any_table(tmp_path: Path) -> None:
    record = read(workbook(tmp_path / "x", {"One": POSTS}), tmp_path)
    assert (record.format, record.posts, record.skipped) == ("table", 1, {})
    (post,) = rows(tmp_path, "posts")
    assert (post["author_name"], post["reply_to_name"], post["post_id"]) == ("ana", "bo", "1")
    assert post["created_at"] == "2025-08-27 13:10:00"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (123.0, "123"),
        (1756300125, "1756300125"),
        (0.25, "0.25"),
        (-3, "-3"),
        (1.960691264517046e18, "1.96069126451705E+18"),
        (True, "TRUE"),
        (datetime(2025, 8, 27, 13, 10, 5), "2025-08-27T13:10:05"),
        (date(2025, 8, 27), "2025-08-27T00:00:00"),
        (time(13, 10), "13:10:00"),
        ("#N/A", ""),
        ("one_x000D_\ntwo", "one\r\ntwo"),
        ("_xD83E__xDD68_ _xD800_", "🥨 �"),
        ("007", "007"),
        ("1960691264517046273", "1960691264517046273"),
    ],
)
def test_cells_are_texts(value: object, text: str, tmp_path: Path) -> None:
    workbook(tmp_path / "x", {"One": [["a", "b"], ["last", value, "end"]]})
    found = list(xlsx_rows.xlsx_rows(Source("x", tmp_path / "x"), pytest.fail, sheet="One"))
    assert found[1] == (2, ["last", text, "end"])


def test_formula_counts_as_the_value_that_was_reckoned(tmp_path: Path) -> None:
    workbook(tmp_path / "x", {"One": [["author", "text"], ["ana", "=1+1"]]})
    rewritten(tmp_path / "x", "xl/worksheets/sheet1.xml", ("<f>1+1</f><v></v>", "<f>1+1</f><v>2</v>"))
    read(tmp_path / "x", tmp_path)
    assert [row["text"] for row in rows(tmp_path, "posts")] == ["2"]


def test_ids_that_excel_has_rounded_are_left_out_and_noted(tmp_path: Path) -> None:
    table = [["author", "text", "id"], ["ana", "a", 1.96e18], ["bo", "b", "1960000000000000001"]]
    record = read(workbook(tmp_path / "x", {"One": table}), tmp_path)
    assert "destroyed by a spreadsheet" in record.notes[0]
    assert not any("post_id" in row for row in rows(tmp_path, "posts"))


def test_table_is_found_below_titles_and_empty_rows_are_none(tmp_path: Path) -> None:
    lines = [["All posts of August"], [], ["from", "shop"], *POSTS, [], ["bo", "late", "2"], ["cy"]]
    record = read(workbook(tmp_path / "x", {"One": lines}), tmp_path)
    assert [(row["author_name"], row.get("text")) for row in rows(tmp_path, "posts")] == [
        ("ana", "@bo hi"),
        ("bo", "late"),
        ("cy", None),
    ]
    assert record.records == 3


def test_size_that_a_writer_tells_wrongly_and_gaps_lose_no_rows(tmp_path: Path) -> None:
    workbook(tmp_path / "x", {"One": [*POSTS, *[[]] * 1000, ["bo", "late", "2"]]})
    rewritten(tmp_path / "x", "xl/worksheets/sheet1.xml", ('ref="A1:D1003"', 'ref="A1:A1"'))
    read(tmp_path / "x", tmp_path)
    assert [row["text"] for row in rows(tmp_path, "posts")] == ["@bo hi", "late"]


def test_sheets_with_one_header_are_one_table(tmp_path: Path) -> None:
    second = [["September"], POSTS[0], ["bo", "more", "2", None]]
    summary = [["posts", "authors"], [2, 2]]
    record = read(
        workbook(tmp_path / "x", {"Summary": summary, "August": POSTS, "September": second}), tmp_path
    )
    assert [row["text"] for row in rows(tmp_path, "posts")] == ["@bo hi", "more"]
    assert record.notes[0].startswith("read as posts of the sheet August, September: author=author")


def test_specific_format_on_a_later_sheet_goes_before_a_table_on_an_earlier_one(tmp_path: Path) -> None:
    tags = [
        line.split("\t") for line in (FIXTURES / "tags.spreadsheet.tsv").read_text("utf-8").splitlines()[:2]
    ]
    record = read(workbook(tmp_path / "x", {"People": POSTS, "Archive": tags}), tmp_path)
    assert record.format == "tags"


def test_hidden_sheets_come_last(tmp_path: Path) -> None:
    old = [POSTS[0], ["old", "old", "7", None]]
    shown = [["author", "text"], ["ana", "new"]]
    read(workbook(tmp_path / "x", {"Old": old, "Now": shown}, hidden=("Old",)), tmp_path)
    assert [row["text"] for row in rows(tmp_path, "posts")] == ["new"]


def test_hidden_copy_of_a_sheet_counts_once(tmp_path: Path) -> None:
    edges = [["source", "target"], ["ana", "bo"]]
    record = read(workbook(tmp_path / "x", {"Copy": edges, "Now": edges}, hidden=("Copy",)), tmp_path)
    assert record.posts == 1
    assert record.notes[0].startswith("read as edges of the sheet Now: ")


def test_columns_of_any_sheet_can_be_named(tmp_path: Path) -> None:
    table = [["Wer", "Was"], ["ana", "hallo"]]
    path = workbook(tmp_path / "x", {"Erstes": [["a", "b"], [1, 2]], "Posts": table})
    assert "Its columns: a, b" in str(read(path, tmp_path).refusal)
    read(path, tmp_path, columns={"author": "Wer", "text": "Was"})
    assert [row["text"] for row in rows(tmp_path, "posts")] == ["hallo"]


def test_edges_without_header_are_read(tmp_path: Path) -> None:
    record = read(workbook(tmp_path / "x", {"One": [["@ana", "@bo"], ["@bo", "@cy"]]}), tmp_path)
    assert (record.posts, record.notes) == (2, ("read as edges: author=1, target=2",))


def test_export_of_a_suite_is_read_from_its_workbook(tmp_path: Path) -> None:
    csv = Source("x", FIXTURES / "suites.talkwalker.csv")
    lines = [row for _, row in table_rows(csv, pytest.fail, sample=sample.sample_of(csv))]
    record = read(workbook(tmp_path / "x", {"Mentions": lines}), tmp_path)
    assert record.format == "suites"
    wanted = [post["post_id"] for post in expected(FIXTURES / "suites.talkwalker.csv")["posts"]]
    assert [row["post_id"] for row in rows(tmp_path, "posts")][: len(wanted)] == wanted


def test_follower_list_may_be_a_workbook(tmp_path: Path) -> None:
    table = [["My followers"], ["username", "followed_at"], ["@ana", datetime(2025, 1, 2)], ["bo", None]]
    found = read_followers(find(workbook(tmp_path / "x", {"One": table})))
    assert [(one.name, one.followed_at and one.followed_at.year) for one in found] == [
        ("ana", 2025),
        ("bo", None),
    ]
    names = read_followers(find(workbook(tmp_path / "x", {"One": [["ana"], ["bo"]]})))
    assert names == [Follower(None, "ana"), Follower(None, "bo")]


def test_bomb_is_refused_and_not_unpacked(tmp_path: Path) -> None:
    workbook(tmp_path / "x", {"One": POSTS})
    rewritten(tmp_path / "x", "xl/worksheets/sheet1.xml", ("</sheetData>", " " * 2**24 + "</sheetData>"))
    assert "over 250 times its size" in str(read(tmp_path / "x", tmp_path).refusal)


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/sharedStrings.xml"])
def test_part_that_would_fill_the_memory_is_refused(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_rows, "_PART_LIMIT", 2**16)
    monkeypatch.setattr(xlsx_rows, "_TEXTS_LIMIT", 2**17)
    as_excel_writes(tmp_path / "x", [["author", "text"], ["ana", "hi"]])
    assert read(tmp_path / "x", tmp_path).posts == 1
    end = {"xl/styles.xml": "</styleSheet>", "xl/sharedStrings.xml": "</sst>"}[part]
    rewritten(tmp_path / "x", part, (end, "<!--" + "x y " * 2**15 + "-->" + end))
    assert "too large to be read" in str(read(tmp_path / "x", tmp_path).refusal)


@pytest.mark.parametrize(
    "part",
    [
        "xl/workbook.xml",
        "xl/styles.xml",
        "xl/sharedStrings.xml",
        "xl/worksheets/sheet1.xml",
        "[Content_Types].xml",
    ],
)
@pytest.mark.parametrize("entity", ['"aaaa"', 'SYSTEM "file:///etc/passwd"', 'SYSTEM "http://127.0.0.1:9/x"'])
def test_entities_come_to_nothing(part: str, entity: str, tmp_path: Path) -> None:
    as_excel_writes(tmp_path / "x", [["author", "text"], ["ana", "MARK"]])
    with zipfile.ZipFile(tmp_path / "x") as whole:
        parts = {name: whole.read(name).decode() for name in whole.namelist()}
    body = parts[part][parts[part].find("?>") + 2 if parts[part].startswith("<?xml") else 0 :]
    parts[part] = f"<!DOCTYPE x [<!ENTITY a {entity}>]>" + body.replace("MARK", "&a;")
    with zipfile.ZipFile(tmp_path / "x", "w") as copy:
        for name, content in parts.items():
            copy.writestr(name, content)
    record = read(tmp_path / "x", tmp_path)
    assert "aaaa" not in str(rows(tmp_path, "posts"))
    assert record.posts <= 1
    assert record.refusal is None or "damaged" in record.refusal


def test_absurd_places_of_cells_take_no_time(tmp_path: Path) -> None:
    workbook(tmp_path / "x", {"One": POSTS})
    rewritten(tmp_path / "x", "xl/worksheets/sheet1.xml", ('<row r="2"', '<row r="99999999999"'))
    assert read(tmp_path / "x", tmp_path).posts == 0
    workbook(tmp_path / "x", {"One": POSTS})
    rewritten(tmp_path / "x", "xl/worksheets/sheet1.xml", ('<c r="D2"', '<c r="XFDZZ2"'))
    assert read(tmp_path / "x", tmp_path).skipped == {"the sheet breaks off": 1}


def test_sheet_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    lines = [POSTS[0], *([f"ana{number}", "hi", str(number), None] for number in range(300))]
    workbook(tmp_path / "x", {"One": lines})
    rewritten(tmp_path / "x", "xl/worksheets/sheet1.xml", ('<row r="150"', '<row r="150<"'))
    record = read(tmp_path / "x", tmp_path)
    assert record.skipped == {"the sheet breaks off": 1}
    assert 100 < record.posts < 150


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "an old Office document"),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "with a password"),
    ],
)
def test_other_office_documents_are_refused_with_the_cure(
    content: bytes, refusal: str, tmp_path: Path
) -> None:
    (tmp_path / "x.xls").write_bytes(content)
    assert refusal in str(read(tmp_path / "x.xls", tmp_path).refusal)


def test_text_document_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.docx", "w") as document:
        document.writestr("[Content_Types].xml", "<Types/>")
        document.writestr("word/document.xml", "<document/>")
    assert "an Office document and no Excel workbook" in str(read(tmp_path / "x.docx", tmp_path).refusal)


def test_workbook_without_rows_is_refused(tmp_path: Path) -> None:
    assert "no filled row" in str(read(workbook(tmp_path / "x", {"One": [], "Two": []}), tmp_path).refusal)


def test_workbook_inside_an_archive_is_held_up_to_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook(tmp_path / "x", {"One": POSTS})
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.write(tmp_path / "x", "x.xlsx")
    assert read(tmp_path / "x.zip", tmp_path).posts == 1
    monkeypatch.setattr(xlsx_rows, "_PACKED_LIMIT", 1000)
    assert "Unpack the archive" in str(read(tmp_path / "x.zip", tmp_path).refusal)


def test_hostile_names_of_sheets_and_columns_are_no_trouble(tmp_path: Path) -> None:
    name = "=cmd|'!A0 \u202e"
    table = [["author", "text", "<script>"], ["+ana|cmd", "\u202e@bo", "x"]]
    workbook(tmp_path / "x", {"One": table})
    rewritten(tmp_path / "x", "xl/workbook.xml", ('name="One"', f'name="{name}"'))
    assert read(tmp_path / "x", tmp_path).posts == 1
    assert sample.sample_of(Source("x", tmp_path / "x")).sheets == (name,)


TABLES_AS_TEXT = [
    path
    for path in INPUTS
    if path.suffix in (".csv", ".tsv") and not sample.sample_of(Source("x", path)).objects
]


@pytest.mark.parametrize("path", TABLES_AS_TEXT, ids=[path.name for path in TABLES_AS_TEXT])
def test_workbook_of_any_table_is_read_like_the_table_itself(path: Path, tmp_path: Path) -> None:
    found = sample.sample_of(Source(path.name, path))
    lines = [line for _, line in table_rows(Source("x", path), lambda reason, line: None, sample=found)]
    widths = [len(line) for line in lines]
    width = max(widths, key=widths.count)
    # Below the header a row with more or fewer cells is none in a text, and whole in a workbook.
    lines = [line for place, line in enumerate(lines) if len(line) == width or width not in widths[:place]]
    text = tmp_path / "text"
    with text.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=found.dialect.delimiter).writerows(lines)
    book = Workbook()
    for number, line in enumerate(lines, 1):
        for place, text_of in enumerate(line, 1):
            cell = book.active.cell(number, place, text_of or None)
            cell.data_type = "s" if text_of else "n"  # not a formula, whatever sign it begins with
    book.save(tmp_path / "book")
    outcomes = []
    for name in ("text", "book"):
        folder = tmp_path / f"of {name}"
        folder.mkdir()
        record = read(tmp_path / name, folder)
        outcomes.append([record.format, record.coverage, record.notes, record.skipped])
        outcomes[-1] += [rows(folder, table) for table in TABLES]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0] == expected(path)["format"]


def test_header_that_comes_again_is_no_row(tmp_path: Path) -> None:
    edges = [["source", "target"], ["ana", "bo"], ["source", "target"], ["bo", "ana"]]
    record = read(workbook(tmp_path / "x", {"One": edges}), tmp_path)
    assert (record.posts, record.skipped) == (2, {"the header again": 1})


@pytest.mark.parametrize(
    ("cells", "times"),
    [
        ((45896.5, datetime(2025, 8, 28)), ["2025-08-27 12:00:00", "2025-08-28 00:00:00"]),
        ((45896, None), ["2025-08-27 00:00:00", None]),
        ((45896, 28820), ["1970-01-01 12:44:56", "1970-01-01 08:00:20"]),  # seconds since something began
        ((45896, 1756300125), ["1970-01-01 12:44:56", "2025-08-27 13:08:45"]),
    ],
)
def test_dates_that_a_workbook_holds_as_numbers_are_days(
    cells: tuple[object, ...], times: list[str | None], tmp_path: Path
) -> None:
    table = [["author", "text", "date"], *(["ana", "hi", cell] for cell in cells)]
    read(workbook(tmp_path / "x", {"One": table}), tmp_path)
    assert [row.get("created_at") for row in rows(tmp_path, "posts")] == times


def test_open_document_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "mimetype").write_text("application/vnd.oasis.opendocument.spreadsheet")
    assert "save the table as .xlsx or CSV" in str(read(tmp_path / "mimetype", tmp_path).refusal)
