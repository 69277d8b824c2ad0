"""JSON values of a file one by one, each with its line, whatever way they are laid out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, Literal, TypeVar

import msgspec

from communitylab.errors import ExportError
from communitylab.files import LINE_LIMIT, Skip, Source, chunks, head, lines

__all__ = [
    "ASSIGNED",
    "DOCUMENT_LIMIT",
    "UnreadableError",
    "decode",
    "json_opening",
    "json_parts",
    "json_records",
    "value_of",
]

DOCUMENT_LIMIT = 128 * 2**20
"""The largest JSON object that is read whole, in bytes. Arrays, and files with one object per line, know no limit."""

ASSIGNED = re.compile(rb"\s*window\.([\w.$]+)\s*=\s*(?=\[)")
"""What stands before the array in the JavaScript files of account archives; its group is the name."""

_HEAD = 8 * 2**20

T = TypeVar("T")

_RAW = msgspec.json.Decoder(msgspec.Raw)
_ANY = msgspec.json.Decoder()
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+("?)|[\[\]{},]', re.DOTALL)
_KEY = re.compile(rb'\s*"((?:[^"\\]++|\\.)*+)"\s*:\s*', re.DOTALL)
_SIGN = re.compile(rb"\S")
# An escape that is half of a surrogate pair, or a control character as C++ writes it and JSON does not, beside all
# others so that `\\ud800` is not taken for one.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|x([0-9a-fA-F]{2})|.)",
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
        mended = _ESCAPE.sub(_mended, text)
        if mended == text:
            raise UnreadableError("malformed JSON") from None
        return decode(decoder, mended)


def value_of(text: bytes | msgspec.Raw) -> object:
    """A JSON value of any kind; None for what cannot be read as well.

    Parameters
    ----------
    text
        The value, encoded.
    """
    try:
        return decode(_ANY, text)
    except UnreadableError:
        return None


def _mended(escape: re.Match[bytes]) -> bytes:
    if escape[2]:
        return rb"\u00" + escape[2]
    return rb"\ufffd" if escape[1] else escape[0]


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


def _is_value(text: bytes) -> bool:
    try:
        return bool(decode(_RAW, text))
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
        has_items = (
            len(first) > 1 and not _is_value(first[0]) and any(_is_object(_item(line)) for line in first)
        )
        return "items" if has_items else "array"
    is_open = first[0].endswith((b"{", b"[", b",")) or _is_one_line(source, start)
    goes_on = not first[1:] or not all(map(_is_object, first[1:]))  # else the first line alone is damaged
    return "document" if is_open and goes_on else "lines"


def _is_one_line(source: Source, start: bytes) -> bool:
    """Whether a file that is longer than its beginning is one line."""
    if len(start) < _HEAD or b"\n" in start:
        return False
    has_ended = False
    for chunk in chunks(source, lambda reason, line: None):
        rest = chunk if has_ended else chunk.partition(b"\n")[2]
        has_ended = has_ended or b"\n" in chunk
        if rest.strip():
            return False
    return True


def _array(source: Source, skip: Skip) -> Iterator[tuple[int, bytes]]:
    """The items of an array, one at a time, however long the array and its lines are."""
    for line, place, value in json_parts(source, skip, opened={""}):
        if place:
            yield line, value


class _Opened:
    """An object or array whose parts come one by one."""

    def __init__(self, place: str, sign: bytes) -> None:
        self.place = place
        self.is_array = sign == b"["
        self.end = b"]" if self.is_array else b"}"

    def part(self, text: bytes) -> tuple[str, bytes] | None:
        """The place of a part and the part; None if in an object no key stands before it."""
        name = "item"
        if not self.is_array:
            key = _KEY.match(text)
            if key is None:
                return None
            name, text = key[1].decode("utf-8", "replace"), text[key.end() :]
        return f"{self.place}.{name}".removeprefix("."), text


def json_parts(source: Source, skip: Skip, *, opened: Collection[str]) -> Iterator[tuple[int, str, bytes]]:
    """The parts of a JSON document, one at a time and in bounded memory, however large the document is.

    A part has a place: keys with dots between, and `item` for what stands in an array; the document itself has the
    place ``""``. Of the objects and arrays at the places `opened` each part comes for itself, in the order of the file;
    what stands at other places comes whole.

    Parameters
    ----------
    source
        The file. An array may stand behind `window.… =`, as in account archives.
    skip
        Is told of a part that is too long, and of a document that breaks off.
    opened
        Places, such as ``{"", "messages"}``.

    Returns
    -------
    Iterator[tuple[int, str, bytes]]
        The line on which a part begins, its place, such as ``"messages.item"``, and the part, not decoded.
        An object or array that is opened comes empty, where it begins.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    text = bytearray()  # begins with the part that is being read
    number = 1  # the line on which it begins
    around: list[_Opened] = []
    scanned = depth = 0
    is_told = False  # that what stands before the next comma was opened, and has come
    is_whole = False  # that a document has ended: pages that were put into one file may follow one another
    for chunk in chunks(source, skip):
        text += chunk
        begin, resume = 0, len(text)
        for token in _TOKEN.finditer(text, scanned):
            sign, start, end = bytes(text[token.start() : token.start() + 1]), token.start(), token.end()
            if sign == b'"':
                if not token[1]:  # it goes on in the next piece
                    resume = start
                continue
            if sign in b"[{":
                before = bytes(text[begin:start]).strip()
                if is_whole and not around and before.strip(b"; ,"):
                    skip("malformed JSON", number)
                    return
                part = around[-1].part(before) if around else ("", b"")
                if depth or is_told or part is None or part[0] not in opened or part[1]:
                    depth += 1
                    continue
                yield number + _lines_before(text, begin), part[0], b"[]" if sign == b"[" else b"{}"
                around.append(_Opened(part[0], sign))
            elif depth and sign in b"]}":
                depth -= 1
                continue
            elif depth or not around or sign not in (b",", around[-1].end):
                continue
            else:
                found = bytes(text[begin:start]).strip()
                part = around[-1].part(found) if found else None
                if part and part[1]:
                    yield number + _lines_before(text, begin), *part
                elif found or (sign == b"," and not is_told):
                    skip("malformed JSON", number)
                is_told = sign != b","
                if is_told:
                    around.pop()
            number, begin = number + text.count(b"\n", begin, end), end
            if not around:
                is_whole, is_told = True, False
        del text[:begin]
        scanned = resume - begin
        if len(text) > LINE_LIMIT:
            skip(f"a record over {LINE_LIMIT // 2**20} MB: reading ended there", number)
            return
    if around or not is_whole:
        skip("JSON that breaks off", number + _lines_before(text, 0))
    elif text.strip(b"; ,\t\r\n"):
        skip("malformed JSON", number)


def _lines_before(text: bytearray, begin: int) -> int:
    """Line ends between here and the next sign."""
    sign = _SIGN.search(text, begin)
    return text.count(b"\n", begin, sign.start() if sign else len(text))


def json_opening(source: Source) -> Iterator[bytes | msgspec.Raw]:
    """The first JSON values of a file; of a document that is cut or too large to be seen whole, its beginning.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    Iterator[bytes | msgspec.Raw]
        The values, not decoded.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    start = head(source, _HEAD)
    is_document = _layout(source) == "document"
    if not is_document or len(start) < _HEAD:
        is_whole = False
        for _line, value in json_records(source, lambda reason, line: None):
            is_whole = True
            yield value
        if is_whole or not is_document:
            return
    yield _closed(start)


_Ends = tuple[bytes, Any] | None
"""What closes an object or array, and what closes those around it: a chain, of which each beginning can be kept."""


def _closed(text: bytes) -> bytes:
    """The beginning of a document up to its last whole part, with all closed that is open there."""
    ends: _Ends = None
    whole, left = 0, ends
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in (b"[", b"{"):
            ends = (b"]" if sign == b"[" else b"}", ends)
        elif sign in (b"]", b"}") and ends:
            ends = ends[1]
            whole, left = token.end(), ends
        elif sign == b",":
            whole, left = token.start(), ends
    closed = text[:whole]
    while left:
        closed, left = closed + left[0], left[1]
    return closed


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
