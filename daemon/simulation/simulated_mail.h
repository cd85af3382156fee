#pragma once
/* The mail of made-up people: what they see in a message, and messages as mail clients write them. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/text.h"
#include "simulation/simulated_words.h"

/* What a person takes from one mail. "" where there is none. */
struct simulated_reading {
    bool from_programme;
    bool letter;    /* the partner's, passed on by the programme */
    bool automatic; /* says of itself that no person wrote it */
    const char *from_name, *from, *reply_to, *cc, *message_id, *subject, *text;
    int64_t date;
    const char *pause;                 /* where a mail stops the programme's mail */
    const char *partnership, *partner; /* addresses: the way to the partner through the programme; the partner's own */
};

/* PROGRAMME is the programme's address, SEPARATOR as in its configuration. False where it is no mail. */
bool simulated_mail_read(const char *bytes, size_t length, const char *programme, char separator, struct arena *arena,
                         struct simulated_reading *ret);

/* Where the question NUMBER of a form, or what was understood of it, begins in a mail's TEXT; NULL: nowhere. */
const char *simulated_mail_question(const char *text, size_t number);

enum simulated_style {
    SIMULATED_ABOVE, /* the answer above the quotation */
    SIMULATED_BELOW,
    SIMULATED_INLINE, /* between its lines */
    SIMULATED_BARE,   /* without a quotation */
    SIMULATED_HTML,   /* HTML and nothing else, the quotation below */
    SIMULATED_STYLES
};

/* What is written below one line of a quotation, or below the question of a form that begins with it. */
struct simulated_insertion {
    int number; /* the line's */
    const char *text;
};

struct simulated_mail {
    const char *from_name, *from, *to, *cc, *subject, *text; /* CC and TEXT may be "" */
    const char *message_id;                                  /* with angle brackets */
    const struct simulated_reading *answers;                 /* what it replies to; NULL: nothing */
    enum simulated_style style;
    enum simulated_language language; /* of the mail client */
    int answers_line; /* an inline answer stands below the quoted line with this number; 0: the first paragraph */
    const struct simulated_insertion *insertions; /* inline instead of TEXT, in the order of the lines */
    size_t insertion_count;
    bool automatic; /* an out-of-office notice */
    int64_t date;
    int zone_minutes;
};

/* Appends the message, CRLF line ends. */
void simulated_mail_write(const struct simulated_mail *mail, struct text *out);
