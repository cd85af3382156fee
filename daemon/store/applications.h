#pragma once
/* Participants' wishes to take part in a round; at most one each. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/events.h"

DATABASE_LIST(application_list, struct application);

/* Adds APPLICATION (its id is ignored). PERMANENT where the participant has applied to this round before. */
bool applications_add(struct database *database, const struct application *application, const struct event_cause *cause,
                      int64_t *ret_id, struct error *error);

bool applications_find(struct database *database, int64_t participant, int64_t round, struct arena *arena,
                       struct application *ret, struct error *error);

/* By id; of a round at most LIMIT (0: all) of those with a greater id than AFTER. */
bool applications_list_of_round(struct database *database, int64_t round, int64_t after, size_t limit,
                                struct arena *arena, struct application_list *ret, struct error *error);
bool applications_list_of_participant(struct database *database, int64_t participant, struct arena *arena,
                                      struct application_list *ret, struct error *error);

/* The first acceptance fixes accepted_at (the cause's moment). Nothing happens where it is so already. PERMANENT where
 * there is no such application. */
bool applications_set_state(struct database *database, int64_t id, enum application_state state,
                            const struct event_cause *cause, struct error *error);

/* It waits, for "country", "next" or "partner" (base/model.h), no longer when its state is set again. */
bool applications_wait(struct database *database, int64_t id, const char *waits_for, const struct event_cause *cause,
                       struct error *error);

/* The participant applied at that moment: who waits is taken in this order. */
bool applications_set_applied(struct database *database, int64_t id, int64_t applied_at, struct error *error);

/* ---- Places: whoever is accepted, matched, or waits for another partner has one ---- */

struct application_places {
    int64_t taken, taken_of_country, waiting_of_country;
};

bool applications_count_places(struct database *database, int64_t round, const char *country,
                               struct application_places *ret, struct error *error);

struct country_waiting {
    int64_t round;
    const char *country;
};
DATABASE_LIST(country_waiting_list, struct country_waiting);

/* Countries of which somebody waits for a place. */
bool applications_list_countries_waiting(struct database *database, struct arena *arena,
                                         struct country_waiting_list *ret, struct error *error);

/* Who of COUNTRY has waited longest for a place in the round; id 0: nobody. */
bool applications_first_waiting(struct database *database, int64_t round, const char *country, struct arena *arena,
                                struct application *ret, struct error *error);

/* The participant's last application that has answers, of another round than ROUND; id 0: none. */
bool applications_find_answered(struct database *database, int64_t participant, int64_t round, struct arena *arena,
                                struct application *ret, struct error *error);

/* What was answered to the application form: a JSON object of values (programme/form_value.h) by the questions' names.
 * NULL in *RET where there is no such application. */
bool applications_answers(struct database *database, int64_t id, struct arena *arena, const char **ret,
                          struct error *error);
bool applications_set_answers(struct database *database, int64_t id, const char *answers, struct error *error);

/* What the participant agreed to when they applied, as it stood in their LANGUAGE, and when. Each text is kept once. */
struct consent {
    const char *text, *language, *hash;
    int64_t at; /* 0: none is kept */
};
bool applications_set_consent(struct database *database, int64_t id, const struct consent *consent,
                              struct error *error);
bool applications_consent(struct database *database, int64_t id, struct arena *arena, struct consent *ret,
                          struct error *error);
