"""From a notebook to a page: run it, keep what it shows, and let nothing in that could run or be fetched."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any

import nh3

from communitylab.errors import CallError

__all__ = ["notebook_folder", "page_of", "run_notebook"]

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
    *("figure", "figcaption", "img", "details", "summary", "br"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "p": {"class"},
    "section": {"id"},
    "th": {"scope"},
}
_PICTURES = ("data:image/svg+xml;base64,", "data:image/png;base64,")
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
        Whether it names people: then it says so on top.

    Returns
    -------
    str
        HTML: its prose and HTML outputs through an allow-list of tags; no code, no script, no address.
    """
    from nbconvert.exporters.templateexporter import TemplateExporter

    exporter = TemplateExporter(
        template_name="page",
        extra_template_basedirs=[str(_TEMPLATES)],
        template_file="index.html.j2",
        filters={"clean": _cleaned},
    )
    shown = copy(notebook)
    shown.cells = [cell for cell in notebook.cells if _HIDDEN not in cell.metadata.get("tags", [])]
    page, _resources = exporter.from_notebook_node(shown, resources={"title": title, "names": names})
    return page


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
    if attribute == "src":
        return value if value.startswith(_PICTURES) else None
    if attribute == "href":
        return value if value.startswith("#") else None
    return value
