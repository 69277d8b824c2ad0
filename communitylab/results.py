"""Everything that is measured, computed once: the content of results.json."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib import metadata
from typing import Any

import pandas as pd
from ibis import _
from tqdm import tqdm

from communitylab import measures, roles, verdict
from communitylab.choices import BRAND, FOLLOWER
from communitylab.coverage import automated
from communitylab.diary import Action
from communitylab.groups import LEAST, Earlier, Groups, bridges, groups_of, profiles
from communitylab.lifelines import Lifeline, lifelines_of
from communitylab.reliability import track_record
from communitylab.study import Study
from communitylab.tables import Estimate
from communitylab.verdict import Evidence, Verdict

__all__ = ["SCHEMA", "Results", "measure"]

SCHEMA = 1
_LEAST_REGULARS_OF_AN_ACCOUNT = 30


@dataclass(frozen=True)
class Results:
    """All answers about one study; :meth:`as_dict` is what results.json holds."""

    study: Study
    seed: int
    estimates: Mapping[str, Estimate]
    counts: Mapping[str, int]
    acts: Mapping[str, int]
    rungs: Mapping[str, int]
    ladder: pd.DataFrame
    moves: pd.DataFrame
    slices: Mapping[str, pd.DataFrame]
    tiles: pd.DataFrame
    peer_talk: pd.DataFrame
    structure: Mapping[str, Any]
    voice: Mapping[str, Any]
    newcomers: Mapping[str, Any]
    places: Mapping[str, tuple[int, bool]]
    verdict: Verdict
    groups: Groups
    profiles: pd.DataFrame
    lifelines: tuple[Lifeline, ...]
    actions: tuple[Action, ...]
    certainty: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """The results as plain values: no handle but the brand's, no text but its notes, no file name, no path."""
        study, found = self.study, self.verdict
        brands = int(study.people.filter(_.role == BRAND).count().to_pyarrow().as_py())
        return {
            "schema": SCHEMA,
            "brand": {"name": study.brand[0], "accounts": brands},
            "span": [_moment(moment) for moment in study.span] if study.span else None,
            "tz": study.choices.tz,
            "kinds": list(study.choices.kinds),
            "hashtags": list(study.choices.hashtags),
            "short": study.is_short,
            "seed": self.seed,
            "coverage": {
                "class": found.coverage.name,
                "why": found.coverage.why,
                "licensed": list(found.coverage.licensed),
            },
            "places": [
                {"platform": name, "posts": posts, "yours": name in study.choices.yours, "only_brand": alone}
                for name, (posts, alone) in self.places.items()
            ],
            "ledger": self._ledger(),
            "posts_studied": int(study.authored_by_all.posts.sum().fill_null(0).to_pyarrow().as_py()),
            "acts": dict(self.acts),
            "has_follower_list": study.has_list,
            "followers": self.counts["followers"],
            "active_followers": self.counts["active_followers"],
            "talkers": self.counts["talkers"],
            "regulars": self.estimates["breadth"].beside.get("regulars", 0),
            "w_ff": self.counts["w_ff"],
            "w_fb": self.counts["w_fb"],
            "ties": self.estimates["spread"].beside["ties"],
            "mutual_ties": self.estimates["spread"].beside["mutual_ties"],
            "measures": {name: _estimate(estimate) for name, estimate in self.estimates.items()},
            "roles": dict(self.rungs),
            "ladder": self.ladder.to_dict("records"),
            "moves": self.moves.to_dict("records"),
            "trend": [
                {"start": row.week, "follower_share": row.value, "low": row.low, "high": row.high}
                for row in self.slices["week"].itertuples(index=False)
            ],
            "tiles": _records(self.tiles),
            "newcomers": dict(self.newcomers),
            "peer_talk": _records(self.peer_talk),
            **{
                f"by_{by}": {row.pop(by): row for row in _records(self.slices[by])}
                for by in ("kind", "ground", "platform")
            },
            "verdict": {
                "label": found.label,
                "kind": found.kind,
                "because": list(found.because),
                "conditions": [asdict(condition) for condition in found.conditions],
                "thresholds": asdict(found.thresholds),
                "specifications": {
                    "same": found.n_same,
                    "of": len(found.specifications),
                    "each": [asdict(one) for one in found.specifications],
                },
                "automated": {"accounts": found.n_automated, "label_without": found.without_automated},
                "accounts": [dict(account) for account in found.accounts],
                "inferred": found.inferred,
            },
            "certainty": dict(self.certainty),
            "voice": dict(self.voice),
            "actions": [{"day": one.day.isoformat(), "what": one.what} for one in self.actions],
            "clustering": self._clustering(),
            "clusters": self._clusters(),
            "lifelines": [self._lifeline(life) for life in self.lifelines],
            "tactics": {},
            "structure": dict(self.structure),
            "versions": _versions(),
        }

    @property
    def _gone(self) -> set[int]:
        """Groups that no longer are."""
        return {life.id for life in self.lifelines if life.fate == "gone"}

    def _clusters(self) -> list[dict[str, Any]]:
        fates = {life.id: life.fate for life in self.lifelines}
        return [{**row, "fate": fates.get(row["id"])} for row in _records(self.profiles)]

    def _clustering(self) -> dict[str, Any]:
        """How groups were looked for, and how far they can be believed."""
        groups, study = self.groups, self.study
        found, evidence = groups.clustering, groups.evidence
        clusters, people = groups.small
        return {
            "method": found.method,
            "resolution": found.resolution,
            "weighted": found.weighted,
            "runs": found.runs.shape[1] if found.runs.size else 0,
            "nodes": evidence.beside["nodes"],
            "ties": evidence.beside["links"],
            "mean_degree": evidence.beside.get("mean_degree"),
            "coverage": found.coverage,
            "modularity_weighted": found.modularity,
            "modularity": evidence.value,
            "null_mean": evidence.null_mean,
            "p": evidence.p,
            "worlds": evidence.beside.get("worlds"),
            "bound": evidence.beside.get("detectable"),
            "found": groups.found,
            "why": groups.why,
            "solid": sum(groups.is_solid(group) for group in groups.label_of),
            "small": {"groups": clusters, "people": people},
            "bridges": sum(len(set(known) - self._gone) > 1 for known in bridges(study, groups).values()),
            "hosts": len(roles.hosts(study)),
            "fading": len(roles.fading(study)),
        }

    def _lifeline(self, life: Lifeline) -> dict[str, Any]:
        steps = [
            {
                "tile": self.study.day_named(step.tile),
                "size": len(step.members) if len(step.members) >= LEAST else None,
                "event": step.event,
            }
            for step in life.steps
        ]
        words = dict(zip(self.profiles["id"], self.profiles["words"], strict=True)).get(life.id, [])
        name = self.groups.names.get(life.id)
        return {"id": life.id, "name": name, "words": words, "fate": life.fate, "tiles": steps}

    def _ledger(self) -> dict[str, Any]:
        ledger = self.study.ledger
        return {
            "files": [
                {
                    "name": f"file {number}",
                    "format": file.format,
                    "read": file.refusal is None,
                    "sha256": file.sha256,
                    "records": file.records,
                    "posts": file.posts,
                    "skipped": dict(sorted(file.skipped.items())),
                    "first_skipped": dict(sorted(file.first_skipped.items())),
                }
                for number, file in enumerate(ledger.files, 1)
            ],
            "records": ledger.records,
            "posts": ledger.posts,
            "skipped": sum(ledger.skipped.values()),
            "unresolved": dict(ledger.unresolved),
            "accounts": self.study.accounts_known,
        }


def measure(
    study: Study, *, seed: int, actions: Sequence[Action] = (), earlier: Earlier | None = None
) -> Results:
    """Every measure, the ladder and the verdict of a study.

    Parameters
    ----------
    study
        What to measure.
    seed
        Of all random numbers: the same study and seed give the same results, to the bit.
    actions
        What the brand did and when; nothing is computed from it, charts over time show it.
    earlier
        The groups of an earlier report: those that are still there keep their ids and names.

    Returns
    -------
    Results
    """
    whole, evidence = study, verdict.evidence_of(study, seed=seed)
    judged = _verdict(study, evidence, seed=seed)
    if judged.label == "not identifiable" and judged.inferred:
        # What a chat does not say is no figure: the rest is of what people typed.
        study = study.only(inferred=False)
        evidence = verdict.evidence_of(study, seed=seed)
    share = measures.follower_share(study)
    with_inferred = measures.follower_share(study.only(inferred=True))
    share = replace(share, beside={**share.beside, "inferred": with_inferred.value})
    broad, active = evidence.breadth, sum(measures.active_per_tile(study).values())
    if broad.value is not None:
        broad = replace(
            broad, beside={**broad.beside, "of_active": (broad.beside["in_contact"] or 0) / active}
        )
    steps: dict[str, Callable[[], Estimate]] = {
        "follower_share": lambda: share,
        "follower_share_change": lambda: measures.follower_share_change(study),
        "breadth": lambda: broad,
        "breadth_change": lambda: measures.breadth_change(study),
        "return_rate": lambda: evidence.return_rate,
        "largest_component": lambda: measures.largest_component(study, seed=seed),
        "spread": lambda: evidence.spread,
        "effective_pairs": lambda: evidence.effective_pairs,
        "without_top": lambda: evidence.without_top,
        "mutuality": lambda: measures.mutuality(study, seed=seed),
        "cohesion": lambda: measures.cohesion(study, seed=seed),
        "conversation": lambda: measures.conversation(study),
        "join_in": lambda: measures.join_in(study),
        "first_answer": lambda: measures.first_answer(study),
        "reach": lambda: measures.reach(study),
        "centralization": lambda: measures.centralization(study),
    }
    watched = tqdm(steps.items(), desc="measuring", disable=None, delay=2, leave=False)
    estimates = {name: step() for name, step in watched}
    groups = groups_of(study, seed=seed, earlier=earlier)
    return Results(
        study=study,
        seed=seed,
        estimates=estimates,
        counts=measures.talk_counts(study),
        acts=_act_counts(study),
        rungs=roles.whole(study),
        ladder=roles.ladder(study),
        moves=roles.moves(study),
        slices={
            **{by: measures.follower_share(study, by=by) for by in ("week", "kind", "ground")},
            "platform": _by_platform(whole, seed=seed),
        },
        tiles=_tiles(study),
        peer_talk=measures.peer_talk(study),
        structure=measures.structure(study, seed=seed),
        voice=measures.own_voice(study),
        newcomers=measures.newcomers_in_all(study),
        places=study.places,
        verdict=judged,
        groups=groups,
        profiles=profiles(study, groups),
        lifelines=tuple(lifelines_of(study, groups, seed=seed, earlier=earlier)),
        actions=tuple(sorted(set(actions))),
        certainty=track_record(study, estimates=estimates),
    )


def _by_platform(study: Study, *, seed: int) -> pd.DataFrame:
    """The follower share on each platform; beside it that with flat answers, and how many acts it rests on.

    Of several platforms the answer that each would get alone, too.
    """
    shares = measures.follower_share(study, by="platform").set_index("platform")
    with_flat = measures.follower_share(study.only(inferred=True), by="platform").set_index("platform")
    flat = pd.DataFrame(
        {"inferred": with_flat["value"], "inferred_acts": with_flat["w_ff"] + with_flat["w_fb"]}
    )
    both = shares.join(flat, how="outer").rename_axis("platform").reset_index()
    counts = ["w_ff", "w_fb", "inferred_acts"]
    both = both.assign(**both[counts].fillna(0).astype("int64"))
    if len(study.places) < 2:
        return both
    alone = [verdict.decide(study.only(platforms=name), seed=seed) for name in both["platform"]]
    return both.assign(label=[one.label for one in alone], kind=[one.kind for one in alone])


def _tiles(study: Study) -> pd.DataFrame:
    """Follower share and breadth of each tile, with their intervals."""
    shares = measures.follower_share(study, by="tile")[["tile", "value", "low", "high"]]
    broad = measures.breadth(study, by="tile")
    shares = shares.rename(columns={"value": "follower_share"})
    broad = broad.rename(columns={"value": "breadth", "low": "breadth_low", "high": "breadth_high"})
    both = pd.concat([shares.set_index("tile"), broad.set_index("tile")], axis="columns")
    return both.reindex([study.day_named(day) for day in study.tiles]).rename_axis("tile").reset_index()


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as plain values; what is not known is null."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _verdict(study: Study, evidence: Evidence, *, seed: int) -> Verdict:
    """The verdict with what is reported beside it: without automation, per account, per way of counting."""
    found = verdict.decide(study, seed=seed, evidence=evidence)
    if found.label == "not identifiable" and not found.conditions:
        return found
    programs = automated(study)
    without = verdict.decide(study.only(without=programs), seed=seed).label if programs else found.label
    return replace(
        found,
        n_automated=len(programs),
        without_automated=without,
        accounts=tuple(_accounts_apart(study, seed=seed)),
        specifications=verdict.specifications(study, seed=seed, evidence=evidence),
    )


def _accounts_apart(study: Study, *, seed: int) -> list[dict[str, object]]:
    """One verdict for each of several brand accounts that enough regulars address."""
    brands = study.people.filter(_.role == BRAND).order_by("account").to_pyarrow()["account"].to_pylist()
    if len(brands) < 2:
        return []
    talk = study.talk.filter((_.source_role == FOLLOWER) & (_.target_role == BRAND))
    addressed = talk.group_by("target").agg(n=_.source.nunique()).filter(_.n >= _LEAST_REGULARS_OF_AN_ACCOUNT)
    enough = set(addressed.to_pyarrow()["target"].to_pylist())
    found: list[dict[str, object]] = []
    for number, account in enumerate(brands, 1):
        if account not in enough:
            continue
        alone = study.around(account)
        broad = measures.breadth(alone)
        regulars = broad.beside.get("regulars") or 0
        if regulars < _LEAST_REGULARS_OF_AN_ACCOUNT:
            continue
        one = verdict.decide(alone, seed=seed)
        share = measures.follower_share(alone)
        found.append(
            {
                "account": f"account {number}",
                "regulars": regulars,
                "follower_share": share.value,
                "breadth": broad.value,
                "label": one.label,
                "kind": one.kind,
            }
        )
    return found


def _act_counts(study: Study) -> dict[str, int]:
    acts = study.every_act_coded
    rows = acts.group_by("kind", "evidence", "platform").agg(n=_.weight.sum()).to_pyarrow().to_pylist()
    count = dict.fromkeys(("reply", "mention", "quote", "repost", "reaction"), 0)
    for row in rows:
        if row["evidence"] != "inferred":
            count[row["kind"]] = count.get(row["kind"], 0) + row["n"]
    for evidence in ("carried", "inferred"):
        count[evidence] = sum(row["n"] for row in rows if row["evidence"] == evidence)
    # Of these the ones that count, because in a chat without replies nothing else could.
    count["inferred_counted"] = sum(
        row["n"] for row in rows if row["evidence"] == "inferred" and row["platform"] in study.places_inferred
    )
    return {**count, "outside": measures.talk_counts(study)["outside"]}


def _estimate(estimate: Estimate) -> dict[str, Any]:
    if estimate.name != "first_answer":
        return estimate.as_dict()
    flat = estimate.as_dict()
    by = {who: flat.pop(who) for who in ("follower", "brand", "nobody") if who in flat}
    return {"median_hours": flat.pop("value"), **flat, "by": by}


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _versions() -> dict[str, str]:
    names = (
        "communitylab",
        "duckdb",
        "graspologic-native",
        "ibis-framework",
        "networkx",
        "numpy",
        "pandas",
        "scipy",
    )
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in names}}
