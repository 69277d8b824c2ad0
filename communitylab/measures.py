"""Every measure, under one name: `cl.measures.follower_share(study)`.

Each answers one question with one number, its interval or what chance alone would give.
"""

from communitylab.changes import breadth_change, follower_share_change
from communitylab.contacts import breadth, effective_pairs, return_rate, spread, without_top
from communitylab.newcomers import (
    CameBack,
    cohorts_of_newcomers,
    newcomers_answered,
    newcomers_in_all,
    newcomers_return,
)
from communitylab.shapes import (
    active_per_tile,
    centralization,
    cohesion,
    largest_component,
    mutuality,
    structure,
)
from communitylab.shares import (
    busiest,
    follower_share,
    inferred_share,
    kinds_present,
    peer_talk,
    reach,
    talk_between,
    talk_counts,
    top_receivers,
    undirected_share,
)
from communitylab.threads import conversation, first_answer, join_in, threads_joined
from communitylab.voice import addressed, own_voice, starters, style_by_week

__all__ = [
    "CameBack",
    "active_per_tile",
    "addressed",
    "breadth",
    "breadth_change",
    "busiest",
    "centralization",
    "cohesion",
    "cohorts_of_newcomers",
    "conversation",
    "effective_pairs",
    "first_answer",
    "follower_share",
    "follower_share_change",
    "inferred_share",
    "join_in",
    "kinds_present",
    "largest_component",
    "mutuality",
    "newcomers_answered",
    "newcomers_in_all",
    "newcomers_return",
    "own_voice",
    "peer_talk",
    "reach",
    "return_rate",
    "spread",
    "starters",
    "structure",
    "style_by_week",
    "talk_between",
    "talk_counts",
    "threads_joined",
    "top_receivers",
    "undirected_share",
    "without_top",
]
