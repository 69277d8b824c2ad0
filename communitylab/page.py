"""The report's folder: what may be shared, and beside it, apart, what may not."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from communitylab import people
from communitylab.errors import CallError
from communitylab.measures import threads_joined
from communitylab.results import Results, measure
from communitylab.roles import RUNGS
from communitylab.study import Study
from communitylab.verdict import LABELS

__all__ = ["differences", "methods_text", "read_run", "summary", "write_report"]

_SHARED = "results.json"


def write_report(
    study: Study, *, out: str | Path, seed: int, inputs: Mapping[str, Any] | None = None
) -> Results:
    """Measures a study and writes its report.

    Parameters
    ----------
    study
        What to report.
    out
        Folder; made if it is not there. What an earlier report wrote in it is replaced, all else is kept.
    seed
        Of all random numbers.
    inputs
        The call that loaded the study, kept under `private/` so that the report can be run again.

    Returns
    -------
    Results
        What results.json holds.

    Raises
    ------
    CallError
        If the folder cannot be written.
    """
    folder = Path(out).resolve()
    _check_writable(folder)
    results = measure(study, seed=seed)
    draft = folder.with_name(folder.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        (draft / "tables").mkdir(parents=True)
        (draft / "private").mkdir()
        content = results.as_dict()
        _write_json(draft / _SHARED, content)
        (draft / "methods.md").write_text(methods_text(content), encoding="utf-8")
        _write_run(draft, results, inputs or {})
        for name, table in _tables(results).items():
            table.to_csv(draft / "tables" / f"{name}.csv", index=False)
        for name, table in _private_tables(study).items():
            _for_spreadsheets(table).to_csv(draft / "private" / f"{name}.csv", index=False)
        _move_into(draft, folder)
    except OSError as error:
        raise CallError(f"{folder}: cannot be written ({error.strerror}). Choose another --out.") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return results


def _check_writable(folder: Path) -> None:
    """Finds out before the work, not after it."""
    if not folder.name:
        raise CallError(f"{folder}: no place for a report. Choose another --out.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder.with_name(folder.name + ".new")
        shutil.rmtree(probe, ignore_errors=True)
        probe.mkdir()
        probe.rmdir()
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise CallError(f"{folder}: cannot be written ({error.strerror}). Choose another --out.") from None


def _move_into(draft: Path, folder: Path) -> None:
    """Files one by one, results.json last: where it is, everything it speaks of is."""
    files = [path for path in sorted(draft.rglob("*")) if path.is_file()]
    for path in sorted(files, key=lambda path: path.name == _SHARED):
        target = folder / path.relative_to(draft)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(
        json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8"
    )


def _tables(results: Results) -> dict[str, pd.DataFrame]:
    estimates = [
        {"measure": name, "value": one.value, "low": one.low, "high": one.high, "null_mean": one.null_mean,
         "p": one.p, "why": one.why}
        for name, one in results.estimates.items()
    ]  # fmt: skip
    found = results.verdict
    slices = [frame.rename(columns={by: "slice"}).assign(by=by) for by, frame in results.slices.items()]
    return {
        "measures": pd.DataFrame(estimates),
        "conditions": pd.DataFrame([vars(condition) for condition in found.conditions]),
        "specifications": pd.DataFrame([vars(one) for one in found.specifications]),
        "ladder": results.ladder,
        "moves": results.moves,
        "follower_share_by": pd.concat(slices)[["by", "slice", "value", "low", "high", "w_ff", "w_fb"]],
    }


def _private_tables(study: Study) -> dict[str, pd.DataFrame]:
    return {
        "people": people.followers_by_name(study),
        "brand_accounts": people.brand_accounts(study),
        "brand_candidates": people.brand_candidates(study),
        "threads_joined": threads_joined(study),
    }


def _for_spreadsheets(table: pd.DataFrame) -> pd.DataFrame:
    """Names cannot become formulas when a spreadsheet opens the file."""

    def guarded(value: object) -> object:
        return (
            f"'{value}"
            if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
            else value
        )

    texts = table.select_dtypes(include=["object", "string"]).columns
    return table.assign(**{column: table[column].map(guarded) for column in texts})


def _write_run(draft: Path, results: Results, inputs: Mapping[str, Any]) -> None:
    """run.toml says how, and may be shared; private/inputs.toml says from what, and may not."""
    study = results.study
    choices = study.choices
    lines = [
        "# How this report was made. `communitylab rerun run.toml` makes it again and names the first difference;",
        "# the files and names it needs stand in private/inputs.toml beside it.",
        f"brand = {_toml(study.brand[0])}",
        f"seed = {results.seed}",
        f"kinds = {_toml(list(choices.kinds))}",
        f"hashtags = {_toml(list(choices.hashtags))}",
        f"tz = {_toml(choices.tz)}",
    ]
    for name in ("since", "until"):
        day = getattr(choices, name)
        if day is not None:
            lines.append(f"{name} = {_toml(day.isoformat())}")
    if study.coverage_named:
        lines.append(f"coverage = {_toml(study.coverage_named)}")
    lines.append(f"files = {_toml([file.sha256 or '' for file in study.ledger.files])}")
    digest = hashlib.sha256((draft / _SHARED).read_bytes()).hexdigest()
    lines.append(f"results = {_toml(digest)}")
    (draft / "run.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    private = [f"{name} = {_toml(value)}" for name, value in inputs.items() if value]
    private_text = "\n".join([f"brand = {_toml(list(study.brand))}", *private])
    (draft / "private" / "inputs.toml").write_text(private_text + "\n", encoding="utf-8")


def _toml(value: Any) -> str:
    """A value as TOML: a JSON string or list of them is one, and a table is written inline."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(entry)}" for key, entry in value.items()) + "}"
    return json.dumps(value)


def read_run(path: str | Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """How a report was made, and what it said.

    Parameters
    ----------
    path
        Its run.toml; results.json and private/inputs.toml are looked for beside it.

    Returns
    -------
    tuple of dict
        The arguments that make the report again, and the earlier results.

    Raises
    ------
    CallError
        If one of the files is missing or no TOML or JSON.
    """
    run = Path(path)
    if run.is_dir():
        run = run / "run.toml"
    try:
        settings = tomllib.loads(run.read_text(encoding="utf-8"))
        inputs = tomllib.loads((run.parent / "private" / "inputs.toml").read_text(encoding="utf-8"))
        earlier = json.loads((run.parent / _SHARED).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CallError(
            f"{error.filename}: not there. `rerun` needs run.toml, results.json and private/inputs.toml as the "
            "report wrote them, side by side."
        ) from None
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise CallError(f"{run}: cannot be read ({error}). Make the report anew.") from None
    except OSError as error:
        raise CallError(f"{run}: cannot be read ({error.strerror}).") from None
    return {**settings, **inputs}, earlier


def differences(earlier: Any, later: Any, *, path: str = "") -> list[str]:
    """Where two results differ, in the order of the earlier one.

    Parameters
    ----------
    earlier, later
        Contents of results.json.
    path
        Where in them, for the sentences.

    Returns
    -------
    list of str
        One sentence per difference.
    """
    if isinstance(earlier, dict) and isinstance(later, dict):
        keys = [*earlier, *(key for key in later if key not in earlier)]
        found = []
        for key in keys:
            here = f"{path}.{key}" if path else str(key)
            if key not in later:
                found.append(f"{here}: was {_brief(earlier[key])}, is no longer there")
            elif key not in earlier:
                found.append(f"{here}: was not there, is {_brief(later[key])}")
            else:
                found += differences(earlier[key], later[key], path=here)
        return found
    if isinstance(earlier, list) and isinstance(later, list) and len(earlier) == len(later):
        found = []
        for place, (one, other) in enumerate(zip(earlier, later, strict=True)):
            found += differences(one, other, path=f"{path}[{place}]")
        return found
    return [] if earlier == later else [f"{path}: was {_brief(earlier)}, is {_brief(later)}"]


def _brief(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"


def summary(content: Mapping[str, Any]) -> str:
    """The answer as one reads it in a terminal: the sentence, the six signs, what cannot be seen.

    Parameters
    ----------
    content
        What results.json holds.
    """
    verdict, share = content["verdict"], content["measures"]["follower_share"]
    lines = [_headline(content)]
    if share["value"] is not None and verdict["label"] != "not identifiable":
        low, high = share.get("low"), share.get("high")
        lines.append(
            f"Of every 100 replies, mentions and quotes that followers send, {100 * share['value']:.0f} "
            f"({100 * low:.0f}–{100 * high:.0f}) go to another follower, the rest to the brand."
        )
    lines += ["", *(f"  · {reason}" for reason in verdict["because"])]
    if verdict["conditions"]:
        met = sum(condition["passed"] is True for condition in verdict["conditions"])
        lines += ["", f"{met} of {len(verdict['conditions'])} signs of a community:"]
        lines += [_sign(condition) for condition in verdict["conditions"]]
    rungs = content["roles"]
    lines += [
        "",
        "The followers: " + ", ".join(f"{RUNGS[rung].lower()} {count}" for rung, count in rungs.items()),
    ]
    lines += ["", *_limits(content)]
    return "\n".join(lines)


def _headline(content: Mapping[str, Any]) -> str:
    verdict, name = content["verdict"], content["brand"]["name"]
    if verdict["label"] == "not identifiable":
        return f"{name}: this export cannot show whether the followers are an audience or a community."
    kind = f" ({verdict['kind']})" if verdict["kind"] else ""
    specifications = verdict["specifications"]
    same = f" The wording survives {specifications['same']} of {specifications['of']} reasonable ways of counting."
    return f"{name}'s followers: {LABELS[verdict['label']]}{kind}.{same if specifications['of'] else ''}"


_SIGN_NAMES = {
    "follower_share": "Talk among followers",
    "breadth": "Has a regular contact",
    "return_rate": "Contacts that last (against chance)",
    "effective_pairs": "Not just a few pairs",
    "without_top": "No second stage",
    "spread": "Not just couples",
}


def _sign(condition: Mapping[str, Any]) -> str:
    mark = {True: "✓", False: "not yet", None: "cannot tell"}[condition["passed"]]
    digits = 0 if condition["name"] == "effective_pairs" else 3
    value = "–" if condition["value"] is None else f"{condition['value']:.{digits}f}"
    if condition["low"] is not None:
        value += f" ({condition['low']:.3f}–{condition['high']:.3f})"
    return f"  {_SIGN_NAMES[condition['name']]:<36} {value:<22} asked: {condition['threshold']:.{digits}f}   {mark}"


def _limits(content: Mapping[str, Any]) -> list[str]:
    ledger, coverage = content["ledger"], content["coverage"]
    lines = [
        f"What this export shows (class {coverage['class']}): {coverage['why']}.",
        f"Read: {ledger['posts']} posts of {ledger['records']} records in {len(ledger['files'])} files; "
        f"{ledger['skipped']} skipped.",
    ]
    if content["short"]:
        lines.append("The span is shorter than two weeks: little can be regular in it.")
    rival = content["measures"]["reach"].get("rival")
    if rival is not None and 1 < rival <= 2:
        lines.append(f"One follower is addressed by {rival:.1f} times as many people as the brand.")
    share = content["measures"]["follower_share"]
    if share.get("bystander_high") is not None:
        lines.append(
            f"Without a follower list: between {share['bystander_low']:.2f} and {share['bystander_high']:.2f} of the "
            "talk is among followers, depending on whether those who are only named are followers."
        )
    if content["brand"]["accounts"] > 1:
        alone = "" if content["verdict"]["accounts"] else " None of them alone has 30 regulars."
        lines.append(
            f"All figures are pooled over the {content['brand']['accounts']} accounts named as the brand.{alone}"
        )
    if content["verdict"]["accounts"]:
        lines.append("Each of the brand's accounts alone:")
        lines += [
            f"  {one['account']}: {LABELS[one['label']]} (talk among followers {one['follower_share']:.2f}, "
            f"{one['regulars']} regulars)"
            for one in content["verdict"]["accounts"]
        ]
    return lines


def methods_text(content: Mapping[str, Any]) -> str:
    """A paragraph for a paper: what was counted, how, with every number of the run.

    Parameters
    ----------
    content
        What results.json holds.
    """
    measures, verdict, thresholds = content["measures"], content["verdict"], content["verdict"]["thresholds"]
    acts, ledger, versions = content["acts"], content["ledger"], content["versions"]
    span = (
        f"from {content['span'][0][:10]} to {content['span'][1][:10]}" if content["span"] else "without times"
    )
    text = [
        f"We studied {ledger['posts']} posts ({ledger['records']} records read, {ledger['skipped']} skipped with "
        f"reasons) {span}, coverage class {content['coverage']['class']}, by {content['active_followers']} of "
        f"{content['followers']} followers of {content['brand']['name']} ({content['brand']['accounts']} accounts "
        f"counted as the brand). They held {acts['reply']} replies, {acts['mention']} mentions (of which "
        f"{acts['carried']} carried over to the head of a reply by the platform and left out), {acts['quote']} quotes "
        f"and {acts['repost']} reposts. Replies, typed mentions and quotes count as talk, self-replies do not.",
        f"Of the talk of followers, {content['w_ff']} acts went to followers and {content['w_fb']} to the brand; "
        f"{acts['outside']} went to others and count in no share.",
    ]
    share = measures["follower_share"]
    if share["value"] is not None:
        text.append(
            f"The follower share was {share['value']:.3f} (95 % interval {share['low']:.3f} to {share['high']:.3f}, "
            "the wider of two delete-one jackknives on the logit scale, over actors and over threads)."
        )
    broad = measures["breadth"]
    if broad["value"] is not None:
        text.append(
            "Within rolling tiles of four weeks that begin on Mondays, a regular is a follower with talk on two days, "
            "and a tie a pair of followers with two acts on two days at least twelve hours apart. Of the regulars, "
            f"{broad['value']:.3f} ({broad['low']:.3f} to {broad['high']:.3f}, Wilson's interval clustered by person) "
            f"had a mutual tie; {content['ties']} pairs were ties, {content['mutual_ties']} of them mutual."
        )
    rate = measures["return_rate"]
    if rate.get("p") is not None:
        text.append(
            f"The return rate was {rate['value']:.3f} against {rate['null_mean']:.3f} when receivers are permuted "
            f"within days (199 replicates, p = {rate['p']:.3f})."
        )
    specifications = verdict["specifications"]
    text.append(
        f"The verdict was “{verdict['label']}”{' (' + verdict['kind'] + ')' if verdict['kind'] else ''}. Its "
        f"thresholds are conventions: follower share {thresholds['phi_a']} and {thresholds['phi_c']}, breadth "
        f"{thresholds['pi_a']} and {thresholds['pi_c']}. It held in {specifications['same']} of "
        f"{specifications['of']} specifications. Feelings of belonging were not measured."
    )
    text.append(
        f"Computed with communitylab {versions['communitylab']} (DuckDB {versions['duckdb']}, NetworkX "
        f"{versions['networkx']}), seed {content['seed']}, days in {content['tz']}."
    )
    return "# Methods\n\n" + " ".join(text) + "\n"
