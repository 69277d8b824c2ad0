"""JSON values of a file one by one, each with its line, whatever way they are laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeVar

import msgspec

from communitylab.errors import ExportError
from communitylab.files import Skip, Source, lines

__all__ = ["DOCUMENT_LIMIT", "UnreadableError", "decode", "json_records"]

DOCUMENT_LIMIT = 128 * 2**20
"""The largest JSON document that is read whole, in bytes. Files with one object per line know no limit."""

T = TypeVar("T")

_RAW = msgspec.json.Decoder(msgspec.Raw)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
# An escape that is half of a surrogate pair, beside all others so that `\\ud800` is not taken for one.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_FIELD = re.compile(r"at `\$(?:\[\.\.\.\])?\.?(.+)`$")
_MISSING = re.compile(r"missing required field `(\w+)`")


class UnreadableError(Exception):
    """A record that cannot be read; its text is the reason for the ledger."""


def decode(decoder: msgspec.json.Decoder[T], text: bytes | bytearray | msgspec.Raw) -> T:
    """Decodes one JSON value.

    Parameters
    ----------
    decoder
        For the type wanted.
    text
        The value, encoded.

    Returns
    -------
    T
        The value; halves of surrogate pairs are replaced by U+FFFD.

    Raises
    ------
    UnreadableError
        With a short reason that names the field, never its content.
    """
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as error:
        raise UnreadableError(_reason(str(error))) from None
    except UnicodeDecodeError:
        raise UnreadableError("not UTF-8") from None
    except RecursionError:
        raise UnreadableError("nested too deep") from None
    except msgspec.DecodeError:
        text = bytes(text)
        mended = _ESCAPE.sub(lambda match: rb"\ufffd" if match[1] else match[0], text)
        if mended == text:
            raise UnreadableError("malformed JSON") from None
        return decode(decoder, mended)


def _reason(message: str) -> str:
    if missing := _MISSING.search(message):
        return f"no {missing[1]}"
    field = _FIELD.search(message)
    name = field[1].replace("[...]", "") if field else "the record"
    if name.endswith(("_at", "date", "created")):
        return f"{name} is no date"
    return f"{name} is not as this format has it"


def json_records(source: Source, skip: Skip) -> Iterator[tuple[int, bytes | msgspec.Raw]]:
    """The JSON values of a file: one per line, the items of an array, or one document.

    Parameters
    ----------
    source
        The file.
    skip
        Is told of lines that cannot be read.

    Returns
    -------
    Iterator[tuple[int, bytes | msgspec.Raw]]
        The line on which the value starts, and the value, not decoded. Blank lines are no records.

    Raises
    ------
    ExportError
        If the file is one document larger than can be read whole.
    OSError
        If the file cannot be opened.
    """
    layout = _layout(source)
    if layout == "document":
        yield from _document(source, skip)
        return
    for number, line in lines(source, skip):
        value = _item(line) if layout == "items" else line
        if len(value) > 80 or value.strip():
            yield number, value


def _item(line: bytes) -> bytes:
    """The item on one line of an array that has one item on each."""
    item = line.strip().strip(b",").removeprefix(b"[").strip()
    return item if _is_object(item) else item.removesuffix(b"]")


def _is_object(text: bytes) -> bool:
    try:
        return bool(decode(_OBJECT, text))
    except UnreadableError:
        return False


def _layout(source: Source) -> Literal["lines", "items", "document"]:
    """Whether a file has one value per line, one item of an array per line, or one value over all lines."""
    first: list[bytes] = []
    for _, line in lines(source, lambda reason, number: None):
        if line.strip():
            first.append(line.strip())
        if len(first) == 3:
            break
    if not first or _is_object(first[0]):
        return "lines"
    if first[0].startswith(b"["):
        return "items" if len(first) > 1 and any(_is_object(_item(line)) for line in first) else "document"
    is_open = first[0].endswith((b"{", b"[", b","))
    return "document" if is_open and not any(map(_is_object, first[1:])) else "lines"


def _document(source: Source, skip: Skip) -> Iterator[tuple[int, msgspec.Raw | bytes]]:
    text = bytearray()
    for _, line in lines(source, skip):
        text += line
        if len(text) > DOCUMENT_LIMIT:
            raise ExportError(
                f"This is one JSON document of more than {DOCUMENT_LIMIT // 2**20} MB, to be read whole. "
                "Write it with one object per line (JSON Lines)."
            )
    is_list = text[:1000].lstrip().startswith(b"[")
    try:
        values = decode(_LIST, text) if is_list else [decode(_RAW, text)]
    except UnreadableError as error:
        if text:
            skip(str(error), 1)
        return
    number, position = 1, 0
    for value in values:
        at = text.find(value, position)
        number += text.count(b"\n", position, at)
        position = at
        yield number, value
