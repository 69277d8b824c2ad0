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
from communitylab.study import Study
from communitylab.words import methods_text

__all__ = ["differences", "read_run", "write_report"]

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
