#pragma once
/* What is done with applications by mail; see app/action.h for what holds for all actions. The first three carry out
 * what the rules decided of an incoming mail, INBOX. */
#include "app/enrolment.h"
#include "app/service.h"
#include "programme/decide_enrolment.h"

/* All to applicants, and what they are told in the end. */
#define APPLICATION_STEP "application"

/* The outbox row's detail where somebody waited who has a place now. */
#define APPLICATION_MOVED_UP "{\"moved_up\": true}"

/* Keeps the applicant (who may be new) and what was answered, and sends what comes next. */
bool action_application_answered(struct service *service, const struct enrolment_change *change, int64_t inbox,
                                 struct error *error);

/* The applicant becomes a participant, or is one, with an application to the round: accepted, or waiting. */
bool action_application_confirmed(struct service *service, const struct enrolment_change *change, int64_t inbox,
                                  struct error *error);

/* The participant's application to the round: accepted, or waiting (WAITS_FOR as in struct application). Who waited
 * already, for this round or an earlier one, keeps their turn. Who has a place keeps it. */
bool action_application_enter(struct service *service, int64_t participant, int64_t round, const char *waits_for,
                              int64_t applied_at, int64_t *ret_id, struct error *error);

/* Whether somebody of COUNTRY who applies to the round now gets a place at once. */
bool action_application_place(struct service *service, int64_t round, const char *country, bool *ret_free,
                              struct error *error);

/* Who applied to ROUND by a web form is an applicant from now on, and gets the summary of what they said, or is asked
 * what is open (ROW->state), like anybody who applies by mail. What was written freely is not sent to them: anybody may
 * give any address there. */
bool action_application_ask(struct service *service, const struct round *round, const struct form *form,
                            const struct enrolment_row *row, struct error *error);

/* A participant is accepted to the round without being asked, and what ANSWERS has is kept. An application of theirs
 * that is not confirmed ends. */
bool action_application_accept(struct service *service, const struct participant *participant, const char *address_key,
                               int64_t round, const struct form *form, const struct form_answer *answers,
                               struct error *error);

/* All that is known of the applicant is deleted. Who is told so keeps an address for a day. */
bool action_application_gone(struct service *service, const struct enrolment_change *change, int64_t inbox,
                             struct error *error);

/* What a participant answered last, to another round's form or to this one's; else what is on record. In ARENA. */
bool action_application_known(struct service *service, const struct participant *participant, int64_t round,
                              const struct form *form, struct arena *arena, struct form_answer **ret,
                              struct error *error);

/* The name among ANSWERS has no word in common with that of the participant whose address it is. */
bool action_application_other_name(const struct form *form, const struct form_answer *answers,
                                   const struct participant *known);

/* Into the rounds that are open: a participant who would like to join and was not invited yet. */
bool action_application_invite(struct service *service, int64_t participant, struct error *error);

/* What time brings: applicants are reminded, or expire; who waits gets a place that has become free; when a round has
 * opened, whoever took part before, and did not say otherwise, is invited. In portions; what is interrupted, the next
 * turn goes on with. */
bool action_application_turn(struct service *service, struct error *error);
