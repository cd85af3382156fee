#pragma once
/* What is held about a person: reading all of it, and erasing it. Which columns hold what somebody wrote or is known by
 * stands in one table, and a test holds every column of the schema against it. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/events.h"

/* ---- Columns ---- */

enum erasing_fate {
    ERASING_UNKNOWN, /* a new column: its line in erasing.c is missing */
    ERASING_KEPT,    /* words of the programme's, secrets that name nobody, hashes */
    ERASING_ERASED,
};

/* What becomes of a column of text or bytes when somebody is erased. */
enum erasing_fate erasing_fate(const char *table, const char *column);

/* ---- Reading ---- */

/* One section of what is held about somebody: "letters", "bounces". */
struct erasing_section {
    const char *name, *sql;
};
extern const struct erasing_section erasing_sections[]; /* ended by a NULL name */

enum erasing_type { ERASING_TEXT, ERASING_NUMBER, ERASING_MOMENT, ERASING_FLAG };

/* Called for each value of each row that is not NULL, in order. NAME: as in the section; TEXT: of an ERASING_TEXT. */
typedef void erasing_visit(void *context, size_t row, const char *name, enum erasing_type type, int64_t number,
                           const char *text);
bool erasing_read(struct database *database, const struct erasing_section *section, int64_t participant,
                  erasing_visit *visit, void *context, struct error *error);

/* ---- Erasing ---- */

DATABASE_LIST(erasing_word_list, const char *);
DATABASE_LIST(erasing_id_list, int64_t);

/* Every address that the participant has had, as far as is known; and those of who were their partners. */
bool erasing_list_addresses(struct database *database, int64_t participant, struct arena *arena,
                            struct erasing_word_list *ret, struct error *error);
bool erasing_list_partners(struct database *database, int64_t participant, struct arena *arena,
                           struct erasing_word_list *ret, struct error *error);

/* Whether ADDRESS is a part of somebody else's: "ann@x.org" of "joann@x.org". */
bool erasing_is_part(struct database *database, int64_t participant, const char *address, bool *ret,
                     struct error *error);

/* Messages to the participant, and letters by them, that may still be sent; mails by or about them that wait for a
 * person. */
bool erasing_list_messages(struct database *database, int64_t participant, struct arena *arena,
                           struct erasing_id_list *ret, struct error *error);
bool erasing_list_waiting(struct database *database, int64_t participant, struct arena *arena,
                          struct erasing_id_list *ret, struct error *error);

/* Answers to surveys: of those that were written freely only the application, which knows the forms, can tell. */
struct erasing_survey_question {
    const char *survey, *question;
};
DATABASE_LIST(erasing_survey_question_list, struct erasing_survey_question);
bool erasing_list_survey_questions(struct database *database, int64_t participant, struct arena *arena,
                                   struct erasing_survey_question_list *ret, struct error *error);
bool erasing_delete_survey_answer(struct database *database, int64_t participant,
                                  const struct erasing_survey_question *question, struct error *error);

/* Empties all that is erased of the participant, who stays as an id in state erased, called "#12". */
bool erasing_erase(struct database *database, int64_t participant, const struct event_cause *cause,
                   struct error *error);

/* In notes and reasons about others, WORD is replaced by dots. */
bool erasing_blot(struct database *database, const char *word, struct error *error);

/* ---- What has been kept for long enough ---- */

/* Looks at at most LIMIT participants with a greater id than *LAST, which becomes that of the last of them (0 where
 * there are no more): *RET has those who take part in nothing, and last did so, or wrote, before MOMENT. */
bool erasing_list_idle(struct database *database, int64_t moment, size_t limit, int64_t *last, struct arena *arena,
                       struct erasing_id_list *ret, struct error *error);

/* Mails that have waited since before MOMENT: at most LIMIT, the oldest first. */
bool erasing_list_old_mail(struct database *database, int64_t moment, size_t limit, struct arena *arena,
                           struct erasing_id_list *ret, struct error *error);

/* Deletes at most LIMIT notes from before MOMENT. */
bool erasing_delete_old_notes(struct database *database, int64_t moment, size_t limit, size_t *ret_count,
                              struct error *error);

/* ---- What is left to be done ---- */

struct erasure {
    int64_t id, participant, farewell, asked_at, mailbox_at, done_at;
    const char *words; /* JSON; "" once the mailbox was searched for them */
};
DATABASE_LIST(erasure_list, struct erasure);

bool erasing_add(struct database *database, const struct erasure *erasure, struct error *error);

/* Those that are not done yet, by id; at most LIMIT. */
bool erasing_list_open(struct database *database, size_t limit, struct arena *arena, struct erasure_list *ret,
                       struct error *error);

/* The mailbox holds nothing of theirs any more. */
bool erasing_set_mailbox(struct database *database, int64_t id, int64_t moment, struct error *error);

/* Whether the farewell is on its way no longer, and no message of theirs on the wire; then what these hold is emptied,
 * too. */
bool erasing_end_farewell(struct database *database, const struct erasure *erasure, bool *ret_ended,
                          struct error *error);

bool erasing_set_done(struct database *database, int64_t id, int64_t moment, struct error *error);
