"""The stream of everything that happens on Bluesky, as Jetstream sends it: one event a line.

Its traps:

* What somebody deletes comes as an event of its own, after what was deleted. A first pass over the file collects
  what was deleted and when, records and whole accounts, and the second leaves it out: nobody who takes words back is
  counted with them. Some programs edit a post by deleting it and writing it anew at the same address: what comes
  after the deletion stays. A deletion does not reach beyond its file.
* An edited post comes again at the same address. It counts as a later version, under its address and state.
* Accounts go by their ids. What they are called comes only if somebody changes their name, and then not always;
  otherwise it is taken from the posts that name them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from communitylab.exports.asked import Asked
from communitylab.exports.at_records import Account, Address, address_of, take_record
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.files import Source

__all__ = ["COVERAGE", "HOW", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "bluesky_jetstream"
TITLE = "Bluesky, the stream by Jetstream, JSON Lines: did, time_us, kind, commit"
COVERAGE = "A"
PLATFORMS = ("bluesky",)
HOW = (
    "Write what a Jetstream server sends to a file, one event a line: `websocat "
    "'wss://jetstream2.us-east.bsky.network/subscribe?wantedCollections=app.bsky.feed.*' > events.jsonl`; "
    "`&wantedDids=` keeps it to the accounts named."
)

_KINDS = ("commit", "identity", "account")
_MOST_DELETED = 1_000_000
_DELETED = "a record that was deleted later"
_APPLIED = "what was deleted later is left out if its deletion is in the same file"
_TOO_MANY = (
    f"the file holds more than {_MOST_DELETED:,} deletions: those beyond are not applied. Split it by days"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_NOTHING = msgspec.Raw(b"null")


class _Commit(msgspec.Struct):
    operation: str
    collection: str
    rkey: str
    rev: str | None = None
    record: msgspec.Raw = _NOTHING


class _Status(msgspec.Struct):
    status: str | None = None


class _Event(msgspec.Struct):
    did: str
    time_us: int
    kind: str
    commit: _Commit | None = None
    identity: Account | None = None
    account: _Status | None = None

    @property
    def at(self) -> Address | None:
        """Where the record stands that a commit is about."""
        made = self.commit
        return address_of(f"at://{self.did}/{made.collection}/{made.rkey}") if made else None

    @property
    def seen_at(self) -> datetime | None:
        """When the server sent it."""
        try:
            return _EPOCH + timedelta(microseconds=self.time_us)
        except OverflowError:
            return None


_EVENT = msgspec.json.Decoder(_Event)


def recognise(sample: Sample) -> bool:
    """Whether one of the first objects is an event."""
    return any(
        found.get("kind") in _KINDS and {"did", "time_us", str(found["kind"])} <= found.keys()
        for found in sample.objects
    )


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every event to the sink, but for what the file itself tells to be deleted."""
    gone = _deleted(source)
    if gone:
        sink.note(_TOO_MANY if len(gone) >= _MOST_DELETED else _APPLIED)
    for line, text in json_records(source, sink.skip):
        try:
            event = decode(_EVENT, text)
        except UnreadableError as error:
            sink.skip(str(error), line)
            continue
        if event.commit is not None:
            _take_commit(event, event.commit, gone, sink, line)
        elif event.identity is not None:
            if name := event.identity.name:
                sink.name("bluesky", event.did, name=name, display_name=None, seen_at=event.seen_at)
            sink.skip("news of a name, no post", line)
        else:
            sink.skip("news of an account, no post", line)


def _deleted(source: Source) -> dict[str, int]:
    """Addresses of records, and accounts, that are deleted in the file, with when they last were."""
    gone: dict[str, int] = {}
    for _line, text in json_records(source, lambda reason, line: None):
        if b"delete" not in bytes(text):
            continue
        try:
            event = decode(_EVENT, text)
        except UnreadableError:
            continue
        if event.commit is not None and event.commit.operation == "delete":
            what = str(event.at)
        elif event.account is not None and event.account.status == "deleted":
            what = event.did
        else:
            continue
        gone[what] = max(event.time_us, gone.get(what, event.time_us))
        if len(gone) >= _MOST_DELETED:
            break
    return gone


def _take_commit(event: _Event, made: _Commit, gone: dict[str, int], sink: Sink, line: int) -> None:
    at = event.at
    if made.operation == "delete":
        sink.skip("a deletion, no post", line)
    elif made.operation not in ("create", "update"):
        sink.skip("operation is not as this format has it", line)
    elif at is None:
        sink.skip("no address", line)
    elif any(event.time_us <= gone.get(what, event.time_us - 1) for what in (str(at), at.did)):
        sink.skip(_DELETED, line)
    else:
        version = made.rev if made.operation == "update" else None
        take_record(made.record, at, sink=sink, line=line, seen_at=event.seen_at, version=version)
