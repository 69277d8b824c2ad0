"""The layouts of the API v1.1 beside one post a line, and what is told apart from its posts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from reading import read, rows

from communitylab.exports.x_status import exact, first_linked, linked, repeated

USER = {"id_str": "501", "screen_name": "ana"}


def post(**more: Any) -> dict[str, Any]:
    return {"id_str": "1", "created_at": "Wed Aug 27 13:00:00 +0000 2025", "text": "hi", "user": USER, **more}


def found(tmp_path: Path, content: Any) -> list[dict[str, Any]]:
    (tmp_path / "x").write_text(content if isinstance(content, str) else json.dumps(content))
    record = read(tmp_path / "x", tmp_path)
    assert record.format == "x_api_v1"
    return rows(tmp_path, "posts")


@pytest.mark.parametrize(
    "content",
    [
        [post()],
        json.dumps([post()], indent=1),
        {"statuses": [post()], "search_metadata": {}},
        json.dumps({"search_metadata": {}, "statuses": [post()]}, indent=1),
        {"results": [post()], "next": "abc", "requestParameters": {}},
        (json.dumps({"limit": {"track": 1}}) + "\n") * 25 + json.dumps(post()),
        (json.dumps({"delete": {"status": {"id": 1}}}) + "\n") * 25 + json.dumps(post()),
    ],
)
def test_layouts(content: Any, tmp_path: Path) -> None:
    (row,) = found(tmp_path, content)
    assert (row["post_id"], row["author_id"], row["text"]) == ("1", "501", "hi")


@pytest.mark.parametrize(
    ("more", "reference"),
    [
        ({"in_reply_to_status_id": 1960000000000000001}, {"reply_to_post_id": "1960000000000000001"}),
        ({"in_reply_to_status_id": 1.96e18}, {}),  # rounded: better none than a wrong one
        (
            {"in_reply_to_status_id": 1.96e18, "in_reply_to_status_id_str": "1960000000000000001"},
            {"reply_to_post_id": "1960000000000000001"},
        ),
        ({"in_reply_to_user_id_str": "", "in_reply_to_screen_name": ""}, {}),
        ({"quoted_status_id_str": "7"}, {"quote_of_post_id": "7"}),
        (
            {
                "quoted_status_id_str": "7",
                "quoted_status_permalink": {"expanded": "https://x.com/bo/status/8"},
            },
            {"quote_of_post_id": "7"},
        ),
        ({"text": "RT @bo: typed by hand"}, {}),
    ],
)
def test_references(more: dict[str, Any], reference: dict[str, str], tmp_path: Path) -> None:
    (row,) = found(tmp_path, [post(entities={}, **more)])
    assert {key: value for key, value in row.items() if "_of_" in key or "reply_to" in key} == reference
    assert row["kind"] == (
        "post" if not reference else "reply" if "reply_to_post_id" in reference else "quote"
    )


def test_times_as_a_table_program_writes_them(tmp_path: Path) -> None:
    (row,) = found(tmp_path, [post(created_at=1756299600000)])
    assert row["created_at"] == "2025-08-27 13:00:00"


def test_ids_are_exact_or_none() -> None:
    assert exact("1960000000000000001", 1960000000000000000) == "1960000000000000001"
    assert exact("", 7) == "7"
    assert [exact(value) for value in (None, "", "-1", -1, 0, "0", 1.96e18)] == [None] * 7


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://twitter.com/rosa_bakes/status/12", ("rosa_bakes", "12")),
        ("http://mobile.twitter.com/rosa/statuses/12?s=20", ("rosa", "12")),
        ("https://x.com/i/status/12#m", (None, "12")),
        ("https://x.com/i/web/status/12", None),
        ("https://x.com/ana/status/12/photo/1", None),
        ("https://nottwitter.com/ana/status/12", None),
        ("https://example.org/?u=https://x.com/ana/status/12", None),
        (None, None),
    ],
)
def test_links_to_posts(url: str | None, target: tuple[str | None, str] | None) -> None:
    assert linked(url) == target


@pytest.mark.parametrize(
    ("cell", "target"),
    [
        ("twitter.com/rosa_bakes/statuses/12", ("rosa_bakes", "12")),
        ("https://x.com/i/web/status/12", (None, "12")),
        ("https://twitter.com/anyuser/status/12", (None, "12")),
        ("https://x.com/ana/status/12/photo/1 https://x.com/bo/status/13", ("ana", "12")),
        ("https://nottwitter.com/ana/status/12", None),
        ("https://x.com/ana/status/" + "9" * 10_000, None),
        (None, None),
    ],
)
def test_first_link_to_a_post(cell: str | None, target: tuple[str | None, str] | None) -> None:
    assert first_linked(cell) == target


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("RT @rosa_bakes: rye", "rosa_bakes"),
        (" RT @Bo", "Bo"),
        ("rt @bo", None),
        ("so RT @bo", None),
        ("RT @" + "a" * 31, None),
        (None, None),
    ],
)
def test_repost_is_told_by_its_head(text: str | None, name: str | None) -> None:
    assert repeated(text) == name
