"""The relational measures of millions of acts inside two gigabytes, against hand-written SQL.

    python -m benchmarks.relational [--acts 10000000] [--memory 2GB]

Posts and acts are drawn by DuckDB itself and written as a store; both sides read that store.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from communitylab.ledger import Ledger, write_ledger

OURS = """
import json, sys, time, ibis
from communitylab import measures, networks
from communitylab.study import load
folder, memory = sys.argv[1:3]
engine = ibis.duckdb.connect(memory_limit=memory, temp_directory=folder + "-spill", preserve_insertion_order=False)
study = load(store=folder, brand="user0", engine=engine)
counts = measures.talk_counts(study)
share = measures.follower_share(study)
pairs = measures.effective_pairs(study)
ties = networks.ties(study)
print(json.dumps({"w_ff": counts["w_ff"], "w_fb": counts["w_fb"], "pairs": pairs.beside["pairs"], "ties": len(ties)}))
"""

SQL = """
import json, sys, duckdb
folder, memory = sys.argv[1:3]
con = duckdb.connect(config={"memory_limit": memory, "temp_directory": folder + "-spill",
                             "preserve_insertion_order": "false"})
con.execute(f"CREATE VIEW acts AS SELECT * FROM '{folder}/acts.parquet'")
con.execute(f"CREATE VIEW posts AS SELECT * FROM '{folder}/posts.parquet'")
con.execute("CREATE TABLE authors AS SELECT DISTINCT author FROM posts")
con.execute('''CREATE TABLE talk AS SELECT source_id AS s, target_id AS t, conversation_id AS thread,
    created_at AS moment,
    (epoch(created_at)::BIGINT // 86400) AS day, weight AS w FROM acts
    WHERE kind IN ('reply', 'mention', 'quote') AND evidence NOT IN ('carried', 'inferred')
    AND source_id IN (SELECT author FROM authors) AND source_id <> '0' ''')
w_ff, w_fb = con.execute('''SELECT sum(w) FILTER (t <> '0' AND t IN (SELECT author FROM authors)),
    sum(w) FILTER (t = '0') FROM talk''').fetchone()
con.execute("CREATE TABLE peers AS SELECT * FROM talk WHERE t <> '0' AND t IN (SELECT author FROM authors)")
con.execute('''SELECT ff, fb, count(*) FROM (SELECT a, sum(ff) AS ff, sum(fb) AS fb FROM (
    SELECT s AS a, CASE WHEN t = '0' THEN 0 ELSE w END AS ff, CASE WHEN t = '0' THEN w ELSE 0 END AS fb FROM talk
    WHERE t = '0' OR t IN (SELECT author FROM authors) UNION ALL SELECT t, w, 0 FROM peers) GROUP BY a)
    GROUP BY ff, fb''').fetchall()
con.execute('''SELECT ff, fb, count(*) FROM (SELECT thread, sum(CASE WHEN t = '0' THEN 0 ELSE w END) AS ff,
    sum(CASE WHEN t = '0' THEN w ELSE 0 END) AS fb FROM talk WHERE t = '0' OR t IN (SELECT author FROM authors)
    GROUP BY thread) GROUP BY ff, fb''').fetchall()
pairs = con.execute('''SELECT count(*), sum(w * w) FROM (SELECT least(s, t), greatest(s, t), sum(w) AS w FROM peers
    GROUP BY ALL)''').fetchone()[0]
ties = con.execute('''WITH days AS (SELECT least(s, t) AS a, greatest(s, t) AS b, day, sum(w) AS w,
    min(moment) AS first,
    max(moment) AS last FROM peers GROUP BY ALL), span AS (SELECT min(day) AS low, max(day) AS high FROM (
    SELECT epoch(created_at)::BIGINT // 86400 AS day FROM posts)),
    tiled AS (SELECT a, b, w, first, last, day, day - (day + 3) % 7 - back AS tile
    FROM days, (VALUES (0), (7), (14), (21)) v(back))
    SELECT count(*) FROM (SELECT tile, a, b FROM tiled, span
    WHERE tile >= low + (-(low + 3) % 7 + 7) % 7 AND tile <= high - 27
    GROUP BY tile, a, b HAVING count(*) >= 2 AND sum(w) >= 2
    AND epoch(max(last)) - epoch(min(first)) >= 43200)''').fetchone()[0]
print(json.dumps({"w_ff": int(w_ff), "w_fb": int(w_fb), "pairs": pairs, "ties": ties}))
"""


def write_store(folder: Path, *, acts: int) -> None:
    """A store of as many acts, drawn by DuckDB from a fixed seed.

    Parameters
    ----------
    folder
        Where; replaced.
    acts
        How many.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    people = max(1000, acts // 20)
    con = duckdb.connect()
    con.execute("SET threads = 1")
    con.execute("SELECT setseed(0.5)")
    con.execute(f"""CREATE TABLE drawn AS SELECT i, random() AS how,
        (pow(random(), 2) * {people})::BIGINT AS s,
        (random() * 14)::BIGINT AS step,
        TIMESTAMPTZ '2025-01-06 00:00:00+00' + to_seconds((i * 15552000.0 / {acts})::BIGINT)
        AS moment FROM range({acts}) t(i)""")
    copy = "(FORMAT parquet, COMPRESSION zstd)"
    con.execute(f"""COPY (SELECT 'x' AS platform, i::VARCHAR AS post_id, NULL::VARCHAR AS edit_of, s::VARCHAR AS author,
        moment AS created_at, 'post' AS kind, (i // 3)::VARCHAR AS thread, NULL::VARCHAR[] AS hashtags,
        1::BIGINT AS weight, NULL::VARCHAR AS text, 0::INTEGER AS source_file FROM drawn)
        TO '{folder}/posts.parquet' {copy}""")
    con.execute(f"""COPY (SELECT 'x' AS platform, s::VARCHAR AS source_id,
        CASE WHEN how < 0.3 THEN '0' ELSE ((s + 1 + step) % {people})::VARCHAR END AS target_id,
        CASE WHEN how < 0.6 THEN 'reply' ELSE 'mention' END AS kind, moment AS created_at, i::VARCHAR AS post_id,
        NULL::VARCHAR AS target_post_id, (i // 3)::VARCHAR AS conversation_id, 'explicit' AS evidence,
        1::BIGINT AS weight FROM drawn WHERE NOT (how < 0.3 AND s = 0)) TO '{folder}/acts.parquet' {copy}""")
    con.execute(f"""COPY (SELECT 'x' AS platform, i::VARCHAR AS account_id, 'user' || i AS name,
        NULL::VARCHAR AS display_name, false AS is_bot FROM range({people + 1}) t(i))
        TO '{folder}/accounts.parquet' {copy}""")
    con.execute(f"""COPY (SELECT 'x' AS platform, i::VARCHAR AS account_id, 'user' || i AS name,
        NULL::VARCHAR AS display_name, NULL::TIMESTAMPTZ AS seen_at FROM range({people + 1}) t(i))
        TO '{folder}/names.parquet' {copy}""")
    write_ledger(Ledger(), folder / "ledger.json")


def main() -> None:
    """Runs both sides in turns and prints seconds, memory and the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acts", type=int, default=10_000_000)
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "store"
        write_store(folder, acts=options.acts)
        for _run in range(options.runs):
            for name, code in (("ours", OURS), ("sql", SQL)):
                begin = time.perf_counter()
                done = subprocess.run(
                    [sys.executable, "-c", code, str(folder), options.memory], capture_output=True, text=True
                )
                seconds = time.perf_counter() - begin
                if done.returncode:
                    print(name, "failed:", done.stderr[-600:])
                    continue
                peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
                figures = json.loads(done.stdout.splitlines()[-1])
                print(
                    f"{name:<5} {seconds:7.1f} s   largest child so far {peak:6.0f} MB   {figures}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
