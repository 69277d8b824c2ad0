"""A repository of an account: found in its tree however it is cut, damaged or made up."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import libipld
import pytest
from reading import FIXTURES, read, rows
from repositories import (
    ANA,
    MILL,
    ROSA,
    TOM,
    address,
    answering,
    car,
    facet,
    link_to,
    post,
    reference,
    repository,
    section,
    tid,
)

from communitylab import exports
from communitylab.exports import bluesky_archive

DAY = "2025-08-27T"
POST, REPOST, LIKE, FOLLOW = (
    "app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.feed.like", "app.bsky.graph.follow"
)  # fmt: skip


def key(minute: int) -> str:
    return tid(f"{DAY}12:{minute:02}:00.500+00:00")


def said(text: str, minute: int, **more: Any) -> dict[str, Any]:
    return post(text, f"{DAY}12:{minute:02}:00.123Z", langs=["en"], **more)


def records() -> dict[str, Any]:
    """What stands in `fixtures/bluesky_archive/repo.car`, by its address."""
    first, second, third = (address(MILL, key(minute)) for minute in (0, 1, 2))
    asked, gone = address(ANA, key(3)), address(TOM, key(4))
    fresh = "Frisches Brötchen 🥨 for @ROSA.bakes.example.org! #Rye https://example.org/…"
    reply = "@ana.example.org, as @rosa.bakes.example.org says"
    when = {"createdAt": f"{DAY}12:30:00.123Z"}
    return {
        "app.bsky.actor.profile/self": {
            "$type": "app.bsky.actor.profile",
            "displayName": "Mill & Crumb",
            "avatar": {"$type": "blob", "ref": link_to(b"a picture"), "mimeType": "image/png", "size": 9},
        },
        f"{POST}/{key(0)}": said(
            fresh,
            0,
            facets=[
                facet(fresh, "@ROSA.bakes.example.org", did=ROSA),
                facet(fresh, "#Rye", tag="Rye"),
                facet(fresh, "https://example.org/…", uri="https://example.org/rolls"),
            ],
            tags=["Sourdough"],
        ),
        f"{POST}/{key(1)}": said("and warm", 1, **answering(first, first)),
        f"{POST}/{key(2)}": said("still warm", 2, **answering(second, first)),
        f"{POST}/{key(5)}": said(
            reply,
            5,
            facets=[
                facet(reply, "@ana.example.org", did=ANA),
                facet(reply, "@rosa.bakes.example.org", did=ROSA),
            ],
            **answering(asked, first),
        ),
        f"{POST}/{key(6)}": said("to what is deleted", 6, **answering(gone, gone)),
        f"{POST}/{key(7)}": said(
            "see", 7, embed={"$type": "app.bsky.embed.record", "record": reference(asked)}
        ),
        f"{POST}/{key(8)}": post("moved here from elsewhere", "2014-05-01T10:00:00Z"),
        f"{POST}/planned": post("a plan", "2031-01-01T00:00:00Z"),
        f"{REPOST}/{key(9)}": {"$type": REPOST, "subject": reference(asked), **when},
        f"{LIKE}/{key(10)}": {"$type": LIKE, "subject": reference(asked), **when},
        f"{LIKE}/{key(11)}": {"$type": LIKE, "subject": reference(third), **when},
        f"{FOLLOW}/{key(12)}": {"$type": FOLLOW, "subject": ROSA, **when},
        f"app.bsky.graph.block/{key(13)}": {"$type": "app.bsky.graph.block", "subject": TOM, **when},
        f"{FOLLOW}/{key(14)}": {"$type": FOLLOW, "subject": None, **when},
    }


def blocks() -> list[bytes]:
    return repository(MILL, records(), rev=key(40))


def written(folder: Path, content: bytes) -> exports.FileRecord:
    (folder / "repo.car").write_bytes(content)
    return read(folder / "repo.car", folder)


def whole(parts: list[bytes]) -> bytes:
    return car(link_to(parts[0]), parts)


def seen(folder: Path) -> set[str]:
    return {str(row["post_id"]) for row in rows(folder, "posts")}


def test_fixture_is_what_is_built_of_its_records() -> None:
    assert (FIXTURES / "bluesky_archive" / "repo.car").read_bytes() == whole(blocks())


def test_order_of_blocks_makes_no_difference(tmp_path: Path) -> None:
    parts = blocks()
    straight = written(tmp_path, whole(parts))
    posts = rows(tmp_path, "posts")
    turned = written(tmp_path, car(link_to(parts[0]), [*reversed(parts), b"\xa0", parts[1]]))
    assert (turned.posts, turned.skipped, rows(tmp_path, "posts")) == (
        straight.posts,
        straight.skipped,
        posts,
    )


def test_large_tree_gives_every_record_in_order(tmp_path: Path) -> None:
    many = {
        f"{POST}/{tid(f'{DAY}10:{n // 60:02}:{n % 60:02}+00:00')}": post(f"{n}", f"{DAY}10:00:00Z")
        for n in range(900)
    }
    record = written(tmp_path, whole(repository(MILL, many, rev=key(0))))
    assert (record.posts, record.skipped) == (900, {})
    assert [row["text"] for row in rows(tmp_path, "posts")] == [f"{n}" for n in range(900)]


def test_repository_without_records_is_read(tmp_path: Path) -> None:
    record = written(tmp_path, whole(repository(MILL, {}, rev=key(0))))
    assert (record.format, record.records, record.refusal) == ("bluesky_archive", 0, None)


def test_account_that_calls_itself_a_bot_is_one(tmp_path: Path) -> None:
    found = records()
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "bot"}]}
    found["app.bsky.actor.profile/self"]["labels"] = labels
    written(tmp_path, whole(repository(MILL, found, rev=key(40))))
    assert all(row["is_bot"] for row in rows(tmp_path, "posts"))


def test_cut_file_gives_what_came_before(tmp_path: Path) -> None:
    content = whole(blocks())
    record = written(tmp_path, content[: len(content) * 2 // 3])
    assert 0 < record.posts < 9
    assert record.skipped["the file breaks off"] == 1
    assert record.skipped["a block that is missing or damaged"] >= 1


def test_changed_block_is_missing(tmp_path: Path) -> None:
    content = whole(blocks())
    assert content.count(b"still warm") == 1
    record = written(tmp_path, content.replace(b"still warm", b"never warm"))
    assert record.posts == written(tmp_path, content).posts - 1
    assert record.skipped["a block that is missing or damaged"] == 1


@pytest.mark.parametrize(
    "content",
    [
        whole(blocks())[:60],
        car(link_to(blocks()[0]), blocks()[1:]),
        section(libipld.encode_dag_cbor({"version": 1, "roots": []})),
        whole([libipld.encode_dag_cbor({"did": 5, "data": b""})]),
        whole([b"\x81" * 100_000]),
        whole(blocks()).replace(blocks()[0], b"\xff" * len(blocks()[0])),
    ],
    ids=["cut", "no commit", "no root", "no account", "nested", "damaged"],
)
def test_repository_of_nobody_is_refused_with_the_cure(content: bytes, tmp_path: Path) -> None:
    record = written(tmp_path, content)
    assert (record.records, str(record.refusal)[-18:]) == (0, "Download it again.")


def test_length_that_no_block_has_ends_the_file(tmp_path: Path) -> None:
    content = whole(blocks())
    for damage in (b"\xff" * 12, b"\xff\xff\xff\xff\x7f"):
        record = written(tmp_path, content + damage)
        assert (record.posts, record.skipped["the file breaks off"]) == (9, 1)


def test_file_over_the_limit_is_refused_with_another_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bluesky_archive, "_LIMIT", 1000)
    assert "getAuthorFeed" in str(written(tmp_path, whole(blocks())).refusal)


def _tree(nodes: dict[str, Any]) -> list[bytes]:
    """A repository whose root node is made by hand; what it leads to is a post."""
    node = libipld.encode_dag_cbor(nodes)
    commit = libipld.encode_dag_cbor({"did": MILL, "version": 3, "data": link_to(node), "rev": key(40)})
    return [commit, node, libipld.encode_dag_cbor(said("rye", 0))]


RYE = link_to(libipld.encode_dag_cbor(said("rye", 0)))


def test_node_that_comes_twice_is_walked_once(tmp_path: Path) -> None:
    entry = {"p": 0, "k": f"{POST}/{key(0)}".encode(), "v": RYE, "t": None}
    below = libipld.encode_dag_cbor({"l": None, "e": [entry]})
    parts = [below]
    for _level in range(60):
        twice = [{"p": 0, "k": b"app.bsky.feed.post/3", "v": RYE, "t": link_to(parts[-1])}] * 2
        parts.append(libipld.encode_dag_cbor({"l": link_to(parts[-1]), "e": twice}))
    commit = libipld.encode_dag_cbor({"did": MILL, "version": 3, "data": link_to(parts[-1]), "rev": key(40)})
    record = written(tmp_path, whole([commit, libipld.encode_dag_cbor(said("rye", 0)), *parts]))
    assert record.records == 60 * 2 + 1


@pytest.mark.parametrize(
    ("entry", "posts", "skipped"),
    [
        ({"p": 5, "k": f"{POST}/{key(0)}".encode()}, 1, {}),
        ({"p": -3, "k": f"{POST}/{key(0)}".encode()}, 1, {}),
        ({"p": 2**62, "k": b"x" * 100_000}, 0, {"no address": 1}),
        ({"p": 0, "k": b"\xff\xfe/../"}, 0, {"no address": 1}),
        ({"p": 0, "k": b"app.bsky.feed.post/=1+1"}, 0, {"no address": 1}),
        (
            {"p": 0, "k": f"{POST}/{key(0)}".encode(), "v": link_to(b"?")},
            0,
            {"a block that is missing or damaged": 1},
        ),
        ({"p": "0", "k": b""}, 0, {"a block that is missing or damaged": 1}),
    ],
)
def test_tree_made_by_hand(
    entry: dict[str, Any], posts: int, skipped: dict[str, int], tmp_path: Path
) -> None:
    record = written(tmp_path, whole(_tree({"l": None, "e": [{"v": RYE, "t": None, **entry}]})))
    assert (record.posts, record.skipped) == (posts, skipped)


def test_field_of_another_type_costs_no_other_record(tmp_path: Path) -> None:
    fields = ("text", "createdAt", "reply", "facets", "embed", "langs", "tags", "entities")
    values = (None, 5, "x", [1], {"a": {"b": [None]}}, b"\xff", 2**63, 1.5)
    bad = [(field, value) for field in fields for value in values]
    found = {f"{POST}/{key(0)}{at}": said("rye", 0) | {field: value} for at, (field, value) in enumerate(bad)}
    found[f"{POST}/{key(1)}"] = said("oats", 1)
    record = written(tmp_path, whole(repository(MILL, found, rev=key(40))))
    assert record.records == len(bad) + 1
    assert {f"{field} is not as this format has it" for field in fields if field != "embed"} <= {
        *record.skipped
    }
    assert address(MILL, key(1)) in seen(tmp_path)


@pytest.mark.parametrize("depth", [*range(985, 1005), 100_000])
def test_record_without_end_costs_itself_only(depth: int, tmp_path: Path) -> None:
    deep = b"\x81" * depth + b"\x01"
    links = {key(0): link_to(deep), key(1): RYE}
    entries = [{"p": 0, "k": f"{POST}/{name}".encode(), "v": link, "t": None} for name, link in links.items()]
    record = written(tmp_path, whole([*_tree({"l": None, "e": entries}), deep]))
    assert (record.records, record.posts) == (2, 1)


def test_damaged_files_raise_nothing(tmp_path: Path) -> None:
    content, lots = whole(blocks()), random.Random(7)
    for _run in range(40):
        damaged = bytearray(content)
        for _bit in range(lots.choice((1, 3, 40))):
            damaged[lots.randrange(len(damaged))] = lots.randrange(256)
        start = lots.randrange(len(damaged))
        del damaged[start : start + lots.choice((0, 1, 50))]
        written(tmp_path, bytes(damaged))


def test_blocks_of_noise_raise_nothing(tmp_path: Path) -> None:
    lots = random.Random(7)
    noise = [lots.randbytes(lots.randrange(1, 80)) for _block in range(300)]
    entries = [{"p": 0, "k": f"{POST}/{key(0)}{n}".encode(), "v": link_to(block), "t": link_to(noise[n - 1])}
               for n, block in enumerate(noise)]  # fmt: skip
    record = written(tmp_path, whole([*_tree({"l": None, "e": entries}), *noise]))
    assert record.records == 2 * 300
