"""Why a record was left out is told to readers of the report: no word of the file may be in it."""

from __future__ import annotations

import csv
import io
import random
import re
from pathlib import Path

import pytest
from reading import INPUTS, expected, read, read_all, rows

from communitylab.exports.intake import platform_named

MARK = "Zaphod"
BINARY = (".car", ".xlsx")
_VALUES = re.compile(r'"(?=\s*[,}\]])|(?<=[:>])(?=[^<>"]*</)')  # at the end of JSON's, at the start of XML's


def _marked(text: str, kind: str) -> str:
    """The same file with a word of its own in much of what stands in it, but not in what its format is told by."""
    lots = random.Random(7)
    if kind in (".csv", ".tsv"):
        delimiter = "\t" if kind == ".tsv" else ","
        header, *below = csv.reader(io.StringIO(text), delimiter=delimiter)
        written = io.StringIO()
        writer = csv.writer(written, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows([cell + MARK for cell in row] for row in below)
        return written.getvalue()
    if kind in (".mbox", ".txt"):
        return re.sub(r"(?m)$", f" {MARK}", text)
    return _VALUES.sub(lambda found: (MARK if lots.random() < 0.3 else "") + found[0], text)


def test_no_reason_holds_a_word_of_the_file(tmp_path: Path) -> None:
    reasons: set[str] = set()
    for number, path in enumerate(path for path in INPUTS if path.is_file() and path.suffix not in BINARY):
        marked = tmp_path / f"{number}" / path.name
        marked.parent.mkdir()
        marked.write_text(_marked(path.read_text("utf-8-sig"), path.suffix), "utf-8")
        for record in read_all(marked, marked.parent):
            reasons |= record.skipped.keys()
    assert len(reasons) > 50
    assert not [reason for reason in reasons if MARK.lower() in reason.lower()]


def test_a_header_is_in_no_reason(tmp_path: Path) -> None:
    column = f"Date ({MARK} export)"
    (tmp_path / "x").write_text(f"User,Words,{column}\nana,hi,never\n")
    record = read(tmp_path / "x", tmp_path, columns={"author": "User", "text": "Words", "created_at": column})
    assert record.skipped == {"the date is no date": 1}
    # Whose file it is may know which column.
    assert f"{column} is no date in some records, such as aaaaa" in record.notes


def test_reasons_of_all_fixtures_are_few_and_short() -> None:
    found: set[str] = set()
    for path in INPUTS:
        files = expected(path).get("files", {"": expected(path)})
        found |= {reason for entry in files.values() for reason in entry["skipped"]}
    assert all(re.fullmatch(r"[\w ,\'.]{3,70}", reason) for reason in found), found
    assert len(found) < 200


@pytest.mark.parametrize(
    ("cell", "platform"),
    [
        ("Twitter", "x"),
        ("X.com", "x"),
        ("bsky", "bluesky"),
        ("Facebook", "facebook"),
        ("App.net", "app.net"),
        ("ВКонтакте", "вконтакте"),
        ("our forum 2", "our forum 2"),
        ("", "table"),
        ("nan", "table"),
        ("https://example.org/ana", "table"),
        ("@ana", "table"),
        ("<b>x</b>", "table"),
        ("=1+1", "table"),
        ("x\u202ey", "table"),
        ("ana@example.org", "table"),
        ("the words of somebody that are too many", "table"),
    ],
)
@pytest.mark.parametrize("layout", ["posts", "edges", "fourcat"])
def test_a_cell_is_a_platform_only_if_it_can_be_the_name_of_one(
    cell: str, platform: str, layout: str, tmp_path: Path
) -> None:
    header, line = {
        "posts": ("author,text,platform", "ana,hi,{}"),
        "edges": ("source,target,kind,platform", "ana,bo,reply,{}"),
        "fourcat": ("id,thread_id,author,body,timestamp,unix_timestamp,platform", "1,1,ana,hi,,,{}"),
    }[layout]
    (tmp_path / "x").write_text(f"{header}\n{line.format(cell)}\n", "utf-8")
    read(tmp_path / "x", tmp_path)
    assert [row["platform"] for row in rows(tmp_path, "posts")] == [platform]
    assert platform_named(cell) == platform
