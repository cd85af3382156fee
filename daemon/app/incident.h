#pragma once
/* Reports of misconduct: each is an incident, which alone has what was written, and a case, which has its number. It
 * ends with a decision; nothing that follows of one tells the other side that anybody reported. */
#include "app/notice.h"

struct incident_report {
    const struct notice *alert; /* its case: of the mail's number, about the partnership */
    int64_t reporter;           /* 0: nobody we know, or not proven */
    int64_t at;                 /* when it came; UTC */
    const char *bytes;          /* the mail; NULL: what was kept back of the letter that it is, else nothing */
    size_t length;
};

/* Inside the transaction that records the mail. */
bool incident_open(struct service *service, const struct incident_report *report, struct error *error);

struct incident_decision {
    int64_t incident;
    enum incident_state outcome;
    int64_t other;     /* whom a warning or a ban is for; 0: the reporter's only partner */
    const char *words; /* what a warning says besides; NULL: nothing */
    const char *actor; /* who decides; NULL: the service's actor */
};

/* What is to be done; PERMANENT where it is decided already, or can't be done: a warning or a ban needs to know whom it
 * is for, a termination a partnership. No action and a warning let the partnership go on, unless another report about
 * it is open. A termination dissolves it: both hear that it is over, as with any other, and may have another partner.
 * With a ban the other one leaves the programme besides, hears nothing by itself, and the address may take part no
 * more. */
bool incident_decide(struct service *service, const struct incident_decision *decision, struct error *error);

/* What it can end with where the decision names nobody, as bits (1u << enum incident_state). */
bool incident_outcomes(struct service *service, const struct incident *incident, unsigned *ret, struct error *error);

/* Whom a decision is about that names nobody: the reporter's only partner; 0: nobody. */
bool incident_find_other(struct service *service, const struct incident *incident, int64_t *ret, struct error *error);
