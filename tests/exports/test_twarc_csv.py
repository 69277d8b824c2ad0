"""What the fixtures of twarc's tables cannot show: timelines, encoded cells, tables of accounts."""

from __future__ import annotations

import json
from pathlib import Path

from reading import read, rows

HEADER = "id,author_id,author.username,created_at,text,referenced_tweets.replied_to.id,entities.mentions,__twarc.url\n"
SEARCH = "https://api.twitter.com/2/tweets/search/all?query=bread"
TIMELINE = "https://api.twitter.com/2/users/501/tweets?max_results=100"


def written(tmp_path: Path, *lines: str, header: str = HEADER) -> Path:
    path = tmp_path / "export"
    path.write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_timelines_alone_are_a_set_of_authors(tmp_path: Path) -> None:
    one = f"1,501,ana,2022-08-27T13:00:00.000Z,rye,,,{TIMELINE}"
    other = f"2,501,ana,2022-08-27T13:00:00.000Z,rye,,,{SEARCH}"
    assert read(written(tmp_path, one), tmp_path).coverage == "B"
    assert read(written(tmp_path, one, other), tmp_path).coverage == "A"


def test_every_cell_may_be_encoded(tmp_path: Path) -> None:
    cells = [
        "1960000000000000001",
        "501",
        "ana",
        "2022-08-27T13:00:00.000Z",
        'say "hi"\nto @bo',
        "1960000000000000000",
    ]
    line = ",".join('"' + json.dumps(cell).replace('"', '""') + '"' for cell in cells)
    assert read(written(tmp_path, line + ',"[""@bo""]",'), tmp_path).posts == 1
    (row,) = rows(tmp_path, "posts")
    assert (row["post_id"], row["author_id"], row["author_name"]) == ("1960000000000000001", "501", "ana")
    assert (row["text"], row["mentions"]) == ('say "hi"\nto @bo', [[None, "bo", 12]])
    assert (row["kind"], row["reply_to_post_id"]) == ("reply", "1960000000000000000")


def test_a_text_in_quotes_is_not_encoded(tmp_path: Path) -> None:
    lines = ['1,501,ana,,"""rye""",,,', "2,501,ana,,rye,,,"]
    read(written(tmp_path, *lines), tmp_path)
    assert [row["text"] for row in rows(tmp_path, "posts")] == ['"rye"', "rye"]


def test_ids_that_a_spreadsheet_destroyed_join_nothing(tmp_path: Path) -> None:
    record = read(written(tmp_path, "1.96E+18,501,ana,,rye,1.96E+18,,", "7,501,ana,,rye,8,,"), tmp_path)
    assert any("destroyed by a spreadsheet" in note for note in record.notes)
    assert all("post_id" not in row and "reply_to_post_id" not in row for row in rows(tmp_path, "posts"))


def test_a_table_of_accounts_is_refused(tmp_path: Path) -> None:
    header = "id,created_at,username,name,description,entities.description.mentions,public_metrics.followers_count\n"
    record = read(written(tmp_path, "501,,ana,Ana,I bake,,3", header=header), tmp_path)
    assert record.posts == 0
    assert "A table of accounts that twarc2 wrote, without posts." in str(record.refusal)
    assert "--followers" in str(record.refusal)
