"""What strangers write to make a file run, fetch or break something: the bakery's sample in their words.

Whatever a report, a notebook, a network page or a table shows of it, in a browser `window.ran` must stay undefined
and nothing may be asked of 192.0.2.1, an address that answers nobody (RFC 5737).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

from conftest import BAKERY

SCRIPTS = (
    "<script>window.ran = 1</script>",
    "</script><script>window.ran = 2</script>",
    "<img src=x onerror='window.ran = 3'>",
    '"><svg onload="window.ran = 4">',
    "<svg><script>window.ran = 5</script></svg>",
    "<a href='javascript:window.ran = 6'>click</a>",
    "<iframe srcdoc='<script>parent.ran = 7</script>'></iframe>",
    "</title></style></textarea></main></body><script>window.ran = 8</script>",
    "<details open ontoggle='window.ran = 9'>",
    "<!-- --!><script>window.ran = 10</script>",
    "]]><script>window.ran = 11</script>",
    "{{ window.ran }} {% raw %} ${window.ran = 12} `${window.ran = 13}`",
)
FETCHES = (
    "<img src='http://192.0.2.1/pixel.png'>",
    "![pixel](http://192.0.2.1/pixel.png) [go](javascript:window.ran=14)",
    "<style>@import 'http://192.0.2.1/a.css'; body { background: url(http://192.0.2.1/b.png) }</style>",
    "<p style='background: url(http://192.0.2.1/c.png)'>styled</p>",
    "<link rel='stylesheet' href='http://192.0.2.1/d.css'><base href='http://192.0.2.1/'>",
    "<meta http-equiv='refresh' content='0; url=http://192.0.2.1/'>",
    "<form action='http://192.0.2.1/'><button autofocus onfocus='window.ran = 15'>b</button></form>",
)
FORMULAS = (
    '=HYPERLINK("http://192.0.2.1/","click")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "'=1+1",
)
SIGNS = (
    "\x00\x01\x08\x0b\x1b[31mred\x7f",
    "\ud83d alone",
    "\u202egnp.exe\u202c \u2066in\u2069 \u200bzero\ufeff",
    "\u2028line\u2029paragraph\x85next",
    "Z\u0351\u036b\u0343\u036a\u0302\u036ba\u0354\u0346lgo",
    "\ufffe\uffff",
    "line\nbreak\r\nand\ttab",
    "&amp; &lt;b&gt; &#x3c;script&#x3e; \\u003cscript\\u003e",
)
LATEX = (
    r"$\frac{1}{0}$ $$\int$$ \(x\) \input{/etc/passwd} \write18{true}",
    r"# Heading\n* item `code` | cell | **bold** ~~gone~~ [^1]",
)
WORDS = (*SCRIPTS, *FETCHES, *FORMULAS, *SIGNS, *LATEX)
BRAND = 'mill\'and"crumb</script><img src=x onerror="window.ran = 16">'
HASHTAG = "crumbchat<svg/onload=window.ran=17>"


def hostile_export(folder: Path) -> Path:
    """Writes posts.jsonl: the bakery's posts, with a hostile word in every name, text, hashtag and link.

    Parameters
    ----------
    folder
        Where to write it.
    """
    words = cycle(WORDS)
    names: dict[str, str] = {}

    def hostile_name(name: str) -> str:
        if name == "millandcrumb":
            return BRAND
        if name not in names:
            names[name] = f"{name}{next(words)}" if len(names) % 2 else f"{next(words)}{name}"
        return names[name]

    def turned(value: Any) -> Any:
        if isinstance(value, list):
            return [turned(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        found = {key: turned(entry) for key, entry in value.items()}
        if "username" in found:
            found["username"] = hostile_name(found["username"])
        if "name" in found:
            found["name"] = f"{found['name']} {next(words)}"
        # Behind the text as it is: the places of the names in it stay what they are.
        if "text" in found:
            found["text"] = f"{found['text']} {next(words)} {next(words)}"
        if "tag" in found:
            found["tag"] = HASHTAG if found["tag"] == "crumbchat" else f"{found['tag']}{SCRIPTS[2]}"
        if "expanded_url" in found:
            found["expanded_url"] = f"javascript:window.ran=18//{found['expanded_url']}"
        return found

    path = folder / "posts.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for line in BAKERY.read_text(encoding="utf-8").splitlines():
            # As JSON escapes: a lone surrogate has no other form in a file.
            file.write(json.dumps(turned(json.loads(line))) + "\n")
    return path


_NAMES = {
    "actor",
    "author",
    "channel_name",
    "display_name",
    "displayName",
    "forwarded_from",
    "from",
    "from_user_name",
    "inviter",
    "label",
    "members",
    "name",
    "nickname",
    "real_name",
    "saved_from",
    "screen_name",
    "title",
    "username",
    "vertex 1",
    "vertex 2",
}
_TEXTS = {"body", "content", "selftext", "text", "topic", "tweet"}
_STRANGE = ("__proto__", "constructor", "../../../etc/passwd", "NaN", "\x00", "C:\\CON")
_LONG = "w" * 20_000
_LISTS = ("channels.json", "groups.json", "dms.json", "mpims.json")  # what they name are folders


def hostile_fixture(path: Path, folder: Path, *, brand: str) -> Path:
    """A copy of a fixture with hostile words in every name and text.

    Everybody but the brand is called what nobody is called: `qz`, a number, `xkcd`.

    Parameters
    ----------
    path
        A file or a folder of JSON, of tables, or a chat of WhatsApp.
    folder
        Where to write it.
    brand
        The name that stays.
    """
    words = cycle((*(word for word in WORDS if "\n" not in word), _LONG, *_STRANGE))
    names: dict[str, str] = {}

    def renamed(name: str) -> str:
        if name in ("", brand, f"@{brand}"):
            return name
        if name not in names:
            names[name] = f"{name} qz{len(names)}xkcd {next(words)}"
        return names[name]

    def turned(value: Any, key: str = "") -> Any:
        if isinstance(value, list):
            return [turned(entry, key) for entry in value]
        if isinstance(value, dict):
            return {name: turned(entry, name) for name, entry in value.items()}
        if not isinstance(value, str):
            return value
        if key.lower() in _NAMES:
            return renamed(value)
        return f"{value} {next(words)} {next(words)}" if key.lower() in _TEXTS and value else value

    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        place = folder / path.name / file.relative_to(path) if path.is_dir() else folder / path.name
        if not file.is_file():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if file.name in _LISTS:
            place.write_bytes(file.read_bytes())
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        place.write_text(
            _turned_text(text, file.suffix, turned), encoding="utf-8", errors="replace", newline=""
        )
    return folder / path.name


def _turned_text(text: str, kind: str, turned: Callable[..., Any]) -> str:
    """A file's text with all its values turned, as far as it is of a kind that can be."""
    if kind in (".csv", ".tsv"):
        written, delimiter = io.StringIO(), "\t" if kind == ".tsv" else ","
        rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
        writer = csv.DictWriter(written, rows.fieldnames or (), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(turned({key: cell for key, cell in row.items() if key}) for row in rows)
        return written.getvalue()
    if kind == ".txt":
        lines = (re.fullmatch(r"(.*?(?:\] | - ))([^:]+)(: .*)", line) for line in text.split("\n"))
        whole = zip(text.split("\n"), lines, strict=True)
        flat = re.compile(r"[\r\n\u2028\u2029\x85\ud800-\udfff]")
        return "\n".join(
            found[1] + flat.sub(" ", turned(found[2], "name").replace(":", ";")) + found[3] if found else line
            for line, found in whole
        )
    try:
        return json.dumps(turned(json.loads(text)))
    except ValueError:
        pass
    try:
        return "".join(json.dumps(turned(json.loads(line))) + "\n" for line in text.splitlines())
    except ValueError:
        return text
