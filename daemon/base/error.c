#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

bool(error_set)(struct error *error, enum error_class class, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    error->class = class;
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return false;
}

bool(error_set_at)(struct error *error, const char *file, int line, const char *format, ...) {
    char message[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return error_set(error, ERROR_CONFIGURATION, "%s:%d: %s", file, line, message);
}

bool(error_prefix)(struct error *error, const char *format, ...) {
    char prefix[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(prefix, sizeof prefix, format, arguments);
    va_end(arguments);
    char joined[2 * sizeof error->message + 4];
    snprintf(joined, sizeof joined, "%s: %s", prefix, error->message);
    memcpy(error->message, joined, sizeof error->message - 1);
    error->message[sizeof error->message - 1] = '\0';
    return false;
}

const char *error_class_name(enum error_class class) {
    static const char *const names[] = {"none", "temporary", "permanent", "configuration", "bug"};
    return (size_t) class < COUNT_OF(names) ? names[class] : "unknown";
}

void error_abort(const char *condition, const char *file, int line) {
    fprintf(stderr, "tandempost: %s:%d: broken rule: %s\n", file, line, condition);
    abort();
}

/* ---- Several at once ---- */

bool error_list_add(struct error_list *list, const char *file, int line, const char *format, ...) {
    if (list->count >= ERROR_LIST_MOST)
        return false;
    list->entries = memory_grow(list->entries, &list->capacity, list->count + 1, sizeof *list->entries);
    auto_text message = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(&message, format, arguments);
    va_end(arguments);
    list->entries[list->count++] =
        (struct error_list_entry){.file = memory_copy_string(file), .line = line, .message = text_steal(&message)};
    return false;
}

static size_t first_mention(const struct error_list *list, const char *file) {
    size_t position = 0;
    while (position < list->count && !string_equal(list->entries[position].file, file))
        position++;
    return position;
}

struct ranked {
    size_t file_rank, position;
    int line;
};

static int compare_ranked(const void *a, const void *b) {
    const struct ranked *left = a, *right = b;
    if (left->file_rank != right->file_rank)
        return left->file_rank < right->file_rank ? -1 : 1;
    if (left->line != right->line) {
        if (!left->line || !right->line)
            return left->line ? -1 : 1;
        return left->line < right->line ? -1 : 1;
    }
    return left->position < right->position ? -1 : left->position > right->position;
}

void error_list_sort(struct error_list *list) {
    struct ranked *ranks = memory_new_array(list->count, sizeof *ranks);
    for (size_t i = 0; i < list->count; i++)
        ranks[i] = (struct ranked){first_mention(list, list->entries[i].file), i, list->entries[i].line};
    qsort(ranks, list->count, sizeof *ranks, compare_ranked);
    struct error_list_entry *sorted = memory_new_array(list->count, sizeof *sorted);
    for (size_t i = 0; i < list->count; i++)
        sorted[i] = list->entries[ranks[i].position];
    free(ranks);
    free(list->entries);
    list->entries = sorted;
    list->capacity = list->count;
}

char *error_list_format(const struct error_list_entry *entry) {
    auto_text text = TEXT_EMPTY;
    if (entry->file)
        text_append_format(&text, "%s:", entry->file);
    if (entry->line)
        text_append_format(&text, "%d:", entry->line);
    if (entry->file || entry->line)
        text_append_char(&text, ' ');
    text_append(&text, entry->message);
    return text_steal(&text);
}

void error_list_free(struct error_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->entries[i].file);
        free(list->entries[i].message);
    }
    free(list->entries);
    *list = ERROR_LIST_EMPTY;
}
