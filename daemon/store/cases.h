#pragma once
/* What needs a coordinator. At most one open case a key. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/events.h"

DATABASE_LIST(case_list, struct case_row);

/* Opens a case from ROW's key (without names or addresses: the event log names it), kind, reason, ids, words, at_once
 * and tell_at, at the cause's moment. *ret_new is false where one with this key is open already: then nothing changes.
 */
bool cases_open(struct database *database, const struct case_row *row, const struct event_cause *cause, bool *ret_new,
                struct error *error);

/* Closes an open case, in the name of the cause's actor; its words are kept no longer. */
bool cases_close(struct database *database, const struct case_row *open, const struct event_cause *cause,
                 struct error *error);

/* A closed case is open again, as ROW's inbox, reason, words, at_once and tell_at have it. */
bool cases_reopen(struct database *database, const struct case_row *row, const struct event_cause *cause,
                  struct error *error);

/* The row's id is 0 where there is none. */
bool cases_find(struct database *database, int64_t id, struct arena *arena, struct case_row *ret, struct error *error);
bool cases_find_open(struct database *database, const char *key, struct arena *arena, struct case_row *ret,
                     struct error *error);
/* The open one about this incoming message. */
bool cases_find_of_inbox(struct database *database, int64_t inbox, struct arena *arena, struct case_row *ret,
                         struct error *error);

/* The newest of the partnership's silences, open or not. */
bool cases_find_silence(struct database *database, int64_t partnership, struct arena *arena, struct case_row *ret,
                        struct error *error);

struct case_filter {
    bool open;           /* only those */
    bool but_messages;   /* without mails that only wait */
    int64_t partnership; /* of it or one of its members; 0: any */
    int64_t after;       /* only with a greater id */
    size_t limit;        /* the first so many; 0: all */
};

/* By id. */
bool cases_list(struct database *database, const struct case_filter *filter, struct arena *arena, struct case_list *ret,
                struct error *error);

/* An open case that nobody had to decide about is to be decided from NOW on, for this REASON, and told at TELL_AT. */
bool cases_hurry(struct database *database, int64_t id, const char *reason, int64_t now, int64_t tell_at,
                 struct error *error);
/* How many there are, of any partnership, without `after` and `limit`. */
bool cases_count(struct database *database, const struct case_filter *filter, size_t *ret, struct error *error);

/* ---- Telling ---- */

/* When the next of them is to be told; 0 where none is. */
bool cases_next_tell(struct database *database, int64_t *ret, struct error *error);

/* Open ones to be told at or before NOW, the longest due first; at most LIMIT. */
bool cases_list_due(struct database *database, int64_t now, size_t limit, struct arena *arena, struct case_list *ret,
                    struct error *error);

/* It was told at TOLD_AT (0: not yet) and is told again at TELL_AT. */
bool cases_set_told(struct database *database, int64_t id, int64_t told_at, int64_t tell_at, struct error *error);

/* A coordinator, as cases see one. Countries stand between commas, upper case: ",NZ,SE,"; "," is none. */
struct case_reader {
    bool all;            /* nobody looks after countries: each case is everybody's */
    bool general;        /* hears of what is no country coordinator's, and of theirs while they can't see to it */
    const char *own;     /* the countries that this one looks after */
    const char *claimed; /* that any coordinator looks after */
    const char *present; /* that one looks after who is not away */
    int64_t left_before; /* what was told at once, and had been opened by then, nobody has seen to; what waited for a
                            digest gets a week more */
};

/* Whether the case is the reader's: somebody whom it is about is of their countries; reports, what is about nobody or
 * about a country that is nobody's, what was left lying, and cases whose own coordinators are all away, are general. */
bool cases_concern(struct database *database, int64_t id, const struct case_reader *reader, bool *ret,
                   struct error *error);
/* Whether it is by their own countries. */
bool cases_are_own(struct database *database, int64_t id, const struct case_reader *reader, bool *ret,
                   struct error *error);

/* Open ones that the reader is told of and decides: first reports, then whatever is more than a mail that waits, then
 * what participants wrote, then the rest; of each by reason, the newest first; at most LIMIT. */
bool cases_list_told(struct database *database, const struct case_reader *reader, size_t limit, struct arena *arena,
                     struct case_list *ret, struct error *error);
/* How many they are, and when the oldest was opened. */
bool cases_count_told(struct database *database, const struct case_reader *reader, size_t *ret_count,
                      int64_t *ret_since, struct error *error);
/* Silences that nobody need decide about yet; the newest first, at most LIMIT. */
bool cases_list_silences(struct database *database, const struct case_reader *reader, size_t limit, struct arena *arena,
                         struct case_list *ret, struct error *error);
/* Words beside answers, which are told once: those that were not, or only after TOLD_AFTER; at most LIMIT. */
bool cases_list_remarks(struct database *database, const struct case_reader *reader, int64_t told_after, size_t limit,
                        struct arena *arena, struct case_list *ret, struct error *error);

/* How many mails about the participant (0: about nobody whom we know) opened cases at or after MOMENT that coordinators
 * were told of at once. */
bool cases_count_told_at_once(struct database *database, int64_t participant, int64_t moment, size_t *ret,
                              struct error *error);
