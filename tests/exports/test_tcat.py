"""What the fixtures of TCAT cannot show: tabs, its table of mentions, rounded ids, the zone of a server."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from reading import FIXTURES, read, rows

HEADER = "id,time,created_at,from_user_name,text,lang,to_user_name,in_reply_to_status_id,quoted_status_id,from_user_id"
ID = 1300372758328246272  # of 10:00, UTC


def post(folder: Path, cells: str, *, header: str = HEADER) -> dict[str, object]:
    (folder / "x").write_text(f"\ufeff{header}\n{cells}\n", "utf-8")
    assert read(folder / "x", folder).format == "tcat"
    return rows(folder, "posts")[0]


@pytest.mark.parametrize("name", ["tcat.csv", "tcat.gazouilloire.tsv"])
def test_tabs_and_commas_are_one(name: str, tmp_path: Path) -> None:
    content = (FIXTURES / name).read_text("utf-8")
    table = list(
        csv.reader(io.StringIO(content, newline=""), delimiter="\t" if name.endswith("tsv") else ",")
    )
    found = []
    for delimiter in ",\t":
        written = io.StringIO(newline="")
        csv.writer(written, delimiter=delimiter).writerows(table)
        (tmp_path / "x").write_text("\ufeff" + written.getvalue(), "utf-8", newline="")
        record = read(tmp_path / "x", tmp_path)
        found.append((record.format, record.skipped, rows(tmp_path, "posts"), rows(tmp_path, "parents")))
    assert found[0] == found[1]
    assert found[0][0] == "tcat"


def test_time_is_that_of_the_id_whatever_the_server_says(tmp_path: Path) -> None:
    assert (
        post(tmp_path, f"{ID},0,2020-08-31 03:00:00,ana,rye,en,,,,5")["created_at"] == "2020-08-31 10:00:00"
    )
    assert post(tmp_path, f"{ID},x,never,ana,rye,en,,,,5")["created_at"] == "2020-08-31 10:00:00"
    assert post(tmp_path, "20,0,2006-03-21 20:50:14,ana,rye,en,,,,5")["created_at"] == "2006-03-21 20:50:14"


@pytest.mark.parametrize("nothing", ["", "0", "NULL", "-1"])
def test_cells_that_stand_for_nothing(nothing: str, tmp_path: Path) -> None:
    found = post(tmp_path, f"{ID},0,2020-08-31 10:00:00,ana,rye,en,,{nothing},{nothing},5")
    assert found["kind"] == "post"
    assert not [name for name in found if name.startswith(("reply_to", "quote_of"))]


def test_rounded_ids_are_left_out(tmp_path: Path) -> None:
    found = post(tmp_path, "1.30037E+18,0,2020-08-31 10:00:00,ana,@bo hi,en,bo,1.30037E+18,,1.19615E+18")
    assert (found["author_name"], found["reply_to_name"], found["kind"]) == ("ana", "bo", "reply")
    assert found["created_at"] == "2020-08-31 10:00:00"
    assert not found.keys() & {"post_id", "author_id", "reply_to_post_id"}
    rounded = f"{ID // 1000}000"
    with (tmp_path / "x").open("a") as table:
        table.write(f"{rounded},0,2020-08-31 10:01:00,cy,@bo hi,en,bo,{rounded},,{rounded}\n")
    read(tmp_path / "x", tmp_path)
    assert not rows(tmp_path, "posts")[1].keys() & {"post_id", "author_id", "reply_to_post_id"}


def test_names_of_a_repost_are_those_of_the_original(tmp_path: Path) -> None:
    found = post(tmp_path, f"{ID},0,,ana,RT @bo: as @cy said,en,,,,5,bo; cy", header=HEADER + ",mentions")
    assert (found["kind"], found["repost_of_name"], found.get("mentions")) == ("repost", "bo", None)
    found = post(tmp_path, f"{ID},0,,ana,as @cy said,en,,,,5,bo", header=HEADER + ",retweeted_user")
    assert (found["kind"], found["repost_of_name"], found.get("mentions")) == ("repost", "bo", None)
    found = post(tmp_path, f"{ID},0,,ana,as @CY said,en,,,,5,bo; cy", header=HEADER + ",mentions")
    assert found["mentions"] == [[None, "cy", 3], [None, "bo", None]]


@pytest.mark.parametrize(
    "header",
    [
        "tweet_id,user_from_id,user_from_name,user_to_id,user_to_name,mention_type",
        "id,tweet_id,created_at,from_user_name,from_user_id,to_user,to_user_id",
    ],
)
def test_table_of_mentions_is_refused_with_the_cure(header: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(header + "\n1,2,ana,3,bo,mention" + ",x" * (header.count(",") - 5) + "\n")
    assert "Export the tweets instead" in str(read(tmp_path / "x", tmp_path).refusal)


def test_table_of_mentions_is_read_by_whoever_insists(tmp_path: Path) -> None:
    header = "tweet_id,user_from_id,user_from_name,user_to_id,user_to_name,mention_type"
    (tmp_path / "x").write_text(header + f"\n{ID},5,ana,6,bo,mention\n{ID},5,ana,7,cy,retweet\n")
    columns = {"author": "user_from_name", "target": "user_to_name", "kind": "mention_type"}
    assert read(tmp_path / "x", tmp_path, columns=columns).format == "table"
    first, second = rows(tmp_path, "posts")
    assert (first["author_name"], first["mentions"]) == ("ana", [[None, "bo", None]])
    assert (second["kind"], second["repost_of_name"]) == ("repost", "cy")
