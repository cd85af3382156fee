#pragma once
/* The configuration file as it stands: sections, options and their values as text, each with its file and line. What
 * the values mean is configuration.c's business. Reading is libconfuse's; it keeps its parser in global variables, so
 * only one thread may read at a time. */
#include <stdbool.h>
#include <stddef.h>

#include "app/configuration/configuration_options.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

struct file_option {
    const struct option_spec *spec;
    const char *file;
    int line;
    const char **values;
    size_t count, capacity; /* no values: what stood there was a fault that has been told */
};

struct file_section {
    const struct section_spec *spec;
    const char *title; /* NULL unless the section has one */
    const char *file;
    int line; /* where it begins */
    struct file_option *options;
    size_t count, capacity;
};

struct configuration_file {
    struct file_section *sections; /* in the file's order */
    size_t count, capacity;
    bool complete; /* read to its end: what is missing here is missing in the file */
};

/* Reads PATH and what it includes. Faults of form, unknown options and repeated ones go to ERRORS; what could be read
 * stands in *RET all the same, so that its values can be checked too. Free with configuration_file_free; the strings
 * belong to ARENA. */
void configuration_file_read(const char *path, struct arena *arena, struct configuration_file *ret,
                             struct error_list *errors);

/* The same of BYTES, which are called PATH in faults; leaves in them what it adds. */
void configuration_file_read_bytes(const char *path, struct text *bytes, struct arena *arena,
                                   struct configuration_file *ret, struct error_list *errors);

void configuration_file_free(struct configuration_file *file);

/* The option of a section, or NULL where it doesn't stand there. */
const struct file_option *configuration_file_option(const struct file_section *section, const char *name);
