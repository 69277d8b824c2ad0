"""The answer in the words of a report: why, and sign by sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from communitylab.findings import BRING_TOGETHER, Content, Finding, heard, in_touch, latest_rungs
from communitylab.verdict import LABELS
from communitylab.words import SIGN_NAMES, kinds_of, number, of_hundred, sentence, weeks_of

__all__ = ["answer", "signs"]

_FRAGILE, _DOUBTFUL = 2 / 3, 1 / 2  # shares of the ways of counting that give the same answer
_NUMBERS = ("None", "One", "Two", "Three", "Four", "Five", "All six")

_HEADLINES = {
    "community": "A community: your followers talk with one another.",
    "audience": "An audience: your followers talk with you, and hardly with one another.",
    "a few friends": "Mostly an audience, with a few friends who talk among themselves.",
    "a second stage": "More than one stage: followers gather around you and around a few others.",
    "a community elsewhere": "A community, but one that meets elsewhere rather than with you.",
    "a passing crowd": "A passing crowd: followers talk with one another, but seldom with the same people again.",
    "a hosted room": "A hosted room: followers keep in touch, but most of the talk still goes to you.",
    "a circle inside an audience": "Mostly an audience, with a {small}circle inside it.",
    "in between": "Part audience, part community.",
    "undecided": "Not decided: these data fit more than one answer.",
    "insufficient": "Too little talk in this export to tell.",
    "not identifiable": "This export cannot show whether your followers are an audience or a community.",
}

_NEXT = {
    "community": "Look after what works: see below where they meet, and thank those who bring others in; "
    "private/people.csv names them for you.",
    "audience": BRING_TOGETHER,
    "a few friends": BRING_TOGETHER,
    "a second stage": "Ask the few who are addressed most to introduce people to one another: talk that only moves to "
    "another stage makes no community.",
    "a community elsewhere": "Give them an occasion to meet with you: an hour or a place of your own that is about "
    "them, not about you.",
    "a passing crowd": "Bring the same people together again: a fixed hour each week, or a question back to those who "
    "talked last time.",
    "a hosted room": "Answer later and ask more: leave a question open until another follower has answered it.",
    "a circle inside an audience": "Widen the circle: introduce its members (private/people.csv names them for you) "
    "to those who have met someone already, and give them a fixed hour to meet. Run this report again in eight weeks.",
    "in between": "Look at the six signs below: those that are not there yet say what is missing.",
    "undecided": "Export more weeks, or a place with more people, and run the report again. Until then act on neither "
    "answer.",
    "insufficient": "Export a longer time or a wider search. In made-up worlds a close-knit place showed from about 45 "
    "people on who talk on several days, with 350 to 500 messages; a looser one needed 150 to 200 people and 1,500 "
    "messages or more.",
    "not identifiable": "Get one of the exports named below, and run the report on it.",
}

_MEANS = {
    "community": "They would miss one another, not only you: all six signs below are there.",
    "audience": "They come for you. If you fell silent, little talk would be left.",
    "a few friends": "There is talk among followers, but a handful of pairs do most of it.",
    "a second stage": "Much of what looks like talk among followers goes to a few whom everybody addresses.",
    "a community elsewhere": "They know one another, but not through you: on your own ground they are an audience.",
    "a passing crowd": "There is much talk among followers, but hardly any acquaintance grows out of it.",
    "a hosted room": "People know one another here, and the talk still runs through you.",
    "a circle inside an audience": "Most come for you. Some keep in touch with one another as well, and not by chance.",
    "in between": "Something speaks against a mere audience, and something against a community.",
    "undecided": "Nothing is wrong with the export: there is too little in it to exclude either answer.",
    "insufficient": "With so few people who talk on several days, any answer would be a guess.",
    "not identifiable": "A number computed from it would look like an answer and be none.",
}

_WHY = {
    "audience": "Why this is the answer",
    "mixed": "Why this is the answer",
    "undecided": "What is missing before one can speak of a community",
    "insufficient": "What is missing",
    "not identifiable": "Why not",
}


def answer(content: Content) -> Finding:
    """What the followers are, why, and how sure that is.

    Parameters
    ----------
    content
        What results.json holds.
    """
    verdict, share = content["verdict"], content["measures"]["follower_share"]
    label = verdict["label"]
    exact = []
    if share["value"] is not None:
        exact.append(
            (
                "Talk among followers",
                "follower_share φ = W_FF / (W_FF + W_FB) = "
                f"{content['w_ff']} / ({content['w_ff']} + {content['w_fb']}) = {share['value']:.3f}, 95% interval "
                f"{share['low']:.3f} to {share['high']:.3f} (delete-one jackknives over people and over threads). With "
                f"every post weighing one {number(share['posts'])}, with inferred answers {number(share['inferred'])}.",
            )
        )
    exact.append(("Verdict", _rule_in_words(content)))
    reasons = () if label == "community" else tuple(sentence(reason) for reason in verdict["because"])
    return Finding(
        _headline(content),
        (*_share_sentences(content), *_doubts(content)),
        _MEANS[verdict["kind"] or label],
        title=_WHY.get(label),
        points=reasons,
        next_step=_NEXT[verdict["kind"] or label],
        exact=tuple(exact),
    )


def _headline(content: Content) -> str:
    verdict, rungs = content["verdict"], latest_rungs(content)
    small = "small " if in_touch(rungs) < 0.2 * heard(rungs) else ""
    text = _HEADLINES[verdict["kind"] or verdict["label"]].format(small=small)
    same, ways = verdict["specifications"]["same"], verdict["specifications"]["of"]
    if verdict["label"] in ("community", "audience", "mixed") and same < _DOUBTFUL * ways:
        # People act on the headline alone.
        return f"Perhaps {text[0].lower()}{text[1:]}"
    return text


def _share_sentences(content: Content) -> list[str]:
    share, label = content["measures"]["follower_share"], content["verdict"]["label"]
    if share["value"] is None:
        return []
    if label == "not identifiable":
        if content["coverage"]["class"] != "C_search":
            return []
        return [
            f"At least {of_hundred(share)} of every 100 {kinds_of(content)} go to another follower. More cannot be "
            "known: what followers say to one another without naming you is not in the export."
        ]
    found = [
        f"Of every 100 {kinds_of(content)} that your followers send to one another or to you, {of_hundred(share)} go "
        f"to another follower, {100 - round(100 * share['value'])} to you. The range in brackets is what chance leaves "
        "open (95% interval)."
    ]
    if share.get("bystander_high") is not None and share["bystander_high"] - share["bystander_low"] > 0.05:
        low, high = 100 * share["bystander_low"], 100 * share["bystander_high"]
        found.append(
            "Without a follower list nobody can say whether people who are named but wrote nothing follow you: if none "
            f"did it would be {low:.0f}, if all did {high:.0f}."
        )
    return found


def _doubts(content: Content) -> list[str]:
    verdict, found = content["verdict"], []
    same, ways = verdict["specifications"]["same"], verdict["specifications"]["of"]
    if ways and same >= _FRAGILE * ways:
        found.append(f"{same} of {ways} reasonable ways of counting give the same answer.")
    elif ways:
        others = Counter(
            one["label"] for one in verdict["specifications"]["each"] if one["label"] != verdict["label"]
        )
        most = max(sorted(others), key=lambda label: others[label])
        found.append(
            f"Hold this loosely: {same} of {ways} reasonable ways of counting give this answer, and {others[most]} say "
            f"“{LABELS[most]}”."
        )
    automated = verdict["automated"]
    if automated["accounts"] and automated["label_without"] != verdict["label"]:
        found.append(
            f"Without the {automated['accounts']:,} accounts that look automated the answer would be "
            f"“{LABELS[automated['label_without']]}”."
        )
    if content["short"]:
        found.append(
            f"The export spans {7 * weeks_of(content):.0f} days: little can be regular in so short a time."
        )
    return found


def _rule_in_words(content: Content) -> str:
    verdict, at = content["verdict"], content["verdict"]["thresholds"]
    kind = f", kind “{verdict['kind']}”" if verdict["kind"] else ""
    return (
        f"“{verdict['label']}”{kind}. The thresholds are conventions, chosen on made-up worlds and a few real exports: "
        f"talk among followers {at['phi_a']:g} and {at['phi_c']:g}, regular contact {at['pi_a']:g} and {at['pi_c']:g}. "
        f"Coverage class {content['coverage']['class']}: {content['coverage']['why']}."
    )


class _Sign(NamedTuple):
    """A sign where it is there, where it surely is not, where that is open, and what would bring it about."""

    there: str
    lacking: str
    open: str
    step: str


_SIGNS = {
    "follower_share": _Sign(
        "surely more than half of the talk goes to other followers",
        "surely less than half of the talk goes to other followers",
        "that more than half of the talk goes to other followers is not sure",
        "Leave a question open until another follower has answered it, and name who might know.",
    ),
    "breadth": _Sign(
        "surely more than one regular in five has a regular contact",
        "surely less than one regular in five has a regular contact",
        "that more than one regular in five has a regular contact is not sure",
        "Bring the same people together again, at a fixed hour or in a named group.",
    ),
    "return_rate": _Sign(
        "the same people meet again more often than chance would have them",
        "the same people do not meet again more often than chance would have them",
        "whether the same people meet again cannot be told",
        "Bring those who talked last time together again, at a fixed hour.",
    ),
    "effective_pairs": _Sign(
        "the talk is spread over many pairs",
        "a few pairs do most of the talking",
        "how many pairs talk cannot be told",
        "Draw more people in: ask those who have not spoken yet.",
    ),
    "without_top": _Sign(
        "it holds without the few who are addressed most",
        "without the few who are addressed most too little is left",
        "whether it holds without the few who are addressed most cannot be told",
        "Introduce people to one another rather than to the few whom everybody addresses.",
    ),
    "spread": _Sign(
        "most people with a contact are part of a group of four or more",
        "most people with a contact are in couples and threes",
        "there are no contacts to look at",
        "Bring couples together in one conversation.",
    ),
}


def signs(content: Content) -> Finding:
    """How many of the six signs of a community are there.

    Parameters
    ----------
    content
        What results.json holds.
    """
    conditions = content["verdict"]["conditions"]
    missing = [one["name"] for one in conditions if not one["passed"]]
    met = len(conditions) - len(missing)
    verb = "is" if met == 1 else "are"
    of_six = " of six" if missing else ""
    return Finding(
        f"{_NUMBERS[met]}{of_six} signs of a community {verb} there.",
        means="All six have to hold before one can speak of a community: each alone can come about by chance, or by a "
        "few people.",
        title="Sign by sign",
        points=tuple(_sign(one) for one in conditions),
        next_step=f"For what is missing first: {_SIGNS[missing[0]].step[0].lower()}{_SIGNS[missing[0]].step[1:]}"
        if missing
        else "Watch the sign that stands nearest to its mark: it is the first that may go.",
        exact=tuple((SIGN_NAMES[one["name"]], _exact_sign(one)) for one in conditions),
    )


def _sign(one: Mapping[str, Any]) -> str:
    sign, name = _SIGNS[one["name"]], SIGN_NAMES[one["name"]]
    if one["passed"]:
        return f"{name}: there. {sentence(sign.there)}"
    if one["passed"] is None or one["value"] is None:
        return f"{name}: cannot tell. {sentence(one['why'] or sign.open)}"
    is_open = one["high"] is not None and one["high"] >= one["threshold"]
    return f"{name}: not yet. {sentence(sign.open if is_open else sign.lacking)}"


def _exact_sign(one: Mapping[str, Any]) -> str:
    if one["value"] is None:
        return f"{one['name']}: undefined ({one['why'] or 'no data'})"
    bounds = "" if one["low"] is None else f" ({one['low']:.3f} to {one['high']:.3f}; the lower bound counts)"
    asked = "chance gives" if one["name"] == "return_rate" else "asked"
    return f"{one['name']} = {one['value']:.3f}{bounds}, {asked} {one['threshold']:.3f}"
