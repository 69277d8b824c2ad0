"""Two reports side by side: who and when, measures, ladder, signs and groups, and whether they can be compared."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from communitylab.caveats import remarks_on
from communitylab.comparability import WITH_INTERVAL, Remark, is_same_brand, periods_overlap
from communitylab.comparison_rows import (
    MEASURED,
    Row,
    figure,
    figure_between,
    in_a_sentence,
    labelled,
    row_of,
)
from communitylab.coverage import CLASSES
from communitylab.errors import CallError, printable
from communitylab.group_findings import group_called
from communitylab.phrases import SIGN_NAMES, answered, brand_of, counted, in_words, span_of, standing
from communitylab.readings import read_results
from communitylab.roles import RUNGS

__all__ = ["HOW_TO_READ", "Comparison", "GroupsSeen", "Rung", "Side", "Sign", "compare_reports"]

HOW_TO_READ = (
    "In brackets stands how far chance may move a figure (95% interval). A regular is a follower who talks on two days "
    "of the same four weeks. What brought a difference about, the figures alone cannot say.",
    "A difference is shown where its range leaves out 0. Where nothing differs, one in twenty would be, by chance.",
    "The range of a difference is drawn from the ranges of the two reports, as if nobody were in both. Two periods of "
    "one brand have people in common: there it is often rather too wide, but can be too narrow where a burst of talk "
    "lies on one side of the cut. It says how far chance may move the figures, and not how well either export was "
    "collected.",
)
"""What brackets mean, when a difference is shown, and what its range is drawn from: a sentence or more on each."""

_Content = Mapping[str, Any]
_LONGEST_NAME, _COLUMNS = 40, 110


@dataclass(frozen=True)
class GroupsSeen:
    """What a report says of its groups; of each of five people or more its name, its size, whether it is solid.

    `small` counts the groups of fewer, `share` is that of the followers who wrote and are in one of five or more: null
    where groups cannot be told from chance.
    """

    said: str
    each: tuple[tuple[str, int, bool], ...] = ()
    small: int = 0
    share: float | None = None


@dataclass(frozen=True)
class Side:
    """One of two reports: about whom, of when, and its answer. `where` is how a sentence tells it from the other."""

    letter: str
    brand: str
    where: str
    when: str
    posts: int
    followers: int
    active_followers: int
    regulars: int
    has_follower_list: bool
    coverage: str
    answer: str
    ways: tuple[int, int]
    groups: GroupsSeen

    @property
    def title(self) -> str:
        """Who and when: ``A  millandcrumb, 6 January 2025 to 20 April 2025``."""
        return f"{self.letter}  {self.brand}, {self.when}"

    @property
    def verdict(self) -> str:
        """Its answer, and how many ways of counting give it."""
        same, ways = self.ways
        return f"{self.answer}; {same} of {ways} ways of counting say so" if ways else self.answer

    @property
    def size(self) -> str:
        """What it rests on: ``3,021 posts, 355 followers who wrote, 246 regulars; everybody … is in it``."""
        wrote = f"{counted(self.active_followers, 'follower')} who wrote"
        if self.has_follower_list:
            wrote = f"{self.active_followers:,} of {counted(self.followers, 'follower')} wrote"
        return f"{counted(self.posts, 'post')}, {wrote}, {counted(self.regulars, 'regular')}; {self.coverage}"


@dataclass(frozen=True)
class Rung:
    """A rung, and its share of the followers heard from in four weeks, all such weeks together; null without any."""

    name: str
    label: str
    a: float | None
    b: float | None


@dataclass(frozen=True)
class Sign:
    """A sign of a community, and how it stands with it: there, not yet, not shown, cannot tell."""

    name: str
    label: str
    a: str
    b: str


@dataclass(frozen=True)
class Comparison:
    """Two reports side by side. `remarks` say what speaks against comparing them, the gravest first."""

    a: Side
    b: Side
    rows: tuple[Row, ...]
    ladder: tuple[Rung, ...]
    signs: tuple[Sign, ...]
    remarks: tuple[Remark, ...]

    def row(self, name: str) -> Row:
        """One of the measures.

        Parameters
        ----------
        name
            As :data:`communitylab.comparison_rows.MEASURED` calls it.
        """
        return next(row for row in self.rows if row.measure.name == name)

    @property
    def barred_by(self) -> tuple[Remark, ...]:
        """What bars the difference in talk among followers."""
        return tuple(remark for remark in self.remarks if "follower_share" in remark.bars)

    @property
    def is_barred(self) -> bool:
        """Whether nothing can be compared: every difference that could have a range is barred, or has none."""
        return bool(self.barred_by) and not self.known

    @property
    def known(self) -> tuple[Row, ...]:
        """The measures with a difference."""
        return tuple(row for row in self.rows if row.difference.value is not None)

    @property
    def headline(self) -> str:
        """What was found of the talk among followers, whatever that is: the first question and not the best answer."""
        if not self.barred_by:
            return self.talk
        what = "These two" if self.is_barred else "Talk among followers"
        n = len(self.barred_by) - 1
        more = f" ({in_words(n).lower()} more below)" if n else ""
        return f"{what} cannot be compared: {self.barred_by[0].short}{more}."

    @property
    def lead(self) -> tuple[str, ...]:
        """What stands beside the headline: what it hangs on, regular contact, and which differences are shown."""
        if self.is_barred:
            return ()
        near = (remark.near for remark in self.remarks if remark.near)
        return tuple(said for said in (*near, self.contact, self.shown) if said)

    @property
    def talk(self) -> str:
        """The difference in talk among followers, as a sentence."""
        return in_a_sentence(self.row("follower_share"), where=(self.a.where, self.b.where))

    @property
    def contact(self) -> str:
        """The difference in regular contact, as a sentence."""
        return in_a_sentence(self.row("breadth"), where=(self.a.where, self.b.where))

    @property
    def tally(self) -> str:
        """How many of all differences are shown; nothing where none has a range."""
        if not self.known:
            return ""
        of = f"{in_words(len(self.known)).lower()} difference{'s' * (len(self.known) > 1)} with a range"
        n = sum(row.is_shown_to_differ for row in self.known)
        return f"Of {of} {in_words(n).lower()} {'is' if n < 2 else 'are'} shown"

    @property
    def shown(self) -> str:
        """How many of all differences are shown, and which; nothing where none has a range."""
        differ = [row.measure.label for row in self.known if row.is_shown_to_differ]
        which = "; ".join(label[0].lower() + label[1:] for label in differ)
        return f"{self.tally}{': ' * bool(which)}{which}." if self.known else ""

    @property
    def next_step(self) -> str:
        """By what is shown of the two questions, talk and contact; where neither is, by what can be done about that."""
        if self.is_barred:
            return self.barred_by[0].cure
        two = [self.row(name) for name in ("follower_share", "breadth")]
        if any(row.is_shown_to_differ for row in two):
            return "Ask what else differs between the two, and look again in a third report before you act on it."
        if all(row.difference.value is None for row in two):
            return self.barred_by[0].cure if self.barred_by else "Read each report by itself."
        names = ("talk among followers", "regular contact")
        told = [name for name, row in zip(names, two, strict=True) if row.difference.value is not None]
        return (
            f"Do not act on {' or '.join(told)}: more weeks in both make the range narrower. That no difference is "
            "shown does not mean that there is none."
        )

    @property
    def not_shown(self) -> dict[str, list[str]]:
        """Why which measures have no difference, besides what bars all; in the order of the measures."""
        found: dict[str, list[str]] = {}
        every = [remark.short for remark in self.remarks if remark.bars == WITH_INTERVAL]
        for row in self.rows:
            if row.difference.why and row.difference.why not in every:
                found.setdefault(row.difference.why, []).append(row.measure.label)
        return found

    def as_text(self) -> str:
        """All of it for a terminal: the finding, a table, and what speaks against comparing."""
        return "\n".join(_told(self))


def _told(comparison: Comparison) -> Iterator[str]:
    for said in (comparison.headline, *comparison.lead):
        yield from _paragraph(said)
    for side in (comparison.a, comparison.b):
        yield from ("", side.title, f"   {side.verdict}")
        yield from _paragraph(side.size, first="   ", then="   ")
        yield f"   {side.groups.said}"
    rows = [
        (labelled(row.measure), figure(row.measure, row.a), figure(row.measure, row.b), figure_between(row))
        for row in comparison.rows
    ]
    yield from ("", *_table(("Measure", "A", "B", "B − A"), rows))
    for said in HOW_TO_READ if comparison.known else HOW_TO_READ[:1]:
        yield from _paragraph(said)
    for why, labels in comparison.not_shown.items():
        yield from _paragraph(f"{'; '.join(labels)}: {why}.", first="  – ", then="    ")
    ladder = [(rung.label, _hundredth(rung.a), _hundredth(rung.b)) for rung in comparison.ladder]
    yield from ("", *_table(("Of 100 who write in four weeks", "A", "B"), ladder))
    yield from (
        "",
        *_table(("Signs of a community", "A", "B"), [(s.label, s.a, s.b) for s in comparison.signs]),
    )
    if comparison.remarks:
        yield from ("", "Before you compare:")
    for remark in comparison.remarks:
        yield from _paragraph(f"{remark.what} {remark.cure}", first="  · ", then="    ")


def _paragraph(text: str, *, first: str = "", then: str = "") -> list[str]:
    return textwrap.wrap(text, _COLUMNS, initial_indent=first, subsequent_indent=then, break_long_words=False)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _hundredth(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def compare_reports(a: Path, b: Path) -> Comparison:
    """Puts two reports side by side, from what their results.json say and from nothing else.

    Parameters
    ----------
    a, b
        Folders of reports, or their results.json.

    Returns
    -------
    Comparison

    Raises
    ------
    CallError
        If one of them cannot be read, or both are the same.
    """
    contents = read_results(Path(a)), read_results(Path(b))
    if contents[0] == contents[1]:
        where = f"{a}" if Path(a) == Path(b) else f"{a} and {b}"
        raise CallError(
            f"{where}: twice the same report. Name two: of two periods of one brand, or of two brands."
        )
    remarks = remarks_on(*contents)
    one, other = _sides(*contents)
    return Comparison(
        one,
        other,
        rows=tuple(row_of(measure, contents, remarks=remarks) for measure in MEASURED),
        ladder=tuple(
            Rung(rung, label, *(_share_on(rung, content) for content in contents))
            for rung, label in RUNGS.items()
            if rung != "silent"
        ),
        signs=tuple(
            Sign(name, label, *(_standing(name, content) for content in contents))
            for name, label in SIGN_NAMES.items()
        ),
        remarks=remarks,
    )


def _sides(a: _Content, b: _Content) -> tuple[Side, Side]:
    brands = [_brief(brand_of(content)) for content in (a, b)]
    if not is_same_brand(a, b):
        return _side("A", a, where=f"at {brands[0]}"), _side("B", b, where=f"at {brands[1]}")
    if periods_overlap(a, b) is not False:
        return _side("A", a, where="in A"), _side("B", b, where="in B")
    where = ["in the earlier period", "in the later period"]
    if b["span"][0] < a["span"][0]:
        where.reverse()
    return _side("A", a, where=where[0]), _side("B", b, where=where[1])


def _side(letter: str, content: _Content, *, where: str) -> Side:
    verdict = content["verdict"]
    return Side(
        letter=letter,
        brand=_brief(brand_of(content)),
        where=where,
        when=span_of(content) if content["span"] else "without times",
        posts=content["posts_studied"],
        followers=content["followers"],
        active_followers=content["active_followers"],
        regulars=content["regulars"],
        has_follower_list=content["has_follower_list"],
        coverage=CLASSES[content["coverage"]["class"]],
        answer=printable(answered(verdict["label"], verdict["kind"])),
        ways=(verdict["specifications"]["same"], verdict["specifications"]["of"]),
        groups=_groups(content),
    )


def _brief(name: str) -> str:
    shown = " ".join(printable(name).split())
    return shown if len(shown) <= _LONGEST_NAME else f"{shown[: _LONGEST_NAME - 1]}…"


def _share_on(rung: str, content: _Content) -> float | None:
    """Of everybody heard from, so that no list of silent followers moves it; pooled, so that no length does."""
    heard = sum(row[each] for row in content["ladder"] for each in RUNGS if each != "silent")
    return sum(row[rung] for row in content["ladder"]) / heard if heard else None


def _standing(name: str, content: _Content) -> str:
    found = [one for one in content["verdict"]["conditions"] if one["name"] == name]
    return standing(found[0]) if found else "cannot tell"


def _groups(content: _Content) -> GroupsSeen:
    if "clustering" not in content:
        return GroupsSeen("The report was made before groups were looked for.")
    is_told = content["clustering"]["found"] == "groups"
    each = tuple(
        (group_called(group), group["size"], is_told and bool(group["is_solid"]))
        for group in content["clusters"]
    )
    active = content["active_followers"]
    share = sum(size for _name, size, _is_solid in each) / active if active and is_told else None
    return GroupsSeen(_said_of_groups(content, each), each, content["clustering"]["small"]["groups"], share)


def _said_of_groups(content: _Content, each: Sequence[tuple[str, int, bool]]) -> str:
    if not content["ties"]:
        return "No groups: no two followers are in regular contact."
    found, n, solid = content["clustering"]["found"], len(each), sum(is_solid for *_rest, is_solid in each)
    if found != "groups":
        unclear = "Whether there are groups, this export cannot tell."
        return "No groups that can be told from chance." if found == "none" else unclear
    if not n:
        return "Couples and small circles, no larger groups."
    if n == 1:
        return f"One group of five people or more; it {'is solid' if solid else 'may be chance'}."
    are = "all of them are" if solid == n else f"{in_words(solid).lower()} {'is' if solid == 1 else 'are'}"
    return f"{in_words(n)} groups of five people or more; {are} solid."
