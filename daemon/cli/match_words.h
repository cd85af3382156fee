#pragma once
/* A proposal in words: why people are brought together, why somebody is left over, and what to do about it. All in
 * English, as commands speak; the questions' own words come from the application form. Everything lives in ARENA. */
#include "app/proposal.h"

/* What speaks for a group, the weightiest first, and what speaks against it. */
const char **match_words_reasons(const struct population *population, const struct matching_group *group,
                                 struct arena *arena, size_t *ret_count);

/* What a coordinator must know of somebody besides; NULL: nothing. */
const char *match_words_remark(const struct population *population, uint32_t position, struct arena *arena);

/* How much of the most possible its members have in common, in percent. */
int match_words_share(const struct population *population, const struct matching_group *group);

/* Why somebody has no partner, and what to do about it. */
const char *match_words_left_over(const struct population *population, const struct matching_left_over *left,
                                  struct arena *arena);
const char *match_words_aside(const struct population_aside *aside, struct arena *arena);

/* "Anna Berg (Norway)". */
const char *match_words_person(const struct participant *participant, struct arena *arena);
