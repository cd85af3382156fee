#!/usr/bin/env python3
"""Measures the matching: how many are matched, how near to the best there is, how fast, and beside NetworkX on the same
graph where that ends in time. Its last line sums up."""
import json
import os
import subprocess
import sys
import tempfile
import time

SIZES = ((92, 20), (860, 84), (1000, 100), (10000, 130))
NETWORKX_UP_TO = int(os.environ.get("NETWORKX_UP_TO", "860"))


def networkx_match(path):
    """Seconds of processor time, pairs and the sum of scores that NetworkX finds for the pairs in the file."""
    import networkx
    graph = networkx.Graph()
    with open(path) as lines:
        for line in lines:
            a, b, score = map(int, line.split())
            graph.add_edge(a, b, weight=score)
    began = time.process_time()
    found = networkx.max_weight_matching(graph, maxcardinality=True)
    seconds = time.process_time() - began
    return seconds, len(found), sum(graph[a][b]["weight"] for a, b in found)


def main():
    summary, ratios = [], []
    print(f"{'people':>7} {'pairs':>6} {'at most':>8} {'of the optimum':>15} {'seconds':>8} {'MB':>5} {'NetworkX s':>11} {'ratio':>7}")
    for people, countries in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            edges = os.path.join(folder, "edges")
            compared = people <= NETWORKX_UP_TO
            environment = dict(os.environ, **({"EDGES": edges} if compared else {}))
            result = json.loads(subprocess.run([sys.argv[1], str(people), str(countries), "1"], env=environment, check=True,
                                               capture_output=True).stdout)
            assert result["same_country"] == 0, "two of one country were matched"
            share = 100 * result["total"] / max(result["total_at_most"], 1)
            exact = result["pairs"] == result["pairs_at_most"] and result["total"] == result["total_at_most"]
            seconds, beside = max(result["seconds"], 1e-4), ("", "")
            if compared:
                theirs, pairs, total = networkx_match(edges)
                assert (pairs, total) == (result["pairs"], result["total"]), f"NetworkX found {pairs} pairs, sum {total}"
                beside = (f"{theirs:.2f}", f"{theirs / seconds:.0f}x")
                ratios.append(theirs / seconds)
        worth = "exact" if exact else f"{share:.3f}%"
        print(f"{people:>7} {result['pairs']:>6} {result['pairs_at_most']:>8} {worth:>15} {seconds:>8.3f} "
              f"{result['megabytes']:>5} {beside[0]:>11} {beside[1]:>7}", flush=True)
        summary.append(f"{result['pairs']}/{result['pairs_at_most']} exact" if exact else f"{people} {share:.3f}% of optimum")
    print("match: " + "; ".join(summary) + f"; {min(ratios):.0f}x NetworkX")


main()
