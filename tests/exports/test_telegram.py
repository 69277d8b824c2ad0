"""Telegram Desktop: which chats are read, and who wrote what in them."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from reading import FIXTURES, TABLES, read, rows

from communitylab import exports

GROUP = {"name": "Bread talk", "type": "private_supergroup", "id": 1777}
ROSA = {"from": "Rosa", "from_id": "user70012"}
ACCOUNT = FIXTURES / "telegram.account.json"


def said(number: int, **more: object) -> dict[str, Any]:
    when = {
        "date": f"2025-08-27T15:{number % 60:02}:00",
        "date_unixtime": str(1756299600 + 60 * (number % 60)),
    }
    return {"id": number, "type": "message", **when, **ROSA, "text": "bread", **more}


def happened(number: int, action: str, **more: object) -> dict[str, Any]:
    event = {
        **said(number),
        "type": "service",
        "action": action,
        "actor": "Rosa",
        "actor_id": "user70012",
        **more,
    }
    return {key: value for key, value in event.items() if not key.startswith("from")}


def record_of(
    tmp_path: Path, *messages: object, chats: tuple[str, ...] = (), **chat: object
) -> exports.FileRecord:
    (tmp_path / "x").write_text(json.dumps({**GROUP, **chat, "messages": messages}, indent=1), "utf-8")
    record = read(tmp_path / "x", tmp_path, chats=chats)
    assert record.format == "telegram"
    return record


def edges(tmp_path: Path) -> list[tuple[object, object, object]]:
    return [
        (row.get("source_name"), row["kind"], row.get("target_name", row.get("target_id")))
        for row in rows(tmp_path, "edges")
    ]


def test_account_is_refused_unless_chats_are_named(tmp_path: Path) -> None:
    refusal = str(read(ACCOUNT, tmp_path).refusal)
    assert "holds 5 chats" in refusal
    assert "Its groups and channels: 55, Bread talk, Rye news." in refusal
    assert "to be named by their id: 2" in refusal
    assert "Secret" not in refusal
    assert not list(tmp_path.glob("*.parquet"))


@pytest.mark.parametrize(
    ("chats", "texts"),
    [
        (("bread TALK",), ["Fresh rolls", "Good"]),
        (("1777", "rye news"), ["Fresh rolls", "Good", "No more rye"]),
        (("55",), ["a family"]),
        (("70012",), ["a secret"]),
        (("Wheat",), []),
    ],
)
def test_of_an_account_only_chats_that_are_named_are_read(
    chats: tuple[str, ...], texts: list[str], tmp_path: Path
) -> None:
    record = read(ACCOUNT, tmp_path, chats=chats)
    assert [row["text"] for row in rows(tmp_path, "posts")] == texts
    left_out = {"a message of a private chat": 2, "a message of a chat that --chats does not name": 4}
    assert sum(record.skipped.values()) == sum(left_out.values()) - len(texts)
    assert record.skipped.keys() <= left_out.keys()
    assert record.chats == ("55", "Bread talk", "Rye news")
    assert set(record.chats_asked or ()) == set(chats) - {"Wheat"}


CHATS = [
    {"name": name, "type": "public_supergroup", "id": number}
    for number, name in enumerate(("Bread", "bread", "Rye, wheat & co", "#rolls", "Rye"), start=1801)
]


@pytest.mark.parametrize(
    ("chats", "ids"),
    [
        (("Rye", "wheat & co"), {1803, 1805}),
        (("RYE", "Wheat  & Co", "#1801"), {1801, 1803, 1805}),
        (("Rye",), {1805}),
        (("BREAD",), {1801, 1802}),
        (("1802",), {1802}),
        (("#rolls",), {1804}),
        (("rolls",), {1804}),
    ],
)
def test_names_of_chats_are_read_as_people_write_them(
    chats: tuple[str, ...], ids: set[int], tmp_path: Path
) -> None:
    whole = {"chats": {"list": [{**one, "messages": [said(1)]} for one in CHATS]}}
    (tmp_path / "x").write_text(json.dumps(whole))
    record = read(tmp_path / "x", tmp_path, chats=chats)
    assert {row["post_id"] for row in rows(tmp_path, "posts")} == {f"{number}-1" for number in ids}
    assert set(record.chats_asked or ()) == set(chats)


def test_chats_of_one_name_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    whole = {"chats": {"list": [{**one, "messages": [said(1)]} for one in CHATS]}}
    (tmp_path / "x").write_text(json.dumps(whole))
    refusal = str(read(tmp_path / "x", tmp_path).refusal)
    assert "#rolls, Bread (1801), Rye, Rye, wheat & co, bread (1802)." in refusal


@pytest.mark.parametrize(
    "kind", ["personal_chat", "bot_chat", "saved_messages", "replies", "of a new kind", None]
)
def test_chat_of_two_is_read_only_if_it_is_named(kind: str | None, tmp_path: Path) -> None:
    record = record_of(tmp_path, said(1), type=kind, name="Rosa Secret", id=5050505050)
    assert (record.posts, record.skipped) == (0, {"a message of a private chat": 1})
    assert record.notes == ("a private chat is read only if --chats names it by its id",)
    assert record.chats == ()
    assert record_of(tmp_path, said(1), type=kind, id=5050505050, chats=("5050505050",)).posts == 1
    assert rows(tmp_path, "posts")[0]["place"] == "5050505050"


def test_kind_of_chat_may_stand_behind_its_messages(tmp_path: Path) -> None:
    for kind, posts in (("public_supergroup", 1), ("personal_chat", 0)):
        whole = {"messages": [said(1)], "name": "Bread talk", "type": kind, "id": 1777}
        (tmp_path / "x").write_text(json.dumps({"chats": {"list": [whole]}}))
        assert read(tmp_path / "x", tmp_path).posts == posts


def test_order_of_chats_and_messages_makes_no_difference(tmp_path: Path) -> None:
    whole = json.loads((FIXTURES / "telegram.chat.json").read_text("utf-8").replace("\\x", "\\u00"))
    talk = [one for one in whole["messages"] if one.get("action") != "topic_created"]
    found = []
    for seed in range(3):
        random.Random(seed).shuffle(talk)
        others = [{**GROUP, "id": 1800 + one, "name": str(one), "messages": [said(1)]} for one in range(seed)]
        (tmp_path / "x").write_text(json.dumps({"chats": {"list": [*others, {**whole, "messages": talk}]}}))
        read(tmp_path / "x", tmp_path, chats=("Bread talk",))
        kept = [
            {key: value for key, value in row.items() if key != "source_record"}
            for table in TABLES
            for row in rows(tmp_path, table)
        ]
        found.append(sorted(json.dumps(row, sort_keys=True) for row in kept))
    assert found[0] == found[1] == found[2]


def test_reactions_are_as_far_off_as_their_message(tmp_path: Path) -> None:
    liked = [{"type": "emoji", "count": 1, "recent": [{**ROSA, "date": "2025-08-27T15:30:00"}]}]
    record_of(tmp_path, said(1, reactions=liked), said(2, reactions=liked, date="1970-01-01T00:00:00"))
    assert [row["created_at"] for row in rows(tmp_path, "edges")] == [
        "2025-08-27 13:30:00",
        "2025-08-27 15:30:00",
    ]


def test_reactions_are_records_and_those_of_a_message_left_out_are_none(tmp_path: Path) -> None:
    liked = [{"count": 4, "recent": [ROSA, {"from": None, "from_id": "user9"}, {"from": None}]}, {"count": 1}]
    record = record_of(tmp_path, said(1, reactions=liked), said(2, reactions=liked, date_unixtime="x"))
    assert record.skipped == {"a reaction, no post": 2, "no author": 1, "date is no date": 1}


def test_words_handed_on_are_their_authors_if_they_hand_them_on(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        said(1, forwarded_from="Rosa"),
        said(2, forwarded_from="Rosie", forwarded_from_id="user70012"),
        said(3, forwarded_from="Rosa", forwarded_from_id="user8"),
        said(4, forwarded_from=None),
        said(5, forwarded_from="Tom", reply_to_message_id=1),
    )
    assert [row["post_id"] for row in rows(tmp_path, "posts")] == ["1777-1", "1777-2"]
    assert edges(tmp_path) == [("Rosa", "forward", "Rosa"), ("Rosa", "forward", "Tom")]
    assert [row["post_id"] for row in rows(tmp_path, "parents")] == ["1777-3", "1777-4", "1777-5"]
    assert record.skipped["words of an account that is gone, handed on"] == 1


def test_invitations_are_acts_and_joining_may_be_answered(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        happened(1, "invite_members", members=["Ana", None, "Rosa", "ana@example.org"]),
        happened(2, "invite_members", members=["Rosa"]),
        happened(3, "join_group_by_link", inviter="Tom"),
        happened(4, "join_group_by_link", inviter=None),
        happened(5, "join_group_by_request"),
        happened(6, "create_group", members=["Ana"], actor=None, actor_id=None),
        happened(7, "edit_group_title"),
    )
    assert edges(tmp_path) == [("Rosa", "invite", "Ana"), ("Tom", "invite", "Rosa")]
    assert [row["post_id"] for row in rows(tmp_path, "parents")] == ["1777-2", "1777-3", "1777-4", "1777-5"]
    assert record.skipped == {"an invite, no post": 2, "a message of the system": 5}


def test_topics_are_rooms_and_nobody_is_answered_by_writing_in_one(tmp_path: Path) -> None:
    record_of(
        tmp_path,
        happened(1, "topic_created"),
        said(2, reply_to_message_id=1),
        said(3, reply_to_message_id=2),
        said(4, reply_to_message_id=1, reply_to_peer_id="channel1778"),
    )
    assert [(row["kind"], row.get("reply_to_post_id")) for row in rows(tmp_path, "posts")] == [
        ("post", None),
        ("reply", "1777-2"),
        ("reply", "1778-1"),
    ]


def test_keys_of_accounts_are_one_in_old_exports_and_new_ones(tmp_path: Path) -> None:
    given = [
        "user501",
        501,
        (1 << 32) + 501,
        "channel501",
        (2 << 32) + 501,
        "chat501",
        "5050505050",
        "user0",
        "Rosa",
    ]
    record_of(tmp_path, *(said(number, from_id=key) for number, key in enumerate(given)))
    found = [row.get("author_id") for row in rows(tmp_path, "posts")]
    assert found == ["501", "501", "501", "channel501", "channel501", "chat501", "755537754", None, None]


@pytest.mark.parametrize(
    ("kind", "owner"),
    [("private_group", "chat1777"), ("public_channel", "channel1777"), ("personal_chat", None)],
)
def test_message_without_author_is_of_the_group_itself(kind: str, owner: str | None, tmp_path: Path) -> None:
    record = record_of(tmp_path, {**said(1), "from": None, "from_id": None}, type=kind, chats=("1777",))
    assert [row["author_id"] for row in rows(tmp_path, "posts")] == ([owner] if owner else [])
    assert record.skipped == ({} if owner else {"no author": 1})


def test_words_hold_who_and_what_is_named(tmp_path: Path) -> None:
    parts: list[object] = [
        "🥨 ",
        {"type": "mention", "text": "@ana"},
        {"type": "mention", "text": "@"},
        {"type": "mention_name", "text": "Tom", "user_id": 5050505050},
        {"type": "mention_name", "text": "Cy", "user_id": ""},
        {"type": "hashtag", "text": "#Rye@bread"},
        {"type": "link", "text": "example.org"},
        {"type": "text_link", "text": "here", "href": "http://example.org/b"},
        {"type": "text_link", "text": "there", "href": None},
        {"type": "bold", "text": ["?"]},
        7,
    ]
    record_of(tmp_path, said(1, text=parts), said(2, text="", text_entities=parts))
    for row in rows(tmp_path, "posts"):
        assert row["text"] == "🥨 @ana@TomCy#Rye@breadexample.orgherethere"
        assert row["mentions"] == [[None, "ana", 2], ["5050505050", None, 7]]
        assert row["hashtags"] == ["rye"]
        assert row["links"] == ["https://example.org", "http://example.org/b"]


def test_buttons_make_a_bot_but_not_of_who_writes_through_one_or_of_a_channel(tmp_path: Path) -> None:
    buttons = {"inline_bot_buttons": [[{"type": "url"}]]}
    record_of(
        tmp_path,
        said(1, **buttons),
        said(2, via_bot="@gif", **buttons),
        said(3, from_id="channel9", **buttons),
    )
    assert ["is_bot" in row for row in rows(tmp_path, "posts")] == [True, False, False]


def test_dates_without_a_zone_are_told_of(tmp_path: Path) -> None:
    old = {key: value for key, value in said(1).items() if key != "date_unixtime"}
    assert "taken as UTC" in record_of(tmp_path, old).notes[0]
    assert record_of(tmp_path, said(1)).notes == ()


def test_web_pages_are_refused_with_the_cure(tmp_path: Path) -> None:
    page = (
        '<!DOCTYPE html>\n<html>\n<head><title>Exported Data</title></head>\n<body>\n<div class="page_wrap">'
    )
    (tmp_path / "x").write_text(page)
    record = read(tmp_path / "x", tmp_path)
    assert record.format == "telegram"
    assert "choose as its format 'Machine-readable JSON'" in str(record.refusal)


HOSTILE = [
    None,
    True,
    -1,
    1.5,
    10**30,
    "",
    "x",
    "<script>",
    "=1+1",
    "\u202e@x",
    "\x00",
    [],
    {},
    [[]],
    {"a": 1},
    "9" * 400,
]


@pytest.mark.parametrize("field", [*said(1), "forwarded_from", "forwarded_from_id", "reply_to_message_id",
    "reply_to_peer_id", "via_bot", "text_entities", "inline_bot_buttons", "reactions"])  # fmt: skip
def test_absurd_values_cost_one_record_at_most(field: str, tmp_path: Path) -> None:
    record = record_of(tmp_path, said(99), *(said(1, **{field: value}) for value in HOSTILE), said(98))
    assert record.records >= len(HOSTILE) + 2
    assert [row["post_id"] for row in rows(tmp_path, "posts")][:: max(1, record.posts - 1)] == [
        "1777-99",
        "1777-98",
    ]
    assert all("script" not in reason for reason in record.skipped)


@pytest.mark.parametrize("field", ["name", "type", "id", "messages"])
def test_absurd_chats_are_no_trap(field: str, tmp_path: Path) -> None:
    absurd = [{**GROUP, "messages": [said(1)], field: value} for value in HOSTILE]
    whole = {"chats": {"list": [*absurd, *HOSTILE, {**GROUP, "messages": [said(2)]}]}}
    (tmp_path / "x").write_text(json.dumps(whole))
    assert "Its groups and channels: " in str(read(tmp_path / "x", tmp_path).refusal)
    record = read(tmp_path / "x", tmp_path, chats=("Bread talk", "1777"))
    assert record.format == "telegram"
    assert rows(tmp_path, "posts")[-1]["post_id"] == "1777-2"
