"""The answer in the words of a report: why, and sign by sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from communitylab.findings import Content, Finding, heard, in_touch, latest_rungs
from communitylab.phrases import (
    SIGN_NAMES,
    answered,
    counted,
    days_of,
    flat_answers,
    in_words,
    kinds_of,
    number,
    of_few,
    of_hundred,
    owns_a_place,
    percent,
    place_named,
    sentence,
    standing,
)
from communitylab.sentences import HEADLINES, MEANS, NEXT, SIGNS, WHY
from communitylab.verdict import LABELS

__all__ = ["answer", "doubts", "hangs_on_flat_answers", "is_doubtful", "signs"]

_ANSWERS = ("community", "audience", "mixed", "undecided")
_FRAGILE, _DOUBTFUL = 2 / 3, 1 / 2  # shares of the ways of counting that give the same answer
_ENOUGH_TO_DENY = 100  # messages among followers
_ADDRESSED_BY_MOST, _LITTLE_REACH = 1 / 2, 1 / 4  # shares of the talkers who address the brand
_OTHERWISE = 0.02  # by which the flat answers must change the share to be told


def answer(content: Content) -> Finding:
    """What the followers are, why, and how sure that is.

    Parameters
    ----------
    content
        What results.json holds.
    """
    verdict, share = content["verdict"], content["measures"]["follower_share"]
    label, case = verdict["label"], _case(content)
    exact = []
    if share["value"] is not None and label != "not identifiable":
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
        _headline(content, case),
        (*_who_you_are(content), *_places_apart(content), *_share_sentences(content), *doubts(content)),
        MEANS[case],
        title=WHY.get(label),
        points=reasons,
        next_step=_next_step(content, case),
        exact=tuple(exact),
    )


def _case(content: Content) -> str:
    """Which of the answers is told: the kind of a mixed verdict, what an open one excludes, or the label."""
    verdict, measures = content["verdict"], content["measures"]
    if verdict["label"] == "insufficient" and content["span"] is None:
        return "no times"
    if verdict["label"] == "not identifiable" and content["coverage"]["class"] == "C_search":
        return "floor"
    if verdict["label"] == "undecided":
        at, share, broad = verdict["thresholds"], measures["follower_share"], measures["breadth"]
        if share["low"] > at["phi_a"] or broad["low"] > at["pi_a"]:
            return "no audience"
        if share["high"] < at["phi_c"] or broad["high"] < at["pi_c"]:
            return "no community"
    return verdict["kind"] or verdict["label"]


def _headline(content: Content, case: str) -> str:
    verdict, rungs = content["verdict"], latest_rungs(content)
    small = "small " if in_touch(rungs) < 0.2 * heard(rungs) else ""
    text = HEADLINES[case if case in HEADLINES else verdict["label"]].format(small=small)
    # People act on the headline alone.
    return f"Perhaps {text[0].lower()}{text[1:]}" if is_doubtful(content) else text


def is_doubtful(content: Content) -> bool:
    """Whether an answer is so little sure that it is told with a "perhaps".

    Parameters
    ----------
    content
        What results.json holds.
    """
    verdict = content["verdict"]
    same, ways = verdict["specifications"]["same"], verdict["specifications"]["of"]
    is_told = verdict["label"] in ("community", "audience", "mixed")
    is_inferred = verdict.get("inferred", 0.0) > 1 / 2
    return is_told and (same < _DOUBTFUL * ways or _reach(content) < _LITTLE_REACH or is_inferred)


def _reach(content: Content) -> float:
    """Share of the talkers who address the brand; in a place of its own few do by nature, which says nothing."""
    return 1.0 if owns_a_place(content) else content["measures"]["reach"]["value"] or 0.0


def _next_step(content: Content, case: str) -> str:
    label = content["verdict"]["label"]
    missing = [one["name"] for one in content["verdict"]["conditions"] if not one["passed"]]
    # Where everything is there but on the brand's own ground, no sign is missing.
    if case == "no audience" and missing:
        return f"{SIGNS[missing[0]].step} More weeks or more people in the export may settle it too."
    return NEXT[case if case in NEXT else label]


def _who_you_are(content: Content) -> list[str]:
    """That “you” are several accounts, and whether the export is about you."""
    accounts, reach = content["brand"]["accounts"], _reach(content)
    found = []
    if accounts > 1:
        alone = (
            "" if content["verdict"]["accounts"] else " None of them alone has enough regulars for an answer."
        )
        found.append(f"“You” are the {accounts} accounts named as the brand, taken together.{alone}")
    if (
        content["talkers"]
        and reach < _ADDRESSED_BY_MOST
        and content["verdict"]["label"] != "not identifiable"
    ):
        found.append(
            f"Only {percent(reach)} of the followers who talk in this export{of_few(content['talkers'], 'follower')} ever "
            "address you. It may be about something "
            "else, or about others as well who speak for you (name them with --brand)."
        )
    return found


def _places_apart(content: Content) -> list[str]:
    """That several places would each get another answer."""
    found = content.get("by_platform", {})
    told = {
        place["platform"]: (place_named(place), found[place["platform"]])
        for place in content["places"]
        if found.get(place["platform"], {}).get("label") in _ANSWERS
    }
    if len({one["label"] for _name, one in told.values()}) < 2:
        return []
    each = "; ".join(f"{name}: {answered(one['label'], one['kind'])}" for name, one in told.values())
    return [f"Your places differ, so read them one by one: {each}. What follows is of all of them together."]


def hangs_on_flat_answers(content: Content) -> bool:
    """Whether most answers address nobody in particular, and the share of talk hangs on how they count.

    Parameters
    ----------
    content
        What results.json holds.
    """
    share = content["measures"]["follower_share"]
    if share["value"] is None or flat_answers(content) <= content["w_ff"] + content["w_fb"]:
        return False
    return abs(share["inferred"] - share["value"]) >= _OTHERWISE


def _share_sentences(content: Content) -> list[str]:
    share, label = content["measures"]["follower_share"], content["verdict"]["label"]
    if share["value"] is None:
        return []
    if label == "not identifiable":
        if content["coverage"]["class"] != "C_search":
            return []
        return [
            f"Probably no fewer than {100 * share['low']:.0f} of every 100 {kinds_of(content)}{of_few(content['talkers'], 'follower')} go to another follower "
            f"({100 * share['value']:.0f} in this export)."
        ]
    if hangs_on_flat_answers(content):
        inferred, counted_so = flat_answers(content), content["w_ff"] + content["w_fb"]
        return [
            f"Most answers here ({inferred:,}) stand below a post and name nobody. If each goes to whoever posted, "
            f"{100 * share['inferred']:.0f} of every 100 messages go to another follower. Of the {counted_so:,} that do name "
            f"a person or a post, {of_hundred(share)} do{of_few(content['talkers'], 'follower')}: these alone are in the figures below."
        ]
    found = [
        f"Of every 100 {kinds_of(content)} that your followers send to one another or to you, {of_hundred(share)} go "
        f"to another follower, {100 - round(100 * share['value'])} to you{of_few(content['talkers'], 'follower')}. The range in brackets is what chance leaves "
        "open (95% interval)."
    ]
    if flat_answers(content) and abs(share["inferred"] - share["value"]) >= _OTHERWISE:
        found.append(
            f"{counted(flat_answers(content), 'answer')} in a thread answer nobody in particular and are in no figure "
            f"here. Counted as answers to whoever began the thread, they make it {100 * share['inferred']:.0f} of 100."
        )
    if unsaid := share.get("unsaid", 0):
        found.append(
            f"{counted(unsaid, 'message')} of your followers in a chat {'answers' if unsaid == 1 else 'answer'} nobody and "
            f"{'names' if unsaid == 1 else 'name'} nobody: in no figure here, though in a chat many a message answers the "
            f"one before without saying so. If all were for other followers, {100 * share['unsaid_high']:.0f} of 100 would go "
            "to a follower."
        )
    if share.get("bystander_high") is not None and share["bystander_high"] - share["bystander_low"] > 0.05:
        low, high = 100 * share["bystander_low"], 100 * share["bystander_high"]
        found.append(
            f"Counting also what they send to people who are only named, between {low:.0f} and {high:.0f} of 100 go to a "
            "follower, depending on how many of those follow you. A follower list would tell (--followers)."
        )
    return found


def doubts(content: Content) -> list[str]:
    """What speaks for and against an answer, each in a sentence.

    Parameters
    ----------
    content
        What results.json holds.
    """
    verdict, found = content["verdict"], []
    share = content["measures"]["follower_share"]
    inferred = verdict.get("inferred", 0.0)
    if inferred and share.get("inferred_low") is not None:
        low, high = (round(100 * share[f"inferred_{bound}"]) for bound in ("low", "high"))
        who = f"{percent(inferred)} of these messages do not say what they answer"
        who = who if inferred < 1 else "No message here says what it answers"
        whom = (
            f"depending on whom they are for, those that begin an exchange too, between {low} and {high}"
            if low < high
            else f"whomever they answer, {low}"
        )
        found.append(
            f"{who}: each is taken to go to whoever began the exchange, the first to write after an hour of silence; "
            f"{whom} of every 100 go to another follower."
        )
    same, ways = verdict["specifications"]["same"], verdict["specifications"]["of"]
    if verdict["label"] in _ANSWERS and same >= _FRAGILE * ways > 0:
        found.append(f"{same} of {ways} reasonable ways of counting give the same answer.")
    elif verdict["label"] in _ANSWERS and ways:
        others = Counter(
            answered(one["label"], one["kind"])
            for one in verdict["specifications"]["each"]
            if (one["label"], one["kind"]) != (verdict["label"], verdict["kind"])
        )
        ranked = sorted(others.items(), key=lambda item: (-item[1], item[0]))
        rest = "; ".join(f"“{said}” {count}" for said, count in ranked)
        found.append(
            f"Hold this loosely: only {same} of {ways} reasonable ways of counting give this answer. The others: {rest}."
        )
    automated = verdict["automated"]
    if automated["accounts"] and automated["label_without"] != verdict["label"]:
        found.append(
            f"Without the {counted(automated['accounts'], 'account')} that look automated the answer would be "
            f"“{LABELS[automated['label_without']]}”."
        )
    if content["short"]:
        found.append(
            f"The export spans {counted(days_of(content), 'day')}: little can be regular in so short a time."
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
        f"{in_words(met) if missing else 'All six'}{of_six} signs of a community {verb} there.",
        means="All six have to hold before one can speak of a community: each alone can come about by chance, or by a "
        "few people.",
        title="Sign by sign",
        points=tuple(_sign(one, peer_acts=content["w_ff"]) for one in conditions),
        next_step=f"For what is missing first: {SIGNS[missing[0]].step[0].lower()}{SIGNS[missing[0]].step[1:]}"
        if missing
        else f"Watch the sign that stands nearest to its mark, “{SIGN_NAMES[_nearest(conditions)]}”: it is the first "
        "that may go.",
        exact=(*((SIGN_NAMES[one["name"]], _exact_sign(one)) for one in conditions), _exact_rest(content)),
    )


def _sign(one: Mapping[str, Any], *, peer_acts: int) -> str:
    sign, name = SIGNS[one["name"]], SIGN_NAMES[one["name"]]
    word = standing(one)
    if word == "there":
        return f"{name}: there. {sentence(sign.there)}"
    if one["why"]:
        return f"{name}: {word}. {sentence(one['why'])}"
    # That few messages show no return is no sign that there is none.
    has_enough = one["name"] == "return_rate" and peer_acts >= _ENOUGH_TO_DENY
    is_open = word != "not yet" and not has_enough
    return f"{name}: {word}. {sentence(sign.open if is_open else sign.lacking)}"


def _nearest(conditions: Sequence[Mapping[str, Any]]) -> str:
    """The sign that is least above its mark, as a multiple of it."""
    counted = {"follower_share": "low", "breadth": "low"}
    return min(
        conditions, key=lambda one: one[counted.get(one["name"], "value")] / max(one["threshold"], 1e-9)
    )["name"]


def _exact_sign(one: Mapping[str, Any]) -> str:
    if one["value"] is None:
        return f"{one['name']}: undefined ({one['why'] or 'no data'})"
    counts = "; the lower bound counts" if one["name"] in ("follower_share", "breadth") else ""
    bounds = "" if one["low"] is None else f" ({one['low']:.3f} to {one['high']:.3f}{counts})"
    asked = "chance gives" if one["name"] == "return_rate" else "asked"
    return f"{one['name']} = {one['value']:.3f}{bounds}, {asked} {one['threshold']:.3f}"


def _exact_rest(content: Content) -> tuple[str, str]:
    top = content["measures"]["without_top"]
    return (
        "Without the most addressed",
        f"breadth without the 1% of talkers who receive most {number(top.get('breadth'))}, without the 5% "
        f"{number(top.get('breadth_5'))}; they are counted as a stage, as the brand is",
    )
