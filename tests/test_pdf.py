"""The page on paper: tagged, with an outline, nothing folded away, light, and the same each time."""

from __future__ import annotations

import html
import re
import shutil
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from communitylab import pdf
from communitylab.errors import CallError
from communitylab.rendering import page_with


@pytest.fixture(scope="module")
def printed(sample_report, tmp_path_factory) -> tuple[Path, Path]:
    """The sample's page, and what was printed of it."""
    if next(pdf._browsers(), None) is None:
        pytest.skip("no browser: install one, `apt-get install chromium`")
    page = sample_report("bakery") / "report.html"
    target = tmp_path_factory.mktemp("pdf") / "report.pdf"
    pdf.write_pdf(page, target)
    return page, target


@pytest.fixture(scope="module")
def read(printed) -> PdfReader:
    """The same, opened."""
    return PdfReader(printed[1])


@pytest.fixture(scope="module")
def sheets(read) -> list[str]:
    """The words on each sheet."""
    return [sheet.extract_text() for sheet in read.pages]


def _headings(page: Path) -> list[str]:
    found = re.findall(r"<h[123][^>]*>(.*?)</h[123]>", page.read_text(encoding="utf-8"))
    return [html.unescape(heading) for heading in found]


def _outline(entries: list[Any]) -> Iterator[Destination]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _outline(entry)
        else:
            yield entry


def test_outline_is_the_headings_in_their_order(printed, read):
    page, _target = printed
    entries = list(_outline(read.outline))
    assert [entry.title for entry in entries] == _headings(page)
    on = [read.get_destination_page_number(entry) for entry in entries]
    assert on == sorted(on)
    assert len(read.outline) == 2  # the first heading, and below it all others
    assert len(read.pages) > 5
    assert on[-1] > 5


def test_file_is_tagged_and_says_its_language_and_title(printed, read):
    page, _target = printed
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert f"<title>{read.metadata.title}</title>" in page.read_text(encoding="utf-8")
    assert "/Figure" in _tags(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/L", "/LI"} <= _tags(root["/StructTreeRoot"])


def _tags(element: Any) -> set[str]:
    """The kinds of all parts of a tagged file."""
    found, stack = set(), [element]
    while stack:
        one = stack.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, list):
            stack += one
        elif isinstance(one, dict):
            found |= {one["/S"]} if "/S" in one else set()
            stack += [one["/K"]] if "/K" in one else []
    return found


def test_no_heading_is_left_behind_at_the_foot_of_a_sheet(printed, sheets):
    page, _target = printed
    ends = [_letters(sheet) for sheet in sheets]
    assert [
        heading for heading in _headings(page) if any(end.endswith(_letters(heading)) for end in ends)
    ] == []


def test_no_heading_is_torn_apart_between_two_sheets(browser, tmp_path):
    heading = (
        "A heading of two lines, of which no sheet may hold the one without the other, wherever its foot is"
    )
    sections = [
        f'<section id="s{n}"><h2>{heading} {n}.</h2>' + "<p>Filling.</p>" * (n % 13) + "</section>"
        for n in range(60)
    ]
    (tmp_path / "page.html").write_text(page_with(sections, title="Torn"), encoding="utf-8")
    pdf.write_pdf(tmp_path / "page.html", tmp_path / "page.pdf")
    sheets = [_letters(sheet.extract_text()) for sheet in PdfReader(tmp_path / "page.pdf").pages]
    assert len(sheets) > 10
    assert (
        sum(sheet.count(_letters(heading)) for sheet in sheets)
        == "".join(sheets).count(_letters(heading))
        >= 60
    )


def test_file_runs_nothing_and_leads_nowhere_but_within_itself(printed, read):
    page, _target = printed
    root = read.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root)
    assert "/JavaScript" not in root.get("/Names", {})
    links = [
        note.get_object()
        for sheet in read.pages
        for note in sheet.get("/Annots", [])
        if note.get_object()["/Subtype"] == "/Link"
    ]
    assert [link for link in links if "/A" in link and link["/A"].get("/S") != "/GoTo"] == []
    targets = {str(link["/Dest"]) for link in links}
    assert targets <= {str(name) for name in read.named_destinations}
    assert len(targets) == len(re.findall('<li><a href="#', page.read_text(encoding="utf-8"))) > 8


def _letters(text: str) -> str:
    """A text without blanks, for lines break elsewhere, and without ligatures."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_words_on_paper_are_those_of_the_page_the_folded_ones_too(printed, sheets):
    page, _target = printed
    main = page.read_text(encoding="utf-8").split("<main>")[1]
    said = [html.unescape(one) for one in re.findall(r"<(?:dt|dd|p|li|figcaption)>([^<]+)</", main)]
    paper = _letters(" ".join(sheets))
    assert len(said) > 100
    # What runs on to the next sheet is looked for by its beginning.
    assert [one for one in said if _letters(one)[:60] not in paper] == []
    assert len(paper) >= len(_letters(html.unescape(re.sub(r"<[^>]+>", " ", main))))


def test_same_page_gives_the_same_file_without_a_date(printed, read, tmp_path):
    page, target = printed
    pdf.write_pdf(page, tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == target.read_bytes()
    assert read.metadata.creation_date is None
    assert "Mozilla" not in str(read.metadata)
    assert [path.name for path in tmp_path.iterdir()] == ["again.pdf"]


def test_page_that_names_people_says_so_on_its_first_sheet(tmp_path):
    if next(pdf._browsers(), None) is None:
        pytest.skip("no browser: install one, `apt-get install chromium`")
    page = tmp_path / "page with spaces & signs #1.html"
    sections = ["<section id='a'><h1>One</h1></section>", *["<p>on and on</p>" * 40] * 3]
    page.write_text(page_with(sections, title="T", names=True), encoding="utf-8")
    pdf.write_pdf(page, tmp_path / "out.pdf")
    texts = [page.extract_text() for page in PdfReader(tmp_path / "out.pdf").pages]
    assert len(texts) > 1
    assert "This report names people." in texts[0]
    assert "This report names people." in texts[-1]


def _browser(folder: Path, script: str) -> None:
    """A command called chromium that does as told."""
    command = folder / "chromium"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)


@pytest.fixture
def alone(monkeypatch, tmp_path) -> Path:
    """A machine on which only what lies in this folder can be started."""
    (tmp_path / "bin").mkdir()
    sh = shutil.which("sh")
    assert sh
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in pdf._FOLDERS:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "page.html").write_text("<p>page</p>")
    return tmp_path / "bin"


def _write(alone: Path) -> None:
    pdf.write_pdf(alone.parent / "page.html", alone.parent / "page.pdf")


def test_without_a_browser_it_says_how_to_get_one_and_what_to_do_otherwise(alone):
    said = r"page.pdf: no Chromium.*apt install chromium.*macOS.*Windows.*open page.html in any browser"
    with pytest.raises(CallError, match=said):
        _write(alone)


def test_browser_is_found_where_other_systems_keep_it(alone, monkeypatch):
    edge = alone.parent / "Microsoft/Edge/Application/msedge.exe"
    chrome = alone.parent / "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    for place in (edge, chrome):
        place.parent.mkdir(parents=True)
        place.touch()
    monkeypatch.setenv("PROGRAMFILES(X86)", str(alone.parent))
    assert list(pdf._browsers()) == [str(chrome), str(edge)]
    _browser(alone, "exit 0")
    assert list(pdf._browsers()) == [str(alone / "chromium"), str(chrome), str(edge)]


def test_browser_that_hangs_is_stopped_with_all_that_it_began(alone, monkeypatch):
    monkeypatch.setattr(pdf, "_SECONDS", 0.5)
    (alone.parent / "page.pdf").write_text("earlier")
    _browser(alone, f"/usr/bin/tail -f /dev/null & echo $! > {alone}/child; wait")
    with pytest.raises(CallError, match=r"did not finish within 0 minutes and was stopped.*open page.html"):
        _write(alone)
    child = Path("/proc") / (alone / "child").read_text().strip() / "stat"
    for _moment in range(
        100
    ):  # gone, or dead and not yet buried by whoever took it over; on a busy machine not at once
        if not child.exists() or child.read_text().split()[2] == "Z":
            break
        time.sleep(0.05)
    else:
        pytest.fail("what the browser began goes on")
    assert (alone.parent / "page.pdf").read_text() == "earlier"


@pytest.mark.parametrize(
    ("script", "said"), [("echo broken >&2; exit 3", "exit status 3; broken"), ("exit 0", "exit status 0")]
)
def test_browser_that_writes_nothing_is_quoted(alone, script, said):
    _browser(alone, script)
    with pytest.raises(CallError, match=rf"page.pdf: .*chromium wrote none \({said}\)"):
        _write(alone)


def test_browser_that_cannot_be_started_is_named(alone):
    (alone / "chromium").write_text("")
    (alone / "chromium").chmod(0o755)
    with pytest.raises(CallError, match=r"chromium cannot be run \(Exec format error\)"):
        _write(alone)


def test_browser_gets_a_profile_of_its_own_no_network_and_keeps_its_sandbox_where_it_can(alone, monkeypatch):
    _browser(
        alone,
        f'echo "$@" > {alone}/call; for a; do case $a in --print-to-pdf=*) echo %PDF > "${{a#*=}}";; esac; done',
    )
    for user in (0, 1000):
        monkeypatch.setattr("os.geteuid", lambda user=user: user)
        _write(alone)
        call = (alone / "call").read_text()
        assert ("--no-sandbox" in call) == (user == 0)
        assert "--host-resolver-rules=MAP * ~NOTFOUND" in call
        profile = re.search(r"--user-data-dir=(\S+)", call)[1]
        assert not Path(profile).exists()
    assert (alone.parent / "page.pdf").read_text() == "%PDF\n"
    assert not (alone.parent / "page.new.pdf").exists()


def test_dates_are_blanked_and_places_stay():
    head = (
        rb"%PDF <</Title (a \(b\)) /Creator (Mozilla \(X11\)) /CreationDate (D:2026+00'00') /ModDate (D:2)>>"
    )
    kept = pdf._undated(head)
    assert len(kept) == len(head)
    assert kept.split() == [b"%PDF", b"<</Title", b"(a", rb"\(b\))", b">>"]
