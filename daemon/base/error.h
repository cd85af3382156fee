#pragma once
/* One way to fail: a function that can fail returns bool and takes a `struct error *` last; on false it has said why,
 * and its ret_* outputs are untouched. Low layers return errors; app and cli log or print them. */
#include <stdbool.h>
#include <stddef.h>

enum error_class {
    ERROR_NONE = 0,
    ERROR_TEMPORARY,     /* may work later: network, lock, disk full */
    ERROR_PERMANENT,     /* this input or this message will never work */
    ERROR_CONFIGURATION, /* the admin must change something */
    ERROR_BUG,           /* we broke a rule of our own */
};

struct error {
    enum error_class class;
    char message[1024]; /* what happened, where, and what to do next; one sentence or two, no final newline */
};

#define ERROR_INIT ((struct error){0})

/* Fills ERROR and returns false, so that a caller can `return error_set(error, ...)`. */
bool error_set(struct error *error, enum error_class class, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Likewise CONFIGURATION, about a line of a file that people edit: the message begins with "FILE:LINE: ". */
bool error_set_at(struct error *error, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts "PREFIX: " before the message and returns false. */
bool error_prefix(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#ifdef __clang_analyzer__ /* would else follow paths on which these return true */
#define error_set(...) (error_set(__VA_ARGS__), false)
#define error_set_at(...) (error_set_at(__VA_ARGS__), false)
#define error_prefix(...) (error_prefix(__VA_ARGS__), false)
#endif

/* The class as a lower-case word. */
const char *error_class_name(enum error_class class);

/* Aborts with file and line where a rule of our own is broken. Never used on input, network or disk. */
#define require(condition)                                                                                             \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            error_abort(#condition, __FILE__, __LINE__);                                                               \
    } while (0)
_Noreturn void error_abort(const char *condition, const char *file, int line);

/* Several faults told at once, in the order in which they were found: files that a person edits report all that is
 * wrong with them, not just the first thing. */
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
