#define SD_JOURNAL_SUPPRESS_LOCATION
#include "base/log.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

enum { FIELDS_MAX = 16 };

static struct {
    enum log_level most;
    const char *part;
} settings = {.most = LOG_LEVEL_INFO};

struct entry {
    enum log_level level;
    struct log_field fields[FIELDS_MAX + 1];
    const char *message;
};

static struct {
    unsigned holders;
    struct entry *entries;
    size_t count, capacity;
    struct arena *arena; /* of their texts */
} held;

void log_set_level(enum log_level most) {
    settings.most = most;
}

void log_set_name(const char *part) {
    settings.part = part;
}

/* systemd sets JOURNAL_STREAM to device:inode of the stderr it gave us (sd-journal(3)). */
static bool stderr_is_journal(void) {
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat status;
    if (!stream || fstat(STDERR_FILENO, &status) < 0)
        return false;
    char own[64];
    snprintf(own, sizeof own, "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
    return string_equal(stream, own);
}

static void append_value(struct text *text, const struct log_field *field) {
    if (field->value)
        text_append_printable(text, field->value);
    else
        text_append_format(text, "%" PRId64, field->number);
}

static void write_journal(enum log_level level, const struct log_field *fields, const char *message) {
    struct text lines[FIELDS_MAX + 3] = {{0}};
    struct iovec vectors[FIELDS_MAX + 3];
    size_t count = 0;
    text_append_format(&lines[count++], "MESSAGE=%s", message);
    text_append_format(&lines[count++], "PRIORITY=%d", (int)level);
    if (settings.part)
        text_append_format(&lines[count++], "TANDEMPOST_PART=%s", settings.part);
    for (size_t i = 0; fields && fields[i].name && i < FIELDS_MAX; i++) {
        text_append_format(&lines[count], "TANDEMPOST_%s=", fields[i].name);
        append_value(&lines[count++], &fields[i]);
    }
    for (size_t i = 0; i < count; i++)
        vectors[i] = (struct iovec){lines[i].bytes, lines[i].length};
    sd_journal_sendv(vectors, (int)count);
    for (size_t i = 0; i < count; i++)
        text_free(&lines[i]);
}

static const char *const level_names[] = {
    [LOG_LEVEL_ERROR] = "error", [LOG_LEVEL_WARNING] = "warning", [LOG_LEVEL_NOTICE] = "notice",
    [LOG_LEVEL_INFO] = "info",   [LOG_LEVEL_DEBUG] = "debug",
};

static void write_terminal(enum log_level level, const struct log_field *fields, const char *message) {
    char now[32];
    auto_text line = TEXT_EMPTY;
    text_append_format(&line, "%s %-7s %s%s%s", clock_format_utc(clock_now(), now, sizeof now), level_names[level],
                       settings.part ? settings.part : "", settings.part ? ": " : "", message);
    for (size_t i = 0; fields && fields[i].name; i++) {
        text_append_char(&line, ' ');
        for (const char *c = fields[i].name; *c; c++)
            text_append_char(&line, (char)tolower((unsigned char)*c));
        text_append_char(&line, '=');
        append_value(&line, &fields[i]);
    }
    text_append_char(&line, '\n');
    ssize_t written =
        write(STDERR_FILENO, line.bytes, line.length); /* one write: lines of several processes don't mix */
    (void)written;
}

static void put(enum log_level level, const struct log_field *fields, const char *message) {
    if (stderr_is_journal())
        write_journal(level, fields, message);
    else
        write_terminal(level, fields, message);
}

/* ---- What waits until a change holds ---- */

static void keep(enum log_level level, const struct log_field *fields, const char *message) {
    if (!held.arena)
        held.arena = arena_new();
    struct entry entry = {.level = level, .message = arena_copy_string(held.arena, message)};
    for (size_t i = 0; fields && fields[i].name && i < FIELDS_MAX; i++) {
        entry.fields[i] = fields[i];
        entry.fields[i].value = arena_copy_string(held.arena, fields[i].value);
    }
    held.entries = memory_grow(held.entries, &held.capacity, held.count + 1, sizeof *held.entries);
    held.entries[held.count++] = entry;
}

size_t log_hold(void) {
    held.holders++;
    return held.count;
}

void log_forget(size_t mark) {
    held.count = mark;
}

void log_release(void) {
    if (--held.holders > 0)
        return;
    for (size_t i = 0; i < held.count; i++)
        put(held.entries[i].level, held.entries[i].fields, held.entries[i].message);
    free(held.entries);
    held.entries = NULL;
    held.count = held.capacity = 0;
    arena_free(held.arena);
    held.arena = NULL;
}

void log_write(enum log_level level, const struct log_field *fields, const char *format, ...) {
    if (level > settings.most)
        return;
    auto_text raw = TEXT_EMPTY, message = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(&raw, format, arguments);
    va_end(arguments);
    text_append_printable(&message, text_string(&raw));
    if (held.holders)
        keep(level, fields, text_string(&message));
    else
        put(level, fields, text_string(&message));
}
