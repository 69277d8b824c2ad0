"""The script that people write today, for comparison: export to verdict with pandas, loops and python-louvain.

No intervals, no chance worlds, no tiles, no ledger; the same follower share.

    python -m benchmarks.script_people_write EXPORT BRAND
"""

from __future__ import annotations

import json
import re
import sys

import networkx as nx
import pandas as pd
from community import community_louvain


def main(path: str, brand: str) -> dict[str, float]:
    posts = pd.read_json(path, lines=True, dtype={"id": str, "author_id": str, "in_reply_to_user_id": str})
    if "data" in posts:
        posts = pd.DataFrame([post for page in posts["data"] for post in page])
    names: dict[str, str] = {}
    for entities in posts["entities"].dropna():
        for mention in entities.get("mentions", []):
            names[mention["id"]] = mention["username"].lower()
    brand_id = next(account for account, name in names.items() if name == brand)
    authors = set(posts["author_id"].astype(str))
    edges = []
    for _index, post in posts.iterrows():
        references = post.get("referenced_tweets")
        kinds = [reference["type"] for reference in references] if isinstance(references, list) else []
        if "retweeted" in kinds:
            continue
        answered = post.get("in_reply_to_user_id")
        answered = str(answered) if isinstance(answered, str) and answered != "nan" else None
        targets = {answered} if answered else set()
        head = re.match(r"^\s*(@\w+(\s+|$))+", post["text"])
        length = len(head[0]) if head and answered else 0
        entities = post.get("entities")
        carried, typed = set(), set()
        for mention in entities.get("mentions", []) if isinstance(entities, dict) else []:
            (carried if mention["start"] < length else typed).add(mention["id"])
        for target in targets | (typed - carried - targets):
            if target != str(post["author_id"]):
                edges.append((str(post["author_id"]), target))
    followers = [(source, target) for source, target in edges if source != brand_id]
    among = sum(target != brand_id and target in authors for _source, target in followers)
    to_brand = sum(target == brand_id for _source, target in followers)
    network = nx.Graph()
    for source, target in followers:
        if target != brand_id:
            weight = network.get_edge_data(source, target, {"weight": 0})["weight"]
            network.add_edge(source, target, weight=weight + 1)
    partition = community_louvain.best_partition(network, random_state=7)
    return {
        "follower_share": among / (among + to_brand),
        "modularity": community_louvain.modularity(partition, network),
        "groups": len(set(partition.values())),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
