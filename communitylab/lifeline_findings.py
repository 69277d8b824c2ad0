"""What became of the groups, in the words of a report: born, merged, split, gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date, timedelta
from typing import Any

from communitylab.findings import Content, Finding
from communitylab.group_findings import NOT_LOOKED_FOR, TOLD, group_called, group_numbers
from communitylab.groups import LEAST
from communitylab.phrases import date_of, in_words

__all__ = ["about_lifelines", "tiles_in_a_row"]

_DAYS = 28
_YOUNG = 3  # latest periods, in which a group that was born is young
_WAIT = "Change nothing because of a group that may be chance; look again when the export has grown by eight weeks."


def about_lifelines(content: Content) -> Finding:
    """What became of the groups: born, merged, split, gone.

    Parameters
    ----------
    content
        What results.json holds.
    """
    found, lives = content.get("clustering"), content.get("lifelines", [])
    if found is None:
        return NOT_LOOKED_FOR
    tiles = tiles_in_a_row(content)
    if len(tiles) < 2 or not lives:
        return _not_followed(found, tiles)
    is_sure = found["found"] == "groups"
    talked = {group["id"]: group["last"] or "" for group in content.get("clusters", [])}
    # Whose people still talk have not ended, though they are not found together.
    scattered = {
        life["id"] for life in lives if life["fate"] == "gone" and talked.get(life["id"], "") >= tiles[-1]
    }
    headline = _happened(lives, since=tiles[0], scattered=scattered)
    shown = sorted(lives, key=lambda life: (-_largest(life), life["id"]))[:TOLD]
    rest = f": the {TOLD} largest of {len(lives):,}" if len(lives) > TOLD else ""
    lead = (
        f"Groups are looked for in each of {len(tiles)} periods of four weeks by itself, from {date_of(tiles[0])} on"
        f"{_tail(content, tiles[-1])}. Two of neighbouring periods are the same group if enough of their people are; told "
        f"is of those that once had {in_words(LEAST).lower()} followers."
    )
    fates = [life["fate"].split()[0] for life in lives]
    said = (
        ["Where a group became part of another, its people now talk with those of both."]
        if "merged" in fates
        else []
    )
    said += (
        ["A group is gone where its people are no longer found together; they may well write on."]
        if fates.count("gone") > len(scattered)
        else []
    )
    sure = " ".join((*said, "Few people come together and part by chance more easily than many."))
    if not is_sure:
        sure = (
            "Whether these are groups at all, this export cannot tell: their coming and going may be chance as well."
            if found["found"] == "cannot tell"
            else "On the whole these groups cannot be told from chance: their coming and going may be chance as well."
        )
    return Finding(
        headline if is_sure else f"Perhaps {headline[0].lower()}{headline[1:]}",
        (" ".join((lead, *_not_told(content, lives))),),
        sure,
        title=f"One after the other{rest}",
        points=tuple(
            _course(
                life,
                lives,
                since=tiles[0],
                talked=talked.get(life["id"]),
                is_scattered=life["id"] in scattered,
            )
            for life in shown
        ),
        next_step=_what_to_do(content, lives, tiles=tiles, scattered=scattered) if is_sure else _WAIT,
        exact=_followed_exactly(),
    )


def tiles_in_a_row(content: Content) -> list[str]:
    """First days of the four-week periods that follow one another without overlap, from the first one on.

    Parameters
    ----------
    content
        What results.json holds.
    """
    days = [str(row["tile"]) for row in content["ladder"]]
    return [
        day
        for day in days
        if (date.fromisoformat(day[:10]) - date.fromisoformat(days[0][:10])).days % _DAYS == 0
    ]


def _tail(content: Content, last: str) -> str:
    """Until when the periods reach, where days are left that fill no period of their own."""
    end = date.fromisoformat(last[:10]) + timedelta(days=_DAYS - 1)
    left = (date.fromisoformat(content["span"][1][:10]) - end).days
    return f" to {date_of(end.isoformat())}; the last {left} days fill none yet" if left > 1 else ""


def _not_told(content: Content, lives: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Which groups on the whole are none of those that are followed."""
    followed = {life["id"] for life in lives}
    others = sorted(group["id"] for group in content.get("clusters", []) if group["id"] not in followed)
    if not others:
        return ()
    was, it_is = ("was", "it is") if len(others) == 1 else ("were", "they are")
    least = in_words(LEAST).lower()
    return (
        f"{group_numbers(others)} {was} never found with {least} people within one period, so {it_is} not told of here.",
    )


def _not_followed(found: Mapping[str, Any], tiles: Sequence[str]) -> Finding:
    if len(tiles) >= 2:
        return Finding(
            "In no four weeks do five followers form a group.",
            (f"Groups were looked for in each of {len(tiles)} periods of four weeks by itself.",),
            "There is nothing whose coming and going could be followed.",
            next_step="Bring the same people together again within the same four weeks.",
        )
    why = (
        "It has no times."
        if not tiles
        else "It holds one period of four weeks only, and nothing to hold it against."
    )
    return Finding(
        "This export is too short to follow groups." if tiles else "An export without times shows no groups.",
        (why,),
        "Whether a group stays or goes, the next export will show.",
        next_step="Keep this export and load the next one beside it: both together make a longer one. Groups keep their numbers "
        "from report to report in the same folder."
        if tiles
        else "Export again with the time of each post.",
    )


def _largest(life: Mapping[str, Any]) -> int:
    return max(step["size"] or 0 for step in life["tiles"])


def _happened(lives: Sequence[Mapping[str, Any]], *, since: str, scattered: Set[int]) -> str:
    """What happened to all groups, in one sentence."""
    begun = [life["tiles"][0] for life in lives if life["tiles"][0]["tile"] != since]
    born, split = (sum(step["event"] == event for step in begun) for event in ("born", "split"))
    merged = sum(life["fate"].startswith("merged") for life in lives)
    gone = sum(life["fate"] == "gone" for life in lives) - len(scattered)
    told = [
        (born, "was born", "were born"),
        (split, "split off", "split off"),
        (merged, "became part of another", "became parts of others"),
        (gone, "is gone", "are gone"),
        (len(scattered), "is no longer seen", "are no longer seen"),
    ]
    said = [
        f"{in_words(n) if place == 0 else in_words(n).lower()} {one if n == 1 else many}"
        for place, (n, one, many) in enumerate([entry for entry in told if entry[0]])
    ]
    if not said:
        n = len(lives)
        return f"{in_words(n)} {'group has' if n == 1 else 'groups have'} been there from the first four weeks to the last."
    first, *more = said
    count, _space, what = first.partition(" ")
    noun = "group" if count == "One" else "groups"
    sentence_of = [f"{count} {noun} {what}", *more]
    if len(sentence_of) == 1:
        return f"{sentence_of[0]}."
    return f"{', '.join(sentence_of[:-1])} and {sentence_of[-1]}."


def _course(
    life: Mapping[str, Any],
    lives: Sequence[Mapping[str, Any]],
    *,
    since: str,
    talked: str | None,
    is_scattered: bool,
) -> str:
    """One group from its first four weeks to its last; and the last day on which its people talked."""
    first, last = life["tiles"][0], life["tiles"][-1]
    how = (
        "there"
        if first["tile"] == since
        else {"split": "split off another"}.get(first["event"], "first seen")
    )
    said = f"{group_called(life)}: {how} in the four weeks from {date_of(first['tile'])} with {_size(first)}"
    if len(life["tiles"]) > 1:
        said += f", {_size(last)} in those from {date_of(last['tile'])}"
    if _largest(life) > max(first["size"] or 0, last["size"] or 0):
        said += f", {_largest(life)} at its largest"
    joined = [date_of(step["tile"]) for step in life["tiles"] if step["event"] == "merged"]
    took = f"; joined by others in those from {' and '.join(joined)}" if joined else ""
    fate = life["fate"]
    if fate.startswith("merged"):
        into = int(fate.split()[-1])
        fate = f"then part of {group_called(next((one for one in lives if one['id'] == into), {'id': into}))}"
    elif is_scattered and talked:
        fate = f"no longer seen as a group in the latest four weeks, though its people talked until {date_of(talked)}"
    elif fate == "gone":
        fate = "gone since"
        if talked:
            fate += f": its people last talked with one another on {date_of(talked)}"
    return f"{said}{took}; {fate}."


def _size(step: Mapping[str, Any]) -> str:
    return f"{step['size']:,}" if step["size"] else f"fewer than {LEAST}"


def _what_to_do(
    content: Content, lives: Sequence[Mapping[str, Any]], *, tiles: Sequence[str], scattered: Set[int]
) -> str:
    young = [
        life
        for life in lives
        if life["fate"] == "still there" and life["tiles"][0]["tile"] in tiles[-_YOUNG:]
    ]
    ended = [life for life in lives if life["fate"] == "gone" and life["id"] not in scattered]
    fading, said = content["clustering"]["fading"], []
    if young:
        one = max(young, key=lambda life: (life["tiles"][0]["tile"], life["id"]))
        said.append(f"Greet {group_called(one)}, the youngest of those that are there.")
    if ended:
        one = max(ended, key=lambda life: (life["tiles"][-1]["tile"], life["id"]))
        said.append(f"Ask two people of {group_called(one)}, which is gone, what ended.")
    if fading:
        who = "One follower" if fading == 1 else f"{in_words(fading)} followers"
        said.append(
            f"{who} kept in touch four weeks before the latest and no longer {'does' if fading == 1 else 'do'}: "
            "private/people.csv, column is_fading, says who. Ask them back."
        )
    if not content.get("actions"):
        said.append("Note with communitylab log when you did something for a group: it becomes a flag.")
    return " ".join(said) or "Keep doing what you do for them, and look again in four weeks."


def _followed_exactly() -> tuple[tuple[str, str], ...]:
    return (
        (
            "The same group",
            "clusters, from three people on, of neighbouring periods (or of the last in which the group was found) with a Jaccard overlap (people in both over people in either) "
            "of at least 0.3, the closest first (Greene, Doyle & Cunningham 2010)",
        ),
        (
            "Born, split, merged, gone",
            "matches none of the period before; matches one that goes on in another; matches several; matched by none of the next",
        ),
        (
            "Periods",
            "four weeks each, one after the other without overlap, from the first Monday on; up to three weeks and six days at the "
            "end fill none yet",
        ),
    )
