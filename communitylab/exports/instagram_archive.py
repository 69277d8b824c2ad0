"""What Instagram gives an account under "Download your information", as JSON: its comments, and its followers.

It holds what this one account wrote, and nobody's answers. A comment names the owner of the picture it
stands below, and no ids. Text is broken as in the archives of Facebook. Messages are never opened.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import msgspec

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.intake import take
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.meta_exports import instagram_names, listed, repaired, seconds, text_of
from communitylab.exports.private_parts import Archive
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import hashtags_in, links_in
from communitylab.files import Source
from communitylab.tables import Post

__all__ = [
    "ARCHIVE",
    "COVERAGE",
    "HOW",
    "IS_FROM_DOCUMENTATION",
    "NAME",
    "PLATFORMS",
    "TITLE",
    "read",
    "recognise",
]

NAME = "instagram_archive"
TITLE = "Instagram archive (Download your information), JSON: string_map_data, string_list_data"
COVERAGE = "C"
PLATFORMS = ("instagram",)
HOW = "On Instagram: Accounts Center, Download your information, format JSON; name the zip as it comes."
IS_FROM_DOCUMENTATION = True

_ACTIVITY = r"your_instagram_activity/"
_COMMENTS = rf"(?:{_ACTIVITY})?comments/(?:post_comments|reels_comments)(?:_\d+)?"
_FOLLOWERS = r"(?:connections/)?followers_and_following/(?:followers(?:_\d+)?|following)"
ARCHIVE = Archive(
    sign=re.compile(rf"(?:{_COMMENTS}|{_FOLLOWERS})\.(?:json|html)|{_ACTIVITY}.+"),
    opens=re.compile(rf"(?:{_COMMENTS}|{_FOLLOWERS})\.(?:json|html)"),
    covers=re.compile(
        rf"(?:{_ACTIVITY}|(?:\w+_information|connections|followers_and_following|messages|comments|likes|media|saved"
        r"|preferences|login_and_account_creation|content|contacts|events|shopping|monetization|story_\w+|your_\w+"
        r"|apps_and_websites\w*|logged_\w+|files)/).*|(?:index|start_here)\.html"
    ),
)

_WHOLE = "Name the whole archive: the zip, or the folder that it unpacks to."
_NOTES = {
    "followers": "--followers with this archive counts its followers as such",
    "by order": "the archive is not in English: the first entry of a comment is taken for its text, the next one for "
    "whose picture it stands below",
}
_KEYS = {
    "comments_media_comments": "comment",
    "comments_reels_comments": "comment",
    "relationships_followers": "followers",
    "relationships_following": "following",
}
_NO_POST = {"followers": "a follower, no post", "following": "an account that is followed, no post"}
_NAMES = (
    "personal_information/personal_information/personal_information.json",
    "personal_information/personal_information.json",
    "account_information/personal_information.json",
)
# What the fields are called in English, and in the few languages in which that is known of one of them.
_USERNAMES = ("Username", "Benutzername", "Nom d’utilisateur", "Nom d'utilisateur", "Nombre de usuario")
_USERNAME = re.compile(r"[A-Za-z0-9_.]{1,30}")

_OBJECT = msgspec.json.Decoder(dict[str, object])


def recognise(sample: Sample) -> bool:
    """Whether one of the first objects is a comment or a follower of such an archive."""
    return any(map(_kind, sample.objects))


def _kind(found: Mapping[str, object]) -> str | None:
    """What an object is, or holds: comments, followers, or accounts that are followed."""
    for key, kind in _KEYS.items():
        if isinstance(found.get(key), list):
            return kind
    if isinstance(found.get("string_map_data"), dict):
        return "comment"
    return "followers" if isinstance(found.get("string_list_data"), list) else None


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every comment to the sink; followers and whoever is followed are skipped."""
    has_comments = any(_kind(found) == "comment" for found in sample.objects)
    owner = _owner(source) if has_comments else None
    if has_comments and owner is None:
        raise ExportError(
            "Comments of an Instagram archive without the file that says whose they are (personal_information.json). "
            + _WHOLE
        )
    seen: Counter[str] = Counter()
    for line, text in json_records(source, sink.skip):
        try:
            whole = decode(_OBJECT, text)
        except UnreadableError as error:
            sink.skip(str(error), line)
            continue
        items = [(kind, item) for key, kind in _KEYS.items() for item in listed(whole.get(key))]
        is_list = any(isinstance(whole.get(key), list) for key in _KEYS)
        for kind, item in items if is_list else [(_kind(whole), whole)]:
            if kind in _NO_POST:
                seen[kind] += 1
                sink.skip(_NO_POST[kind], line)
            elif kind is None or not isinstance(item, dict):
                sink.skip("neither a comment nor a follower", line)
            else:
                _read_comment(item, owner, sink, line, seen)
    for sign, note in _NOTES.items():
        if seen[sign]:
            sink.note(note)


def _read_comment(
    item: Mapping[str, object], owner: str | None, sink: Sink, line: int, seen: Counter[str]
) -> None:
    fields = _fields(item)
    values = [(text_of(field.get("value")), seconds(field.get("timestamp"))) for field in fields.values()]
    filled = [value for value, _ in values if value]
    if fields.keys() & {"Comment", "Media Owner", "Time"}:
        text, whose = (
            text_of(fields.get("Comment", {}).get("value")),
            text_of(fields.get("Media Owner", {}).get("value")),
        )
    elif "" in fields:  # the title is whose picture it is
        text, whose = (filled or [""])[0], text_of(item.get("title"))
    else:
        text, whose = (*filled, "", "")[:2]
        seen["by order"] += 1
    when = next((time for _, time in values if time), None)
    mentions = instagram_names(text)
    is_answer = bool(mentions) and text.startswith(
        "@"
    )  # who answers a comment has its author's name at the head
    post = Post(
        "instagram",
        None,
        None,
        owner,
        None,
        "reply",
        text,
        reply_to_name=mentions[0].name if is_answer else whose if _USERNAME.fullmatch(whose) else None,
        mentions=mentions or None,
        hashtags=hashtags_in(text),
        links=links_in(text),
    )
    take(post, when, sink, line, field="Time")


def _fields(item: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """The fields of a record by their names; without a name if they are a list."""
    named = item.get("string_map_data")
    if isinstance(named, dict):
        return {repaired(name): field for name, field in named.items() if isinstance(field, dict)}
    field = next(iter(listed(item.get("string_list_data"))), None)
    return {"": field} if isinstance(field, dict) else {}


def _owner(source: Source) -> str | None:
    """Whose archive it is: it says so in a file of its own, of which only the name is looked at."""
    for up in ("../", "../../"):
        for place in _NAMES:
            beside = source.beside(up + place)
            for _line, text in json_records(beside, lambda reason, line: None) if beside else ():
                try:
                    whole = decode(_OBJECT, text)
                except UnreadableError:
                    continue
                for profile in listed(whole.get("profile_user")):
                    fields = _fields(profile) if isinstance(profile, dict) else {}
                    for name in _USERNAMES:
                        if found := text_of(fields.get(name, {}).get("value")):
                            return found
    return None
