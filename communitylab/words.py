"""The results in words: phrases, the answer for a terminal, and the methods section of a paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from communitylab.roles import RUNGS
from communitylab.verdict import LABELS

__all__ = [
    "SIGN_NAMES",
    "date_of",
    "hours",
    "kinds_of",
    "methods_text",
    "number",
    "of_hundred",
    "sentence",
    "span_of",
    "summary",
    "times",
    "weeks_of",
]


def summary(content: Mapping[str, Any]) -> str:
    """The answer as one reads it in a terminal: the sentence, the six signs, what cannot be seen.

    Parameters
    ----------
    content
        What results.json holds.
    """
    verdict, share = content["verdict"], content["measures"]["follower_share"]
    lines = [_headline(content)]
    if share["value"] is not None and verdict["label"] != "not identifiable":
        low, high = share.get("low"), share.get("high")
        lines.append(
            f"Of every 100 replies, mentions and quotes that followers send, {100 * share['value']:.0f} "
            f"({100 * low:.0f}–{100 * high:.0f}) go to another follower, the rest to the brand."
        )
    lines += ["", *(f"  · {reason}" for reason in verdict["because"])]
    if verdict["conditions"]:
        met = sum(condition["passed"] is True for condition in verdict["conditions"])
        lines += ["", f"{met} of {len(verdict['conditions'])} signs of a community:"]
        lines += [_sign(condition) for condition in verdict["conditions"]]
    rungs = content["roles"]
    lines += [
        "",
        "The followers: " + ", ".join(f"{RUNGS[rung].lower()} {count}" for rung, count in rungs.items()),
    ]
    lines += ["", *_limits(content)]
    return "\n".join(lines)


def _headline(content: Mapping[str, Any]) -> str:
    verdict, name = content["verdict"], content["brand"]["name"]
    if verdict["label"] == "not identifiable":
        return f"{name}: this export cannot show whether the followers are an audience or a community."
    kind = f" ({verdict['kind']})" if verdict["kind"] else ""
    specifications = verdict["specifications"]
    same = f" The wording survives {specifications['same']} of {specifications['of']} reasonable ways of counting."
    return f"{name}'s followers: {LABELS[verdict['label']]}{kind}.{same if specifications['of'] else ''}"


SIGN_NAMES = {
    "follower_share": "Talk among followers",
    "breadth": "Has a regular contact",
    "return_rate": "Contacts that last (against chance)",
    "effective_pairs": "Not just a few pairs",
    "without_top": "No second stage",
    "spread": "Not just couples",
}
"""The six signs of a community, as people are told them."""


def _sign(condition: Mapping[str, Any]) -> str:
    mark = {True: "✓", False: "not yet", None: "cannot tell"}[condition["passed"]]
    digits = 0 if condition["name"] == "effective_pairs" else 3
    value = "–" if condition["value"] is None else f"{condition['value']:.{digits}f}"
    if condition["low"] is not None:
        value += f" ({condition['low']:.3f}–{condition['high']:.3f})"
    return f"  {SIGN_NAMES[condition['name']]:<36} {value:<22} asked: {condition['threshold']:.{digits}f}   {mark}"


def _limits(content: Mapping[str, Any]) -> list[str]:
    ledger, coverage = content["ledger"], content["coverage"]
    lines = [
        f"What this export shows (class {coverage['class']}): {coverage['why']}.",
        f"Read: {ledger['posts']} posts of {ledger['records']} records in {len(ledger['files'])} files; "
        f"{ledger['skipped']} skipped.",
    ]
    if content["short"]:
        lines.append("The span is shorter than two weeks: little can be regular in it.")
    rival = content["measures"]["reach"].get("rival")
    if rival is not None and 1 < rival <= 2:
        lines.append(f"One follower is addressed by {rival:.1f} times as many people as the brand.")
    share = content["measures"]["follower_share"]
    if share.get("bystander_high") is not None:
        lines.append(
            f"Without a follower list: between {share['bystander_low']:.2f} and {share['bystander_high']:.2f} of the "
            "talk is among followers, depending on whether those who are only named are followers."
        )
    if content["brand"]["accounts"] > 1:
        alone = "" if content["verdict"]["accounts"] else " None of them alone has 30 regulars."
        lines.append(
            f"All figures are pooled over the {content['brand']['accounts']} accounts named as the brand.{alone}"
        )
    if content["verdict"]["accounts"]:
        lines.append("Each of the brand's accounts alone:")
        lines += [
            f"  {one['account']}: {LABELS[one['label']]} (talk among followers {one['follower_share']:.2f}, "
            f"{one['regulars']} regulars)"
            for one in content["verdict"]["accounts"]
        ]
    return lines


def methods_text(content: Mapping[str, Any]) -> str:
    """A paragraph for a paper: what was counted, how, with every number of the run.

    Parameters
    ----------
    content
        What results.json holds.
    """
    measures, verdict, thresholds = content["measures"], content["verdict"], content["verdict"]["thresholds"]
    acts, ledger, versions = content["acts"], content["ledger"], content["versions"]
    span = (
        f"from {content['span'][0][:10]} to {content['span'][1][:10]}" if content["span"] else "without times"
    )
    text = [
        f"We studied {ledger['posts']} posts ({ledger['records']} records read, {ledger['skipped']} skipped with "
        f"reasons) {span}, coverage class {content['coverage']['class']}, by {content['active_followers']} of "
        f"{content['followers']} followers of {content['brand']['name']} ({content['brand']['accounts']} accounts "
        f"counted as the brand). They held {acts['reply']} replies, {acts['mention']} mentions (of which "
        f"{acts['carried']} carried over to the head of a reply by the platform and left out), {acts['quote']} quotes "
        f"and {acts['repost']} reposts. Replies, typed mentions and quotes count as talk, self-replies do not.",
        f"Of the talk of followers, {content['w_ff']} acts went to followers and {content['w_fb']} to the brand; "
        f"{acts['outside']} went to others and count in no share.",
    ]
    share = measures["follower_share"]
    if share["value"] is not None:
        text.append(
            f"The follower share was {share['value']:.3f} (95 % interval {share['low']:.3f} to {share['high']:.3f}, "
            "the wider of two delete-one jackknives on the logit scale, over actors and over threads)."
        )
    broad = measures["breadth"]
    if broad["value"] is not None:
        text.append(
            "Within rolling tiles of four weeks that begin on Mondays, a regular is a follower with talk on two days, "
            "and a tie a pair of followers with two acts on two days at least twelve hours apart. Of the regulars, "
            f"{broad['value']:.3f} ({broad['low']:.3f} to {broad['high']:.3f}, Wilson's interval clustered by person) "
            f"had a mutual tie; {content['ties']} pairs were ties, {content['mutual_ties']} of them mutual."
        )
    rate = measures["return_rate"]
    if rate.get("p") is not None:
        text.append(
            f"The return rate was {rate['value']:.3f} against {rate['null_mean']:.3f} when receivers are permuted "
            f"within days (199 replicates, p = {rate['p']:.3f})."
        )
    specifications = verdict["specifications"]
    text.append(
        f"The verdict was “{verdict['label']}”{' (' + verdict['kind'] + ')' if verdict['kind'] else ''}. Its "
        f"thresholds are conventions: follower share {thresholds['phi_a']} and {thresholds['phi_c']}, breadth "
        f"{thresholds['pi_a']} and {thresholds['pi_c']}. It held in {specifications['same']} of "
        f"{specifications['of']} specifications. Feelings of belonging were not measured."
    )
    text.append(
        f"Computed with communitylab {versions['communitylab']} (DuckDB {versions['duckdb']}, NetworkX "
        f"{versions['networkx']}), seed {content['seed']}, days in {content['tz']}."
    )
    return "# Methods\n\n" + " ".join(text) + "\n"


def of_hundred(found: Mapping[str, Any]) -> str:
    """A share as whole hundredths, with its interval where it has one: ``34 (29–40)``.

    Parameters
    ----------
    found
        One of the measures of results.json.
    """
    value = f"{100 * found['value']:.0f}"
    if found.get("low") is None:
        return value
    return f"{value} ({100 * found['low']:.0f}–{100 * found['high']:.0f})"


def number(value: float | None) -> str:
    """A figure with three digits, or that there is none.

    Parameters
    ----------
    value
        Null where it is undefined.
    """
    return "undefined" if value is None else f"{value:.3f}"


def times(count: int) -> str:
    """How often: ``never``, ``once``, ``1,551 times``.

    Parameters
    ----------
    count
        How many.
    """
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count:,} times")


def hours(n: float) -> str:
    """A length of time in the unit that one would say.

    Parameters
    ----------
    n
        Hours.
    """
    if n < 1.5:
        return f"{60 * n:.0f} minutes"
    return f"{n:.0f} hours" if n < 48 else f"{n / 24:.0f} days"


def kinds_of(content: Mapping[str, Any]) -> str:
    """The kinds of act that count as talk: ``replies, mentions and quotes``.

    Parameters
    ----------
    content
        What results.json holds.
    """
    named = {"reply": "replies"}
    words = [named.get(kind, f"{kind}s") for kind in content["kinds"]]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def sentence(text: str) -> str:
    """A text with a capital at its head and a full stop at its end.

    Parameters
    ----------
    text
        Any text.
    """
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def date_of(moment: str) -> str:
    """A day as one writes it: ``3 August 2025``.

    Parameters
    ----------
    moment
        An ISO day or moment.
    """
    day = date.fromisoformat(moment[:10])
    return f"{day.day} {day:%B %Y}"


def span_of(content: Mapping[str, Any]) -> str:
    """The days studied: ``6 January 2025 to 3 August 2025``.

    Parameters
    ----------
    content
        What results.json holds, of an export with times.
    """
    first, last = content["span"]
    return f"{date_of(first)} to {date_of(last)}"


def weeks_of(content: Mapping[str, Any]) -> float:
    """How many weeks were studied, 0 where there are no times.

    Parameters
    ----------
    content
        What results.json holds.
    """
    if content["span"] is None:
        return 0.0
    first, last = map(datetime.fromisoformat, content["span"])
    return (last - first).total_seconds() / (7 * 86_400)
