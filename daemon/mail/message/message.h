#pragma once
/* A parsed incoming message (RFC 5322, RFC 2045-2047, 2231): the tree that bounce, auto-reply and reply-text rules
 * read. Everything lives in the arena it was parsed into. All text is valid UTF-8 without NUL; header values are
 * unfolded and decoded, with CR, LF and NUL removed. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

struct message_header {
    const char *name;  /* as written */
    const char *value; /* unfolded, RFC 2047 decoded, trimmed */
    const char *raw;   /* unfolded, not decoded, trimmed */
};

struct message_address {
    const char *name;    /* decoded display name; "" where none */
    const char *address; /* local@domain, domain in lower case */
};

struct message_part {
    const char *type;                     /* "text", lower case */
    const char *subtype;                  /* "plain", lower case */
    const char *charset;                  /* as declared, lower case; NULL where none */
    const char *filename;                 /* decoded; NULL where none */
    const char *disposition;              /* "inline", "attachment", NULL */
    const char *report_type;              /* multipart/report's parameter, lower case; NULL */
    bool flowed, delete_space;            /* RFC 3676 */
    const struct message_header *headers; /* this part's own MIME headers (the message's for the root) */
    size_t header_count;
    const char *bytes; /* leaf: content after transfer decoding (any bytes, NUL-terminated besides) */
    size_t length;
    const char *text; /* leaves of type text or message: converted to UTF-8, LF line ends; else NULL */
    struct message_part
        *children; /* multipart; message/rfc822 and text/rfc822-headers have one child: the embedded message */
    size_t child_count;
};

struct message {
    const struct message_header *headers; /* in order, topmost first */
    size_t header_count;
    struct message_part root;
    const struct message_address *from, *sender, *reply_to, *to, *cc; /* NULL-free arrays */
    size_t from_count, sender_count, reply_to_count, to_count, cc_count;
    const char *subject;                    /* "" where none */
    const char *message_id;                 /* with angle brackets; "" where none */
    const char **in_reply_to, **references; /* with angle brackets */
    size_t in_reply_to_count, references_count;
    int64_t date;          /* UTC seconds; 0 where none or senseless */
    const char **warnings; /* what was odd, for a person */
    size_t warning_count;
    struct arena *arena; /* where it lives; not owned */
};

/* The decoded value of the first (topmost) header called NAME (any case), or NULL. */
const char *message_header(const struct message *message, const char *name);

/* The same among one part's own headers. */
const char *message_part_header(const struct message_part *part, const char *name);

/* The first part, depth first, of type/subtype (either may be NULL for any); message/rfc822 is not entered. */
const struct message_part *message_find_part(const struct message_part *root, const char *type, const char *subtype);

/* Adds a warning (copied). */
void message_warn(struct message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));
