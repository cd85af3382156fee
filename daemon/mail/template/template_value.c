#include "mail/template/template_value.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

struct template_value {
    struct arena *arena;
    enum template_type type;
    const char *string;
    bool boolean, shown;
    const char *name;                           /* as a member of a map */
    struct template_value *first, *last, *next; /* members or items */
    size_t count;
};

static struct template_value *new_value(struct arena *arena, enum template_type type) {
    struct template_value *value = arena_take(arena, sizeof *value);
    value->arena = arena;
    value->type = type;
    return value;
}

static struct template_value *append(struct template_value *parent, enum template_type type) {
    struct template_value *value = new_value(parent->arena, type);
    if (parent->last)
        parent->last->next = value;
    else
        parent->first = value;
    parent->last = value;
    parent->count++;
    return value;
}

static struct template_value *find_member(const struct template_value *map, const char *name, size_t length) {
    for (struct template_value *member = map->first; member; member = member->next)
        if (strlen(member->name) == length && memcmp(member->name, name, length) == 0)
            return member;
    return NULL;
}

/* The value at PATH below MAP, emptied and made of TYPE; maps on the way are made. */
static struct template_value *place(struct template_value *map, const char *path, enum template_type type) {
    for (;;) {
        require(map->type == TEMPLATE_MAP);
        size_t length = strcspn(path, ".");
        bool last = path[length] == '\0';
        require(length > 0);
        struct template_value *member = find_member(map, path, length);
        if (!member) {
            member = append(map, last ? type : TEMPLATE_MAP);
            member->name = arena_copy_bytes(map->arena, path, length);
        } else if (last || member->type != TEMPLATE_MAP) {
            member->type = last ? type : TEMPLATE_MAP;
            member->string = NULL;
            member->boolean = member->shown = false;
            member->first = member->last = NULL;
            member->count = 0;
        }
        if (last)
            return member;
        map = member;
        path += length + 1;
    }
}

struct template_value *template_value_map(struct arena *arena) {
    return new_value(arena, TEMPLATE_MAP);
}

void template_value_set_string(struct template_value *map, const char *path, const char *string) {
    place(map, path, TEMPLATE_STRING)->string = arena_copy_string(map->arena, string ? string : "");
}

void template_value_set_format(struct template_value *map, const char *path, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *formatted = NULL;
    require(vasprintf(&formatted, format, arguments) >= 0);
    va_end(arguments);
    template_value_set_string(map, path, formatted);
    free(formatted);
}

void template_value_set_markdown(struct template_value *map, const char *path, const char *markdown) {
    place(map, path, TEMPLATE_MARKDOWN)->string = arena_copy_string(map->arena, markdown ? markdown : "");
}

void template_value_set_boolean(struct template_value *map, const char *path, bool boolean) {
    place(map, path, TEMPLATE_BOOLEAN)->boolean = boolean;
}

struct template_value *template_value_set_list(struct template_value *map, const char *path) {
    return place(map, path, TEMPLATE_LIST);
}

struct template_value *template_value_set_map(struct template_value *map, const char *path) {
    return place(map, path, TEMPLATE_MAP);
}

struct template_value *template_value_add_map(struct template_value *list) {
    require(list->type == TEMPLATE_LIST);
    return append(list, TEMPLATE_MAP);
}

void template_value_add_string(struct template_value *list, const char *string) {
    require(list->type == TEMPLATE_LIST);
    append(list, TEMPLATE_STRING)->string = arena_copy_string(list->arena, string ? string : "");
}

enum template_type template_value_type(const struct template_value *value) {
    return value->type;
}

const char *template_value_string(const struct template_value *value) {
    return value->string ? value->string : "";
}

size_t template_value_count(const struct template_value *value) {
    return value->type == TEMPLATE_LIST ? value->count : 0;
}

struct template_value *template_value_first(const struct template_value *list) {
    return list->type == TEMPLATE_LIST ? list->first : NULL;
}

struct template_value *template_value_next(const struct template_value *item) {
    return item->next;
}

struct template_value *template_value_member(const struct template_value *value, const char *name, size_t length) {
    return value->type == TEMPLATE_MAP ? find_member(value, name, length) : NULL;
}

bool template_value_is_true(const struct template_value *value) {
    switch (value->type) {
    case TEMPLATE_STRING:
    case TEMPLATE_MARKDOWN:
        return *template_value_string(value) != '\0';
    case TEMPLATE_BOOLEAN:
        return value->boolean;
    case TEMPLATE_LIST:
    case TEMPLATE_MAP:
        return value->type == TEMPLATE_MAP || value->count > 0;
    }
    return false;
}

void template_value_note_shown(struct template_value *value) {
    value->shown = true;
}

bool template_value_was_shown(const struct template_value *value) {
    return value->shown;
}
