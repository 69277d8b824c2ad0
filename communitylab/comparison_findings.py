"""A comparison as a page and as a table: what was found, what speaks against comparing, measure by measure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from communitylab.comparison import HOW_TO_READ, Comparison, Side
from communitylab.comparison_charts import draw_ladders, draw_side_by_side, in_touch
from communitylab.comparison_rows import figure, figure_between, labelled
from communitylab.csv_tables import write_table
from communitylab.errors import CallError
from communitylab.figures import Section, Table, chart_of
from communitylab.findings import Finding
from communitylab.phrases import counted, in_words
from communitylab.rendering import page_with
from communitylab.sheets import write_whole

__all__ = ["check_place", "comparison_sections", "comparison_table", "write_comparison"]

_PAGE, _TABLE = "comparison.html", "comparison.csv"
_HEAD = [b"what", b"label", b"of", b"a", b"a_low", b"a_high"]  # with which comparison.csv begins
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
        "told as different are numbers of people of which one is more than twice the other, lengths of time, lists of "
        "followers and messages per person of which one is more than one and a half times the other, and lengths of "
        "the stretches in which contacts are looked for of which one is more than one and a quarter times the other",
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
    before = [_before(comparison)] if comparison.remarks else []
    measures, ladder, signs = _measures(comparison), _ladder(comparison), _signs(comparison)
    first = [*before, measures] if comparison.is_barred else [measures, *before]
    sections = [_answer(comparison), *first, ladder, signs, _groups(comparison), _method(comparison)]
    return [section._repr_html_() for section in sections]


def _answer(comparison: Comparison) -> Section:
    sides = (comparison.a, comparison.b)
    means = HOW_TO_READ[0]
    if comparison.is_barred:
        means = (
            "The figures of both stand side by side below. What lies between them may be the work of how they were "
            "collected and counted."
        )
    finding = Finding(
        comparison.headline,
        comparison.lead,
        means,
        title="The two",
        points=tuple(f"{side.title}: {side.verdict}. {side.size}." for side in sides),
        next_step=comparison.next_step,
    )
    about = (
        "Two reports of communitylab side by side, A and B. Each figure is of the followers of a brand: an "
        "audience talks with the brand only, a community also with one another. A difference is B\u00a0−\u00a0A."
    )
    # A figure that shows nothing would be taken for one that shows no difference.
    has_both = any(row.a.value is not None and row.b.value is not None for row in comparison.rows)
    drawn = (chart_of("side_by_side", draw=lambda: draw_side_by_side(comparison)),) if has_both else ()
    return Section("answer", finding, drawn, about)


def _before(comparison: Comparison) -> Section:
    n = len(comparison.remarks)
    headline = f"{in_words(n)} {'thing' if n == 1 else 'things'} to know before you compare."
    return Section(
        "before",
        Finding(
            headline,
            () if comparison.is_barred else HOW_TO_READ[2:],
            title="What differs besides the followers",
            points=tuple(f"{remark.what} {remark.cure}" for remark in comparison.remarks),
        ),
    )


def _measures(comparison: Comparison) -> Section:
    rows = [
        (labelled(row.measure), figure(row.measure, row.a), figure(row.measure, row.b), figure_between(row))
        for row in comparison.rows
    ]
    headline = f"{comparison.tally}." if comparison.known else "Measure by measure, without differences."
    said = HOW_TO_READ[1] if comparison.known else "What lies between them is not shown: see above."
    why = tuple(f"{'; '.join(labels)}: {why}." for why, labels in comparison.not_shown.items())
    return Section(
        "measures",
        Finding(headline, (said,), title="Why some have no difference", points=why),
        table=Table("Measures", ("Measure", "A", "B", "B − A"), rows),
    )


def _ladder(comparison: Comparison) -> Section:
    drawn = chart_of("ladders", draw=lambda: draw_ladders(comparison))
    means = (
        "These shares have no range: a report does not say how far chance may move them. They are of those who "
        "wrote in a period of four weeks, all such periods together."
    )
    return Section("ladders", Finding(f"{in_touch(comparison)}.", means=means), (drawn,))


def _signs(comparison: Comparison) -> Section:
    there = [
        in_words(sum(standing == "there" for standing in side))
        for side in zip(*((sign.a, sign.b) for sign in comparison.signs), strict=True)
    ]
    are = "is" if there[0] == "One" else "are"
    rows = [(sign.label, sign.a, sign.b) for sign in comparison.signs]
    finding = Finding(
        f"{there[0]} of six signs of a community {are} there in A, {there[1].lower()} in B.",
        tuple(f"{side.title}: {side.verdict}." for side in (comparison.a, comparison.b)),
        "A sign that is there in one and not shown in the other does not show a difference: both may lie near the "
        "mark. The marks are conventions.",
    )
    return Section("signs", finding, table=Table("Signs of a community", ("Sign", "A", "B"), rows))


def _groups(comparison: Comparison) -> Section:
    sides = (comparison.a, comparison.b)
    finding = Finding(
        "Groups of followers, in either report.",
        tuple(f"{side.title}: {_seen(side)}" for side in sides),
        "The numbers of groups are each report’s own: group 1 of A need not be group 1 of B. More weeks and more "
        "people show more groups, so that one more is no difference by itself.",
        title="Groups of five people or more",
        points=tuple(
            f"In {side.letter}, {name}: {counted(size, 'follower')}, {'solid' if is_solid else 'may be chance'}"
            for side in sides
            for name, size, is_solid in side.groups.each
        ),
    )
    return Section("groups", finding)


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
            () if comparison.remarks else HOW_TO_READ[2:],
            "A comparison of two reports sees what they say and no more. Each report says how sure it is of its own.",
            exact=_EXACT,
        ),
    )


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
