"""Tables of posts and edge lists: which column means what, and what a row stands for."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from reading import read, rows

from communitylab.errors import CallError


def texts(folder: Path) -> list[object]:
    return [row.get("text") for row in rows(folder, "posts")]


@pytest.mark.parametrize(
    ("header", "post"),
    [
        ("Datetime,Tweet Id,Text,Username", {"created_at": "2025-08-27 13:10:00", "post_id": "9"}),
        ("timestamp,id,body,author", {"created_at": "2025-08-27 13:10:00", "post_id": "9"}),
        ("created_at,id_str,text,from_user", {"created_at": "2025-08-27 13:10:00", "post_id": "9"}),
        ("pubdate,guid,message,sender", {"created_at": "2025-08-27 13:10:00", "post_id": "9"}),
    ],
)
def test_common_names_of_columns(header: str, post: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "x").write_text(header + "\n2025-08-27 13:10:00,9,hello,ana\n")
    read(tmp_path / "x", tmp_path)
    assert rows(tmp_path, "posts") == [
        {
            "platform": "table",
            "kind": "post",
            "author_name": "ana",
            "text": "hello",
            "source_record": 1,
            **post,
        }
    ]


def test_columns_named_by_the_user_go_before_all_others(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("author,text,Wer,Was\nno,no,ana,hello\n")
    record = read(tmp_path / "x", tmp_path, columns={"author": "Wer", "text": "Was"})
    assert rows(tmp_path, "posts")[0]["author_name"] == "ana"
    assert texts(tmp_path) == ["hello"]
    assert record.notes == ("read as posts: author=Wer, text=Was",)


def test_meaning_that_does_not_exist_is_the_callers_error(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("a,b\n1,2\n")
    with pytest.raises(CallError, match=r"--columns does not know colour. It knows author, author_id, text"):
        read(tmp_path / "x", tmp_path, columns={"colour": "a"})


def test_name_at_the_head_is_answered_where_no_column_says_who_is(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("author,text\nana,@bo hi @cy\nana,hi @bo\n")
    read(tmp_path / "x", tmp_path)
    first, second = rows(tmp_path, "posts")
    assert (first["kind"], first["reply_to_name"], first["reply_to_guessed"]) == ("reply", "bo", True)
    assert (second["kind"], second["mentions"]) == ("post", [[None, "bo", 3]])


def test_lists_in_cells_are_read_however_they_are_joined(tmp_path: Path) -> None:
    for cell in ("bo|cy", '"[""@bo"", ""@cy""]"', "\"['bo', 'cy']\"", '"bo, cy"', "@bo @cy"):
        (tmp_path / "x").write_text(f"author,text,mentions,hashtags\nana,hi @bo,{cell},{cell}\n")
        read(tmp_path / "x", tmp_path)
        (row,) = rows(tmp_path, "posts")
        assert row["mentions"] == [[None, "bo", 3], [None, "cy", None]]
    assert row["hashtags"] == ["@bo", "@cy"]


def test_targets_of_all_kinds_have_columns(tmp_path: Path) -> None:
    header = "author,author_id,text,to_username,to_userid,retweeted_user,quoted_user,thread_id,subreddit,lang"
    (tmp_path / "x").write_text(
        f"{header}\nana,1,a,bo,2,,,t,Bread,en\nana,1,b,,,bo,cy,t,,\nana,1,c,,,,cy,t,,\n"
    )
    read(tmp_path / "x", tmp_path)
    reply, repost, quote = rows(tmp_path, "posts")
    assert (reply["kind"], reply["reply_to_id"], reply["reply_to_name"]) == ("reply", "2", "bo")
    assert (reply["place"], reply["lang"], reply["conversation_id"]) == ("Bread", "en", "t")
    assert (repost["kind"], repost["repost_of_name"], "text" in repost) == ("repost", "bo", False)
    assert (quote["kind"], quote["quote_of_name"]) == ("quote", "cy")


def test_parent_zero_is_no_parent(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("author,text,id,parent_id\nana,a,1,0\nbo,b,2,1\n")
    read(tmp_path / "x", tmp_path)
    assert [row["kind"] for row in rows(tmp_path, "posts")] == ["post", "reply"]


def test_destroyed_ids_are_left_out_and_noted(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(
        "author,text,id,parent_id\nana,a,1.26E+18,\nbo,b,1.26E+18,1.26E+18\ncy,@ana c,7,6\n"
    )
    record = read(tmp_path / "x", tmp_path)
    assert not any("post_id" in row or "reply_to_post_id" in row for row in rows(tmp_path, "posts"))
    assert "destroyed by a spreadsheet" in record.notes[0]


def test_accounts_go_by_name_where_a_spreadsheet_has_destroyed_the_ids(tmp_path: Path) -> None:
    rounded = "701234567890123000"  # two people may have come to it
    (tmp_path / "x").write_text(
        f"author_id,author,text,id,target_id,target\n{rounded},ana,a,1.26E+18,{rounded},bo\n{rounded},bo,b,2,,\n"
    )
    read(tmp_path / "x", tmp_path)
    first, second = rows(tmp_path, "posts")
    assert (first["author_name"], first["reply_to_name"], second["author_name"]) == ("ana", "bo", "bo")
    assert not any(name.endswith("_id") for row in (first, second) for name in row)


@pytest.mark.parametrize(
    ("content", "meaning"),
    [
        ("1 2\n2 1\n", "author=1, target=2"),
        ("ana\tbo\ncy\tana\n", "author=1, target=2"),
        ("1,2,1756300125\n2,1,1756300126\n", "author=1, target=2, created_at=3"),
        ("1 2 5\n2 1 7\n", "author=1, target=2, weight=3"),
        ("1 2 5 1756300125\n2 1 7 1756300125\n", "author=1, target=2, weight=3, created_at=4"),
    ],
)
def test_edge_lists_without_header(content: str, meaning: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(content)
    record = read(tmp_path / "x", tmp_path)
    assert (record.posts, record.notes) == (2, (f"read as edges: {meaning}",))


def test_words_between_commas_are_no_edge_list(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("ana,bo\ncy,ana\n")
    assert read(tmp_path / "x", tmp_path).refusal


def test_parquet_is_read_like_the_same_csv(tmp_path: Path) -> None:
    times = pa.array([1756300125_000000, None], pa.timestamp("us", tz="UTC"))
    table = pa.table(
        {
            "Username": ["ana", "bo"],
            "Text": ["hi @bo", None],
            "id": pa.array([1960000000000000001, 2], pa.int64()),
            "when": times,
            "mentions": [["bo", "cy"], None],
        }
    )
    pq.write_table(table, tmp_path / "x")
    record = read(tmp_path / "x", tmp_path, columns={"created_at": "when"})
    first, second = rows(tmp_path, "posts")
    assert record.posts == 2
    assert (first["post_id"], first["created_at"]) == ("1960000000000000001", "2025-08-27 13:08:45")
    assert first["mentions"] == [[None, "bo", 3], [None, "cy", None]]
    assert second == {
        "platform": "table",
        "post_id": "2",
        "author_name": "bo",
        "kind": "post",
        "source_record": 2,
    }
