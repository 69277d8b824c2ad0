"""The stream of Bluesky: what is deleted later, what is edited, and the same record from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from reading import read, rows
from repositories import (
    ANA,
    MILL,
    NAMES,
    ROSA,
    TOM,
    address,
    answering,
    car,
    link_to,
    post,
    reference,
    repository,
    tid,
)

from communitylab import exports
from communitylab.exports import bluesky_jetstream

DAY = "2025-08-27T"
POST = "app.bsky.feed.post"
SECOND = 1_000_000
NOON = 1_756_296_000 * SECOND


def key(minute: int) -> str:
    return tid(f"{DAY}12:{minute:02}:00+00:00")


def event(
    did: str, minute: int, operation: str = "create", *, kind: str = POST, **more: Any
) -> dict[str, Any]:
    commit = {"rev": key(minute), "operation": operation, "collection": kind, "rkey": key(minute), **more}
    return {"did": did, "time_us": NOON + minute * 60 * SECOND + SECOND, "kind": "commit", "commit": commit}


def said(did: str, minute: int, text: str = "rye", **more: Any) -> dict[str, Any]:
    return event(did, minute, record=post(text, f"{DAY}12:{minute:02}:00Z", **more))


def written(folder: Path, *events: object) -> exports.FileRecord:
    (folder / "x").write_text("\n".join(map(json.dumps, events)), "utf-8")
    return read(folder / "x", folder)


def texts(folder: Path) -> list[object]:
    return [row["text"] for row in rows(folder, "posts")]


@pytest.mark.parametrize("is_first", [True, False])
def test_what_is_deleted_is_left_out_wherever_its_deletion_stands(is_first: bool, tmp_path: Path) -> None:
    gone = event(ANA, 1, "delete")
    events = [said(ANA, 1, "taken back"), said(ANA, 2, "stays"), said(ROSA, 1, "of somebody else")]
    record = written(tmp_path, *([gone, *events] if is_first else [*events, gone]))
    assert texts(tmp_path) == ["stays", "of somebody else"]
    assert record.skipped == {"a deletion, no post": 1, "a record that was deleted later": 1}
    assert len(record.notes) == 1


def test_what_is_written_anew_where_it_was_deleted_stays(tmp_path: Path) -> None:
    gone, anew = event(ANA, 1, "delete"), said(ANA, 1, "anew")
    gone["time_us"] += SECOND
    anew["time_us"] += 2 * SECOND
    assert written(tmp_path, said(ANA, 1, "first"), gone, anew).posts == 1
    assert texts(tmp_path) == ["anew"]


def test_deletion_of_a_like_leaves_the_post_of_the_same_key(tmp_path: Path) -> None:
    assert written(tmp_path, said(ANA, 1), event(ANA, 1, "delete", kind="app.bsky.feed.like")).posts == 1


@pytest.mark.parametrize(
    ("status", "posts"), [("deleted", 1), ("deactivated", 2), ("not deleted", 2), (None, 2)]
)
def test_account_that_is_deleted_takes_its_words_with_it(
    status: str | None, posts: int, tmp_path: Path
) -> None:
    news = {"active": False, "status": status}
    account = {"did": ANA, "time_us": NOON + 3600 * SECOND, "kind": "account", "account": news}
    assert written(tmp_path, said(ANA, 1), said(ROSA, 2), account).posts == posts


def test_word_deleted_deletes_nothing(tmp_path: Path) -> None:
    record = written(tmp_path, said(ANA, 1, '"operation":"delete"'), said(ANA, 2, "deleted"))
    assert (record.posts, record.skipped, record.notes) == (2, {}, ())


def test_more_deletions_than_can_be_kept_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bluesky_jetstream, "_MOST_DELETED", 2)
    events = [said(ANA, minute) for minute in range(4)]
    record = written(tmp_path, *events, *(event(ANA, minute, "delete") for minute in range(4)))
    assert (record.posts, "Split it" in record.notes[0]) == (2, True)


def test_edited_post_is_a_later_version_of_the_same(tmp_path: Path) -> None:
    first = said(ANA, 1, "rye")
    later = [
        event(ANA, 1, "update", rev=key(minute), record=post(f"rye {minute}", f"{DAY}12:01:00Z"))
        for minute in (5, 6)
    ]
    written(tmp_path, first, *later)
    found = rows(tmp_path, "posts")
    uri = address(ANA, key(1))
    assert [row["post_id"] for row in found] == [uri, f"{uri}#{key(5)}", f"{uri}#{key(6)}"]
    assert [row.get("edit_of") for row in found] == [None, uri, uri]
    assert {row["conversation_id"] for row in found} == {uri}


def test_name_comes_with_a_change_of_it(tmp_path: Path) -> None:
    change = {
        "did": ROSA,
        "time_us": NOON,
        "kind": "identity",
        "identity": {"did": ROSA, "handle": NAMES[ROSA]},
    }
    lost = {"did": TOM, "time_us": NOON, "kind": "identity", "identity": {"did": TOM, "handle": NAMES[TOM]}}
    record = written(
        tmp_path, change, lost, {"did": ANA, "time_us": NOON, "kind": "identity", "identity": {}}
    )
    assert record.skipped == {"news of a name, no post": 3}
    assert [(name["account_id"], name["name"]) for name in rows(tmp_path, "names")] == [(ROSA, NAMES[ROSA])]


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ({"kind": "commit"}, "no did"),
        ({"did": ANA, "kind": "commit"}, "no time_us"),
        (said("ana", 1), "no address"),
        (event(ANA, 1, rkey="../x"), "no address"),
        (event(ANA, 1, "undo"), "operation is not as this format has it"),
        (event(ANA, 1), "the record is not as this format has it"),
        (event(ANA, 1, record=[]), "the record is not as this format has it"),
        (event(ANA, 1, kind="org.example.recipe", record={}), "a record of another kind, no post"),
        ({"did": ANA, "time_us": NOON, "kind": "sync", "sync": {}}, "news of an account, no post"),
    ],
)  # fmt: skip
def test_bad_event_costs_itself_only(found: dict[str, Any], reason: str, tmp_path: Path) -> None:
    record = written(tmp_path, said(ROSA, 0), found)
    assert (record.posts, record.records, record.skipped) == (1, 2, {reason: 1})


@pytest.mark.parametrize("time_us", [2**62, -(2**62), 0])
def test_absurd_time_of_the_server_leaves_that_of_the_record(time_us: int, tmp_path: Path) -> None:
    written(tmp_path, said(ANA, 1) | {"time_us": time_us})
    assert [row["created_at"] for row in rows(tmp_path, "posts")] == ["2025-08-27 12:01:00"]


def test_the_same_records_are_the_same_from_every_export(tmp_path: Path) -> None:
    asked = address(ANA, key(1))
    when = "2014-01-01T00:00:00Z"  # made up, differently corrected wherever it were
    records = {
        f"{POST}/{key(2)}": post("rye", when, **answering(asked, asked)),
        f"app.bsky.feed.repost/{key(3)}": {"subject": reference(asked), "createdAt": when},
        f"app.bsky.feed.like/{key(4)}": {"subject": reference(asked), "createdAt": when},
        f"app.bsky.graph.follow/{key(5)}": {"subject": ROSA, "createdAt": when},
    }
    blocks = repository(MILL, records, rev=key(50))
    events = []
    for minute, (place, record) in enumerate(records.items(), 2):
        events.append(event(MILL, minute, kind=place.partition("/")[0], record=record))
    view = {"author": {"did": MILL}, "record": records[f"{POST}/{key(2)}"], "indexedAt": f"{DAY}12:10:00Z"}
    by = {
        "by": {"did": MILL},
        "uri": address(MILL, key(3), "app.bsky.feed.repost"),
        "indexedAt": f"{DAY}12:03:00Z",
    }
    items = [{"post": {**view, "uri": address(MILL, key(2))}}, {"post": {**view, "uri": asked}, "reason": by}]
    stream, feed = ("\n".join(map(json.dumps, lines)).encode() for lines in (events, [{"feed": items}]))
    found = []
    for number, content in enumerate((car(link_to(blocks[0]), blocks), stream, feed)):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        (folder / "x").write_bytes(content)
        read(folder / "x", folder)
        tables = (rows(folder, "posts"), rows(folder, "edges"))
        found.append([sorted(str({**row, "source_record": 0}) for row in table) for table in tables])
    assert found[0] == found[1]
    assert found[2] == [found[0][0], []]
    assert [len(table) for table in found[0]] == [2, 2]
