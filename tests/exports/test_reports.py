"""Every format through the main job, as a user types it: a report, or why there is none."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from reading import INPUTS, expected, format_of

from communitylab import cli


def _brand(path: Path) -> str:
    """Somebody who wrote, or is written to, in a fixture."""
    found = expected(path)
    names = [row.get(of) for row in found["posts"] for of in ("author_name", "author_id")]
    names += [row.get(of) for row in found["edges"] for of in ("target_name", "target_id")]
    return next((name for name in names if name), "mill_and_crumb")


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_every_format_comes_to_a_report(
    path: Path,
    tmp_path: Path,
    pageless: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "report"
    words = ["communitylab", "report", str(path), "--brand", _brand(path), "--out", str(out)]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as stop:
        cli.main()
    said = capsys.readouterr()
    found = expected(path)
    if not found["posts"] and not found["edges"] and "D" not in str(found):
        assert (stop.value.code, said.out) == (3, "")
        return
    # A handful of posts decides nothing.
    assert stop.value.code == 4, said.err
    content = json.loads((out / "results.json").read_text("utf-8"))
    assert {file["format"] for file in content["ledger"]["files"]} >= {format_of(path)}
    ledger = content["ledger"]
    assert bool(found["posts"]) <= ledger["posts"] <= len(found["posts"])  # each once
    assert ledger["records"] == ledger["posts"] + ledger["skipped"]
    assert content["verdict"]["label"] in ("insufficient", "not identifiable")
