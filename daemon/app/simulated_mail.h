#pragma once
/* The mail of made-up people: what they see in a message, and messages as mail clients write them. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/text.h"

/* What a person takes from one mail. "" where there is none. */
struct simulated_reading {
    bool from_programme;
    bool asks;         /* it wants one of four digits */
    bool writes_first; /* it says that the reader is to begin */
    const char *from_name, *from, *reply_to, *cc, *message_id, *subject, *text;
    int64_t date;
    const char *pause;                 /* where a mail stops the programme's mail */
    const char *partner, *partnership; /* addresses that stand in an introduction */
};

/* PROGRAMME is the programme's address, SEPARATOR as in its configuration. False where it is no mail. */
bool simulated_mail_read(const char *bytes, size_t length, const char *programme, char separator, struct arena *arena,
                         struct simulated_reading *ret);

enum simulated_style {
    SIMULATED_ABOVE, /* the answer above the quotation */
    SIMULATED_BELOW,
    SIMULATED_BARE, /* without a quotation */
    SIMULATED_HTML, /* HTML and nothing else, the quotation below */
    SIMULATED_STYLES
};

struct simulated_mail {
    const char *from_name, *from, *to, *cc, *subject, *text; /* CC and TEXT may be "" */
    const char *message_id;                                  /* with angle brackets */
    const struct simulated_reading *answers;                 /* what it replies to; NULL: nothing */
    enum simulated_style style;
    bool automatic; /* an out-of-office notice */
    int64_t date;
    int zone_minutes;
};

/* Appends the message, CRLF line ends. */
void simulated_mail_write(const struct simulated_mail *mail, struct text *out);
