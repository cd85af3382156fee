#pragma once
/* What the writer of a mail is told about it: that a letter was held, not passed on, not delivered, that somebody is
 * away; what a word to us did. What partners are told of the end of their partnership, too. */
#include "app/service.h"

struct letter_notice {
    const char *template_name;
    int64_t participant;  /* who is told */
    int64_t partnership;  /* 0: none */
    int64_t inbox;        /* the mail that made us tell: the letter, or its bounce; 0: none, and a key is given */
    int64_t about;        /* the partner whom it tells of; 0: all of them */
    const char *until;    /* of an absence, "2027-03-01"; NULL where not stated */
    const char *argument; /* of a word to us: "fr", "anna@example.net"; NULL: none */
    bool limit_unknown;   /* too large for some server on the way, which doesn't say what it takes */
    const char *what;     /* of the end of a partnership: which template value is true; NULL: none */
    const char *words;    /* a coordinator's own; NULL: none */
    int64_t patience;     /* seconds within which it is of use; 0: three days */
    const char *key;      /* NULL: one of a kind for one mail, and of those that would repeat themselves, one a day */
};

/* Puts it in the outbox, once for each key. */
bool letter_notice_queue(struct service *service, const struct letter_notice *notice, struct error *error);

/* LETTER, a row of the outbox, will not be delivered any more: its writer is told by TEMPLATE_NAME, once for each
 * reader, and of "letter-bounced" coordinators are, too. Nothing happens for other rows. */
bool letter_notice_undelivered(struct service *service, const struct outbox_row *letter, const char *template_name,
                               struct error *error);
