#pragma once
/* Surveys: who was asked which one (struct survey), and the answers, one row for each question. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/events.h"

DATABASE_LIST(survey_list, struct survey);

/* One answer: whose does not matter. */
struct survey_value {
    const char *question, *value;
};
DATABASE_LIST(survey_value_list, struct survey_value);

/* How many were asked in a round, and how many answered. */
struct survey_count {
    int64_t round;
    const char *round_name, *name;
    int64_t asked, answered;
};
DATABASE_LIST(survey_count_list, struct survey_count);

/* The message SURVEY->outbox asks; who was asked in this round already, with another partner, is asked once more. */
bool surveys_ask(struct database *database, const struct survey *survey, const struct event_cause *cause,
                 struct error *error);

bool surveys_find(struct database *database, int64_t id, struct arena *arena, struct survey *ret, struct error *error);

/* The one whose question that message puts. */
bool surveys_find_asked_by(struct database *database, int64_t outbox, struct arena *arena, struct survey *ret,
                           struct error *error);

/* Whose remind_at is at or before NOW; set anew with surveys_set_remind_at (0: never). */
bool surveys_list_to_remind(struct database *database, int64_t now, size_t limit, struct arena *arena,
                            struct survey_list *ret, struct error *error);
bool surveys_set_remind_at(struct database *database, int64_t id, int64_t at, struct error *error);

/* COUNT answers are kept, what else was answered stays; the first time that there are any is when it was answered. */
bool surveys_answer(struct database *database, const struct survey *survey, const struct survey_value *values,
                    size_t count, const char *sheet, const struct event_cause *cause, struct error *error);

/* What its participant answered. */
bool surveys_answers(struct database *database, const struct survey *survey, struct arena *arena,
                     struct survey_value_list *ret, struct error *error);

/* Rounds and surveys in which somebody was asked, the newest first. */
bool surveys_count(struct database *database, struct arena *arena, struct survey_count_list *ret, struct error *error);

/* All answers of the first MOST people who answered. */
bool surveys_list_values(struct database *database, int64_t round, const char *name, size_t most, struct arena *arena,
                         struct survey_value_list *ret, struct error *error);
