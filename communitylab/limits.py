"""What an export shows and what it cannot: how sure the answer is, what was left out, what would tell more."""

from __future__ import annotations

from collections import Counter

from communitylab.certainty_findings import held_in_planted_worlds, planted_worlds_exactly
from communitylab.exports import Format, formats
from communitylab.findings import Content, Finding
from communitylab.phrases import (
    PLACE_NAMES,
    answered,
    counted,
    flat_answers,
    of_few,
    owns_a_place,
    percent,
    sentence,
    span_of,
    times,
)
from communitylab.tables import WITHOUT_REPLIES
from communitylab.verdict import LABELS
from communitylab.words import methods_text

__all__ = ["certainty", "method", "other_exports", "own_side"]

_NAMELESS = (
    "Left out are names but the brand's, the texts of posts, and the names of files; words of posts stand here only where "
    "five people or more used them. That hides less than it seems. Whoever knows the public posts can match numbers, "
    "times and the shape of the network back to people, and who is in a group of five insiders can guess. Keep the page, "
    "and the files beside it, within your organisation."
)
_NAMING = (
    "This page names people, because it was asked to. Left out are the texts of posts and the names of files; words of "
    "posts stand here only where five people or more used them. Whoever has the page knows who talks with whom: "
    "send it only to those who may know. A report without --names names nobody but the brand."
)
_HELD_BACK = "Whatever is in the folder private/ beside this page names people; send none of it on."


def certainty(content: Content) -> Finding:
    """How far the ranges can be trusted, how much hangs on the way of counting, and what was left out.

    Parameters
    ----------
    content
        What results.json holds.
    """
    specifications = content["verdict"]["specifications"]
    same, ways = specifications["same"], specifications["of"]
    headline = "What was read, and what was left out."
    means = "What is not in it, no way of counting brings back."
    if content["verdict"]["label"] == "not identifiable":
        what = "what it does not say" if content["verdict"].get("inferred") else "who speaks in it"
        means = f"The reason lies in {what}, not in how much of it there is."
    if ways and content["verdict"]["label"] in ("community", "audience", "mixed", "undecided"):
        headline = f"How sure? The wording survives {same} of {ways} reasonable ways of counting."
        means = (
            "Each row counts in one other way that a reasonable person might have chosen, each column asks for less or "
            "for more. Where another word stands, the answer hangs on that choice."
        ) + _hangs_on(content)
    return Finding(
        headline,
        held_in_planted_worlds(content),
        means,
        title="In this export",
        points=(*_read(content), *_left_out(content), *_accounts(content)),
        next_step="If something here surprises you, look into it before you act on the answer.",
        exact=planted_worlds_exactly(content),
    )


def _hangs_on(content: Content) -> str:
    """The choices that alone, at the usual thresholds, change the answer."""
    verdict = content["verdict"]
    others = [
        f"{one['choice']} (“{answered(one['label'], one['kind'])}”)"
        for one in verdict["specifications"]["each"]
        if one["thresholds"] == "usual thresholds"
        and (one["label"], one["kind"]) != (verdict["label"], verdict["kind"])
    ]
    return f" At the usual thresholds it changes with: {'; '.join(others)}." if others else ""


def _read(content: Content) -> list[str]:
    ledger, coverage = content["ledger"], content["coverage"]
    read = sum(file["read"] for file in ledger["files"])
    refused = len(ledger["files"]) - read
    reach = content["measures"]["reach"]["value"]
    skipped: Counter[str] = Counter()
    for file in ledger["files"]:
        skipped.update(file["skipped"])
    return [
        f"The export, class {coverage['class']}: {coverage['why']}.",
        f"Read: {counted(ledger['posts'], 'post')} of {counted(ledger['records'], 'record')} in "
        f"{counted(read, 'file')}.",
        *([f"Not readable: {counted(refused, 'file')}."] if refused else []),
        *(
            [
                f"Of the followers who talk, {percent(reach)} address you at least once{of_few(content['talkers'], 'follower')}."
            ]
            if reach is not None
            else []
        ),
        *(f"Skipped, {reason}: {count:,}." for reason, count in sorted(skipped.items())),
    ]


def _left_out(content: Content) -> list[str]:
    acts, found = content["acts"], []
    if acts["outside"]:
        whom = (
            "who are no followers"
            if content["has_follower_list"]
            else "who are only named and may follow you"
        )
        found.append(f"Messages to people {whom}, in no share: {acts['outside']:,}.")
    if acts["carried"]:
        found.append(f"Names that the platform put at the head of a reply, in no share: {acts['carried']:,}.")
    if flat := flat_answers(content):
        found.append(f"Answers to nobody in particular, in no share: {flat:,}.")
    automated = content["verdict"]["automated"]
    if automated["accounts"]:
        found.append(
            f"Accounts that look automated, and were counted: {automated['accounts']:,}. Without them the answer is "
            f"“{LABELS[automated['label_without']]}”."
        )
    rival = content["measures"]["reach"].get("rival")
    if rival is not None and 1 < rival <= 2 and not owns_a_place(content):
        found.append(f"One follower is addressed by {rival:.1f} times as many people as you are.")
    return [*found, "Not measured: feelings of belonging, private messages, people who only read."]


def _accounts(content: Content) -> list[str]:
    if content["brand"]["accounts"] < 2:
        return []
    return [
        f"All figures are pooled over the {counted(content['brand']['accounts'], 'account')} named as the brand.",
        *(
            f"{sentence(one['account']).removesuffix('.')} alone: {LABELS[one['label']]} (talk among followers "
            f"{100 * one['follower_share']:.0f} of 100, {one['regulars']} regulars)."
            for one in content["verdict"]["accounts"]
        ),
    ]


def own_side(content: Content) -> Finding:
    """What an export shows that cannot answer the question.

    Parameters
    ----------
    content
        What results.json holds.
    """
    acts, ledger = content["acts"], content["ledger"]
    if not ledger["posts"]:
        return Finding(
            "It holds no posts.",
            (f"{ledger['records']:,} records were read; none of them is a post.",),
            "Where nobody speaks, nobody can be seen talking with anybody.",
            next_step="Keep the file for what it counts, and see below for the export that would tell.",
        )
    is_own = content["coverage"]["class"] == "C"
    when = f" from {span_of(content)}" if content["span"] else ""
    said = (
        f"In them {'you' if is_own else 'all accounts together'} answered {times(acts['reply'])}, named somebody "
        f"{times(acts['mention'] - acts['carried'])}, quoted {times(acts['quote'])} and reposted "
        f"{times(acts['repost'])}."
    )
    if content["verdict"].get("inferred"):
        named = acts["mention"] - acts["carried"]
        who = f"somebody was named {times(named)}" if named else "nobody was named"
        said = f"Whom they answer cannot be seen; {who}."
    talk = acts["reply"] + acts["mention"] - acts["carried"] + acts["quote"]
    return Finding(
        f"What it does show: {'your' if is_own else 'its'} {content['posts_studied']:,} posts{when}.",
        (said,),
        f"For each post you addressed somebody {talk / max(content['posts_studied'], 1):.1f} times. That is one side of a conversation: "
        "whether the others talk with one another cannot be seen from it."
        if is_own
        else "People speak in it, but not in a way that shows what your followers are to one another.",
        next_step="Use it for what you said yourself: whom you answer, how often, and whom you never do."
        if is_own
        else "Look at who is in it before you choose the next export: “communitylab check EXPORT” lists them.",
    )


def other_exports(content: Content) -> Finding:
    """Which exports would answer the question, and how to get them.

    Parameters
    ----------
    content
        What results.json holds.
    """
    anywhere = "an export of the place where your account is what people talk about"
    places = {place["platform"] for place in content["places"]}
    if content["verdict"].get("inferred") and places & set(WITHOUT_REPLIES):
        anywhere = (
            "an export of a place in which answers can be seen, such as a forum, a server on Discord or a group on "
            "Telegram; what people answer in a WhatsApp group, WhatsApp does not export"
        )
    wanted = {
        "C": "an export in which the others speak as well: everything written under a hashtag that your people use or in "
        "a place where they meet, whoever wrote it, with all answers; or everything that your followers wrote, one by one "
        "(then with --coverage B)",
        "C_search": "an export that also holds what followers say without naming you: whole conversations, a hashtag "
        "they use, or the timelines of your followers",
        "D": "an export of posts with their authors, not of counts",
    }.get(content["coverage"]["class"], anywhere)
    return Finding(
        "Which export would tell.",
        (f"You need {wanted}.",),
        "The question is what followers say to one another, so that has to be in the file. A search for your name alone will "
        "not do: it finds what they say to you and about you.",
        title="It can have any of these forms"
        + (" (with a query that does not name you)" if content["coverage"]["class"] == "C_search" else ""),
        points=_telling(content),
        next_step="Run “communitylab check EXPORT” first: it says what an export can show.",
    )


def _telling(content: Content) -> tuple[str, ...]:
    """Exports of the same places in which others speak and which can still be made, then what else may do."""
    here = {place["platform"] for place in content["places"]}
    can_tell = [
        one
        for one in formats()
        if one.coverage in ("A", "B") and not one.is_gone and not set(one.platforms) & set(WITHOUT_REPLIES)
    ]
    of_here = [one for one in can_tell if here & set(one.platforms)]
    elsewhere = sorted({PLACE_NAMES[one.platforms[0]] for one in can_tell if one.platforms} - _names(of_here))
    said = [f"{one.title.partition(':')[0]}. {one.how}" for one in of_here]
    said.append(
        f"{'Or of' if said else 'Of'} another place of yours: {', '.join(elsewhere)}. “communitylab formats” says how to get each."
    )
    return tuple(one.replace("`", "") for one in said)


def _names(known: list[Format]) -> set[str]:
    return {PLACE_NAMES[one.platforms[0]] for one in known}


def method(content: Content, *, names: bool = False) -> Finding:
    """How everything was computed, and how to cite it.

    Parameters
    ----------
    content
        What results.json holds.
    names
        Whether the report names people.
    """
    versions = content["versions"]
    return Finding(
        "What this page hides and what it does not; method, how to cite",
        (_NAMING if names else _NAMELESS, _HELD_BACK),
        exact=(
            ("Method", methods_text(content).removeprefix("# Methods").strip()),
            ("Versions", ", ".join(f"{name} {version}" for name, version in versions.items())),
            (
                "Cite",
                f"The communitylab authors. communitylab {versions['communitylab']}: are a brand's followers an "
                "audience or a community? Software, MIT licence.",
            ),
        ),
    )
