"""The results in words: the answer for a terminal, and the methods section of a paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from communitylab.answers import doubts, is_doubtful
from communitylab.phrases import (
    SIGN_NAMES,
    answered,
    brand_of,
    counted,
    days_of,
    flat_answers,
    kinds_of,
    lately,
    of_few,
    owns_a_place,
    standing,
)
from communitylab.roles import RUNGS
from communitylab.talk_findings import places
from communitylab.verdict import LABELS

__all__ = ["methods_text", "summary"]


def summary(content: Mapping[str, Any]) -> str:
    """The answer as one reads it in a terminal: the sentence, the six signs, what cannot be seen.

    Parameters
    ----------
    content
        What results.json holds.
    """
    verdict, share = content["verdict"], content["measures"]["follower_share"]
    lines = [_headline(content), *doubts(content)]
    if share["value"] is not None and verdict["label"] != "not identifiable":
        low, high = share.get("low"), share.get("high")
        lines.append(
            f"Of every 100 {kinds_of(content)} that followers send, {100 * share['value']:.0f} "
            f"({100 * low:.0f}–{100 * high:.0f}) go to another follower, the rest to the "
            f"brand{of_few(content['talkers'], 'follower')}."
        )
    flat = flat_answers(content)
    if share["value"] is not None and flat > content["w_ff"] + content["w_fb"]:
        lines.append(
            f"{flat:,} more answers name nobody; counted as answers to whoever began the thread, they make it "
            f"{100 * share['inferred']:.0f}."
        )
    lines += ["", *(f"  · {reason}" for reason in verdict["because"])]
    if verdict["conditions"]:
        met = sum(condition["passed"] is True for condition in verdict["conditions"])
        lines += ["", f"{met} of {len(verdict['conditions'])} signs of a community:"]
        lines += [_sign(condition) for condition in verdict["conditions"]]
    is_own = content["coverage"]["class"] == "C"
    if is_own:
        lines += ["", _own_side(content)]
    if len(content["places"]) > 1:
        lines += ["", "Place by place:", *(f"  {line}" for line in places(content).points)]
    is_unseen = is_own or (verdict["label"] == "not identifiable" and bool(verdict.get("inferred")))
    for when, rungs in () if is_unseen else _rungs(content):
        said = ", ".join(f"{name.lower()} {rungs[rung]:,}" for rung, name in RUNGS.items())
        lines += ["", f"The followers{when}: {said}."]
    lines += ["", *_limits(content)]
    return "\n".join(lines)


def _own_side(content: Mapping[str, Any]) -> str:
    voice = content["voice"]
    return (
        f"The brand's own side: {voice['announce']:,} posts that announce, {voice['answer']:,} that answer, "
        f"{voice['bring_together']:,} that bring people together, {voice['repost']:,} reposts; "
        f"people addressed: {voice['people_addressed']:,}."
    )


def _rungs(content: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Where the followers stand: in the latest four weeks where there are several, else on the whole."""
    if len(content["ladder"]) > 1:
        return [(f" {lately(content)}", content["ladder"][-1])]
    return [("", content["roles"])]


def _headline(content: Mapping[str, Any]) -> str:
    verdict, name = content["verdict"], brand_of(content)
    if verdict["label"] == "not identifiable":
        return f"{name}: this export cannot show whether the followers are an audience or a community."
    perhaps = "perhaps " if is_doubtful(content) else ""
    return f"{name}'s followers: {perhaps}{answered(verdict['label'], verdict['kind'])}."


def _sign(condition: Mapping[str, Any]) -> str:
    mark = "✓" if condition["passed"] else standing(condition)
    digits = 0 if condition["name"] == "effective_pairs" else 3
    value = "–" if condition["value"] is None else f"{condition['value']:.{digits}f}"
    if condition["low"] is not None:
        value += f" ({condition['low']:.3f}–{condition['high']:.3f})"
    return f"  {SIGN_NAMES[condition['name']]:<36} {value:<22} asked: {condition['threshold']:.{digits}f}   {mark}"


def _limits(content: Mapping[str, Any]) -> list[str]:
    ledger, coverage = content["ledger"], content["coverage"]
    lines = [
        f"What this export shows (class {coverage['class']}): {coverage['why']}.",
        f"Read: {counted(ledger['posts'], 'post')} of {counted(ledger['records'], 'record')} in "
        f"{counted(sum(file['read'] for file in ledger['files']), 'file')}; {ledger['skipped']:,} skipped.",
    ]
    rival = content["measures"]["reach"].get("rival")
    if rival is not None and 1 < rival <= 2 and not owns_a_place(content):
        lines.append(f"One follower is addressed by {rival:.1f} times as many people as the brand.")
    share = content["measures"]["follower_share"]
    low, high = (share.get(f"bystander_{bound}") for bound in ("low", "high"))
    if low is not None and f"{low:.2f}" != f"{high:.2f}":
        lines.append(
            f"Counting also what they send to people who are only named, between {share['bystander_low']:.2f} and "
            f"{share['bystander_high']:.2f} of their talk goes to followers, depending on how many of those follow."
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
    verdict, thresholds = content["verdict"], content["verdict"]["thresholds"]
    acts, ledger, versions = content["acts"], content["ledger"], content["versions"]
    span = (
        f"from {content['span'][0][:10]} to {content['span'][1][:10]}" if content["span"] else "without times"
    )
    text = [
        f"We studied {counted(content['posts_studied'], 'post')} ({counted(ledger['records'], 'record')} read, "
        f"{ledger['skipped']:,} skipped) {span}, coverage class {content['coverage']['class']}, by "
        f"{content['active_followers']:,} of {content['followers']:,} followers of {brand_of(content)} "
        f"({counted(content['brand']['accounts'], 'account')} counted as the brand). They held "
        f"{acts['reply']} replies, {acts['mention']} mentions (of which "
        f"{acts['carried']} carried over to the head of a reply by the platform and left out), {acts['quote']} quotes "
        f"and {acts['repost']} reposts. {kinds_of(content).capitalize()} count as talk; self-replies do not.",
        f"Of the talk of followers, {content['w_ff']} acts went to followers and {content['w_fb']} to the brand; "
        f"{acts['outside']} went to others and count in no share.",
    ]
    share = content["measures"]["follower_share"]
    inferred = verdict.get("inferred", 0.0)
    if inferred and share.get("inferred_low") is not None:
        text.append(
            f"Of these acts {inferred:.0%} are inferred: where no message says what it answers, one that names nobody "
            "is taken to go to whoever was the first to write after an hour of silence. Were all messages that "
            "name nobody, those that open a session too, to go to the brand, the follower share would be "
            f"{share['inferred_low']:.3f}; to a follower, unless the brand alone spoke before in the session, "
            f"{share['inferred_high']:.3f}."
        )
    if unsaid := share.get("unsaid", 0):
        text.append(
            f"In chats {unsaid} messages of followers neither answer nor name anybody and count nowhere; were they all "
            f"to followers, the follower share would be {share['unsaid_high']:.3f}."
        )
    # What was measured of an export that cannot tell would be read as an answer.
    if verdict["label"] != "not identifiable":
        text += [*_measured_text(content), *_clusters_text(content)]
    specifications = verdict["specifications"]
    held = f" It held in {specifications['same']} of {specifications['of']} specifications."
    held = held if specifications["of"] else ""
    text.append(
        f"The verdict was “{verdict['label']}”{' (' + verdict['kind'] + ')' if verdict['kind'] else ''}. Its "
        f"thresholds are conventions: follower share {thresholds['phi_a']} and {thresholds['phi_c']}, breadth "
        f"{thresholds['pi_a']} and {thresholds['pi_c']}.{held} Feelings of belonging were not measured."
    )
    text.append(
        f"Computed with communitylab {versions['communitylab']} (DuckDB {versions['duckdb']}, NetworkX "
        f"{versions['networkx']}), seed {content['seed']}, days in {content['tz']}."
    )
    return "# Methods\n\n" + " ".join(text) + "\n"


def _measured_text(content: Mapping[str, Any]) -> list[str]:
    """The measures of a methods paragraph."""
    measures, text = content["measures"], []
    share = measures["follower_share"]
    if share["value"] is not None:
        text.append(
            f"The follower share was {share['value']:.3f} (95% interval {share['low']:.3f} to {share['high']:.3f}, "
            "the wider of two delete-one jackknives on the logit scale, over actors and over threads)."
        )
    broad = measures["breadth"]
    if broad["value"] is not None:
        tiles = "rolling tiles of four weeks that begin on Mondays"
        if len(content["ladder"]) == 1:
            tiles = f"the one tile that the span of {days_of(content)} days has room for"
        text.append(
            f"Within {tiles}, a regular is a follower with talk on two days, "
            "and a tie a pair of followers with two acts on two days at least twelve hours apart. Of the regulars, "
            f"{broad['value']:.3f} ({broad['low']:.3f} to {broad['high']:.3f}, Wilson's interval clustered by person) "
            f"had a mutual tie; {content['ties']} pairs were ties, {content['mutual_ties']} of them mutual."
        )
    text += _held_text(content)
    rate = measures["return_rate"]
    if rate.get("p") is not None:
        text.append(
            f"The return rate was {rate['value']:.3f} against {rate['null_mean']:.3f} when receivers are permuted "
            f"within days (199 replicates, p = {rate['p']:.3f})."
        )
    return text


def _held_text(content: Mapping[str, Any]) -> list[str]:
    """How often such intervals held the truth where it is known; nothing where no world is like this one."""
    known = (content.get("certainty") or {}).get("intervals", {})
    held = [
        f"that of the {name} in {known[key]['held']:.3f} of {known[key]['worlds']:,} worlds of "
        f"{known[key]['followers']:,} followers"
        for key, name in (("follower_share", "follower share"), ("breadth", "breadth"))
        if key in known
    ]
    return [
        f"Of these intervals, in the planted worlds most like this study, {' and '.join(held)} held the truth."
    ] * bool(held)


def _clusters_text(content: Mapping[str, Any]) -> list[str]:
    """How clusters were looked for, in a methods paragraph; a report of an earlier version looked for none."""
    found, groups = content.get("clustering"), len(content.get("clusters", []))
    if not found or not found["ties"]:
        return []
    text = (
        f"Clusters were sought by {found['method']} (resolution {found['resolution']:g}) on the network of "
        f"{counted(found['ties'], 'tie')} among {counted(found['nodes'], 'follower')}, the brand removed, as the "
        f"consensus of {counted(found['runs'], 'run')}, each without three of ten ties drawn by lot: "
        f"{counted(groups, 'cluster')} of five or more, of which {found['solid']} solid (found again in four of five "
        "runs, in a network that exceeds chance)."
    )
    if found["p"] is None:
        return [text]
    return [
        text,
        f"The network's modularity without weights was {found['modularity']:.3f} against {found['null_mean']:.3f} in "
        f"{found['worlds']} degree-preserving rewirings (p = {found['p']:.3f}); with {found['mean_degree']:.2f} "
        f"contacts each, groups are detectable up to a mixing of {found['bound']:.3f}.",
    ]
