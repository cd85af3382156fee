#pragma once
/* The log: structured fields to the journal when it is there, one readable line on stderr otherwise. Never message
 * content, never a secret. Values are made printable before they are written. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING = 4,
    LOG_LEVEL_NOTICE = 5,
    LOG_LEVEL_INFO = 6,
    LOG_LEVEL_DEBUG = 7
};

struct log_field {
    const char *name;  /* journal field without the TANDEMPOST_ prefix, upper case: "OUTBOX", "PARTNERSHIP"; NULL ends
                          the list */
    const char *value; /* NULL: taken from NUMBER */
    int64_t number;
};

/* Fields for log_write: LOG_FIELDS({"OUTBOX", .number = id}, {"STATE", "sent"}). */
#define LOG_FIELDS(...) ((const struct log_field[]){__VA_ARGS__, {0}})

void log_set_level(enum log_level most); /* default INFO */
void log_set_name(const char *part);     /* "sender", "receiver": which part of the service speaks; static string */

/* What is said while a change is being made waits until it is known whether the change holds, so that nothing is told
 * which was undone, or twice because it was tried again. log_hold begins that and gives a mark; log_forget drops all
 * that was said since MARK; log_release ends it, and writes what is left when nobody holds any more. They nest. */
size_t log_hold(void);
void log_forget(size_t mark);
void log_release(void);

void log_write(enum log_level level, const struct log_field *fields, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define log_error(...) log_write(LOG_LEVEL_ERROR, NULL, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, NULL, __VA_ARGS__)
#define log_notice(...) log_write(LOG_LEVEL_NOTICE, NULL, __VA_ARGS__)
#define log_info(...) log_write(LOG_LEVEL_INFO, NULL, __VA_ARGS__)
#define log_debug(...) log_write(LOG_LEVEL_DEBUG, NULL, __VA_ARGS__)
