#pragma once
/* Messages nobody was sent, for previews and test mails: which template, for whom, about what. */
#include "app/service.h"
#include "base/memory.h"

struct sample {
    const char *template_name;
    int64_t participant;  /* 0: a recipient in the database, else somebody made up */
    int64_t partnership;  /* 0: one of theirs, else with somebody made up */
    int64_t round;        /* 0: one of theirs, else a made-up one */
    int64_t occurrence;   /* of a monthly step: which month and topic; 0: the next one */
    const char *language; /* instead of the recipient's own; NULL: their own */
    const char *letters;  /* which letters are pretended (template_names_letter_cases); NULL: as it is */
    const char *answers;  /* to the application, of all in the partnership: "all", made up and shared; "none"; NULL: as
                             it is, and all of made-up people */
};

/* What kind of message is made from the template, and for which step (NULL: for none). PERMANENT where nothing uses a
 * template of that name, saying which are used. */
bool sample_find_kind(const struct service *service, const char *template_name, enum message_kind *ret_kind,
                      const struct step **ret_step, struct error *error);

/* As it stands in an outbox row's detail, for a test mail; and back: false where DETAIL holds none. RET's strings but
 * the template's name live in ARENA. */
char *sample_to_detail(const struct sample *sample, struct arena *arena);
bool sample_from_detail(const char *detail, struct arena *arena, struct sample *ret);

/* Writes into the database what the message is about, where it isn't there yet (a partnership that has not begun begins
 * now), and the row itself. Only to be called in a transaction that is rolled back afterwards. PERMANENT where nothing
 * uses a template of that name, saying which are used. */
bool sample_put(struct service *service, const struct sample *sample, struct arena *arena, struct outbox_row *ret,
                struct error *error);

/* ---- Whose messages a template makes: for looking in advance whether every real recipient's can be made ---- */

struct sample_list {
    struct sample *items;
    size_t count;
};

/* Everybody who is still to get a message made from the template, as things stand: for a step to participants all who
 * are accepted, for one to partnerships all members, for a coordinators' message all coordinators. */
bool sample_recipients(struct service *service, const char *template_name, struct arena *arena, struct sample_list *ret,
                       struct error *error);
