#pragma once
/* Countries as ISO 3166-1 alpha-2 codes, and their time zones. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { COUNTRY_SIZE = 3 };

/* The code, in upper case, of what a person typed: a code, or a name in English or in one of LANGUAGES (BCP 47), case
 * and accents ignored ("Cote d'Ivoire"). Refused as ERROR_PERMANENT, with the nearest name where one is near. */
bool country_read(const char *typed, const char *const *languages, size_t language_count, char ret[COUNTRY_SIZE],
                  struct error *error);

/* Just a code, in any case: "nz". */
bool country_read_code(const char *typed, char ret[COUNTRY_SIZE], struct error *error);

enum { COUNTRY_ZONE_SIZE = 64 };

/* The country's time zone where it has but one, or several that agree from NOW on for two years (Germany's two do, New
 * Zealand's don't). False where they differ; ERROR says so and names some of them. */
bool country_only_zone(const char *code, int64_t now, char ret[COUNTRY_ZONE_SIZE], struct error *error);
