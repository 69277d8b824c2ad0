"""Newcomers: who wrote for the first time, who answered them first, and whether they came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
from ibis import _

from communitylab import inference
from communitylab.choices import BRAND, FOLLOWER, UNTILED, remembered
from communitylab.days import monday_on_or_after
from communitylab.study import Study
from communitylab.tables import Estimate
from communitylab.threads import first_posts

__all__ = [
    "COHORT_COLUMNS",
    "CameBack",
    "cohorts_of_newcomers",
    "newcomers_answered",
    "newcomers_in_all",
    "newcomers_return",
]

COHORT_COLUMNS = ("start", "newcomers", "follower", "brand", "nobody", "median_hours", "days")
"""What is told of the newcomers of four weeks: columns of :func:`cohorts_of_newcomers`."""

_UNSEEN = 28  # days: whoever writes for the first time in them may have written before the export begins
_WITHIN = 7  # days in which an answer counts
_WATCHED = 35  # days after a first post by the end of which somebody has come back or has not
_COHORT = 28  # days
_FOLDED = 5  # newcomers, below whom how long they waited is theirs to tell
_LEAST = 10  # newcomers, answered or not, below which their return is not spoken of (a convention)


@dataclass(frozen=True)
class CameBack:
    """Shares of newcomers who wrote again: of those answered, of those not, and the first less the second."""

    answered: Estimate
    unanswered: Estimate
    difference: Estimate

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """The three, each as its fields that say something."""
        return {name: getattr(self, name).as_dict() for name in ("answered", "unanswered", "difference")}


def cohorts_of_newcomers(study: Study) -> pd.DataFrame:
    """Newcomers four weeks after four weeks, by who answered their first post first.

    A newcomer is a follower whose first post, reposts aside, lies 28 days or more after the first day of the study:
    before that nobody can tell whether it was their first; who wrote in the export before the days studied is none.
    Those who came less than 7 days before the last day are
    left out, for nobody can tell yet whether they are answered within 7.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    DataFrame
        start (day, a Monday), newcomers, follower, brand, nobody (who answered first within 7 days), median_hours (of
        those who were answered; null if none was), days (of the 28 on which a newcomer can be told; fewer in the
        first and the last cohort): one row per four weeks, empty where newcomers cannot be told.
    """
    if _why_not(study) is not None or study.days is None:
        return pd.DataFrame(columns=COHORT_COLUMNS)
    people = _watched(study, days=_WITHIN)
    first, last = study.days
    monday = monday_on_or_after(first)
    earliest, latest = first + _UNSEEN, last - _WITHIN
    rows = []
    for start in range(monday + (earliest - monday) // _COHORT * _COHORT, latest + 1, _COHORT):
        own = people[(people["day"] >= start) & (people["day"] < start + _COHORT)]
        days = min(start + _COHORT - 1, latest) - max(start, earliest) + 1
        median = float(own["wait"].median()) / 3600 if own["wait"].notna().any() else None
        rows.append((study.day_named(start), len(own), *_by(own).values(), median, days))
    return pd.DataFrame(rows, columns=COHORT_COLUMNS)


def newcomers_answered(study: Study) -> Estimate:
    """Share of newcomers whose first post another follower answered first, within 7 days.

    0: nobody but the brand answers newcomers. 1: followers answer every one of them.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    Estimate, value in [0, 1]
        Of the newcomers of :func:`cohorts_of_newcomers`, with Wilson's interval. Beside it the shares answered
        first by the `brand` and by `nobody`, `people` (newcomers) and `left_out` (those who came too late). Null
        where the export has no times, is too short, names no post that is answered, or shows no newcomer.
    """
    why = _why_not(study)
    if why is not None:
        return Estimate("newcomers_answered", None, why=why, beside={"people": 0})
    people = _watched(study, days=_WITHIN)
    n, by = len(people), _by(people)
    low, high = inference.wilson(by["follower"], n)
    beside: dict[str, float | int | None] = {
        "brand": by["brand"] / n,
        "nobody": by["nobody"] / n,
        "people": n,
        "left_out": len(_newcomers(study)) - n,
    }
    return Estimate("newcomers_answered", by["follower"] / n, low, high, beside=beside)


def newcomers_return(study: Study) -> CameBack:
    """Whether newcomers who were answered within 7 days come back more often than those who were not.

    Whether somebody was answered is settled on the 7th day, and writing again counts from the 8th to the 35th:
    nobody counts as answered because they came back. No proof that the answer brought them back.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    CameBack
        Each of the newcomers who were watched for 35 days, `n` beside it. Null where there are fewer than 10 of
        them, the difference where there are fewer than 10 of either kind (a convention).

    Source
    ------
    Joyce & Kraut (2006), doi:10.1111/j.1083-6101.2006.00033.x: 56 % of those who were answered posted again, 44 % of
    those who were not. Landmark: Anderson, Cain & Gelber (1983), doi:10.1200/JCO.1983.1.11.710. Intervals: Wilson; of
    the difference Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
    """
    why = _why_not(study)
    people = _watched(study, days=_WATCHED)[: 0 if why else None]
    back = people["account"].isin(_wrote_again(study, people))
    arms = {"answered": back[people["wait"].notna()], "unanswered": back[people["wait"].isna()]}
    counts = {name: (int(arm.sum()), len(arm)) for name, arm in arms.items()}
    answered, unanswered = (_share_back(name, *counts[name], why=why) for name in arms)
    if answered.value is None or unanswered.value is None:
        difference = Estimate("difference", None, why=answered.why or unanswered.why)
    else:
        low, high = inference.difference_interval(counts["answered"], counts["unanswered"])
        difference = Estimate("difference", answered.value - unanswered.value, low, high)
    return CameBack(answered, unanswered, difference)


def _share_back(name: str, yes: int, n: int, *, why: str | None) -> Estimate:
    if n >= _LEAST:
        return Estimate(name, yes / n, *inference.wilson(yes, n), beside={"n": n})
    whether = "not answered" if name == "unanswered" else "answered"
    few = f"fewer than {_LEAST} newcomers who were {whether} could be watched for {_WATCHED} days"
    return Estimate(name, None, why=why or few, beside={"n": n})


def newcomers_in_all(study: Study) -> dict[str, Any]:
    """All that is known of newcomers, as plain values that name nobody.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    dict
        cohorts (as :func:`cohorts_of_newcomers`; how long fewer than 5 people waited is theirs to tell: null),
        people, left_out, within_days, median_hours (of all), answered_by_follower, came_back, and why there is
        nothing, if there is not.
    """
    found = newcomers_answered(study)
    cohorts = cohorts_of_newcomers(study)
    median = cohorts["median_hours"].astype(object)
    few = cohorts["median_hours"].isna() | (cohorts["follower"] + cohorts["brand"] < _FOLDED)
    return {
        "cohorts": cohorts.assign(median_hours=median.where(~few, None)).to_dict("records"),
        "people": found.beside["people"],
        "left_out": found.beside.get("left_out", 0),
        "within_days": _WITHIN,
        "median_hours": _typical_wait(study, within=found),
        "answered_by_follower": {"value": found.value, "low": found.low, "high": found.high},
        "came_back": newcomers_return(study).as_dict(),
        "why": found.why,
    }


def _typical_wait(study: Study, *, within: Estimate) -> float | None:
    """Median hours until the first answer, of the newcomers who got one; null of fewer than five."""
    if within.value is None:
        return None
    waits = _watched(study, days=_WITHIN)["wait"].dropna()
    return float(waits.median()) / 3600 if len(waits) >= _FOLDED else None


def _by(people: pd.DataFrame) -> Mapping[str, int]:
    """How many were answered first by whom."""
    who = people["answered_by"]
    return {
        "follower": int((who == FOLLOWER).sum()),
        "brand": int((who == BRAND).sum()),
        "nobody": int(who.isna().sum()),
    }


@remembered(*UNTILED)
def _why_not(study: Study) -> str | None:
    """Why nothing can be told of newcomers; null where something can."""
    if study.days is None:
        return "the export has no times"
    first, last = study.days
    if last - first < _UNSEEN + _WITHIN:
        return (
            f"the export spans {last - first + 1} days: whoever writes in the first {_UNSEEN} may have written before, "
            f"and {_WITHIN} more are needed to see who answers"
        )
    answers = study.every_act_coded.filter(_.kind.isin(("reply", "quote")) & _.target_post_id.notnull())
    if not answers.limit(1).count().to_pyarrow().as_py():
        return "no answer in this export names the post that it answers"
    if not len(_watched(study, days=_WITHIN)):
        return (
            f"nobody wrote for the first time {_UNSEEN} days or more after the first day and {_WITHIN} or more "
            "before the last"
        )
    return None


def _newcomers(study: Study) -> pd.DataFrame:
    """account, day, answered_by, wait and watched (days that followed) of each; what came too late is no answer."""
    first, last = study.days or (0, 0)
    people = first_posts(study)
    people = people[(people["day"] >= first + _UNSEEN) & ~people["account"].isin(_wrote_before(study))]
    in_time = people["wait"] <= _WITHIN * 24 * 3600
    return people.assign(
        answered_by=people["answered_by"].where(in_time),
        wait=people["wait"].where(in_time),
        watched=last - people["day"],
    )


def _wrote_before(study: Study) -> list[int]:
    """Who wrote in the days of the export that lie before those studied."""
    since = study.choices.since
    if since is None:
        return []
    before = study.only(since=date.min, until=since - timedelta(days=1))
    return before.written.select("account").distinct().to_pyarrow()["account"].to_pylist()


def _watched(study: Study, *, days: int) -> pd.DataFrame:
    """The newcomers whose first post was followed by so many days."""
    people = _newcomers(study)
    return people[people["watched"] >= days]


def _wrote_again(study: Study, people: pd.DataFrame) -> list[int]:
    """Of some people those who wrote, reposts aside, from the 8th to the 35th day after their first post."""
    known = ibis.memtable(
        pa.table(
            {
                "account": pa.array(people["account"], pa.int64()),
                "since": pa.array(people["day"], pa.int64()),
            }
        )
    )
    after = study.written.select("account", "day").inner_join(known, "account")
    again = after.filter((_.day - _.since > _WITHIN) & (_.day - _.since <= _WATCHED))
    return again.select("account").distinct().to_pyarrow()["account"].to_pylist()
