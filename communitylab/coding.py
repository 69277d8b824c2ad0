"""From what a store holds to what is counted: integers for accounts and days, threads, grounds."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import ibis
from ibis import _
from ibis.expr.types import IntegerValue, Table, TimestampValue

from communitylab.choices import first_row
from communitylab.days import zone_changes

__all__ = ["coded"]


def coded(
    written: Table,
    every_act: Table,
    *,
    accounts: Table,
    tz: str,
    hashtags: tuple[str, ...],
    yours: tuple[str, ...],
) -> tuple[Table, Table]:
    """Posts and acts with accounts as integers, days in a zone, threads, and the ground of every act.

    Parameters
    ----------
    written, every_act
        Posts and acts as a store holds them.
    accounts
        With account (integer) and is_brand.
    tz
        The zone in which days begin.
    hashtags
        The brand's own.
    yours
        Platforms that are a place of the brand's.

    Returns
    -------
    tuple of Table
        Posts (platform, post_id, account, day, at, thread, text_hash …) and acts (source, target, day, at,
        thread, thread_day, ground …).
    """
    zone = _zone(written, tz)
    codes = accounts.select("platform", "account_id", "account", "is_brand")
    posts = written.select(
        "platform",
        "post_id",
        "edit_of",
        "author",
        "created_at",
        "kind",
        "thread",
        "hashtags",
        "weight",
        "text",
        "source_file",
    ).mutate(
        day=_day(_.created_at, zone),
        at=_.created_at.truncate("s").epoch_seconds(),
        # Posts without a text (an edge list has none) are not copies of one another.
        text_hash=ibis.ifelse(_.text.length() > 0, _.text.hash(), ibis.null("int64")),
        is_tagged=_.hashtags.map(lambda tag: tag.isin(hashtags)).anys().fill_null(False)
        if hashtags
        else ibis.literal(False),
    )
    authors = codes.select("platform", author="account_id", account="account", by_brand="is_brand")
    posts = posts.inner_join(authors, ["platform", "author"]).drop("hashtags", "text", "author").cache()
    threads = posts.filter(_.kind != "repost").group_by("platform", "thread").agg(thread_day=_.day.min())
    openers = posts.filter((ibis.coalesce(_.edit_of, _.post_id) == _.thread) & _.by_brand).select(
        "platform", "thread", is_yours=True
    )
    acts = every_act
    source = codes.select("platform", source_id="account_id", source="account")
    target = codes.select("platform", target_id="account_id", target="account", to_brand="is_brand")
    acts = acts.inner_join(source, ["platform", "source_id"]).inner_join(target, ["platform", "target_id"])
    naming = (
        acts.filter(_.to_brand & (_.evidence != "carried") & _.post_id.notnull())
        .select("platform", "post_id", is_naming=True)
        .distinct()
    )
    tagged = posts.filter(_.is_tagged).select("platform", "post_id", is_tagged=True)
    acts = (
        acts.left_join(threads.select("platform", "thread", "thread_day"),
                       ["platform", ("conversation_id", "thread")])
        .left_join(openers, ["platform", ("conversation_id", "thread")], rname="opener_{name}")
        .left_join(tagged, ["platform", "post_id"], rname="tagged_{name}")
        .left_join(naming, ["platform", "post_id"], rname="naming_{name}")
    )  # fmt: skip
    day = _day(_.created_at, zone)
    # A reaction belongs to no post and no thread: it stands for itself.
    alone = _.source_id + "\n" + _.target_id + "\n" + _.created_at.cast("string").fill_null("")
    acts = acts.select(
        "platform",
        "source_id",
        "target_id",
        "source",
        "target",
        "kind",
        "created_at",
        "post_id",
        "target_post_id",
        "conversation_id",
        "evidence",
        "weight",
        ground=ibis.cases(
            (_.is_yours.fill_null(False) | _.platform.isin(yours), "yours"),
            (_.is_tagged.fill_null(False), "tagged"),
            (_.is_naming.fill_null(False), "naming"),
            else_="elsewhere",
        ),
        day=day,
        at=_.created_at.truncate("s").epoch_seconds(),
        # For grouping alone: numbers take a fraction of the memory.
        thread=(_.platform + " " + ibis.coalesce(_.conversation_id, _.post_id, alone)).hash(),
        post=ibis.coalesce(_.post_id, alone).hash(),
        thread_day=ibis.coalesce(_.thread_day, day),
    ).cache()
    return posts, acts


def _zone(written: Table, tz: str) -> list[tuple[Any, int]]:
    """For each stretch without a change of the clocks its end (seconds) and how far the zone is ahead of UTC."""
    if tz == "UTC":
        return [(None, 0)]
    row = first_row(written.agg(first=_.created_at.min(), last=_.created_at.max()))
    return zone_changes(ZoneInfo(tz), first=row["first"], last=row["last"]) if row["first"] else [(None, 0)]


def _day(moment: TimestampValue, zone: list[tuple[Any, int]]) -> IntegerValue:
    """Days since 1970-01-01 at a moment, in a zone."""
    seconds = moment.truncate("s").epoch_seconds()
    *earlier, (_end, offset) = zone
    ahead = ibis.literal(offset)
    if earlier:
        ahead = ibis.cases(*((seconds < end, before) for end, before in earlier), else_=offset)
    return ((seconds + ahead) // 86_400).cast("int32")
