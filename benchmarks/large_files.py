"""Peak memory of every format on a large file: its fixture over and over, each in a process of its own.

    python -m benchmarks.large_files [--megabytes 1024] [--folder DIR] [FORMAT or FIXTURE ...]

Prints a line for each: megabytes of the file, records, seconds, most memory in MB. A format whose file is one
JSON document is read whole up to a bound and is not listed, but for those of messages. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from communitylab.exports.json_records import json_records
from communitylab.exports.sample import sample_of
from communitylab.files import Source

_FIXTURES = Path(__file__).parent.parent / "tests" / "exports" / "fixtures"

_READ = """
import json, pathlib, re, sys, tempfile, time
from communitylab import exports, files
path = pathlib.Path(sys.argv[1])
(source,) = [source for source in exports.readable(files.find([path.parent])) if source.path == path]
with tempfile.TemporaryDirectory(dir=path.parent.parent) as folder:
    began = time.monotonic()
    record = exports.read_file(source, pathlib.Path(folder), 0)
    print(json.dumps({
        "format": record.format, "records": record.records, "posts": record.posts, "refusal": record.refusal,
        "seconds": round(time.monotonic() - began, 1),
        "peak": int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) // 1024,
    }))
"""


_PAD = "xyz " * 300
"""Beside each record: real posts come with a kilobyte or more of what is not read."""


class _Parts(NamedTuple):
    """What comes once before, over and over, and once after."""

    before: bytes
    middle: bytes
    after: bytes = b""


def _table(source: Source) -> _Parts:
    """Every row gets one more cell, from the header on; the header is the longest of the first rows."""
    sample = sample_of(source)
    text = source.path.read_bytes()
    decoded = (
        text.decode("utf-16")
        if text[:2] in (b"\xff\xfe", b"\xfe\xff")
        else text.decode("utf-8-sig", "replace")
    )
    rows = list(csv.reader(io.StringIO(decoded, newline=""), delimiter=sample.dialect.delimiter))
    header = 0 if len(rows[0]) > 4 else max(range(min(12, len(rows))), key=lambda at: (len(rows[at]), -at))
    written = io.StringIO()
    table = csv.writer(written, delimiter=sample.dialect.delimiter, lineterminator="\n")
    table.writerows([*rows[:header], [*rows[header], "padding"]])
    before = written.getvalue()
    table.writerows([*row, _PAD] for row in rows[header + 1 :] if row)
    return _Parts(before.encode(), written.getvalue()[len(before) :].encode())


def _items(source: Source) -> list[bytes]:
    found = [bytes(value).strip() for _, value in json_records(source, lambda reason, line: None)]
    return [item.replace(b"{", b'{"padding":"' + _PAD.encode() + b'",', 1) for item in found if len(item) > 2]


def _json_lines(source: Source) -> _Parts:
    return _Parts(b"", b"\n".join(_items(source)) + b"\n")


def _array(source: Source) -> _Parts:
    content = source.path.read_bytes()
    return _Parts(content[: content.index(b"[") + 1], b",".join(_items(source)) + b",", b"{}]")


def _messages(source: Source) -> _Parts:
    """A document in which the last array is that of messages."""
    content = source.path.read_bytes()
    (start,) = (found.end() for found in _MESSAGES.finditer(content))
    end = content.rindex(b"]")
    messages = content[start:end].replace(b'"id":', b'"padding":"' + _PAD.encode() + b'","id":')
    return _Parts(content[:start], messages + b",", b"{}" + content[end:])


def _xml(source: Source) -> _Parts:
    content = source.path.read_bytes()
    content = re.sub(
        rb"(<(?:item|post|wp:comment|edge)\b[^>/]*>)",
        rb"\1<padding>" + _PAD.encode() + rb"</padding>",
        content,
    )
    start = min(
        at for tag in (b"<item", b"<category ", b"<thread ", b"<edge") if (at := content.find(tag)) >= 0
    )
    end = max(content.rfind(tag) for tag in (b"</channel>", b"</disqus>", b"</graph>"))
    return _Parts(content[:start], content[start:end], content[end:])


def _mails(source: Source) -> _Parts:
    content = source.path.read_bytes().rstrip(b"\n") + b"\n\n"
    return _Parts(b"", content.replace(b"\n\nFrom ", b"\n" + _PAD.encode() + b"\n\nFrom "))


def _edges(source: Source) -> _Parts:
    """A graph that has its edges over and over."""
    content = source.path.read_bytes()
    edges = _EDGES.search(content)
    assert edges
    middle = edges[1] + (b"," if edges[0].startswith(b'"') else b"")
    return _Parts(content[: edges.start(1)], middle, (b"{}" if middle.endswith(b",") else b"") + edges[2])


_EDGES = re.compile(
    rb'(?:<edges>|edgedef>[^\n]*\n|"links": \[|(?=\n\s*edge\s*\[)|\A(?=\w+,\w+,\{))'
    rb"(.*?)(\s*</edges>.*|\s*\]\s*\}\s*|\s*\]\s*|)\Z",
    re.DOTALL,
)
_MESSAGES = re.compile(rb'"(?:messages|orderedItems)": ?\[')

_Way = Callable[[Source], _Parts]
_WAYS: dict[str, _Way] = {
    ".csv": _table,
    ".tsv": _table,
    ".txt": _mails,
    ".mbox": _mails,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".js": _array,
    ".xml": _xml,
    ".graphml": _xml,
    ".gexf": _edges,
    ".gml": _edges,
    ".gdf": _edges,
    ".edgelist": _edges,
}


def _targets(chosen: list[str]) -> list[tuple[Path, Path, _Way]]:
    """Each fixture with the file of it that is made large, and how."""
    found = []
    for path in sorted(_FIXTURES.glob("[!.]*")):
        if path.name.endswith(".expected.json") or (
            chosen and not {path.name, path.name.partition(".")[0]} & set(chosen)
        ):
            continue
        files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
        largest = max(files, key=lambda file: file.stat().st_size)
        if way := _way(largest):
            found.append((path, largest, way))
    return found


def _way(file: Path) -> _Way | None:
    """How a file is made large; None if it is not."""
    content = file.read_bytes()
    if file.suffix in _WAYS:
        return _WAYS[file.suffix]
    if b'"links": [' in content:
        return _edges
    return (
        _array
        if content.lstrip().startswith(b"[")
        else _messages
        if len(_MESSAGES.findall(content)) == 1
        else None
    )


def _stretched(path: Path, victim: Path, folder: Path, *, way: _Way, size: int) -> Path:
    """A copy of the fixture in which one file is as large as asked for."""
    copied = folder / "export"
    for file in [path] if path.is_file() else (one for one in path.rglob("*") if one.is_file()):
        target = copied / (file.relative_to(path) if path.is_dir() else file.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if file != victim:
            target.write_bytes(file.read_bytes())
    target = copied / (victim.relative_to(path) if path.is_dir() else victim.name)
    parts = way(Source(victim.name, victim))
    piece = parts.middle * max(1, 2**20 // len(parts.middle))
    with target.open("wb") as stream:
        stream.write(parts.before)
        while stream.tell() < size:
            stream.write(piece)
        stream.write(parts.after)
    return target


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("formats", nargs="*", metavar="FORMAT")
    words.add_argument("--megabytes", type=int, default=1024)
    words.add_argument("--folder", type=Path, default=None, help="where the large files are made")
    chosen = words.parse_args()
    for path, victim, way in _targets(chosen.formats):
        with tempfile.TemporaryDirectory(dir=chosen.folder) as scratch:
            large = _stretched(path, victim, Path(scratch), way=way, size=chosen.megabytes * 2**20)
            done = subprocess.run([sys.executable, "-c", _READ, str(large)], capture_output=True, text=True)
            said = json.loads(done.stdout) if done.returncode == 0 else {"failed": done.stderr[-300:]}
            print(json.dumps({"fixture": path.name, "MB": large.stat().st_size // 2**20, **said}), flush=True)


if __name__ == "__main__":
    main()
