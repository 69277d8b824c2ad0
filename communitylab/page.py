"""The report's folder: what may be shared, and beside it, apart, what may not."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from communitylab import people
from communitylab.csv_tables import write_table
from communitylab.diary import Action, noted_in
from communitylab.errors import CallError, printable
from communitylab.graph_files import write_gexf, write_graphml
from communitylab.groupbook import Groupbook, group_members, opened_groupbook
from communitylab.measures import addressed, starters, threads_joined
from communitylab.network_page import network_page_of
from communitylab.newcomers import COHORT_COLUMNS
from communitylab.omissions import read_omissions, write_omissions
from communitylab.phrases import brand_of, shows_network
from communitylab.portrait import anonymous_groupings, anonymous_network
from communitylab.private import PRIVATE, make_private
from communitylab.pseudonyms import first_key, opened_key, pseudonyms_of, write_key
from communitylab.rendering import page_of, run_notebook
from communitylab.results import Results, measure
from communitylab.roles import RUNGS
from communitylab.runs import RESULTS, write_run
from communitylab.sections import CHARTS
from communitylab.study import Study
from communitylab.table_notes import MEASURES, NOTES
from communitylab.verdict import Condition, Specification
from communitylab.voice import STYLES
from communitylab.words import methods_text
from communitylab.workbook import write_workbook

__all__ = ["check_writable", "write_report"]

_NETWORK = ("network.html", "network.gexf", "network.graphml")
_CHARTS = [f"charts/{name}.{kind}" for name in CHARTS for kind in ("svg", "png")]


def write_report(
    study: Study,
    *,
    out: str | Path,
    seed: int,
    names: bool = False,
    inputs: Mapping[str, Any] | None = None,
    actions: Sequence[Action] | None = None,
    groupbook: Groupbook | None = None,
    key: bytes | None = None,
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
    names
        Whether report.html names people; it then says so. Nothing else outside `private/` ever does.
    inputs
        The call that loaded the study, kept under `private/` so that the report can be run again.
    actions
        What the brand did and when; by default what actions.csv in the folder says, where there is one.
    groupbook
        What is kept of the groups of an earlier report; by default that of the folder, where there is one.
    key
        Of the pseudonyms; by default that of the folder, where there is one.

    Returns
    -------
    Results
        What results.json holds.

    Raises
    ------
    CallError
        If the folder cannot be written or holds a report on another brand, or its list of actions, table of groups or
        key cannot be read, or somebody was forgotten in it and not in the study.
    """
    folder = Path(out).resolve()
    check_writable(folder)
    _check_same_brand(folder, study)
    actions = noted_in(folder) if actions is None else actions
    groupbook = (groupbook or opened_groupbook(folder)).without(study.forgotten)
    _check_forgotten(folder, study, cure=f"Load the study with forgotten={str(folder)!r}.")
    key = key or opened_key(folder) or first_key(study, seed=seed)
    results = measure(study, seed=seed, actions=actions, earlier=groupbook.earlier)
    pseudonyms = pseudonyms_of(study, key=key)
    draft = folder.with_name(folder.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(mode=0o700, parents=True)
        private = make_private(draft / PRIVATE)
        content = results.as_dict()
        title = f"{brand_of(content)}: audience or community?"
        _write_json(draft / RESULTS, content)
        (draft / "methods.md").write_text(methods_text(content), encoding="utf-8")
        write_run(draft, results, inputs=inputs or {})
        write_key(key, draft)
        write_omissions(study.forgotten, private)
        if shows_network(content):
            _write_network(draft, results, pseudonyms)
        tables = _tables(results, pseudonyms)
        for name, table in tables.items():
            write_table(table, draft / "tables" / f"{name}.csv")
        write_workbook(tables, path=draft / "results.xlsx", title=title, notes=NOTES)
        for name, table in _private_tables(results, groupbook, pseudonyms).items():
            write_table(table, private / f"{name}.csv")
        _write_page(draft, title=title, names=names)
        make_private(private)
        # It may have been asked for while this was running.
        _check_forgotten(folder, study, cure="The report there is as it was: run the command again.")
        _move_into(draft, folder)
    except OSError as error:
        raise CallError(f"{folder}: cannot be written ({error.strerror}). Choose another --out.") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return results


def _check_same_brand(folder: Path, study: Study) -> None:
    """A report of another brand is not replaced; nor are its groups and pseudonyms this one's."""
    try:
        earlier = str(tomllib.loads((folder / "run.toml").read_text(encoding="utf-8")).get("brand", ""))
    except (OSError, ValueError):
        return
    if earlier.casefold() not in {name.casefold() for name in study.brand}:
        raise CallError(
            f"{folder}: holds a report on {printable(earlier)}. Choose another --out for this brand, or delete the "
            "folder."
        )


def _check_forgotten(folder: Path, study: Study, *, cure: str) -> None:
    """Who was forgotten in a folder is in no later report there."""
    if not study.forgotten.covers(read_omissions(folder / PRIVATE)):
        raise CallError(f"{folder}: somebody was forgotten here who is in this study. {cure}")


def check_writable(folder: Path) -> None:
    """Finds out before the work, not after it, that a report can go there and overwrites nobody's own files.

    Parameters
    ----------
    folder
        Of the report; it need not be there.

    Raises
    ------
    CallError
        If it cannot be written, is a file, or holds a report.html of other origin.
    """
    if not folder.name:
        raise CallError(f"{folder}: no place for a report. Choose another --out.")
    if folder.exists() and not folder.is_dir():
        raise CallError(f"{folder}: is a file. Name a folder as --out.")
    if (folder / "report.html").exists() and not (folder / "run.toml").exists():
        raise CallError(
            f"{folder}: holds a report.html that is no report of communitylab. Choose another --out."
        )
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder.with_name(folder.name + ".new")
        shutil.rmtree(probe, ignore_errors=True)
        probe.mkdir()
        probe.rmdir()
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
        for place in missing:
            place.rmdir()
    except OSError as error:
        raise CallError(f"{folder}: cannot be written ({error.strerror}). Choose another --out.") from None


def _move_into(draft: Path, folder: Path) -> None:
    """Files one by one, results.json last: where it is, everything it speaks of is."""
    files = [path for path in sorted(draft.rglob("*")) if path.is_file()]
    folder.mkdir(parents=True, exist_ok=True)
    make_private(folder / PRIVATE)
    for path in sorted(files, key=lambda path: path.name == RESULTS):
        target = folder / path.relative_to(draft)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
    written = {path.relative_to(draft) for path in files}
    for name in (*_CHARTS, *_NETWORK, "report.pdf"):
        # What an earlier report left and this one could not draw, or did not print, would be taken for this one's.
        if Path(name) not in written:
            (folder / name).unlink(missing_ok=True)


def _write_network(draft: Path, results: Results, pseudonyms: Mapping[int, str]) -> None:
    """The network as a page to explore, and as files for programs that draw networks."""
    study, groups = results.study, results.groups
    network = anonymous_network(study, seed=results.seed, groups=groups, pseudonyms=pseudonyms)
    write_gexf(network, draft / "network.gexf")
    write_graphml(network, draft / "network.graphml")
    content = results.as_dict()
    page = network_page_of(
        network,
        brand=brand_of(content),
        groups=content["clusters"],
        has_latest=len(content["ladder"]) > 1,
    )
    (draft / "network.html").write_text(page, encoding="utf-8", newline="\n")


def _write_page(draft: Path, *, title: str, names: bool) -> None:
    """Runs the report's notebook on what was measured; it draws the charts."""
    notebook = run_notebook("report", parameters={"MEASURED": str(draft), "NAMES": names}, folder=draft)
    page = page_of(notebook, title=title, names=names)
    (draft / "report.html").write_text(page, encoding="utf-8")


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(
        json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8"
    )


def _tables(results: Results, pseudonyms: Mapping[int, str]) -> dict[str, pd.DataFrame]:
    estimates = [
        {"measure": name, "means": MEASURES[name], "value": one.value, "low": one.low, "high": one.high,
         "null_mean": one.null_mean, "p": one.p, "why": one.why}
        for name, one in results.estimates.items()
    ]  # fmt: skip
    found = results.verdict
    slices = [frame.rename(columns={by: "slice"}).assign(by=by) for by, frame in results.slices.items()]
    return {
        "measures": pd.DataFrame(estimates),
        "conditions": _rows(Condition, found.conditions),
        "specifications": _rows(Specification, found.specifications),
        "newcomers": pd.DataFrame(results.newcomers["cohorts"], columns=COHORT_COLUMNS),
        "voice": pd.DataFrame(results.voice["weeks"], columns=["week", *STYLES, "repost"]),
        "ladder": results.ladder,
        "moves": results.moves,
        "follower_share_by": pd.concat(slices)[["by", "slice", "value", "low", "high", "w_ff", "w_fb"]],
        "groups": _groups(results.profiles),
        "groupings": anonymous_groupings(
            results.study, groups=results.groups, seed=results.seed, pseudonyms=pseudonyms
        ),
    }


def _rows(kind: type, each: Sequence[Any]) -> pd.DataFrame:
    """One row for each, and the columns even where there is none."""
    return pd.DataFrame([vars(one) for one in each], columns=[field.name for field in fields(kind)])


def _groups(profiles: pd.DataFrame) -> pd.DataFrame:
    """One row per group, without lists: the words in one cell, a column for each rung."""
    rungs = pd.DataFrame(list(profiles["rungs"]), columns=list(RUNGS), index=profiles.index)
    lists = {name: profiles[name].map(", ".join) for name in ("words", "hashtags", "links")}
    return pd.concat([profiles.drop(columns="rungs").assign(**lists), rungs], axis=1)


def _private_tables(
    results: Results, groupbook: Groupbook, pseudonyms: Mapping[int, str]
) -> dict[str, pd.DataFrame]:
    study, groups, lives = results.study, results.groups, results.lifelines
    return {
        "clusters": group_members(study, groups, lives=lives, earlier=groupbook.earlier),
        "groups": groupbook.continued(results.profiles, lives),
        "people": people.followers_by_name(study, pseudonyms=pseudonyms),
        "brand_accounts": people.brand_accounts(study),
        "brand_candidates": people.brand_candidates(study),
        "threads_joined": threads_joined(study),
        "addressed": addressed(study),
        "starters": starters(study),
    }
