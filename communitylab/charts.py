"""Every chart, under one name: `cl.charts.draw_ladder(ladder)`.

Each draws one finding on matplotlib axes and returns them: nothing is shown or saved. `alt_text` says it to
those who cannot see it; `as_svg` and `as_png` give its bytes, `close` lets go of its figure.
"""

from communitylab.card_charts import draw_cards
from communitylab.contact_charts import draw_grounds, draw_network
from communitylab.drawing import alt_text, as_png, as_svg, close
from communitylab.firmness_charts import draw_togetherness
from communitylab.group_charts import draw_groups
from communitylab.ladder_charts import draw_ladder, draw_rungs
from communitylab.lifeline_charts import draw_lifelines
from communitylab.move_charts import draw_moves
from communitylab.newcomer_charts import draw_newcomers
from communitylab.standing_charts import draw_map, draw_trend
from communitylab.verdict_charts import draw_signs, draw_specifications, draw_squares
from communitylab.voice_charts import draw_voice

__all__ = [
    "alt_text",
    "as_png",
    "as_svg",
    "close",
    "draw_cards",
    "draw_grounds",
    "draw_groups",
    "draw_ladder",
    "draw_lifelines",
    "draw_map",
    "draw_moves",
    "draw_network",
    "draw_newcomers",
    "draw_rungs",
    "draw_signs",
    "draw_specifications",
    "draw_squares",
    "draw_togetherness",
    "draw_trend",
    "draw_voice",
]
