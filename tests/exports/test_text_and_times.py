"""What is read from texts, dates and ids where exports write them in many ways."""

from __future__ import annotations

import pytest

from communitylab.exports.ids import are_destroyed, id_or_none
from communitylab.exports.text import hashtags_in, links_in, located, names_in
from communitylab.exports.times import form, moment


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@ana hi", [("ana", 0)]),
        ("😀 hi @Ana_1, @bo!", [("Ana_1", 5), ("bo", 13)]),
        (".@ana (@bo) @ana", [("ana", 1), ("bo", 7), ("ana", 12)]),
        ("me@example.org https://x.example/@ana a@b @", []),
        ("@115712 sorry", [("115712", 0)]),
        ("＠ana", [("ana", 0)]),
        ("", []),
        (None, []),
    ],
)
def test_names_in_text(text: str | None, names: list[tuple[str, int]]) -> None:
    assert [(mention.name, mention.start) for mention in names_in(text)] == names


def test_located_finds_every_place_and_keeps_what_has_none() -> None:
    found = located("@Bo and @ana, @BO", [("1", "ana"), ("2", "bo"), ("3", "cy"), ("4", None)])
    assert found == [("2", "bo", 0), ("1", "ana", 8), ("2", "bo", 14), ("3", "cy", None), ("4", None, None)]


def test_hashtags_and_links() -> None:
    assert hashtags_in("#Käse #1 a#b #rye-bread &#39; #2025goals") == ["käse", "rye", "2025goals"]
    assert hashtags_in("no tags") is None
    assert links_in("see https://example.org/a?b=1#c and <http://x.example>") == [
        "https://example.org/a?b=1#c",
        "http://x.example",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2025-08-27T13:08:45.000Z",
        "2025-08-27 13:08:45",
        "2025-08-27T15:08:45+02:00",
        "2025-08-27 13:08:45 UTC",
        "1756300125",
        "1756300125.0",
        "1756300125000",
        " 1756300125 ",
        "Wed Aug 27 15:08:45 +0200 2025",
    ],
)
def test_every_way_to_write_a_moment(text: str) -> None:
    found = moment(text)
    assert found is not None
    assert found.strftime("%Y-%m-%d %H:%M:%S %z") == "2025-08-27 13:08:45 +0000"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "27/08/2025",
        "2025-13-01",
        "0001-01-01",
        "9999-12-31",
        "1" * 40,
        "Wed Foo 27 15:08:45 +0200 2025",
        "²",
    ],
)
def test_what_is_no_moment(text: str) -> None:
    assert moment(text) is None


def test_form_shows_no_words() -> None:
    assert form("date", "Tuesday, the 5th of May 2020 at noon") == (
        "date is no date in some records, such as aaaaaaa, aaa 9aa aa aaa "
    )


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("x123", "123"),
        ("123.0", "123"),
        ("NA", None),
        (" ", None),
        ("1.26E+18", None),
        ("1,26e+18", None),
        ("xyz", "xyz"),
    ],
)
def test_ids(cell: str, found: str | None) -> None:
    assert id_or_none(cell) == found


def test_ids_that_a_spreadsheet_destroyed() -> None:
    rounded = [f"{n}1000000000000000" for n in range(1, 31)]
    assert are_destroyed(["1.26E+18"])
    assert are_destroyed(rounded)
    assert not are_destroyed(rounded[:19])
    assert not are_destroyed(rounded[:6] + [f"196000000000000000{n}" for n in range(1, 9)] * 3)
    assert not are_destroyed([f"{n}000" for n in range(30)])
