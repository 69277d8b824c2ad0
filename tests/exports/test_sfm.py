"""What the fixtures of twarc 1 and its family cannot show: a column once misspelt, times of day, rounded ids."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import read, rows

HEADER = (
    "id,tweet_url,created_at,user_screen_name,text,tweet_type,in_reply_to_screen_name,in_reply_to_user_id,"
    "reweet_or_quote_id,retweet_or_quote_screen_name,retweet_or_quote_user_id\n"
)


def post(tmp_path: Path, line: str, *, header: str = HEADER) -> dict[str, object]:
    path = tmp_path / "export"
    path.write_text(f"{header}{line}\n", encoding="utf-8")
    assert read(path, tmp_path).format == "sfm"
    (row,) = rows(tmp_path, "posts")
    return row


def test_the_reference_is_found_under_its_misspelt_name(tmp_path: Path) -> None:
    row = post(tmp_path, "2,,,ana,rye,retweet,,,1,bo,7")
    assert (row["kind"], row["repost_of_post_id"], row["repost_of_id"]) == ("repost", "1", "7")


def test_a_repost_typed_by_hand_names_nobody(tmp_path: Path) -> None:
    row = post(tmp_path, "2,,,ana,RT @bo: ask @cy,original,,,,,")
    assert (row["kind"], row["repost_of_name"], "mentions" in row) == ("repost", "bo", False)


@pytest.mark.parametrize(
    ("when", "time"),
    [
        ("12/1/2016 1:22:35 AM", "2016-12-01 01:22:35"),
        ("12/1/2016 12:22:35 AM", "2016-12-01 00:22:35"),
        ("12/1/2016 12:22 PM", "2016-12-01 12:22:00"),
        ("12/1/2016 13:22", "2016-12-01 13:22:00"),
        ("2016-12-21T19:30:03+00:00", "2016-12-21 19:30:03"),
    ],
)
def test_times_in_the_american_order(when: str, time: str, tmp_path: Path) -> None:
    assert post(tmp_path, f"2,,{when},ana,rye,original,,,,,")["created_at"] == time


def test_only_hydrator_rounds_whom_an_answer_is_to(tmp_path: Path) -> None:
    line = "2,,,ana,rye,{kind},bo,1196153268205961200"
    assert post(tmp_path, line.format(kind="reply") + ",,,")["reply_to_id"] == "1196153268205961200"
    header = "id,tweet_url,created_at,user_screen_name,text,retweet_id,in_reply_to_screen_name,in_reply_to_user_id\n"
    row = post(tmp_path, line.format(kind=""), header=header)
    assert (row["reply_to_name"], "reply_to_id" in row) == ("bo", False)


OLD_HEADER = (
    "twitter_id,screen_name,text,is_retweet,is_quote,in_reply_to_screen_name,twitter_url,"
    "url1_expanded,url2_expanded\n"
)
QUOTED = "https://twitter.com/bo/status/1"


@pytest.mark.parametrize(
    ("cells", "kind", "quoted"),
    [
        (f"so true,No,Yes,,,{QUOTED},", "quote", ("1", "bo")),
        (f"so true,No,Yes,,,https://example.org/a,{QUOTED}?s=20", "quote", ("1", "bo")),
        (f"so true,No,Yes,,,{QUOTED},https://twitter.com/i/web/status/2", "quote", ("1", "bo")),
        ("so true,No,Yes,,,https://x.com/i/status/3,", "quote", ("3", None)),
        (f"so true,No,Yes,cy,,{QUOTED},", "reply", ("1", "bo")),
        (f"so true,No,No,,,{QUOTED},", "post", (None, None)),
        ("so true,No,Yes,,,https://twitter.com/bo/status/1/photo/1,", "post", (None, None)),
        (f"RT @cy: so true,Yes,Yes,,,{QUOTED},", "repost", (None, None)),
    ],
)
def test_older_layout_shows_a_quote_by_its_link(
    cells: str, kind: str, quoted: tuple[str | None, str | None], tmp_path: Path
) -> None:
    row = post(tmp_path, f"2,ana,{cells}", header=OLD_HEADER)
    assert (row["kind"], (row.get("quote_of_post_id"), row.get("quote_of_name"))) == (kind, quoted)
