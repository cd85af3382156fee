#pragma once
/* A configuration on its way from the file's text to structs, and the faults found on it. */
#include "app/configuration/configuration.h"
#include "app/configuration/configuration_file.h"
#include "base/error_list.h"
#include "base/memory.h"

struct configuration_loading {
    struct configuration *configuration;
    struct configuration_file file;
    struct arena *arena;
    struct error_list *errors; /* every fault is told here */
};

/* Tells of a fault of OPTION where it stands, else (and with NULL) of its section; the message is a whole sentence.
 * Always false. */
bool configuration_loading_fault(struct configuration_loading *loading, const struct file_section *section,
                                 const char *option, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Fills a section's struct from its options and their defaults. */
void configuration_loading_read(struct configuration_loading *loading, const struct file_section *section,
                                void *settings);

/* The one section of that name; a second one is a fault; NULL and a fault where there is none. Where the file may leave
 * it out, defaults stand in. */
const struct file_section *configuration_loading_only(struct configuration_loading *loading, const char *name,
                                                      bool optional);

/* The title of the section at POSITION must be there, and be no other's of its kind. */
void configuration_loading_check_title(struct configuration_loading *loading, size_t position);
