"""What happens to the ids of a table that a spreadsheet has rounded, in every format that is such a table."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import read, rows

from communitylab.exports import intake
from communitylab.tables import Mention, Post

ROUNDED = "1196153268205960000"  # two people may have come to it


@pytest.mark.parametrize(
    ("name", "header", "line"),
    [
        (
            "twarc_csv",
            "id,conversation_id,author_id,author.username,in_reply_to_user_id,in_reply_to_username,text,"
            "edit_history_tweet_ids,referenced_tweets.replied_to.id,entities.mentions,__twarc.url",
            f'{ROUNDED},{ROUNDED},{ROUNDED},{{}},{ROUNDED},bo,hi,"[""7"", ""8""]",{ROUNDED},,',
        ),
        (
            "fourcat",
            "id,thread_id,author,author_id,body,timestamp,unix_timestamp,is_retweet,is_quote_tweet,is_reply,"
            "replied_user",
            f"{ROUNDED},{ROUNDED},{{}},{ROUNDED},hi,2025-08-27 10:00:00,,no,no,yes,bo",
        ),
        (
            "facebook_comments",
            "post_id,comment_id,parent_comment_id,author_id,author_name,created_time,message",
            f"900_700,{ROUNDED},{ROUNDED},{ROUNDED},{{}},2025-08-27,hi",
        ),
        (
            "facebook_comments",
            " POST_ID , Comment_ID,author_id,author_name,created_time,message",
            f"{ROUNDED},{ROUNDED},{ROUNDED},{{}},2025-08-27,hi",
        ),
        (
            "sfm",
            "id,tweet_url,user_id,user_screen_name,text,tweet_type,in_reply_to_screen_name,in_reply_to_user_id",
            f"{ROUNDED},,{ROUNDED},{{}},hi,reply,bo,{ROUNDED}",
        ),
        ("table", "id,thread_id,author,author_id,text", f"{ROUNDED},{ROUNDED},{{}},{ROUNDED},hi"),
    ],
)
def test_people_are_told_apart_by_name_where_ids_are_rounded(
    name: str, header: str, line: str, tmp_path: Path
) -> None:
    (tmp_path / "x").write_text("\n".join([header, *(line.format(who) for who in ("ana", "bo") * 10)]))
    record = read(tmp_path / "x", tmp_path)
    assert (record.format, record.posts) == (name, 20)
    found = rows(tmp_path, "posts")
    assert [row["author_name"] for row in found] == ["ana", "bo"] * 10
    assert {value for row in found for field, value in row.items() if field.endswith("_id")} <= {"700"}
    assert ROUNDED not in str(found) + str(rows(tmp_path, "names"))


def test_ids_that_are_exact_are_kept() -> None:
    assert intake.has_ids(_sample("id", "1196153268205961217"), "id")
    assert not intake.has_ids(_sample("id", "1.26E+18"), "id")
    assert intake.has_ids(_sample("id", "1.26E+18"), "no such column")
    assert intake.has_ids(_sample("id", "1.26E+18"), None)


def _sample(column: str, cell: str) -> intake.Sample:
    return intake.Sample(header=[column], rows=[[cell]])


def test_accounts_without_a_name_keep_their_id() -> None:
    mentions = [Mention("7", None, 0), Mention("8", "bo", 3)]
    post = Post("x", "1", "5", None, None, conversation_id="1", edit_of="0", mentions=mentions)
    assert intake.without_ids(post) == Post(
        "x", None, "5", None, None, mentions=[Mention("7", None, 0), Mention(None, "bo", 3)]
    )
