"""Measures of two reports side by side, and what lies between them: in figures and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from communitylab import inference
from communitylab.comparability import Remark
from communitylab.errors import printable
from communitylab.phrases import FEW, sentence
from communitylab.readings import measured
from communitylab.tables import Estimate

__all__ = ["MEASURED", "Measured", "Row", "figure", "figure_between", "in_a_sentence", "labelled", "row_of"]


class Measured(NamedTuple):
    """A measure as a comparison tells it: its name, what people are told it is, of what, why it has no difference."""

    name: str
    label: str
    of: str
    why: str = ""


_HOURS, _COUNT, _INDEX = "in hours", "in pairs of equal weight", "from 0 to 1"
_GUARD = "a check beside the others, without a range"
_CHANCE = "held against chance, has no range, and grows with the time studied"
_SHAPE = "describes a network, has no range, and hangs on its size"

MEASURED = (
    Measured("follower_share", "Talk among followers", "of 100 messages"),
    Measured(
        "follower_share_without_top", "Talk among followers without the most addressed", "of 100 messages"
    ),
    Measured("breadth", "Has a regular contact", "of 100 regulars"),
    Measured("breadth_without_top", "Has a regular contact without the most addressed", "of 100 regulars"),
    Measured("largest_component", "Connected without the brand", "of 100 who write"),
    Measured("conversation", "Real conversations", "of 100 threads"),
    Measured("join_in", "Others join in", "of 100 exchanges with the brand"),
    Measured("newcomers_answered", "Newcomers answered by a follower", "of 100 newcomers"),
    Measured("first_answer", "Wait for a first answer", _HOURS),
    Measured("return_rate", "Contacts that last", "of 100 meetings", _CHANCE),
    Measured("mutuality", "Talk goes both ways", "of 100 links", _CHANCE),
    Measured("cohesion", "Contacts know each other", "of 100 pairs of contacts", _SHAPE),
    Measured("spread", "Not just couples", "of 100 with a contact", _GUARD),
    Measured("effective_pairs", "Not just a few pairs", _COUNT, f"{_GUARD}, and grows with the time studied"),
    Measured(
        "reach", "Address the brand", "of 100 who talk", "has no range, and grows with the time studied"
    ),
    Measured("centralization", "One centre among followers", _INDEX, _SHAPE),
)
"""What is put side by side, in order: first what has a range of its own, then what has none."""

_SAID = {
    "follower_share": (
        "talk among followers",
        "messages",
        "goes to another follower",
        "go to another follower",
    ),
    "breadth": ("regular contact", "regulars", "has a regular contact", "have a regular contact"),
}
"""What a sentence can be made of: the thing, of what, and what one and what several of them do."""


@dataclass(frozen=True)
class Row:
    """One measure of both reports and the difference B − A: null, with the reason, where none is shown."""

    measure: Measured
    a: Estimate
    b: Estimate
    difference: Estimate

    @property
    def is_shown_to_differ(self) -> bool:
        """Whether the interval of the difference leaves out 0."""
        low, high = self.difference.low, self.difference.high
        return low is not None and high is not None and not low <= 0 <= high


def _known(estimate: Estimate) -> tuple[float, float, float]:
    value, low, high = estimate.value, estimate.low, estimate.high
    if value is None or low is None or high is None:
        raise ValueError(f"{estimate.name}: lacks a value or a bound")
    return float(value), float(low), float(high)


def row_of(
    measure: Measured, contents: tuple[Mapping[str, Any], Mapping[str, Any]], *, remarks: Sequence[Remark]
) -> Row:
    """A measure of two reports, and their difference where one may be shown.

    Parameters
    ----------
    measure
        Which.
    contents
        Of A and of B, as :func:`communitylab.readings.read_results` gives them.
    remarks
        As :func:`communitylab.caveats.remarks_on` gives them: what bars which difference.
    """
    a, b = (measured(content, measure.name) for content in contents)
    name = f"{measure.name}_difference"
    why = _why_none(measure, a, b, remarks=remarks)
    if why:
        return Row(measure, a, b, Estimate(name, None, why=why))
    one, other = _known(a), _known(b)
    return Row(measure, a, b, Estimate(name, other[0] - one[0], *inference.mover(other, one)))


def _why_none(measure: Measured, a: Estimate, b: Estimate, *, remarks: Sequence[Remark]) -> str | None:
    if measure.why:
        return measure.why
    for remark in remarks:
        if measure.name in remark.bars:
            return remark.short
    for side, found in (("A", a), ("B", b)):
        if found.value is None:
            return f"in {side} {printable(found.why or 'it is not defined')}"
        if found.low is None or found.high is None:
            return f"in {side} it has no range"
    return None


def labelled(measure: Measured) -> str:
    """A measure as the head of its row: ``Has a regular contact, of 100 regulars``.

    Parameters
    ----------
    measure
        Which.
    """
    label = "… without the most addressed" if measure.name.endswith("_without_top") else measure.label
    return f"{label}, {measure.of}"


def figure(measure: Measured, found: Estimate) -> str:
    """What a report found, in short: ``24.7 (19.1–31.3)``, ``12.9, chance 5.3``, a dash where it is not defined.

    Of few people or threads it says of how many: ``25.0 (1.0–91.3) of 4``.

    Parameters
    ----------
    measure
        Which.
    found
        Of one report.
    """
    if found.value is None:
        return "–"
    said = _number(measure, found.value)
    if found.low is not None and found.high is not None:
        n = found.beside.get("n")
        few = f" of {n}" if n is not None and n < FEW else ""
        return f"{said} ({_number(measure, found.low)}–{_number(measure, found.high)}){few}"
    if found.null_mean is not None:
        return f"{said}, chance {_number(measure, found.null_mean)}"
    return said


def figure_between(row: Row) -> str:
    """The difference B − A in short: ``+18.2 (+6.4 to +30.0)``, a dash where none is shown.

    Parameters
    ----------
    row
        One measure.
    """
    value, low, high = row.difference.value, row.difference.low, row.difference.high
    if value is None or low is None or high is None:
        return "–"
    said = [_signed(row.measure, part) for part in (value, low, high)]
    return f"{said[0]} ({said[1]} to {said[2]})"


def _number(measure: Measured, value: float) -> str:
    if measure.of == _INDEX:
        return f"{value:.2f}"
    if measure.of == _COUNT:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if measure.of == _HOURS else f"{100 * value:.1f}"


def _signed(measure: Measured, value: float) -> str:
    said = _number(measure, abs(value))
    # What rounds to nothing has no sign.
    return said if not float(said.replace(",", "")) else f"{'+' if value > 0 else '−'}{said}"


def in_a_sentence(row: Row, *, where: tuple[str, str]) -> str:
    """Talk among followers or regular contact of both, as a sentence that claims no more than the interval bears.

    Parameters
    ----------
    row
        That of follower_share or of breadth.
    where
        How A and B are told: ``("in the earlier period", "in the later period")``.
    """
    thing, of, one_does, they_do = _SAID[row.measure.name]
    value, low, high = row.difference.value, row.difference.low, row.difference.high
    if value is None or low is None or high is None:
        return sentence(f"no difference in {thing} is told: {row.difference.why}")
    if row.is_shown_to_differ:
        way = "more" if value > 0 else "fewer"
        near, far = sorted((_whole(low), _whole(high)), key=lambda n: 0 if n == "under 1" else int(n))
        n = _whole(value)
        does = one_does if n in ("1", "under 1") else they_do
        there, here = where[1], where[0].removesuffix(" period")
        return f"Of every 100 {of}, {n} {way} {does} {there} than {here} ({near} to {far} {way})."
    first, second = (f"{100 * (found.value or 0):.0f}" for found in (row.a, row.b))
    return (
        f"No difference in {thing} can be shown: {first} of every 100 {of} {they_do} {where[0]}, {second} {where[1]} "
        f"(anything from {_whole(low)} fewer to {_whole(high)} more)."
    )


def _whole(value: float) -> str:
    n = round(100 * abs(value))
    return "under 1" if not n and value else str(n)
