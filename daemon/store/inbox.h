#pragma once
/* Incoming messages that were read, and where we stand in each folder of the mailbox. */
#include "base/memory.h"
#include "base/model.h"
#include "base/reason.h"
#include "store/database.h"
#include "store/events.h"

DATABASE_LIST(inbox_list, struct inbox_row);

/* All messages of the folder below next_uid are recorded; both 0 where the folder is new. */
struct inbox_position {
    int64_t uidvalidity, next_uid;
};
bool inbox_position(struct database *database, const char *folder, struct inbox_position *ret, struct error *error);
bool inbox_set_position(struct database *database, const char *folder, const struct inbox_position *position,
                        struct error *error);

/* Whether the message at this place is recorded. */
bool inbox_exists(struct database *database, const char *folder, int64_t uidvalidity, int64_t uid, bool *ret,
                  struct error *error);

/* The earliest recorded row that is the same message as ROW, seen at another place: same Message-ID, sender and body.
 * Without a Message-ID the size and the moment of its reception must be the same too, so that two people's "2", or one
 * person's two months later, are never taken for one. LETTER_TO is the partnership whose secret address it came to, or
 * 0: one letter to two partnerships is two. *ret_id is 0 where there is none. */
bool inbox_find_duplicate(struct database *database, const struct inbox_row *row, int64_t letter_to, int64_t *ret_id,
                          struct error *error);

/* The same for a letter, whatever its body: a second copy that went through a mailing list, or was encoded anew on its
 * way, keeps Message-ID and date. Only rows received at or after MOMENT count, and only a letter that has both can have
 * one: a program that gives every letter the same Message-ID must lose none. */
bool inbox_find_same_letter(struct database *database, const struct inbox_row *row, int64_t letter_to, int64_t moment,
                            int64_t *ret_id, struct error *error);

/* Whether an earlier message of the same sender to the same partnership, another one, has the Message-ID of this. */
bool inbox_reuses_message_id(struct database *database, int64_t id, bool *ret, struct error *error);

/* How many messages from this sender (as inbox_row has it) were recorded at or after MOMENT. */
bool inbox_count_from(struct database *database, const char *sender, int64_t moment, size_t *ret, struct error *error);

/* Whether COUNT messages of people whom we don't know wait and are kept, or fewer that have BYTES together. */
bool inbox_strangers_fill(struct database *database, size_t count, int64_t bytes, bool *ret, struct error *error);

/* Records a message. ROW's id, content and resolved_at are ignored; message_id and sender NULL mean "". received_at is
 * the server's date of it where known. Subject and BYTES (NULL: none) are kept only where its state is waiting. A place
 * that is recorded already fails as BUG. */
bool inbox_insert(struct database *database, const struct inbox_row *row, const char *bytes, size_t length,
                  const struct event_cause *cause, int64_t *ret_id, struct error *error);

bool inbox_find(struct database *database, int64_t id, struct arena *arena, struct inbox_row *ret, struct error *error);

struct inbox_filter {
    const enum inbox_state *state; /* NULL: any */
    int64_t after;                 /* only with a greater id */
    size_t limit;                  /* the first so many; 0: all */
};

/* By id. */
bool inbox_list(struct database *database, const struct inbox_filter *filter, struct arena *arena,
                struct inbox_list *ret, struct error *error);

/* How many there are, without `after` and `limit`; and after which id the newest COUNT of them come. */
bool inbox_count(struct database *database, const struct inbox_filter *filter, size_t *ret, struct error *error);
bool inbox_before_newest(struct database *database, const struct inbox_filter *filter, size_t count, int64_t *ret,
                         struct error *error);

/* The bytes of a waiting message; NULL where none are kept. */
bool inbox_content(struct database *database, int64_t id, struct arena *arena, const char **ret_bytes,
                   size_t *ret_length, struct error *error);

/* Gives a handled message to a person after all, with the bytes to look at. */
bool inbox_hand_to_person(struct database *database, int64_t id, struct reason reason, const char *bytes, size_t length,
                          const struct event_cause *cause, struct error *error);

/* A person dealt with it: empties subject and content. PERMANENT where it is not waiting. */
bool inbox_resolve(struct database *database, int64_t id, const struct event_cause *cause, struct error *error);

/* Recorded messages that are still to be flagged, moved or deleted on the server, by uid; at most LIMIT. */
bool inbox_list_unmarked(struct database *database, const char *folder, int64_t uidvalidity, size_t limit,
                         struct arena *arena, struct inbox_list *ret, struct error *error);

/* The server did it. */
bool inbox_set_marked(struct database *database, int64_t id, struct error *error);
