"""tweets.csv: whose archive it is, and which names belong to which numbers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from reading import FIXTURES, read, read_all, rows

ARCHIVE = FIXTURES / "x_archive_csv"
HEADER = (
    "tweet_id,in_reply_to_status_id,in_reply_to_user_id,timestamp,source,text,"
    "retweeted_status_id,retweeted_status_user_id,retweeted_status_timestamp,expanded_urls\n"
)


def archive(tmp_path: Path, *lines: str, details: str | None) -> Path:
    inside = tmp_path / "archive"
    (inside / "data" / "js").mkdir(parents=True)
    (inside / "tweets.csv").write_text(HEADER + "".join(line + "\n" for line in lines), encoding="utf-8")
    if details is not None:
        (inside / "data" / "js" / "user_details.js").write_text(details, encoding="utf-8")
    return inside


@pytest.mark.parametrize(
    ("details", "author"),
    [
        ('var user_details = {"screen_name":"ana","id":"501"}', ("501", "ana")),
        ('var user_details =  {"id":501,"screen_name":"ana"};\n', ("501", "ana")),
        ('user_details={"id":"501"}', ("501", None)),
        ('{"screen_name":"ana","bio":"bread = love"}', (None, "ana")),
    ],
)
def test_author_stands_in_user_details(
    details: str, author: tuple[str | None, str | None], tmp_path: Path
) -> None:
    (record,) = read_all(
        archive(tmp_path, "1,,,2017-01-31 18:05:00 +0000,,hi,,,,", details=details), tmp_path
    )
    assert record.posts == 1
    (row,) = rows(tmp_path, "posts")
    assert (row.get("author_id"), row.get("author_name")) == author


@pytest.mark.parametrize(
    ("details", "refusal"),
    [
        (None, "no row says who wrote it: that stands in data/js/user_details.js. Name the whole zip"),
        ("", "does not say whose it is"),
        ("var user_details = {}", "does not say whose it is"),
        ('var user_details = {"id":', "does not say whose it is"),
    ],
)
def test_rows_of_nobody_are_refused(details: str | None, refusal: str, tmp_path: Path) -> None:
    read_all(archive(tmp_path, "1,,,2017-01-31 18:05:00 +0000,,hi,,,,", details=details), tmp_path)
    record = read(tmp_path / "archive" / "tweets.csv", tmp_path)
    assert record.refusal is not None
    assert refusal in record.refusal


@pytest.mark.parametrize(
    ("text", "answered", "name"),
    [
        ("@rosa hi", "70012", "rosa"),
        ("@rosa hi @Rosa", "70012", "rosa"),
        ("@rosa @tom hi", "70012", None),  # which of the two?
        ("@rosa hi", "900", None),  # it answers itself, below a post of Rosa's
        ("hi", "70012", None),
    ],
)
def test_name_of_who_is_answered(text: str, answered: str, name: str | None, tmp_path: Path) -> None:
    line = f"2,1,{answered},2017-01-31 18:05:00 +0000,,{text},,,,"
    read_all(archive(tmp_path, line, details='{"id":"900","screen_name":"mill_and_crumb"}'), tmp_path)
    (row,) = rows(tmp_path, "posts")
    assert (row["reply_to_id"], row.get("reply_to_name")) == (answered, name)
    assert {mention[0] for mention in row.get("mentions", [])} <= {answered if name else None}


def test_months_of_the_first_archives(tmp_path: Path) -> None:
    shutil.copytree(ARCHIVE, tmp_path / "archive")
    (tmp_path / "archive" / "data" / "csv").mkdir()
    shutil.move(tmp_path / "archive" / "tweets.csv", tmp_path / "archive" / "data" / "csv" / "2013_01.csv")
    (record,) = read_all(tmp_path / "archive", tmp_path)
    assert (record.format, record.posts) == ("x_archive_csv", 12)


def test_ids_that_a_spreadsheet_destroyed(tmp_path: Path) -> None:
    line = "8.265E+17,1,501,2017-01-31 18:05:00 +0000,,@ana hi,,,,"
    (record,) = read_all(archive(tmp_path, line, details='{"id":"900"}'), tmp_path)
    assert record.notes[0].startswith("the ids of posts were destroyed")
    (row,) = rows(tmp_path, "posts")
    assert (row["author_id"], row["reply_to_name"]) == (
        "900",
        "ana",
    )  # the name is beyond doubt, the id is not
    assert "reply_to_id" not in row
    assert "reply_to_post_id" not in row
