#pragma once
/* Time zones, read from the system's zoneinfo files (RFC 8536: version 2 and later with the POSIX TZ footer, and
 * version 1). A zone once loaded is valid and unchanging for the life of the process. Safe to use from several threads.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/civil.h"
#include "base/duration.h"
#include "base/error.h"

struct zone;

/* Local civil time at one moment. */
struct zone_local {
    struct civil_date date;
    int32_t time_of_day;      /* seconds after midnight */
    int32_t offset;           /* local minus UTC, seconds */
    bool daylight_saving;     /* as the zone's file says; in Dublin it is winter that is marked */
    const char *abbreviation; /* "AEST", or "+1030"; lives as long as the zone */
};

/* Where zone files are found; default /usr/share/zoneinfo. For tests; zones already loaded stay valid.
 * Their files are looked at again at once, which else happens once a second. */
void zone_set_directory(const char *directory);

/* The zone of an IANA name such as "Australia/Sydney". Names are untrusted: one that could leave the directory is
 * refused before the disk is touched. Loaded once, and again only when its file has changed (a tzdata update counts
 * without a restart). An unknown name gives ERROR_PERMANENT with the nearest known name; a damaged file
 * ERROR_CONFIGURATION. */
bool zone_load(const char *name, const struct zone **ret, struct error *error);

/* True where zone_load would succeed. */
bool zone_exists(const char *name);

/* Coordinated Universal Time, without any file. */
const struct zone *zone_utc(void);

const char *zone_name(const struct zone *zone);

void zone_to_local(const struct zone *zone, int64_t moment, struct zone_local *ret);

/* The moment of a local civil time; TIME_OF_DAY in seconds after midnight. A time that the clocks skip is taken as much
 * later as they were put forward (02:30 becomes 03:30; a day that an island skipped becomes the next); of a time that
 * comes twice it is the first. */
int64_t zone_to_utc(const struct zone *zone, struct civil_date date, int32_t time_of_day);

/* MOMENT plus a duration (its fields may be negative): months and then days on the local calendar at the same local
 * time, months clamped to the month's end; then seconds as they pass. */
int64_t zone_add(const struct zone *zone, int64_t moment, const struct duration *duration);

/* The first moment after MOMENT when the zone's offset, abbreviation or daylight saving changes; INT64_MAX where none.
 */
int64_t zone_next_change(const struct zone *zone, int64_t moment);
