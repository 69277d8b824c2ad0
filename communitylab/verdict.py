"""Audience or community: the rule, its reasons, and how many ways of counting it survives."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tqdm import tqdm

from communitylab import measures, networks
from communitylab.choices import GROUNDS
from communitylab.coverage import Coverage, automated, coverage_of, focus
from communitylab.study import Study
from communitylab.tables import Estimate

__all__ = [
    "LABELS",
    "Condition",
    "Evidence",
    "Specification",
    "Thresholds",
    "Verdict",
    "decide",
    "evidence_of",
    "specifications",
]

LABELS = {
    "community": "a community",
    "audience": "an audience",
    "mixed": "part audience, part community",
    "undecided": "not decided: the data do not exclude enough",
    "insufficient": "too little data to tell",
    "not identifiable": "this export cannot show it",
}
"""Every verdict, and what people are told it means."""

_LEAST_REGULARS, _LEAST_ACTS, _LEAST_PAIRS = 30, 100, 10
_BRAND_GROUNDS = tuple(ground for ground in GROUNDS if ground != "elsewhere")


@dataclass(frozen=True)
class Thresholds:
    """Conventions, not laws: below the first of each pair it looks like an audience, above the second not.

    Chosen on planted worlds and a few real exports; the specification curve shows what hangs on them.
    """

    phi_a: float = 0.3
    phi_c: float = 0.5
    pi_a: float = 0.15
    pi_c: float = 0.2


@dataclass(frozen=True)
class Condition:
    """One of the six signs of a community. `passed` null: it cannot be told, and counts as not met."""

    name: str
    passed: bool | None
    value: float | None
    threshold: float
    low: float | None = None
    high: float | None = None
    why: str | None = None


@dataclass(frozen=True)
class Evidence:
    """The measures on which a verdict rests."""

    follower_share: Estimate
    breadth: Estimate
    return_rate: Estimate
    effective_pairs: Estimate
    without_top: Estimate
    spread: Estimate
    acts: int
    peer_acts: int
    people_in_circle: int
    has_times: bool
    inferred: float = 0.0  # share of the acts of which nobody said whom they address
    undirected: float = 0.0  # share of them of which nobody said who addressed whom
    typed: Evidence | None = None  # the same of what is not inferred, if something is

    @property
    def lasts(self) -> bool:
        """Whether contacts last longer than chance would make them."""
        p = self.return_rate.p
        return p is not None and p <= 0.05

    @property
    def has_circle(self) -> bool:
        """Whether some contacts last and more than a few regulars have one."""
        return self.lasts and (self.breadth.low or 0) > 0.05

    @property
    def is_carried_by_few(self) -> bool:
        """Whether breadth falls below a quarter without the 5 % who receive most."""
        without, whole = self.without_top.beside.get("breadth_5"), self.breadth.value
        return without is not None and whole is not None and without < whole / 4


@dataclass(frozen=True)
class Specification:
    """The verdict under one other way of counting."""

    choice: str
    thresholds: str
    label: str
    kind: str | None = None


@dataclass(frozen=True)
class Verdict:
    """The answer, and what it rests on."""

    label: str
    kind: str | None
    because: tuple[str, ...]
    conditions: tuple[Condition, ...]
    coverage: Coverage
    thresholds: Thresholds = Thresholds()
    without_automated: str | None = None
    n_automated: int = 0
    accounts: tuple[Mapping[str, object], ...] = ()
    inferred: float = 0.0  # share of the talk of which nobody said whom it addresses
    specifications: tuple[Specification, ...] = field(default=(), repr=False)

    @property
    def n_same(self) -> int:
        """How many ways of counting give the same label, of the same kind."""
        return sum((one.label, one.kind) == (self.label, self.kind) for one in self.specifications)

    def _repr_html_(self) -> str:
        """The label, the reasons and the six signs, escaped."""
        because = [*self.because, *([f"{self.inferred:.0%} of it is inferred"] if self.inferred else [])]
        reasons = "".join(f"<li>{html.escape(reason)}</li>" for reason in because)
        kind = f" ({self.kind})" if self.kind else ""
        return f"<p><strong>{html.escape(LABELS[self.label] + kind)}</strong></p><ul>{reasons}</ul>"


def decide(
    study: Study, *, seed: int, evidence: Evidence | None = None, thresholds: Thresholds | None = None
) -> Verdict:
    """Are the followers of this study an audience or a community?

    Parameters
    ----------
    study
        What to judge.
    seed
        Of the random numbers.
    evidence
        The measures, where they are at hand; computed otherwise.
    thresholds
        Other conventions than the usual ones.

    Returns
    -------
    Verdict
        Its label is `community`, `audience`, `mixed` (with a `kind`), `undecided`, `insufficient` or
        `not identifiable`. "This export cannot tell" is an answer.
    """
    conventions = thresholds or Thresholds()
    coverage = coverage_of(study)
    stray = focus(study)
    if not coverage.licensed or stray:
        # Nothing that could be measured here would mean what its name says.
        return Verdict("not identifiable", None, (stray or coverage.why,), (), coverage, conventions)
    found = evidence or evidence_of(study, seed=seed)
    grounds = _on_brand_grounds(study, coverage, seed=seed)
    label, kind, because = _rule(found, coverage=coverage, grounds=grounds, at=conventions)
    # Signs that rest on what cannot be seen would be read as an answer.
    is_open = label == "not identifiable" and coverage.name != "C_search"
    signs = () if is_open else _conditions(found, conventions)
    return Verdict(label, kind, because, signs, coverage, conventions, inferred=found.inferred)


def evidence_of(study: Study, *, seed: int) -> Evidence:
    """The measures on which a verdict rests.

    Parameters
    ----------
    study
        What to measure.
    seed
        Of the random numbers.
    """
    counts = measures.talk_counts(study)
    share = measures.follower_share(study)
    inferred = measures.inferred_share(study)
    ties = networks.ties(study)
    mutual = ties.loc[ties["is_mutual"], ["a", "b"]].drop_duplicates()
    circles = networks.component_sizes(networks.adjacency(mutual["a"].to_numpy(), mutual["b"].to_numpy())[0])
    return Evidence(
        follower_share=share,
        breadth=measures.breadth(study),
        return_rate=measures.return_rate(study, seed=seed),
        effective_pairs=measures.effective_pairs(study),
        without_top=measures.without_top(study),
        spread=measures.spread(study),
        acts=counts["w_ff"] + counts["w_fb"],
        peer_acts=counts["w_ff"],
        people_in_circle=int(circles.max()) if len(circles) else 0,
        has_times=study.days is not None,
        inferred=inferred,
        undirected=measures.undirected_share(study),
        typed=evidence_of(study.only(inferred=False), seed=seed) if inferred else None,
    )


def _on_brand_grounds(study: Study, coverage: Coverage, *, seed: int) -> Evidence | None:
    """Where the export follows chosen people everywhere: the evidence from the brand's own ground alone."""
    return evidence_of(study.only(grounds=_BRAND_GROUNDS), seed=seed) if coverage.name == "B" else None


def _rule(
    found: Evidence, *, coverage: Coverage, grounds: Evidence | None, at: Thresholds
) -> tuple[str, str | None, tuple[str, ...]]:
    label, kind, because = _label(found, coverage=coverage, grounds=grounds, at=at)
    if why := _left_open(found, label=label, coverage=coverage, at=at):
        return "not identifiable", None, (why,)
    if coverage.name == "C_search" and label != "community":
        floor = found.follower_share.value
        seen = (
            "there is no talk in it"
            if floor is None
            else f"at least {floor:.0%} of the talk goes to other followers"
        )
        why = f"{seen}; more cannot be known, because {coverage.why}"
        return "not identifiable", None, (why,)
    return label, kind, because


def _left_open(found: Evidence, *, label: str, coverage: Coverage, at: Thresholds) -> str | None:
    """Why a label cannot be given, where it hangs on what an export does not say: who addressed whom."""
    if found.undirected > 1 / 2 and label in ("community", "mixed"):
        return (
            "the list does not say who addressed whom, and counted both ways every contact seems to be mutual"
        )
    low, high = (found.follower_share.beside.get(f"inferred_{bound}") for bound in ("low", "high"))
    if low is None or high is None or found.typed is None:
        return None
    # Contacts that are inferred may be none: what they seem to form must be there without them.
    typed, _kind, _because = _label(found.typed, coverage=coverage, grounds=None, at=at)
    holds = {
        "community": low > at.phi_c and typed == "community",
        "audience": high < at.phi_c,
        # That few have a regular contact is no finding where most contacts cannot be seen.
        "mixed": low > at.phi_a and found.inferred <= 1 / 2 and any(_against_audience(found.typed, at)),
    }
    if holds.get(label, found.inferred <= 1 / 2):
        return None
    return (
        f"no message of the chat says what it answers, and {found.inferred:.0%} of the talk would rest on guessing it: "
        f"depending on that, between {low:.0%} and {high:.0%} goes to other followers"
    )


def _label(
    found: Evidence, *, coverage: Coverage, grounds: Evidence | None, at: Thresholds
) -> tuple[str, str | None, tuple[str, ...]]:
    lacking = list(_too_little(found))
    if lacking:
        return "insufficient", None, tuple(lacking)
    conditions = _conditions(found, at)
    here = grounds is None or ((grounds.follower_share.low or 0) > at.phi_a and grounds.has_circle)
    missed = [condition for condition in conditions if not condition.passed]
    if not missed and here:
        return "community", None, tuple(_sentence(condition) for condition in conditions)
    share, broad = found.follower_share, found.breadth
    bystanders = share.beside.get("bystander_high")
    unsaid = share.beside.get("unsaid_high")
    no_room_for_more = (bystanders is None or bystanders < at.phi_c) and (unsaid is None or unsaid < at.phi_c)
    if (
        _below(share, at.phi_a)
        and _below(broad, at.pi_a)
        and not found.has_circle
        and no_room_for_more
        and "audience" in coverage.licensed
    ):
        return "audience", None, (_too_small(share, at.phi_a), _too_narrow(broad, at.pi_a))
    speaks_for = list(_against_audience(found, at))
    speaks_against = list(_against_community(found, grounds, at))
    stage = found.without_top.value
    dominated = share.value is not None and stage is not None and share.value > at.phi_a > stage
    if (speaks_for and speaks_against) or dominated:
        if dominated:
            speaks_against.append("without the few who receive most, the talk goes to the brand")
        kind = _kind(found, community_but_here=not missed and not here, at=at)
        return "mixed", kind, (*speaks_for, *speaks_against)
    open_questions = [_open_question(condition) for condition in missed]
    if not here:
        open_questions.append(
            "on the brand's own ground the evidence is too thin: more weeks would narrow it"
        )
    if unsaid is not None and _below(share, at.phi_a) and unsaid >= at.phi_c:
        open_questions.append(
            f"{share.beside['unsaid']:,} messages of followers in a chat answer nobody and name nobody: were they for "
            f"other followers, {unsaid:.0%} of the talk would be among followers"
        )
    return "undecided", None, tuple(open_questions)


def _conditions(found: Evidence, at: Thresholds) -> tuple[Condition, ...]:
    share, broad, rate = found.follower_share, found.breadth, found.return_rate
    top, pairs, spread = found.without_top, found.effective_pairs, found.spread
    stays, falls = _without_top(found, at)
    return (
        Condition("follower_share", _above(share, at.phi_c), share.value, at.phi_c, share.low, share.high, share.why),
        Condition("breadth", _above(broad, at.pi_c), broad.value, at.pi_c, broad.low, broad.high, broad.why),
        Condition(
            "return_rate",
            None if rate.p is None else found.lasts,
            rate.value,
            rate.null_mean if rate.null_mean is not None else 0.0,
            why=rate.why,
        ),
        Condition(
            "effective_pairs",
            None if pairs.value is None else pairs.value >= _LEAST_PAIRS,
            pairs.value,
            _LEAST_PAIRS,
            why=pairs.why,
        ),
        Condition("without_top", stays, top.value, at.phi_c, top.low, top.high, falls),
        Condition("spread", None if spread.value is None else spread.value > 0.5, spread.value, 0.5, why=spread.why),
    )  # fmt: skip


def _without_top(found: Evidence, at: Thresholds) -> tuple[bool | None, str | None]:
    """Whether there is no second stage, and what fails where there may be one."""
    top, share, broad = found.without_top, found.follower_share, found.breadth
    rest = top.beside.get("breadth")
    if top.value is None or rest is None:
        return None, top.why or broad.why or "nobody else is a regular"
    if top.value <= at.phi_c:
        when = "anyway" if (share.value or 0) <= at.phi_c else "once the most addressed are left out"
        return False, f"too little of the talk goes to other followers {when}"
    if rest <= at.pi_c:
        when = "anyway" if (broad.value or 0) <= at.pi_c else "once the most addressed are left out"
        return False, f"too few regulars have a regular contact {when}"
    if found.is_carried_by_few:
        return (
            False,
            "without the one in twenty who receive most, fewer than a quarter as many have a regular contact",
        )
    return True, None


def _too_little(found: Evidence) -> Iterator[str]:
    if not found.has_times:
        yield "the export has no times, and a contact is regular only over time"
        return
    regulars = found.breadth.beside.get("regulars") or 0
    if regulars < _LEAST_REGULARS:
        yield f"{regulars} followers talked on two days or more of some four weeks; {_LEAST_REGULARS} are needed"
    if found.acts < _LEAST_ACTS:
        yield f"followers sent {found.acts} messages that count as talk; {_LEAST_ACTS} are needed"


def _against_audience(found: Evidence, at: Thresholds) -> Iterator[str]:
    share, broad = found.follower_share, found.breadth
    if _above(share, at.phi_a):
        yield f"{_ranged(share)} of the talk goes to other followers: more than {at.phi_a:.0%} even at the low end"
    if _above(broad, at.pi_a):
        yield f"{_ranged(broad)} of the regulars have a regular contact: more than {at.pi_a:.0%} even at the low end"
    elif found.has_circle:
        yield "some followers keep in touch with one another longer than chance would make them"


def _against_community(found: Evidence, grounds: Evidence | None, at: Thresholds) -> Iterator[str]:
    share, broad, top, spread = found.follower_share, found.breadth, found.without_top, found.spread
    if _below(share, at.phi_c):
        yield _too_small(share, at.phi_c)
    if _below(broad, at.pi_c):
        yield _too_narrow(broad, at.pi_c)
    if found.return_rate.p is not None and not found.lasts and found.peer_acts >= 100:
        yield "that the same people meet again cannot be told from chance"
    if found.effective_pairs.value is not None and found.effective_pairs.value < _LEAST_PAIRS:
        yield f"the talk is worth that of {found.effective_pairs.value:.1f} equal pairs"
    high = top.beside.get("breadth_high")
    falls = _below(top, at.phi_c) and not _below(share, at.phi_c)
    if falls or (high is not None and high < at.pi_c and not _below(broad, at.pi_c)):
        yield "without the one in a hundred who are addressed most, too little talk among followers is left"
    if found.is_carried_by_few:
        yield "without the one in twenty who receive most, fewer than a quarter as many have a regular contact"
    if spread.value is not None and spread.value <= 0.25 and (spread.beside["ties"] or 0) >= 20:
        yield f"only {_percent(spread.value)} of those with a contact are in a group of four or more"
    if grounds is None:
        return
    if _below(grounds.follower_share, at.phi_a) or _below(grounds.breadth, at.pi_a):
        yield "on the brand's own ground its followers are an audience: they know one another elsewhere"
    elif grounds.return_rate.p is not None and not grounds.lasts and grounds.peer_acts >= 100:
        yield "on the brand's own ground it cannot be told from chance that the same people meet again"


def _too_small(share: Estimate, threshold: float) -> str:
    return f"{_ranged(share)} of the talk goes to other followers: less than {threshold:.0%} even at the high end"


def _too_narrow(broad: Estimate, threshold: float) -> str:
    return f"{_ranged(broad)} of the regulars have a regular contact: less than {threshold:.0%} even at the high end"


def _ranged(estimate: Estimate) -> str:
    """A share with its interval: ``36% (31–41)``."""
    return f"{_percent(estimate.value)} ({100 * (estimate.low or 0):.0f}–{100 * (estimate.high or 0):.0f})"


def _kind(found: Evidence, *, community_but_here: bool, at: Thresholds) -> str:
    share, top = found.follower_share, found.without_top
    passes_share, passes_breadth = _above(share, at.phi_c), _above(found.breadth, at.pi_c)
    if found.effective_pairs.value is not None and found.effective_pairs.value < _LEAST_PAIRS:
        return "a few friends"
    if (top.value is not None and (share.value or 0) > at.phi_c >= top.value) or found.is_carried_by_few:
        return "a second stage"
    if community_but_here:
        return "a community elsewhere"
    if passes_share and not passes_breadth:
        return "a passing crowd"
    if passes_breadth and not passes_share:
        return "a hosted room"
    if not passes_share and not passes_breadth and found.has_circle and found.people_in_circle >= 5:
        return "a circle inside an audience"
    return "in between"


def specifications(study: Study, *, seed: int, evidence: Evidence) -> tuple[Specification, ...]:
    """The verdict under other reasonable ways of counting: one choice changed at a time, at three thresholds.

    Parameters
    ----------
    study
        The study as it was judged.
    seed
        Of the random numbers.
    evidence
        Its measures.

    Returns
    -------
    tuple of Specification
        Choices that change nothing here (no inferred acts, no automation, one ground) are left out.

    Source
    ------
    Simonsohn, Simmons & Nelson (2020), doi:10.1038/s41562-020-0912-z: specification curves.
    """
    coverage = coverage_of(study)
    usual = Thresholds()
    conventions = {
        "usual thresholds": usual,
        "lower thresholds": Thresholds(*(0.8 * value for value in asdict(usual).values())),
        "higher thresholds": Thresholds(*(1.2 * value for value in asdict(usual).values())),
    }
    found = []
    variants = list(_variants(study))
    for name, variant in tqdm(variants, desc="counting otherwise", disable=None, delay=2, leave=False):
        measured = evidence_of(variant, seed=seed)
        grounds = _on_brand_grounds(variant, coverage, seed=seed)
        is_stray = focus(variant) is not None
        for threshold, at in conventions.items():
            label, kind, _because = _rule(measured, coverage=coverage, grounds=grounds, at=at)
            if is_stray:
                label, kind = "not identifiable", None
            found.append(Specification(name, threshold, label, kind))
    return tuple(found)


def _variants(study: Study) -> Iterator[tuple[str, Study]]:
    choices = study.choices
    yield "as reported", study
    changes: list[tuple[str, dict[str, Any]]] = [
        ("a tie needs 1 day", {"tie_days": 1}),
        ("a tie needs 3 days", {"tie_days": 3}),
        ("periods of 14 days", {"tile_days": 14}),
        ("periods of 56 days", {"tile_days": 56}),
        ("without the busiest 1%", {"without": measures.busiest(study, share=0.01)}),
        ("without automated accounts", {"without": automated(study)}),
    ]
    present = measures.kinds_present(study)
    if "reply" in present and len(present & set(choices.kinds)) > 1:
        changes.append(("replies only", {"kinds": ("reply",)}))
    if "mention" in present and len(present & set(choices.kinds)) > 1:
        rest = tuple(kind for kind in choices.kinds if kind != "mention")
        changes.append(("without mentions", {"kinds": rest}))
    if "repost" in present:
        changes.append(("with reposts", {"kinds": (*choices.kinds, "repost")}))
    if "inferred" in present:
        changes.append(("with inferred acts", {"inferred": not choices.inferred}))
    if "in sessions" in present:
        changes.append(("without inferred acts", {"inferred": False}))
    if "elsewhere" in present and present & set(_BRAND_GROUNDS):
        changes.append(("on the brand's grounds only", {"grounds": _BRAND_GROUNDS}))
    for name, change in changes:
        if change != {"without": ()}:
            yield name, study.only(**change)


def _above(estimate: Estimate, threshold: float) -> bool | None:
    return None if estimate.low is None else estimate.low > threshold


def _below(estimate: Estimate, threshold: float) -> bool:
    return estimate.high is not None and estimate.high < threshold


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


_SIGNS = {
    "follower_share": "share of talk among followers",
    "breadth": "share of regulars with a regular contact",
    "return_rate": "share of meetings that are not the first, against chance",
    "effective_pairs": "number of pairs that the talk is worth",
    "without_top": "share of talk among followers without the few who receive most",
    "spread": "share of those with a contact who are in a group of four or more",
}


def _sentence(condition: Condition) -> str:
    shown = "cannot be told" if condition.value is None else _figure(condition, condition.value)
    bounds = "" if condition.low is None else f" ({condition.low:.0%}–{condition.high:.0%})"
    return f"{_SIGNS[condition.name]}: {shown}{bounds}, against {_figure(condition, condition.threshold)}"


def _figure(condition: Condition, value: float) -> str:
    return f"{value:.0f}" if condition.name == "effective_pairs" else f"{value:.1%}"


def _open_question(condition: Condition) -> str:
    cure = {
        "follower_share": "more weeks or more people would narrow it",
        "breadth": "more weeks or more people would narrow it",
        "return_rate": "more days of talk would show it",
        "effective_pairs": "more pairs would have to talk",
        "without_top": "the same without the few who receive most would have to hold",
        "spread": "contacts would have to join into groups of four or more",
    }
    why = f" ({condition.why})" if condition.why else ""
    return f"{_sentence(condition)}{why}: {cure[condition.name]}"
