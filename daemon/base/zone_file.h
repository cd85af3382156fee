#pragma once
/* The inside of base/zone: one zoneinfo file (RFC 8536) in memory. Nobody else includes this. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { ZONE_ABBREVIATION_SIZE = 32 };

/* A local time type. */
struct zone_type {
    int32_t offset; /* local minus UTC, seconds */
    bool daylight_saving;
    char abbreviation[ZONE_ABBREVIATION_SIZE];
};

enum zone_day_kind { DAY_OF_MONTH_WEEK, DAY_WITHOUT_LEAP, DAY_WITH_LEAP };

/* When a POSIX rule changes the clocks, each year. */
struct zone_rule_date {
    enum zone_day_kind kind;
    int month, week, weekday; /* DAY_OF_MONTH_WEEK: Mm.w.d, week 5 is the last */
    int day;                  /* DAY_WITHOUT_LEAP: Jn, 1..365; DAY_WITH_LEAP: n, 0..365 */
    int32_t time;             /* seconds after local midnight; -167 to 167 hours */
};

/* A POSIX TZ string, with the extensions of RFC 8536 section 3.3.1. */
struct zone_rule {
    bool is_set;
    bool has_daylight_saving;
    struct zone_type standard, daylight;
    struct zone_rule_date start, end;
};

struct zone_file {
    int64_t *times; /* ascending: from times[i] on types[kinds[i]] holds */
    uint8_t *kinds;
    size_t time_count;
    struct zone_type *types; /* types[0] holds before times[0] */
    size_t type_count;
    struct zone_rule rule; /* from the last of times on */
};

/* Takes LENGTH untrusted bytes apart. Errors say what is wrong with the file, without its name. */
bool zone_file_parse(const uint8_t *bytes, size_t length, struct zone_file *ret, struct error *error);
void zone_file_free(struct zone_file *file);

/* The type that holds at MOMENT, and in *RET_NEXT the start of the stretch after (INT64_MAX: none); the next stretch
 * may be of the same kind. */
const struct zone_type *zone_file_type_at(const struct zone_file *file, int64_t moment, int64_t *ret_next);

/* Reads a TZ string such as "AEST-10AEDT,M10.1.0,M4.1.0/3"; false where it isn't one. */
bool zone_rule_parse(const char *text, struct zone_rule *ret);

/* As zone_file_type_at, by the rule alone. */
const struct zone_type *zone_rule_type_at(const struct zone_rule *rule, int64_t moment, int64_t *ret_next);
