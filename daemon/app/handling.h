#pragma once
/* One fetched message taken into the database: identified, decided upon, its effects applied and the inbox row written,
 * all or nothing. */
#include "app/service.h"
#include "net/post_office.h"

/* Joins the caller's transaction. DESCRIPTION is what the sandbox understood. A rule that fails for reasons of its own
 * makes the message wait for a person; false only where the database fails. *ret_recorded is false for what needs no
 * row: known already, or junk that carries nothing of ours. */
bool handling_take(struct service *service, const struct received_message *message,
                   const struct description *description, bool *ret_recorded, struct error *error);
