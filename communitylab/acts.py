"""From posts to acts: the counting rules, applied once, on the engine.

Who talks to whom is easy to get wrong: counting every name in a text more than doubles the share of
follower-to-follower talk around a support account. The rules:

1. A reply is one act, to the author of the post answered; naming that author again in it adds nothing.
2. The other names at the head of a reply were put there by the platform, not typed: `carried`. Where the
   platform puts none there, as in a forum, they were typed.
3. A repost is one act to the author of the original, whose words and names it repeats: it names nobody.
4. A repost of a quote is a repost only. An answer to oneself is a post and no act.
5. The same post counts once, however often it was exported; of an edited post the last version counts.
6. Nobody knows who wrote a deleted post: answering it is no act, never an act to one "deleted" person.
7. A post that names k accounts is k acts.
8. An answer in a thread that answers no one in particular is one act to who opened it: `inferred`.
9. Where no message says what it answers, as in WhatsApp, a message after an hour of silence opens a thread. One
   that names somebody is addressed to them, and answers nobody else.

Every table here is an Ibis expression: nothing is computed until it is written or counted, and nothing
but joins is needed to look a parent or a name up, whatever the number of posts and files.
"""

from __future__ import annotations

import functools
from operator import add

import ibis
from ibis import _
from ibis.expr.types import StringValue, Table

from communitylab.tables import POSTS, WITHOUT_REPLIES

__all__ = [
    "DUPLICATE",
    "EARLIER_VERSION",
    "account_names",
    "acts_of",
    "completed",
    "conversations",
    "current_parents",
    "in_sessions",
    "name_to_id",
    "post_authors",
    "repeated_posts",
    "with_common_ids",
    "with_known_versions",
]

_CONTENT = [name for name in POSTS.names if name not in ("platform", "source_file", "source_record")]

DUPLICATE, EARLIER_VERSION = "duplicate post", "earlier version of an edited post"

# The run of names that a platform puts before the words of a reply, each with a space behind it:
# "@ana, I think" was typed.
_HEAD = r"^\s*(@\w+([.@-]\w+)*(\s+|$))+"

# What a copy of a post may tell or leave out.
_TOLD = ("author_id", "conversation_id", "reply_to_post_id", "reply_to_id", "repost_of_post_id", "repost_of_id",
         "quote_of_post_id", "quote_of_id")  # fmt: skip
_LETTERS = (
    40  # of a text, by which two copies are known as one: formats differ further on, in links and signs
)

# Platforms that put nothing there: whoever is named at the head of an answer was named by its author.
_TYPED = (
    "bluesky",
    "discord",
    "discourse",
    "disqus",
    "facebook",
    "instagram",
    "mail",
    "reddit",
    "slack",
    "telegram",
    "whatsapp",
    "wordpress",
)

# What stands before the number in an id that only one server knows.
_SERVER = r"^[^/]*/([^/]+)$"

# A chain of answers doubles its known length with every look-up: 40 look-ups are enough for 2^40
# answers, and end also where answers go round in a circle.
_LOOKUPS = 40


# The usual rule of thumb for where one session ends: Halfaker et al. (2015), User session identification based on
# strong regularities in inter-activity time, doi:10.1145/2736277.2741117.
_SILENCE = 3600


def repeated_posts(posts: Table, *, ids: Table) -> Table:
    """Rows that are not to be counted because another row is the same post.

    Which of several copies stays depends on their content alone, never on the order of rows or files.

    Parameters
    ----------
    posts
        Posts as read, with repetitions.
    ids
        As :func:`name_to_id` gives it.

    Returns
    -------
    Table
        source_file, source_record and reason of each surplus row.
    """
    keyed = _identified(posts, ids)
    keyed = keyed.mutate(told=functools.reduce(add, (keyed[name].notnull().cast("int32") for name in _TOLD)))
    several = keyed.filter(_.identity.notnull()).group_by("platform", "identity").having(_.count() > 1).agg()
    # The last version first (ids grow with time), then the copy that knows most: formats that guess or leave out
    # whom a post answers must not win over those that tell. Then any fixed order of content.
    order = [
        _.post_id.length().desc(nulls_first=False),
        _.post_id.desc(nulls_first=False),
        _.told.desc(),
        _.mentions.filter(lambda named: named.account_id.notnull()).length().desc(nulls_first=False),
        _.mentions.length().desc(nulls_first=False),
        _.text.length().desc(nulls_first=False),
        *(_[name].cast("string").desc(nulls_first=False) for name in _CONTENT),
    ]
    copies = ibis.window(group_by=["platform", "identity"], order_by=[*order, _.source_file, _.source_record])
    ranked = keyed.semi_join(several, ["platform", "identity"]).mutate(
        rank=ibis.row_number().over(copies), last=_.post_id.first().over(copies)
    )
    is_older = (ranked.post_id != ranked["last"]).fill_null(False)
    reason = ibis.ifelse(is_older, EARLIER_VERSION, DUPLICATE)
    return ranked.mutate(reason=reason).filter(_.rank > 0).select("source_file", "source_record", "reason")


def _identified(posts: Table, ids: Table) -> Table:
    """Posts with what tells each from all others: its id, else who said when how it begins.

    Two equal rows of an edge list, with neither id nor text, are two messages. Words without an id, by the same
    author in the same second, are one post that was exported twice, once perhaps with an id. A repost has no
    words of its own: its second must do, where the export tells seconds.
    """
    by_id = ibis.ifelse(_.post_id.notnull(), "id " + ibis.coalesce(_.edit_of, _.post_id), ibis.null("string"))
    posts = posts.mutate(identity=by_id)
    if not posts.filter(_.post_id.isnull()).limit(1).count().to_pyarrow().as_py():
        return posts
    keyed = _with_key(posts, ids, account_id="author_id", name="author_name", key="_author")
    moment = _._author + " " + _.created_at.truncate("s").cast("string") + " "
    letters = _.text.lower().re_replace(r"[^\p{L}\p{N}]+", "").substr(0, _LETTERS)
    tells_seconds = _.created_at.truncate("s") != _.created_at.truncate("D")
    keyed = keyed.mutate(
        _said=ibis.cases(
            ((_.kind != "repost") & (letters.length() > 0), moment + letters),
            ((_.kind == "repost") & tells_seconds, moment + "repost"),
        )
    )
    known = keyed.filter(_.post_id.notnull() & _._said.notnull())
    known = known.group_by("platform", "_said").agg(_known=_.identity.min())
    joined = keyed.left_join(known, ["platform", "_said"])
    identity = ibis.coalesce(joined.identity, joined["_known"], "said " + joined["_said"])
    return joined.mutate(identity=identity).select(*posts.columns)


def completed(posts: Table, copies: Table) -> Table:
    """Posts with what only another copy of each knows: its thread, what it answers, its words.

    Parameters
    ----------
    posts
        Distinct posts.
    copies
        Rows that were left out as copies.

    Returns
    -------
    Table
        The posts.
    """
    knows = copies.filter(_.post_id.notnull()).group_by(
        "platform", copied=ibis.coalesce(_.edit_of, _.post_id)
    )
    known = knows.agg(
        other_thread=_.conversation_id.max(),
        other_parent=_.reply_to_post_id.max(),
        other_text=_.text.max(where=_.kind != "repost"),
    )
    keyed = posts.mutate(copied=ibis.coalesce(_.edit_of, _.post_id))
    joined = keyed.left_join(known, ["platform", "copied"])
    answers = (joined.kind == "reply") & joined.reply_to_post_id.isnull()
    return joined.mutate(
        conversation_id=ibis.coalesce(joined.conversation_id, joined.other_thread),
        reply_to_post_id=ibis.ifelse(answers, joined.other_parent, joined.reply_to_post_id),
        text=ibis.ifelse(joined.kind == "repost", joined.text, ibis.coalesce(joined.text, joined.other_text)),
    ).select(posts.columns)


def with_common_ids(posts: Table, parents: Table) -> Table:
    """Posts that refer to others by what everybody calls them, where a file calls them as only one server does.

    Such an id is `server/number`, or `/number` where the file does not tell the server: this may be any, if only one
    post has that number.

    Parameters
    ----------
    posts
        Posts as read, with repetitions.
    parents
        Posts known as context, some of them as being the same as another.

    Returns
    -------
    Table
        The posts. What one copy of a post is known to answer all its copies answer, wherever they come from.
    """
    told = parents.filter(_.same_as.notnull()).select("platform", "same_as", local="post_id")
    told = told.mutate(number=_.local.re_replace(_SERVER, r"/\1"))
    numbers = told.select("platform", "same_as", local="number")
    exact = _of_one_post(ibis.union(told.select(numbers.columns), numbers))
    somewhere = _of_one_post(told.filter(_.local == _.number).select(numbers.columns)).rename(number="local")
    for reference in ("reply_to_post_id", "quote_of_post_id"):
        number = posts[reference].re_replace(_SERVER, r"/\1")
        joined = posts.mutate(number=number).left_join(exact, ["platform", (reference, "local")])
        joined = joined.select(*posts.columns, "number", exactly="common")
        joined = joined.left_join(somewhere, ["platform", "number"])
        found = joined.select(
            "platform", copied="post_id", common=ibis.coalesce(joined.exactly, joined.common)
        )
        found = found.filter(_.common.notnull()).group_by("platform", "copied").agg(common=_.common.min())
        joined = posts.left_join(found, ["platform", ("post_id", "copied")])
        known = {reference: ibis.coalesce(joined.common, joined[reference])}
        posts = joined.mutate(**known).select(posts.columns)
    return posts


def _of_one_post(told: Table) -> Table:
    one = told.group_by("platform", "local").having(_.same_as.nunique() == 1)
    return one.agg(common=_.same_as.min())


def with_known_versions(posts: Table) -> Table:
    """Posts that know what they are a version of wherever some copy of them does: not every export tells.

    Parameters
    ----------
    posts
        Posts as read, with repetitions.

    Returns
    -------
    Table
        The posts, with the same `edit_of` in all copies of a post.
    """
    told = posts.filter(_.edit_of.notnull() & _.post_id.notnull() & (_.edit_of != _.post_id))
    told = told.group_by("platform", version="post_id").agg(first=_.edit_of.min())
    joined = posts.left_join(told, ["platform", ("post_id", "version")])
    return joined.mutate(edit_of=joined["first"]).select(posts.columns)


def current_parents(posts: Table, earlier: Table) -> Table:
    """Posts whose answers to an earlier version of an edited post are answers to the version that stays.

    Parameters
    ----------
    posts
        Distinct posts.
    earlier
        Posts that were left out, earlier versions among them.

    Returns
    -------
    Table
        The posts, with `reply_to_post_id` of such answers replaced.
    """
    kept = posts.filter(_.edit_of.notnull()).select("platform", "edit_of", kept="post_id")
    first = kept.select("platform", version="edit_of", kept="kept")
    others = earlier.filter(_.edit_of.notnull()).select("platform", "edit_of", version="post_id")
    others = others.inner_join(kept, ["platform", "edit_of"]).select("platform", "version", "kept")
    versions = ibis.union(first, others, distinct=True).filter(_.version != _.kept)
    joined = posts.left_join(versions, ["platform", ("reply_to_post_id", "version")])
    replaced = joined.mutate(reply_to_post_id=ibis.coalesce(joined.kept, joined.reply_to_post_id))
    return replaced.select(posts.columns)


def account_names(posts: Table, names: Table) -> Table:
    """Every account id with every name it was seen under, and when last.

    Parameters
    ----------
    posts
        Posts; authors, references and mentions with both an id and a name are read.
    names
        Ids and names seen together elsewhere in the exports.

    Returns
    -------
    Table
        platform, account_id, name (folded), shown (as written), display_name, seen_at: one row per id and name.
    """
    no_display = ibis.null("string")
    seen = [names.select("platform", "account_id", "name", "display_name", "seen_at")]
    for account_id, name in (
        ("author_id", "author_name"),
        ("reply_to_id", "reply_to_name"),
        ("repost_of_id", "repost_of_name"),
        ("quote_of_id", "quote_of_name"),
    ):
        seen.append(
            posts.select(
                "platform", account_id=account_id, name=name, display_name=no_display, seen_at="created_at"
            )
        )
    named = posts.select("platform", "created_at", mention="mentions").unnest("mention")
    seen.append(
        named.select(
            "platform",
            account_id=_.mention["account_id"],
            name=_.mention["name"],
            display_name=no_display,
            seen_at=_.created_at,
        )
    )
    return (
        ibis.union(*seen)
        .filter(_.account_id.notnull() & _.name.notnull())
        .mutate(shown=_.name, name=_.name.lower())
        .group_by("platform", "account_id", "name")
        .agg(shown=_.shown.max(), display_name=_.display_name.max(), seen_at=_.seen_at.max())
    )


def name_to_id(account_names: Table) -> Table:
    """The one account that a name stands for: the latest that bore it.

    Parameters
    ----------
    account_names
        As :func:`account_names` gives it.

    Returns
    -------
    Table
        platform, name (folded), account_id: one row per name.
    """
    latest = ibis.window(
        group_by=["platform", "name"], order_by=[_.seen_at.desc(nulls_first=False), _.account_id]
    )
    ranked = account_names.mutate(rank=ibis.row_number().over(latest))
    return ranked.filter(_.rank == 0).select("platform", "name", "account_id")


def _with_key(table: Table, ids: Table, *, account_id: str, name: str, key: str) -> Table:
    """Adds the key of an account: its id, else the id of its name, else `name:` and the folded name."""
    found = ids.select("platform", _folded="name", _found="account_id")
    folded = ibis.ifelse(table[account_id].isnull(), table[name].lower(), ibis.null("string"))
    joined = table.mutate(_folded=folded).left_join(found, ["platform", "_folded"])
    best = ibis.coalesce(joined[account_id], joined["_found"], "name:" + joined["_folded"])
    return joined.mutate(**{key: best}).select(*table.columns, key)


def post_authors(posts: Table, parents: Table, *, ids: Table) -> Table:
    """Who wrote each post that is known, records and context alike.

    Parameters
    ----------
    posts, parents
        Posts as read (repetitions and earlier versions included), and posts known as context only.
    ids
        As :func:`name_to_id` gives it.

    Returns
    -------
    Table
        platform, post_id, author: one row per post.
    """
    columns = ["platform", "post_id", "author_id", "author_name"]
    known = ibis.union(posts.select(columns), parents.select(columns)).filter(_.post_id.notnull())
    keyed = _with_key(known, ids, account_id="author_id", name="author_name", key="author")
    return keyed.group_by("platform", "post_id").agg(author=_.author.min())


def conversations(posts: Table) -> Table:
    """The thread of each post: the platform's own id, else the post from which its answers descend.

    Parameters
    ----------
    posts
        Distinct posts.

    Returns
    -------
    Table
        platform, post_id, thread: one row per post.
    """
    answers = posts.filter(_.conversation_id.isnull() & _.reply_to_post_id.notnull())
    roots = answers.select("platform", "post_id", root="reply_to_post_id").cache()
    for _lookup in range(_LOOKUPS):
        further = roots.select("platform", root="post_id", further="root")
        longer = roots.inner_join(further, ["platform", "root"]).filter(_.further != _.root)
        if longer.count().to_pyarrow().as_py() == 0:
            break
        joined = roots.left_join(further, ["platform", "root"])
        roots = joined.select("platform", "post_id", root=ibis.coalesce(joined.further, joined.root)).cache()
    native = posts.select("platform", root="post_id", native="conversation_id")
    rooted = roots.left_join(native, ["platform", "root"]).select(
        "platform", "post_id", rebuilt=ibis.coalesce(_.native, _.root)
    )
    joined = posts.select("platform", "post_id", "conversation_id").left_join(rooted, ["platform", "post_id"])
    return joined.select("platform", "post_id", thread=ibis.coalesce(_.conversation_id, _.rebuilt, _.post_id))


def in_sessions(posts: Table) -> Table:
    """Posts whose threads, on platforms without replies, are what is said without an hour of silence between.

    Parameters
    ----------
    posts
        Distinct posts.

    Returns
    -------
    Table
        The posts; on such platforms `conversation_id` is the id of the first message of the session.
    """
    order = [_.created_at, _.source_file, _.source_record]
    room = ["platform", "place"]
    chats = posts.filter(_.platform.isin(WITHOUT_REPLIES) & _.created_at.notnull())
    chats = chats.mutate(at=_.created_at.epoch_seconds())
    silence = _.at - _.at.lag().over(ibis.window(group_by=room, order_by=order))
    chats = chats.mutate(opens=(silence.isnull() | (silence > _SILENCE)).cast("int64"))
    chats = chats.mutate(
        session=_.opens.sum().over(ibis.cumulative_window(group_by=room, order_by=order)),
    )
    chats = chats.mutate(
        opener=_.post_id.first().over(ibis.window(group_by=[*room, "session"], order_by=order))
    )
    joined = posts.left_join(chats.select("platform", "post_id", "opener"), ["platform", "post_id"])
    is_known = joined.platform.isin(WITHOUT_REPLIES)
    return joined.mutate(conversation_id=ibis.ifelse(is_known, joined.opener, joined.conversation_id)).select(
        posts.columns
    )


def _to_account(posts: Table, ids: Table, authors: Table, *, reference: str, guessed: StringValue) -> Table:
    """Acts of one kind of reference: to the account it names, or to the author of the post it names."""
    post, account_id, name = f"{reference}_post_id", f"{reference}_id", f"{reference}_name"
    keyed = _with_key(
        posts.filter(_[post].notnull() | _[account_id].notnull() | _[name].notnull()),
        ids,
        account_id=account_id,
        name=name,
        key="named",
    )
    written = authors.select("platform", written_post="post_id", writer="author")
    joined = keyed.left_join(written, ["platform", (_[post], written.written_post)])
    trusted = ibis.ifelse(guessed, ibis.null("string"), joined.named)
    return joined.mutate(
        target_id=ibis.coalesce(trusted, joined.writer, joined.named),
        # A name at the head of an answer whose parent is not in the data is still a name that stands there.
        evidence=ibis.ifelse(trusted.isnull() & joined.writer.notnull(), "joined", "explicit"),
        target_post_id=joined[post],
    ).drop("named", "written_post", "writer")


def acts_of(posts: Table, *, ids: Table, authors: Table, edges: Table) -> Table:
    """All acts, one row per post, kind and target.

    Parameters
    ----------
    posts
        Distinct posts with `thread` and `author` (account key) added.
    ids
        As :func:`name_to_id` gives it.
    authors
        As :func:`post_authors` gives it.
    edges
        Acts that are no posts.

    Returns
    -------
    Table
        platform, source_id, target_id, kind, created_at, post_id, target_post_id, conversation_id,
        evidence, weight. `target_id` null: whom the act addressed cannot be known (a deleted post);
        such rows are for the ledger and are no acts. Acts to oneself are left out.
    """
    never = ibis.literal(False)
    replying = posts.filter(_.kind != "repost")
    replies = _gathered(
        _to_account(replying, ids, authors, reference="reply_to", guessed=_.reply_to_guessed), act="reply"
    )
    quotes = _gathered(_to_account(replying, ids, authors, reference="quote_of", guessed=never), act="quote")
    reposting = posts.filter(_.kind == "repost")
    reposts = _gathered(
        _to_account(reposting, ids, authors, reference="repost_of", guessed=never), act="repost"
    )

    opener = authors.select("platform", opening_post="post_id", target_id="author")
    flat = posts.filter(
        (_.kind == "post")
        & _.reply_to_post_id.isnull()
        & _.reply_to_id.isnull()
        & _.reply_to_name.isnull()
        & (_.conversation_id != ibis.coalesce(_.edit_of, _.post_id))
        & ~(_.platform.isin(WITHOUT_REPLIES) & (_.mentions.length().fill_null(0) > 0))
    ).inner_join(opener, ["platform", ("conversation_id", "opening_post")])
    flat = flat.mutate(evidence=ibis.literal("inferred"), target_post_id=_.opening_post)

    flat = _gathered(flat, act="reply")
    mentions = _gathered(_mentions(replying, ids=ids, replies=replies))
    posted = ibis.union(replies, quotes, reposts, flat, mentions)
    posted = posted.rename(source_id="author", kind="act", conversation_id="thread")
    both_ways = posted.filter(_.kind == "tie")
    both_ways = both_ways.mutate(source_id=both_ways.target_id, target_id=both_ways.source_id)
    every = ibis.union(posted, both_ways.select(posted.columns), _edge_acts(edges, ids))
    return every.filter(_.target_id.isnull() | (_.source_id != _.target_id))


def _gathered(table: Table, *, act: str | None = None) -> Table:
    """Acts of one kind, computed by themselves: all kinds at once would need the memory of all their joins."""
    if act is not None:
        table = table.mutate(act=ibis.literal(act))
    return table.select(
        "platform",
        "author",
        "target_id",
        "act",
        "created_at",
        "post_id",
        "target_post_id",
        "thread",
        "evidence",
        "weight",
    ).cache()


def _mentions(posts: Table, *, ids: Table, replies: Table) -> Table:
    """Accounts named in a text: typed ones, and those that the platform carried over to a reply's head."""
    answered = replies.select("platform", "post_id", answered="target_id")
    named = posts.filter(_.mentions.length() > 0).left_join(answered, ["platform", "post_id"])
    is_reply = (named.kind == "reply") & named.platform.notin(_TYPED)
    head = ibis.ifelse(is_reply, named.text.re_extract(_HEAD, 0).length(), 0)
    named = named.select(
        "platform",
        "post_id",
        "author",
        "created_at",
        "thread",
        "weight",
        "answered",
        act=ibis.ifelse(named.kind == "tie", "tie", "mention"),
        head_length=head,
        mention="mentions",
    ).unnest("mention")
    named = named.mutate(
        account_id=_.mention["account_id"],
        name=_.mention["name"],
        typed=ibis.ifelse(_.mention["start"].fill_null(2**31 - 1) < _.head_length, 0, 1),
    ).drop("mention")
    keyed = _with_key(named, ids, account_id="account_id", name="name", key="target_id")
    once = keyed.group_by("platform", "post_id", "author", "target_id", "act").agg(
        created_at=_.created_at.max(),
        thread=_.thread.max(),
        weight=_.weight.max(),
        answered=_.answered.max(),
        typed=_.typed.min(),  # at the head and in the words as well: carried
    )
    once = once.filter(_.target_id.notnull() & (_.answered.isnull() | (_.answered != _.target_id)))
    return once.mutate(
        evidence=ibis.ifelse(_.typed == 1, "explicit", "carried"), target_post_id=ibis.null("string")
    )


def _edge_acts(edges: Table, ids: Table) -> Table:
    keyed = _with_key(edges, ids, account_id="source_id", name="source_name", key="source")
    keyed = _with_key(keyed, ids, account_id="target_id", name="target_name", key="target")
    # The same like or follow, exported twice, is one.
    once = keyed.group_by("platform", "source", "target", "kind", "created_at", "target_post_id").agg(
        weight=_.weight.max()
    )
    return once.select(
        "platform",
        source_id="source",
        target_id="target",
        kind="kind",
        created_at="created_at",
        post_id=ibis.null("string"),
        target_post_id="target_post_id",
        conversation_id=ibis.null("string"),
        evidence=ibis.literal("explicit"),
        weight="weight",
    )
