#pragma once
/* What to say about a name that no section or option has: what was probably meant, or where it belongs. */
#include "app/configuration/configuration_file.h"

/* NAME stands in PLACE (NULL: outside of all sections), which has no such option. WHERE says the place: "in section
 * incoming". The words live in ARENA. */
const char *configuration_unknown_words(const struct file_section *place, const char *where, const char *name,
                                        struct arena *arena);
