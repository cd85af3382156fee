#include "store/applications.h"

#include <stdio.h>

#include "base/hash.h"
#include "base/text.h"
#include "store/statement.h"
#include "store/transaction.h"

#define APPLICATION(FIRST, COLUMN)                                                                                     \
    FIRST(id) COLUMN(participant) COLUMN(round) COLUMN(state) COLUMN(accepted_at) COLUMN(applied_at) COLUMN(waits_for)
#define APPLICATION_COLUMNS STATEMENT_COLUMNS(APPLICATION)
STATEMENT_READER(read_application, struct application, APPLICATION)

bool applications_add(struct database *database, const struct application *application, const struct event_cause *cause,
                      int64_t *ret_id, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct application existing;
    int64_t id;
    if (!transaction_begin(database, &transaction, error) ||
        !applications_find(database, application->participant, application->round, arena, &existing, error))
        return false;
    if (existing.id)
        return error_set(error, ERROR_PERMANENT, "participant %lld has applied to round %lld already",
                         (long long)application->participant, (long long)application->round);
    char what[80];
    snprintf(what, sizeof what, "application %s", application_state_name(application->state));
    if (!statement_insert(database,
                          "INSERT INTO application (participant, round, state, accepted_at, applied_at, waits_for)"
                          " VALUES (?, ?, ?, ?, ?, ?)",
                          VALUES(value_integer(application->participant), value_integer(application->round),
                                 value_text(application_state_name(application->state)),
                                 value_id(application->accepted_at),
                                 value_id(application->applied_at ? application->applied_at : cause->at),
                                 value_text(application->waits_for)),
                          &id, error) ||
        !events_append_change(database, what,
                              &(struct event){.participant = application->participant, .round = application->round},
                              cause, error) ||
        !transaction_commit(&transaction, error))
        return false;
    *ret_id = id;
    return true;
}

bool applications_find(struct database *database, int64_t participant, int64_t round, struct arena *arena,
                       struct application *ret, struct error *error) {
    return statement_read_row(
        database, "SELECT " APPLICATION_COLUMNS " FROM application WHERE participant = ? AND round = ?",
        VALUES(value_integer(participant), value_integer(round)), arena, read_application, ret, error);
}

static bool list(struct database *database, const char *sql, int64_t of, int64_t after, size_t limit,
                 struct arena *arena, struct application_list *ret, struct error *error) {
    return statement_read_rows(database, sql, VALUES(value_integer(of), value_integer(after), value_limit(limit)),
                               arena, read_application, ret, error);
}

#define APPLICATIONS_OF(whose)                                                                                         \
    "SELECT " APPLICATION_COLUMNS " FROM application WHERE " whose " = ? AND id > ? ORDER BY id LIMIT ?"

bool applications_list_of_round(struct database *database, int64_t round, int64_t after, size_t limit,
                                struct arena *arena, struct application_list *ret, struct error *error) {
    return list(database, APPLICATIONS_OF("round"), round, after, limit, arena, ret, error);
}

bool applications_list_of_participant(struct database *database, int64_t participant, struct arena *arena,
                                      struct application_list *ret, struct error *error) {
    return list(database, APPLICATIONS_OF("participant"), participant, 0, 0, arena, ret, error);
}

bool applications_set_state(struct database *database, int64_t id, enum application_state state,
                            const struct event_cause *cause, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct application old;
    if (!transaction_begin(database, &transaction, error) ||
        !statement_read_row(database, "SELECT " APPLICATION_COLUMNS " FROM application WHERE id = ?",
                            VALUES(value_integer(id)), arena, read_application, &old, error))
        return false;
    if (!old.id)
        return error_set(error, ERROR_PERMANENT, "there is no application %lld", (long long)id);
    const char *from = application_state_name(old.state), *to = application_state_name(state);
    if (old.state != state &&
        (!statement_run(database,
                        "UPDATE application SET state = ?2,"
                        " accepted_at = iif(?2 = 'accepted', coalesce(accepted_at, ?3), accepted_at),"
                        " waits_for = NULL WHERE id = ?1",
                        VALUES(value_integer(id), value_text(to), value_integer(cause->at)), error) ||
         !events_append_move(database, "application", from, to,
                             &(struct event){.participant = old.participant, .round = old.round}, cause, error)))
        return false;
    return transaction_commit(&transaction, error);
}

bool applications_wait(struct database *database, int64_t id, const char *waits_for, const struct event_cause *cause,
                       struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    return transaction_begin(database, &transaction, error) &&
           applications_set_state(database, id, APPLICATION_WAITING, cause, error) &&
           statement_run(database, "UPDATE application SET waits_for = ? WHERE id = ?",
                         VALUES(value_text(waits_for), value_integer(id)), error) &&
           transaction_commit(&transaction, error);
}

bool applications_answers(struct database *database, int64_t id, struct arena *arena, const char **ret,
                          struct error *error) {
    return statement_read_row(database, "SELECT answers FROM application WHERE id = ?", VALUES(value_integer(id)),
                              arena, statement_read_word, ret, error);
}

bool applications_set_answers(struct database *database, int64_t id, const char *answers, struct error *error) {
    return statement_run(database, "UPDATE application SET answers = ? WHERE id = ?",
                         VALUES(value_text(answers), value_integer(id)), error);
}

bool applications_set_applied(struct database *database, int64_t id, int64_t applied_at, struct error *error) {
    return statement_run(database, "UPDATE application SET applied_at = ?2 WHERE id = ?1",
                         VALUES(value_integer(id), value_integer(applied_at)), error);
}

/* ---- Places ---- */

static void read_places(struct statement *row, struct arena *arena, void *item) {
    (void)arena;
    struct application_places *places = item;
    places->taken = statement_integer(row);
    places->taken_of_country = statement_integer(row);
    places->waiting_of_country = statement_integer(row);
}

bool applications_count_places(struct database *database, int64_t round, const char *country,
                               struct application_places *ret, struct error *error) {
    auto_arena arena = arena_new();
    return statement_read_row(database,
                              "SELECT sum(taken), sum(iif(country = ?2, taken, 0)), sum(iif(country = ?2, waiting, 0))"
                              " FROM country_places WHERE round = ?1",
                              VALUES(value_integer(round), value_text(country)), arena, read_places, ret, error);
}

static void read_country(struct statement *row, struct arena *arena, void *item) {
    struct country_waiting *waiting = item;
    waiting->round = statement_integer(row);
    waiting->country = statement_text(row, arena);
}

bool applications_list_countries_waiting(struct database *database, struct arena *arena,
                                         struct country_waiting_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT round, country FROM country_places INDEXED BY country_places_waiting"
                               " WHERE waiting > 0",
                               NO_VALUES, arena, read_country, ret, error);
}

bool applications_first_waiting(struct database *database, int64_t round, const char *country, struct arena *arena,
                                struct application *ret, struct error *error) {
    return statement_read_row(
        database,
        "SELECT " APPLICATION_COLUMNS " FROM application INDEXED BY application_waiting"
        " WHERE round = ?1 AND state = 'waiting' AND waits_for = 'country'"
        " AND (SELECT country FROM participant WHERE participant.id = application.participant) = ?2"
        " ORDER BY applied_at, id LIMIT 1",
        VALUES(value_integer(round), value_text(country)), arena, read_application, ret, error);
}

bool applications_find_answered(struct database *database, int64_t participant, int64_t round, struct arena *arena,
                                struct application *ret, struct error *error) {
    return statement_read_row(database,
                              "SELECT " APPLICATION_COLUMNS " FROM application WHERE participant = ?1 AND round <> ?2"
                              " AND answers <> '{}' ORDER BY id DESC LIMIT 1",
                              VALUES(value_integer(participant), value_integer(round)), arena, read_application, ret,
                              error);
}

/* ---- What was agreed to ---- */

static void read_consent(struct statement *row, struct arena *arena, void *item) {
    struct consent *consent = item;
    consent->text = statement_text(row, arena);
    consent->language = statement_text(row, arena);
    consent->hash = statement_text(row, arena);
    consent->at = statement_integer(row);
}

bool applications_set_consent(struct database *database, int64_t id, const struct consent *consent,
                              struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    auto_text hashed = TEXT_EMPTY;
    char hash[HASH_HEX_SIZE];
    text_append_format(&hashed, "%s\n%s", consent->language, consent->text);
    hash_sha256_hex(text_string(&hashed), hashed.length, hash);
    return transaction_begin(database, &transaction, error) &&
           statement_run(database,
                         "INSERT INTO consent_text (hash, language, text, first_at) VALUES (?, ?, ?, ?)"
                         " ON CONFLICT (hash) DO NOTHING",
                         VALUES(value_text(hash), value_text(consent->language), value_text(consent->text),
                                value_integer(consent->at)),
                         error) &&
           statement_run(database,
                         "UPDATE application SET consent = (SELECT id FROM consent_text WHERE hash = ?2),"
                         " consented_at = ?3 WHERE id = ?1",
                         VALUES(value_integer(id), value_text(hash), value_integer(consent->at)), error) &&
           transaction_commit(&transaction, error);
}

bool applications_consent(struct database *database, int64_t id, struct arena *arena, struct consent *ret,
                          struct error *error) {
    return statement_read_row(database,
                              "SELECT text, consent_text.language, hash, consented_at FROM application"
                              " JOIN consent_text ON consent_text.id = application.consent WHERE application.id = ?",
                              VALUES(value_integer(id)), arena, read_consent, ret, error);
}
