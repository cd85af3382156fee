#include "store/participants.h"

#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "store/health.h"
#include "store/incidents.h"
#include "store/participant_reader.h"
#include "store/transaction.h"

/* Fails where another participant than ID has this address, or it is banned and not ID's. */
static bool address_is_free(struct database *database, int64_t id, const char *address, const char *address_key,
                            struct error *error) {
    int64_t owner;
    if (!statement_read_integer(database, "SELECT id FROM participant WHERE address_key = ?",
                                VALUES(value_text(address_key)), &owner, error))
        return false;
    if (owner && owner != id)
        return error_set(error, ERROR_PERMANENT, "the address %s belongs to participant %lld already", address,
                         (long long)owner);
    return owner || incidents_refuse_banned(database, address, address_key, error);
}

static void make_name_key(const char *name, struct text *ret) {
    fold_words(name, strlen(name), ret);
}

bool participants_add(struct database *database, const struct participant *participant, const char *address_key,
                      const struct event_cause *cause, int64_t *ret_id, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    int64_t id, created_at = participant->created_at ? participant->created_at : cause->at;
    auto_text name_key = TEXT_EMPTY;
    make_name_key(participant->name, &name_key);
    if (!transaction_begin(database, &transaction, error) ||
        !address_is_free(database, 0, participant->address, address_key, error) ||
        !statement_insert(
            database,
            "INSERT INTO participant (name, name_key, address, address_key, language, country, time_zone,"
            " state, address_state, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            VALUES(value_text(participant->name), value_text(text_string(&name_key)), value_text(participant->address),
                   value_text(address_key), value_text(participant->language), value_text(participant->country),
                   value_text(participant->time_zone), value_text(participant_state_name(participant->state)),
                   value_text(address_state_name(participant->address_state)), value_integer(created_at)),
            &id, error) ||
        !events_append_change(database, "participant added", &(struct event){.participant = id}, cause, error) ||
        !transaction_commit(&transaction, error))
        return false;
    *ret_id = id;
    return true;
}

bool participants_find(struct database *database, int64_t id, struct arena *arena, struct participant *ret,
                       struct error *error) {
    return statement_read_row(database, "SELECT " PARTICIPANT_COLUMNS " FROM participant WHERE id = ?",
                              VALUES(value_integer(id)), arena, participant_reader, ret, error);
}

bool participants_find_by_address(struct database *database, const char *address_key, struct arena *arena,
                                  struct participant *ret, struct error *error) {
    return statement_read_row(database, "SELECT " PARTICIPANT_COLUMNS " FROM participant WHERE address_key = ?",
                              VALUES(value_text(address_key)), arena, participant_reader, ret, error);
}

bool participants_find_by_reference(struct database *database, const char *reference, const char *address_key,
                                    struct arena *arena, struct participant *ret, struct error *error) {
    int64_t id;
    if (string_to_integer(reference, &id))
        return participants_find(database, id, arena, ret, error);
    return participants_find_by_address(database, address_key, arena, ret, error);
}

/* Asked of each, so that a page of them costs no list of all. */
#define PARTICIPANTS_OF_ROUND                                                                                          \
    "(EXISTS (SELECT 1 FROM application WHERE participant = participant.id AND round = ?1)"                            \
    " OR EXISTS (SELECT 1 FROM member JOIN partnership ON partnership.id = member.partnership"                         \
    " WHERE member.participant = participant.id AND partnership.round = ?1))"

#define PARTICIPANTS_WHERE(what, condition, page)                                                                      \
    "SELECT " what " FROM participant WHERE " condition " AND (?2 IS NULL OR state = ?2)" page
#define LIST(condition) PARTICIPANTS_WHERE(PARTICIPANT_COLUMNS, condition, " AND id > ?3 ORDER BY id LIMIT ?4")
#define COUNT(condition) PARTICIPANTS_WHERE("count(*)", condition, "")

bool participants_list(struct database *database, const struct participant_filter *filter, struct arena *arena,
                       struct participant_list *ret, struct error *error) {
    return statement_read_rows(database, filter->round ? LIST(PARTICIPANTS_OF_ROUND) : LIST("?1 = 0"),
                               VALUES(value_integer(filter->round),
                                      value_text(filter->state ? participant_state_name(*filter->state) : NULL),
                                      value_integer(filter->after), value_limit(filter->limit)),
                               arena, participant_reader, ret, error);
}

bool participants_count(struct database *database, const struct participant_filter *filter, size_t *ret,
                        struct error *error) {
    if (!filter->round && !filter->state) /* SQLite counts a whole table by its pages */
        return statement_read_count(database, "SELECT count(*) FROM participant", NO_VALUES, ret, error);
    return statement_read_count(
        database, filter->round ? COUNT(PARTICIPANTS_OF_ROUND) : COUNT("?1 = 0"),
        VALUES(value_integer(filter->round), value_text(filter->state ? participant_state_name(*filter->state) : NULL)),
        ret, error);
}

static bool find_existing(struct database *database, int64_t id, struct arena *arena, struct participant *ret,
                          struct error *error) {
    if (!participants_find(database, id, arena, ret, error))
        return false;
    if (!ret->id)
        return error_set(error, ERROR_PERMANENT, "there is no participant %lld", (long long)id);
    return true;
}

/* Both states are words, so that the two setters differ in their SQL only. */
static bool set_word(struct database *database, int64_t id, const char *sql, const char *thing, const char *from,
                     const char *to, const struct event_cause *cause, struct error *error) {
    return string_equal(from, to) ||
           (statement_run(database, sql, VALUES(value_integer(id), value_text(to)), error) &&
            events_append_move(database, thing, from, to, &(struct event){.participant = id}, cause, error));
}

bool participants_set_state(struct database *database, int64_t id, enum participant_state state,
                            const struct event_cause *cause, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct participant old;
    return transaction_begin(database, &transaction, error) && find_existing(database, id, arena, &old, error) &&
           set_word(database, id, "UPDATE participant SET state = ?2 WHERE id = ?1", "participant",
                    participant_state_name(old.state), participant_state_name(state), cause, error) &&
           (state == PARTICIPANT_PAUSED ? health_rest_begin : health_rest_end)(database, REST_PAUSED, id, 0, cause->at,
                                                                               error) &&
           transaction_commit(&transaction, error);
}

bool participants_set_address_state(struct database *database, int64_t id, enum address_state state,
                                    const struct event_cause *cause, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct participant old;
    return transaction_begin(database, &transaction, error) && find_existing(database, id, arena, &old, error) &&
           set_word(database, id, "UPDATE participant SET address_state = ?2 WHERE id = ?1", "address",
                    address_state_name(old.address_state), address_state_name(state), cause, error) &&
           transaction_commit(&transaction, error);
}

bool participants_set_resumes_at(struct database *database, int64_t id, int64_t moment, struct error *error) {
    return statement_run(database, "UPDATE participant SET resumes_at = ?2 WHERE id = ?1",
                         VALUES(value_integer(id), value_id(moment)), error);
}

bool participants_list_resuming(struct database *database, int64_t moment, size_t limit, struct arena *arena,
                                struct participant_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT " PARTICIPANT_COLUMNS " FROM participant WHERE resumes_at <= ?1"
                               " AND state = 'paused' ORDER BY resumes_at LIMIT ?2",
                               VALUES(value_integer(moment), value_limit(limit)), arena, participant_reader, ret,
                               error);
}

bool participants_next_resuming(struct database *database, int64_t *ret, struct error *error) {
    return statement_read_integer(database,
                                  "SELECT resumes_at FROM participant WHERE resumes_at IS NOT NULL"
                                  " AND state = 'paused' ORDER BY resumes_at LIMIT 1",
                                  NO_VALUES, ret, error);
}

bool participants_set_heard(struct database *database, int64_t id, int64_t moment, struct error *error) {
    return statement_run(database, "UPDATE participant SET heard_at = ?2 WHERE id = ?1",
                         VALUES(value_integer(id), value_integer(moment)), error);
}

bool participants_update(struct database *database, const struct participant *participant, const char *address_key,
                         const struct event_cause *cause, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    auto_text name_key = TEXT_EMPTY;
    struct participant old;
    make_name_key(participant->name, &name_key);
    return transaction_begin(database, &transaction, error) &&
           find_existing(database, participant->id, arena, &old, error) &&
           address_is_free(database, participant->id, participant->address, address_key, error) &&
           statement_run(database,
                         "UPDATE participant SET name = ?2, address = ?3, language = ?5, country = ?6, time_zone = ?7,"
                         " address_state = iif(address_key = ?4, address_state, 'good'), address_key = ?4,"
                         " name_key = ?8"
                         " WHERE id = ?1",
                         VALUES(value_integer(participant->id), value_text(participant->name),
                                value_text(participant->address), value_text(address_key),
                                value_text(participant->language), value_text(participant->country),
                                value_text(participant->time_zone), value_text(text_string(&name_key))),
                         error) &&
           events_append_change(database, "participant updated", &(struct event){.participant = participant->id}, cause,
                                error) &&
           transaction_commit(&transaction, error);
}

bool participants_find_namesake(struct database *database, const struct participant *participant, int64_t round,
                                struct arena *arena, struct participant *ret, struct error *error) {
    auto_text name_key = TEXT_EMPTY;
    make_name_key(participant->name, &name_key);
    return statement_read_row(
        database,
        "SELECT " PARTICIPANT_COLUMNS " FROM participant WHERE name_key = ?1 AND country = ?2"
        " AND id <> ?3 AND EXISTS (SELECT 1 FROM application WHERE application.participant = participant.id"
        " AND round = ?4 AND state NOT IN ('applied', 'withdrawn')) LIMIT 1",
        VALUES(value_text(text_string(&name_key)), value_text(participant->country), value_integer(participant->id),
               value_integer(round)),
        arena, participant_reader, ret, error);
}
