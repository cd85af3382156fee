#pragma once
/* Moments as people type them: "2027-02-25", "2027-02-25 18:00", "midnight 2027-02-25", "Thursday midnight". How they
 * are told so that nobody misreads them: localise_deadline (base/localise.h). */
#include "base/error.h"
#include "base/zone.h"

enum date_time_bound {
    DATE_TIME_BEGINS, /* a day alone means its first second; of today, a minute from now */
    DATE_TIME_ENDS,   /* a day alone means its end */
};

/* Reads a day and perhaps a time of day, in either order, in ZONE. DAY: 2027-02-25, today, tomorrow, or an English
 * weekday, which is the next one whose moment is after NOW. TIME: as civil_parse_time_of_day, noon, or midnight
 * (24:00), which always is the end of its day. Of a time that comes twice it is the first, of one that the clocks skip
 * zone_to_utc's. *RET: the first second of what begins, the first that is too late for what ends. */
bool date_time_parse(const char *text, enum date_time_bound bound, int64_t now, const struct zone *zone, int64_t *ret,
                     struct error *error);
