#include "programme/matching_graph.h"

/* LEMON copies nodes that name nothing yet; gcc sees it where the sanitizers unfold its code. */
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <lemon/matching.h>
#include <lemon/smart_graph.h>
#include <lemon/static_graph.h>

#include <cstdlib>
#include <new>
#include <vector>

/* LEMON's duals are four times as large where weights are integers, so that they are integers as well. */
struct matching_proof {
    std::vector<int64_t> nodes;
    std::vector<std::vector<uint32_t>> blossoms_of; /* of each node, the numbers ascending */
    std::vector<int64_t> blossoms;
};

void matching_proof_free(struct matching_proof *proof) {
    delete proof;
}

int64_t matching_proof_least_price(const struct matching_proof *proof, uint32_t node) {
    return proof->nodes[node];
}

int64_t matching_proof_further_price(const struct matching_proof *proof, uint32_t a, uint32_t b) {
    int64_t price = 0;
    const auto &of_a = proof->blossoms_of[a], &of_b = proof->blossoms_of[b];
    for (auto x = of_a.begin(), y = of_b.begin(); x != of_a.end() && y != of_b.end();) {
        if (*x == *y)
            price += proof->blossoms[*x];
        if (*x <= *y)
            ++x;
        else
            ++y;
    }
    return price;
}

using Graph = lemon::SmartGraph;
using Weights = Graph::EdgeMap<int64_t>;
using Matching = lemon::MaxWeightedMatching<Graph, Weights>;

static struct matching_proof *copy_proof(const Graph &graph, const Matching &matching) {
    auto *proof = new matching_proof;
    const int count = graph.maxNodeId() + 1;
    proof->nodes.reserve(static_cast<size_t>(count));
    for (int i = 0; i < count; i++)
        proof->nodes.push_back(matching.nodeValue(Graph::nodeFromId(i)));
    proof->blossoms_of.resize(static_cast<size_t>(count));
    for (int i = 0; i < matching.blossomNum(); i++) {
        if (matching.blossomValue(i) == 0)
            continue;
        const auto number = static_cast<uint32_t>(proof->blossoms.size());
        proof->blossoms.push_back(matching.blossomValue(i));
        for (Matching::BlossomIt node(matching, i); node != lemon::INVALID; ++node)
            proof->blossoms_of[static_cast<size_t>(Graph::id(node))].push_back(number);
    }
    return proof;
}

static void solve(size_t node_count, const struct matching_edge *edges, size_t edge_count, uint32_t *ret_partners,
                  struct matching_proof **ret_proof) {
    Graph graph;
    graph.reserveNode(static_cast<int>(node_count));
    graph.reserveEdge(static_cast<int>(edge_count));
    for (size_t i = 0; i < node_count; i++)
        graph.addNode();
    Weights weights(graph);
    for (size_t i = 0; i < edge_count; i++)
        weights[graph.addEdge(Graph::nodeFromId(static_cast<int>(edges[i].a)),
                              Graph::nodeFromId(static_cast<int>(edges[i].b)))] = edges[i].weight;
    Matching matching(graph, weights);
    matching.run();
    for (size_t i = 0; i < node_count; i++) {
        const auto mate = matching.mate(Graph::nodeFromId(static_cast<int>(i)));
        ret_partners[i] =
            mate == lemon::INVALID ? static_cast<uint32_t>(MATCHING_ALONE) : static_cast<uint32_t>(Graph::id(mate));
    }
    *ret_proof = copy_proof(graph, matching);
}

void matching_graph_solve(size_t node_count, const struct matching_edge *edges, size_t edge_count,
                          uint32_t *ret_partners, struct matching_proof **ret_proof) {
    try {
        solve(node_count, edges, edge_count, ret_partners, ret_proof);
    } catch (const std::bad_alloc &) {
        std::abort();
    }
}
