#pragma once
/* Cases: what needs a coordinator is opened, told, told again as long as it is open, and closed. Some are told at once
 * by a mail of their own, the others by a digest (programme/case_kind.h). Everything goes through the outbox, expires
 * never, and is written at the moment when it is sent. */
#include "app/service.h"
#include "base/reason.h"
#include "store/cases.h"

struct notice {
    const char *key; /* at most one case with it is open at a time */
    enum case_kind kind;
    struct reason reason;
    int64_t partnership, participant, inbox, outbox; /* 0: none */
    int64_t tell_at;                                 /* when it is told first; 0: as its kind says */
    bool quiet;                                      /* nobody is told of it: it stands in lists alone */
    bool in_digest;                                  /* told in the digest, whatever its kind: nothing hurries */
    const char *words; /* what somebody wrote to the programme, kept until it is closed; NULL: none */
};

/* Opens a case unless one with its key is open. The sender's next turn tells of it: at once, if it is of such a kind
 * and not one of very many about one person, or of strangers. */
bool notice_raise(struct service *service, const struct notice *notice, struct error *error);

/* A closed case is open again, with the mail INBOX and its WORDS, and told like a new one. *ret_reopened is false where
 * there is none, or another is open with its key. */
bool notice_reopen(struct service *service, int64_t id, int64_t inbox, const char *words, bool *ret_reopened,
                   struct error *error);

/* Closes an open case, and the mail that it is about: its text is kept no longer. Who was told of it at once is told of
 * this: of what has ended by itself by a mail, of what somebody did by the next digest. */
bool notice_close(struct service *service, const struct case_row *open, struct error *error);

/* The same for the case with KEY, if one is open. */
bool notice_clear(struct service *service, const char *key, struct error *error);

/* A person has dealt with a mail that waits: closes its case. PERMANENT where it waits for nobody. */
bool notice_resolve(struct service *service, int64_t inbox, struct error *error);

/* Queues mails to coordinators about all that is to be told by now: one for each case that is told at once, and one
 * digest a coordinator, at most one a day; and once a month, where none was sent, that all is well. */
bool notice_tell(struct service *service, struct error *error);

/* When the next turn of notice_tell is; 0: at once, for the first time. */
bool notice_next_turn(struct service *service, int64_t *ret, struct error *error);

/* A digest is rendered: what stands in it is noted with it, */
bool notice_digest_made(struct service *service, const struct outbox_row *row, struct error *error);
/* and sent: all that is told, and its next reminder is counted from now. */
bool notice_digest_sent(struct service *service, int64_t outbox, struct error *error);

/* In a digest's detail: that it is sent although nothing waits. */
#define NOTICE_ALL_IS_WELL "all_is_well"

/* ---- Whom it concerns ---- */

/* The coordinator is away UNTIL a moment, or for a week where that is no later than now. Meanwhile the general ones
 * hear of their cases: of those that are open soon. */
bool notice_away(struct service *service, const char *coordinator, int64_t until, struct error *error);

/* The coordinator, as cases see one. */
bool notice_reader(struct service *service, const char *coordinator, struct arena *arena, struct case_reader *ret,
                   struct error *error);

/* Whose absence brings the case to the coordinator, and until when; *ret_for is NULL where none does. */
bool notice_stands_in(struct service *service, const struct case_row *row, const char *coordinator, struct arena *arena,
                      const char **ret_for, int64_t *ret_until, struct error *error);

/* Whether the coordinator is told of the case: one who looks after the country of the one whom it is about, else of its
 * people, or where nobody does, in general. */
bool notice_concerns(struct service *service, const struct case_row *row, const char *coordinator, bool *ret,
                     struct error *error);

/* It was told at once, or is a decision of a digest, and for three days nobody has done anything about it: the
 * programme's coordinators hear of it as well as those of its country. */
bool notice_is_left(const struct case_row *row);

enum { NOTICE_COORDINATORS_MAX = 32, NOTICE_SHOWN_MOST = 40 };
