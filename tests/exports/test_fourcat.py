"""What the fixtures of 4CAT's tables cannot show: pseudonyms, clocks, older layouts, lost names."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import FIXTURES, read, rows

LAYOUTS = sorted(path.name for path in FIXTURES.glob("fourcat.*.csv"))
X = (
    "id,thread_id,timestamp,unix_timestamp,body,author,author_fullname,author_id,"
    "is_retweet,is_quote_tweet,is_reply,mentions"
)
UPLOAD = "id,thread_id,author,author_id,body,timestamp,unix_timestamp"


def written(tmp_path: Path, header: str, *lines: str) -> Path:
    path = tmp_path / "export"
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize("code", ["0123456789abcdef" * 3, "REDACTED"])
@pytest.mark.parametrize("column", ["author", "author_id"])
def test_authors_under_codes_are_refused(column: str, code: str, tmp_path: Path) -> None:
    names = {"author": "ana", "author_id": "501", column: code}
    line = f"1,1,{names['author']},{names['author_id']},ask @bo,2025-08-27 13:00:00,1756299600"
    record = read(written(tmp_path, UPLOAD, line, line), tmp_path)
    assert record.posts == 0
    assert "4CAT has replaced the authors in this dataset by codes" in str(record.refusal)
    assert "Make the dataset again" in str(record.refusal)


def test_one_author_who_looks_like_a_code_is_no_reason(tmp_path: Path) -> None:
    lines = [f"1,1,{'a' * 48},,x,,", "2,1,ana,,x,,"]
    assert read(written(tmp_path, UPLOAD, *lines), tmp_path).posts == 2


def test_an_empty_dataset_is_no_pseudonymised_one(tmp_path: Path) -> None:
    record = read(written(tmp_path, UPLOAD), tmp_path)
    assert (record.format, record.records, record.refusal) == ("fourcat", 0, None)


@pytest.mark.parametrize(
    ("header", "time"),
    [
        (X, "2025-08-27 11:00:00"),  # the text is in the zone of the server
        (X + ",subject", "2025-08-27 13:00:00"),  # from the API: the text is as X gave it, the number is not
        (UPLOAD, "2025-08-27 11:00:00"),
    ],
)
def test_which_time_is_believed(header: str, time: str, tmp_path: Path) -> None:
    cells = {"id": "1", "author": "ana", "timestamp": "2025-08-27 13:00:00", "unix_timestamp": "1756292400"}
    line = ",".join(cells.get(column, "") for column in header.split(","))
    read(written(tmp_path, header, line), tmp_path)
    assert rows(tmp_path, "posts")[0]["created_at"] == time


def test_the_oldest_layout_guesses_who_is_answered(tmp_path: Path) -> None:
    header = X + ",subject,reply_to"
    line = '2,1,2025-08-27 13:00:00,,@bo @cy hi,ana,Ana,501,no,no,yes,"bo,cy",,bo'
    read(written(tmp_path, header, line), tmp_path)
    (row,) = rows(tmp_path, "posts")
    assert (row["reply_to_name"], row["reply_to_guessed"]) == ("bo", True)


def test_destroyed_ids_join_nothing(tmp_path: Path) -> None:
    record = read(written(tmp_path, UPLOAD, "1.96E+18,1.96E+18,ana,,x,,", "7,6,bo,,x,,"), tmp_path)
    assert any("destroyed by a spreadsheet" in note for note in record.notes)
    assert all("post_id" not in row and "conversation_id" not in row for row in rows(tmp_path, "posts"))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_old_and_new_layouts_are_told_by_their_columns(layout: str, tmp_path: Path) -> None:
    header, *lines = (FIXTURES / layout).read_text("utf-8").split("\n")
    platform = {"bsky": "bluesky", "telegram": "telegram", "upload": "table"}.get(layout.split(".")[1], "x")
    assert read(written(tmp_path, header, *lines), tmp_path).format == "fourcat"
    assert rows(tmp_path, "posts")[0]["platform"] == platform


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("bo.example.org", (None, "bo.example.org")),
        ("did:plc:bobobo", ("did:plc:bobobo", None)),
        ("handle.invalid", (None, None)),
        ("Account is deactivated", (None, None)),
    ],
)
def test_names_of_lost_accounts_are_no_names(
    name: str, account: tuple[str | None, str | None], tmp_path: Path
) -> None:
    header = "id,thread_id,author,author_id,body,timestamp,replied_to_post,replied_to_user,quoted_user"
    thread = "at://did:plc:cycycy/app.bsky.feed.post/3a"
    line = f"at://did:plc:anaana/app.bsky.feed.post/3b,{thread},ana.example.org,did:plc:anaana,hi,1756299600,,{name},"
    read(written(tmp_path, header, line), tmp_path)
    (row,) = rows(tmp_path, "posts")
    assert (row.get("reply_to_id"), row.get("reply_to_name")) == account
