"""CSV of CrowdTangle, which counted reactions to public posts and named nobody who reacted: refused in words."""

from __future__ import annotations

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.files import Source

__all__ = [
    "COVERAGE",
    "HOW",
    "IS_FROM_DOCUMENTATION",
    "IS_GONE",
    "NAME",
    "PLATFORMS",
    "TITLE",
    "read",
    "recognise",
]

NAME = "crowdtangle"
TITLE = (
    "CrowdTangle CSV (refused, being counts only): Page Name, User Name, Followers at Posting, Post Created"
)
COVERAGE = "D"
PLATFORMS = ("facebook", "instagram")
IS_FROM_DOCUMENTATION = True
IS_GONE = True
HOW = "Not with this: CrowdTangle, closed in 2024, exported counts; of your own Page, take its comments instead."

_COLUMNS = {"User Name", "Followers at Posting", "Post Created", "Likes", "Comments", "URL"}


def recognise(sample: Sample) -> bool:
    """Whether the header has the columns of CrowdTangle."""
    return set(sample.header) >= _COLUMNS


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Refuses the file, and says what would do."""
    raise ExportError(
        "A list of CrowdTangle: it counts likes and comments of posts, and names nobody who liked or commented, so "
        "who talks to whom cannot be seen in it. Of your own Page, export the comments: through the Graph API "
        "with the Page's own token, or with a tool that saves them as CSV with author and time."
    )
