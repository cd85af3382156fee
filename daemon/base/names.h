#pragma once
/* The names of countries and languages in every language that ICU knows, and a few more that people write. Read once,
 * at the first need (some 100 ms); not for several threads. */
#include <stddef.h>

#include "base/memory.h"

enum names_of { NAMES_COUNTRIES, NAMES_LANGUAGES };

/* ISO 3166-1 alpha-2, or ISO 639; room for any of them. */
enum { NAMES_CODE_SIZE = 4 };

/* The codes for which NAME, folded or not, stands; at most MOST of them in RET, which live as long as the process. In
 * English, its own language or one of LANGUAGES (BCP 47) a name means what it means there, else what it means in any;
 * where that may be a slip as well, what was meant then stands beside it. */
size_t names_find(enum names_of of, const char *name, const char *const *languages, size_t language_count,
                  const char **ret, size_t most);

/* The same for what was meant, perhaps: names in English, LANGUAGES or their own that differ from NAME by a slip or
 * begin with it, the nearest first. */
size_t names_near(enum names_of of, const char *name, const char *const *languages, size_t language_count,
                  const char **ret, size_t most);
