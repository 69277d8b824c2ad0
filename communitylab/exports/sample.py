"""The first records of a file, from which its format is told."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

import msgspec

from communitylab.exports.csv_rows import Dialect, csv_rows, dialect_of
from communitylab.exports.json_records import ASSIGNED, UnreadableError, decode, json_opening, value_of
from communitylab.exports.parquet_rows import parquet_head
from communitylab.exports.xlsx_rows import MARK, Sheet, workbook_heads
from communitylab.files import Source, head

__all__ = ["Sample", "sample_of"]

_OBJECTS = 20
_ROWS = 50
_BYTES = 8 * 2**20
_LINES = 2_000
_START = 2**14
_TITLES = 30
_FILLED = 0.75  # of the cells of the widest row: a row with fewer is a title above the header
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_COLUMN = re.compile(r"(?=.*[^\W\d]|$)[\w .:#?()/-]{0,60}")
_LOCKED = "an Office document with a password (save it without one)"
_BLANK = "an Excel workbook in which no filled row is found (save its sheet as CSV)"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CAR = re.compile(
    rb"[\x80-\xff]{0,4}[\x00-\x7f]\xa2(?:\x65roots[\x80-\x97]|\x67version\x01)"
)  # its header, behind its length
_MAGIC = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    MARK: "an Office document and no Excel workbook (save its table as CSV), or an archive in an archive",
    b"\xd0\xcf\x11\xe0": "an old Office document, such as an Excel workbook (save its sheet as .xlsx or CSV)",
    b"application/vnd.oasis.opendocument": "of LibreOffice or OpenOffice (save the table as .xlsx or CSV)",
    b"SQLite format 3": "an SQLite database (if it is a messenger's, export the chat itself there, as text)",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x00\x00\x00\x18ftyp": "a video",
    b"\x7fELF": "a program",
}
_BACKUP = re.compile(
    rb".\x01?(?:\x08[\x00\x01])?(?:\x1a\x12\x0a\x10|\x12.\x0a\x02\x00\x01)", re.DOTALL
)  # .crypt15, .crypt14
_LOCKED_BACKUP = "an encrypted backup of WhatsApp (open the group there and choose Export chat)"
_ZSTD = b"\x28\xb5\x2f\xfd"  # in a file of blocks after the size of the first
_BLOCKS = "a .zst_blocks file of Arctic Shift (make a .zst of it with the tools of zst_blocks_format)"


@dataclass(frozen=True)
class Sample:
    """The first records of a file.

    `objects` are JSON objects; `assigned` is the name to which a JavaScript file assigns them; `header` and
    `rows` are the first rows of a table, of which `dialect` says how it is written unless it is Parquet, with
    `above` other rows above the header; `sheets` are those of a workbook that hold this table, and `beside` the
    other tables in it;
    `start` is how any text begins; `is_car` tells the blocks of an account's records; `magic`
    says what another binary file is.
    """

    objects: list[dict[str, object]] = field(default_factory=list)
    assigned: str = ""
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    dialect: Dialect = field(default_factory=lambda: Dialect("utf-8", ","))
    start: str = ""
    magic: str | None = None
    is_parquet: bool = False
    is_car: bool = False
    sheets: tuple[str, ...] = ()
    beside: tuple[Sample, ...] = ()
    is_empty: bool = False
    above: int = 0

    @property
    def is_table(self) -> bool:
        """Whether most rows have as many cells as the first, and more than one."""
        alike = sum(len(row) == len(self.header) for row in self.rows)
        return len(self.header) > 1 and alike * 2 >= len(self.rows)

    @property
    def has_header(self) -> bool:
        """Whether the cells of the first row look like names of columns."""
        return all(map(_COLUMN.fullmatch, self.header)) and any(self.header)

    def below_titles(self, columns: Collection[str]) -> Sample | None:
        """The table whose header has these columns, in capitals or not, and may stand below other rows."""
        rows = [self.header, *self.rows]
        for above, row in enumerate(rows[:_TITLES]):
            header = [cell.strip() for cell in row]
            if {column.casefold() for column in columns} <= {cell.casefold() for cell in header}:
                return replace(self, header=header, rows=rows[above + 1 :], above=self.above + above)
        return None


def sample_of(source: Source) -> Sample:
    """Looks at the first records of a file; one bad record does not hide the others.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    Sample
        Empty if nothing can be read.

    Raises
    ------
    OSError
        If the file cannot be opened.
    ExportError
        If the file is a damaged Parquet table or workbook.
    """
    content = head(source, _BYTES)
    found = [line + b"\n" for line in content.split(b"\n")[:_LINES] if line.strip()]
    if len(content) == _BYTES and len(found) > 1:
        del found[-1]  # it may be cut
    if not found:
        return Sample(is_empty=not content)
    if content.startswith(b"PAR1"):
        header, rows = parquet_head(source, rows=_ROWS)
        return Sample(header=header, rows=rows, is_parquet=True)
    if (
        content.startswith(b"PK\x03\x04")
        and (sheets := workbook_heads(source, rows=_TITLES + _ROWS)) is not None
    ):
        return _of_workbook(sheets)
    if _CAR.match(content):
        return Sample(is_car=True)
    for signature, what in _MAGIC.items():
        if content.startswith(signature):
            return Sample(magic=_LOCKED if _ENCRYPTED in content else what)
    if _BACKUP.match(content):
        return Sample(magic=_LOCKED_BACKUP)
    if content[4:8] == _ZSTD:
        return Sample(magic=_BLOCKS)
    start = content[:_START].decode("utf-8", "replace")
    assigned = ASSIGNED.match(content)
    if (assigned or any(line.lstrip()[:1] in (b"{", b"[") for line in found)) and (
        objects := _objects(source)
    ):
        return Sample(objects=objects, assigned=assigned[1].decode() if assigned else "", start=start)
    if b"\x00" in found[0]:
        return Sample(magic="no text")
    dialect = dialect_of(found[:_ROWS])
    rows = []
    for _, row in csv_rows(source, _ignore, dialect=dialect):
        rows.append(row)
        if len(rows) > _ROWS:
            break
    if not rows:
        return Sample(magic="no text")
    return Sample(header=[cell.strip() for cell in rows[0]], rows=rows[1:], dialect=dialect, start=start)


def _of_workbook(sheets: list[Sheet]) -> Sample:
    """The tables of a workbook: the header of each is the first row that is about as wide as any.

    A hidden sheet adds nothing to one that is shown: it may be a copy.
    """
    tables: dict[tuple[bool | str, ...], Sample] = {}
    for name, rows, is_hidden in sheets:
        filled = [sum(map(bool, row)) for row in rows[:_TITLES]]
        if not filled:
            continue
        above = next(place for place, cells in enumerate(filled) if cells >= _FILLED * max(filled))
        header = [cell.strip() for cell in rows[above]]
        padded = [[*row, *[""] * len(header)][: len(header)] for row in rows[above + 1 :]]
        table = tables.setdefault((is_hidden, *header), Sample(header=header, rows=padded, above=above))
        tables[is_hidden, *header] = replace(table, sheets=(*table.sheets, name))
    if not tables:
        return Sample(magic=_BLANK)
    first, *others = tables.values()
    return replace(first, beside=tuple(others))


def _ignore(reason: str, line: int) -> None:
    pass


def _objects(source: Source) -> list[dict[str, object]]:
    objects: list[dict[str, object]] = []
    size = 0
    for text in json_opening(source):
        size += len(bytes(text))
        try:
            found = decode(_OBJECT, text)
        except UnreadableError:
            found = {}
        if found:
            objects.append({key: value_of(value) for key, value in found.items()})
        if len(objects) >= _OBJECTS or size > _BYTES:
            break
    return objects
