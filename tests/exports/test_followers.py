"""Follower lists: names, ids, tables, users as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from communitylab.errors import CallError
from communitylab.exports import Follower, read_followers
from communitylab.files import Source


def read(tmp_path: Path, content: str | bytes) -> list[Follower]:
    (tmp_path / "x").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_followers([Source("followers.txt", tmp_path / "x")])


def test_one_name_or_id_a_line(tmp_path: Path) -> None:
    content = "@Ana\n\nbo\r\n 70012 \n@Ana\n1234\nhttps://twitter.com/cy\nana@bread.example\n"
    assert read(tmp_path, content) == [
        (None, "Ana", None),
        (None, "bo", None),
        ("70012", "70012", None),
        (None, "1234", None),
        (None, "cy", None),
        (None, "ana@bread.example", None),
    ]


@pytest.mark.parametrize(
    ("content", "entries"),
    [
        ("Username,Other\n@ana,1\n,2\n", [(None, "ana")]),
        ("id;screen_name\n501;ana\nx502;\n", [("501", "ana"), ("502", None)]),
        ("user_id\n501\n1.26E+18\n", [("501", None)]),
        ("name\tage\nana\t5\n", [(None, "ana")]),
    ],
)
def test_tables(content: str, entries: list[tuple[str | None, str | None]], tmp_path: Path) -> None:
    assert [entry[:2] for entry in read(tmp_path, content)] == entries


def test_table_with_the_day_of_following(tmp_path: Path) -> None:
    found = read(tmp_path, "username,followed_at\nana,2025-08-27\nbo,soon\n")
    assert [entry.followed_at for entry in found] == [datetime(2025, 8, 27, tzinfo=UTC), None]


def test_users_as_json(tmp_path: Path) -> None:
    page = '{"data":[{"id":"501","username":"ana"},{"id":"502"}]}\n'
    user = '{"id_str":"503","screen_name":"cy","id":503}\n'
    assert read(tmp_path, page + user + "bad\n") == [
        ("501", "ana", None),
        ("502", None, None),
        ("503", "cy", None),
    ]


def test_followers_from_the_api_of_bluesky(tmp_path: Path) -> None:
    ana, lost = (
        {"did": "did:plc:ana", "handle": "ana.example.org"},
        {"did": "did:plc:bo", "handle": "handle.invalid"},
    )
    page = {
        "subject": {"did": "did:plc:mill", "handle": "mill.example.org"},
        "cursor": "2",
        "followers": [ana, lost],
    }
    entries = [("did:plc:ana", "ana.example.org", None), ("did:plc:bo", None, None)]
    assert read(tmp_path, json.dumps(page) + "\n" + json.dumps(page | {"followers": [ana]})) == entries
    assert read(tmp_path, json.dumps(page, indent=1)) == entries
    assert read(tmp_path, json.dumps([ana, lost])) == entries
    assert read(tmp_path, "did:plc:ana\nhttps://bsky.app/profile/bo.example.org\n") == [
        ("did:plc:ana", "did:plc:ana", None),
        (None, "bo.example.org", None),
    ]


def test_accounts_as_mastodon_answers(tmp_path: Path) -> None:
    own = '{"id":"33","username":"tom","acct":"tom","url":"https://bread.example/@tom"}'
    other = '{"id":"34","username":"rosa","acct":"rosa@oven.example","url":"https://oven.example/users/rosa"}'
    assert read(tmp_path, f"[{own},{other}]") == [
        ("tom@bread.example", "tom@bread.example", None),
        ("rosa@oven.example", "rosa@oven.example", None),
    ]
    assert read(tmp_path, "@rosa@oven.example\n") == [(None, "rosa@oven.example", None)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x3a\xa2\x65roots\x81\xd8\x2a", "does not hold its followers"),
        ("", "holds no name and no id"),
        (
            "Account address,Show boosts,Notify on new posts,Languages\nana@a.example,true,false,\n",
            "follows, or mutes",
        ),
        ("\n \n", "holds no name and no id"),
        ("username\n", "holds no name and no id"),
        (b"\x89PNG\r\n", "a PNG picture"),
        ("first,second\nana,bo\n", "2 columns and none is called"),
    ],
)
def test_list_without_entries_is_the_callers_error(
    content: str | bytes, message: str, tmp_path: Path
) -> None:
    with pytest.raises(CallError, match=message) as error:
        read(tmp_path, content)
    assert str(error.value).startswith("followers.txt: ")


def test_list_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="cannot be read"):
        read_followers([Source("gone.txt", tmp_path / "gone")])
