"""JSON values of a file one by one, each with its line, whatever way they are laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeVar

import msgspec

from communitylab.errors import ExportError
from communitylab.files import LINE_LIMIT, Skip, Source, chunks, head, lines

__all__ = ["ASSIGNED", "DOCUMENT_LIMIT", "UnreadableError", "decode", "json_records"]

DOCUMENT_LIMIT = 128 * 2**20
"""The largest JSON object that is read whole, in bytes. Arrays, and files with one object per line, know no limit."""

ASSIGNED = re.compile(rb"\s*window\.([\w.$]+)\s*=\s*(?=\[)")
"""What stands before the array in the JavaScript files of account archives; its group is the name."""

_HEAD = 8 * 2**20

T = TypeVar("T")

_RAW = msgspec.json.Decoder(msgspec.Raw)
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+("?)|[\[\]{},]', re.DOTALL)
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
    name = re.sub(r"\[[^\]]*\]", "", field[1]) if field else "the record"
    if name.endswith(("_at", "date", "created")):
        return f"{name} is no date"
    return f"{name} is not as this format has it"


def json_records(source: Source, skip: Skip) -> Iterator[tuple[int, bytes | msgspec.Raw]]:
    """The JSON values of a file: one per line, the items of an array, or one document.

    Parameters
    ----------
    source
        The file. An array may stand behind `window.… =`, as in account archives.
    skip
        Is told of lines that cannot be read.

    Returns
    -------
    Iterator[tuple[int, bytes | msgspec.Raw]]
        The line on which the value starts, and the value, not decoded. Blank lines are no records.

    Raises
    ------
    ExportError
        If the file is one document, no array, and larger than can be read whole.
    OSError
        If the file cannot be opened.
    """
    layout = _layout(source)
    if layout == "document":
        yield from _document(source, skip)
    elif layout == "array":
        yield from _array(source, skip)
    else:
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


def _layout(source: Source) -> Literal["lines", "items", "array", "document"]:
    """Whether a file has one value per line, one item of an array per line, an array or a value over all lines."""
    start = head(source, _HEAD)
    if ASSIGNED.match(start):
        return "array"
    first = [line.strip() for line in start.split(b"\n", 100) if line.strip()][:3]
    if not first or _is_object(first[0]):
        return "lines"
    if first[0].startswith(b"["):
        return "items" if len(first) > 1 and any(_is_object(_item(line)) for line in first) else "array"
    is_open = first[0].endswith((b"{", b"[", b","))
    goes_on = not first[1:] or not all(map(_is_object, first[1:]))  # else the first line alone is damaged
    return "document" if is_open and goes_on else "lines"


def _array(source: Source, skip: Skip) -> Iterator[tuple[int, bytes]]:
    """The items of an array, one at a time, however long the array and its lines are."""
    text = bytearray()  # begins with the item that is being read
    number = 1  # the line on which it begins
    scanned = depth = 0
    for chunk in chunks(source, skip):
        text += chunk
        begin, resume = 0, len(text)
        for token in _TOKEN.finditer(text, scanned):
            sign, end = text[token.start() : token.start() + 1], token.end()
            if sign == b'"':
                if not token[1]:  # it goes on in the next piece
                    resume = token.start()
                continue
            depth += (sign in b"[{") - (sign in b"]}")
            if depth == 1 and sign == b"[":
                number, begin = number + text.count(b"\n", begin, end), end
            elif depth == 0 or (depth == 1 and sign == b","):
                item = text[begin : end - 1]
                blank = len(item) - len(item.lstrip())
                if blank < len(item):
                    yield number + item.count(b"\n", 0, blank), bytes(item.strip())
                elif depth:
                    skip("malformed JSON", number)
                number, begin = number + text.count(b"\n", begin, end), end
                if not depth:
                    if text[begin:].strip(b"; \t\r\n"):
                        skip("malformed JSON", number)
                    return
        del text[:begin]
        scanned = resume - begin
        if len(text) > LINE_LIMIT:
            skip(f"a record over {LINE_LIMIT // 2**20} MB: reading ended there", number)
            return
    blank = len(text) - len(text.lstrip())
    skip("JSON that breaks off", number + text.count(b"\n", 0, blank))


def _document(source: Source, skip: Skip) -> Iterator[tuple[int, msgspec.Raw | bytes]]:
    text = bytearray()
    for chunk in chunks(source, skip):
        text += chunk
        if len(text) > DOCUMENT_LIMIT:
            raise ExportError(
                f"This is one JSON document of more than {DOCUMENT_LIMIT // 2**20} MB, to be read whole. "
                "Write it with one object per line (JSON Lines)."
            )
    try:
        value = decode(_RAW, text)
    except UnreadableError as error:
        if text:
            skip(str(error), 1)
        return
    yield 1, value
