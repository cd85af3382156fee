#pragma once
/* Leaving a partnership, and what becomes of whoever stays; see app/action.h for what holds for all actions. Nobody is
 * told why somebody left. */
#include "app/service.h"

struct action_parting {
    int64_t partnership;
    int64_t participant; /* whose wish it is: a member, or one who was */
    int64_t inbox;       /* the mail that said so; 0: none */
    const char *why;     /* NULL: as they said by mail */
};

/* The partnership ends for the participant, as action_partnership_part does it, where it is not over already; in a
 * running round they are in line for another partner. They are told what was understood, coordinators that it was. */
bool action_parting_rematch(struct service *service, const struct action_parting *parting, struct error *error);

/* The same, and they take part in its round no more. Where they take part in nothing else either they have left the
 * programme: nothing more is sent to them, not even invitations, until they apply again. */
bool action_parting_leave(struct service *service, const struct action_parting *parting, struct error *error);

/* They are told that all is left as it is. */
bool action_parting_stay(struct service *service, const struct action_parting *parting, struct error *error);

/* Whose partner left: in line for another one in a running round, or out of the round, and invited to the next. */
bool action_parting_another(struct service *service, const struct action_parting *parting, struct error *error);
bool action_parting_no_more(struct service *service, const struct action_parting *parting, struct error *error);

/* Tells a member, or one who was, how it stands: WHAT is one of the words in the templates' `parting`. */
bool action_parting_confirm(struct service *service, const struct action_parting *parting, const char *what,
                            struct error *error);
