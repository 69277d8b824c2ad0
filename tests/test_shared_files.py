"""What may leave the room: no file outside `private/` holds a name, an id, words of a post, or a place on a disk.

Every file is opened as far as it goes: pages and charts with the pictures in them, workbooks sheet by sheet, what a
picture or a document says of itself. What is looked for is looked for word by word, in any case, however the words are
joined. Allowed are the brand's names; words of the program itself, from its own source; and words that at least five
people wrote, which the names of groups are made of.
"""

from __future__ import annotations

import base64
import csv
import functools
import getpass
import html
import io
import json
import re
import socket
import tempfile
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from conftest import BAKERY, REAL, SAMPLE
from hostile import BRAND, HASHTAG, SCRIPTS, hostile_fixture

from communitylab import study as studies
from communitylab.glances import glance
from communitylab.page import write_report
from communitylab.screens import glance_lines
from communitylab.study import Study

ROOT = Path(__file__).parent.parent
FIXTURES = Path(__file__).parent / "exports" / "fixtures"
_WINDOW = 5  # words in a row that give a post away
_SHORTEST = 4  # letters of a name that can be told from any other word; ids of fewer digits are figures
_ENOUGH = 5  # people whose word may stand in the name of a group
_TELLERS = {"casts", "comments", "elsewhere", "forum", "handouts", "plans", "samples", "simulate", "stories"}
_WORD = re.compile(r"\w+")
_DATA = re.compile(r"data:([\w/+.-]*)(?:;[\w=.-]+)*?(;base64)?,([^\"')\s>]+)")
_TEXT = {
    ".html",
    ".json",
    ".csv",
    ".md",
    ".toml",
    ".gexf",
    ".graphml",
    ".svg",
    ".txt",
    ".xml",
    ".rels",
    ".css",
    ".js",
}


def texts_in(content: bytes, *, kind: str) -> Iterator[str]:
    """Everything in a file that somebody could read, or find."""
    if kind in _TEXT:
        text = content.decode("utf-8")
        yield text
        plain = html.unescape(re.sub(r"\\u([0-9a-fA-F]{4})", lambda sign: chr(int(sign[1], 16)), text))
        yield plain
        yield re.sub(r"<[^>]*>", "", plain)  # letters between tags
        for media, is_base64, data in _DATA.findall(plain):
            raw = base64.b64decode(data + "==") if is_base64 else html.unescape(data).encode()
            yield from texts_in(raw, kind="." + (media.split("/")[-1].split("+")[0] or "txt"))
    elif kind == ".png":
        yield from _told_by_picture(content)
    elif kind in (".xlsx", ".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield packed.comment.decode("latin-1")
            for member in packed.namelist():
                yield member
                yield from texts_in(packed.read(member), kind=Path(member).suffix or Path(member).name)
    elif kind == ".pdf":
        from pypdf import PdfReader

        document = PdfReader(io.BytesIO(content))
        yield repr(document.metadata)
        for page in document.pages:
            yield page.extract_text()
            yield repr(page.get("/Annots"))
    else:
        raise AssertionError(f"no way to look into a file of the kind {kind!r}: teach this test one")


def _told_by_picture(content: bytes) -> Iterator[str]:
    """What a PNG holds besides its pixels."""
    assert content.startswith(b"\x89PNG"), "no PNG"
    at = 8
    while at < len(content):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        data = content[at + 8 : at + 8 + size]
        at += size + 12
        if kind in (b"IDAT", b"IHDR", b"PLTE", b"tRNS", b"IEND", b"pHYs", b"sBIT", b"gAMA", b"sRGB"):
            continue
        yield data.decode("utf-8", errors="replace")
        head, _nul, packed = data.partition(b"\0")
        for start in range(min(8, len(packed))):  # after flags and languages
            try:
                yield (head + b" " + zlib.decompress(packed[start:])).decode("utf-8", errors="replace")
            except zlib.error:
                continue


def words_of(text: str) -> list[str]:
    """Its words, folded; an underscore belongs to a word, as in a handle."""
    return _WORD.findall(text.casefold())


def runs_of(words: list[str], length: int) -> set[tuple[str, ...]]:
    return set(zip(*(words[start:] for start in range(length)), strict=False))


@functools.cache
def own_words() -> tuple[frozenset[str], frozenset[tuple[str, ...]]]:
    """Words, and runs of words, of the program: what it says of everybody tells nothing of anybody.

    The rooms that write the samples are left out: what people say in those stands there word for word.
    """
    rooms = [path for path in (ROOT / "communitylab").rglob("*.*") if path.suffix in _TEXT | {".py"}]
    paths = [*(path for path in rooms if path.stem not in _TELLERS), *(ROOT / "notebooks").glob("*.ipynb")]
    every = [words_of(path.read_text(encoding="utf-8")) for path in (*paths, ROOT / "data" / "reference.csv")]
    words = frozenset(word for found in every for word in found)
    return words, frozenset(run for found in every for run in runs_of(found, _WINDOW))


@dataclass(frozen=True)
class Secrets:
    """What no shared file may hold: names as runs of words, runs of words of posts, and pieces of any text."""

    names: frozenset[tuple[str, ...]]
    windows: frozenset[tuple[str, ...]]
    pieces: frozenset[str]

    @classmethod
    def of(
        cls, study: Study, *, brand: Iterable[str], places: Iterable[Path], also: Iterable[str] = ()
    ) -> Secrets:
        accounts = study.table("accounts")
        posts = study.table("posts")
        told = [*accounts["name"], *accounts["display_name"].dropna(), *posts["author_name"].dropna(), *also]
        ids = [*accounts["account_id"], *posts["post_id"], *posts["conversation_id"].dropna()]
        own = {tuple(words_of(name)) for name in brand}
        spoken, known = common_words(posts), own_words()[0]
        names = set()
        for name in {*told, *(one.removeprefix("name:") for one in ids)}:
            words = tuple(words_of(str(name)))
            letters = "".join(words)
            if len(letters) < _SHORTEST or (letters.isdigit() and len(letters) < 6) or words in own:
                continue
            if len(words) == 1 and (words[0] in known or words[0] in spoken):
                continue
            names.add(words)
        windows = {run for text in posts["text"].dropna() for run in runs_of(words_of(text), _WINDOW)}
        machine = {
            str(Path.home()),
            tempfile.gettempdir(),
            "pytest-of-",
            str(ROOT),
            *({socket.gethostname()} if len(socket.gethostname()) > _SHORTEST else ()),
        }
        user = getpass.getuser()
        machine |= {f"/{user}/", f"\\{user}\\"} | ({user} if user not in known else set())
        machine |= {part for place in places for part in (str(place), place.name if place.suffix else "")}
        windows -= own_words()[1] | {run for name in brand for run in runs_of(words_of(name), _WINDOW)}
        return cls(frozenset(names), frozenset(windows), frozenset(machine - {"/", ""}))

    def found_in(self, text: str) -> set[str]:
        words = words_of(text)
        found = {piece for piece in self.pieces if piece in text}
        for length in {len(name) for name in self.names}:
            found |= {" ".join(run) for run in runs_of(words, length) & self.names}
        return found | {" ".join(run) for run in runs_of(words, _WINDOW) & self.windows}


def common_words(posts) -> frozenset[str]:
    """Words that at least five people wrote, other than as somebody's name."""
    writers: dict[str, set[str]] = defaultdict(set)
    for author, text in posts[["author", "text"]].dropna().itertuples(index=False):
        for word in words_of(re.sub(r"[@＠]\w+", " ", text)):
            writers[word].add(author)
    return frozenset(word for word, people in writers.items() if len(people) >= _ENOUGH)


def leaks(folder: Path, secrets: Secrets, *, but: Iterable[str] = ()) -> dict[str, list[str]]:
    """What every shared file of a report gives away."""
    found = {}
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if not path.is_file() or place.parts[0] == "private" or str(place) in but:
            continue
        given = secrets.found_in(str(place))
        for text in texts_in(path.read_bytes(), kind=path.suffix or path.name):
            given |= secrets.found_in(text)
        if given:
            found[str(place)] = sorted(given)
    return found


def shared(folder: Path) -> set[str]:
    places = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {place.suffix for place in places if place.parts[0] != "private"}


def test_sample_report_gives_nothing_away(sample_report):
    folder = sample_report("bakery")
    listed = SAMPLE / "bakery" / "followers.csv"
    study = studies.load(BAKERY, brand="millandcrumb", followers=listed)
    secrets = Secrets.of(study, brand=["millandcrumb", "Mill & Crumb"], places=[BAKERY, listed, folder])
    assert len(secrets.names) > 7000
    assert len(secrets.windows) > 5000
    assert {".html", ".json", ".csv", ".md", ".toml", ".gexf", ".svg", ".png"} <= shared(folder)
    assert leaks(folder, secrets) == {}


def test_hostile_report_gives_nothing_away_but_in_the_page_that_names_people(hostile_report):
    export, out = hostile_report / "posts.jsonl", hostile_report / "out"
    study = studies.load(export, brand=BRAND, hashtags=HASHTAG)
    # As they are called without the hostile words around.
    pages = map(json.loads, BAKERY.read_text(encoding="utf-8").splitlines())
    plain = {user["username"] for page in pages for user in page["includes"]["users"]} - {"millandcrumb"}
    # What its owner noted as done stands in the report for all who read it.
    brand = [BRAND, HASHTAG, "millandcrumb", "Mill & Crumb", *SCRIPTS]
    secrets = Secrets.of(study, brand=brand, places=[export, hostile_report], also=plain)
    assert leaks(out, secrets) == {}
    assert secrets.found_in((hostile_report / "named.html").read_text(encoding="utf-8"))


_BRANDS = {
    "discord.channel.json": "mill_and_crumb",
    "slack": "TomKneads",
    "telegram.chat.json": "Rosa",
    "whatsapp.ios.txt": "Rosa 🥐",
}
_MORE_BRANDS = {
    "bluesky_feed.pages.jsonl": "ana.example.org",
    "bluesky_feed.sdk.json": "rosa.bakes.example.org",
    "bluesky_feed.thread.jsonl": "ana.example.org",
    "bluesky_jetstream.jsonl": "ana.example.org",
    "discord.thread.json": "rosa_bakes",
    "mastodon_archive": "mill_and_crumb@bread.example",
    "mastodon_statuses.context.json": "TomKneads@bread.example",
    "mastodon_statuses.instances.jsonl": "rosa_bakes@oven.example",
    "mastodon_statuses.timeline.json": "mill_and_crumb@bread.example",
    "node_link.networkx.json": "rosa_bakes",
    "node_link.twarc_network.json": "TomKneads",
    "reddit.jsonl": "AnaBakes",
    "reddit.page.json": "rosa_bakes",
    "tcat.csv": "rosa_bakes",
    "tcat.gazouilloire.tsv": "rosa_bakes",
    "telegram.old.json": "Ana Baker",
    "twint.csv": "rosa_bakes",
    "twint.until_2020.jsonl": "rosa_bakes",
    "whatsapp.android.txt": "Rosa",
}


@pytest.mark.parametrize("brands", [_BRANDS, {**_BRANDS, **_MORE_BRANDS}], ids=["chats", "everywhere"])
def test_report_on_hostile_posts_of_many_places_gives_nothing_away(brands, pageless, tmp_path):
    given = [hostile_fixture(FIXTURES / name, tmp_path / "in", brand=brand) for name, brand in brands.items()]
    seen = glance(given)
    assert all(line.isprintable() for line in glance_lines(seen))
    assert all(file.posts or file.format in ("slack", "mastodon_archive") for file in seen.ledger.files)
    own = sorted(set(brands.values()))
    study = studies.load(given, brand=own)
    out = tmp_path / "out"
    write_report(study, out=out, seed=7, inputs={"exports": list(map(str, given)), "chats": ["flour"]})
    rooms = study.table("posts")["place"].dropna()
    chats = {chat for file in study.ledger.files for chat in file.chats}
    called = {f"qz{number}xkcd" for number in range(999)}
    secrets = Secrets.of(study, brand=own, places=[*given, tmp_path], also={*rooms, *chats, *called})
    assert any("xkcd" in name for name in study.table("accounts")["name"])
    assert leaks(out, secrets) == {}
    for path in [*out.glob("tables/*.csv"), *out.glob("private/*.csv")]:
        rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        signed = [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert all(float(cell) < 0 for cell in signed), path
    for kind in ("gexf", "graphml"):
        ET.parse(out / f"network.{kind}")
    sheets = openpyxl.load_workbook(out / "results.xlsx")
    assert {cell.data_type for sheet in sheets for row in sheet for cell in row} <= {"s", "n", "b", "d"}


def test_real_report_gives_nothing_away(real, tmp_path):
    export = real("x_api_v2/elgl19.jsonl")
    study = studies.load(export, brand="elgl50")
    write_report(study, out=tmp_path / "out", seed=7)
    secrets = Secrets.of(study, brand=["elgl50"], places=[export, REAL, tmp_path])
    assert leaks(tmp_path / "out", secrets) == {}


def _png(told: bytes) -> bytes:
    from PIL import Image, PngImagePlugin

    info = PngImagePlugin.PngInfo()
    info.add_text("Author", told.decode(), zip=True)
    held = io.BytesIO()
    Image.new("L", (2, 2)).save(held, "png", pnginfo=info)
    return held.getvalue()


def _xlsx(told: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b"<sst><si><t>" + told + b"</t></si></sst>")
    return held.getvalue()


def _pdf(told: bytes) -> bytes:
    from pypdf import PdfWriter

    writer, held = PdfWriter(), io.BytesIO()
    writer.add_blank_page(10, 10)
    writer.add_metadata({"/Author": told.decode()})
    writer.write(held)
    return held.getvalue()


@pytest.mark.parametrize("told", ["ana_baker", "Rosa Loaf", "one two three four five", "posts-of-mine.jsonl"])
@pytest.mark.parametrize(
    ("name", "holding"),
    [
        ("report.html", lambda told: b"<p>" + told + b"</p>"),
        ("report.html", lambda told: "".join(f"&#{sign};" for sign in told).encode()),
        ("report.html", lambda told: b"<b>" + told[:3] + b"</b>" + told[3:]),
        (
            "report.html",
            lambda told: b"<img src='data:image/png;base64," + base64.b64encode(_png(told)) + b"'>",
        ),
        (
            "report.html",
            lambda told: b"<img src=data:image/svg+xml;base64," + base64.b64encode(b"<svg>" + told) + b">",
        ),
        ("results.json", lambda told: "".join(f"\\u{sign:04x}" for sign in told).encode()),
        ("tables/groups.csv", lambda told: b'1,"' + told.upper() + b'",'),
        ("methods.md", lambda told: b"**" + told + b"**"),
        ("run.toml", lambda told: b'a = "' + told + b'"'),
        ("network.gexf", lambda told: b"<node label='" + told + b"'/>"),
        ("network.graphml", lambda told: b"<data>" + told + b"</data>"),
        ("charts/map.svg", lambda told: b"<!-- " + told + b" -->"),
        ("charts/map.png", _png),
        ("results.xlsx", _xlsx),
        ("report.pdf", _pdf),
    ],
)
def test_a_leak_of_any_kind_is_seen(tmp_path, name, holding, told):
    secrets = Secrets(
        frozenset({("ana_baker",), ("rosa", "loaf")}),
        frozenset({("one", "two", "three", "four", "five")}),
        frozenset({"posts-of-mine.jsonl", "POSTS-OF-MINE.JSONL"}),
    )
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(holding(b"nobody at all"))
    assert leaks(tmp_path, secrets) == {}
    path.write_bytes(holding(told.encode()))
    assert set(leaks(tmp_path, secrets)) == {name}


def test_an_unknown_kind_of_file_is_a_leak_until_somebody_looked(tmp_path):
    (tmp_path / "model.pkl").write_bytes(b"")
    with pytest.raises(AssertionError, match="teach this test one"):
        leaks(tmp_path, Secrets(frozenset(), frozenset(), frozenset()))
