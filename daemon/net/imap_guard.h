#pragma once
/* Looks at what an IMAP server sends (RFC 3501 section 9) before a parser does, and finds what would cost the parser
 * too much: more bytes than the command can need, an announced literal larger than that, and lists nested deeper than
 * any server has reason to. Pure. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAP_GUARD_MOST_DEPTH 32

struct imap_guard {
    uint64_t left;         /* bytes that may still come */
    uint64_t literal_left; /* bytes still to come of the literal that we are in */
    uint64_t number;       /* between the braces of {number} */
    unsigned depth;        /* open parentheses on this line */
    unsigned column;       /* characters of this line seen, as far as START reaches */
    char start[12];        /* the line's first characters, in upper case */
    bool quoted, escaped;
    enum { IMAP_GUARD_NO_BRACE, IMAP_GUARD_IN_BRACE, IMAP_GUARD_BRACE_CLOSED } brace;
};

/* From now on BYTES may come: the largest answer that the next command can need. */
void imap_guard_allow(struct imap_guard *guard, uint64_t bytes);

/* Looks at LENGTH further bytes. Returns NULL, or what is wrong with them as words for an error message. */
const char *imap_guard_look(struct imap_guard *guard, const char *bytes, size_t length);
