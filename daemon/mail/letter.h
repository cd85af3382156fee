#pragma once
/* A letter from one partner to another, made into new mail of ours: header fields by allow-list, the body as it came.
 * The bytes come from outside; they are split into fields and lines, nothing in them is interpreted. Linear in time. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

struct letter_settings {
    const char *from_name, *from_address; /* "Anna Berg via ILN", and the recipient's own way back */
    const char *writer; /* the writer's own address; identifiers that hold it are left out; NULL: none */
    const char *to_name, *to_address;
    const char *loop_mark;   /* X-Tandempost */
    const char *message_id;  /* used where the letter has none or one of ours; with angle brackets */
    bool replace_message_id; /* the letter's own is an earlier letter's, too: it would pass for that one */
    int64_t date;            /* used where the letter has none that makes sense; UTC seconds */
    /* What to put for a Message-ID in References and In-Reply-To: the same for those that aren't ours, the recipient's
     * own copy for those that are, NULL to leave it out. The result must stand until letter_rewrite returns. */
    const char *(*map_identifier)(void *context, const char *identifier);
    /* What to put for the subject that the letter answers, SUBJECT ("Meet Ben", without its "Re: "): the subject of the
     * recipient's own copy where it is that of a message of ours, else SUBJECT. NULL: all subjects stay. */
    const char *(*map_subject)(void *context, const char *subject);
    void *context;
};

/* Appends the letter for one recipient to *RET. Kept of the header: Subject, Date, Message-ID, In-Reply-To, References,
 * MIME-Version, Content-*. Gone: everything that tells of the writer's address, programs and network, and whatever
 * would make it automatic or list mail (vacation responders pass over those, and we want to know who is away). The body
 * and its parts stay untouched, but for line ends, which all become CRLF. PERMANENT where there is no header. */
bool letter_rewrite(const char *bytes, size_t length, const struct letter_settings *settings, struct text *ret,
                    struct error *error);
