#pragma once
/* What a killed sender leaves behind: a small file beside the database, mapped into memory, with the messages that were
 * handed to a connection and the results that are not committed yet. What is written to it costs no system call and
 * outlives the process, though not the machine: the file names the boot that it belongs to. It also bears the number of
 * the last exchange with the database, so that a database which was put in the place of its own is not judged by it. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "net/post_office.h"

enum { WIRE_LOG_MOST = 512 /* messages with a connection or with a result that is not committed */ };

struct wire_log;

/* Opens or makes the file PATH, mode 0600. Free with wire_log_close. */
bool wire_log_open(const char *path, struct wire_log **ret, struct error *error);
void wire_log_close(struct wire_log *log); /* the file stays; NULL allowed */

/* Whether it tells of this boot and of exchange NUMBER or the one before it, after which the process may have died
 * before the file bore its number. NULL: no. */
bool wire_log_is_of(const struct wire_log *log, int64_t number);

/* What it says of the message's ATTEMPT. */
enum wire_state {
    WIRE_NEVER,  /* no connection had it */
    WIRE_HANDED, /* a connection had it; nobody knows more */
    WIRE_RESULT, /* *RET_RESULT, only set then, is what became of it */
};
enum wire_state wire_log_find(const struct wire_log *log, int64_t id, int64_t attempt, struct send_result *ret_result);

/* From here on NULL is allowed: nothing is noted. */

/* Begins anew with exchange NUMBER: nothing is on the wire. */
void wire_log_begin(struct wire_log *log, int64_t number);

/* Exchange NUMBER is committed; what it claimed may be handed to connections now. */
void wire_log_note_exchange(struct wire_log *log, int64_t number);

/* Before a connection gets it. */
void wire_log_note_handed(struct wire_log *log, int64_t id, int64_t attempt);

void wire_log_note_result(struct wire_log *log, const struct send_result *result);

/* Its result is committed. */
void wire_log_forget(struct wire_log *log, int64_t id);
