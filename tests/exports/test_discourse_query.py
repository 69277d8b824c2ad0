"""The query for Data Explorer: what it gives of a forum's database, and what its result becomes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from reading import read, rows

from communitylab.exports.discourse_query import QUERY

# The tables of a forum, as far as the query looks at them. What must not come out says so.
_FORUM = """
CREATE TABLE users (id INT, username TEXT);
INSERT INTO users VALUES (-1, 'system'), (2, 'mill_and_crumb'), (5, 'rosa_bakes'), (6, 'TomKneads');
CREATE TABLE categories (id INT, name TEXT, read_restricted BOOL);
INSERT INTO categories VALUES (1, 'Bread', false), (2, 'Staff', true);
CREATE TABLE topics (id INT, archetype TEXT, category_id INT, visible BOOL, deleted_at TIMESTAMP);
INSERT INTO topics VALUES (9, 'regular', 1, true, NULL), (10, 'private_message', NULL, true, NULL),
    (11, 'regular', 2, true, NULL), (12, 'regular', 1, false, NULL), (13, 'regular', 1, true, '2025-08-28');
CREATE TABLE posts (id INT, topic_id INT, post_number INT, user_id INT, reply_to_post_number INT, post_type INT,
    created_at TIMESTAMP, deleted_at TIMESTAMP, user_deleted BOOL, hidden BOOL, cooked TEXT);
INSERT INTO posts VALUES
    (91, 9, 1, 5, NULL, 1, '2025-08-27 13:00:00.123', NULL, false, false, '<p>Which "flour"?</p>'),
    (92, 9, 2, 2, 1, 2, '2025-08-27 13:10:00', NULL, false, false, '<p>Rye, 1150.</p>'),
    (93, 9, 3, 6, NULL, 1, '2025-08-27 13:20:00', NULL, false, false, '<p>To all</p>'),
    (94, 9, 4, 2, NULL, 3, '2025-08-27 13:30:00', NULL, false, false, 'no: pinned'),
    (95, 9, 5, 2, NULL, 4, '2025-08-27 13:30:00', NULL, false, false, 'no: a whisper'),
    (96, 9, 6, 6, NULL, 1, '2025-08-27 13:30:00', '2025-08-28', false, false, 'no: deleted'),
    (97, 9, 7, 6, NULL, 1, '2025-08-27 13:30:00', NULL, true, false, 'no: taken back'),
    (98, 9, 8, 6, NULL, 1, '2025-08-27 13:30:00', NULL, false, true, 'no: hidden'),
    (99, 9, 9, 6, 96, 1, '2025-09-01 00:00:00', NULL, false, false, 'no: too late'),
    (100, 9, 10, 5, NULL, 1, '2025-07-31 23:59:59', NULL, false, false, 'no: too early'),
    (101, 9, 11, 6, 10, 1, '2025-08-31 23:59:59', NULL, false, false, '<p>To an older post</p>'),
    (110, 10, 1, 5, NULL, 1, '2025-08-27 13:30:00', NULL, false, false, 'no: private'),
    (111, 11, 1, 5, NULL, 1, '2025-08-27 13:30:00', NULL, false, false, 'no: closed category'),
    (112, 12, 1, 5, NULL, 1, '2025-08-27 13:30:00', NULL, false, false, 'no: unlisted'),
    (113, 13, 1, 5, NULL, 1, '2025-08-27 13:30:00', NULL, false, false, 'no: deleted topic');
CREATE TABLE post_actions (post_id INT, user_id INT, post_action_type_id INT, created_at TIMESTAMP,
    deleted_at TIMESTAMP);
INSERT INTO post_actions VALUES (91, 6, 2, '2025-08-27 14:00:00', NULL), (91, 2, 8, '2025-08-27 14:00:00', NULL),
    (92, 6, 2, '2025-08-27 14:00:00', '2025-08-27 14:01:00'), (92, 5, 2, '2025-09-27 14:00:00', NULL),
    (96, 5, 2, '2025-08-27 14:00:00', NULL), (110, 2, 2, '2025-08-27 14:00:00', NULL),
    (111, 2, 2, '2025-08-27 14:00:00', NULL);
"""


@pytest.fixture
def result() -> duckdb.DuckDBPyConnection:
    """What the query gives of August, asked in the way of Data Explorer."""
    engine = duckdb.connect()
    engine.execute(_FORUM)
    query = QUERY.replace(":from_date", "DATE '2025-08-01'").replace(":to_date", "DATE '2025-09-01'")
    return engine.execute(f"WITH query AS (\n{query}\n) SELECT * FROM query LIMIT 10000")


def test_query_gives_public_posts_and_likes(result: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    result.df().to_csv(tmp_path / "x", index=False)
    record = read(tmp_path / "x", tmp_path)
    assert (record.format, record.posts, record.skipped) == (
        "discourse_query",
        4,
        {"a reaction, no post": 1},
    )
    found = {row["post_id"]: row for row in rows(tmp_path, "posts")}
    assert [row["text"] for row in found.values()] == [
        'Which "flour"?',
        "Rye, 1150.",
        "To all",
        "To an older post",
    ]
    assert found["9/2"] == {
        "platform": "discourse",
        "post_id": "9/2",
        "author_id": "2",
        "author_name": "mill_and_crumb",
        "created_at": "2025-08-27 13:10:00",
        "kind": "reply",
        "text": "Rye, 1150.",
        "conversation_id": "9/1",
        "reply_to_post_id": "9/1",
        "reply_to_id": "5",
        "reply_to_name": "rosa_bakes",
        "place": "Bread",
        "source_record": 2,
    }
    assert found["9/11"]["reply_to_name"] == "rosa_bakes"
    (like,) = rows(tmp_path, "edges")
    assert (like["source_id"], like["target_id"], like["target_post_id"]) == ("6", "5", "9/1")


def test_query_is_one_that_data_explorer_takes() -> None:
    assert ";" not in QUERY
    declared = re.findall(r"^-- date :(\w+)$", QUERY.split("\n\n")[0], re.MULTILINE)
    assert QUERY.startswith("-- [params]\n")
    assert set(re.findall(r"(?<!:):([a-z_]+)", QUERY)) == set(declared) == {"from_date", "to_date"}


COLUMNS = ["created_at", "topic_id", "post_number", "reply_to_post_number", "username"]


def answer(cells: list[Any], **more: Any) -> str:
    return json.dumps({"success": True, "result_count": 1, "columns": COLUMNS, "rows": [cells], **more})


def test_columns_that_can_be_done_without(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(answer(["2025-08-27T13:10:00.000Z", 9, 2.0, "1", "TomKneads"]))
    read(tmp_path / "x", tmp_path)
    (row,) = rows(tmp_path, "posts")
    assert (row["post_id"], row["reply_to_post_id"], "text" in row) == ("9/2", "9/1", False)


@pytest.mark.parametrize("number", [999, 1_000, 10_000])
def test_result_that_ends_where_data_explorer_stops_is_noted(number: int, tmp_path: Path) -> None:
    lines = [f"2025-08-27,9,{n},,TomKneads" for n in range(1, number + 1)]
    (tmp_path / "x").write_text("\n".join([",".join(COLUMNS), *lines]))
    record = read(tmp_path / "x", tmp_path)
    assert record.posts == number
    assert [note.partition(" rows")[0] for note in record.notes] == [f"exactly {number:,}"] * (number != 999)


def test_result_of_another_query_is_refused_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(answer([1], columns=["topics"]))
    refusal = str(read(tmp_path / "x", tmp_path).refusal)
    assert "does not say who answered whom" in refusal
    assert "communitylab formats discourse_query" in refusal


def test_results_one_after_the_other(tmp_path: Path) -> None:
    cells = ["2025-08-27T13:10:00.000Z", 9, 2, None, "TomKneads"]
    lines = [answer(cells), answer([1], columns=["topics"]), answer(cells, rows="none"), answer(cells)]
    (tmp_path / "x").write_text("\n".join(lines))
    record = read(tmp_path / "x", tmp_path)
    assert (record.posts, record.skipped, record.first_skipped) == (
        2,
        {"a result of another query": 1, "rows is not as this format has it": 1},
        {"a result of another query": 2, "rows is not as this format has it": 3},
    )
