#include "store/erasing.h"

#include <string.h>

#include "base/text.h"
#include "store/connection.h"
#include "store/participants.h"
#include "store/statement.h"
#include "store/transaction.h"

/* ---- Columns ---- */

/* Columns of text or bytes, a table a line. A new one is erased where it may hold what somebody is known by or wrote,
 * and then by a statement below, too. Numbers are ids, moments, digits and counts: they are kept. */
static const struct {
    const char *table, *erased, *kept;
} columns[] = {
    {"setting", "", "name value"},
    {"participant", "name address address_key name_key language country time_zone", "state address_state"},
    {"round", "", "name state length"},
    {"application", "answers", "state waits_for"},
    {"partnership", "", "state"},
    {"tag", "secret", "purpose"},
    {"step", "", "name"},
    {"schedule", "", "key step"},
    {"content", "bytes", ""},
    {"outbox", "address detail recipient reply_text reason",
     "key state step template template_hash asks coordinator message_id"},
    {"mailbox", "", "folder"},
    {"inbox", "message_id sender body_hash reason subject", "folder state kind server_action"},
    {"contact", "", "channel"},
    {"answer", "", "question"},
    {"bounce", "", "status"},
    {"note", "text", "author"},
    {"case_file", "reason words", "key kind closed_by"},
    {"incident", "mail", "state decided_by"},
    {"ban", "", "hash"},
    {"undoable", "before", "what"},
    {"rest", "", "kind"},
    {"health", "reason", "state silence"},
    {"applicant", "address address_key language answers", "state"},
    {"country_places", "", "country"},
    {"proposal_member", "fingerprint", ""},
    {"consent_text", "", "hash language text"},
    {"meeting", "", "uid title url state"},
    {"survey", "sheet", "name"},
    {"survey_answer", "value", "survey question"},
    {"erasure", "words", ""},
    {"outage", "", "service"},
    {"event", "", "actor what why"},
};

static bool has_word(const char *words, const char *word) {
    size_t length = strlen(word);
    for (const char *at = words; *at;) {
        size_t one = strcspn(at, " ");
        if (one == length && strncmp(at, word, length) == 0)
            return true;
        at += one + (at[one] == ' ');
    }
    return false;
}

enum erasing_fate erasing_fate(const char *table, const char *column) {
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        if (string_equal(columns[i].table, table))
            return has_word(columns[i].erased, column) ? ERASING_ERASED
                   : has_word(columns[i].kept, column) ? ERASING_KEPT
                                                       : ERASING_UNKNOWN;
    return ERASING_UNKNOWN;
}

/* ---- Reading ---- */

/* Columns called ..._at are moments, is_... flags. Nothing of the partner's, and nothing that says that anybody else
 * reported: a frozen partnership looks as if it were on hold, and a note to a report is not told. */
const struct erasing_section erasing_sections[] = {
    {"partnerships",
     "SELECT partnership.id AS partnership, round.name AS round,"
     " replace(partnership.state, 'frozen', 'held') AS state, partnership.started_at AS started_at, ends_at, closed_at"
     " FROM member JOIN partnership ON partnership.id = member.partnership"
     " JOIN round ON round.id = partnership.round WHERE member.participant = ?1 ORDER BY 1"},
    {"contacts", "SELECT at AS seen_at, partnership, channel FROM contact WHERE participant = ?1 ORDER BY at, id"},
    {"answers", "SELECT at AS answered_at, partnership, question, value AS answer FROM answer WHERE participant = ?1"
                " ORDER BY at, id"},
    {"surveys", "SELECT at AS answered_at, survey, question, value AS answer FROM survey_answer WHERE participant = ?1"
                " ORDER BY at, survey, question"},
    {"meetings", "SELECT starts_at, nullif(title, '') AS title, CASE answer WHEN 1 THEN 'yes' WHEN 2 THEN 'no'"
                 " WHEN 3 THEN 'perhaps' END AS answer FROM attendee JOIN meeting ON meeting.id = meeting"
                 " WHERE participant = ?1 ORDER BY starts_at, meeting.id"},
    {"notes", "SELECT at AS written_at, author, text FROM note WHERE participant = ?1"
              " AND NOT EXISTS (SELECT 1 FROM incident WHERE incident.id = case_file) ORDER BY at, id"},
    {"bounces", "SELECT at AS came_at, permanent AS is_permanent, status FROM bounce WHERE participant = ?1"
                " ORDER BY at, id"},
    {"cases", "SELECT opened_at, closed_at, kind FROM case_file WHERE participant = ?1 AND kind <> 'report'"
              " ORDER BY opened_at, id"},
    {"reports", "SELECT at AS reported_at, partnership FROM incident WHERE reporter = ?1 ORDER BY at, id"},
    {"rests", "SELECT began_at, ended_at, kind FROM rest WHERE participant = ?1 ORDER BY began_at, id"},
    {"sent", "SELECT sent_at, template AS message, recipient AS address FROM outbox WHERE participant = ?1"
             " AND state = 'sent' ORDER BY sent_at, id"},
    {"waiting_mails",
     "SELECT received_at, subject, size AS bytes FROM inbox WHERE participant = ?1 AND state = 'waiting'"
     " ORDER BY received_at, id"},
    {0},
};

static enum erasing_type type_of(const char *name, int sqlite_type) {
    return sqlite_type == SQLITE_TEXT        ? ERASING_TEXT
           : string_ends_with(name, "_at")   ? ERASING_MOMENT
           : string_starts_with(name, "is_") ? ERASING_FLAG
                                             : ERASING_NUMBER;
}

bool erasing_read(struct database *database, const struct erasing_section *section, int64_t participant,
                  erasing_visit *visit, void *context, struct error *error) {
    auto_arena arena = arena_new();
    auto_statement statement = STATEMENT_NONE;
    bool is_row;
    if (!statement_open(database, section->sql, VALUES(value_integer(participant)), &statement, error))
        return false;
    for (size_t row = 0;; row++) {
        if (!statement_next(&statement, &is_row, error))
            return false;
        if (!is_row)
            return true;
        for (int i = 0; i < statement_column_count(&statement); i++) {
            const char *name = statement_column_name(&statement, i);
            int type = statement_column_type(&statement, i);
            int64_t number = 0;
            const char *text = NULL;
            if (type == SQLITE_TEXT)
                text = statement_text(&statement, arena);
            else
                number = statement_integer(&statement);
            if (type != SQLITE_NULL)
                visit(context, row, name, type_of(name, type), number, text);
        }
    }
}

/* ---- What is theirs ---- */

bool erasing_list_addresses(struct database *database, int64_t participant, struct arena *arena,
                            struct erasing_word_list *ret, struct error *error) {
    return statement_read_rows(
        database,
        "SELECT DISTINCT lower(address) FROM (SELECT address FROM participant WHERE id = ?1"
        " UNION ALL SELECT sender FROM inbox WHERE participant = ?1"
        " UNION ALL SELECT recipient FROM outbox WHERE participant = ?1"
        " UNION ALL SELECT address FROM outbox WHERE participant = ?1"
        " UNION ALL SELECT address FROM applicant WHERE participant = ?1) WHERE address LIKE '%_@_%' ORDER BY 1",
        VALUES(value_integer(participant)), arena, statement_read_word, ret, error);
}

bool erasing_list_partners(struct database *database, int64_t participant, struct arena *arena,
                           struct erasing_word_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT DISTINCT address_key FROM member AS own"
                               " JOIN member AS other ON other.partnership = own.partnership"
                               " JOIN participant ON participant.id = other.participant"
                               " WHERE own.participant = ?1 AND other.participant <> ?1 AND state <> 'erased'"
                               " ORDER BY 1",
                               VALUES(value_integer(participant)), arena, statement_read_word, ret, error);
}

bool erasing_is_part(struct database *database, int64_t participant, const char *address, bool *ret,
                     struct error *error) {
    int64_t found;
    if (!statement_read_integer(database,
                                "SELECT EXISTS (SELECT 1 FROM participant WHERE id <> ?1"
                                " AND instr(address_key, lower(?2)))",
                                VALUES(value_integer(participant), value_text(address)), &found, error))
        return false;
    *ret = found != 0;
    return true;
}

bool erasing_list_messages(struct database *database, int64_t participant, struct arena *arena,
                           struct erasing_id_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT id FROM outbox WHERE participant = ?1 AND state IN ('queued', 'held',"
                               " 'uncertain') UNION SELECT id FROM outbox WHERE about = ?1 AND step = 'letter'"
                               " AND state IN ('queued', 'held', 'uncertain') ORDER BY 1",
                               VALUES(value_integer(participant)), arena, statement_read_number, ret, error);
}

/* A report of misconduct ends with its decision alone. */
#define NOT_REPORTED                                                                                                   \
    " AND NOT EXISTS (SELECT 1 FROM incident WHERE incident.inbox = inbox.id AND incident.state = 'open')"

/* A message that comes back to us says whom it did not reach. */
bool erasing_list_waiting(struct database *database, int64_t participant, struct arena *arena,
                          struct erasing_id_list *ret, struct error *error) {
    return statement_read_rows(
        database,
        "SELECT id FROM inbox WHERE participant = ?1 AND state = 'waiting'" NOT_REPORTED
        " UNION SELECT id FROM inbox WHERE sender = (SELECT address_key FROM participant WHERE id = ?1)"
        " AND state = 'waiting'" NOT_REPORTED
        " UNION SELECT id FROM inbox WHERE state = 'waiting' AND outbox IN (SELECT id FROM outbox"
        " WHERE participant = ?1)" NOT_REPORTED " ORDER BY 1",
        VALUES(value_integer(participant)), arena, statement_read_number, ret, error);
}

static void read_survey_question(struct statement *row, struct arena *arena, void *item) {
    struct erasing_survey_question *question = item;
    question->survey = statement_text(row, arena);
    question->question = statement_text(row, arena);
}

bool erasing_list_survey_questions(struct database *database, int64_t participant, struct arena *arena,
                                   struct erasing_survey_question_list *ret, struct error *error) {
    return statement_read_rows(database, "SELECT DISTINCT survey, question FROM survey_answer WHERE participant = ?1",
                               VALUES(value_integer(participant)), arena, read_survey_question, ret, error);
}

bool erasing_delete_survey_answer(struct database *database, int64_t participant,
                                  const struct erasing_survey_question *question, struct error *error) {
    return statement_run(
        database, "DELETE FROM survey_answer WHERE participant = ?1 AND survey = ?2 AND question = ?3",
        VALUES(value_integer(participant), value_text(question->survey), value_text(question->question)), error);
}

/* ---- Erasing ---- */

#define THEIR_KEY "(SELECT address_key FROM participant WHERE id = ?1)"
#define THEIR_ADDRESS "(SELECT address FROM participant WHERE id = ?1)"
#define THEIR_PARTNERSHIPS "(SELECT partnership FROM member WHERE participant = ?1)"

/* In this order: the participant's row, by which the rest is found, comes last. What is rendered and not sent yet to
 * others may name them, and is rendered anew; letters are but cancelled. */
static const char *const statements[] = {
    "UPDATE content SET bytes = NULL WHERE bytes IS NOT NULL AND id IN ("
    "SELECT content FROM outbox WHERE participant = ?1"
    " UNION SELECT content FROM outbox WHERE about = ?1"
    " UNION SELECT content FROM outbox WHERE partnership IN " THEIR_PARTNERSHIPS " AND step <> 'letter'"
    " UNION SELECT content FROM outbox WHERE state IN ('queued', 'sending', 'uncertain', 'held')"
    " AND coordinator IS NOT NULL"
    " UNION SELECT content FROM inbox WHERE participant = ?1"
    " UNION SELECT content FROM inbox WHERE sender = " THEIR_KEY ")",
    "DELETE FROM tag WHERE participant = ?1 AND purpose = 'p'",
    "DELETE FROM tag WHERE participant = ?1 AND purpose = 'u'",
    "DELETE FROM tag WHERE outbox IN (SELECT id FROM outbox WHERE participant = ?1)",
    "UPDATE outbox SET address = NULL, detail = '{}', recipient = NULL, reply_text = NULL, reason = NULL"
    " WHERE participant = ?1",
    "UPDATE outbox SET address = NULL, recipient = NULL, reply_text = NULL WHERE address = " THEIR_ADDRESS,
    "UPDATE inbox SET message_id = '', sender = '', body_hash = '', reason = '', subject = NULL WHERE participant = ?1",
    "UPDATE inbox SET message_id = '', sender = '', body_hash = '', reason = '', subject = NULL"
    " WHERE sender = " THEIR_KEY,
    "UPDATE application SET answers = '{}', consent = NULL, consented_at = NULL WHERE participant = ?1",
    "UPDATE survey SET sheet = '{}' WHERE participant = ?1",
    "UPDATE incident SET mail = NULL WHERE reporter = ?1 AND state <> 'open'",
    "UPDATE case_file SET words = NULL WHERE participant = ?1",
    "DELETE FROM attendee WHERE participant = ?1",
    "DELETE FROM undoable WHERE participant = ?1",
    "DELETE FROM note WHERE participant = ?1",
    "DELETE FROM note WHERE case_file IN (SELECT id FROM case_file WHERE participant = ?1)",
    "DELETE FROM note WHERE partnership IN " THEIR_PARTNERSHIPS,
    "DELETE FROM applicant WHERE participant = ?1",
    "DELETE FROM forbidden_pair WHERE first = ?1",
    "DELETE FROM forbidden_pair WHERE second = ?1",
    "DELETE FROM locked_member WHERE participant = ?1",
    "UPDATE proposal_member SET fingerprint = '' WHERE participant = ?1",
    "UPDATE participant SET name = '#' || id, name_key = '', address = '', address_key = '#' || id, language = 'und',"
    " country = 'ZZ', time_zone = 'UTC', heard_at = NULL WHERE id = ?1",
};

bool erasing_erase(struct database *database, int64_t participant, const struct event_cause *cause,
                   struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    if (!transaction_begin(database, &transaction, error))
        return false;
    for (size_t i = 0; i < COUNT_OF(statements); i++)
        if (!statement_run(database, statements[i], VALUES(value_integer(participant)), error))
            return false;
    return participants_set_state(database, participant, PARTICIPANT_ERASED, cause, error) &&
           transaction_commit(&transaction, error);
}

bool erasing_blot(struct database *database, const char *word, struct error *error) {
    return statement_run(database, "UPDATE note SET text = replace(text, ?1, '...') WHERE instr(text, ?1)",
                         VALUES(value_text(word)), error) &&
           statement_run(database, "UPDATE case_file SET reason = replace(reason, ?1, '...') WHERE instr(reason, ?1)",
                         VALUES(value_text(word)), error);
}

/* ---- What has been kept for long enough ---- */

struct idle {
    int64_t id, since;
};
DATABASE_LIST(idle_list, struct idle);

static void read_idle(struct statement *row, struct arena *arena, void *item) {
    (void)arena;
    struct idle *idle = item;
    idle->id = statement_integer(row);
    idle->since = statement_integer(row);
}

#define FOR_EVER "9000000000000000"

bool erasing_list_idle(struct database *database, int64_t moment, size_t limit, int64_t *last, struct arena *arena,
                       struct erasing_id_list *ret, struct error *error) {
    struct idle_list all;
    if (!statement_read_rows(
            database,
            "SELECT id, max(created_at, coalesce(heard_at, 0),"
            " coalesce((SELECT max(iif(partnership.state IN ('ended', 'dissolved'), coalesce(closed_at, 0), " FOR_EVER
            ")) FROM member JOIN partnership ON partnership.id = member.partnership"
            " WHERE member.participant = participant.id), 0),"
            " coalesce((SELECT max(iif(application.state = 'withdrawn' OR round.state IN ('ending', 'archived'),"
            " max(coalesce(applied_at, 0), coalesce(accepted_at, 0), coalesce(round.ended_at, 0)), " FOR_EVER "))"
            " FROM application JOIN round ON round.id = application.round"
            " WHERE application.participant = participant.id), 0))"
            " FROM participant WHERE id > ?1 AND state <> 'erased' ORDER BY id LIMIT ?2",
            VALUES(value_integer(*last), value_limit(limit)), arena, read_idle, &all, error))
        return false;
    *ret = (struct erasing_id_list){arena_take_array(arena, all.count, sizeof *ret->items), 0};
    for (size_t i = 0; i < all.count; i++)
        if (all.items[i].since < moment)
            ret->items[ret->count++] = all.items[i].id;
    *last = all.count == limit ? all.items[all.count - 1].id : 0;
    return true;
}

bool erasing_list_old_mail(struct database *database, int64_t moment, size_t limit, struct arena *arena,
                           struct erasing_id_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT id FROM inbox INDEXED BY inbox_waiting_since WHERE state = 'waiting'"
                               " AND received_at < ?1" NOT_REPORTED " ORDER BY received_at LIMIT ?2",
                               VALUES(value_integer(moment), value_limit(limit)), arena, statement_read_number, ret,
                               error);
}

bool erasing_delete_old_notes(struct database *database, int64_t moment, size_t limit, size_t *ret_count,
                              struct error *error) {
    return statement_change(database,
                            "DELETE FROM note WHERE id IN (SELECT id FROM note WHERE at < ?1 ORDER BY at LIMIT ?2)",
                            VALUES(value_integer(moment), value_limit(limit)), ret_count, error);
}

/* ---- What is left to be done ---- */

/* clang-format off */
#define ERASURE(FIRST, COLUMN) \
    FIRST(id) COLUMN(participant) COLUMN(farewell) COLUMN(asked_at) COLUMN(mailbox_at) COLUMN(done_at) COLUMN(words)
/* clang-format on */
STATEMENT_READER(read_erasure, struct erasure, ERASURE)

bool erasing_add(struct database *database, const struct erasure *erasure, struct error *error) {
    return statement_run(database, "INSERT INTO erasure (participant, words, farewell, asked_at) VALUES (?, ?, ?, ?)",
                         VALUES(value_integer(erasure->participant), value_text(erasure->words),
                                value_id(erasure->farewell), value_integer(erasure->asked_at)),
                         error);
}

bool erasing_list_open(struct database *database, size_t limit, struct arena *arena, struct erasure_list *ret,
                       struct error *error) {
    return statement_read_rows(database,
                               "SELECT " STATEMENT_COLUMNS(ERASURE) " FROM erasure WHERE done_at IS NULL"
                                                                    " ORDER BY id LIMIT ?",
                               VALUES(value_limit(limit)), arena, read_erasure, ret, error);
}

bool erasing_set_mailbox(struct database *database, int64_t id, int64_t moment, struct error *error) {
    return statement_run(database, "UPDATE erasure SET mailbox_at = ?2, words = '' WHERE id = ?1",
                         VALUES(value_integer(id), value_integer(moment)), error);
}

bool erasing_end_farewell(struct database *database, const struct erasure *erasure, bool *ret_ended,
                          struct error *error) {
    int64_t under_way;
    if (!statement_read_integer(database,
                                "SELECT EXISTS (SELECT 1 FROM outbox WHERE id = ?1"
                                " AND state IN ('queued', 'sending', 'uncertain', 'held'))"
                                " OR EXISTS (SELECT 1 FROM outbox WHERE participant = ?2 AND state = 'sending')",
                                VALUES(value_integer(erasure->farewell), value_integer(erasure->participant)),
                                &under_way, error))
        return false;
    *ret_ended = !under_way;
    return under_way ||
           statement_run(database,
                         "UPDATE outbox SET address = NULL, recipient = NULL, reply_text = NULL, reason = NULL,"
                         " detail = '{}' WHERE id = ?1 OR participant = ?2",
                         VALUES(value_integer(erasure->farewell), value_integer(erasure->participant)), error);
}

bool erasing_set_done(struct database *database, int64_t id, int64_t moment, struct error *error) {
    return statement_run(database, "UPDATE erasure SET done_at = ?2 WHERE id = ?1",
                         VALUES(value_integer(id), value_integer(moment)), error);
}
