#pragma once
/* Surveys, from the message that asks (a step with a form) to what is kept of the answers; and what comes after a
 * round, which the closing message asks: to go on writing, the next round, both or neither. */
#include "app/service.h"
#include "programme/decide_survey.h"
#include "store/participants.h"

/* The survey that ROW, a message of ours, asks, asks again or thanks for; id 0: none. */
bool survey_of_message(struct service *service, const struct outbox_row *row, struct arena *arena, struct survey *ret,
                       struct error *error);

/* Its form in every language, LANGUAGE's first (NULL: there is none any more), and what was answered so far. */
bool survey_read(struct service *service, const struct survey *survey, const char *language, struct arena *arena,
                 const struct form_set **ret_forms, struct form_answer **ret_answers, struct error *error);

/* ROW, a message of STEP that asks a survey, was queued just now. */
bool survey_asked(struct service *service, const struct step *step, const struct outbox_row *row, struct error *error);

/* What the rules decided of INBOX, a reply. */
bool survey_answered(struct service *service, const struct survey_change *change, int64_t inbox, struct error *error);

/* What time brings: who has not answered is reminded, once. In portions. */
bool survey_turn(struct service *service, struct error *error);

/* ---- After the round ---- */

/* The sender of INBOX has answered ABOUT, the closing message, and is told what we understood (with TELL). Partners who
 * all want to go on writing get each other's addresses; who wants to join is invited to the round that is open. */
bool survey_next_chosen(struct service *service, const struct outbox_row *about, int64_t inbox, bool tell,
                        struct error *error);

/* Of the partnership those who last said that they want to go on writing, and may be written to. */
bool survey_who_go_on(struct service *service, int64_t partnership, struct arena *arena, struct participant_list *ret,
                      struct error *error);
