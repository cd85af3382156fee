#pragma once
/* What partners learn of each other from their applications: what they agreed to share (programme/sharing.h), how often
 * they want to write, and when they could talk (programme/waking.h). */
#include "app/service.h"
#include "base/memory.h"
#include "mail/template/template_value.h"
#include "store/participants.h"

struct introduction {
    const struct partnership *partnership;
    const struct participant_list *members; /* with the reader */
    int64_t reader;
    const char *language;            /* the reader's */
    struct template_value *partners; /* the list "partners", with a map for each of the others, in their order */
};

/* Fills the names for it into VALUES and the partners' maps. Who filled in no form shares name, country and local time.
 */
bool introduction_values_fill(struct service *service, const struct introduction *introduction, struct arena *arena,
                              struct template_value *values, struct error *error);

/* Whether all MEMBERS of PARTNERSHIP said in their applications that they want to talk live. */
bool introduction_values_talk_live(struct service *service, const struct partnership *partnership,
                                   const struct participant_list *members, struct arena *arena, bool *ret,
                                   struct error *error);
