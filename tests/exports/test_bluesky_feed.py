"""Feeds, searches and threads of Bluesky, in whatever shape they were saved."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from reading import FIXTURES, read, rows
from repositories import ANA, MILL, NAMES, ROSA, TOM, address, answering, facet, post, tid

from communitylab import exports

DAY = "2025-08-27T"


def view(did: str, minute: int, **more: Any) -> dict[str, Any]:
    key = tid(f"{DAY}13:{minute:02}:00+00:00")
    return {
        "uri": address(did, key),
        "cid": "bafyreigoodbread",
        "author": {"did": did, "handle": NAMES[did]},
        "record": post(f"rye {minute}", f"{DAY}13:{minute:02}:00Z"),
        "indexedAt": f"{DAY}13:{minute:02}:05Z",
        **more,
    }


def repeated(item: dict[str, Any], did: str) -> dict[str, Any]:
    by = {"did": did, "handle": NAMES[did]}
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": by, "indexedAt": f"{DAY}14:00:00Z"}
    return {"post": item, "reason": reason}


def written(folder: Path, *lines: object, indent: int | None = None) -> exports.FileRecord:
    (folder / "x").write_text("\n".join(json.dumps(line, indent=indent) for line in lines), "utf-8")
    return read(folder / "x", folder)


ONE, TWO = view(ANA, 1), view(ROSA, 2)
ITEMS = [{"post": ONE}, {"post": TWO}]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    "whole",
    [
        {"feed": ITEMS, "cursor": "2"},
        {"posts": [ONE, TWO]},
        {"thread": {"post": ONE, "replies": [{"post": TWO, "replies": []}]}, "threadgate": None},
        {"thread": {"post": ONE, "parent": {"post": TWO}}},
        {"thread": [{"uri": ONE["uri"], "depth": 0, "value": {"post": ONE}}, {"depth": 1, "value": {"post": TWO}}]},
        [ONE, TWO],
        ITEMS,
        [{"feed": ITEMS[:1]}, {"feed": ITEMS[1:]}],
    ],
    ids=["feed", "posts", "thread", "above", "flat thread", "views", "items", "pages"],
)  # fmt: skip
def test_every_shape_gives_the_same_posts(whole: object, indent: int | None, tmp_path: Path) -> None:
    record = written(tmp_path, whole, indent=indent)
    assert (record.format, record.records, record.skipped) == ("bluesky_feed", 2, {})
    found = [(row["post_id"], row["author_name"], row["text"]) for row in rows(tmp_path, "posts")]
    assert found == [(ONE["uri"], NAMES[ANA], "rye 1"), (TWO["uri"], NAMES[ROSA], "rye 2")]


def test_lines_of_views_and_of_items_are_read(tmp_path: Path) -> None:
    assert written(tmp_path, ONE, TWO).posts == 2
    assert written(tmp_path, *ITEMS, ONE, {"posts": [TWO]}).posts == 4


@pytest.mark.parametrize(
    ("lines", "coverage"),
    [
        ([{"feed": ITEMS[:1]}, {"feed": ITEMS[1:]}], "B"),
        ([{"feed": ITEMS[:1]}, {"feed": []}], "B"),
        ([{"feed": [ITEMS[0], repeated(TWO, ANA)]}], "B"),
        ([{"feed": [ITEMS[0], repeated(ONE, ROSA)]}], "A"),
        ([{"feed": ITEMS}], "A"),
        ([{"feed": ITEMS[:1]}, {"posts": [TWO]}], "A"),
        (ITEMS[:1], "B"),
        (ITEMS, "A"),
        ([ONE], "A"),
        ([{"thread": {"post": ONE}}], "A"),
    ],
)
def test_feeds_of_one_account_each_are_those_of_chosen_accounts(
    lines: list[object], coverage: str, tmp_path: Path
) -> None:
    assert written(tmp_path, *lines).coverage == coverage


def test_post_repeated_in_a_feed_is_a_repost_by_whoever_repeated_it(tmp_path: Path) -> None:
    record = written(tmp_path, {"feed": [repeated(TWO, ANA)]})
    assert (record.records, record.posts) == (1, 1)
    (row,) = rows(tmp_path, "posts")
    assert (row["kind"], row["author_id"], row["repost_of_id"]) == ("repost", ANA, ROSA)
    assert (row["created_at"], "text" in row, "post_id" in row) == ("2025-08-27 14:00:00", False, False)
    assert {"platform": "bluesky", "account_id": ROSA, "name": NAMES[ROSA]} in rows(tmp_path, "names")


@pytest.mark.parametrize(
    "parent",
    [
        TWO,
        {"$type": "app.bsky.feed.defs#notFoundPost", "uri": TWO["uri"], "notFound": True},
        {"$type": "app.bsky.feed.defs#blockedPost", "uri": TWO["uri"], "blocked": True, "author": {"did": ROSA}},
        None,
        [],
    ],
)  # fmt: skip
def test_what_an_item_answers_is_no_post_of_the_feed(parent: object, tmp_path: Path) -> None:
    own = view(ANA, 3, record=post("yes", f"{DAY}13:03:00Z", **answering(TWO["uri"], TWO["uri"])))
    record = written(tmp_path, {"feed": [{"post": own, "reply": {"parent": parent, "root": parent}}]})
    assert (record.records, record.posts) == (1, 1)
    (row,) = rows(tmp_path, "posts")
    assert (row["reply_to_id"], row["reply_to_post_id"]) == (ROSA, TWO["uri"])


def test_label_that_others_put_on_somebody_makes_no_bot(tmp_path: Path) -> None:
    def labelled(source: str, **more: object) -> dict[str, Any]:
        return {"did": ANA, "handle": NAMES[ANA], "labels": [{"src": source, "val": "bot", **more}]}

    views = [view(ANA, 1, author=labelled(*who)) for who in ((ANA,), (ROSA,))]
    written(
        tmp_path,
        {"posts": [*views, view(ANA, 1, author=labelled(ANA, neg=True)), view(TOM, 1, author=labelled(ANA))]},
    )
    assert [row.get("is_bot", False) for row in rows(tmp_path, "posts")] == [True, False, False, False]
    assert "author_name" not in rows(tmp_path, "posts")[3]  # shown as somebody else


def test_python_spells_keys_otherwise_and_no_words(tmp_path: Path) -> None:
    said = '@ana: he wrote "created_at": to me'
    record = post(said, f"{DAY}12:00:00Z", facets=[facet(said, "@ana", did=ANA)])
    found = view(ROSA, 1, uri=address(ROSA, "one"), record=record, viewer={"thread_muted": False})
    text = json.dumps({"posts": [found]})
    for key in ("indexedAt", "createdAt", "byteStart", "byteEnd"):
        text = text.replace(f'"{key}"', '"' + re.sub("([A-Z])", r"_\1", key).lower() + '"')
    (tmp_path / "x").write_text(text.replace('"$type"', '"py_type"'))
    read(tmp_path / "x", tmp_path)
    (row,) = rows(tmp_path, "posts")
    assert (row["text"], row["created_at"], row["mentions"]) == (
        said,
        "2025-08-27 12:00:00",
        [[ANA, None, 0]],
    )


def test_whoever_is_shown_beside_a_post_has_a_name(tmp_path: Path) -> None:
    shown = {"$type": "app.bsky.embed.record#view", "record": {"uri": TWO["uri"], "author": TWO["author"]}}
    quoting = view(MILL, 4, embed=shown)
    written(tmp_path, {"feed": [{"post": quoting, "reply": {"parent": ONE, "root": ONE}}]})
    names = {(name["account_id"], name["name"]) for name in rows(tmp_path, "names")}
    assert names == {(did, NAMES[did]) for did in (MILL, ROSA, ANA)}
    parents = {(parent["post_id"], parent["author_id"]) for parent in rows(tmp_path, "parents")}
    assert parents == {(ONE["uri"], ANA), (TWO["uri"], ROSA)}


def test_bad_posts_cost_themselves_only(tmp_path: Path) -> None:
    bad = [
        5,
        None,
        {},
        {"uri": 5},
        view(ANA, 1, uri="x"),
        view(ANA, 1, record=None),
        view(ANA, 1, author=[]),
        view(ANA, 1, record={"text": ["a"]}),
    ]
    feed = [*bad, {"post": None}, {"post": TWO, "reason": 5}, {"post": TWO}]
    thread = {"post": ONE, "replies": [*bad, {"post": TWO}]}
    said = {"error": "NotFound", "message": "no"}
    record = written(tmp_path, {"posts": [*bad, ONE]}, {"feed": feed}, {"thread": thread}, said)
    assert record.posts == 4
    assert record.records == 4 + len(bad) * 3 + 2 + 1
    assert record.skipped["a message of the platform, no post"] == 1


def test_deep_thread_is_read_and_a_bottomless_one_told(tmp_path: Path) -> None:
    above = '{"post":' + json.dumps(ONE) + ',"replies":['
    for depth, posts, skipped in ((200, 201, {}), (3000, 1, {"nested too deep": 1})):
        thread = '{"thread":' + above * depth + "]}" * depth + "}"
        (tmp_path / "x").write_text(json.dumps({"posts": [TWO]}) + "\n" + thread)
        record = read(tmp_path / "x", tmp_path)
        assert (record.posts, record.skipped) == (posts, skipped)


def test_same_post_is_the_same_from_another_tool(tmp_path: Path) -> None:
    found = []
    for path in (FIXTURES / "fourcat.bsky.csv", FIXTURES / "bluesky_feed.pages.jsonl"):
        read(path, tmp_path)
        found += [
            row for row in rows(tmp_path, "posts") if row.get("post_id") == address(MILL, "3lxf42soik201")
        ]
    assert len(found) == 3
    assert all({**row, "source_record": 1} == found[0] for row in found)
