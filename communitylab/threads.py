"""Conversations: threads in which followers meet, and how long a first post waits."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from communitylab import inference
from communitylab.choices import BRAND, FOLLOWER, UNTILED, first_row, remembered
from communitylab.study import Study
from communitylab.tables import Estimate

__all__ = ["conversation", "first_answer", "first_posts", "join_in", "threads_joined"]


_OPENING = 80  # characters


def _threads(study: Study) -> Table:
    """Threads with how many posts, followers and brand accounts wrote in them, reposts aside."""
    posts = study.written.inner_join(study.people.select("account", "role"), "account")
    return posts.group_by("platform", "thread").agg(
        posts=_.count(),
        followers=_.account.nunique(where=_.role == FOLLOWER),
        brand_wrote=(_.role == BRAND).any(),
    )


def conversation(study: Study) -> Estimate:
    """Share of threads in which followers answer one another.

    0: every thread is a monologue or a dialogue with the brand. 1: all are conversations.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    Estimate, value in [0, 1]
        Of the threads of at least two posts in which a follower wrote, those in which two did and one
        answered the other. Beside it `threads` and `median_posts` of them. Null where there is no such thread.

    Source
    ------
    Interval: delete-one jackknives over threads and over the followers who wrote in them, the wider of the two: the
    same people meet in many threads, which threads drawn by themselves would take for independent.
    """
    answers = study.talk.filter(
        (_.kind == "reply") & (_.source_role == FOLLOWER) & (_.target_role == FOLLOWER)
    )
    met = answers.group_by("platform", thread_key="thread").agg(answers=_.count())
    real = (
        _threads(study)
        .filter((_.posts >= 2) & (_.followers >= 1))
        .mutate(thread_key=(_.platform + " " + _.thread).hash())
    )
    real = real.left_join(met, ["platform", "thread_key"])
    row = first_row(
        real.agg(
            threads=_.count(),
            met=((_.followers >= 2) & _.answers.notnull()).sum().fill_null(0),
            median_posts=_.posts.median(),
        )
    )
    if not row["threads"]:
        return Estimate("conversation", None, why="no thread of two posts in which a follower wrote")
    low, high = _range(
        study, real.select("platform", "thread", shows=(_.followers >= 2) & _.answers.notnull())
    )
    beside = {"threads": row["threads"], "median_posts": float(row["median_posts"])}
    return Estimate("conversation", row["met"] / row["threads"], low, high, beside=beside)


def join_in(study: Study) -> Estimate:
    """Share of exchanges between the brand and a follower that another follower enters.

    0: the brand talks with one follower at a time. 1: others always join.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    Estimate, value in [0, 1]
        Of the threads in which both the brand and a follower wrote. Beside it `exchanges`: their number.
        Null where there is none.

    Source
    ------
    Interval: as that of :func:`conversation`.
    """
    exchanges = _threads(study).filter(_.brand_wrote & (_.followers >= 1))
    row = first_row(exchanges.agg(n=_.count(), joined=(_.followers >= 2).sum().fill_null(0)))
    if not row["n"]:
        return Estimate("join_in", None, why="no thread in which the brand and a follower both wrote")
    low, high = _range(study, exchanges.select("platform", "thread", shows=_.followers >= 2))
    return Estimate("join_in", row["joined"] / row["n"], low, high, beside={"exchanges": row["n"]})


def _range(study: Study, threads: Table) -> tuple[float, float]:
    """95 % interval of the share of threads (platform, thread) that show something (shows)."""
    followers = study.people.filter(_.role == FOLLOWER).select("account")
    wrote = study.written.semi_join(followers, "account").select("platform", "thread", "account").distinct()
    per_actor = wrote.inner_join(threads, ["platform", "thread"]).group_by("account").agg(
        yes=_.shows.sum(), no=(~_.shows).sum()
    )  # fmt: skip
    alike = per_actor.group_by("yes", "no").agg(n=_.count()).order_by("yes", "no").to_pyarrow().to_pandas()
    actors = tuple(alike[name].to_numpy(np.int64) for name in ("yes", "no", "n"))
    row = first_row(threads.agg(yes=_.shows.sum(), no=(~_.shows).sum()))
    yes, no = int(row["yes"]), int(row["no"])
    if yes and no:
        one, none = np.array([1, 0]), np.array([0, 1])
        return inference.logit_jackknife(yes, no, groupings=[actors, (one, none, np.array([yes, no]))])
    # As many actors of equal presence as these are worth; they may be fewer than the threads.
    present = actors[0] + actors[1]
    worth = int((present * actors[2]).sum()) ** 2 / int((present**2 * actors[2]).sum())
    bound = inference.zero_bound(min(worth, yes + no))
    return (0.0, bound) if not yes else (1 - bound, 1.0)


def threads_joined(study: Study) -> pd.DataFrame:
    """The exchanges between the brand and a follower, those that drew most other followers first.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    DataFrame
        platform, thread (id of its first post), followers (who wrote in it), posts, began (day) and opening
        (the first words of its first post; both null where that post is not in the export): one row per thread.
    """
    exchanges = _threads(study).filter(_.brand_wrote & (_.followers >= 1)).select(
        "platform", "thread", "followers", "posts"
    )  # fmt: skip
    openers = study.posts.filter(ibis.coalesce(_.edit_of, _.post_id) == _.thread).select(
        "platform", "thread", began=_.created_at.date().cast("string"), opening=_.text.substr(0, _OPENING)
    )
    joined = exchanges.left_join(openers, ["platform", "thread"]).select(exchanges, "began", "opening")
    frame = joined.to_pyarrow().to_pandas()
    return frame.sort_values(
        ["followers", "posts", "platform", "thread"], ascending=[False, False, True, True], ignore_index=True
    )


@remembered(*UNTILED)
def first_posts(study: Study) -> pd.DataFrame:
    """The first post of each follower, reposts aside, with who answered it first and how soon.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    DataFrame
        account, day, answered_by (role of whoever answered or quoted it first) and wait (seconds until then; both
        null where nobody did): one row per follower who wrote something that has a time.
    """
    posts = study.written.filter(_.at.notnull()).inner_join(
        study.people.filter(_.role == FOLLOWER).select("account"), "account"
    )
    order = ibis.window(group_by="account", order_by=["at", "post_id"])
    first = posts.mutate(rank=ibis.row_number().over(order)).filter(_.rank == 0)
    first = first.select("platform", "post_id", "account", "day", asked="at")
    who = study.people.filter(_.role <= BRAND).select(source="account", source_role="role")
    answers = study.every_act_coded.filter(_.kind.isin(("reply", "quote")) & _.target_post_id.notnull())
    answers = answers.inner_join(who, "source").select(
        "platform", "source_role", "at", post_id="target_post_id"
    )
    given = first.left_join(answers, ["platform", "post_id"])
    soonest = ibis.window(group_by=["platform", "post_id"], order_by=["at", "source_role"])
    given = given.mutate(rank=ibis.row_number().over(soonest)).filter(_.rank == 0)
    rows = given.select("account", "day", answered_by="source_role", wait=_["at"] - _.asked)
    frame = rows.to_pyarrow().to_pandas().sort_values("account", ignore_index=True)
    # An answer dated before what it answers, by a clock that was wrong, came at once.
    return frame.assign(wait=frame["wait"].clip(lower=0))


def first_answer(study: Study) -> Estimate:
    """How long a follower's first post waits for an answer, in hours, and who gives it.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    Estimate, value in hours
        Median over the first posts that were answered, by a reply, a quote or an answer to the thread as a whole;
        95 % interval from its order statistics. Beside it the shares of first posts answered first by a `follower`,
        by the `brand`, by `nobody`, and how many were `answered`.
        Null where no first post was answered or the export has no times.

    Source
    ------
    Joyce & Kraut (2006), doi:10.1111/j.1083-6101.2006.00033.x: newcomers who are answered return more often.
    """
    rows = first_posts(study)
    if rows.empty:
        return Estimate("first_answer", None, why="no first post of a follower has a time")
    n = len(rows)
    beside: dict[str, float | int | None] = {
        "follower": float((rows["answered_by"] == FOLLOWER).sum() / n),
        "brand": float((rows["answered_by"] == BRAND).sum() / n),
        "nobody": float(rows["answered_by"].isna().sum() / n),
        "answered": int(rows["answered_by"].notna().sum()),
    }
    waits = np.sort(rows["wait"].dropna().to_numpy(float)) / 3600
    if not len(waits):
        return Estimate("first_answer", None, why="no first post of a follower was answered", beside=beside)
    low, high = _median_bounds(waits)
    return Estimate("first_answer", float(np.median(waits)), low, high, beside=beside)


def _median_bounds(ordered: np.ndarray) -> tuple[float | None, float | None]:
    """Order statistics that enclose the median with at least 95 %; null for fewer than six values."""
    n = len(ordered)
    if n < 6:
        return None, None
    below = int(inference.stats.binom.ppf(0.025, n, 0.5))
    return float(ordered[max(below - 1, 0)]), float(ordered[min(n - below, n - 1)])
