"""Topics of a forum: pieces, layouts, and the same post in several exports."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from reading import FIXTURES, read, rows

from communitylab import study as rooms
from communitylab.exports import discourse_topics


def post(number: int, **more: Any) -> dict[str, Any]:
    return {
        "user_id": 5,
        "username": "rosa_bakes",
        "created_at": "2025-08-27T13:00:00.000Z",
        "cooked": "<p>rye</p>",
        "post_number": number,
        "post_type": 1,
        "topic_id": 9,
        "reply_to_post_number": None,
        **more,
    }


def topic(*posts: dict[str, Any], stream: int | None = None) -> dict[str, Any]:
    ids = {} if stream is None else {"stream": list(range(stream))}
    return {"id": 9, "post_stream": {"posts": list(posts), **ids}}


@pytest.mark.parametrize(
    "layout",
    [
        lambda topics: json.dumps(topics[0]) + "\n" + json.dumps(topics[1]),
        lambda topics: json.dumps(topics),
        lambda topics: json.dumps(topics, indent=1),
        lambda topics: json.dumps(topic(*(p for t in topics for p in t["post_stream"]["posts"])), indent=4),
    ],
    ids=["lines", "array", "indented array", "indented topic"],
)
def test_topics_are_read_however_they_are_laid_out(layout: Any, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(layout([topic(post(1), post(2)), topic(post(3))]))
    assert read(tmp_path / "x", tmp_path).format == "discourse_topics"
    assert [row["post_id"] for row in rows(tmp_path, "posts")] == ["9/1", "9/2", "9/3"]


def test_topic_without_all_its_posts_is_noted_with_the_cure(tmp_path: Path) -> None:
    topics = [
        topic(post(1), post(2), stream=5),
        topic(post(3), stream=9),
        topic(post(4), stream=1),
        topic(post(5)),
    ]
    (tmp_path / "x").write_text("\n".join(map(json.dumps, topics)))
    (note,) = read(tmp_path / "x", tmp_path).notes
    assert "all their posts: 2, posts left out of them: 11." in note
    assert "json?print=true" in note


def test_staff_are_counted_once_each_and_never_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = [
        post(1, staff=True),
        post(2, moderator=True),
        post(3, user_id=6, username="TomKneads", admin=True),
        post(4, user_id=7, username="AnaBakes"),
        post(5, user_id=-1, username="system", admin=True),
        post(6, user_id=8, username="lea_flour", staff=True, hidden=True),
    ]
    (tmp_path / "x").write_text(json.dumps(topic(*posts)))
    assert read(tmp_path / "x", tmp_path).notes == (
        "staff of the forum who wrote: 2. Those who speak for the brand belong to --brand",
    )
    monkeypatch.setattr(discourse_topics, "_MOST_STAFF", 1)
    assert "wrote: 1." in read(tmp_path / "x", tmp_path).notes[0]


def test_answer_to_the_topic_and_to_no_post_is_inferred_and_no_more(tmp_path: Path) -> None:
    tom = {"user_id": 6, "username": "TomKneads"}
    (tmp_path / "x").write_text(
        json.dumps(topic(post(1), post(2, **tom), post(3, **tom, reply_to_post_number=1)))
    )
    acts = rooms.load(tmp_path / "x", brand="rosa_bakes").table("acts")
    found = sorted(zip(acts["kind"], acts["evidence"], acts["target_post_id"], strict=True))
    assert found == [("reply", "inferred", "9/1"), ("reply", "joined", "9/1")]


def test_post_in_several_exports_counts_once(tmp_path: Path) -> None:
    for name in ("discourse_topics.jsonl", "discourse_query.rows.csv", "discourse_query.result.json"):
        shutil.copy(FIXTURES / name, tmp_path)
    shutil.copytree(FIXTURES / "discourse_archive", tmp_path / "archive")
    study = rooms.load(tmp_path, brand="mill_and_crumb")
    posts = study.table("posts")
    assert posts["post_id"].is_unique
    assert set(posts["post_id"]) >= {"9/1", "9/2", "9/3", "9/10", "8/1", "7/4"}
    acts = study.table("acts")
    answers = acts[(acts["post_id"] == "9/2") & (acts["kind"] == "reply")]
    assert list(answers["target_post_id"]) == ["9/1"]
