#include "net/imap_guard.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

void imap_guard_allow(struct imap_guard *guard, uint64_t bytes) {
    guard->left = bytes;
}

/* Only data lines can hold literals. In a status line "{5}" is mere text, and taking it for a literal would blind the
 * guard to what follows. */
static bool may_hold_literal(const struct imap_guard *guard) {
    static const char *const status[] = {"OK ", "NO ", "BAD ", "BYE ", "PREAUTH "};
    if (guard->column < 4 || memcmp(guard->start, "* ", 2) != 0)
        return false;
    for (size_t i = 0; i < sizeof status / sizeof *status; i++)
        if (strncmp(guard->start + 2, status[i], strlen(status[i])) == 0)
            return false;
    return true;
}

static const char *end_line(struct imap_guard *guard) {
    if (guard->brace == IMAP_GUARD_BRACE_CLOSED && !guard->quoted && may_hold_literal(guard)) {
        guard->brace = IMAP_GUARD_NO_BRACE;
        if (guard->number > guard->left)
            return "announced more data than was asked for";
        guard->literal_left = guard->number; /* the line goes on after it */
        return NULL;
    }
    uint64_t left = guard->left;
    *guard = (struct imap_guard){.left = left};
    return NULL;
}

static void look_at_brace(struct imap_guard *guard, char character) {
    if (character == '{') {
        guard->brace = IMAP_GUARD_IN_BRACE;
        guard->number = 0;
    } else if (guard->brace == IMAP_GUARD_IN_BRACE && character >= '0' && character <= '9') {
        if (guard->number < UINT32_MAX)
            guard->number = guard->number * 10 + (uint64_t)(character - '0');
    } else if (guard->brace == IMAP_GUARD_IN_BRACE && character == '}') {
        guard->brace = IMAP_GUARD_BRACE_CLOSED;
    } else {
        guard->brace = IMAP_GUARD_NO_BRACE;
    }
}

static const char *look_at_character(struct imap_guard *guard, char character) {
    if (guard->column < sizeof guard->start - 1)
        guard->start[guard->column++] = (char)toupper((unsigned char)character);
    if (character == '\n')
        return end_line(guard);
    if (character == '\r')
        return NULL;
    if (guard->quoted) {
        if (guard->escaped)
            guard->escaped = false;
        else if (character == '\\')
            guard->escaped = true;
        else if (character == '"')
            guard->quoted = false;
        return NULL;
    }
    look_at_brace(guard, character);
    if (character == '"')
        guard->quoted = true;
    else if (character == '(' && ++guard->depth > IMAP_GUARD_MOST_DEPTH)
        return "sent lists nested too deeply";
    else if (character == ')' && guard->depth > 0)
        guard->depth--;
    return NULL;
}

const char *imap_guard_look(struct imap_guard *guard, const char *bytes, size_t length) {
    if (length > guard->left)
        return "sent more data than was asked for";
    guard->left -= length;
    for (size_t i = 0; i < length;) {
        if (guard->literal_left > 0) {
            size_t skip = length - i;
            if (skip > guard->literal_left)
                skip = (size_t)guard->literal_left;
            guard->literal_left -= skip;
            i += skip;
            continue;
        }
        /* What is already here of a literal was counted off with the whole chunk. */
        guard->left += length - i - 1;
        const char *problem = look_at_character(guard, bytes[i]);
        guard->left -= length - i - 1;
        if (problem)
            return problem;
        i++;
    }
    return NULL;
}
