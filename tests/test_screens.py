"""What the commands print of many files: few lines, and nothing of them lost."""

from __future__ import annotations

from typing import Any

from communitylab.exports import FileRecord
from communitylab.glances import Glance, Look
from communitylab.ledger import Ledger
from communitylab.screens import glance_lines, ledger_lines

LOOK = Look(None, 3, (("ana", 20), ("bo", 19)), (("BRAND", 30),))


def _file(number: int, **told: Any) -> FileRecord:
    known = {
        "format": "slack",
        "coverage": "A",
        "records": 10,
        "posts": 9,
        "skipped": {"a message of the system": 1},
    }
    known["first_skipped"] = {"a message of the system": 4}
    return FileRecord(f"day-{number}.json", number, **known | told)


def _ledger(n: int, *others: FileRecord, **told: Any) -> Ledger:
    return Ledger((*(_file(number) for number in range(n)), *others), **told)


def test_of_forty_files_each_is_told():
    lines = list(ledger_lines(_ledger(40)))
    assert sum(line.endswith("json:") for line in lines) == 40
    assert lines[:4] == [
        "day-0.json:",
        "  slack, 10 records, 9 posts",
        "  class A: everybody who wrote in a place or under a search is in it",
        "  skipped 1 × a message of the system (first: line 4)",
    ]


def test_of_more_files_each_format_is_told_once_and_what_was_left_out():
    one = _file(
        41, format="whatsapp", records=1, posts=1, skipped={}, notes=("times are those of the phone",)
    )
    refused = FileRecord("users.json", 42, refusal="no export that is known")
    empty = FileRecord("none.csv", 43, format="table", refusal="no column is called author")
    lines = list(ledger_lines(_ledger(41, one, refused, empty, unresolved={"reply": 2})))
    assert lines == [
        "41 files read as slack (class A): 410 records, 369 posts",
        "1 file read as whatsapp (class A): 1 record, 1 post",
        "2 files not read",
        "class A: everybody who wrote in a place or under a search is in it",
        "day-0.json and 40 more: skipped 41 × a message of the system (first: line 4)",
        "day-41.json: times are those of the phone",
        "users.json: not read. no export that is known",
        "none.csv: not read. no column is called author",
        "2 × reply to somebody who cannot be known (a deleted post): no act",
    ]


def test_each_class_of_a_format_is_a_heap_of_its_own():
    several = [_file(number, coverage="C") for number in range(50, 52)]
    lines = list(ledger_lines(_ledger(41, *several)))
    assert lines[:2] == [
        "41 files read as slack (class A): 410 records, 369 posts",
        "2 files read as slack (class C): 20 records, 18 posts",
    ]
    assert [line[:8] for line in lines[2:4]] == ["class A:", "class C:"]


def test_many_files_are_looked_at_together():
    lines = list(glance_lines(Glance(_ledger(41), {}, LOOK)))
    assert lines[0] == "41 files read as slack (class A): 410 records, 369 posts"
    assert lines[-4:-2] == ["All together:", "  without times, 3 authors, most of it by ana (20), bo (19)"]
    assert lines[-1].split() == ["30", "BRAND"]
    assert len(lines) == 7


def test_what_many_files_skip_for_one_reason_is_added_up():
    """However often each did: of a year of Slack no line for each day."""
    days = (_file(n, skipped={"a bot": n + 1}, first_skipped={"a bot": 2 * n + 3}) for n in range(41))
    assert list(ledger_lines(Ledger(tuple(days))))[2:] == [
        "day-0.json and 40 more: skipped 861 × a bot (first: line 3)"
    ]


def test_of_some_files_each_has_a_line_and_what_is_left_out_is_said_once():
    lines = list(glance_lines(Glance(_ledger(13), {}, LOOK)))
    assert lines[:2] == [f"day-{number}.json: slack, class A, 10 records, 9 posts" for number in range(2)]
    assert lines[13] == "day-0.json and 12 more: skipped 13 × a message of the system (first: line 4)"
