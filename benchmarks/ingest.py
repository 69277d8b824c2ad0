"""Ingest and main job against DuckDB's own read and the script people write: seconds, ratios, memory.

    python -m benchmarks.ingest [--posts 100000,300000,1000000] [--runs 3] [--script-up-to 300000] [--folder DIR]

Every command is a process of its own and the commands take turns, so that a slow minute of the machine
is everybody's. Start-up (imports) is measured too and printed beside. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.exports import write_export

BRAND = "millandcrumb"

READ = """
import sys, pathlib
from communitylab import exports, files
exports.read_file(files.find([sys.argv[1]])[0], pathlib.Path(sys.argv[2]), 0)
"""

STORE = """
import sys, pathlib
from communitylab.store import add_to_store
add_to_store([sys.argv[1]], pathlib.Path(sys.argv[2]) / "store")
"""

START = "import communitylab.store, communitylab.results, communitylab.page"

_TWEET = """
    id: 'VARCHAR', author_id: 'VARCHAR', conversation_id: 'VARCHAR', created_at: 'VARCHAR', text: 'VARCHAR',
    lang: 'VARCHAR', in_reply_to_user_id: 'VARCHAR', edit_history_tweet_ids: 'VARCHAR[]',
    referenced_tweets: 'STRUCT(type VARCHAR, id VARCHAR)[]',
    entities: 'STRUCT(mentions STRUCT("start" INTEGER, "end" INTEGER, username VARCHAR, id VARCHAR)[],
                      hashtags STRUCT(tag VARCHAR)[], urls STRUCT(expanded_url VARCHAR)[])'
"""
_USER = "STRUCT(id VARCHAR, username VARCHAR, name VARCHAR)"


def _duckdb_read(layout: str) -> str:
    """DuckDB's read of the same fields with an explicit schema, into Parquet."""
    struct = ", ".join(
        f"{name.strip()} {kind}"
        for name, kind in (
            ("id", "VARCHAR"),
            ("author_id", "VARCHAR"),
            ("conversation_id", "VARCHAR"),
            ("created_at", "VARCHAR"),
            ("text", "VARCHAR"),
            ("lang", "VARCHAR"),
            ("in_reply_to_user_id", "VARCHAR"),
            ("edit_history_tweet_ids", "VARCHAR[]"),
            ("referenced_tweets", "STRUCT(type VARCHAR, id VARCHAR)[]"),
            (
                "entities",
                'STRUCT(mentions STRUCT("start" INTEGER, "end" INTEGER, username VARCHAR, id VARCHAR)[], '
                "hashtags STRUCT(tag VARCHAR)[], urls STRUCT(expanded_url VARCHAR)[])",
            ),
        )
    )
    includes = f"STRUCT(users {_USER}[], tweets STRUCT(id VARCHAR, author_id VARCHAR)[])"
    if layout == "flat":
        query = f"""SELECT * FROM read_json(?, format='newline_delimited', maximum_object_size=67108864,
            columns={{{_TWEET}, author: '{_USER}'}})"""
        copies = f"COPY ({query.replace('?', 'SOURCE')}) TO TARGET (FORMAT parquet, COMPRESSION zstd)"
        statements = [copies.replace("TARGET", "'{out}/posts.parquet'")]
    else:
        page = f"""read_json(SOURCE, format='newline_delimited', maximum_object_size=67108864,
            columns={{data: 'STRUCT({struct})[]', includes: '{includes}'}})"""
        statements = [
            f"CREATE TEMP TABLE pages AS SELECT * FROM {page}",
            "COPY (SELECT post.* FROM (SELECT unnest(data) AS post FROM pages)) TO '{out}/posts.parquet' "
            "(FORMAT parquet, COMPRESSION zstd)",
            "COPY (SELECT DISTINCT account.* FROM (SELECT unnest(includes.users) AS account FROM pages)) "
            "TO '{out}/names.parquet' (FORMAT parquet, COMPRESSION zstd)",
        ]
    body = "\n".join(f"con.execute({statement!r}.replace('{{out}}', sys.argv[2]).replace('SOURCE', repr(sys.argv[1])))"
                     for statement in statements)  # fmt: skip
    return f"import sys, duckdb\ncon = duckdb.connect()\n{body}\n"


def _timed(command: list[str]) -> tuple[float, float]:
    """Seconds and megabytes of a process and its children."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _out, error = process.communicate() if os.name == "nt" else (None, process.stderr.read())
    _pid, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{command[:4]} failed: {error.decode()[-800:]}")
    return time.perf_counter() - begin, usage.ru_maxrss / 1024


def _commands(export: Path, layout: str, out: Path, *, with_script: bool) -> dict[str, list[str]]:
    python = [sys.executable, "-c"]
    tool = str(Path(sys.executable).parent / "communitylab")
    commands = {
        "start-up": [*python, START],
        "read": [*python, READ, str(export), str(out)],
        "duckdb": [*python, _duckdb_read(layout), str(export), str(out)],
        "load": [*python, STORE, str(export), str(out)],
        "report": [tool, "report", str(export), "--brand", BRAND, "--out", str(out / "report")],
    }
    if with_script:
        commands["script"] = [sys.executable, "-m", "benchmarks.script_people_write", str(export), BRAND]
    return commands


def main() -> None:
    """Runs everything in turns and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", default="100000,300000,1000000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--script-up-to", type=int, default=300_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "communitylab-bench")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    sizes = [int(size) for size in options.posts.split(",")]
    reports: dict[str, list[tuple[int, float]]] = {}
    print("layout  posts     what      seconds (min)   peak MB   ratio")
    for layout in ("flat", "pages"):
        for posts in sizes:
            export = write_export(options.folder / f"{layout}-{posts}.jsonl", posts=posts, layout=layout)
            seen: dict[str, list[tuple[float, float]]] = {}
            for run in range(options.runs):
                for name, command in _commands(
                    export, layout, options.folder, with_script=posts <= options.script_up_to and run == 0
                ).items():
                    with tempfile.TemporaryDirectory(dir=options.folder) as out:
                        place = [
                            word.replace(str(options.folder) + "/report", f"{out}/report") for word in command
                        ]
                        place = [out if word == str(options.folder) else word for word in place]
                        seen.setdefault(name, []).append(_timed(place))
            start = statistics.median(seconds for seconds, _mb in seen["start-up"])
            for name, runs in seen.items():
                seconds = [one for one, _mb in runs]
                ratio = _ratio(name, seen)
                print(f"{layout:<6}  {posts:>8}  {name:<8}  {statistics.median(seconds):7.2f} ({min(seconds):.2f})"
                      f"   {max(mb for _s, mb in runs):8.0f}   {ratio}", flush=True)  # fmt: skip
                if name == "report":
                    reports.setdefault(layout, []).append(
                        (posts, max(statistics.median(seconds) - start, 0.01))
                    )
    for layout, points in reports.items():
        if len(points) > 1:
            (small, fast), (large, slow) = points[0], points[-1]
            slope = math.log(slow / fast) / math.log(large / small)
            print(f"growth of the main job, {layout}, start-up subtracted: log-log slope {slope:.2f}")


def _ratio(name: str, seen: dict[str, list[tuple[float, float]]]) -> str:
    def median_ratio(other: str) -> float:
        pairs = zip(seen[name], seen[other], strict=False)
        return statistics.median(mine[0] / theirs[0] for mine, theirs in pairs)

    if name == "read":
        return f"{median_ratio('duckdb'):.2f} × duckdb"
    if name == "script":
        memory = max(mb for _s, mb in seen["script"]) / max(mb for _s, mb in seen["report"])
        return f"{median_ratio('report'):.1f} × report in time, {memory:.1f} × in memory"
    return ""


if __name__ == "__main__":
    main()
