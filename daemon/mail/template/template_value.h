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

struct template_value;

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

/* Reading, for the renderer. */
enum template_type template_value_type(const struct template_value *value);
const char *template_value_string(const struct template_value *value);          /* strings and Markdown; else "" */
size_t template_value_count(const struct template_value *value);                /* items of a list; else 0 */
struct template_value *template_value_first(const struct template_value *list); /* item; NULL where none */
struct template_value *template_value_next(const struct template_value *item);  /* NULL after the last */

/* The member NAME (LENGTH bytes, no dots) of a map; NULL where there is none or VALUE is no map. */
struct template_value *template_value_member(const struct template_value *value, const char *name, size_t length);

/* Whether a rendering showed the value since it was set. */
void template_value_note_shown(struct template_value *value);
bool template_value_was_shown(const struct template_value *value);

/* Whether a section over it is shown: not an empty string, empty list or false. */
bool template_value_is_true(const struct template_value *value);
