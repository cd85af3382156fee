#include "cli/pairs.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

void pairs_begin(struct pairs *pairs, struct arena *arena, const char *zone) {
    struct error unknown = ERROR_INIT;
    *pairs = (struct pairs){.arena = arena, .zone = zone_utc()};
    (void)zone_load(zone, &pairs->zone, &unknown);
}

void pairs_text_tone(struct pairs *pairs, const char *heading, const char *value, enum table_tone tone) {
    if (string_is_empty(value))
        return;
    require(pairs->count < PAIRS_MOST);
    pairs->headings[pairs->count] = (struct table_column){.heading = heading};
    pairs->values[pairs->count] = value;
    pairs->tones[pairs->count++] = tone;
}

void pairs_text(struct pairs *pairs, const char *heading, const char *value) {
    pairs_text_tone(pairs, heading, value, TONE_PLAIN);
}

void pairs_number(struct pairs *pairs, const char *heading, int64_t value) {
    if (value)
        pairs_text(pairs, heading, arena_format(pairs->arena, "%" PRId64, value));
}

const char *pairs_format_moment(const struct pairs *pairs, int64_t moment) {
    struct zone_local local;
    char date[CIVIL_DATE_SIZE];
    zone_to_local(pairs->zone, moment, &local);
    return arena_format(pairs->arena, "%s %02d:%02d %s", civil_format_date(local.date, date),
                        local.time_of_day / SECONDS_PER_HOUR, local.time_of_day / SECONDS_PER_MINUTE % 60,
                        local.abbreviation);
}

void pairs_moment(struct pairs *pairs, const char *heading, int64_t moment) {
    if (moment)
        pairs_text(pairs, heading, pairs_format_moment(pairs, moment));
}

void pairs_print(const struct pairs *pairs) {
    if (!pairs->count)
        return;
    struct table *table cleanup(table_free_pointer) = table_new(pairs->headings, pairs->count);
    for (size_t i = 0; i < pairs->count; i++)
        table_cell_tone(table, pairs->values[i], pairs->tones[i]);
    table_print_pairs(table, stdout, table_wants_colour(stdout));
}

const char *pairs_format_size(struct arena *arena, int64_t bytes) {
    if (bytes < 10000)
        return arena_format(arena, "%" PRId64 " bytes", bytes);
    if (bytes < 10000000)
        return arena_format(arena, "%" PRId64 " KB", (bytes + 500) / 1000);
    return arena_format(arena, "%" PRId64 " MB", (bytes + 500000) / 1000000);
}
