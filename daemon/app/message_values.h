#pragma once
/* Fills the names that the templates of each kind of message know (app/templates/template_names.h) for one outbox row.
 */
#include "app/service.h"
#include "base/memory.h"
#include "mail/template/template_value.h"

struct message_addresses {
    const char *reply, *bounce; /* this message's own */
    const char *partnership;    /* the recipient's way to the partnership; NULL outside of one */
    const char *pause, *help;   /* NULL for coordinators */
};

struct message_recipient {
    const char *name, *address, *language; /* whoever gets the message */
    struct participant participant;        /* id 0 for coordinators, applicants and test addresses */
    struct applicant applicant;            /* id 0 for others */
};

/* Fills VALUES; *ret_nothing is set where the row has lost its reason. */
bool message_values_fill(struct service *service, const struct outbox_row *row, enum message_kind kind,
                         const struct message_recipient *recipient, const struct message_addresses *addresses,
                         struct arena *arena, struct template_value *values, const char **ret_nothing,
                         struct error *error);

/* For an example of a partnership's message: VALUES say that WHICH of template_names_letter_cases is true. */
void message_values_pretend_letters(struct template_value *values, const char *which);
