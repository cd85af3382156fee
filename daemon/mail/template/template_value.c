#include "mail/template/template_value.h"

#include <stdarg.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

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
    return value;
}

/* The value at PATH below MAP, emptied and made of TYPE; maps on the way are made. */
static struct template_value *place(struct template_value *map, const char *path, enum template_type type) {
    for (;;) {
        require(map->type == TEMPLATE_MAP);
        size_t length = strcspn(path, ".");
        bool last = path[length] == '\0';
        require(length > 0);
        struct template_value *member = template_value_member(map, path, length);
        if (!member) {
            member = append(map, last ? type : TEMPLATE_MAP);
            member->name = arena_copy_bytes(map->arena, path, length);
        } else if (last || member->type != TEMPLATE_MAP) {
            member->type = last ? type : TEMPLATE_MAP;
            member->string = NULL;
            member->boolean = member->shown = false;
            member->first = member->last = NULL;
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
    auto_text formatted = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(&formatted, format, arguments);
    va_end(arguments);
    template_value_set_string(map, path, text_string(&formatted));
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

struct template_value *template_value_member(const struct template_value *value, const char *name, size_t length) {
    struct template_value *member = value->type == TEMPLATE_MAP ? value->first : NULL;
    while (member && (strlen(member->name) != length || memcmp(member->name, name, length) != 0))
        member = member->next;
    return member;
}

bool template_value_is_true(const struct template_value *value) {
    switch (value->type) {
    case TEMPLATE_STRING:
    case TEMPLATE_MARKDOWN:
        return *value->string != '\0';
    case TEMPLATE_BOOLEAN:
        return value->boolean;
    case TEMPLATE_LIST:
        return value->first != NULL;
    case TEMPLATE_MAP:
        return true;
    }
    return false;
}
