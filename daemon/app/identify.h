#pragma once
/* Who wrote, and about what: looks up for a description the facts that the rules need. First match wins: our tag, our
 * Message-ID, the sender's only open question. */
#include "app/service.h"
#include "programme/decide.h"

/* Everything lives in ARENA. */
bool identify(struct service *service, const struct description *description, struct arena *arena, struct facts *ret,
              struct error *error);
