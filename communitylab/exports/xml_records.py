"""Elements of an XML file one by one, each with its line: no entities, no network, in bounded memory."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from communitylab.errors import ExportError
from communitylab.files import LINE_LIMIT, Skip, Source, chunks, head

__all__ = ["XmlRecord", "attribute_of", "child_text", "local_name", "xml_records"]

_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # plug-ins write them, and no XML may hold them
_HEAD = 2**16
_DEEPEST = 1_000  # elements within elements


class XmlRecord(NamedTuple):
    """An element, the line on which it starts, and the element around it as far as it is read."""

    line: int
    element: Element
    around: Element | None


def local_name(tag: str) -> str:
    """A tag or attribute without its namespace.

    Parameters
    ----------
    tag
        As the parser gives it.

    Examples
    --------
    >>> local_name("{http://wordpress.org/export/1.2/}post_id")
    'post_id'
    """
    return tag.rpartition("}")[2]


def child_text(element: Element | None, name: str) -> str | None:
    """The text of the first child of a name, whatever its namespace.

    Parameters
    ----------
    element
        Any element, or None.
    name
        Of the child.

    Returns
    -------
    str or None
        Without white space around it; None if there is none.
    """
    for child in element if element is not None else ():
        if local_name(child.tag) == name:
            return (child.text or "").strip() or None
    return None


def attribute_of(element: Element, name: str) -> str | None:
    """An attribute, whatever its namespace.

    Parameters
    ----------
    element
        Any element.
    name
        Of the attribute.
    """
    return next((value for key, value in element.attrib.items() if local_name(key) == name), None)


@dataclass
class _Open:
    """An element whose end has not come."""

    element: Element
    line: int
    is_kept: bool
    texts: list[str] = field(default_factory=list)


class _Target:
    """Builds the elements wanted, and forgets all others and each one that was handed on."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = wanted
        self._open: list[_Open] = []
        self.line = lambda: 0
        self.found: list[XmlRecord] = []
        self.size = 0  # characters held
        self.is_too_deep = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        is_kept = local_name(tag) in self._wanted or bool(self._open and self._open[-1].is_kept)
        self.is_too_deep = self.is_too_deep or len(self._open) >= _DEEPEST
        if self.is_too_deep:
            return
        if is_kept:
            self.size += sum(map(len, attributes)) + sum(map(len, attributes.values()))
        self._open.append(_Open(Element(tag, attributes), self.line(), is_kept))

    def data(self, text: str) -> None:
        if self._open and not self.is_too_deep and self._open[-1].is_kept and not len(self._open[-1].element):
            self._open[-1].texts.append(text)
            self.size += len(text)

    def end(self, tag: str) -> None:
        if self.is_too_deep:
            return
        ended = self._open.pop()
        ended.element.text = "".join(ended.texts)
        around = self._open[-1] if self._open and self._open[-1].is_kept else None
        if local_name(tag) in self._wanted:
            self.found.append(
                XmlRecord(ended.line, ended.element, around.element if around is not None else None)
            )
        elif around is not None:
            around.element.append(ended.element)
            self.size += len(tag)  # an element without text takes room as well
        if around is None:
            self.size = 0

    def close(self) -> None:
        pass


def xml_records(source: Source, skip: Skip, *, wanted: Collection[str]) -> Iterator[XmlRecord]:
    """The elements of some names, each as soon as it ends.

    Parameters
    ----------
    source
        The file.
    skip
        Is told where the XML breaks off.
    wanted
        Names without namespace. An element wanted inside another comes first, and is no child of that.

    Returns
    -------
    Iterator[XmlRecord]
        In the order in which they end.

    Raises
    ------
    ExportError
        If the file declares entities or wants to load something: no export does.
    OSError
        If the file cannot be opened.
    """
    target = _Target(wanted)
    parser = DefusedXMLParser(target=target, encoding="utf-8" if _is_utf8(head(source, _HEAD)) else None)
    target.line = lambda: parser.parser.CurrentLineNumber
    has_any = False
    try:
        for chunk in chunks(source, skip):
            parser.feed(_FORBIDDEN.sub(b" ", chunk))
            has_any = has_any or bool(target.found)
            yield from target.found
            target.found.clear()
            if target.is_too_deep:
                skip("nested too deep: reading ended there", target.line())
                return
            if target.size > LINE_LIMIT:
                skip(f"a record over {LINE_LIMIT // 2**20} MB: reading ended there", target.line())
                return
        parser.close()
    except DefusedXmlException:
        if has_any:
            skip("XML that declares entities: reading ended there", target.line())
            return
        raise ExportError(
            "The XML declares entities of its own or wants to load others, as no export does. It was not read."
        ) from None
    except LookupError:  # the encoding it names
        skip("XML in an encoding that does not exist", 1)
    except ParseError as error:
        yield from target.found
        skip("the XML is damaged or cut: reading ended there", error.position[0])


def _is_utf8(start: bytes) -> bool:
    """Whether a text is UTF-8, whatever it says of itself: UTF-16 comes as UTF-8 already."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True
