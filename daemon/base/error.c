#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    switch (class) {
    case ERROR_NONE:
        return "none";
    case ERROR_TEMPORARY:
        return "temporary";
    case ERROR_PERMANENT:
        return "permanent";
    case ERROR_CONFIGURATION:
        return "configuration";
    case ERROR_BUG:
        return "bug";
    }
    return "unknown";
}

void error_abort(const char *condition, const char *file, int line) {
    fprintf(stderr, "tandempost: %s:%d: broken rule: %s\n", file, line, condition);
    abort();
}
