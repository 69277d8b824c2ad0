"""Follower lists: one name or id a line, a table, users as JSON, or what an account archive holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from communitylab.errors import CallError, ExportError
from communitylab.exports.at_records import known_handle
from communitylab.exports.fediverse import account_called
from communitylab.exports.ids import cell_or_none, id_or_none
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.meta_exports import FOLLOWED, FOLLOWERS, followers_in
from communitylab.exports.sample import Sample, sample_of
from communitylab.exports.table_rows import table_records, table_rows
from communitylab.exports.times import moment
from communitylab.files import Source, head

__all__ = ["Follower", "read_followers"]

_IDS = ("account_id", "user_id", "author_id", "accountid", "userid", "id_str", "id", "did")
_NAMES = (
    "username",
    "screen_name",
    "user_name",
    "handle",
    "acct",
    "account",
    "name",
    "user",
    "follower",
    "author",
)
_TIMES = ("followed_at", "follow_date", "followed_on", "following_since", "date", "timestamp", "time")
_ARCHIVED = re.compile(r"\s*window\.YTD\.(follower|following)\.part\d+\s*=")
_OF_MASTODON = "account address"  # the first column of all its lists that have a header
_LINK = re.compile(r"https?://[^/\s]+/(?:@|u/|user/|profile/)?([^/?#\s]+)/?$")


class Follower(NamedTuple):
    """One entry of a follower list. A bare number may be an id or a name, so it stands in both."""

    account_id: str | None
    name: str | None
    followed_at: datetime | None = None


class _User(msgspec.Struct):
    id: str | int | None = None
    id_str: str | None = None
    username: str | None = None
    screen_name: str | None = None
    did: str | None = None  # of Bluesky, like the next
    handle: str | None = None
    acct: str | None = None  # of Mastodon, with the page at `url`
    url: str | None = None


class _Archived(msgspec.Struct, rename="camel"):
    account_id: str | None = None


class _Line(_User):
    data: list[_User] | _User | None = None
    followers: list[_User] | None = None  # of Bluesky, on a page
    follower: _Archived | None = None  # in the follower.js of an X account archive


_LINE = msgspec.json.Decoder(_Line)
_OBJECT = msgspec.json.Decoder(dict[str, object])


def read_followers(sources: Sequence[Source]) -> list[Follower]:
    """The accounts on a follower list.

    Parameters
    ----------
    sources
        The list: one name or id a line, with or without @; a table with a column for names or ids; or
        users as JSON, as `twarc2 followers` writes them and as the APIs of Mastodon and Bluesky answer. Or the files
        of an account archive of X, Facebook or Instagram, of which those that hold its followers are the list.

    Returns
    -------
    list[Follower]
        Each entry once, in the order of the list.

    Raises
    ------
    CallError
        If the list cannot be opened or holds no entry, or several files hold none.
    """
    place = sources[0].label if len(sources) == 1 else str(sources[0].path)
    try:
        lists = sources if len(sources) == 1 else [source for source in sources if _is_archived(source)]
        if not lists:
            raise CallError(
                f"{place}: none of these {len(sources)} files is the follower.js of an X archive, or the list of "
                "followers in one of Facebook or Instagram. "
                "Name the file with the follower list itself."
            )
        if lists[0].refusal:
            raise CallError(f"{place}: {lists[0].refusal}")
        entries = list(dict.fromkeys(entry for source in lists for entry in _entries(source)))
    except (OSError, ExportError) as error:
        raise CallError(f"{place}: the follower list cannot be read ({error}).") from None
    if not entries:
        raise CallError(
            f"{place}: the follower list holds no name and no id. "
            "Write one name or id a line, or leave --followers out to count everybody who posted."
        )
    return entries


def _is_archived(source: Source) -> bool:
    if source.refusal:
        return False
    start = head(source, 1000).decode("utf-8", "replace")
    begins = _ARCHIVED.match(start)
    return begins[1] == "follower" if begins else FOLLOWERS.match(start) is not None


def _entries(source: Source) -> Iterator[Follower]:
    sample = sample_of(source)
    if sample.magic:
        raise CallError(f"{source.label}: the follower list is {sample.magic}. Save it as text or CSV.")
    if sample.is_car:
        raise CallError(
            f"{source.label}: the repository of an account of Bluesky, which does not hold its followers. Save what "
            "app.bsky.graph.getFollowers answers, page by page."
        )
    if sample.header and sample.header[0].casefold() == _OF_MASTODON:
        raise CallError(
            f"{source.label}: accounts that somebody on Mastodon follows, or mutes. Mastodon gives no file of those "
            "that follow: save what its API answers to /api/v1/accounts/ID/followers."
        )
    archived = _ARCHIVED.match(sample.start)
    if (archived and archived[1] == "following") or FOLLOWED.match(sample.start):
        raise CallError(
            f"{source.label}: accounts that are followed. Those that follow are in another file of the archive: "
            "follower.js, followers_1.json or people_who_followed_you.json."
        )
    if FOLLOWERS.match(sample.start):
        return _from_meta(source)
    if sample.objects or archived:
        return _from_json(source)
    folded = [cell.lower().replace(" ", "_") for cell in sample.header]
    if any(name in folded for name in _IDS + _NAMES):
        return _from_table(source, sample)
    if len(folded) > 1 and sample.dialect.delimiter != " ":
        raise CallError(
            f"{source.label}: the follower list has {len(folded)} columns and none is called "
            "username, screen_name, name or id. Name the column, or keep one column only."
        )
    return _from_lines(source, sample)


def _follower(
    account_id: str | None, name: str | None, followed_at: datetime | None = None
) -> Follower | None:
    name = cell_or_none(name)
    if name and (link := _LINK.match(name)):
        name = link[1]
    name = name.removeprefix("@") if name else None
    account_id = id_or_none(account_id)
    if account_id is None and name and ((name.isdigit() and len(name) >= 5) or name.startswith("did:")):
        account_id = name
    return Follower(account_id, name or None, followed_at) if account_id or name else None


def _from_lines(source: Source, sample: Sample) -> Iterator[Follower]:
    for _, row in table_rows(source, _ignore, sample=sample):
        if entry := _follower(None, " ".join(row)):
            yield entry


def _from_table(source: Source, sample: Sample) -> Iterator[Follower]:
    columns = {cell.strip().lower().replace(" ", "_"): cell for cell in sample.header}
    id_column, name_column, time_column = (
        next((columns[alias] for alias in aliases if alias in columns), "")
        for aliases in (_IDS, _NAMES, _TIMES)
    )
    for _, row in table_records(source, _ignore, sample=sample):
        followed_at = moment(row.get(time_column, ""))
        if entry := _follower(row.get(id_column), row.get(name_column), followed_at):
            yield entry


def _from_json(source: Source) -> Iterator[Follower]:
    for _, text in json_records(source, _ignore):
        try:
            line = decode(_LINE, text)
        except UnreadableError:
            continue
        users = line.data if isinstance(line.data, list) else line.followers or [line.data or line]
        for user in users:
            account_id = user.id_str or (str(user.id) if user.id is not None else None)
            if line.follower is not None:
                account_id = line.follower.account_id
            account_id = user.did or account_id
            name = user.username or user.screen_name or known_handle(user.handle)
            if user.acct:  # the number is its server's own, and so is the name without a host
                account_id, name = account_called(user.acct, user.url)
            if entry := _follower(account_id, name):
                yield entry


def _from_meta(source: Source) -> Iterator[Follower]:
    for _, text in json_records(source, _ignore):
        try:
            whole = decode(_OBJECT, text)
        except UnreadableError:
            continue
        for name, since in followers_in(whole):
            if entry := _follower(None, name, moment(since) if since else None):
                yield entry


def _ignore(reason: str, line: int) -> None:
    pass
