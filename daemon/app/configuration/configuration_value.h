#pragma once
/* One option's value: from the file's words to what the program works with. */
#include "app/configuration/configuration_file.h"
#include "base/error.h"
#include "base/text.h"

/* Reads OPTION's value as its type says into the section's struct at SECTION_STRUCT; the strings live in ARENA.
 * OPTION_SPECIAL is left alone. Relative paths count from the folder of the file that says them. The message is
 * a whole sentence that doesn't name the option. */
bool configuration_value_read(const struct file_option *option, struct arena *arena, void *section_struct,
                              struct error *error);

/* The same for an option's default. Only a broken table makes it fail. */
bool configuration_value_read_standard(const struct option_spec *spec, struct arena *arena, void *section_struct,
                                       struct error *error);

/* PATH as OPTION's value, made absolute: a relative one counts from the folder of the file that says it. */
const char *configuration_value_absolute(const struct file_option *option, const char *path, struct arena *arena);

/* Between which values SPEC's must be: "10 seconds to 1 day". False, and nothing, where there are no bounds. */
bool configuration_value_append_range(const struct option_spec *spec, struct text *text);
