#pragma once
/* Outgoing messages, each with its state:
 *
 *     queued -> sending -> sent | queued | failed | uncertain | held
 *     queued -> cancelled | expired | held
 *     uncertain -> queued | held      held -> queued | cancelled      failed -> queued (by hand)
 *
 * Every row's key is unique for ever: an origin that comes by a second time adds nothing. The bytes of a message stand
 * only while it may still be sent: sent, failed, cancelled and expired empty them. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/events.h"

DATABASE_LIST(outbox_list, struct outbox_row);

enum { OUTBOX_STATE_COUNT = OUTBOX_EXPIRED + 1 };

/* Adds a queued row from ROW's key, priority, step, template_name, occurrence, asks, participant or coordinator or
 * address, applicant, about, partnership, round, inbox, detail (NULL: "{}"), due_at, expires_at and next_try_at (0:
 * due_at); the rest is ignored. *ret_new is false where the key exists: then nothing is added and *ret_id is the
 * existing row's. */
bool outbox_insert(struct database *database, const struct outbox_row *row, const struct event_cause *cause,
                   int64_t *ret_id, bool *ret_new, struct error *error);

bool outbox_find(struct database *database, int64_t id, struct arena *arena, struct outbox_row *ret,
                 struct error *error);
bool outbox_find_by_key(struct database *database, const char *key, struct arena *arena, struct outbox_row *ret,
                        struct error *error);
/* When the row of that key was sent; 0: not yet. *RET_ANY is false where there is none. */
bool outbox_sent_at(struct database *database, const char *key, bool *ret_any, int64_t *ret, struct error *error);
/* The newest whose key begins with PREFIX. */
bool outbox_find_newest_with_prefix(struct database *database, const char *prefix, struct arena *arena,
                                    struct outbox_row *ret, struct error *error);
bool outbox_find_by_message_id(struct database *database, const char *message_id, struct arena *arena,
                               struct outbox_row *ret, struct error *error);

/* Queued rows whose next try is at or before NOW, by priority, then the longest due; at most LIMIT. Overdue ones are
 * among them: the caller lets them expire. Claim with outbox_enter_state in the same write transaction. */
bool outbox_list_ready(struct database *database, int64_t now, size_t limit, struct arena *arena,
                       struct outbox_list *ret, struct error *error);

/* The earliest next try of all queued rows; 0 where nothing is queued. */
bool outbox_next_try(struct database *database, int64_t *ret, struct error *error);

/* Queued rows that were due at or before NOW, whenever they are to be tried: at most LIMIT by id (0: all), or how many.
 */
bool outbox_list_overdue(struct database *database, int64_t now, size_t limit, struct arena *arena,
                         struct outbox_list *ret, struct error *error);
bool outbox_count_overdue(struct database *database, int64_t now, size_t *ret, struct error *error);

/* What else changes on entering a state. */
struct outbox_changes {
    int64_t next_try_at;    /* entering queued: not before this; 0: at once */
    int64_t expires_at;     /* entering queued: a new expiry; 0 keeps it */
    int64_t reply_code;     /* the server's reply; 0 and NULL keep the last one */
    const char *reply_text; /* printable, one line */
    const char *reason;     /* why failed, held, cancelled or expired, for a person; NULL clears it */
};

/* THE way from one state to another. Refuses ways that do not exist (BUG) and a row that is not in FROM (PERMANENT,
 * saying in which state it is). Sets what belongs to the state: sending counts an attempt and sets claimed_at; sent
 * sets sent_at; uncertain -> queued marks it as resent. Writes the event, and empties the content where the row ends.
 * CHANGES NULL: none. */
bool outbox_enter_state(struct database *database, int64_t id, enum outbox_state from, enum outbox_state to,
                        const struct outbox_changes *changes, const struct event_cause *cause, struct error *error);

/* A queued row enters sending with what was RENDERED of it (NULL: as it was rendered before). Its bytes are kept where
 * they are given: what can be rendered again need not be. There is no event of its own: the one that tells what became
 * of the message says that it was being sent. Refused like outbox_enter_state. */
struct outbox_rendering;
bool outbox_claim(struct database *database, int64_t id, const struct outbox_rendering *rendered,
                  const struct event_cause *cause, struct error *error);

/* A sending row that no connection had is queued again, to be tried from AT on, as if it had not been claimed. One that
 * is in another state stays in it. */
bool outbox_unclaim(struct database *database, int64_t id, int64_t at, struct error *error);

/* A queued row is looked at again no sooner than AT. */
bool outbox_postpone(struct database *database, int64_t id, int64_t at, struct error *error);

/* A queued row goes from AT on, behind none of a lower PRIORITY. With PRIORITY_ANSWER it is sent at whatever hour,
 * ahead of all that the steps send: a person wants it. */
bool outbox_hurry(struct database *database, int64_t id, int64_t at, enum outbox_priority priority,
                  struct error *error);

/* What is queued for a participant or on its way to them. */
bool outbox_list_under_way(struct database *database, int64_t participant, struct arena *arena, struct outbox_list *ret,
                           struct error *error);

/* Whether anything of ROUND was sent to the participant. */
bool outbox_was_written_to(struct database *database, int64_t participant, int64_t round, bool *ret,
                           struct error *error);

/* A message as rendered; of a letter, as it came in. */
struct outbox_rendering {
    const char *recipient;     /* the address it is for */
    const char *message_id;    /* with angle brackets */
    const char *template_hash; /* NULL where no template made it */
    const char *bytes;         /* RFC 5322; NULL: not to be kept (outbox_claim only) */
    size_t length;
};

/* Keeps the rendered bytes for the tries of a queued or sending row (otherwise PERMANENT). The Message-ID is fixed by
 * the first rendering: another one later is a BUG. */
bool outbox_set_rendering(struct database *database, int64_t id, const struct outbox_rendering *rendering,
                          struct error *error);

/* The rendered bytes; *ret_bytes is NULL where there are none (not rendered yet, or emptied). */
bool outbox_content(struct database *database, int64_t id, struct arena *arena, const char **ret_bytes,
                    size_t *ret_length, struct error *error);

/* The Message-ID of the first message that was sent to the participant in the partnership; NULL: none was. */
bool outbox_find_thread(struct database *database, int64_t partnership, int64_t participant, struct arena *arena,
                        const char **ret, struct error *error);

/* How many rows are in each state, by reading all: for simulations and tests. */
bool outbox_count_states(struct database *database, size_t ret_counts[OUTBOX_STATE_COUNT], struct error *error);

/* How many were sent at or after MOMENT, for limits that survive a restart, and when the first of them was (0: none).
 */
bool outbox_count_sent_since(struct database *database, int64_t moment, size_t *ret, int64_t *ret_first_at,
                             struct error *error);

/* How many automatic answers (rows that an incoming message caused) were queued for the participant at or after MOMENT.
 */
bool outbox_count_answers_since(struct database *database, int64_t participant, int64_t moment, size_t *ret,
                                struct error *error);

/* What was last sent to the applicant. */
bool outbox_find_newest_of_applicant(struct database *database, int64_t applicant, struct arena *arena,
                                     struct outbox_row *ret, struct error *error);

/* How many automatic answers (ONLY_FORMS: application forms) mails from SENDER, a folded address, that came at or after
 * MOMENT have caused, whoever that is. */
bool outbox_count_answers_to(struct database *database, const char *sender, bool only_forms, int64_t moment,
                             size_t *ret, struct error *error);

/* How many application forms were queued at or after MOMENT. */
bool outbox_count_forms_since(struct database *database, int64_t moment, size_t *ret, struct error *error);

/* How many letters of this writer to this partnership were queued at or after MOMENT, but for those that are kept back
 * and those that were dropped: somebody else may have written them. */
bool outbox_count_letters_since(struct database *database, int64_t partnership, int64_t writer, int64_t moment,
                                size_t *ret, struct error *error);

/* How many of this writer to this partnership are kept back. */
bool outbox_count_letters_held(struct database *database, int64_t partnership, int64_t writer, size_t *ret,
                               struct error *error);

/* How many letters of this writer to this partnership were queued at or after MOMENT whose bodies have this hash, as
 * their inbox rows tell. */
bool outbox_count_same_letters_since(struct database *database, int64_t partnership, int64_t writer,
                                     const char *body_hash, int64_t moment, size_t *ret, struct error *error);

/* Letters that were held back and are past their expiry. */
bool outbox_list_stale_letters(struct database *database, int64_t now, struct arena *arena, struct outbox_list *ret,
                               struct error *error);

struct outbox_filter {
    const enum outbox_state *state; /* NULL: any */
    int64_t participant;            /* the recipient; 0: any */
    int64_t partnership;            /* 0: any */
    int64_t after;                  /* only with a greater id */
    size_t limit;                   /* the first so many; 0: all */
};

/* By id. Also for recovery (all that are sending) and for the coordinators' list of uncertain and held ones. */
bool outbox_list(struct database *database, const struct outbox_filter *filter, struct arena *arena,
                 struct outbox_list *ret, struct error *error);

/* How many there are, without `after` and `limit`; and after which id the newest COUNT of them come. */
bool outbox_count(struct database *database, const struct outbox_filter *filter, size_t *ret, struct error *error);
bool outbox_before_newest(struct database *database, const struct outbox_filter *filter, size_t count, int64_t *ret,
                          struct error *error);

/* Questions that were sent to the participant and not answered yet, the oldest first. */
bool outbox_list_open_questions(struct database *database, int64_t participant, struct arena *arena,
                                struct outbox_list *ret, struct error *error);

/* Closes the question. A later answer to the same question leaves the first moment. */
bool outbox_set_answered(struct database *database, int64_t id, int64_t at, struct error *error);

/* What else is known of it, JSON. */
bool outbox_set_detail(struct database *database, int64_t id, const char *detail, struct error *error);

/* When a coordinator was sent something last; 0: never. */
bool outbox_last_to_coordinator(struct database *database, const char *coordinator, int64_t *ret, struct error *error);

/* Cancels all that is queued for the participant, of the partnership (but letters, of which their writers must hear),
 * or for the applicant; tells how many. */
bool outbox_cancel_of_participant(struct database *database, int64_t participant, const char *reason,
                                  const struct event_cause *cause, size_t *ret_count, struct error *error);
bool outbox_cancel_of_partnership(struct database *database, int64_t partnership, const char *reason,
                                  const struct event_cause *cause, size_t *ret_count, struct error *error);
bool outbox_cancel_of_applicant(struct database *database, int64_t applicant, const char *reason,
                                const struct event_cause *cause, size_t *ret_count, struct error *error);
