"""How a report was made, kept so that it can be made again and held against the earlier one."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from communitylab.errors import CallError
from communitylab.results import Results

__all__ = ["RESULTS", "differences", "read_run", "write_run"]

RESULTS = "results.json"
"""The file that holds what a report says; where it is, everything it speaks of is."""


def write_run(folder: Path, results: Results, *, inputs: Mapping[str, Any]) -> None:
    """Writes run.toml, which says how and may be shared, and private/inputs.toml: from what, and for no one else.

    Parameters
    ----------
    folder
        Of the report; its results.json and the folder `private` are there.
    results
        What results.json holds.
    inputs
        The call that loaded the study.
    """
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
        f"yours = {_toml(list(choices.yours))}",
    ]
    for name in ("since", "until"):
        day = getattr(choices, name)
        if day is not None:
            lines.append(f"{name} = {_toml(day.isoformat())}")
    if study.coverage_named:
        lines.append(f"coverage = {_toml(study.coverage_named)}")
    lines.append(f"files = {_toml([file.sha256 or '' for file in study.ledger.files])}")
    digest = hashlib.sha256((folder / RESULTS).read_bytes()).hexdigest()
    lines.append(f"results = {_toml(digest)}")
    (folder / "run.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    private = [f"{name} = {_toml(value)}" for name, value in inputs.items() if value]
    private_text = "\n".join([f"brand = {_toml(list(study.brand))}", *private])
    (folder / "private" / "inputs.toml").write_text(private_text + "\n", encoding="utf-8")


def _toml(value: Any) -> str:
    """A value as TOML: a JSON string or list of them is one, and a table is written inline."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(entry)}" for key, entry in value.items()) + "}"
    # TOML has JSON's strings, but knows no surrogates: signs beyond the first plane stand as they are.
    text = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return text.encode("utf-8", errors="replace").decode("utf-8")


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
        earlier = json.loads((run.parent / RESULTS).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CallError(
            f"{error.filename}: not there. `rerun` needs run.toml, results.json and private/inputs.toml as the "
            "report wrote them, side by side."
        ) from None
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise CallError(
            f"{run}: it, or private/inputs.toml or results.json beside it, cannot be read ({error}). `rerun` takes the "
            "run.toml of a report."
        ) from None
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
