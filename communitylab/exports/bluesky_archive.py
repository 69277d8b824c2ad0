"""What an account of Bluesky gets as its data: the repository of all its records, a CAR file.

Its traps:

* Records come in any order and do not say what they are called: that stands in a search tree of other blocks, where
  each key leaves out what it shares with the one before it.
* A block is called by the hash of what is in it. It is looked up by its hash as reckoned here: what was changed is
  missing, and nothing can be part of itself.
* A file that breaks off holds some records, and some that nobody knows the names of.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import TypeVar

import libipld
import msgspec

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.at_records import address_of, take_record, tid_time
from communitylab.exports.json_records import UnreadableError, decode
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.files import Skip, Source, chunks

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "bluesky_archive"
TITLE = "Bluesky archive of one account, CAR"
COVERAGE = "C"
PLATFORMS = ("bluesky",)
IS_FROM_DOCUMENTATION = True
HOW = (
    "On Bluesky: Settings, Account, Export my data, Download CAR file; name the account by its id, `did:plc:…`, or "
    "add an export that shows its name."
)

_LIMIT = 256 * 2**20  # bytes of a file: those who write most have less
_LONGEST_KEY = 1024
_LENGTH = re.compile(rb"[\x80-\xff]{0,4}[\x00-\x7f]")
_DATA = b"\x01\x71\x12\x20"  # begins the name of a block: its 32 bytes of SHA-256 follow, then the block
_PROFILE = "app.bsky.actor.profile"
_TOO_LARGE = (
    f"This CAR file is larger than {_LIMIT // 2**20} MB, and has to be read whole. Take what the account wrote from "
    "getAuthorFeed instead: `communitylab formats bluesky_feed` says how."
)
_NO_COMMIT = (
    "A CAR file, but not a whole repository of a Bluesky account: the block that says whose it is cannot be found. "
    "Download it again."
)

T = TypeVar("T")


class _Header(msgspec.Struct):
    roots: list[bytes]


class _Commit(msgspec.Struct):
    did: str
    data: bytes
    rev: str | None = None


class _Entry(msgspec.Struct):
    p: int
    k: bytes
    v: bytes
    t: bytes | None = None


class _Node(msgspec.Struct):
    e: list[_Entry]
    l: bytes | None = None  # noqa: E741 - so it is called there


class _SelfLabel(msgspec.Struct):
    val: str | None = None


class _SelfLabels(msgspec.Struct):
    values: list[_SelfLabel] = []


class _Profile(msgspec.Struct):
    labels: _SelfLabels | None = None


_PROFILES = msgspec.json.Decoder(_Profile)


def recognise(sample: Sample) -> bool:
    """Whether it is a CAR file."""
    return sample.is_car


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every record of the account to the sink, in the order of their addresses."""
    broken: list[str] = []
    sections = _sections(source, lambda reason, line: broken.append(reason))
    header = _as(_Header, next(sections, None))
    blocks = {
        hashlib.sha256(block).digest(): block
        for section in sections
        if section.startswith(_DATA) and (block := section[len(_DATA) + 32 :])
    }
    commit = _as(_Commit, _block(blocks, header.roots[0])) if header and header.roots else None
    if commit is None:
        raise ExportError(_NO_COMMIT)
    seen_at = tid_time(commit.rev)
    is_bot = False
    number = 0
    for number, (key, link) in enumerate(_entries(blocks, commit.data), 1):
        at = address_of(f"at://{commit.did}/{key}")
        record = _as_json(_block(blocks, link))
        if record is None:
            sink.skip("a block that is missing or damaged", number)
        elif at is None:
            sink.skip("no address", number)
        else:
            if at.kind == _PROFILE:
                is_bot = _is_bot(record)
            take_record(record, at, sink=sink, line=number, seen_at=seen_at, is_bot=is_bot)
    for reason in broken:
        sink.skip(reason, number + 1)


def _sections(source: Source, skip: Skip) -> Iterator[bytes]:
    """What a CAR file consists of, each part with its length before it: the header, and blocks with their names."""
    text = bytearray()
    size = 0
    for chunk in chunks(source, skip):
        size += len(chunk)
        if size > _LIMIT:
            raise ExportError(_TOO_LARGE)
        text += chunk
        at = 0
        while length := _LENGTH.match(text, at):
            end = length.end() + sum((sign & 127) << 7 * place for place, sign in enumerate(length[0]))
            if end > len(text) or end - length.end() < len(_DATA):
                break
            yield bytes(text[length.end() : end])
            at = end
        del text[:at]
    if text:
        skip("the file breaks off", 1)


def _block(blocks: Mapping[bytes, bytes], link: bytes) -> bytes | None:
    return blocks.get(link[-32:])


def _as(kind: type[T], block: bytes | None) -> T | None:
    """What is in a block; None if it is missing, or something else."""
    if block is None:
        return None
    try:
        return msgspec.convert(libipld.decode_dag_cbor(block), kind)
    except (ValueError, RecursionError, msgspec.ValidationError):
        return None


def _as_json(block: bytes | None) -> bytes | None:
    """The record in a block as the API would write it; None if there is none, or it has no end."""
    try:
        return None if block is None else msgspec.json.encode(libipld.decode_dag_cbor(block))
    except (ValueError, RecursionError):
        return None


def _entries(blocks: Mapping[bytes, bytes], root: bytes) -> Iterator[tuple[str, bytes]]:
    """The keys of all records with links to them, in order; a node that is missing has no key."""
    waiting: list[tuple[str | None, bytes]] = [(None, root)]  # a node has no key
    seen: set[bytes] = set()
    while waiting:
        key, link = waiting.pop()
        if key is not None:
            yield key, link
            continue
        if link in seen:  # else a few nodes that lead to one another more than once would stand for millions
            continue
        seen.add(link)
        node = _as(_Node, _block(blocks, link))
        if node is None:
            yield "", b""
            continue
        below: list[tuple[str | None, bytes]] = [(None, node.l)] if node.l else []
        whole = b""
        for entry in node.e:
            whole = (whole[: entry.p] + entry.k)[:_LONGEST_KEY]
            below.append((whole.decode("ascii", "replace"), entry.v))
            if entry.t:
                below.append((None, entry.t))
        waiting += reversed(below)


def _is_bot(profile: bytes) -> bool:
    """Whether the account says so itself."""
    try:
        labels = decode(_PROFILES, profile).labels
    except UnreadableError:
        return False
    return any(label.val == "bot" for label in labels.values) if labels else False
