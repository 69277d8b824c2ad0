"""What an export can show at all, and whether it is about the brand."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis import _

from communitylab.choices import BRAND, FOLLOWER, UNTILED, remembered
from communitylab.measures import reach
from communitylab.shares import ROOMS
from communitylab.study import Study

__all__ = ["CLASSES", "Coverage", "automated", "coverage_of", "focus"]

CLASSES = {
    "A": "everybody who wrote in a place or under a search is in it",
    "B": "everything that chosen accounts wrote is in it",
    "C_search": "it holds almost only posts that answer or name the brand: what followers say to one another "
    "without naming the brand cannot be in it",
    "C": "one account speaks in it: the brand's own archive shows nobody else",
    "D": "it holds counts and no people",
}
"""What each coverage class means, best first but for B, which is the best."""

_BEST_FIRST = ("B", "A", "C_search", "C", "D")
_LICENSED = {
    "A": ("community", "mixed", "audience"),
    "B": ("community", "mixed", "audience"),
    "C_search": ("community",),
    "C": (),
    "D": (),
}
_SEARCH_SHARE = 0.95  # posts that answer or name the brand: the real search exports reach 0.78, not 0.95
_POSTS_A_DAY, _COPIES, _SAME_TEXT = 50, 20, 0.8


@dataclass(frozen=True)
class Coverage:
    """The class of an export, why, and the verdicts that it can bear."""

    name: str
    why: str
    licensed: tuple[str, ...]


@remembered(*UNTILED)
def coverage_of(study: Study) -> Coverage:
    """The coverage class of a study: that of the best file that holds followers' posts.

    Parameters
    ----------
    study
        Any study.

    Returns
    -------
    Coverage
    """
    if study.coverage_named:
        name = study.coverage_named
        return Coverage(name, f"you said so: {CLASSES[name]}", _LICENSED[name])
    if study.ledger.holds_only_counts:
        return Coverage("D", CLASSES["D"], _LICENSED["D"])
    posts = study.written.inner_join(study.people.select("account", "role"), "account")
    by_followers = posts.filter(_.role == FOLLOWER)
    n_posts = int(by_followers.count().to_pyarrow().as_py())
    whole = (*study.choices.yours, *ROOMS)
    n_in_whole = int(by_followers.filter(_.platform.isin(whole)).count().to_pyarrow().as_py())
    if not n_posts and not _followers_wrote(study):
        return Coverage("C", CLASSES["C"], _LICENSED["C"])
    wrote = by_followers.select("source_file").distinct().to_pyarrow()["source_file"].to_pylist()
    files = [study.ledger.files[number] for number in wrote] or study.ledger.files
    classes = {file.coverage for file in files}
    name = next((name for name in _BEST_FIRST if name in classes), "A")
    if name == "B" and "A" in classes:
        # The timelines of a few say nothing of all others, whom only the search or the place shows.
        chosen = [number for number in wrote if study.ledger.files[number].coverage == "B"]
        n_chosen, n_all = (
            int(some.account.nunique().to_pyarrow().as_py())
            for some in (by_followers.filter(_.source_file.isin(chosen)), by_followers)
        )
        name = "B" if 2 * n_chosen >= n_all else "A"
    if name == "A" and n_posts > n_in_whole:
        # The author of a search sees a post by its words, so that carried names count here.
        to_brand = study.every_act_coded.filter(_.kind.isin(("reply", "mention", "quote")))
        brand = study.people.filter(_.role == BRAND).select(target="account")
        addressed = to_brand.semi_join(brand, "target").select("platform", "post_id").distinct()
        outside = by_followers.filter(~_.platform.isin(whole))
        n_outside = n_posts - n_in_whole
        n_addressed = int(outside.semi_join(addressed, ["platform", "post_id"]).count().to_pyarrow().as_py())
        if n_addressed >= _SEARCH_SHARE * n_outside:
            found = f"{n_addressed} of {n_outside} posts by followers answer or name the brand"
            if not n_in_whole:
                return Coverage("C_search", f"{found}: {CLASSES['C_search']}", _LICENSED["C_search"])
            # Such a place shows everybody; what was found by the brand's name still hides talk among them.
            where = "the brand's own place" if study.choices.yours else "the chats"
            why = f"{CLASSES['A']}; but outside {where} {found}: an audience cannot be told from it"
            return Coverage("A", why, ("community", "mixed"))
    return Coverage(name, CLASSES[name], _LICENSED[name])


def _followers_wrote(study: Study) -> bool:
    return bool(study.authored.filter(_.role == FOLLOWER).count().to_pyarrow().as_py())


def focus(study: Study) -> str | None:
    """Why an export is not about the brand; None where it is, and in a place that the brand owns.

    Parameters
    ----------
    study
        Any study.

    Returns
    -------
    str or None
        A sentence: fewer than one talker in ten addresses the brand, or a follower is addressed by more
        than twice as many. Under one hashtag anybody put in the brand's place would seem to have a
        community. In a place of its own few posts address the brand by nature: what is not from there is
        looked at alone.
    """
    elsewhere = [name for name in study.places if name not in study.choices.yours]
    if not elsewhere and study.places:
        return None
    found = reach(study.only(platforms=elsewhere) if study.choices.yours else study)
    if found.value is None:
        return None
    rival = found.beside["rival"]
    if found.value < 0.1:
        return (
            f"this export is not about the brand: {found.value:.0%} of the followers who talk address it, "
            "fewer than one in ten"
        )
    if rival is not None and rival > 2:
        return (
            f"this export is not about the brand: one follower is addressed by {rival:.1f} times as many "
            "people as the brand"
        )
    return None


@remembered(*UNTILED)
def automated(study: Study) -> tuple[int, ...]:
    """Accounts that seem to be run by a program: kept and counted, and the verdict is shown without them too.

    Parameters
    ----------
    study
        Any study.

    Returns
    -------
    tuple of int
        Accounts, the brand's aside, that the platform flags, that wrote more than 50 posts on one day, or
        of whose 20 or more posts (reposts aside) more than 80 % are the same text.
    """
    many = study.authored_by_all.filter((_.posts > _POSTS_A_DAY) & _.day.notnull()).select("account")
    texts = study.written.filter(_.text_hash.notnull()).group_by("account", "text_hash").agg(n=_.count())
    same = texts.group_by("account").agg(most=_.n.max(), total=_.n.sum())
    same = same.filter((_.total >= _COPIES) & (_.most > _SAME_TEXT * _.total)).select("account")
    flagged = study.people.filter(_.is_bot).select("account")
    everyone = study.people.filter(_.role != BRAND).select("account")
    found = ibis.union(many, same, flagged).distinct().semi_join(everyone, "account")
    return tuple(sorted(found.to_pyarrow()["account"].to_pylist()))
