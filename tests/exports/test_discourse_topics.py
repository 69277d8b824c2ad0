"""Topics of a forum: pieces, layouts, and the same post in several exports."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from reading import read, read_all, rows

from communitylab import study as rooms
from communitylab.exports import discourse_topics, json_records


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
    return {"id": 9, "archetype": "regular", "post_stream": {"posts": list(posts), **ids}}


def piece(*posts: dict[str, Any]) -> dict[str, Any]:
    """As `/t/9/posts.json?post_ids[]=…` gives it."""
    return {"id": 9, "post_stream": {"posts": list(posts)}}


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


UNKNOWN = "a post of a topic that is not known to be public"


@pytest.mark.parametrize("archetype", ["private_message", "some_plugin", None])
def test_piece_of_a_topic_that_may_be_private_is_not_read(archetype: str | None, tmp_path: Path) -> None:
    head = {**topic(post(1)), "archetype": archetype}
    (tmp_path / "9.json").write_text(json.dumps(head))
    (tmp_path / "more").write_text(json.dumps(piece(post(2), post(3))))
    record = read(tmp_path / "more", tmp_path)
    assert (record.posts, record.skipped) == (0, {UNKNOWN: 2})
    (note,) = record.notes
    assert "/t/<number>.json?print=true" in note
    (tmp_path / "lines").write_text(f"{json.dumps(head)}\n{json.dumps(piece(post(2)))}")
    assert read(tmp_path / "lines", tmp_path).posts == 0


@pytest.mark.parametrize("layout", ["{}\n{}", "[{},{}]"], ids=["lines", "array"])
@pytest.mark.parametrize("archetype", ["regular", "banner"])
def test_piece_is_read_if_its_topic_comes_before_it_in_the_file(
    layout: str, archetype: str, tmp_path: Path
) -> None:
    head = {**topic(post(1)), "archetype": archetype}
    (tmp_path / "x").write_text(layout.format(json.dumps(head), json.dumps(piece(post(2)))))
    record = read(tmp_path / "x", tmp_path)
    assert (record.posts, record.notes) == (2, ())


@pytest.mark.parametrize("is_packed", [False, True], ids=["folder", "archive"])
def test_piece_is_read_if_its_topic_lies_beside_it(is_packed: bool, tmp_path: Path) -> None:
    topics = tmp_path / "topics"
    topics.mkdir()
    (topics / "9.json").write_text(json.dumps(topic(post(1))))
    (topics / "9-more.json").write_text(json.dumps(piece(post(2))))
    if is_packed:
        shutil.make_archive(str(topics), "zip", topics)
        shutil.rmtree(topics)
    records = read_all(tmp_path / "topics.zip" if is_packed else topics, tmp_path)
    assert [record.posts for record in records] == [1, 1]


@pytest.mark.parametrize(
    "beside",
    ["no JSON", "[]", '{"id": 9}', '{"id": 8, "archetype": "regular", "post_stream": {"posts": []}}',
     '{"id": 9, "archetype": "regular", "x": "' + "x" * 2_000 + '"}'],
    ids=["text", "nothing", "no archetype", "another topic", "too large"],
)  # fmt: skip
def test_file_beside_that_tells_nothing_lets_no_piece_in(
    beside: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_records, "DOCUMENT_LIMIT", 1_000)
    (tmp_path / "9.json").write_text(beside.replace("{", "{\n", 1))
    (tmp_path / "x").write_text(json.dumps(piece(post(2))))
    assert read(tmp_path / "x", tmp_path).skipped == {UNKNOWN: 1}


def test_number_of_a_topic_leads_to_no_other_folder(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "9.json").write_text(json.dumps({**topic(post(1)), "id": "../9"}))
    (tmp_path / "inside" / "x").write_text(json.dumps(piece(post(2, topic_id="../9"))))
    assert read(tmp_path / "inside" / "x", tmp_path).skipped == {UNKNOWN: 1}


def test_private_message_is_not_said_to_lack_posts(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(json.dumps({**topic(post(1), stream=5), "archetype": "private_message"}))
    record = read(tmp_path / "x", tmp_path)
    assert (record.skipped, record.notes) == ({"a private message": 1}, ())


QUOTATION = '<aside class="quote" data-username="{}" data-post="{}" data-topic="9">x</aside><p>y</p>'


@pytest.mark.parametrize(
    ("quoted", "more", "expected"),
    [("Rosa_Bakes", {}, None), ("TomKneads", {}, "9/2"),
     ("AnaBakes", {"reply_to_user": {"username": "anabakes"}}, None),
     ("AnaBakes", {"reply_to_post_number": 8}, "9/2")],
    ids=["of who is answered", "of another", "of who is said to be answered", "nobody knows who is answered"],
)  # fmt: skip
def test_quotation_of_who_is_answered_is_part_of_the_answer(
    quoted: str, more: dict[str, Any], expected: str | None, tmp_path: Path
) -> None:
    answer = post(3, user_id=6, cooked=QUOTATION.format(quoted, 2), reply_to_post_number=1, username="Bo")
    (tmp_path / "x").write_text(json.dumps(topic(post(1), post(2), {**answer, **more})))
    read(tmp_path / "x", tmp_path)
    assert [row.get("quote_of_post_id") for row in rows(tmp_path, "posts")] == [None, None, expected]


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
    tom = {"user_id": 6, "username": "TomKneads", "reply_to_post_number": 1}
    (tmp_path / "9.json").write_text(json.dumps(topic(post(1), post(2, **tom))))
    (tmp_path / "query.csv").write_text(
        "created_at,user_id,username,topic_id,post_number,reply_to_post_number,cooked\n"
        "2025-08-27 13:00:00,5,rosa_bakes,9,1,,<p>rye</p>\n2025-08-27 13:00:00,6,TomKneads,9,2,1,<p>rye</p>\n"
    )
    archive = tmp_path / "user_archive-TomKneads-250901-080000-12"
    archive.mkdir()
    (archive / "user_archive.csv").write_text(
        "topic_title,categories,is_pm,post_raw,post_cooked,like_count,reply_count,url,created_at\n"
        "Rye,Bread,No,rye,<p>rye</p>,0,0,https://forum.example.org/t/rye/9/2,2025-08-27T13:00:00.000Z\n"
    )
    study = rooms.load(tmp_path, brand="rosa_bakes")
    assert [record.records for record in study.ledger.files] == [2, 2, 1]
    assert sorted(study.table("posts")["post_id"]) == ["9/1", "9/2"]
    acts = study.table("acts")
    assert list(zip(acts["post_id"], acts["kind"], acts["target_post_id"], strict=True)) == [
        ("9/2", "reply", "9/1")
    ]
