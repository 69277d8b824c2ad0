"""Are a brand's followers an audience or a community? Answers from exported social-media data.

>>> import communitylab as cl
>>> study = cl.load("export.jsonl", brand="millandcrumb")     # doctest: +SKIP
>>> cl.measures.follower_share(study)                         # doctest: +SKIP
>>> cl.verdict.decide(study, seed=7)                          # doctest: +SKIP
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from communitylab import (
        charts,
        clusters,
        coverage,
        diary,
        errors,
        exports,
        groups,
        lifelines,
        measures,
        networks,
        portrait,
        reliability,
        roles,
        sections,
        simulate,
        verdict,
    )
    from communitylab.page import write_report
    from communitylab.results import measure
    from communitylab.study import Study, load

__all__ = [
    "Study",
    "charts",
    "clusters",
    "coverage",
    "diary",
    "errors",
    "exports",
    "groups",
    "lifelines",
    "load",
    "measure",
    "measures",
    "networks",
    "portrait",
    "reliability",
    "roles",
    "sections",
    "simulate",
    "verdict",
    "write_report",
]

__version__ = version("communitylab")

# The engine takes seconds to import; `communitylab --help` and a typing error should not wait for it.
_VERBS = {
    "Study": "communitylab.study",
    "load": "communitylab.study",
    "measure": "communitylab.results",
    "write_report": "communitylab.page",
}


def __getattr__(name: str) -> Any:
    if name in _VERBS:
        return getattr(import_module(_VERBS[name]), name)
    if name in __all__:
        return import_module(f"communitylab.{name}")
    raise AttributeError(f"module 'communitylab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
