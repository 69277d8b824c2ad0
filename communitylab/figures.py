"""One section of a report or a comparison as safe HTML: a finding in words, with its charts."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from communitylab.captions import CAPTIONS
from communitylab.drawing import alt_text, as_png, as_svg, close, narrow
from communitylab.findings import Finding

__all__ = ["Chart", "Section", "Table", "chart_of"]


@dataclass(frozen=True)
class Chart:
    """A picture: its name as a file, its title, the same in words, SVG and PNG; without the title, for the page,
    SVG as wide as a column and SVG as wide as a phone, both of which follow the light or dark of the screen."""

    name: str
    title: str
    alt: str
    svg: bytes
    png: bytes
    untitled: bytes
    narrow: bytes


@dataclass(frozen=True)
class Table:
    """A table on a page: what it is called, the heads of its columns, its rows; the first cell of each is its head."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """One section of a report. In a notebook it shows itself; every text in it is escaped.

    With `about`, which tells a reader what the report is, it is the one that opens it.
    """

    name: str
    finding: Finding
    charts: tuple[Chart, ...] = ()
    about: str = ""
    table: Table | None = None

    def _repr_html_(self) -> str:
        found = self.finding
        level, below = ("h1", "h2") if self.about else ("h2", "h3")
        parts = [f"<{level}>{_text(found.headline)}</{level}>"]
        if self.about:
            parts.append(f'<p class="about">{_text(self.about)}</p>')
        parts += [f"<p>{_text(paragraph)}</p>" for paragraph in found.lead]
        # The first chart shows what the headline says; the others say themselves what they show.
        parts += [_figure(chart, is_titled=place > 0) for place, chart in enumerate(self.charts)]
        if self.table:
            parts.append(_table(self.table))
        if found.means:
            parts.append(f"<p><strong>What this means.</strong> {_text(found.means)}</p>")
        if found.points:
            parts.append(f"<{below}>{_text(found.title or '')}</{below}><ul>{_items(found.points)}</ul>")
        if found.next_step:
            parts.append(f'<p class="next"><strong>What to do next.</strong> {_text(found.next_step)}</p>')
        if found.exact:
            rows = "".join(f"<dt>{_text(term)}</dt><dd>{_text(what)}</dd>" for term, what in found.exact)
            parts.append(f"<details><summary>The exact terms</summary><dl>{rows}</dl></details>")
        return f'<section id="{_text(self.name)}">{"".join(parts)}</section>'


def _text(text: str) -> str:
    return html.escape(text)


def _items(texts: Iterable[str]) -> str:
    return "".join(f"<li>{_text(text)}</li>" for text in texts)


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{_text(name)}</th>' for name in table.head)
    body = "".join(
        f'<tr><th scope="row">{_text(first)}</th>{"".join(f"<td>{_text(_kept(cell))}</td>" for cell in cells)}</tr>'
        for first, *cells in table.rows
    )
    caption = _text(table.caption)
    return f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _kept(cell: str) -> str:
    """A range that is broken nowhere but before its “to”, however narrow its column."""
    return cell.replace("–", "–\u2060").replace(" to ", " to\u00a0") if "(" in cell else cell


def _figure(chart: Chart, *, is_titled: bool) -> str:
    """A picture, on a phone the one drawn for it, with its title where that says more than the headline."""
    title, how = _text(chart.title), _text(CAPTIONS.get(chart.name, ""))
    caption = " ".join([f"<strong>{title}.</strong>"] * (is_titled or not how) + [how] * bool(how))
    wide, small = (
        f"data:image/svg+xml;base64,{base64.b64encode(svg).decode('ascii')}"
        for svg in (chart.untitled, chart.narrow)
    )
    return (
        f'<figure><picture><source media="(max-width: 30rem)" srcset="{small}">'
        f'<img src="{wide}" alt="{_text(chart.alt)}"></picture><figcaption>{caption}</figcaption></figure>'
    )


def chart_of(name: str, *, draw: Callable[[], Axes]) -> Chart:
    """A chart, drawn as wide as a column and as wide as a phone.

    Parameters
    ----------
    name
        Under which it is saved, and under which its caption stands in the room of captions.
    draw
        Draws it into a figure of its own.
    """
    axes = draw()
    title = " ".join(axes.get_title().split())
    wide = as_svg(axes, is_titled=False)
    with narrow():
        small = draw()
    chart = Chart(
        name, title, alt_text(axes), as_svg(axes), as_png(axes), wide, as_svg(small, is_titled=False)
    )
    close(axes)
    close(small)
    return chart
