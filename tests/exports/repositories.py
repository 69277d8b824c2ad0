"""Makes what Bluesky holds of an account: records, their addresses, and the CAR file with all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import libipld

MILL, ANA, ROSA, TOM, OVEN = (
    f"did:plc:{name * (24 // len(name))}" for name in ("mill", "ana", "rosa", "tom", "oven")
)
NAMES = {
    MILL: "mill-and-crumb.example.org",
    ANA: "ana.example.org",
    ROSA: "rosa.bakes.example.org",
    TOM: "handle.invalid",
    OVEN: "oven.example.org",
}

_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_DATA = b"\x01\x71\x12\x20"


def tid(when: str) -> str:
    """The key that a clock makes at a time."""
    number = (datetime.fromisoformat(when) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        microseconds=1
    ) << 10
    return "".join(_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def address(did: str, key: str, kind: str = "app.bsky.feed.post") -> str:
    """Where a record stands."""
    return f"at://{did}/{kind}/{key}"


def facet(text: str, marked: str, **feature: str) -> dict[str, Any]:
    """What marks some words of a text, with their place in bytes."""
    start = text.encode().index(marked.encode())
    return {
        "index": {"byteStart": start, "byteEnd": start + len(marked.encode())},
        "features": [{"$type": f"app.bsky.richtext.facet#{kind_of(feature)}", **feature}],
    }


def kind_of(feature: Mapping[str, str]) -> str:
    """The kind of what marks a text."""
    return {"did": "mention", "uri": "link", "tag": "tag"}[next(iter(feature))]


def post(text: str, when: str, **more: Any) -> dict[str, Any]:
    """The record of a post."""
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": when, **more}


def answering(parent: str, root: str) -> dict[str, Any]:
    """What a post answers, as its record has it."""
    return {"reply": {"root": reference(root), "parent": reference(parent)}}


def reference(uri: str) -> dict[str, str]:
    """Another record, as records refer to it."""
    return {"uri": uri, "cid": "bafyreigoodbread"}


def link_to(block: bytes) -> bytes:
    """What a block is called."""
    return _DATA + hashlib.sha256(block).digest()


def section(content: bytes) -> bytes:
    """A part of a CAR file, with its length before it."""
    size, length = len(content), b""
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return length + bytes([size]) + content


def car(root: bytes, blocks: Sequence[bytes]) -> bytes:
    """A CAR file."""
    header = libipld.encode_dag_cbor({"version": 1, "roots": [root]})
    return section(header) + b"".join(section(link_to(block) + block) for block in blocks)


def repository(did: str, records: Mapping[str, Any], *, rev: str) -> list[bytes]:
    """The blocks of an account's repository: the commit, the nodes of its search tree, its records."""
    coded = {key: libipld.encode_dag_cbor(record) for key, record in sorted(records.items())}
    nodes: list[bytes] = []
    data = _node([(key, link_to(block)) for key, block in coded.items()], nodes)
    commit = {"did": did, "version": 3, "data": data, "rev": rev, "prev": None, "sig": b"\x00" * 64}
    return [libipld.encode_dag_cbor(commit), *reversed(nodes), *dict.fromkeys(coded.values())]


def _depth(key: str) -> int:
    """How high a key stands in the tree: pairs of zeros with which its hash begins."""
    bits = f"{int.from_bytes(hashlib.sha256(key.encode()).digest()):0256b}"
    return (len(bits) - len(bits.lstrip("0"))) // 2


def _node(leaves: Sequence[tuple[str, bytes]], nodes: list[bytes], level: int | None = None) -> bytes:
    """Adds the node over some keys, after those below it; says what it is called."""
    level = max((_depth(key) for key, _link in leaves), default=0) if level is None else level
    parts: list[list[tuple[str, bytes]]] = [
        []
    ]  # what stands before, between and behind the keys of this level
    own = []
    for leaf in leaves:
        if _depth(leaf[0]) == level:
            own.append(leaf)
            parts.append([])
        else:
            parts[-1].append(leaf)
    below = [_node(part, nodes, level - 1) if part else None for part in parts]
    entries, before = [], b""
    for (key, link), tree in zip(own, below[1:], strict=True):
        shared = next((at for at, (one, other) in enumerate(zip(before, key.encode(), strict=False)) if one != other),
                      min(len(before), len(key)))  # fmt: skip
        entries.append({"p": shared, "k": key.encode()[shared:], "v": link, "t": tree})
        before = key.encode()
    nodes.append(libipld.encode_dag_cbor({"l": below[0], "e": entries}))
    return link_to(nodes[-1])
