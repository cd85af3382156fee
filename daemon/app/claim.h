#pragma once
/* A queued message becomes one that is being sent: allowed at this moment, rendered with what is true now, recorded. */
#include <stdbool.h>

#include "app/service.h"
#include "base/memory.h"
#include "base/model.h"
#include "net/post_office.h"

/* Within the caller's transaction: ROW enters OUTBOX_SENDING and *RET is what to hand to a connection once that
 * transaction is committed, all of it in ARENA; *RET_CLAIMED is true. Or it may not be sent now, or never (paused,
 * over, too late, nothing to say any more), or can't be rendered: then it is put off or set aside with the reason,
 * coordinators are told where they must help, and *RET_CLAIMED is false. TEMPORARY where the database fails. */
bool claim_row(struct service *service, const struct outbox_row *row, struct arena *arena, struct send_request *ret,
               bool *ret_claimed, struct error *error);
