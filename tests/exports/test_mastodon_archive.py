"""Archives of Mastodon accounts: whose they are, whom they answer and boost, and what in them is for everybody."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest
from reading import FIXTURES, read, read_all, rows

from communitylab import exports, files

ARCHIVE = FIXTURES / "mastodon_archive"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ME = "https://bread.example/users/mill"
ACTOR = {"id": ME, "type": "Person", "preferredUsername": "mill", "inbox": f"{ME}/inbox", "outbox": "outbox.json",
         "name": "Mill & Crumb", "url": "https://bread.example/@mill"}  # fmt: skip


def create(number: int = 1, **more: object) -> dict[str, Any]:
    note = {
        "id": f"{ME}/statuses/{number}",
        "type": "Note",
        "published": "2025-08-27T13:00:00Z",
        "content": "<p>rye</p>",
    }
    return {"id": f"{ME}/statuses/{number}/activity", "type": "Create", "actor": ME, "to": [PUBLIC],
            "cc": [f"{ME}/followers"], "object": {**note, **more}}  # fmt: skip


def boost(uri: object, *cc: str) -> dict[str, Any]:
    return {"id": f"{ME}/statuses/9/activity", "type": "Announce", "published": "2025-08-27T13:00:00Z",
            "to": [PUBLIC], "cc": [*cc, f"{ME}/followers"], "object": uri}  # fmt: skip


def mention(name: str, uri: str) -> dict[str, str]:
    return {"type": "Mention", "href": uri, "name": name}


def outbox(tmp_path: Path, *items: object, actor: dict[str, Any] | None = ACTOR) -> Path:
    inside = tmp_path / "archive"
    inside.mkdir()
    text = json.dumps({"id": "outbox.json", "type": "OrderedCollection", "orderedItems": items})
    (inside / "outbox.json").write_text(text)
    if actor is not None:
        (inside / "actor.json").write_text(json.dumps(actor))
    return inside


def posts(tmp_path: Path, *items: object, actor: dict[str, Any] | None = ACTOR) -> list[dict[str, Any]]:
    read_all(outbox(tmp_path, *items, actor=actor), tmp_path)
    return rows(tmp_path, "posts")


NUMBERED = "https://rye.example/ap/users/116"


@pytest.mark.parametrize(
    ("uri", "named", "wanted"),
    [
        ("https://oven.example/users/rosa/statuses/9", [], ("rosa@oven.example", "rosa@oven.example", False)),
        ("https://oven.example/@rosa/9", [], ("rosa@oven.example", "rosa@oven.example", False)),
        (f"{ME}/statuses/7", [], ("mill@bread.example", "mill@bread.example", False)),
        (f"{NUMBERED}/statuses/9", [mention("@tom", NUMBERED[:-1]), mention("@cy@rye.example", NUMBERED)],
         (None, "cy@rye.example", False)),
        ("https://rye.example/objects/9", [mention("@cy@rye.example", "https://rye.example/users/cy")],
         ("cy@rye.example", "cy@rye.example", True)),
        ("https://rye.example/notes/9", [], (None, None, False)),
    ],
)  # fmt: skip
def test_answer_goes_to_whom_the_address_names_or_to_the_first_who_is_named(
    uri: str, named: list[dict[str, str]], wanted: tuple[str | None, str | None, bool], tmp_path: Path
) -> None:
    (post,) = posts(tmp_path, create(inReplyTo=uri, tag=named))
    assert (post["kind"], post["reply_to_post_id"]) == ("reply", uri)
    assert (post.get("reply_to_id"), post.get("reply_to_name"), post.get("reply_to_guessed", False)) == wanted


@pytest.mark.parametrize(
    ("uri", "receiver", "wanted"),
    [
        (
            "https://oven.example/users/rosa/statuses/9",
            "https://oven.example/users/rosa",
            "rosa@oven.example",
        ),
        ("https://oven.example/objects/9", "https://oven.example/users/rosa", "rosa@oven.example"),
        ("https://oven.example/notes/9", "https://oven.example/users/9abcdef", None),
        (f"{NUMBERED}/statuses/9", NUMBERED, None),
        (f"{ME}/statuses/3", ME, "mill@bread.example"),
        ("https://oven.example/9", PUBLIC, None),
    ],
)
def test_boost_is_of_whom_the_addresses_name(
    uri: str, receiver: str, wanted: str | None, tmp_path: Path
) -> None:
    (post,) = posts(tmp_path, boost(uri, receiver))
    assert (post["kind"], post["repost_of_post_id"], post.get("repost_of_name")) == ("repost", uri, wanted)


@pytest.mark.parametrize(
    ("actor", "wanted"),
    [
        ({}, ("mill@bread.example", "mill@bread.example", False)),
        ({"webfinger": "mill@brand.example"}, ("mill@bread.example", "mill@brand.example", False)),
        ({"type": "Service"}, ("mill@bread.example", "mill@bread.example", True)),
        ({"id": "https://bread.example/ap/users/116"}, ("mill@bread.example", "mill@bread.example", False)),
    ],
)
def test_owner_is_whom_the_archive_says(
    actor: dict[str, str], wanted: tuple[str, str, bool], tmp_path: Path
) -> None:
    (post,) = posts(tmp_path, create(), actor={**ACTOR, **actor})
    assert (post["author_id"], post["author_name"], post.get("is_bot", False)) == wanted


@pytest.mark.parametrize(
    ("to", "cc", "count"),
    [
        ([PUBLIC], [], 1),
        ("as:Public", None, 1),
        ([f"{ME}/followers"], [PUBLIC], 1),
        ([f"{ME}/followers"], [], 0),
        (["https://oven.example/users/rosa"], [], 0),
        (None, None, 0),
    ],
)
def test_only_what_is_for_everybody_is_read(to: object, cc: object, count: int, tmp_path: Path) -> None:
    account, record = read_all(outbox(tmp_path, {**create(), "to": to, "cc": cc}), tmp_path)
    assert account.skipped == {"the account itself, no post": 1}
    assert (record.posts, record.skipped) == (count, {} if count else {"not public": 1})


def test_boost_of_a_post_that_is_not_for_everybody_is_none(tmp_path: Path) -> None:
    own = {**create()["object"], "to": [f"{ME}/followers"], "cc": []}
    _account, record = read_all(outbox(tmp_path, boost(own, ME)), tmp_path)
    assert record.skipped == {"not public": 1}


@pytest.mark.parametrize("packing", [None, 1])
def test_posts_come_in_order_and_one_by_one(packing: int | None, tmp_path: Path) -> None:
    inside = outbox(tmp_path, *(create(n) for n in range(50)))
    path = inside / "outbox.json"
    path.write_text(json.dumps(json.loads(path.read_text()), indent=packing))
    read_all(inside, tmp_path)
    assert [row["post_id"].rpartition("/")[2] for row in rows(tmp_path, "posts")] == [
        str(n) for n in range(50)
    ]


def test_outbox_that_breaks_off_says_so(tmp_path: Path) -> None:
    inside = outbox(tmp_path, create(1), create(2))
    path = inside / "outbox.json"
    path.write_text(path.read_text()[:-200])
    _account, record = read_all(inside, tmp_path)
    assert "breaks off" in str(record.refusal)


def test_archive_packed_from_within_its_folder(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "packed.tar.gz", "w:gz") as packed:
        packed.add(outbox(tmp_path, create()), ".")
    account, record = read_all(tmp_path / "packed.tar.gz", tmp_path)
    assert (account.posts, record.posts) == (0, 1)


def test_only_the_outbox_and_the_account_are_opened() -> None:
    sources = exports.readable(files.find(ARCHIVE))
    assert [Path(source.name).name for source in sources] == ["actor.json", "outbox.json"]


def test_outbox_without_its_account_says_what_is_missing(tmp_path: Path) -> None:
    (record,) = read_all(outbox(tmp_path, create(), actor=None), tmp_path)
    assert "without its actor.json" in str(record.refusal)
    assert "Name the whole archive" in str(record.refusal)


@pytest.mark.parametrize("actor", [{"id": 5}, {"preferredUsername": ""}, {"id": None}])
def test_account_that_does_not_say_whose_it_is(actor: dict[str, object], tmp_path: Path) -> None:
    *_account, record = read_all(outbox(tmp_path, create(), actor={**ACTOR, **actor}), tmp_path)
    assert "does not say whose it is" in str(record.refusal)


def test_likes_by_themselves_are_refused(tmp_path: Path) -> None:
    shutil.copy(ARCHIVE / "likes.json", tmp_path / "x")
    assert "not who wrote it" in str(read(tmp_path / "x", tmp_path).refusal)


@pytest.mark.parametrize(
    "key", ["type", "published", "content", "inReplyTo", "tag", "to", "cc", "quote", "quoteUrl"]
)
def test_field_of_another_type_costs_one_post(key: str, tmp_path: Path) -> None:
    for number, wrong in enumerate(([1], {"x": 1}, True, 1.5)):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        _account, record = read_all(outbox(folder, create(1), create(2, **{key: wrong}), create(3)), folder)
        assert (record.records, record.posts >= 2) == (3, True)


def test_hostile_words_are_read_as_text(tmp_path: Path) -> None:
    html = "<script>alert(1)</script>\u202e<b>=cmd|' /C calc'!A0</b>"
    (post,) = posts(tmp_path, create(content=html, id="javascript:alert(1)", tag=[mention("@" * 9, "x")] * 9))
    assert (post["text"], post["post_id"]) == ("\u202e=cmd|' /C calc'!A0", "javascript:alert(1)")
