"""What the brand itself says: whether it announces, answers or brings together, and to how many people.

This is the one side of the conversation that every export shows, the brand's own archive too. A post of the
brand that opens a thread, or goes on with one of its own, and addresses nobody *announces*; one that addresses
one person, or stands below somebody's post and addresses nobody in particular, *answers*; one that addresses
two or more people *brings together*. Names that a platform carries over to the head of an answer address nobody.
"""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from communitylab.choices import BRAND, UNTILED, remembered
from communitylab.study import Study

__all__ = ["STYLES", "addressed", "own_voice", "starters", "style_by_week"]

STYLES = ("announce", "answer", "bring_together")
"""What a post of the brand does."""

_OPENING = 80  # characters
_ADDRESSING = ("reply", "mention", "quote", "tie")


@remembered(*UNTILED)
def _own_posts(study: Study) -> Table:
    """Posts by the brand, reposts aside, with how many other people each addresses."""
    brand = study.people.filter(_.role == BRAND).select("account")
    acts = _own_acts(study).filter(_.kind.isin(_ADDRESSING))
    reached = acts.group_by("platform", "post_id").agg(people=_.target.nunique())
    posts = study.written.semi_join(brand, "account")
    posts = posts.select("platform", "post_id", "edit_of", "thread", "day", "kind")
    referring = study.posts.filter(
        _.reply_to_post_id.notnull() | _.reply_to_id.notnull() | _.reply_to_name.notnull()
    )
    referring = referring.select("platform", "post_id", refers=True)
    joined = posts.left_join(reached, ["platform", "post_id"]).select(posts, "people")
    joined = joined.left_join(referring, ["platform", "post_id"]).select(joined, "refers")
    opens = ibis.coalesce(_.edit_of, _.post_id) == _.thread
    # An answer that names no post and nobody: a comment whose receiver the export does not tell.
    is_below = ibis.ifelse(_.kind == "reply", _.refers.isnull(), (_.kind == "post") & ~opens)
    return joined.mutate(
        people=_.people.fill_null(0), is_below=is_below.fill_null(False), opens=opens & (_.kind != "reply")
    ).cache()


@remembered(*UNTILED)
def _own_acts(study: Study) -> Table:
    """Acts of the brand toward others, flat answers among them, carried names aside."""
    brand = study.people.filter(_.role == BRAND)
    acts = study.every_act_coded.filter(_.evidence != "carried")
    acts = acts.semi_join(brand.select(source="account"), "source")
    acts = acts.anti_join(brand.select(target="account"), "target")
    # A flat answer that names the opener as well addresses one person once.
    flat = acts.filter(_.evidence == "inferred").select("platform", "post_id", "target")
    twice = acts.filter(_.kind == "mention").semi_join(flat, ["platform", "post_id", "target"])
    return acts.anti_join(twice, ["platform", "post_id", "target", "kind"]).cache()


def style_by_week(study: Study) -> pd.DataFrame:
    """How many posts of the brand announce, answer and bring together in each week.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    DataFrame
        week (its Monday), announce, answer, bring_together, repost (posts): one row for each week from the
        first to the last in which the brand wrote. Posts without a time are in no week.
    """
    posts = _own_posts(study).filter(_.day.notnull()).group_by("day").agg(**_styles())
    frame = posts.to_pyarrow().to_pandas()
    passed_on = _own_acts(study).filter((_.kind == "repost") & _.day.notnull())
    reposts = passed_on.group_by("day").agg(repost=_.weight.sum()).to_pyarrow().to_pandas()
    frame = pd.concat([frame, reposts]).fillna(0)
    columns = [*STYLES, "repost"]
    if frame.empty:
        return pd.DataFrame(columns=["week", *columns])
    days = pd.to_datetime(frame["day"], unit="D")
    weeks = frame[columns].astype("int64").groupby(days.dt.to_period("W-SUN").dt.start_time).sum()
    every = pd.date_range(weeks.index.min(), weeks.index.max(), freq="7D")
    weeks = weeks.reindex(every, fill_value=0)
    weeks.insert(0, "week", every.strftime("%Y-%m-%d"))
    return weeks.reset_index(drop=True)


def _styles() -> dict[str, Any]:
    return {
        "announce": ((_.people == 0) & ~_.is_below).sum(),
        "answer": ((_.people == 1) | ((_.people == 0) & _.is_below)).sum(),
        "bring_together": (_.people > 1).sum(),
    }


def addressed(study: Study) -> pd.DataFrame:
    """Whom the brand addresses and reposts, most often first.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    DataFrame
        platform, account_id, name, answers, mentions, quotes, reposts (acts): one row per account.
    """
    acts = _own_acts(study)
    counts = acts.group_by(account="target").agg(
        answers=_.weight.sum(where=_.kind == "reply").fill_null(0),
        mentions=_.weight.sum(where=_.kind.isin(("mention", "tie"))).fill_null(0),
        quotes=_.weight.sum(where=_.kind == "quote").fill_null(0),
        reposts=_.weight.sum(where=_.kind == "repost").fill_null(0),
    )
    people = study.people.select("account", "platform", "account_id", "name")
    frame = counts.inner_join(people, "account").to_pyarrow().to_pandas()
    kinds = ["answers", "mentions", "quotes", "reposts"]
    frame = frame[frame[kinds].sum(axis=1) > 0]
    frame = frame.sort_values([*kinds, "account"], ascending=[False] * len(kinds) + [True], ignore_index=True)
    return frame[["platform", "account_id", "name", *kinds]]


def starters(study: Study) -> pd.DataFrame:
    """The brand's posts after which it answered others: its conversation starters.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    DataFrame
        platform, thread (id of the post), people (whom the brand answered in its thread), answers, began (day),
        opening (first words): one row per thread that the brand opened and answered in, most people first. None
        where the export does not show which post began a conversation.
    """
    answers = _own_acts(study).filter((_.kind == "reply") & (_.evidence != "inferred"))
    answers = answers.group_by("platform", thread="conversation_id").agg(
        people=_.target.nunique(), answers=_.weight.sum()
    )
    opened = _openers(study).select("platform", "thread", "post_id")
    if not _shows_threads(study):
        opened = opened.limit(0)
    texts = study.posts.select(
        "platform", "post_id", began=_.created_at.date().cast("string"), opening=_.text.substr(0, _OPENING)
    )
    joined = answers.inner_join(opened, ["platform", "thread"]).left_join(texts, ["platform", "post_id"])
    frame = (
        joined.select("platform", "thread", "people", "answers", "began", "opening").to_pyarrow().to_pandas()
    )
    return frame.sort_values(
        ["people", "answers", "platform", "thread"], ascending=[False, False, True, True], ignore_index=True
    )


def _openers(study: Study) -> Table:
    """Posts of the brand that begin a thread."""
    return _own_posts(study).filter(_.opens)


def _shows_threads(study: Study) -> bool:
    """Whether the answers of the brand say in which conversation they stand, and not only what they answer."""
    told = study.posts.filter((_.kind == "reply") & _.conversation_id.notnull())
    own = _own_posts(study).semi_join(told.select("platform", "post_id"), ["platform", "post_id"])
    return bool(own.count().to_pyarrow().as_py())


def own_voice(study: Study) -> dict[str, Any]:
    """The brand's side of the conversation in figures.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    dict
        `announce`, `answer`, `bring_together`, `repost`: posts; `addressed` (how often somebody was), to how many
        people (`people_addressed`) and how few of them got half of it (`half_of_addressed`); `people_reposted`;
        `openers`: posts that begin a thread, `starters`: of those, after which the brand answered somebody (null
        where the export does not show which post began a conversation); `weeks`: :func:`style_by_week`.
    """
    posts = _own_posts(study).agg(**_styles()).to_pyarrow().to_pylist()[0]
    people = addressed(study)
    times = people[["answers", "mentions", "quotes"]].sum(axis=1)
    times = times[times > 0].sort_values(ascending=False)
    half = int((times.cumsum() < times.sum() / 2).sum() + 1) if len(times) else 0
    return {
        **{style: posts[style] or 0 for style in STYLES},
        "repost": int(people["reposts"].sum()),
        "addressed": int(times.sum()),
        "people_addressed": len(times),
        "half_of_addressed": half,
        "people_reposted": int((people["reposts"] > 0).sum()),
        "openers": int(_openers(study).count().to_pyarrow().as_py()),
        "starters": len(starters(study)) if _shows_threads(study) else None,
        "weeks": style_by_week(study).to_dict("records"),
    }
