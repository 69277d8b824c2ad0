"""From a notebook to a page: run it, keep what it shows, and let nothing in that could run or be fetched."""

from __future__ import annotations

import html
import logging
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any

import nh3

from communitylab.errors import CallError

__all__ = ["notebook_folder", "page_of", "page_with", "run_notebook"]

_TEMPLATES = Path(__file__).parent / "template"
_TAGS = {
    *(
        "h1",
        "h2",
        "h3",
        "p",
        "strong",
        "em",
        "code",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "a",
        "nav",
        "section",
    ),
    *("figure", "figcaption", "picture", "source", "img", "details", "summary", "br"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "source": {"media", "srcset"},
    "p": {"class"},
    "section": {"id"},
    "th": {"scope"},
}
# What the page itself holds, and of srcset one picture only: the second could be anything.
_ALLOWED = {
    "src": re.compile(r"data:image/(svg\+xml|png);base64,[A-Za-z0-9+/=]+"),
    "srcset": re.compile(r"data:image/(svg\+xml|png);base64,[A-Za-z0-9+/=]+"),
    "href": re.compile(r"#[\w-]+"),
    "media": re.compile(r"\(max-width: \d+rem\)"),
}
_BEGINNING = re.compile(r'<section id="([^"]*)">\s*<h2>(.*?)</h2>', re.S)
_WARNING = (
    '<p class="warning"><strong>This report names people.</strong> '
    "Send it only to those who may know who they are.</p>"
)
_MADE = "Made with communitylab from exported data, without any request to a network. "
_NAMING = "It names people: keep it to yourself and those who may know them."
_NAMELESS = (
    "It names nobody but the brand; the figures still speak of people, so share it inside your organisation."
)
_HIDDEN = "notes"  # tag of cells that are for readers of the notebook, not of the page


def notebook_folder() -> Path:
    """Where the notebooks are: inside the package once installed, beside it in a clone."""
    inside = Path(__file__).parent / "notebooks"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "notebooks"


def run_notebook(name: str, *, parameters: Mapping[str, Any], folder: str | Path | None = None) -> Any:
    """Runs a notebook in a kernel of its own.

    Parameters
    ----------
    name
        Of the notebook, without its ending.
    parameters
        Values for its cell tagged `parameters`.
    folder
        In which it runs; a temporary one by default.

    Returns
    -------
    NotebookNode
        With the outputs of all cells.

    Raises
    ------
    CallError
        If there is no such notebook, or no kernel to run it.
    """
    # Here, because they take a second to import.
    import papermill
    from jupyter_client.kernelspec import NoSuchKernel

    source = notebook_folder() / f"{name}.ipynb"
    if not source.exists():
        raise CallError(f"{source}: no such notebook. Install communitylab anew.")
    logging.getLogger("papermill").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            return papermill.execute_notebook(
                str(source),
                str(Path(scratch) / source.name),
                parameters=dict(parameters),
                cwd=str(folder or scratch),
                kernel_name="python3",
                progress_bar={"desc": "writing the page", "disable": None, "delay": 2, "leave": False},
                log_output=False,
                # A kernel remarks on its own connections and on being stopped, on stderr; what fails in a
                # cell comes by another way.
                extra_arguments=["--log-level=CRITICAL"],
            )
        except NoSuchKernel:
            raise CallError(
                "No Jupyter kernel for Python was found. Install one: python -m pip install ipykernel"
            ) from None


def page_of(notebook: Any, *, title: str, names: bool = False) -> str:
    """What a notebook shows, as one HTML file that runs nothing and fetches nothing.

    Parameters
    ----------
    notebook
        As :func:`run_notebook` gives it.
    title
        Of the page.
    names
        Whether it names people: then it says so.

    Returns
    -------
    str
        HTML: its prose and HTML outputs as :func:`page_with` puts them together; no code.
    """
    return page_with(_shown_by(notebook), title=title, names=names)


def _shown_by(notebook: Any) -> Iterator[str]:
    """HTML of what a reader of the page is to see, cell by cell."""
    from nbconvert.filters import markdown2html

    for cell in notebook.cells:
        if _HIDDEN in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "markdown":
            yield markdown2html(cell.source)
        for output in cell.get("outputs", []):
            if output.output_type in ("display_data", "execute_result") and "text/html" in output.data:
                yield output.data["text/html"]


def page_with(sections: Iterable[str], *, title: str, names: bool = False) -> str:
    """One HTML file of sections, with a list of contents, that runs nothing and fetches nothing.

    Parameters
    ----------
    sections
        HTML of each; the first holds the `h1`. Each other that begins as `<section id="…"><h2>` is in the contents.
    title
        Of the page.
    names
        Whether it names people: then it says so, in red, at both ends.

    Returns
    -------
    str
        HTML: the sections through an allow-list of tags; no script, no address.
    """
    first, *others = [_cleaned(section) for section in sections] or [""]
    folder = _TEMPLATES / "page"
    return Template((folder / "page.html").read_text(encoding="utf-8")).substitute(
        style=(folder / "page.css").read_text(encoding="utf-8").strip(),
        title=html.escape(title),
        warning=_WARNING if names else "",
        first=first,
        contents=_contents(others),
        others="\n".join(others),
        told=_MADE + (_NAMING if names else _NAMELESS),
    )


def _contents(sections: Iterable[str]) -> str:
    """Links to the sections, of clean HTML."""
    found = [match for section in sections for match in _BEGINNING.findall(section)]
    links = "".join(f'<li><a href="#{name}">{nh3.clean(said, tags=set())}</a></li>' for name, said in found)
    return (
        f'<nav aria-labelledby="contents"><h2 id="contents">In this report</h2><ol>{links}</ol></nav>'
        * bool(links)
    )


def _cleaned(text: str) -> str:
    """HTML with what is allowed and nothing else."""
    return nh3.clean(
        text,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"data"},
        link_rel=None,
    )


def _kept(tag: str, attribute: str, value: str) -> str | None:
    allowed = _ALLOWED.get(attribute)
    return value if allowed is None or allowed.fullmatch(value) else None
