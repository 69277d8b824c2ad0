"""CSV of the Meta Content Library, which counts reactions to posts of large accounts: refused in words."""

from __future__ import annotations

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.files import Source

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "meta_library"
TITLE = (
    "Meta Content Library CSV (refused, being counts only): post_owner.id, mcl_url, statistics.comment_count"
)
COVERAGE = "D"
PLATFORMS = ("facebook", "instagram")
IS_FROM_DOCUMENTATION = True
HOW = "Not with this: the library shows counts of comments and not who wrote them; of your own Page, take its comments."

_COLUMNS = {"post_owner.id", "mcl_url", "creation_time"}


def recognise(sample: Sample) -> bool:
    """Whether the header has the columns of the library."""
    return set(sample.header) >= _COLUMNS


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Refuses the file, and says what would do."""
    raise ExportError(
        "A download of the Meta Content Library: posts of large accounts with counts of comments and reactions. "
        "It does not say who wrote a comment, and leaves tags out of texts, so who talks to whom cannot be seen in "
        "it. Of your own Page, export the comments: through the Graph API with the Page's own token, or with a "
        "tool that saves them as CSV with author and time."
    )
