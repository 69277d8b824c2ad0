"""XML read element by element: no entities, no network, in bounded memory, up to where it breaks off."""

from __future__ import annotations

from pathlib import Path

import pytest

from communitylab.errors import ExportError
from communitylab.exports import xml_records as module
from communitylab.exports.xml_records import child_text, local_name, xml_records
from communitylab.files import Source


def read(path: Path, content: bytes) -> tuple[list[tuple[int, str, str | None, str | None]], list]:
    path.write_bytes(content)
    skipped: list[tuple[str, int]] = []
    records = xml_records(
        Source("x", path), lambda reason, line: skipped.append((reason, line)), wanted={"item", "comment"}
    )
    found = [
        (one.line, local_name(one.element.tag), child_text(one.element, "id"), child_text(one.around, "id"))
        for one in records
    ]
    return found, skipped


def test_inner_elements_come_first_and_know_what_is_around_them(tmp_path: Path) -> None:
    content = b"""<?xml version="1.0"?>
<rss xmlns:w="http://w/"><channel><id>0</id>
<item><w:id>7</w:id>
 <w:comment><w:id> 1 </w:id></w:comment>
 <w:comment><id>2</id></w:comment></item>
<other><id>3</id></other><item><id>8</id></item></channel></rss>"""
    assert read(tmp_path / "x", content) == (
        [(4, "comment", "1", "7"), (5, "comment", "2", "7"), (3, "item", "7", None), (6, "item", "8", None)],
        [],
    )


@pytest.mark.parametrize(
    "head",
    [
        b'<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE rss [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x.dtd"> %a;]>',
    ],
    ids=["bomb", "file", "network"],
)
def test_entities_are_refused_in_words(head: bytes, tmp_path: Path) -> None:
    content = b'<?xml version="1.0"?>' + head + b"<rss><item><id>&a;</id></item></rss>"
    with pytest.raises(ExportError, match="declares entities of its own or wants to load others"):
        read(tmp_path / "x", content)


def test_document_type_that_lies_elsewhere_is_not_fetched(tmp_path: Path) -> None:
    content = b'<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd"><rss><item><id>1</id></item></rss>'
    assert read(tmp_path / "x", content) == ([(1, "item", "1", None)], [])


def test_damaged_xml_gives_what_it_holds(tmp_path: Path) -> None:
    content = b"<rss>\n<item><id>1</id></item>\n<item><id>2</id>\n</rss>"
    found, skipped = read(tmp_path / "x", content)
    assert found == [(2, "item", "1", None)]
    assert skipped == [("the XML is damaged or cut: reading ended there", 4)]


def test_signs_that_no_xml_may_hold_are_passed_over(tmp_path: Path) -> None:
    assert read(tmp_path / "x", b"<rss><item><id>a\x0b\x00\x1bb</id></item></rss>")[0][0][2] == "a   b"


def test_utf16_and_other_encodings_are_read(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="{}"?><rss><item><id>Brötchen</id></item></rss>'
    for encoding in ("utf-16", "utf-8", "iso-8859-1"):
        content = text.format(encoding.upper()).encode(encoding)
        assert read(tmp_path / "x", content)[0] == [(1, "item", "Brötchen", None)]


def test_element_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINE_LIMIT", 2**20)
    for filling in (b"x" * 3 * 2**20, b"<a/>" * 3 * 2**20):
        found, skipped = read(
            tmp_path / "x", b"<rss><item><id>1</id></item><item><id>" + filling + b"</id></item></rss>"
        )
        assert [one[2] for one in found][:1] == ["1"]
        assert skipped == [("a record over 1 MB: reading ended there", 1)]


def test_attributes_take_room_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINE_LIMIT", 2**20)
    filling = b"<a b='" + b"x" * 2**10 + b"'/>"
    found, skipped = read(tmp_path / "x", b"<rss><item><id>1</id></item><item>" + filling * 3 * 2**10)
    assert [one[2] for one in found] == ["1"]
    assert skipped == [("a record over 1 MB: reading ended there", 1)]


@pytest.mark.parametrize("around", [b"", b"<item>"])
def test_elements_without_end_in_elements_without_end(around: bytes, tmp_path: Path) -> None:
    content = b"<rss><item><id>1</id></item>" + around + b"<a>" * 10**6
    found, skipped = read(tmp_path / "x", content)
    assert [one[2] for one in found] == ["1"]
    assert skipped == [("nested too deep: reading ended there", 1)]


def test_nothing_is_kept_of_what_is_not_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINE_LIMIT", 2**16)
    content = b"<rss><other>" + b"<b>text</b>" * 99_999 + b"</other><item><id>1</id></item></rss>"
    assert read(tmp_path / "x", content) == ([(1, "item", "1", None)], [])


def test_encoding_that_does_not_exist_is_no_accident(tmp_path: Path) -> None:
    content = '<?xml version="1.0" encoding="UTB-8"?><rss><item><id>Bröt</id></item></rss>'.encode("latin-1")
    assert read(tmp_path / "x", content) == ([], [("XML in an encoding that does not exist", 1)])
