#pragma once
/* What is known of one thing, for people: "Heading: value" lines, below each other; what is not known is left out. */
#include <stdint.h>

#include "base/memory.h"
#include "base/zone.h"
#include "cli/table.h"

enum { PAIRS_MOST = 40 };

struct pairs {
    struct arena *arena;
    const struct zone *zone; /* in which moments are shown */
    size_t count;
    struct table_column headings[PAIRS_MOST];
    const char *values[PAIRS_MOST];
    enum table_tone tones[PAIRS_MOST];
};

/* ZONE: an IANA name; ARENA must outlive the pairs. */
void pairs_begin(struct pairs *pairs, struct arena *arena, const char *zone);

/* HEADING must outlive the pairs; NULL and "" as value, 0 as number and moment add nothing. */
void pairs_text(struct pairs *pairs, const char *heading, const char *value);
void pairs_text_tone(struct pairs *pairs, const char *heading, const char *value, enum table_tone tone);
void pairs_number(struct pairs *pairs, const char *heading, int64_t value);
void pairs_moment(struct pairs *pairs, const char *heading, int64_t moment);

/* "2026-11-23 14:41 AEDT". */
const char *pairs_format_moment(const struct pairs *pairs, int64_t moment);

void pairs_print(const struct pairs *pairs);

/* "120 KB". */
const char *pairs_format_size(struct arena *arena, int64_t bytes);
