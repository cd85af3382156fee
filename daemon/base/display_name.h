#pragma once
/* What countries and languages are called (ICU), to find the code of a name that somebody typed. */
#include <stdbool.h>
#include <stddef.h>

enum display_name_kind { DISPLAY_NAME_COUNTRY, DISPLAY_NAME_LANGUAGE };

enum { DISPLAY_NAME_SIZE = 256 };

/* For comparing: letters and digits only, without case and accents; "" where NAME is too long or no UTF-8. */
void display_name_fold(const char *name, char folded[DISPLAY_NAME_SIZE]);

/* The code of what is called so in English, in one of LANGUAGES (BCP 47) or, a language, in itself, compared as folded;
 * NULL where nothing is. Static. The names in a language are gathered once. */
const char *display_name_find(enum display_name_kind kind, const char *typed, const char *const *languages,
                              size_t count);

/* The name nearest to a slip (base/suggest.h), in the same languages; NULL where none is near. Static. */
const char *display_name_nearest(enum display_name_kind kind, const char *typed, const char *const *languages,
                                 size_t count);

/* Whether there is an English name for the code. */
bool display_name_exists(enum display_name_kind kind, const char *code);
