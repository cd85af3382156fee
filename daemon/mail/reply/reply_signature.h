#pragma once
/* The lines that mail programs, list servers and companies put below a person's words. */
#include "mail/reply/reply_line.h"

enum reply_signature_mark {
    REPLY_MARK_NONE,
    REPLY_MARK_DELIMITER,  /* "-- " (RFC 3676 section 4.3), "--": a signature follows */
    REPLY_MARK_RULE,       /* a line of dashes, stars or the like: a signature may follow */
    REPLY_MARK_DEVICE,     /* "Sent from my iPhone": all of it */
    REPLY_MARK_DEVICE_TOO, /* such a line if it touches one that surely is */
};

enum reply_signature_mark reply_signature_mark(struct reply_line *line);
