"""The page that tells how often the toolkit's numbers were right: docs/validation.md, from the tables beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from scipy import stats

__all__ = ["page_of"]

_ENOUGH = 0.93  # coverage below which an interval of nominal 95 % is called too narrow
_LABELS = ("community", "audience", "mixed", "undecided", "insufficient", "not_identifiable")
_TRUTHS = {"audience": "an audience", "mixed": "something of both", "community": "a community",
           "none": "not about the brand"}  # fmt: skip
_MEASURES = {
    "follower_share": ("Talk among followers", "taking every message for independent"),
    "breadth": ("Has a regular contact", "taking every person and four weeks for independent"),
    "largest_component": ("Connected without you", "taking every person and four weeks for independent"),
    "conversation": ("Real conversations", "taking every thread for independent"),
    "join_in": ("Others join in", "taking every thread for independent"),
    "follower_share_change": (
        "Change of the talk among followers, last third less first",
        "taking every message for independent",
    ),
    "breadth_change": ("Change of regular contact, last third less first", None),
}
_TESTS = {
    "return_rate": ("Contacts that last", "receivers dealt anew within each day"),
    "mutuality": ("Talk goes both ways", "contacts rewired, everybody addressing and addressed by as many"),
    "groups": ("Groups", "ties rewired, everybody keeping as many"),
}

_MIXED = {
    "rewiring": {"graph": "graph", "directed": "directed", "graphs": "graphs with its degrees", "draws": "draws",
                 "never": "never drawn", "p": "p", "rounds until even": "rounds until even"},
    "receivers": {"day": "day", "ways": "ways to deal it", "p": "p", "distance": "distance from even", "of chance": "chance makes"},
}  # fmt: skip

_INTRODUCTION = """# How often is it right?

Every claim of communitylab was tried on planted worlds: made-up followers whose talk follows a known rule, so that the
truth is known (`communitylab/simulate.py`; the kinds of world: `benchmarks/planted.py`). This page is written by
`python -m benchmarks.validation` from the tables in `data/validation/`, which the report reads as well: its section
“How sure?” says how the ranges fared in the worlds most like yours.

Planted worlds are simpler than people. That a range held the truth here does not prove that it will among yours; that
it did not is a warning.
"""


def page_of(folder: Path) -> str:
    """The page.

    Parameters
    ----------
    folder
        With the tables that the benchmark saved; those that are missing are left out.

    Returns
    -------
    str
        Markdown.
    """
    tables = {path.stem: pd.read_csv(path, keep_default_na=True) for path in sorted(folder.glob("*.csv"))}
    parts: list[tuple[str, Callable[..., Iterable[str]]]] = [
        ("coverage", _coverage),
        ("nulls", _nulls),
        ("verdicts", _verdicts),
        ("rewiring", _mixing),
    ]
    found = "\n".join(f"- {line}" for line in _found(tables))
    summary = ["## What it found\n", f"{found}\n"] if found else []
    shown = [text for name, part in parts if name in tables for text in part(tables)]
    told = [_INTRODUCTION, *summary, *shown, _NUMBERS]
    return "\n".join(told)


def _found(tables: dict[str, pd.DataFrame]) -> Iterable[str]:
    """What is worth knowing first, shortfalls included, and which other rules did better."""
    if "coverage" in tables:
        table = tables["coverage"]
        told = table[table["truth"].abs().between(0.0005, 0.9995)]
        short = told[told.apply(is_short, axis=1)]
        cells = "; ".join(
            f"{_MEASURES[row.measure][0].lower()} among {row.followers:,} where there are {row.world} ({100 * row.coverage:.0f} of 100)"
            for row in short.itertuples()
        )
        wide = (told["coverage"] > 0.97).sum()
        yield (
            f"Of {len(told)} cases (a measure, a kind of world, a size) the range is too narrow in {len(short)}"
            + (f": {cells}." if cells else ".")
            + f" In {wide} it holds the truth more than 97 times in 100: wider than it need be, on the safe side."
        )
        others = tables.get("intervals", pd.DataFrame(columns=["measure", "interval"]))
        for measure, name in (("follower_share", "both variances"), ("breadth", "fewer degrees of freedom")):
            each = others[(others["measure"] == measure) & (others["interval"] == name)]
            if len(each):
                both = each.merge(told, on=["measure", "world", "followers"], suffixes=("", "_printed"))
                yield (
                    f"A range for {_MEASURES[measure][0].lower()} from {name} would have held the truth at least "
                    f"{100 * both['coverage'].min():.0f} of 100 times where the printed one did {100 * both['coverage_printed'].min():.0f}, "
                    f"and be {(both['width'] / both['width_printed']).mean() - 1:.0%} wider: proposed, not adopted."
                )
    if "nulls" in tables:
        none = tables["nulls"][tables["nulls"]["effect"] == 0]
        loud = none[none["seen"] > stats.binom.ppf(0.975, none["worlds"], 0.05) / none["worlds"]]
        alarms = "; ".join(
            f"“{_TESTS[row.test][0].lower()}” where there is {row.world} ({row.seen:.0%} instead of 5 %)"
            for row in loud.itertuples()
        )
        yield f"Tests that cry wolf more often than they should: {alarms or 'none'}."
        quiet = none.groupby(["test", "world"])["seen"].max().groupby("test").median()
        yield (
            "Half the kinds of world without the effect raise fewer alarms than this: "
            + ", ".join(
                f"“{title.lower()}” {quiet[test]:.1%}"
                for test, (title, _against) in _TESTS.items()
                if test in quiet
            )
            + ". A test far below 5 % misses weak effects: that it sees nothing does not mean that nothing is there."
        )
    if "verdicts" in tables:
        table = tables["verdicts"]
        wrong = _wrong(table)
        yield (
            f"{wrong or 'No'} audience was called a community, or a community an audience, in "
            f"{table['truth'].isin(['audience', 'community']).mul(table['worlds']).sum():,} worlds."
        )
        search = table[table["seen"] == "search"]
        if len(search):
            yield (
                f"Of exports that a search for the brand's name would give, {search['not_identifiable'].sum()} of {search['worlds'].sum()} "
                "cannot tell, and say so."
            )
        part = table[table["seen"].isin(["10 %", "10 %, list"]) & (table["truth"] == "community")]
        if len(part):
            yield (
                f"Of communities of which one post in ten was collected, {part['community'].sum()} of {part['worlds'].sum()} are called one; "
                f"{part['mixed'].sum()} are called part audience, part community, and none an audience."
                if not part["audience"].sum()
                else f"Of communities of which one post in ten was collected, {part['audience'].sum()} are called an audience."
            )
    if "rules" in tables:
        rules = tables["rules"].set_index(["rule", "truth"])
        counted, without = (
            rules.loc[(f"20 % programs, {how}", "mixed")]
            for how in ("all counted", "without automated accounts")
        )
        yield (
            f"With a fifth of the followers programs, {counted['community']:.0f} of {counted['worlds']:.0f} worlds that are something of both are "
            f"called a community; without the accounts that are recognised as automated, {without['community']:.0f}. Read both."
        )
        usual, other = (
            rules.loc[(rule, "audience")]
            for rule in ("12 hours apart, as printed", "days on which threads began")
        )
        same = rules.xs("community", level="truth")
        yield (
            "Counting the days on which threads began, instead of those of every message, would take a late answer for no second "
            f"meeting: {other['audience']:.0f} instead of {usual['audience']:.0f} of {usual['worlds']:.0f} audiences are called one, and "
            f"{same.loc['days on which threads began', 'community']} instead of {same.loc['12 hours apart, as printed', 'community']} of "
            f"{same.loc['12 hours apart, as printed', 'worlds']} communities: proposed, not adopted."
        )


def _wrong(table: pd.DataFrame) -> int:
    """Worlds that are one of audience and community, and were called the other."""
    return sum(
        int(table.loc[table["truth"] == truth, other].sum())
        for truth, other in (("audience", "community"), ("community", "audience"))
    )


_NUMBERS = """## 5. Known numbers

Figures of well-known networks and of real exports, reckoned elsewhere, are tests: `tests/test_numbers.py`,
`tests/test_known_networks.py`, `tests/test_clusters.py`. `tests/test_recomputed.py` reckons every measure a second time
with plain pandas and networkx, on the samples and on real exports, sharing no code with the package.
[The atlas](atlas.md) lists what the toolkit finds in networks that are known.
"""


def _coverage(tables: dict[str, pd.DataFrame]) -> Iterable[str]:
    table = tables["coverage"]
    table = table[table["truth"].abs().between(0.0005, 0.9995)]
    short = table[table.apply(is_short, axis=1)]
    yield "## 1. Does the range hold the truth?\n"
    yield (
        "A range of 95 % should hold the truth in 95 of 100 worlds. The truth of a measure is its value in all worlds of a "
        "kind together. Each cell: how many of 100 worlds the printed range held it; in brackets the naive range. "
        f"**Bold**: below {_ENOUGH:.0%}, and fewer than chance makes of a true 95 % in one of twenty such tables; *slanted*: below "
        f"{_ENOUGH:.0%}, which chance may make of 95 %. Ranges are meant to be rather too wide than too narrow.\n"
    )
    worlds = table.groupby("followers")["worlds"].max()
    drawn = "; ".join(
        f"{n} at {followers:,} followers (good to ±{196 * (0.95 * 0.05 / n) ** 0.5:.0f} of 100)"
        for followers, n in worlds.items()
    )
    yield f"Worlds of each kind: {drawn}. A dash: the truth is 0 or 1 by construction, or too little was said.\n"
    low = short.groupby("measure").agg(cells=("coverage", "size"), least=("coverage", "min"))
    cells = table.groupby("measure").size()
    for measure, (title, naive) in _MEASURES.items():
        rows = table[table["measure"] == measure]
        if rows.empty:
            continue
        yield f"### {title} (`{measure}`)\n"
        if measure in low.index:
            yield (
                f"Too narrow in {low.loc[measure, 'cells']} of {cells[measure]} kinds and sizes, at worst "
                f"{low.loc[measure, 'least']:.0%}; the report says so.\n"
            )
        else:
            yield f"Nowhere too narrow beyond chance; lowest {rows['coverage'].min():.0%} of {len(rows)} kinds and sizes.\n"
        if naive:
            yield f"Naive: {naive}.\n"
        yield _grid(rows, cell=_held, columns="followers")
        yield _tried(tables.get("intervals"), measure, printed=rows)


def is_short(row: pd.Series) -> bool:
    """Whether an interval held the truth too rarely: below 93 %, and so rarely as a true 95 % would by chance in 5 %.

    Parameters
    ----------
    row
        With coverage and worlds.
    """
    held = round(row["coverage"] * row["worlds"])
    return bool(row["coverage"] < _ENOUGH and stats.binom.cdf(held, row["worlds"], 0.95) < 0.05)


def _held(row: pd.Series) -> str:
    if not row["worlds"]:
        return "–"
    shown = f"{100 * row['coverage']:.0f}"
    if row["coverage"] < _ENOUGH:
        shown = f"**{shown}**" if is_short(row) else f"*{shown}*"
    return shown if pd.isna(row["naive"]) else f"{shown} ({100 * row['naive']:.0f})"


def _tried(others: pd.DataFrame | None, measure: str, *, printed: pd.DataFrame) -> str:
    """What other intervals would have done: lowest and mean coverage, and mean width against the printed one."""
    rows = others[others["measure"] == measure] if others is not None else pd.DataFrame()
    if rows.empty:
        return ""
    both = rows.merge(printed, on=["measure", "world", "followers"], suffixes=("", "_printed"))
    both = both[both["truth"].between(0.005, 0.995)]
    if both.empty:
        return ""
    lines = ["| also tried | lowest | mean | wider than the printed by |", "|---|--:|--:|--:|"]
    printed_low, printed_mean = both["coverage_printed"].min(), both["coverage_printed"].mean()
    lines.append(f"| as printed | {100 * printed_low:.0f} | {100 * printed_mean:.0f} | |")
    for name, each in both.groupby("interval", sort=False):
        wider = (each["width"] / each["width_printed"]).mean() - 1
        lines.append(
            f"| {name} | {100 * each['coverage'].min():.0f} | {100 * each['coverage'].mean():.0f} | {wider:+.0%} |"
        )
    return "\n".join(lines) + "\n"


def _nulls(tables: dict[str, pd.DataFrame]) -> Iterable[str]:
    table = tables["nulls"]
    yield "## 2. Do tests against chance cry wolf, and do they see what is there?\n"
    none = table[table["effect"] == 0]
    yield (
        "At the 5 % level a test should see something in 5 of 100 worlds in which there is nothing. Beside each share stands "
        "what chance makes of a true 5 % in so many worlds; **bold** is more than that. Fewer alarms are safe and cost power.\n"
    )
    for test, (title, against) in _TESTS.items():
        rows = table[table["test"] == test]
        if rows.empty:
            continue
        yield f"### {title} (`{test}`), against {against}\n"
        each = none[none["test"] == test]
        lines = ["| nothing there | worlds | seen | chance allows |", "|---|--:|--:|--:|"]
        lines += [_alarm(row.world, row.worlds, row.seen) for row in each.itertuples()]
        n = int(each["worlds"].sum())
        lines.append(_alarm("all together", n, float((each["seen"] * each["worlds"]).sum() / n)))
        yield "\n".join(lines) + "\n"
        effects = rows[rows["effect"] > 0]
        said = {
            "return_rate": "of what half the followers say to others, the share that goes to lasting contacts",
            "mutuality": "chance that a message is answered",
            "groups": "share of ties that lead out of the groups",
        }[test]
        lines = [f"| {said} | world | worlds | seen |", "|--:|---|--:|--:|"]
        lines += [
            f"| {row.effect:g} | {row.world} | {row.worlds:,} | {row.seen:.0%} |"
            for row in effects.itertuples()
        ]
        yield "\n".join(lines) + "\n"


def _alarm(world: str, worlds: int, seen: float) -> str:
    low, high = (float(end) / worlds for end in stats.binom.ppf([0.025, 0.975], worlds, 0.05))
    shown = f"**{seen:.1%}**" if seen > high else f"{seen:.1%}"
    return f"| {world} | {worlds:,} | {shown} | {low:.1%} to {high:.1%} |"


def _verdicts(tables: dict[str, pd.DataFrame]) -> Iterable[str]:
    table = tables["verdicts"]
    extremes = table[table["truth"].isin(["audience", "community"])]
    wrong = _wrong(table)
    mixed = table[table["truth"] == "mixed"]
    yield "## 3. Is the verdict right?\n"
    yield (
        f"{table.loc[table['truth'] != 'none', 'worlds'].sum():,} worlds that are an audience, a community or something of "
        "both by construction. Of "
        f"{extremes['worlds'].sum():,} audiences and communities **{wrong}** were called the other; of "
        f"{mixed['worlds'].sum():,} that are something of both {mixed['community'].sum()} were called a community and "
        f"{mixed['audience'].sum()} an audience.\n"
    )
    yield "### Everything seen, 200 followers, eight weeks\n"
    usual = table[(table["seen"] == "whole") & (table["followers"] == 200) & (table["days"] == 56)]
    usual = usual.assign(planted=usual["truth"].map(_TRUTHS))
    yield _confusion(usual)
    yield _counts(usual, names=["setting", "planted"], kinds=tables.get("kinds"))
    for title, rows in (
        ("Other sizes, eight weeks", table[(table["seen"] == "whole") & (table["followers"] != 200)]),
        ("Other lengths, 200 followers", table[(table["seen"] == "whole") & (table["days"] != 56)]),
        (
            "Part of it seen, or programs among them: 200 followers, eight weeks",
            table[table["seen"] != "whole"],
        ),
    ):
        if len(rows):
            column = "followers" if "sizes" in title else "days" if "lengths" in title else "seen"
            yield f"### {title}\n"
            summed = rows.groupby(["truth", column], sort=False)[[*_LABELS, "worlds"]].sum().reset_index()
            yield _counts(summed.assign(planted=summed["truth"].map(_TRUTHS)), names=["planted", column])
    yield (
        "`30 %`, `10 %`: that share of all posts was collected; `list`: with a follower list; `search`: only posts that "
        "answer or name the brand; `20 % bots`: a fifth of the followers are programs that name others at random and send "
        "most of the messages; `timelines`: everything that chosen people wrote, in places of the brand and elsewhere. "
        "What is planted there: " + "; ".join(
            f"{row.setting} ({_TRUTHS[row.truth]}): {_most(row)}" for row in table[table["seen"] == "timelines"].itertuples()
        ) + ".\n"
    )  # fmt: skip
    if "rules" in tables:
        yield "### Rules that were chosen without worlds, tried here\n"
        yield (
            "What counts as a regular contact: two acts on two days at least 12 hours apart is the rule. Counting the days "
            "on which threads began takes a question and its late answer for one meeting (and moves all else that days decide).\n"
        )
        yield _rules(tables["rules"])
    if "guards" in tables:
        yield (
            "*Refused*: said not to be about the brand, because fewer than one talker in ten addresses it or somebody else is "
            "addressed by more than twice as many. *Kept open*: would be an audience, were it not for people who are only "
            "named and might be followers. *Cohesive*: contacts know each other more than chance makes them (p ≤ .05), which "
            "activity alone brings about: it is no sign in the verdict.\n"
        )
        yield _guards(tables["guards"])


def _confusion(rows: pd.DataFrame) -> str:
    summed = rows.groupby("truth")[list(_LABELS)].sum()
    lines = [_head(["planted", *_said(_LABELS)])]
    for truth, said in _TRUTHS.items():
        if truth in summed.index:
            lines.append(
                f"| {said} | " + " | ".join(str(summed.loc[truth, label]) for label in _LABELS) + " |"
            )
    return "\n".join(lines) + "\n"


def _counts(rows: pd.DataFrame, *, names: list[str], kinds: pd.DataFrame | None = None) -> str:
    lines = [_head([*names, "worlds", *_said(_LABELS)])]
    for row in rows.to_dict("records"):
        told = [str(row[name]) for name in names]
        if kinds is not None:
            each = (
                kinds[kinds["setting"] == row["setting"]]
                .sort_values("worlds", ascending=False)["kind"]
                .head(2)
            )
            told[0] += f" ({'; '.join(each)})" if len(each) and row["mixed"] else ""
        lines.append(
            f"| {' | '.join(told)} | {row['worlds']} | "
            + " | ".join(str(row[label] or "·") for label in _LABELS)
            + " |"
        )
    return "\n".join(lines) + "\n"


def _rules(table: pd.DataFrame) -> str:
    lines = [_head(["rule", "planted", "worlds", "mean share with a contact", *_said(_LABELS)])]
    for row in table.to_dict("records"):
        breadth = "" if pd.isna(row["breadth"]) else f"{row['breadth']:.2f}"
        cells = [
            row["rule"],
            _TRUTHS[row["truth"]],
            row["worlds"],
            breadth,
            *(row[label] or "·" for label in _LABELS),
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines) + "\n"


def _guards(table: pd.DataFrame) -> str:
    lines = [_head(["planted", "seen", "worlds", "refused", "kept open", "cohesive"])]
    shown = table[(table["seen"] == "whole") | (table["refused"] + table["kept_open"] > 0)]
    for row in shown.to_dict("records"):
        cohesive = "" if not row["tested"] else f"{row['cohesive']:.0%} of {row['tested']:.0f}"
        cells = [
            _TRUTHS[row["truth"]],
            row["seen"],
            row["worlds"],
            row["refused"] or "·",
            row["kept_open"] or "·",
            cohesive,
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines) + "\n"


def _most(row: Any) -> str:
    """What most worlds of a setting were called."""
    label = max(_LABELS, key=lambda label: getattr(row, label))
    return f"{label.replace('_', ' ')} {getattr(row, label)} of {row.worlds}"


def _mixing(tables: dict[str, pd.DataFrame]) -> Iterable[str]:
    yield "## 4. Are worlds of chance drawn evenly?\n"
    yield (
        "All simple graphs with given degrees, and all ways to deal the receivers of a day, were counted out, and many "
        "draws held against them by chi-square (`python -m benchmarks.mixing` tells more).\n"
    )
    for name, few in _MIXED.items():
        if name in tables:
            table = tables[name].rename(columns=few)
            uneven = table.loc[table["p"] < 0.05 / len(table), next(iter(few.values()))]
            named = f" ({', '.join(uneven)})" if len(uneven) else ""
            yield (
                f"Of these {len(table)}, {len(uneven)}{named} deviate at p < .05 shared out among them, as one table of twenty "
                "does by chance.\n"
            )
            yield _whole(table[list(few.values())])


def _whole(table: pd.DataFrame) -> str:
    lines = [_head(list(table.columns))]
    for row in table.itertuples(index=False):
        lines.append(
            "| " + " | ".join(f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row) + " |"
        )
    return "\n".join(lines) + "\n"


def _grid(rows: pd.DataFrame, *, cell: Callable[[pd.Series], str], columns: str) -> str:
    heads = sorted(rows[columns].unique())
    lines = [_head(["world", *(f"{head:,}" for head in heads)])]
    for world, each in rows.groupby("world", sort=False):
        shown = {row[columns]: cell(row) for _place, row in each.iterrows()}
        lines.append(f"| {world} | " + " | ".join(shown.get(head, "–") for head in heads) + " |")
    return "\n".join(lines) + "\n"


def _head(names: list[str]) -> str:
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}"


def _said(labels: Iterable[str]) -> list[str]:
    return [label.replace("_", " ") for label in labels]
