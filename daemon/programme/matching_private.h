#pragma once
/* Inside programme/matching: what two people have with each other (matching_score.c), in the parts by which all pairs
 * of many people are compared (matching.c). */
#include "programme/matching.h"

/* Whether A must not have the person with that ID. */
bool matching_excludes(const struct matching_person *a, int64_t id);

/* matching_bar, but for who excludes whom. */
enum matching_bar matching_bar_of_kinds(const struct matching_person *a, const struct matching_person *b);

/* What one criterion gives. */
struct matching_reason matching_measure(const struct matching_rules *rules, size_t criterion,
                                        const struct matching_person *a, const struct matching_person *b);

/* What a person's waiting adds to each of their scores. */
int64_t matching_waiting_score(const struct matching_rules *rules, const struct matching_person *person);
