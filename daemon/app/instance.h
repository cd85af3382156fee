#pragma once
/* One daemon a database: a lock file beside the database that names the process that holds it. */
#include <stdint.h>

#include "base/error.h"

/* Takes the lock of DATABASE (its path). Refuses at once, naming the pid, while another daemon lives; where only its
 * orphaned workers still finish, waits for them up to 15 seconds. *RET is the descriptor that holds the lock; children
 * that inherit it hold it too. */
bool instance_lock(const char *database, int *ret, struct error *error);

/* The process that serves DATABASE now; 0: none. */
bool instance_holder(const char *database, int64_t *ret_pid, struct error *error);
