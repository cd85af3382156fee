#pragma once
/* For a sample the outbox row that would make a mail of it. */
#include "app/sample.h"

/* Writes into the database what the message is about, where it isn't there yet (a partnership that has not begun begins
 * now), and the row itself. Only to be called in a transaction that is rolled back afterwards. PERMANENT where nothing
 * uses a template of that name, saying which are used. */
bool sample_put(struct service *service, const struct sample *sample, struct arena *arena, struct outbox_row *ret,
                struct error *error);
