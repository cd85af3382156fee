#pragma once
/* Maximum weighted matching in a graph, by the LEMON library: the one place where C++ is spoken. Pure. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct matching_edge {
    uint32_t a, b; /* two different nodes, below the graph's number; no pair of nodes twice */
    int64_t weight;
};

enum { MATCHING_ALONE = UINT32_MAX };

/* What proves that no matching is better (Edmonds' dual). Any two nodes, with an edge or without, have a price: an edge
 * of a higher weight would make a better matching, no other would. */
struct matching_proof;
void matching_proof_free(struct matching_proof *proof); /* NULL is allowed */

/* Gives each of NODE_COUNT nodes its partner, or MATCHING_ALONE, so that the sum of the weights is the highest there
 * is: exact. RET_PROOF is the caller's. NODE_COUNT / 2 times the highest weight must stay below 2^60. Aborts where the
 * machine has no more memory. */
void matching_graph_solve(size_t node_count, const struct matching_edge *edges, size_t edge_count,
                          uint32_t *ret_partners, struct matching_proof **ret_proof);

/* In quarters of a weight: what a node costs, and what two cost together beyond that, which takes longer to find. */
int64_t matching_proof_least_price(const struct matching_proof *proof, uint32_t node);
int64_t matching_proof_further_price(const struct matching_proof *proof, uint32_t a, uint32_t b);

#ifdef __cplusplus
}
#endif
