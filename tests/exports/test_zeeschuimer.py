"""What the fixture of Zeeschuimer's captures cannot show: other platforms, and where a name may stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from reading import read, rows


def written(tmp_path: Path, *lines: Any) -> Path:
    path = tmp_path / "export"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def wrapped(data: Any, platform: str = "twitter.com") -> dict[str, Any]:
    return {"nav_index": "1:2:0", "source_platform": platform, "data": data}


def tweet(**more: Any) -> dict[str, Any]:
    return {"rest_id": "2", "legacy": {"full_text": "rye", "user_id_str": "501"}, **more}


@pytest.mark.parametrize(
    ("platforms", "named"),
    [
        (["instagram.com"], "Instagram here"),
        (["tiktok-comments", "tiktok.com"], "TikTok here"),
        (["truthsocial.com", "threads.net"], "Threads and Truth Social here"),
        (["example.org\u202e"], "another platform here"),
    ],
)
def test_captures_of_other_platforms_are_refused_by_name(
    platforms: list[str], named: str, tmp_path: Path
) -> None:
    lines = [wrapped({"id": "a"}, platform) for platform in platforms]
    for shape in (lines, [{"id": "a", "__import_meta": {"source_platform": name}} for name in platforms]):
        record = read(written(tmp_path, *shape), tmp_path)
        assert record.posts == 0
        assert f"Zeeschuimer captured {named}. Of its captures only those of X are read" in str(
            record.refusal
        )


@pytest.mark.parametrize(
    "user",
    [
        {"core": {"screen_name": "ana", "name": "Ana"}},
        {"legacy": {"screen_name": "ana", "name": "Ana"}},
        {"core": {"screen_name": "ana"}, "legacy": {"screen_name": "old", "name": "Ana"}},
    ],
)
def test_a_name_stands_in_either_place(user: dict[str, Any], tmp_path: Path) -> None:
    read(written(tmp_path, wrapped(tweet(core={"user_results": {"result": user}}))), tmp_path)
    (found,) = rows(tmp_path, "names")
    assert (found["account_id"], found["name"], found["display_name"]) == ("501", "ana", "Ana")


def test_the_id_that_javascript_rounded_is_not_used(tmp_path: Path) -> None:
    exact = tweet(rest_id="1960000000000000001", id=1960000000000000000)
    read(written(tmp_path, {**wrapped(exact), "item_id": 1960000000000000000}), tmp_path)
    assert rows(tmp_path, "posts")[0]["post_id"] == "1960000000000000001"
    record = read(written(tmp_path, wrapped({"id": 1960000000000000000, "legacy": {}})), tmp_path)
    assert record.skipped == {"no id": 1}


def test_an_answer_to_a_post_that_is_gone_is_to_nobody(tmp_path: Path) -> None:
    legacy = {"full_text": "rye", "user_id_str": "501", "conversation_id_str": "1"}
    read(written(tmp_path, wrapped(tweet(legacy=legacy))), tmp_path)
    (row,) = rows(tmp_path, "posts")
    assert (row["kind"], row["conversation_id"], "reply_to_post_id" in row) == ("reply", "1", False)
