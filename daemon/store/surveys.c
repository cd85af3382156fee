#include "store/surveys.h"

#include "store/statement.h"
#include "store/transaction.h"

/* clang-format off */
#define SURVEY(FIRST, COLUMN) \
    FIRST(id) COLUMN(name) COLUMN(participant) COLUMN(partnership) COLUMN(round) COLUMN(outbox) COLUMN(sheet) \
    COLUMN(remind_at) COLUMN(answered_at) COLUMN(created_at)
#define SURVEY_VALUE(FIRST, COLUMN) FIRST(question) COLUMN(value)
#define SURVEY_COUNT(FIRST, COLUMN) FIRST(round) COLUMN(round_name) COLUMN(name) COLUMN(asked) COLUMN(answered)
/* clang-format on */
#define SURVEY_COLUMNS STATEMENT_COLUMNS(SURVEY)
STATEMENT_READER(read_survey, struct survey, SURVEY)
STATEMENT_READER(read_value, struct survey_value, SURVEY_VALUE)
STATEMENT_READER(read_count, struct survey_count, SURVEY_COUNT)

bool surveys_ask(struct database *database, const struct survey *survey, const struct event_cause *cause,
                 struct error *error) {
    return statement_run(
        database,
        "INSERT INTO survey (name, participant, partnership, round, outbox, remind_at, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (round, name, participant) DO UPDATE SET"
        " partnership = excluded.partnership, outbox = excluded.outbox, remind_at = excluded.remind_at, sheet = '{}'",
        VALUES(value_text(survey->name), value_integer(survey->participant), value_integer(survey->partnership),
               value_integer(survey->round), value_integer(survey->outbox), value_id(survey->remind_at),
               value_integer(cause->at)),
        error);
}

bool surveys_find(struct database *database, int64_t id, struct arena *arena, struct survey *ret, struct error *error) {
    return statement_read_row(database, "SELECT " SURVEY_COLUMNS " FROM survey WHERE id = ?", VALUES(value_integer(id)),
                              arena, read_survey, ret, error);
}

bool surveys_find_asked_by(struct database *database, int64_t outbox, struct arena *arena, struct survey *ret,
                           struct error *error) {
    return statement_read_row(database, "SELECT " SURVEY_COLUMNS " FROM survey WHERE outbox = ?",
                              VALUES(value_integer(outbox)), arena, read_survey, ret, error);
}

bool surveys_list_to_remind(struct database *database, int64_t now, size_t limit, struct arena *arena,
                            struct survey_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT " SURVEY_COLUMNS
                               " FROM survey WHERE remind_at IS NOT NULL AND remind_at <= ? ORDER BY remind_at LIMIT ?",
                               VALUES(value_integer(now), value_limit(limit)), arena, read_survey, ret, error);
}

bool surveys_set_remind_at(struct database *database, int64_t id, int64_t at, struct error *error) {
    return statement_run(database, "UPDATE survey SET remind_at = ?2 WHERE id = ?1",
                         VALUES(value_integer(id), value_id(at)), error);
}

bool surveys_answer(struct database *database, const struct survey *survey, const struct survey_value *values,
                    size_t count, const char *sheet, const struct event_cause *cause, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    struct event event = {
        .participant = survey->participant, .partnership = survey->partnership, .round = survey->round};
    if (!transaction_begin(database, &transaction, error))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!statement_run(database,
                           "INSERT INTO survey_answer (round, survey, participant, question, value, at)"
                           " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value,"
                           " at = excluded.at WHERE value <> excluded.value",
                           VALUES(value_integer(survey->round), value_text(survey->name),
                                  value_integer(survey->participant), value_text(values[i].question),
                                  value_text(values[i].value), value_integer(cause->at)),
                           error))
            return false;
    return statement_run(
               database,
               "UPDATE survey SET sheet = ?2, remind_at = NULL,"
               " answered_at = coalesce(answered_at, iif(?4, ?3, NULL)) WHERE id = ?1",
               VALUES(value_integer(survey->id), value_text(sheet), value_integer(cause->at), value_integer(count > 0)),
               error) &&
           events_append_change(database, survey->answered_at ? "survey answered again" : "survey answered", &event,
                                cause, error) &&
           transaction_commit(&transaction, error);
}

bool surveys_answers(struct database *database, const struct survey *survey, struct arena *arena,
                     struct survey_value_list *ret, struct error *error) {
    return statement_read_rows(
        database, "SELECT question, value FROM survey_answer WHERE round = ? AND survey = ? AND participant = ?",
        VALUES(value_integer(survey->round), value_text(survey->name), value_integer(survey->participant)), arena,
        read_value, ret, error);
}

bool surveys_count(struct database *database, struct arena *arena, struct survey_count_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT survey.round, round.name, survey.name, count(*), count(answered_at)"
                               " FROM survey JOIN round ON round.id = survey.round"
                               " GROUP BY survey.round, survey.name ORDER BY max(survey.id) DESC",
                               NO_VALUES, arena, read_count, ret, error);
}

bool surveys_list_values(struct database *database, int64_t round, const char *name, size_t most, struct arena *arena,
                         struct survey_value_list *ret, struct error *error) {
    return statement_read_rows(
        database,
        "SELECT question, value FROM (SELECT participant FROM survey WHERE round = ?1 AND name = ?2"
        " AND answered_at IS NOT NULL ORDER BY answered_at, id LIMIT ?3) AS counted"
        " CROSS JOIN survey_answer ON survey_answer.round = ?1 AND survey = ?2"
        " AND survey_answer.participant = counted.participant",
        VALUES(value_integer(round), value_text(name), value_integer((int64_t)most)), arena, read_value, ret, error);
}
