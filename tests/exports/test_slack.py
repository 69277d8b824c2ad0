"""Channels public and private, threads, and what people saw of a message of Slack."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import FIXTURES, read_all, rows

from communitylab import exports
from communitylab.exports.chats import NOT_ASKED, PRIVATE
from communitylab.exports.slack_markup import words_of
from communitylab.store import add_to_store

TS = "1756286925.000100"
USERS = [
    {"id": "U1", "name": "rosa", "profile": {"display_name": "Rosa", "email": "rosa@example.org"}},
    {"id": "U2", "name": "tom", "real_name": "Tom K", "profile": {"display_name": "", "real_name": ""}},
    {"id": "U9", "name": "mill", "is_bot": False, "profile": {"display_name": "mill_and_crumb"}},
]
NAMES = {"U1": "Rosa", "U2": "Tom K", "U9": "mill_and_crumb"}.get


def message(ts: str = TS, user: str = "U1", text: str = "rye", **more: object) -> dict[str, object]:
    return {"type": "message", "ts": ts, "user": user, "text": text, **more}


def export(folder: Path, *, days: dict[str, object], **lists: object) -> Path:
    """An export as it unpacks."""
    found = {"users": USERS, "channels": [{"id": "C1", "name": "flour"}], **lists}
    top = folder / "export"
    for name, content in {**{f"{name}.json": value for name, value in found.items()}, **days}.items():
        if content is not None:
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            (top / name).write_text(json.dumps(content), "utf-8")
    return top


def day(folder: Path, *messages: dict[str, object], **lists: object) -> tuple[exports.FileRecord, list]:
    """The ledger's entry of one day of the channel flour, and its posts."""
    top = export(folder, days={"flour/2025-08-27.json": list(messages)}, **lists)
    (record,) = read_all(top, folder)
    return record, rows(folder, "posts")


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ({"display_name": "Rosa", "real_name": "Rosa Baker"}, "Rosa"),
        ({"display_name": "", "real_name": "Rosa Baker"}, "Rosa Baker"),
        ({"display_name": "rosa@example.org", "real_name": None}, "rosa"),
        (None, "rosa"),
    ],
)
def test_account_goes_by_the_name_that_it_shows(profile: object, name: str, tmp_path: Path) -> None:
    _, posts = day(tmp_path, message(), users=[{"id": "U1", "name": "rosa", "profile": profile}])
    assert [(post["author_id"], post["author_name"]) for post in posts] == [("U1", name)]


def test_accounts_of_a_whole_organisation_are_known(tmp_path: Path) -> None:
    _, posts = day(tmp_path, message(user="W1"), users=None, org_users=[{"id": "W1", "name": "rosa"}])
    assert posts[0]["author_name"] == "rosa"


def test_export_without_users_says_so(tmp_path: Path) -> None:
    profile = {"display_name": "", "real_name": "Rosa"}
    record, posts = day(tmp_path, message(user_profile=profile), message(user="U2"), users=None)
    assert any("accounts go by their ids" in note for note in record.notes)
    assert [post.get("author_name") for post in posts] == ["Rosa", None]


@pytest.mark.parametrize("chats", [(), ("flour",), ("#Flour",), ("bakers",), ("D1", "flour")])
def test_what_is_private_is_read_only_if_it_is_named(chats: tuple[str, ...], tmp_path: Path) -> None:
    folders = {"flour": "flour", "bakers": "bakers", "D1": "D1", "mpdm-a--b-1": "mpdm-a--b-1", "lost": "lost"}
    top = export(
        tmp_path,
        days={f"{name}/2025-08-27.json": [message(text=name)] for name in folders},
        groups=[{"id": "G1", "name": "bakers"}],
        dms=[{"id": "D1"}],
        mpims=[{"id": "G2", "name": "mpdm-a--b-1"}],
    )
    records = read_all(top, tmp_path, chats=chats)
    named = {chat.removeprefix("#").casefold() for chat in chats} or {"flour"}
    assert {post["text"] for post in rows(tmp_path, "posts")} == {
        name for name in folders if name.casefold() in named
    }
    for record in records:
        folder = Path(record.label).parent.name
        wanted = {} if record.posts else {(PRIVATE if folder != "flour" else NOT_ASKED): 1}
        assert record.skipped == wanted, folder
    # The names of a chat between few people are theirs.
    assert {chat for record in records for chat in record.chats} == {"flour", "bakers", "lost"}


@pytest.mark.parametrize(
    ("folder", "chats"), [("lost", ("lost",)), ("D0A1B2C3D", ()), ("mpdm-rosa--tom-1", ())]
)
def test_folder_that_no_list_names_is_taken_for_private(
    folder: str, chats: tuple[str, ...], tmp_path: Path
) -> None:
    (record,) = read_all(export(tmp_path, days={f"{folder}/2025-08-27.json": [message()]}), tmp_path)
    assert (record.posts, record.skipped, record.chats) == (0, {PRIVATE: 1}, chats)
    assert any("taken for private" in note for note in record.notes)


@pytest.mark.parametrize(
    "more",
    [
        {"groups": [{"id": "G1", "name": "flour"}]},
        {"channels": [{"id": "C1", "name": "flour", "is_private": True}]},
    ],
)
def test_channel_is_private_if_any_list_says_so(more: dict[str, object], tmp_path: Path) -> None:
    record, _ = day(tmp_path, message(), **more)
    assert record.skipped == {PRIVATE: 1}


def test_place_of_a_private_chat_holds_no_names(tmp_path: Path) -> None:
    top = export(
        tmp_path,
        days={"mpdm-rosa--tom-1/2025-08-27.json": [message()]},
        mpims=[{"id": "G2", "name": "mpdm-rosa--tom-1"}],
    )
    read_all(top, tmp_path, chats=("G2",))
    assert [(post["place"], post["post_id"]) for post in rows(tmp_path, "posts")] == [("G2", f"G2/{TS}")]


def test_thread_is_answers_to_its_first_message_whatever_the_day(tmp_path: Path) -> None:
    answer = message("1756373325.000100", "U2", "yes", thread_ts=TS)
    top = export(
        tmp_path,
        days={
            "flour/2025-08-27.json": [message(thread_ts=TS, reply_count=1)],
            "flour/2025-08-28.json": [answer],
        },
    )
    read_all(top, tmp_path)
    first, second = rows(tmp_path, "posts")
    assert (first["kind"], first["conversation_id"]) == ("post", f"C1/{TS}")
    assert (second["kind"], second["conversation_id"], second["reply_to_post_id"]) == (
        "reply",
        f"C1/{TS}",
        f"C1/{TS}",
    )


def test_in_a_store_each_message_counts_once_and_answers_whom_it_answers(tmp_path: Path) -> None:
    answer = message("1756373325.000100", "U2", "yes", thread_ts=TS)  # does not say whom it answers
    days = {
        "flour/2025-08-27.json": [message(thread_ts=TS, reply_count=1)],
        "flour/2025-08-28.json": [{**answer, "subtype": "thread_broadcast"}, answer],
        "rolls/2025-08-27.json": [message()],
    }
    channels = [{"id": "C1", "name": "flour"}, {"id": "C2", "name": "rolls"}]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = export(tmp_path / "a", days=days, channels=channels)
    later = {"flour/2025-08-28.json": [answer, message("1756373999.000100")]}
    ledger = add_to_store([first, export(tmp_path / "b", days=later)], tmp_path / "store")
    assert (ledger.posts, ledger.skipped) == (4, {"duplicate post": 2})
    acts = pq.read_table(tmp_path / "store" / "acts.parquet").to_pylist()
    assert [(act["source_id"], act["target_id"], act["kind"]) for act in acts] == [("U2", "U1", "reply")]


def test_answer_to_a_deleted_message_is_to_nobody(tmp_path: Path) -> None:
    gone = message(user="USLACKBOT", text="This message was deleted.", subtype="tombstone", thread_ts=TS)
    answer = message("1756286999.000100", "U2", thread_ts=TS, parent_user_id="USLACKBOT")
    record, posts = day(tmp_path, gone, answer)
    assert record.skipped == {"a deleted post": 1}
    assert [("reply_to_id" in post, post["reply_to_post_id"]) for post in posts] == [(False, f"C1/{TS}")]


def test_reactions_are_acts_towards_who_wrote_the_message(tmp_path: Path) -> None:
    reactions = [
        {"name": "bread", "users": ["U2", "U9"], "count": 5},
        {"name": "+1", "users": [3, None, "U1"]},
    ]
    record, _ = day(tmp_path, message(reactions=reactions))
    found = [
        (edge["source_id"], edge["target_id"], edge["target_post_id"]) for edge in rows(tmp_path, "edges")
    ]
    assert found == [(who, "U1", f"C1/{TS}") for who in ("U2", "U9", "U1")]
    assert record.skipped == {"a reaction, no post": 3}
    assert any(note.endswith("does not say who made them: 3") for note in record.notes)


def test_robots_are_flagged_and_notices_are_no_posts(tmp_path: Path) -> None:
    record, posts = day(
        tmp_path,
        message(user="U1"),
        message(user="U3"),
        message(user="U1", bot_id="B1"),
        {"type": "message", "ts": TS, "bot_id": "B2", "username": "Toaster", "subtype": "bot_message"},
        message(user="USLACKBOT"),
        message(subtype="channel_join"),
        message(subtype="something_new"),
        message(subtype="channel_join", inviter="U9"),
        users=[*USERS, {"id": "U3", "name": "toaster", "is_bot": True}],
    )
    assert [bool(post.get("is_bot")) for post in posts] == [False, True, True, True, True]
    assert record.skipped == {"a message of the system": 2, "an invite, no post": 1}
    (edge,) = rows(tmp_path, "edges")
    assert (edge["source_id"], edge["target_id"], edge["kind"]) == ("U9", "U1", "invite")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("&lt;b&gt; &amp;lt; 1 &amp; 2", "<b> &lt; 1 & 2"),
        ("<https://example.org/a?b=1&amp;c=2>", "https://example.org/a?b=1&c=2"),
        ("<https://example.org|see &amp; read>", "see & read"),
        ("<#C1|flour> <#C2|> <#C9>", "#flour #rolls #C9"),
        (
            "<!here> <!channel|@channel> <!subteam^S1|@bakers> <!subteam^S2>",
            "@here @channel @bakers @subteam",
        ),
        ("<!date^1756286925^{date}|27 August>", "27 August"),
        ("<mailto:a@example.org|a@example.org>", "a@example.org"),
        ("<@U1> and <@U7|cy> and <@U8>", "@Rosa and @cy and @U8"),
        ("<> a < b", " a < b"),
    ],
)
def test_text_is_what_people_saw(text: str, seen: str) -> None:
    words = words_of(text, None, account_name=NAMES, channel_name={"C2": "rolls"}.get)
    assert words.text == seen
    assert all(words.text[mention.start] == "@" for mention in words.mentions)


def test_name_of_a_channel_is_no_hashtag_and_a_link_is_kept_under_its_label() -> None:
    words = words_of("#rye <#C1|flour> <https://example.org|here> https://example.org/2", None,
                     account_name=NAMES, channel_name=NAMES)  # fmt: skip
    assert words.hashtags == ["rye"]
    assert words.links == ["https://example.org", "https://example.org/2"]


def test_blocks_speak_where_the_text_is_empty_and_name_whom_it_leaves_out() -> None:
    inside = [
        {"type": "text", "text": "a < b "},
        {"type": "user", "user_id": "U1"},
        {"type": "emoji", "name": "bread"},
        {"type": "link", "url": "https://example.org", "text": "see"},
    ]
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": inside}]}]
    blocks += [{"type": "section", "text": {"type": "mrkdwn", "text": "for <@U2>"}}]
    words = words_of(" ", blocks, account_name=NAMES, channel_name=NAMES)
    assert words.text == "a < b @Rosa:bread:see\nfor @Tom K"
    assert [(mention.account_id, mention.start) for mention in words.mentions] == [("U1", 6), ("U2", 26)]
    words = words_of("for <@U2>", blocks, account_name=NAMES, channel_name=NAMES)
    assert (words.text, [(mention.account_id, mention.start) for mention in words.mentions]) == (
        "for @Tom K",
        [("U2", 4), ("U1", None)],
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text("<>@#!|U1&amp;lt ñ🥨\u202e", max_size=40))
def test_places_of_mentions_are_those_of_their_signs_whatever_stands_around(text: str) -> None:
    words = words_of(f"{text}<@U1>{text}", None, account_name=NAMES, channel_name=NAMES)
    assert any(mention.account_id == "U1" for mention in words.mentions) or "<" in text or ">" in text
    for mention in words.mentions:
        assert words.text[mention.start : mention.start + 1] == "@"


def test_no_address_is_kept_but_where_it_was_typed(tmp_path: Path) -> None:
    read_all(FIXTURES / "slack", tmp_path)
    for table in ("posts", "names", "parents", "edges"):
        for row in rows(tmp_path, table):
            assert "@example.org" not in str({key: value for key, value in row.items() if key != "text"})
            assert "5550100" not in str(row)


def test_what_lies_above_is_read_anew_when_it_changes(tmp_path: Path) -> None:
    day(tmp_path, message())
    for name in ("posts-0.parquet", "names-0.parquet"):
        (tmp_path / name).unlink()
    _, posts = day(tmp_path, message(), users=[{"id": "U1", "name": "rosa_of_the_mill"}])
    assert posts[0]["author_name"] == "rosa_of_the_mill"


@pytest.mark.parametrize("packing", ["a file", "a folder", "a zip"])
def test_day_without_its_export_is_refused_with_the_cure(packing: str, tmp_path: Path) -> None:
    folder = tmp_path / "flour"
    folder.mkdir()
    (folder / "2025-08-27.json").write_text(json.dumps([message()]))
    given_path = folder / "2025-08-27.json" if packing == "a file" else folder
    if packing == "a zip":
        given_path = tmp_path / "x.zip"
        with zipfile.ZipFile(given_path, "w") as archive:
            archive.write(folder / "2025-08-27.json", "2025-08-27.json")
    (record,) = read_all(given_path, tmp_path)
    assert "Name the whole export" in str(record.refusal)
    assert record.records == 0


def test_list_alone_is_never_opened(tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "slack" / "channels.json", tmp_path / "channels.json")
    (record,) = read_all(tmp_path / "channels.json", tmp_path)
    assert "Name the whole archive" in str(record.refusal)


@pytest.mark.parametrize("lists", ["", "[", "{}", "[1, null, []]", '[{"id": 5}]', '{"channels": []}'])
def test_damaged_lists_hide_the_export_and_say_so(lists: str, tmp_path: Path) -> None:
    top = export(tmp_path, days={"flour/2025-08-27.json": [message()]})
    (top / "channels.json").write_text(lists)
    (record,) = read_all(top, tmp_path)
    assert "channels.json" in str(record.refusal)


HOSTILE = [
    "",
    "\x00",
    "‮gnp",
    "=1+1",
    "<script>",
    "9" * 400,
    "a/b",
    "@ana",
    1,
    -1e300,
    True,
    None,
    [],
    {},
    ["x"],
]


@pytest.mark.parametrize("field", ["user", "text", "thread_ts", "subtype", "bot_id", "blocks", "reactions", "inviter",
                                   "user_profile", "parent_user_id", "username", "bot_profile"])  # fmt: skip
def test_any_value_in_any_field_costs_one_record_at_most(field: str, tmp_path: Path) -> None:
    found = [message(f"17562869{number:02}.000100", **{field: value}) for number, value in enumerate(HOSTILE)]
    nested = [{"type": "rich_text", "elements": [[[[[{"elements": value}]]]], value]} for value in HOSTILE]
    record, _ = day(tmp_path, *found, message(blocks=nested), message("1756286999.000100", "U2", "last"))
    assert record.records == len(found) + 2
    assert rows(tmp_path, "posts")[-1]["text"] == "last"
