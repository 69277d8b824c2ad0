"""What an earlier report says, read again from its results.json: whole, of this kind, figures where figures belong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from communitylab.errors import CallError, command_line
from communitylab.results import SCHEMA
from communitylab.roles import RUNGS
from communitylab.runs import RESULTS
from communitylab.sheets import brief
from communitylab.tables import Estimate
from communitylab.verdict import LABELS

__all__ = ["measured", "read_results"]

_Check = tuple[str, Callable[[Any], bool]]

_MEASURES = (
    "follower_share", "breadth", "return_rate", "largest_component", "spread", "effective_pairs", "without_top",
    "mutuality", "cohesion", "conversation", "join_in", "first_answer", "reach", "centralization",
)  # fmt: skip
_BOUNDS = (
    ("value", "low", "high"), ("breadth", "breadth_low", "breadth_high"), ("median_hours", "low", "high"),
)  # fmt: skip
_FIELDS = {"breadth_without_top": _BOUNDS[1], "first_answer": _BOUNDS[2]}
_ROUNDING, _LARGEST = 1e-9, 1e15
_NO_SHARES = ("effective_pairs", "first_answer")
# Wherever these have a value, they have this, too.
_WITH_A_VALUE = {
    **dict.fromkeys(("breadth", "largest_component", "without_top", "conversation", "join_in"), ("low",)),
    "follower_share": ("low", "inferred"),
}
_BESIDE = ("null_mean", "p", "inferred", "bystander_low", "bystander_high")


def _is_number(value: Any) -> bool:
    # No whole number is too large for JSON, and many are for a fraction.
    return isinstance(value, int | float) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ"))
    except ValueError:
        return False


def _is_number_or_null(value: Any) -> bool:
    return value is None or _is_number(value)


def _is_span(value: Any) -> bool:
    if not isinstance(value, list):
        return value is None
    # Moments of this form are in order as texts.
    return len(value) == 2 and all(map(_is_moment, value)) and value[0] <= value[1]


def _rows(*keys: str) -> Callable[[Any], bool]:
    """Whether something is a list of objects that have these keys."""
    return lambda value: (
        isinstance(value, list) and all(isinstance(row, dict) and not set(keys) - set(row) for row in value)
    )


_TEXT: _Check = ("a text", lambda value: isinstance(value, str))
_COUNT: _Check = ("a whole number", _is_count)
_YES: _Check = ("true or false", lambda value: isinstance(value, bool))
_TEXTS: _Check = (
    "a list of texts",
    lambda value: isinstance(value, list) and all(isinstance(entry, str) for entry in value),
)
_NEEDED: dict[str, _Check] = {
    "brand.name": _TEXT,
    "brand.accounts": _COUNT,
    "span": ("null or two moments in order", _is_span),
    "tz": _TEXT,
    "kinds": ("a list of kinds", lambda value: _TEXTS[1](value) and bool(value)),
    "hashtags": _TEXTS,
    "coverage.class": (
        "A, B, C, C_search or D",
        lambda value: isinstance(value, str) and value in ("A", "B", "C", "C_search", "D"),
    ),
    "places": (
        "a list of places, each with platform and yours",
        lambda value: (
            _rows("platform", "yours")(value) and all(isinstance(row["platform"], str) for row in value)
        ),
    ),
    "ledger.files": (
        "a list of files, each with sha256",
        lambda value: _rows("sha256")(value) and all(isinstance(row["sha256"], str | None) for row in value),
    ),
    "posts_studied": _COUNT,
    "acts.inferred": _COUNT,
    "has_follower_list": _YES,
    **dict.fromkeys(("followers", "active_followers", "talkers", "regulars", "w_ff", "w_fb", "ties"), _COUNT),
    "ladder": (
        "a list of four weeks, each with its rungs",
        lambda value: (
            _rows("tile", *RUNGS)(value) and all(_is_count(row[rung]) for row in value for rung in RUNGS)
        ),
    ),
    "verdict.label": (
        "a verdict",
        lambda value: isinstance(value, str) and value in LABELS,
    ),
    "verdict.kind": ("null or a text", lambda value: value is None or isinstance(value, str)),
    "verdict.conditions": (
        "a list of conditions",
        lambda value: (
            _rows("name", "passed", "value", "threshold", "high", "why")(value)
            and all(
                isinstance(row["name"], str)
                and row["passed"] in (True, False, None)
                and _is_number(row["threshold"])
                and _is_number_or_null(row["value"])
                and _is_number_or_null(row["high"])
                for row in value
            )
        ),
    ),
    "verdict.specifications.same": _COUNT,
    "verdict.specifications.of": _COUNT,
    "versions.communitylab": _TEXT,
}
# A report of an earlier version knows nothing of these.
_NEEDED_OF_GROUPS: dict[str, _Check] = {
    "clustering.found": _TEXT,
    "clustering.small.groups": _COUNT,
    "clusters": (
        "a list of groups",
        lambda value: (
            _rows("id", "name", "size", "words", "is_solid")(value)
            and all(_is_count(row["size"]) and isinstance(row["words"], list) for row in value)
        ),
    ),
}
_NEEDED_OF_NEWCOMERS: dict[str, _Check] = {
    "newcomers.why": ("null or a text", lambda value: value is None or isinstance(value, str)),
    "newcomers.answered_by_follower": ("an object", lambda value: isinstance(value, dict)),
}
_NEEDED_OF_CERTAINTY: dict[str, _Check] = {
    "certainty.intervals": (
        "an object of objects, with is_narrow true or false",
        lambda value: (
            isinstance(value, dict)
            and all(
                isinstance(one, dict) and isinstance(one.get("is_narrow", False), bool)
                for one in value.values()
            )
        ),
    ),
}


def read_results(path: Path) -> dict[str, Any]:
    """What a report says: the content of its results.json, with all that a comparison needs in it.

    Parameters
    ----------
    path
        Folder of the report, or its results.json.

    Returns
    -------
    dict

    Raises
    ------
    CallError
        If it is not there, is no results.json of this schema, or lacks a key or holds something else under it, with
        the key.
    """
    file = path / RESULTS if path.is_dir() else path
    if not path.exists():
        raise CallError(f"{path}: not there. Name the folder of a report, or the {RESULTS} in it.")
    if not file.exists():
        raise CallError(
            f"{path}: holds no {RESULTS}. Name a folder that `communitylab report` wrote (its --out)."
        )
    try:
        content = json.loads(file.read_text(encoding="utf-8"), parse_constant=_refused)
    except OSError as error:
        raise CallError(f"{file}: cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError) as error:
        # A message of the reader of JSON may quote the file.
        why = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise CallError(f"{file}: is no JSON that can be read ({why}). {_anew(path)}") from None
    if not isinstance(content, dict) or "schema" not in content:
        raise CallError(f"{file}: is no {RESULTS} of communitylab: it has no “schema”. {_anew(path)}")
    if content["schema"] != SCHEMA:
        raise CallError(
            f"{file}: is of schema {brief(str(content['schema']))}; this version of communitylab reads {SCHEMA}. "
            "Make both reports with the same version."
        )
    _check(content, file=file, cure=_anew(path))
    return content


def _refused(name: str) -> None:
    raise ValueError(name)


def _anew(path: Path) -> str:
    """What to do about a file that is no report: name the right one, or make it anew."""
    folder = path if path.is_dir() else path.parent
    if not path.is_dir() and path.name != RESULTS:
        return f"Name the folder of a report, or the {RESULTS} in it."
    if (folder / "run.toml").exists():
        again = ["communitylab", "rerun", str(folder / "run.toml"), "--out", str(folder)]
        return f"Make the report anew: {command_line(again)}"
    return "Make the report anew."


def _check(content: Mapping[str, Any], *, file: Path, cure: str) -> None:
    needed = {
        **_NEEDED,
        **(_NEEDED_OF_GROUPS if "clustering" in content else {}),
        **(_NEEDED_OF_NEWCOMERS if "newcomers" in content else {}),
        **(_NEEDED_OF_CERTAINTY if "certainty" in content else {}),
    }
    for key, (what, is_right) in needed.items():
        value = _at(content, key.split("."), file=file, cure=cure)
        if not is_right(value):
            raise CallError(f"{file}: under “{key}” stands {_shown(value)}, where {what} belongs. {cure}")
    for name in _MEASURES:
        key = f"measures.{name}"
        found = _at(content, ["measures", name], file=file, cure=cure)
        main = "median_hours" if name == "first_answer" else "value"
        if not isinstance(found, dict) or main not in found:
            raise CallError(f"{file}: has no “{key}.{main}”. {cure}")
        for value, low, high in _BOUNDS:
            _check_numbers(found, (value, low, high), key=key, file=file, cure=cure)
        for field in _WITH_A_VALUE.get(name, ()):
            if found[main] is not None and found.get(field) is None:
                raise CallError(f"{file}: has no “{key}.{field}”. {cure}")
    if "newcomers" in content:
        answered, key = content["newcomers"]["answered_by_follower"], "newcomers.answered_by_follower"
        _check_numbers(answered, _BOUNDS[0], key=key, file=file, cure=cure)


def _check_numbers(
    found: Mapping[str, Any], names: tuple[str, str, str], *, key: str, file: Path, cure: str
) -> None:
    known = {name: found[name] for name in (*names, *_BESIDE) if found.get(name) is not None}
    for name, value in known.items():
        if not _is_number(value):
            raise CallError(
                f"{file}: under “{key}.{name}” stands {_shown(value)}, where a number belongs. {cure}"
            )
        is_share = not key.endswith(_NO_SHARES)
        if is_share and not -_ROUNDING <= value <= 1 + _ROUNDING:
            raise CallError(
                f"{file}: under “{key}.{name}” stands {_shown(value)}, where a share from 0 to 1 belongs. {cure}"
            )
    value, low, high = (known.get(name) for name in names)
    if (low is None) != (high is None):
        raise CallError(f"{file}: has no “{key}.{names[1] if low is None else names[2]}”. {cure}")
    if (
        value is not None
        and low is not None
        and high is not None
        and not low - _ROUNDING <= value <= high + _ROUNDING
    ):
        raise CallError(
            f"{file}: “{key}.{names[0]}” lies outside its own interval, {low:.3g} to {high:.3g}. {cure}"
        )


def _at(content: Any, path: Sequence[str], *, file: Path, cure: str) -> Any:
    for place, part in enumerate(path):
        if not isinstance(content, dict) or part not in content:
            raise CallError(f"{file}: has no “{'.'.join(path[: place + 1])}”. {cure}")
        content = content[part]
    return content


def _shown(value: Any) -> str:
    return brief(json.dumps(value, ensure_ascii=False))


def measured(content: Mapping[str, Any], name: str) -> Estimate:
    """One of the measures of a report, or of what stands beside one.

    Parameters
    ----------
    content
        As :func:`read_results` gives it.
    name
        As results.json calls it; besides ``follower_share_without_top``, ``breadth_without_top`` and
        ``newcomers_answered``, which stand under others there.

    Returns
    -------
    Estimate
        That of ``first_answer`` in hours. Beside it `n`, how many people or threads it rests on, where that is told.
    """
    why = None
    if name == "newcomers_answered":
        held = content.get("newcomers") or {"why": "the report was made before newcomers were looked at"}
        found, why, n = dict(held.get("answered_by_follower") or {}), held["why"], held.get("people")
    else:
        found = dict(content["measures"]["without_top" if name.endswith("_without_top") else name])
        people = {"follower_share": "talkers", "breadth": "regulars", "largest_component": "active_followers"}
        whom = people.get(name.removesuffix("_without_top"))
        inside = {"conversation": "threads", "join_in": "exchanges", "first_answer": "answered"}.get(name, "")
        n = content[whom] if whom else found.get(inside)
    value, low, high = _FIELDS.get(name, _BOUNDS[0])
    if found.get(value) is None:
        return Estimate(name, None, why=why or found.get("why") or "it is not defined")
    return Estimate(
        name,
        found[value],
        found.get(low),
        found.get(high),
        null_mean=found.get("null_mean"),
        p=found.get("p"),
        beside={"n": n} if isinstance(n, int) else {},
    )
