#pragma once
/* Letters between partners, passed on through their partnership addresses. Called inside the transaction that records
 * the incoming message. A letter stands in the outbox as step "letter", as it came, until it is delivered; the copy for
 * its reader is made when it is sent. No command shows its content. */
#include "app/service.h"

#define RELAY_STEP "letter"

struct relay_letter {
    int64_t inbox; /* the incoming message */
    int64_t partnership;
    int64_t writer;    /* the member it counts as from: the owner of the address it came to */
    const char *bytes; /* as it came */
    size_t length;
    const char *hold;       /* NULL: it goes at once; else why it is kept back */
    bool after_all;         /* whatever became of it before */
    const int64_t *members; /* whom it is for */
    size_t member_count;
};

/* Queues one copy for each member, or holds it. */
bool relay_queue(struct service *service, const struct relay_letter *letter, struct error *error);

/* The copy for ROW's recipient; in ARENA. PERMANENT where there is nothing to make it from. */
bool relay_render(struct service *service, const struct outbox_row *row, struct arena *arena, const char **ret_bytes,
                  size_t *ret_length, struct error *error);

/* Whoever has not been introduced yet hears of the partner first: *RET where ROW, a letter, must wait for that. Puts
 * the introduction first. */
bool relay_introduces_first(struct service *service, const struct outbox_row *row, bool *ret, struct error *error);

/* The letter that came as INBOX goes on after all, and counts as a contact. *ret_released: it was still there. */
bool relay_release(struct service *service, int64_t inbox, bool *ret_released, struct error *error);

/* The same, and where it waits for coordinators as a mail, from there: WRITER's, to the others of the PARTNERSHIP. */
bool relay_pass_on(struct service *service, int64_t inbox, int64_t partnership, int64_t writer, bool *ret_passed,
                   struct error *error);

/* What was kept back of the letter that came as INBOX; NULL where there is nothing. */
bool relay_kept(struct service *service, int64_t inbox, struct arena *arena, const char **ret_bytes, size_t *ret_length,
                struct error *error);

/* It does not. With FOR_COORDINATORS it becomes a message that waits for a person; where an incident has its text, with
 * no other copy of that. */
bool relay_cancel(struct service *service, int64_t inbox, bool for_coordinators, struct error *error);

/* Drops what was kept back too long. *ret_count: how many. */
bool relay_drop_stale(struct service *service, size_t *ret_count, struct error *error);
