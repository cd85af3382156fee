#pragma once
/* Countries as ISO 3166-1 alpha-2 codes, and their time zones. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { COUNTRY_SIZE = 3 };

/* The code, in upper case, of what a person typed: a code, or a name in any language (base/names.h), case and accents
 * ignored ("Cote d'Ivoire"); one that means several countries must be of LANGUAGES (BCP 47) or English. Refused as
 * ERROR_PERMANENT, with the nearest name where one is near. */
bool country_read(const char *typed, const char *const *languages, size_t language_count, char ret[COUNTRY_SIZE],
                  struct error *error);

/* Just a code, in any case: "nz". */
bool country_read_code(const char *typed, char ret[COUNTRY_SIZE], struct error *error);

enum { COUNTRY_ZONE_SIZE = 64, COUNTRY_ZONES_MOST = 64 };

/* The country's time zones, the best known first, one of all that agree from NOW on for two years; at most MOST. */
size_t country_zones(const char *code, int64_t now, char ret[][COUNTRY_ZONE_SIZE], size_t most);

/* The country's time zone where it has but one, or several that agree from NOW on for two years (Germany's two do, New
 * Zealand's don't). False where they differ; ERROR says so and names some of them. */
bool country_only_zone(const char *code, int64_t now, char ret[COUNTRY_ZONE_SIZE], struct error *error);

/* The time zone called NAME, folded or not (base/fold.h): "Europe/Stockholm", or just its city;
 * or an older name of it ("Montreal"). */
bool country_find_zone(const char *name, char ret[COUNTRY_ZONE_SIZE]);

/* The code of the country that the time zone called NAME ("Europe/Lisbon") is of; "" where it is of none. */
void country_of_zone(const char *name, char ret[COUNTRY_SIZE]);
