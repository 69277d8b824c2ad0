"""Records of Bluesky: when they were written, whom they are about, and where in the text it stands."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import rows
from repositories import ANA, MILL, ROSA, TOM, address, answering, facet, post, reference, tid

from communitylab.exports.at_records import Address, address_of, take_record, tid_time, written_at
from communitylab.exports.sink import Sink

WHEN = "2025-08-27T13:00:00+00:00"
SEEN = "2025-08-27T13:00:02+00:00"
KEY = tid(WHEN)
IN_2015, IN_2024, IN_2031 = (tid(f"{year}-01-01T00:00:00+00:00") for year in (2015, 2024, 2031))
QUOTED = address(MILL, KEY)


def taken(
    folder: Path, record: object, *, kind: str = "app.bsky.feed.post", key: str = KEY, **more: Any
) -> Sink:
    with Sink(folder, 0) as sink:
        take_record(msgspec.json.encode(record), Address(ANA, kind, key), sink=sink, line=1, **more)
    return sink


def row(folder: Path, record: object, **more: Any) -> dict[str, Any]:
    taken(folder, record, **more)
    (found,) = rows(folder, "posts")
    return found


@pytest.mark.parametrize(
    ("key", "created_at", "seen_at", "found"),
    [
        (KEY, "2025-08-27T12:59:59Z", None, WHEN),
        (KEY, "2014-05-01T00:00:00Z", None, WHEN),  # moved here from elsewhere
        (KEY, "1970-01-01T00:00:00Z", SEEN, WHEN),
        (KEY, "2035-01-01T00:00:00Z", SEEN, WHEN),
        (KEY, None, None, WHEN),
        ("self", "2025-08-27T12:00:00Z", SEEN, "2025-08-27T12:00:00+00:00"),
        ("self", "2035-01-01T00:00:00Z", SEEN, SEEN),
        ("self", "1970-01-01T00:00:00Z", SEEN, SEEN),
        ("self", "yesterday", SEEN, SEEN),
        ("self", "2035-01-01T00:00:00Z", None, "2035-01-01T00:00:00+00:00"),  # nothing says otherwise
        ("self", "1970-01-01T00:00:00Z", None, None),
        (IN_2024, "2023-12-31T00:00:00Z", "1970-01-01T00:00:00+00:00", "2024-01-01T00:00:00+00:00"),
        (IN_2015, "2015-01-01T00:00:00Z", SEEN, SEEN),
        (IN_2031, "2025-08-27T12:00:00Z", SEEN, "2025-08-27T12:00:00+00:00"),
        ("jzzzzzzzzzzzz", None, None, None),  # the year 2255
    ],
)  # fmt: skip
def test_time_is_one_at_which_it_can_have_been_written(
    key: str, created_at: str | None, seen_at: str | None, found: str | None
) -> None:
    seen = datetime.fromisoformat(seen_at) if seen_at else None
    assert written_at(key, created_at=created_at, seen_at=seen) == (
        datetime.fromisoformat(found) if found else None
    )


@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)))
@settings(max_examples=25, deadline=None)
def test_key_holds_its_time(when: datetime) -> None:
    assert tid_time(tid(when.replace(tzinfo=UTC).isoformat())) == when.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "uri",
    [
        None, "", "at://", f"at://{ANA}", f"at://{ANA}/app.bsky.feed.post", "at://ana.example.org/app.bsky.feed.post/1",
        f"https://bsky.app/profile/{ANA}/post/1", f"at://did:plc:{'a' * 600}/a.b/1",
        f"at://{ANA}/app.bsky.feed.post/=1+1", f"at://{ANA}/app.bsky.feed.post/1/2",
        f"at://{ANA}\n/app.bsky.feed.post/1", "at://did:plc:\u202e/app.bsky.feed.post/1",
    ],
)  # fmt: skip
def test_what_is_no_address_is_none(uri: str | None) -> None:
    assert address_of(uri) is None


def test_address_is_read_and_written_alike() -> None:
    for uri in (address(ANA, KEY), address("did:web:example.org%3A8080", "a~b:c", "org.example.note")):
        assert str(address_of(uri)) == uri


@given(
    st.text(st.sampled_from("a üß🥨👩‍👩‍👧\u0301"), max_size=20), st.text(st.sampled_from("b 🥨é"), max_size=5)
)
@settings(max_examples=25, deadline=None)
def test_places_are_those_of_the_signs(before: str, after: str) -> None:
    text = f"{before}@rosa.bakes.example.org{after}"
    old = len(before.encode("utf-16-le")) // 2
    entity = {"index": {"start": old, "end": old + 23}, "type": "mention", "value": TOM}
    record = post(text, WHEN, facets=[facet(text, "@rosa.bakes.example.org", did=ROSA)], entities=[entity])
    with tempfile.TemporaryDirectory() as folder:
        found = row(Path(folder), record)
    assert found["mentions"] == [[ROSA, None, len(before)], [TOM, None, len(before)]]


@pytest.mark.parametrize(
    ("start", "end", "place"),
    [(0, 4, 0), (1, 4, None), (2, 4, 1), (400, 500, None), (-1, 4, None), (3, 1, 2)],
)
def test_place_that_is_none_is_unknown(start: int, end: int, place: int | None, tmp_path: Path) -> None:
    mark = {"index": {"byteStart": start, "byteEnd": end}, "features": [{"did": ROSA}]}
    assert row(tmp_path, post("ü@rosa", WHEN, facets=[mark]))["mentions"] == [[ROSA, None, place]]


def test_name_in_a_text_is_hearsay(tmp_path: Path) -> None:
    text = "@mill-and-crumb.example.org @Rosa @handle.invalid @a@b.example.org"
    marks = [facet(text, name, did=ROSA) for name in text.split()]
    found = row(tmp_path, post(text, WHEN, facets=marks))
    assert [named[1] for named in found["mentions"]] == [None] * 4
    assert rows(tmp_path, "names") == [
        {"platform": "bluesky", "account_id": ROSA, "name": "mill-and-crumb.example.org"}
    ]  # without a time: whatever else says what somebody is called comes first


def test_mark_that_is_about_nobody_is_none(tmp_path: Path) -> None:
    text = "@rosa #rye"
    marks = [
        facet(text, "@rosa", did="rosa"),
        {"index": {"byteStart": 0, "byteEnd": 5}, "features": [{"x": 1}, {}]},
    ]
    assert "mentions" not in row(tmp_path, post(text, WHEN, facets=marks))


def test_tags_and_links_count_once(tmp_path: Path) -> None:
    text = "#Rye #rye https://example.org/a"
    page = {"$type": "app.bsky.embed.external", "external": {"uri": "https://example.org/a", "title": ""}}
    marks = [facet(text, "#Rye", tag="Rye"), facet(text, "#rye", tag="#rye"),
             facet(text, "https://example.org/a", uri="https://example.org/a")]  # fmt: skip
    found = row(tmp_path, post(text, WHEN, facets=marks, tags=["RYE", " ", "Oats"], embed=page))
    assert (found["hashtags"], found["links"]) == (["rye", "oats"], ["https://example.org/a"])


@pytest.mark.parametrize(
    ("embed", "quoted"),
    [
        ({"$type": "app.bsky.embed.record", "record": reference(QUOTED)}, QUOTED),
        ({"$type": "app.bsky.embed.recordWithMedia", "record": {"record": reference(QUOTED)}}, QUOTED),
        ({"$type": "app.bsky.embed.record", "record": reference(address(MILL, KEY, "app.bsky.graph.list"))}, None),
        ({"$type": "app.bsky.embed.record", "record": reference("at://mill/app.bsky.feed.post/1")}, None),
        ({"$type": "org.example.recipe", "record": ["flour"]}, None),
        ({"$type": "app.bsky.embed.images", "images": []}, None),
        ("pictures", None),
        (None, None),
    ],
)  # fmt: skip
def test_only_a_post_is_quoted(embed: object, quoted: str | None, tmp_path: Path) -> None:
    found = row(tmp_path, post("see", WHEN, embed=embed))
    assert (found["kind"], found.get("quote_of_post_id")) == ("quote" if quoted else "post", quoted)
    assert found.get("quote_of_id") == (MILL if quoted else None)


def test_answer_goes_to_whom_the_address_names(tmp_path: Path) -> None:
    found = row(tmp_path, post("yes", WHEN, **answering(address(ROSA, "1"), address(MILL, "2"))))
    assert (found["kind"], found["reply_to_id"], found["conversation_id"]) == (
        "reply",
        ROSA,
        address(MILL, "2"),
    )


@pytest.mark.parametrize("parent", ["", "rosa", "at://rosa/app.bsky.feed.post/1"])
def test_answer_to_what_cannot_be_told_is_to_nobody(parent: str, tmp_path: Path) -> None:
    found = row(tmp_path, post("yes", WHEN, **answering(parent, parent)))
    assert (found["kind"], found.get("reply_to_id"), found.get("reply_to_post_id")) == ("reply", None, None)


@pytest.mark.parametrize(
    ("kind", "subject", "reason"),
    [
        ("app.bsky.feed.like", reference(address(ROSA, KEY)), "a reaction, no post"),
        ("app.bsky.feed.like", reference(address(ROSA, "1", "a.b")), "about a feed or a list, no post"),
        ("app.bsky.feed.like", ROSA, "no subject"),
        ("app.bsky.feed.repost", {"uri": "rosa"}, "no subject"),
        ("app.bsky.graph.follow", ROSA, "a follow, no post"),
        ("app.bsky.graph.follow", "rosa.bakes.example.org", "no subject"),
        ("app.bsky.graph.follow", None, "no subject"),
        ("app.bsky.graph.follow", 5, "subject is not as this format has it"),
        ("app.bsky.graph.block", ROSA, "a record of another kind, no post"),
    ],
)  # fmt: skip
def test_what_is_no_post_is_counted_under_what_it_is(
    kind: str, subject: object, reason: str, tmp_path: Path
) -> None:
    sink = taken(tmp_path, {"subject": subject, "createdAt": WHEN}, kind=kind)
    assert dict(sink.skipped) == {reason: 1}
    assert [(edge["source_id"], edge["target_id"]) for edge in rows(tmp_path, "edges")] == [
        (ANA, ROSA)
    ] * sink.edges


def test_date_that_nothing_corrects_costs_the_record_and_shows_its_form_only(tmp_path: Path) -> None:
    sink = taken(tmp_path, post("rye", "Sunday 5"), key="self")
    assert (dict(sink.skipped), sink.notes) == (
        {"createdAt is no date": 1},
        ["createdAt is no date in some records, such as aaaaaa 9"],
    )


def test_hostile_text_is_only_text(tmp_path: Path) -> None:
    text = "<script>\u202e=1+1\u0000" + "🥨" * 10_001
    found = row(tmp_path, post(text, WHEN, facets=[facet(text, "<script>", did=ROSA)]))
    assert (found["text"], found["mentions"]) == (
        text,
        [[ROSA, None, None]],
    )  # too long to be one of Bluesky's
