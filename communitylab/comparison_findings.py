"""A comparison as a page and as a table: what was found, what speaks against comparing, measure by measure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from communitylab.comparison import Comparison, Side
from communitylab.comparison_charts import draw_ladders, draw_side_by_side
from communitylab.comparison_rows import Measured, figure, figure_between
from communitylab.csv_tables import write_table
from communitylab.errors import CallError
from communitylab.figures import Section, chart_of
from communitylab.findings import Finding
from communitylab.phrases import counted, in_words
from communitylab.rendering import page_with
from communitylab.sheets import write_whole

__all__ = ["check_place", "comparison_sections", "comparison_table", "write_comparison"]

_PAGE, _TABLE = "comparison.html", "comparison.csv"
_HEAD = [b"what", b"label", b"of", b"a", b"a_low", b"a_high"]  # with which comparison.csv begins
_INDEPENDENT = (
    "The range of a difference is drawn from the ranges of the two reports, as if nobody were in both. Two periods "
    "of one brand have people in common: there the range is as a rule rather too wide, and what it shows is there "
    "all the more. It says how far chance may move the figures, and not how well either export was collected."
)
_NO_CAUSE = "What brought a difference about, the figures alone cannot say."
_EXACT = (
    (
        "Talk among followers",
        "of what followers send to one another or to the brand, the share that goes to followers",
    ),
    (
        "Without the most addressed",
        "the same with the one in a hundred who are addressed most counted as a stage",
    ),
    (
        "Has a regular contact",
        "of those who talk on two days of the same four weeks, those with a contact who talks back",
    ),
    (
        "Connected without the brand",
        "of those who write in four weeks, those in the largest connected group of contacts",
    ),
    ("Real conversations", "of threads with a follower in them, those in which a follower answers another"),
    ("Others join in", "of exchanges of the brand with a follower, those that another follower enters"),
    (
        "Newcomers answered by a follower",
        "of those new to an export, whom a follower answered first, within 7 days",
    ),
    (
        "Wait for a first answer",
        "hours from a first post to its first answer, in the middle of those answered",
    ),
    (
        "Difference",
        "B − A. Its range is by MOVER (Zou & Donner 2008, doi:10.1002/sim.3095) from the 95% intervals of both; of "
        "two shares with Wilson’s intervals that is method 10 of Newcombe (1998). Nothing but the two results.json "
        "is read.",
    ),
    (
        "Ladder",
        "the rungs of all four-week periods added up, of those who wrote in them: neither the length of a report "
        "nor a list of silent followers moves it. A report’s own ladder shows the latest four weeks alone",
    ),
    (
        "Conventions",
        "lengths of time that differ by half, four-week periods by a quarter and numbers of people by two are told "
        "as different",
    ),
)


def comparison_sections(comparison: Comparison) -> list[str]:
    """What a comparison shows, section by section.

    Parameters
    ----------
    comparison
        As :func:`communitylab.comparison.compare_reports` gives it.

    Returns
    -------
    list of str
        HTML in which every text is escaped; the first holds the headline of all.
    """
    before = [_before(comparison)._repr_html_()] if comparison.remarks else []
    parts = [
        _measures(comparison),
        _ladder(comparison)._repr_html_(),
        _signs(comparison),
        _groups(comparison),
    ]
    parts = [*before, *parts] if comparison.barred_by else [parts[0], *before, *parts[1:]]
    return [_answer(comparison)._repr_html_(), *parts, _method(comparison)._repr_html_()]


def _answer(comparison: Comparison) -> Section:
    sides = (comparison.a, comparison.b)
    lead = [] if comparison.barred_by else [comparison.contact, comparison.beside]
    means = (
        "In brackets stands how far chance may move a figure (95% interval). A regular is a follower who talks on "
        f"two days of the same four weeks. {_NO_CAUSE}"
        if not comparison.barred_by
        else "The figures of both stand side by side below. What lies between them may be the work of how they were "
        "collected and counted."
    )
    finding = Finding(
        comparison.headline,
        tuple(said for said in lead if said),
        means,
        title="The two",
        points=tuple(f"{side.title}: {side.verdict}. {side.size}." for side in sides),
        next_step=_next_step(comparison),
    )
    about = (
        "Two reports of communitylab side by side, A and B. Each figure is of the followers of a brand: an "
        "audience talks with the brand only, a community also with one another. A difference is B\u00a0−\u00a0A."
    )
    # A figure that shows nothing would be taken for one that shows no difference.
    has_both = any(row.a.value is not None and row.b.value is not None for row in comparison.rows)
    drawn = (chart_of("side_by_side", draw=lambda: draw_side_by_side(comparison)),) if has_both else ()
    return Section("answer", finding, drawn, about)


def _next_step(comparison: Comparison) -> str:
    if comparison.barred_by:
        return next(remark.cure for remark in comparison.remarks if "follower_share" in remark.bars)
    if comparison.row("follower_share").is_shown_to_differ:
        return "Ask what else differs between the two, and look again in a third report before you act on it."
    return (
        "Do not act on it: more weeks in both make the range narrower. That none is shown does not mean that there "
        "is none."
    )


def _before(comparison: Comparison) -> Section:
    n = len(comparison.remarks)
    headline = f"{in_words(n)} {'thing' if n == 1 else 'things'} to know before you compare."
    return Section(
        "before",
        Finding(
            headline,
            () if comparison.barred_by else (_INDEPENDENT,),
            title="What differs besides the followers",
            points=tuple(f"{remark.what} {remark.cure}" for remark in comparison.remarks),
        ),
    )


def _measures(comparison: Comparison) -> str:
    rows = [
        (_named(row.measure), figure(row.measure, row.a), figure(row.measure, row.b), figure_between(row))
        for row in comparison.rows
    ]
    differ = sum(row.is_shown_to_differ for row in comparison.rows)
    known = sum(row.difference.value is not None for row in comparison.rows)
    headline, said = (
        "Measure by measure, without differences.",
        "What lies between them is not shown: see above.",
    )
    if known:
        of = f"{in_words(differ)} of {in_words(known).lower()} differences"
        headline = (
            f"{of} {'is' if differ == 1 else 'are'} shown." if known > 1 else "One difference has a range."
        )
        said = (
            "A difference is shown where its range leaves out 0. Where nothing differs, one in twenty would be by "
            "chance."
        )
    parts = [
        f"<h2>{_text(headline)}</h2><p>{_text(said)}</p>",
        _table("Measures", ("Measure", "A", "B", "B − A"), rows),
    ]
    if comparison.not_shown:
        points = [f"{'; '.join(labels)}: {why}." for why, labels in comparison.not_shown.items()]
        parts.append(f"<h3>Why some have no difference</h3><ul>{_items(points)}</ul>")
    return _section("measures", parts)


def _named(measure: Measured) -> str:
    label = "… without the most addressed" if measure.name.endswith("_without_top") else measure.label
    return f"{label}, {measure.of}"


def _ladder(comparison: Comparison) -> Section:
    drawn = chart_of("ladders", draw=lambda: draw_ladders(comparison))
    means = (
        "These shares have no range: a report does not say how far chance may move them. They are of those who "
        "wrote in a period of four weeks, all such periods together."
    )
    return Section(
        "ladders", Finding("The ladder: on which rung those who write stand.", means=means), (drawn,)
    )


def _signs(comparison: Comparison) -> str:
    there = [
        in_words(sum(standing == "there" for standing in side))
        for side in zip(*((sign.a, sign.b) for sign in comparison.signs), strict=True)
    ]
    are = "is" if there[0] == "One" else "are"
    rows = [(sign.label, sign.a, sign.b) for sign in comparison.signs]
    verdicts = [f"{side.title}: {side.verdict}." for side in (comparison.a, comparison.b)]
    said = (
        "A sign that is there in one and not shown in the other does not show a difference: both may lie near the "
        "mark. The marks are conventions."
    )
    return _section(
        "signs",
        [
            f"<h2>{_text(there[0])} of six signs of a community {are} there in A, {_text(there[1].lower())} in "
            "B.</h2>",
            f"<ul>{_items(verdicts)}</ul>",
            _table("Signs of a community", ("Sign", "A", "B"), rows),
            f"<p><strong>What this means.</strong> {_text(said)}</p>",
        ],
    )


def _groups(comparison: Comparison) -> str:
    sides = (comparison.a, comparison.b)
    parts = ["<h2>Groups of followers, in either report.</h2>"]
    for side in sides:
        parts.append(f"<h3>{_text(side.title)}</h3><p>{_text(_seen(side))}</p>")
        if side.groups.each:
            each = [
                f"{name}: {counted(size, 'follower')}, {'solid' if is_solid else 'may be chance'}"
                for name, size, is_solid in side.groups.each
            ]
            parts.append(f"<ul>{_items(each)}</ul>")
    said = (
        "The numbers of groups are each report’s own: group 1 of A need not be group 1 of B. More weeks and more "
        "people show more groups, so that one more is no difference by itself."
    )
    return _section("groups", [*parts, f"<p><strong>What this means.</strong> {_text(said)}</p>"])


def _seen(side: Side) -> str:
    groups = side.groups
    said = [groups.said]
    if groups.each and groups.share is not None:
        said.append(f"{100 * groups.share:.0f} of 100 followers who wrote are in one of five people or more.")
    if groups.small:
        said.append(f"Groups of fewer than five: {groups.small:,}.")
    return " ".join(said)


def _method(comparison: Comparison) -> Section:
    return Section(
        "method",
        Finding(
            "How it was compared.",
            () if comparison.remarks else (_INDEPENDENT,),
            "A comparison of two reports sees what they say and no more. Each report says how sure it is of its own.",
            exact=_EXACT,
        ),
    )


def _text(text: str) -> str:
    return html.escape(text)


def _items(texts: Iterable[str]) -> str:
    return "".join(f"<li>{_text(text)}</li>" for text in texts)


def _section(name: str, parts: Iterable[str]) -> str:
    return f'<section id="{name}">{"".join(parts)}</section>'


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    heads = "".join(f'<th scope="col">{_text(name)}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{_text(first)}</th>{"".join(f"<td>{_text(_kept(cell))}</td>" for cell in cells)}</tr>'
        for first, *cells in rows
    )
    return f"<table><caption>{_text(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _kept(cell: str) -> str:
    """A range that is broken nowhere but before its “to”, however narrow its column."""
    return cell.replace("–", "–\u2060").replace(" to ", " to\u00a0") if "(" in cell else cell


def comparison_table(comparison: Comparison) -> pd.DataFrame:
    """What a comparison shows as one table.

    Parameters
    ----------
    comparison
        As :func:`communitylab.comparison.compare_reports` gives it.

    Returns
    -------
    DataFrame
        what (a measure, or a rung of the ladder), label, of, and of either side the value with low, high and null_mean,
        then difference, low, high and why it is null. Shares lie between 0 and 1.
    """
    return pd.DataFrame(list(_rows(comparison)))


def _rows(comparison: Comparison) -> Iterator[dict[str, object]]:
    for row in comparison.rows:
        found: dict[str, object] = {
            "what": row.measure.name,
            "label": row.measure.label,
            "of": row.measure.of,
        }
        for side, one in (("a", row.a), ("b", row.b)):
            found |= {side: one.value, f"{side}_low": one.low, f"{side}_high": one.high}
            found |= {f"{side}_null_mean": one.null_mean, f"{side}_p": one.p, f"{side}_why": one.why}
        between = row.difference
        yield {
            **found,
            "difference": between.value,
            "low": between.low,
            "high": between.high,
            "why": between.why,
        }
    for rung in comparison.ladder:
        why = "a rung has no range"
        yield {
            "what": f"ladder_{rung.name}", "label": rung.label, "of": "of 100 who write in four weeks",
            "a": rung.a, "b": rung.b, "why": why,
        }  # fmt: skip


def check_place(out: Path) -> None:
    """Finds out before the work that a comparison can go there and replaces nobody's own files.

    Parameters
    ----------
    out
        A folder; it need not be there. An earlier comparison in it is replaced, all else is kept.

    Raises
    ------
    CallError
        If it is a file, holds a report, or a comparison.html or comparison.csv that is no comparison.
    """
    if out.exists() and not out.is_dir():
        raise CallError(f"{out}: is a file. Name a folder as --out.")
    for name in ("results.json", "report.html", "run.toml"):
        if (out / name).exists():
            raise CallError(f"{out}: holds a report ({name}). Choose another --out: a folder of its own.")
    page, table = out / _PAGE, out / _TABLE
    try:
        begins = table.read_bytes()[:200] if table.exists() else None
    except OSError as error:
        raise CallError(f"{table}: cannot be read ({error.strerror}). Choose another --out.") from None
    # A spreadsheet may have saved it since, with other signs between the names of the columns.
    names = re.findall(rb"\w+", (begins or b"").removeprefix(b"\xef\xbb\xbf"))[: len(_HEAD)]
    is_other = begins is not None and names != _HEAD
    if is_other or (page.exists() and begins is None):
        other = _TABLE if is_other else _PAGE
        raise CallError(
            f"{out}: holds a {other} that is no comparison of communitylab. Choose another --out."
        )


def write_comparison(comparison: Comparison, out: Path) -> None:
    """Writes a comparison as comparison.html, a page to send on, and comparison.csv.

    Parameters
    ----------
    comparison
        As :func:`communitylab.comparison.compare_reports` gives it.
    out
        A folder; made if it is not there. An earlier comparison in it is replaced, all else is kept.

    Raises
    ------
    CallError
        If the folder holds something else of these names or a report, or cannot be written.
    """
    check_place(out)
    a, b = comparison.a, comparison.b
    title = f"{a.brand} and {b.brand} compared" if a.brand != b.brand else f"{a.brand}: two reports compared"
    page = page_with(comparison_sections(comparison), title=title)
    # The page last: where it is, the table is as well.
    write_table(comparison_table(comparison), out / _TABLE)
    write_whole(out / _PAGE, page.encode("utf-8"))
