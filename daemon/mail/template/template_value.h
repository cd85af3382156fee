#pragma once
/* What a template is filled with: a tree of named values, built in an arena by the application. Strings are copied.
 * Names are dotted paths from the map they are set on ("programme.name"); maps on the way are made as needed. Setting
 * a name again replaces its value. */
#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"

enum template_type {
    TEMPLATE_STRING,   /* plain text: shown literally, whatever stands in it */
    TEMPLATE_MARKDOWN, /* trusted Markdown, inserted by {{{name}}}; never from participants */
    TEMPLATE_BOOLEAN,
    TEMPLATE_LIST,
    TEMPLATE_MAP,
};

/* Plain to read; made by the functions below. */
struct template_value {
    struct arena *arena;
    enum template_type type;
    const char *string; /* of strings and Markdown */
    bool boolean;
    bool shown;                                 /* a rendering showed it since it was set */
    const char *name;                           /* as a member of a map */
    struct template_value *first, *last, *next; /* members or items */
};

/* A new, empty map: what template_render takes. */
struct template_value *template_value_map(struct arena *arena);

/* NULL counts as "". */
void template_value_set_string(struct template_value *map, const char *path, const char *string);
void template_value_set_format(struct template_value *map, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void template_value_set_markdown(struct template_value *map, const char *path, const char *markdown);
void template_value_set_boolean(struct template_value *map, const char *path, bool boolean);

/* Sets an empty list or map and returns it. */
struct template_value *template_value_set_list(struct template_value *map, const char *path);
struct template_value *template_value_set_map(struct template_value *map, const char *path);

/* Appends to a list: an empty map, which is returned, or a string (shown by {{.}}). */
struct template_value *template_value_add_map(struct template_value *list);
void template_value_add_string(struct template_value *list, const char *string);

/* The member NAME (LENGTH bytes, no dots) of a map; NULL where there is none or VALUE is no map. */
struct template_value *template_value_member(const struct template_value *value, const char *name, size_t length);

/* Whether a section over it is shown: not an empty string, empty list or false. */
bool template_value_is_true(const struct template_value *value);
