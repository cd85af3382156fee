#pragma once
/* Several faults told at once, in the order in which they were found: files that a person edits report all that is
 * wrong with them, not just the first thing. */
#include <stdbool.h>
#include <stddef.h>

struct error_list {
    struct error_list_entry {
        char *file;    /* NULL where the fault belongs to no file */
        int line;      /* 0 where it belongs to no line */
        char *message; /* what is wrong and what would be right; one sentence or two, no final newline */
    } * entries;
    size_t count, capacity;
};

#define ERROR_LIST_EMPTY ((struct error_list){0})
#define auto_error_list __attribute__((__cleanup__(error_list_free))) struct error_list

/* Further faults than this are not kept. */
enum { ERROR_LIST_MOST = 10000 };

/* Adds a fault and returns false, so that a caller can `return error_list_add(...)`. FILE may be NULL. */
bool error_list_add(struct error_list *list, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Orders by file as first mentioned, then by line; faults without a line come last in their file. */
void error_list_sort(struct error_list *list);

/* One entry as "FILE:LINE: message"; the caller frees it. */
char *error_list_format(const struct error_list_entry *entry);

void error_list_free(struct error_list *list); /* leaves it empty and usable */
