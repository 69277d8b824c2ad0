"""Discord: whom an answer is for, what is private, and who is staff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from reading import FIXTURES, TABLES, expected, read, read_all, rows

import communitylab as cl
from communitylab import exports
from communitylab.study import Study

CHANNEL = {"id": "20", "type": "GuildTextChat", "categoryId": "2", "category": "Talk", "name": "flour"}
THREAD = {"id": "1", "type": "GuildPublicThread", "categoryId": "20", "category": "flour", "name": "Which?"}
ROSA = {"id": "70012", "name": "rosa", "nickname": "Rosa (Bäckerin)", "isBot": False}
ANA = {"id": "501", "name": "rosa_bakes", "nickname": "Ana", "isBot": False}


def said(number: int, **more: object) -> dict[str, Any]:
    return {
        "id": str(number),
        "type": "Default",
        "timestamp": f"2025-08-27T15:{number % 60:02}:00+02:00",
        "content": "bread",
        "author": ROSA,
        "mentions": [],
        "reactions": [],
        **more,
    }


def answered(number: int, content: str, *named: object) -> dict[str, Any]:
    return said(
        number, type="Reply", content=content, mentions=named, reference={"messageId": "9", "channelId": "20"}
    )


def record_of(
    tmp_path: Path, *messages: object, channel: dict[str, object] = CHANNEL, chats: tuple[str, ...] = ()
) -> exports.FileRecord:
    whole = {"guild": {"id": "1", "name": "Bread"}, "channel": channel, "messages": messages}
    (tmp_path / "x").write_text(json.dumps(whole, indent=2), "utf-8")
    record = read(tmp_path / "x", tmp_path, chats=chats)
    assert record.format == "discord"
    return record


def test_whoever_is_pinged_and_not_named_is_taken_for_who_is_answered(tmp_path: Path) -> None:
    record_of(
        tmp_path,
        answered(1, "yes", ROSA),
        answered(2, "yes, @Rosa (Bäckerin)", ROSA),
        answered(3, "yes, @rosa_bakes!", ROSA, ANA),
        answered(4, "<@501> and <@!70012>", ROSA, ANA),
        answered(5, "@anabel", ANA),
        answered(6, "yes"),
    )
    found = [(row.get("reply_to_id"), "reply_to_guessed" in row) for row in rows(tmp_path, "posts")]
    assert found == [
        ("70012", True),
        (None, False),
        ("70012", True),
        (None, False),
        ("501", True),
        (None, False),
    ]
    assert rows(tmp_path, "posts")[3]["mentions"] == [["70012", "rosa", 11], ["501", "rosa_bakes", 0]]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A channel in parts that overlap, one with an answer to somebody in which another is pinged, and a thread."""
    folder = tmp_path_factory.mktemp("server")
    whole = json.loads((FIXTURES / "discord.channel.json").read_text("utf-8"))
    other = [said(9, author={"id": "505", "name": "tomkneads"}), answered(10, "yes", ANA)]
    for part, kept in enumerate((whole["messages"][:12], whole["messages"][8:], other), start=1):
        (folder / f"flour [part {part}].json").write_text(json.dumps({**whole, "messages": kept}))
    return cl.load([folder, FIXTURES / "discord.thread.json"], brand="mill_and_crumb")


def test_author_of_the_message_answered_comes_before_who_is_pinged(study: Study) -> None:
    acts = study.table("acts")
    acts = acts[acts["post_id"] == "10"]
    assert set(zip(acts["kind"], acts["target_id"], strict=True)) == {("reply", "505"), ("mention", "501")}


def test_partitions_that_overlap_count_once(study: Study) -> None:
    wanted = {"9", "10"}
    for name in ("channel", "thread"):
        wanted |= {post["post_id"] for post in expected(FIXTURES / f"discord.{name}.json")["posts"]}
    assert sorted(study.table("posts")["post_id"]) == sorted(wanted)
    assert study.ledger.skipped["duplicate post"] == 2 + 3  # in the fixtures, and in both parts


def test_thread_is_a_conversation_in_its_channel_begun_by_the_message_of_its_number(study: Study) -> None:
    posts = study.table("posts").set_index("post_id")
    assert posts.loc["1410247509476800000", "place"] == "flour"
    acts = study.table("acts")
    inferred = acts[acts["evidence"] == "inferred"]
    assert set(inferred["post_id"]) == {"1410247509476800000", "1410247515476800000"}
    assert set(inferred["target_post_id"]) == set(inferred["conversation_id"]) == {"1410247478476800000"}


@pytest.mark.parametrize(
    "kind", ["DirectTextChat", "DirectGroupTextChat", "GuildPrivateThread", "of a new kind"]
)
def test_what_not_everybody_in_the_place_can_read_must_be_named(kind: str, tmp_path: Path) -> None:
    channel = {**CHANNEL, "type": kind, "name": "Rosa Secret"}
    record = record_of(tmp_path, said(1), channel=channel)
    assert (record.posts, record.skipped) == (0, {"a message of a private chat": 1})
    assert "only if --chats names it by its id" in record.notes[0]
    assert record_of(tmp_path, said(1), channel=channel, chats=("20",)).posts == 1
    is_direct = kind.startswith("Direct")
    assert record.chats == (() if is_direct else ("Rosa Secret",))
    assert rows(tmp_path, "posts")[0]["place"] == {
        "GuildPrivateThread": "Talk", "of a new kind": "Rosa Secret"
    }.get(kind, "20")  # fmt: skip


def test_channels_can_be_chosen_and_threads_come_with_theirs(tmp_path: Path) -> None:
    for chats, posts in (((), 1), (("#Flour",), 1), (("20",), 1), (("rye",), 0)):
        for channel in (CHANNEL, THREAD):
            record = record_of(tmp_path, said(1), channel=channel, chats=chats)
            assert record.posts == posts
            assert record.chats == ("flour",)
            assert record.skipped == ({} if posts else {"a message of a chat that --chats does not name": 1})


def test_order_of_messages_makes_no_difference(tmp_path: Path) -> None:
    whole = json.loads((FIXTURES / "discord.channel.json").read_text("utf-8"))
    found = []
    for step in (1, -1):
        folder = tmp_path / str(step)
        folder.mkdir()
        (folder / "x").write_text(json.dumps({**whole, "messages": whole["messages"][::step]}))
        read_all(folder / "x", folder)
        kept = [
            {key: value for key, value in row.items() if key != "source_record"}
            for table in TABLES
            for row in rows(folder, table)
        ]
        found.append(sorted(json.dumps(row, sort_keys=True) for row in kept))
    assert found[0] == found[1]


def test_system_says_who_let_whom_in_and_who_may_be_welcomed(tmp_path: Path) -> None:
    record = record_of(
        tmp_path,
        said(1, type="RecipientAdd", mentions=[ANA, ROSA, {"id": None, "name": None}]),
        said(2, type="GuildMemberJoin"),
        said(3, type="8"),
        said(4, type="21"),
        said(5, type="ChannelPinnedMessage", author=None),
        said(6, type="23"),
    )
    (invite,) = rows(tmp_path, "edges")
    assert (invite["source_id"], invite["kind"], invite["target_id"]) == ("70012", "invite", "501")
    assert [row["post_id"] for row in rows(tmp_path, "parents")] == ["1", "2", "3"]
    assert [row["post_id"] for row in rows(tmp_path, "posts")] == ["6"]
    assert record.skipped == {
        "an invite, no post": 1,
        "a message of the system": 3,
        "the first message of a thread, told again without its words": 1,
    }


@pytest.mark.parametrize(
    "sign", [{"reference": {"type": "Forward", "messageId": "9"}}, {"forwardedMessage": {}}]
)
def test_what_is_handed_on_is_nobodys_words_and_may_be_answered(
    sign: dict[str, object], tmp_path: Path
) -> None:
    liked = [{"users": [ANA]}]
    record = record_of(
        tmp_path, said(1, **sign, reactions=liked), said(2, **sign, author=None, reactions=liked)
    )
    assert record.skipped == {"a forward, no post": 1, "a reaction, no post": 1, "no author": 1}
    assert [row["author_id"] for row in rows(tmp_path, "parents")] == ["70012"]


@pytest.mark.parametrize(
    ("role", "is_staff"),
    [
        ("Staff", True),
        ("🛡️ Head-Moderator", True),
        ("community manager", True),
        ("Team Crumb", True),
        ("ADMINS", True),
        ("Former Mod", False),
        ("ex-staff", False),
        ("Modern", False),
        ("Steam", False),
        ("Baker", False),
        ("", False),
        (None, False),
    ],
)
def test_staff_is_told_by_the_names_of_roles(role: str | None, is_staff: bool, tmp_path: Path) -> None:
    roles = [{"name": "Baker"}, {"name": role}]
    record = record_of(
        tmp_path,
        said(1, author={**ROSA, "roles": roles}),
        said(2, author={**ANA, "roles": roles, "isBot": True}),
    )
    assert record.staff == (("70012",) if is_staff else ())


def test_account_that_all_share_who_left_is_nobody(tmp_path: Path) -> None:
    gone = {"id": "456226577798135808", "name": "Deleted User"}
    record = record_of(
        tmp_path,
        said(1, author=gone),
        answered(2, "yes", gone),
        said(3, reactions=[{"count": 2, "users": [gone]}, {"count": 1}]),
        said(4, author={"id": "66", "name": "deleted_user_1"}),
    )
    assert record.skipped == {"no author": 2}
    assert [row.get("reply_to_id") for row in rows(tmp_path, "posts")] == [None, None, None]


@pytest.mark.parametrize(
    ("content", "called"),
    [
        ("AuthorID,Author,Date,Content,Attachments,Reactions\n1,rosa,2025-08-27,bread,,\n", "CSV"),
        (
            f"{'=' * 62}\nGuild: Bread\nChannel: Talk / flour\n{'=' * 62}\n\n[27/08/2025 15:00] rosa\nbread\n",
            "plain",
        ),
        ("<!DOCTYPE html>\n<html><head><title>Bread - flour</title>\n<style>\n.chatlog__message {", "HTML"),
    ],
)
def test_other_formats_are_refused_with_the_cure(content: str, called: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(content)
    record = read(tmp_path / "x", tmp_path)
    assert record.format == "discord"
    assert called in str(record.refusal)
    assert "choose JSON as the format" in str(record.refusal)


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


@pytest.mark.parametrize("field", [*said(1), "reference", "forwardedMessage"])
def test_absurd_values_cost_one_record_at_most(field: str, tmp_path: Path) -> None:
    record = record_of(tmp_path, said(99), *(said(1, **{field: value}) for value in HOSTILE), said(98))
    assert record.records == len(HOSTILE) + 2
    assert [row["post_id"] for row in rows(tmp_path, "posts")][:: max(1, record.posts - 1)] == ["99", "98"]
    assert all("script" not in reason for reason in record.skipped)


@pytest.mark.parametrize("field", list(ROSA))
def test_absurd_accounts_cost_one_record_at_most(field: str, tmp_path: Path) -> None:
    users = [{**ROSA, field: value} for value in HOSTILE]
    messages = [
        answered(1, "@x", user) | {"author": user, "reactions": [{"users": [user]}]} for user in users
    ]
    record = record_of(tmp_path, said(99), *messages, said(98))
    assert [row["post_id"] for row in rows(tmp_path, "posts")][:: max(1, record.posts - 1)] == ["99", "98"]


@pytest.mark.parametrize("field", list(CHANNEL))
def test_absurd_channels_are_refused_or_read(field: str, tmp_path: Path) -> None:
    for value in HOSTILE:
        whole = {"guild": {}, "channel": {**CHANNEL, field: value}, "messages": [said(1)]}
        (tmp_path / "x").write_text(json.dumps(whole))
        record = read(tmp_path / "x", tmp_path)
        assert record.format == "discord" or "JSON of no known format" in str(record.refusal)
