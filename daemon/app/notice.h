#pragma once
/* Cases: what needs a coordinator is opened, told, told again as long as it is open, and closed. Some are told at once
 * by a mail of their own, the others by a digest (programme/case_kind.h). Everything goes through the outbox, expires
 * never, and is written at the moment when it is sent. */
#include "app/service.h"
#include "base/reason.h"

struct notice {
    const char *key; /* at most one case with it is open at a time */
    enum case_kind kind;
    struct reason reason;
    int64_t partnership, participant, inbox, outbox; /* 0: none */
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
 * this. */
bool notice_close(struct service *service, const struct case_row *open, struct error *error);

/* The same for the case with KEY, if one is open. */
bool notice_clear(struct service *service, const char *key, struct error *error);

/* A person has dealt with a mail that waits: closes its case. PERMANENT where it waits for nobody. */
bool notice_resolve(struct service *service, int64_t inbox, struct error *error);

/* Queues mails to coordinators about all that is to be told by now: one for each case that is told at once, and one
 * digest a coordinator, at most one an hour. */
bool notice_tell(struct service *service, struct error *error);

/* The coordinator's digest is made now: all that stands in it is told, and its next reminder is counted from now. */
bool notice_digest_told(struct service *service, const char *coordinator, struct error *error);

/* Whether the coordinator is told of the case: one who looks after the country of the one whom it is about, else of its
 * people, or where nobody does, in general. */
bool notice_concerns(struct service *service, const struct case_row *row, const char *coordinator, bool *ret,
                     struct error *error);

/* It was told at once, and for three days nobody has done anything about it: the programme's coordinators hear of it as
 * well as those of its country. */
bool notice_is_left(const struct case_row *row);

enum { NOTICE_COORDINATORS_MAX = 32 };
