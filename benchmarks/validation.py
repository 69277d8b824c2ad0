"""Are the numbers right? Every claim tried on planted worlds in which the truth is known.

    python -m benchmarks.validation [coverage|nulls|verdicts|mixing ...] [--small] [--draws out/validation]

The full run takes about an hour a claim on two cores; it is taken up where it was left. Each claim prints a table and
saves it in `data/validation/`, and `docs/validation.md` is rendered from all of them. `--small` draws a few worlds of
each kind, prints, and saves nothing in the project.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from benchmarks import coverage, judged, mixing, nulls
from benchmarks.validation_page import page_of

__all__ = ["CLAIMS", "main"]

_ROOT = Path(__file__).parent.parent
_TABLES, _PAGE = _ROOT / "data" / "validation", _ROOT / "docs" / "validation.md"
_NOT_SHOWN = "not_identifiable"
_COVERED = {50: 100, 200: 100, 1_000: 60, 5_000: 25}  # worlds of each kind, by followers
_ALARMS, _POWER = (
    150,
    40,
)  # worlds of each kind without the effect (1,050 for each test), and of each strength with it

Tables = dict[str, pd.DataFrame]


def _coverage(draws: Path, is_small: bool) -> Tables:
    worlds = {50: 1} if is_small else _COVERED
    told = coverage.interval_coverage(folder=draws, worlds=worlds)
    by = ["measure", "world", "followers"]
    printed = told[told["interval"] == "printed"].drop(columns="interval")
    naive = told[told["interval"] == "naive"][[*by, "coverage", "width"]]
    both = printed.merge(naive, on=by, how="left", suffixes=("", "_naive"))
    both = both.rename(columns={"coverage_naive": "naive", "width_naive": "naive_width"})
    others = told[~told["interval"].isin(["printed", "naive"])]
    return {"coverage": both, "intervals": others[[*by, "interval", "worlds", "coverage", "width"]]}


def _nulls(draws: Path, is_small: bool) -> Tables:
    alarms, power = (1, 1) if is_small else (_ALARMS, _POWER)
    return {"nulls": nulls.alarms_and_power(folder=draws, alarms=alarms, power=power)}


def _verdicts(draws: Path, is_small: bool) -> Tables:
    rows, counts = judged.judged(folder=draws, is_small=is_small)
    counts = counts.rename(columns={"not identifiable": _NOT_SHOWN})
    return {
        "verdicts": counts,
        "rules": judged.rules_tried(rows),
        "guards": judged.guards_tried(rows),
        "kinds": judged.kinds_told(rows),
    }


def _mixing(_draws: Path, is_small: bool) -> Tables:
    draws = 30 if is_small else 4_000
    rewired = pd.DataFrame(mixing.rewiring(draws=draws, is_timed=not is_small))
    dealt = pd.DataFrame(mixing.receivers(draws=draws))
    return {"rewiring": rewired, "receivers": dealt}


CLAIMS: dict[str, Callable[[Path, bool], Tables]] = {
    "coverage": _coverage,
    "nulls": _nulls,
    "verdicts": _verdicts,
    "mixing": _mixing,
}
"""What each claim is called, and what draws its tables."""


def main(arguments: list[str] | None = None) -> None:
    """Runs the claims named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "claims", nargs="*", metavar="claim", help=f"of {', '.join(CLAIMS)}; all without a name"
    )
    parser.add_argument("--small", action="store_true")
    parser.add_argument(
        "--draws", type=Path, default=_ROOT / "out" / "validation", help="where worlds are kept"
    )
    chosen = parser.parse_args(arguments)
    for unknown in set(chosen.claims) - set(CLAIMS):
        parser.error(f"claim {unknown}: not one of {', '.join(CLAIMS)}")
    for claim in chosen.claims or CLAIMS:
        tables = CLAIMS[claim](chosen.draws, chosen.small)
        for name, table in tables.items():
            print(f"\n{name}\n{table.round(3).to_string(index=False)}", flush=True)
            if not chosen.small:
                _TABLES.mkdir(parents=True, exist_ok=True)
                table.round(6).to_csv(_TABLES / f"{name}.csv", index=False)
    if not chosen.small:
        _PAGE.write_text(page_of(_TABLES), encoding="utf-8")


if __name__ == "__main__":
    main()
