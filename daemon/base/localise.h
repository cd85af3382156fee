#pragma once
/* Dates and names as people of a language write them (ICU). Time zones come from base/zone.h: the system's rules are
 * newer than ICU's. Everything is UTF-8 and lives in the caller's arena; an unknown language gives
 * English, an unknown country or language its code. English without a region is the international one: "1 February
 * 2027"; of "en-US" it is "February 1, 2027". The first call sets the process's default locale of ICU, so that nothing
 * depends on the machine's. */
#include <stdint.h>

#include "base/memory.h"
#include "base/zone.h"

/* "Australie" of ("AU", "fr"). */
const char *localise_country(struct arena *arena, const char *country, const char *language);

/* "English" of ("en", "en"). */
const char *localise_language(struct arena *arena, const char *named, const char *language);

/* The city that the time zone NAME is called after: "Estocolmo" of ("Europe/Stockholm", "es"); NULL where it is none.
 */
const char *localise_city(struct arena *arena, const char *name, const char *language);

/* The local date, written out: "1 February 2027". */
const char *localise_date(struct arena *arena, int64_t moment, const struct zone *zone, const char *language);

/* The same without the year: "1 February". */
const char *localise_day(struct arena *arena, int64_t moment, const struct zone *zone, const char *language);

/* A time of day, in seconds after midnight: "18:05". */
const char *localise_time(struct arena *arena, int32_t time_of_day, const char *language);

/* Weekday and time of day: "Tuesday 18:05". */
const char *localise_day_and_time(struct arena *arena, int64_t moment, const struct zone *zone, const char *language);

/* Date, time of day and zone: "1 February 2027, 18:05 (AEDT)". */
const char *localise_moment(struct arena *arena, int64_t moment, const struct zone *zone, const char *language);

/* The same so that nobody misreads it, wherever they live: weekday, hour, whose time, and how far from UTC. What ends
 * with a day ends at its 24:00 (localise_deadline: MOMENT is the first that is too late), what begins with it at its
 * 00:00: "Thursday, 25 February 2027 at 24:00 (midnight at the end of that day), Sydney time (AEDT, UTC+11)". The words
 * are there in English, French and Spanish; other languages do without: "... 24:00 (Sydney, AEDT, UTC+11)". */
const char *localise_deadline(struct arena *arena, int64_t moment, const struct zone *zone, const char *language);
const char *localise_opening(struct arena *arena, int64_t moment, const struct zone *zone, const char *language);

/* The month, 1 to 12, that a folded word (base/fold.h) of LENGTH bytes names in English or one of LANGUAGES, or begins
 * with at least three letters; 0 for none. */
int localise_month_named(const char *word, size_t length, const char *const *languages, size_t language_count);

/* A number of bytes, in millions or thousands of them: "25 MB", in French "25 Mo". */
const char *localise_size(struct arena *arena, int64_t bytes, const char *language);

/* How a person is spoken to: the first word of the name; the whole name where the family name comes first. */
const char *localise_first_name(struct arena *arena, const char *name, const char *language);
