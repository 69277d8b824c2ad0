"""From notebook to page: what strangers wrote neither runs nor fetches anything, in a real browser too."""

from __future__ import annotations

import json

import nbformat
import pandas as pd
import pytest

from communitylab import rendering
from communitylab.coverage import Coverage
from communitylab.errors import CallError
from communitylab.figures import Section
from communitylab.findings import Finding
from communitylab.tables import Estimate
from communitylab.verdict import Verdict

HOSTILE = (
    "<script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 2'>",
    "<img src='http://192.0.2.1/pixel.png' alt=''>",
    "<svg onload='window.ran = 3'></svg>",
    "<a href='javascript:window.ran = 4'>click</a>",
    "<iframe src='http://192.0.2.1/'></iframe>",
    "<style>@import 'http://192.0.2.1/a.css';</style>",
    "<p style='background: url(http://192.0.2.1/b.png)'>styled</p>",
    "<link rel='stylesheet' href='http://192.0.2.1/c.css'><base href='http://192.0.2.1/'>",
    "<form action='http://192.0.2.1/'><button autofocus onfocus='window.ran = 5'>b</button></form>",
    "<img src='data:text/html;base64,PHNjcmlwdD4=' alt=''>",
    "</main></body><script>window.ran = 6</script>",
)


def _page(*cells, title="A title"):
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    return rendering.page_of(notebook, title=title)


def _shown(html: str, **more):
    output = nbformat.v4.new_output("display_data", data={"text/html": html, "text/plain": "PLAIN"})
    return nbformat.v4.new_code_cell("SOURCE", outputs=[output, *more.get("outputs", [])])


def _displays() -> list[str]:
    """What a notebook shows of things whose every word is hostile."""
    finding = Finding(
        HOSTILE[0], HOSTILE, HOSTILE[1], HOSTILE[2], HOSTILE, HOSTILE[3], ((HOSTILE[4], HOSTILE[5]),)
    )
    section = Section('"><script>window.ran = 7</script>', finding)
    estimate = Estimate(HOSTILE[0], None, why=HOSTILE[1], beside={HOSTILE[2]: 1})
    verdict = Verdict("mixed", HOSTILE[3], HOSTILE, (), Coverage("A", HOSTILE[4], ()))
    frame = pd.DataFrame({HOSTILE[5]: HOSTILE}, index=HOSTILE)
    return [one._repr_html_() for one in (section, estimate, verdict, frame)]


def test_displays_of_a_notebook_escape_what_they_show_before_any_page_cleans_it():
    for shown in _displays():
        assert not [word for word in HOSTILE if word in shown]
        assert "&lt;script&gt;" in shown


@pytest.fixture(scope="module")
def hostile_page() -> str:
    """Everything hostile, as an output, as prose, as the title and in what is displayed."""
    cells = [*map(_shown, HOSTILE), *map(_shown, _displays())]
    cells += [nbformat.v4.new_markdown_cell(text) for text in HOSTILE]
    return _page(*cells, title=" ".join(HOSTILE))


def test_hostile_text_runs_nothing_and_fetches_nothing(browser, hostile_page, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(hostile_page, encoding="utf-8")
    context = browser.new_context()
    asked, wrong = [], []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    page.goto(path.as_uri())
    assert page.evaluate("window.ran") is None
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert wrong == []
    assert page.locator("script, iframe, form, base, link, svg, [style], [onerror]").count() == 0
    context.close()


def test_what_strangers_wrote_is_still_to_be_read(hostile_page):
    assert "&lt;script&gt;window.ran = 1&lt;/script&gt;" in hostile_page
    assert "styled" in hostile_page


def test_page_shows_outputs_and_prose_and_no_code():
    notes = nbformat.v4.new_markdown_cell("for readers of the notebook", metadata={"tags": ["notes"]})
    stream = nbformat.v4.new_output("stream", text="/somewhere/on/this/machine.py: warning")
    page = _page(
        notes, nbformat.v4.new_markdown_cell("**prose**"), _shown("<h2>shown</h2>", outputs=[stream])
    )
    assert "<h2>shown</h2>" in page
    assert "<strong>prose</strong>" in page
    for absent in ("SOURCE", "PLAIN", "for readers", "machine.py", "<script"):
        assert absent not in page
    assert "<title>A title</title>" in page
    assert "default-src 'none'" in page


PICTURE = "data:image/png;base64,AAAA"


def test_pictures_are_kept_with_their_words_and_anchors_within_the_page():
    kept = f'<figure><picture><source media="(max-width: 30rem)" srcset="{PICTURE}">'
    kept += f'<img src="{PICTURE}" alt="a chart">'
    kept += '</picture><figcaption>said</figcaption></figure><a href="#there">there</a>'
    assert kept in _page(_shown(kept))
    assert "href" not in _page(_shown('<a href="https://example.org">out</a>')).split("<main>")[1]


@pytest.mark.parametrize(
    "value",
    [
        "http://192.0.2.1/a.png",
        "//192.0.2.1/a.png",
        f"{PICTURE} 1x, http://192.0.2.1/a.png 2x",
        f"{PICTURE},http://192.0.2.1/a.png",
        f"{PICTURE} 2x",
        f" {PICTURE}\nhttp://192.0.2.1/a.png",
        "data:text/html;base64,AAAA",
        "data:image/svg+xml,<svg onload='window.ran = 1'/>",
        "javascript:window.ran = 1",
        "DATA:IMAGE/PNG;BASE64,AAAA, http://192.0.2.1/a.png",
    ],
)
@pytest.mark.parametrize("attribute", ["srcset", "src"])
def test_pictures_that_the_page_does_not_hold_itself_lose_their_address(attribute, value):
    tag = (
        f'<source {attribute}="{value}">' if attribute == "srcset" else f'<img {attribute}="{value}" alt="">'
    )
    body = rendering.page_with([f"<picture>{tag}</picture>"], title="A title").split("<main>")[1]
    assert "<picture>" in body
    assert attribute not in body
    assert "192.0.2.1" not in body


@pytest.mark.parametrize(
    "media", ["(max-width: 30rem)", "print", "(max-width: 30rem), url(http://192.0.2.1/)"]
)
def test_of_media_only_the_width_is_kept(media):
    body = rendering.page_with([f'<picture><source media="{media}"></picture>'], title="").split("<main>")[1]
    assert ("media" in body) == (media == "(max-width: 30rem)")


def test_page_of_sections_leads_to_each_in_their_order():
    sections = ["<h2>Two &amp; <em>half</em></h2><p>b</p>", "<h2>Three</h2>"]
    named = [f'<section id="s{n}">{html}</section>' for n, html in enumerate(sections, 2)]
    page = rendering.page_with(
        ['<section id="s1"><h1>One</h1></section>', *named, "<p>plain</p>"], title="T < U"
    )
    links = '<li><a href="#s2">Two &amp; half</a></li><li><a href="#s3">Three</a></li>'
    assert f"<ol>{links}</ol>" in page
    assert page.index("<h1>One") < page.index("<nav") < page.index("<h2>Two") < page.index("<p>plain")
    assert page.count("T &lt; U") == 2
    assert "<nav" not in rendering.page_with(["<h1>One</h1>"], title="T")
    assert "<main>" in rendering.page_with([], title="T")


def test_page_that_names_people_says_so_at_both_ends():
    for names in (False, True):
        page = rendering.page_with(["<h1>One</h1>"], title="T", names=names)
        parts = page.split("<main>")[1].split("<h1>One</h1>")
        assert [part.count("<strong>This report names people.</strong>") for part in parts] == [names, names]
        assert ("It names nobody but the brand" in page) == (not names)


def test_title_with_a_dollar_and_braces_stays_what_it_is():
    assert "<title>$style ${title} {{ x }}</title>" in rendering.page_with(
        [], title="$style ${title} {{ x }}"
    )


def _write(folder, name, *cells):
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    notebook.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    nbformat.write(notebook, folder / f"{name}.ipynb")


def test_notebook_runs_with_its_parameters_in_its_folder(monkeypatch, tmp_path, capfd):
    monkeypatch.setattr(rendering, "notebook_folder", lambda: tmp_path)
    first = nbformat.v4.new_code_cell("NAME = 'ana'", metadata={"tags": ["parameters"]})
    _write(tmp_path, "one", first, nbformat.v4.new_code_cell("import os; print(NAME, os.getcwd())"))
    there = tmp_path / "there"
    there.mkdir()
    ran = rendering.run_notebook("one", parameters={"NAME": "bo"}, folder=there)
    assert ran.cells[-1].outputs[0].text.split() == ["bo", str(there)]
    assert capfd.readouterr() == ("", "")
    assert json.loads((tmp_path / "one.ipynb").read_text())["cells"][0]["execution_count"] is None


def test_notebook_that_is_not_there_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(rendering, "notebook_folder", lambda: tmp_path)
    with pytest.raises(CallError, match=r"none.ipynb: no such notebook"):
        rendering.run_notebook("none", parameters={})


def test_missing_kernel_says_how_to_get_one(monkeypatch):
    import papermill
    from jupyter_client.kernelspec import NoSuchKernel

    def without(*_args, **_kwargs):
        raise NoSuchKernel("python3")

    monkeypatch.setattr(papermill, "execute_notebook", without)
    with pytest.raises(CallError, match="pip install ipykernel"):
        rendering.run_notebook("report", parameters={})
