"""Facebook Pages: files without authors, and what tells a comment from a post."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from reading import read, rows

PAGE, ROSA, ANA = {"id": "900", "name": "Mill & Crumb"}, {"id": "70012", "name": "Rosa"}, {"id": "501"}


def item(
    item_id: str, author: dict[str, str] | None = None, *below: object, **more: object
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": item_id,
        "message": "bread",
        "created_time": "2025-08-27T10:00:00+0000",
        **more,
    }
    if author:
        found["from"] = author
    if below:
        found["comments"] = {"data": list(below)}
    return found


def posts(tmp_path: Path, content: object) -> dict[object, dict[str, object]]:
    (tmp_path / "x").write_text(json.dumps(content))
    record = read(tmp_path / "x", tmp_path)
    assert record.format == "facebook_page"
    return {row["post_id"]: row for row in rows(tmp_path, "posts")}


def test_posts_asked_for_without_author_are_the_pages_if_they_have_comments(tmp_path: Path) -> None:
    feed = [item("900_700", None, item("700_801", ROSA)), item("900_701")]
    (tmp_path / "x").write_text(json.dumps({"id": "900", "name": "Mill & Crumb", "posts": {"data": feed}}))
    record = read(tmp_path / "x", tmp_path)
    assert [row["author_id"] for row in rows(tmp_path, "posts")] == ["900", "70012"]
    assert record.skipped == {"no author": 1}
    assert [note.partition(":")[0] for note in record.notes] == [
        "posts were asked for without `from`",
        "nobody knows who made 1 of the posts, comments and reactions",
    ]


def test_post_without_author_among_signed_ones_is_nobodys(tmp_path: Path) -> None:
    feed = {"data": [item("900_700", PAGE), item("900_701", None, item("701_801", ROSA))]}
    found = posts(tmp_path, feed)
    assert found.keys() == {"700", "701_801"}
    assert found["701_801"]["conversation_id"] == "701"


def test_post_of_a_group_is_no_comment(tmp_path: Path) -> None:
    found = posts(tmp_path, {"data": [item("40_700", ROSA, item("700_801", ANA)), item("40_701", ANA)]})
    assert {post_id: row["conversation_id"] for post_id, row in found.items()} == {
        "700": "700",
        "700_801": "700",
        "701": "701",
    }


@pytest.mark.parametrize(
    "page",
    [
        {"data": [item("700_801", ROSA), item("700_802", ANA)], "paging": {"cursors": {"after": "QQ"}}},
        {"data": [item("700_801", ROSA, item("700_802", ANA))]},
    ],
)
def test_comments_that_stand_alone_are_one_thread(page: object, tmp_path: Path) -> None:
    assert {row["conversation_id"] for row in posts(tmp_path, page).values()} == {"700"}


def test_post_goes_by_the_id_that_comments_have_of_it(tmp_path: Path) -> None:
    assert posts(tmp_path, {"data": [item("900_700", PAGE)]})["700"]["conversation_id"] == "700"


def test_author_with_a_name_only_is_remarked(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(json.dumps(item("900_700", PAGE, item("700_801", {"name": "Rosa"}))))
    assert "two people of one name" in read(tmp_path / "x", tmp_path).notes[0]


def test_endless_nesting_ends(tmp_path: Path) -> None:
    nested = item("700_899", ROSA)
    for number in range(60):
        nested = item(f"700_{number}", ROSA, nested)
    (tmp_path / "x").write_text(json.dumps(item("900_700", PAGE, nested)))
    record = read(tmp_path / "x", tmp_path)
    assert record.skipped == {"nested too deep": 1}
    assert record.posts == 20


def test_page_saved_as_one_document(tmp_path: Path) -> None:
    feed = [item("900_700", PAGE, item("700_801", ROSA)), item("900_701", ROSA)]
    (tmp_path / "x").write_text(json.dumps({"data": feed, "paging": {"cursors": {"after": "QQ"}}}, indent=1))
    record = read(tmp_path / "x", tmp_path)
    assert (record.records, record.posts, record.notes) == (3, 3, ())


def test_page_of_the_answers_to_one_comment_stands_below_it(tmp_path: Path) -> None:
    paging = {"next": "https://graph.facebook.com/v23.0/700_801/comments?after=QQ"}
    found = posts(tmp_path, {"data": [item("700_802", ROSA), item("700_803", ANA)], "paging": paging})
    assert {(row["conversation_id"], row["kind"], row["reply_to_post_id"]) for row in found.values()} == {
        ("700", "reply", "700_801")
    }


def test_shared_post_and_reactions_go_by_the_number_of_the_post(tmp_path: Path) -> None:
    shared = item("900_702", PAGE, parent_id="501_66", status_type="shared_story")
    shared["reactions"] = {"data": [{"id": "501", "name": "Ana"}]}
    found = posts(tmp_path, {"data": [shared]})
    assert (found["702"]["quote_of_post_id"], found["702"]["quote_of_id"]) == ("66", "501")
    assert rows(tmp_path, "edges")[0]["target_post_id"] == "702"


def test_comment_with_a_bare_number_has_that_of_its_post_before_it(tmp_path: Path) -> None:
    found = posts(tmp_path, {"data": [item("900_700", PAGE, item("801", ROSA, item("802", ANA)))]})
    assert {row.get("reply_to_post_id") for row in found.values()} == {None, "700_801"}
    assert found.keys() == {"700", "700_801", "700_802"}
