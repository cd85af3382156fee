#pragma once
/* What a configuration file may hold, as one table: parsing, checks, defaults, the man page and the tests of the
 * starter file all read it. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

enum option_type {
    OPTION_TEXT,
    OPTION_BOOLEAN,     /* bool: yes, no, true, false, on, off */
    OPTION_NUMBER,      /* int64_t */
    OPTION_SECONDS,     /* int64_t from "5 minutes"; no months */
    OPTION_BYTES,       /* int64_t from "25 MB" */
    OPTION_TIME_OF_DAY, /* int64_t seconds after midnight from "09:00" */
    OPTION_DURATION,    /* text that base/duration.h reads: "6 months" */
    OPTION_MOMENT,      /* text that programme/moment.h reads: "start + 7 days" */
    OPTION_CHOICE,      /* int: position in CHOICES */
    OPTION_PATH,        /* text: an absolute path, or one relative to the configuration's folder, made absolute */
    OPTION_ADDRESS,     /* text: one mail address */
    OPTION_ZONE,        /* text: an IANA time zone */
    OPTION_LANGUAGES,   /* list of BCP 47 tags */
    OPTION_COUNTRIES,   /* list of ISO 3166-1 alpha-2 codes */
    OPTION_SECRET,      /* struct secret_source; the option's name gives its kind */
    OPTION_SPECIAL,     /* configuration.c reads it, together with other options */
};

struct option_spec {
    const char *name;
    enum option_type type;
    size_t offset;        /* in the section's struct */
    const char *standard; /* the default as it would be written; NULL: none */
    const char *help;     /* sentences for the man page */
    const char *example;  /* a value as one would write it, for messages and the man page; NULL: the default is one */
    int64_t least, most;  /* for numbers, seconds and bytes; both 0: no bounds */
    const char *const *choices; /* NULL-terminated */
    bool required;
    size_t count_offset; /* where a list's length goes */
};

struct section_spec {
    const char *name;
    const char *title; /* what the title is called where the section has one and may be repeated: "NAME"; else NULL */
    const char *help;
    const struct option_spec *options; /* end with a NULL name */
};

/* A step section's options as text, before they are understood together. */
struct step_settings {
    int to; /* enum step_recipient */
    const char *when, *at, *template_name, *asks, *form, *expires;
    bool topics;
};

extern const struct section_spec configuration_sections[]; /* ends with a NULL name */

/* NULL where there is none. */
const struct section_spec *configuration_options_find_section(const char *name);
const struct option_spec *configuration_options_find(const struct section_spec *section, const char *name);

/* What to say about NAME, which no option of SECTION (begun on LINE; NULL: outside of all sections) is called: what was
 * probably meant, or where it belongs. WHERE says the place: "in section incoming". The words live in ARENA. */
const char *configuration_options_unknown(const struct section_spec *section, int line, const char *where,
                                          const char *name, struct arena *arena);
