"""The same posts give the same results, to the bit, however they are handed over."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BAKERY

MEASURE = """
import json, os, sys, ibis
import communitylab as cl
engine = ibis.duckdb.connect(threads=1) if os.environ.get("ONE_THREAD") else None
study = cl.load(sys.argv[2:], brand="millandcrumb", hashtags=["crumbchat"], engine=engine)
content = cl.measure(study, seed=int(os.environ.get("SEED", 7))).as_dict()
content["ledger"]["files"] = []
open(sys.argv[1], "w").write(json.dumps(content))
"""


def _results(out: Path, *exports: Path, **environment: str) -> dict:
    subprocess.run(
        [sys.executable, "-c", MEASURE, str(out), *map(str, exports)],
        check=True,
        env={**os.environ, **environment},
    )
    return json.loads(out.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def usual(tmp_path_factory) -> dict:
    return _results(tmp_path_factory.mktemp("usual") / "results.json", BAKERY)


def _posts() -> list[str]:
    """The sample, one post a line, each with the users and posts of its page."""
    lines = []
    for page in map(json.loads, BAKERY.read_text(encoding="utf-8").splitlines()):
        lines += [json.dumps({**page, "data": [post]}) for post in page["data"]]
    return lines


def test_shuffled_lines_in_ten_files_another_zone_hash_seed_and_one_thread(usual, tmp_path):
    lines = _posts()
    random.Random(3).shuffle(lines)
    files = []
    for number in range(10):
        files.append(tmp_path / f"part-{9 - number}.jsonl")
        files[-1].write_text("\n".join(lines[number::10]) + "\n", encoding="utf-8")
    changed = _results(
        tmp_path / "results.json",
        *files,
        TZ="Pacific/Auckland",
        PYTHONHASHSEED="4711",
        OMP_NUM_THREADS="1",
        ONE_THREAD="1",
    )
    assert changed == usual


def test_the_figures_agree_with_one_another(usual):
    assert usual["measures"]["follower_share"]["value"] == pytest.approx(
        usual["w_ff"] / (usual["w_ff"] + usual["w_fb"]), abs=1e-15
    )
    assert usual["ledger"]["records"] == usual["ledger"]["posts"] + usual["ledger"]["skipped"]


def test_another_seed_moves_chance_and_nothing_else(usual, tmp_path):
    other = _results(tmp_path / "results.json", BAKERY, SEED="8")
    chance = {"null_mean", "p"}
    drawn = {"largest_component", "conversation", "join_in"}  # their intervals are resampled
    for name, estimate in usual["measures"].items():
        left_out = chance | ({"low", "high"} if name in drawn else set())
        for figure in set(estimate) - left_out:
            assert other["measures"][name][figure] == estimate[figure], (name, figure)
    assert other["measures"]["return_rate"]["null_mean"] != usual["measures"]["return_rate"]["null_mean"]
    assert (other["ladder"], other["trend"]) == (usual["ladder"], usual["trend"])
