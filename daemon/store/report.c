#include "store/report.h"

#include "base/clock.h"
#include "store/statement.h"

_Static_assert(SECONDS_PER_DAY == 86400 && REPORT_LATE == 3600, "as the statements say");

/* A text, and then numbers. */
static void read_count(struct statement *row, struct arena *arena, void *item) {
    struct report_count *count = item;
    count->what = statement_text(row, arena);
    for (int i = 1; i < statement_column_count(row) && i <= REPORT_NUMBERS_MOST; i++)
        count->numbers[i - 1] = statement_integer(row);
}

/* ---- People ---- */

#define OF_ROUND                                                                                                       \
    "(SELECT participant AS id FROM application WHERE round = ?1 AND accepted_at IS NOT NULL UNION"                    \
    " SELECT member.participant FROM partnership JOIN member ON member.partnership = partnership.id"                   \
    " WHERE round = ?1 AND started_at IS NOT NULL)"

bool report_countries(struct database *database, int64_t round, struct arena *arena, struct report_count_list *ret,
                      struct error *error) {
    return statement_read_rows(database,
                               "SELECT country, count(*) FROM participant WHERE id IN " OF_ROUND
                               " GROUP BY country ORDER BY 2 DESC, 1",
                               VALUES(value_integer(round)), arena, read_count, ret, error);
}

bool report_stages(struct database *database, int64_t round, int64_t ret[REPORT_STAGES], struct error *error) {
    static const char *const stages[REPORT_STAGES] = {
        [REPORT_APPLIED] = "SELECT count(*) FROM application WHERE round = ?",
        [REPORT_ACCEPTED] = "SELECT count(*) FROM application WHERE round = ? AND accepted_at IS NOT NULL",
        [REPORT_INTRODUCED] = "SELECT count(DISTINCT participant) FROM partnership JOIN member"
                              " ON member.partnership = partnership.id WHERE round = ? AND started_at IS NOT NULL",
        [REPORT_IN_TOUCH] = "SELECT count(DISTINCT participant) FROM partnership JOIN contact"
                            " ON contact.partnership = partnership.id WHERE round = ?",
        [REPORT_STAYED] = "SELECT count(DISTINCT participant) FROM partnership JOIN member"
                          " ON member.partnership = partnership.id"
                          " WHERE round = ? AND state IN ('active', 'held', 'ended') AND left_at IS NULL",
    };
    for (int i = 0; i < REPORT_STAGES; i++)
        if (!statement_read_integer(database, stages[i], VALUES(value_integer(round)), &ret[i], error))
            return false;
    return true;
}

/* ---- What they answered ---- */

bool report_surveys(struct database *database, int64_t round, struct arena *arena, struct report_count_list *ret,
                    struct error *error) {
    return statement_read_rows(
        database,
        "SELECT name, count(*), count(answered_at), min(created_at) >= ifnull((SELECT min(closed_at) FROM partnership"
        " WHERE round = ?1 AND state = 'ended'), min(created_at) + 1) FROM survey WHERE round = ?1 GROUP BY name"
        " ORDER BY min(created_at), name",
        VALUES(value_integer(round)), arena, read_count, ret, error);
}

bool report_count_applications(struct database *database, int64_t round, int64_t *ret, struct error *error) {
    return statement_read_integer(database, "SELECT count(*) FROM application WHERE round = ? AND answers <> '{}'",
                                  VALUES(value_integer(round)), ret, error);
}

static void read_value(struct statement *row, struct arena *arena, void *item) {
    struct survey_value *value = item;
    value->question = statement_text(row, arena);
    value->value = statement_text(row, arena);
}

bool report_application_values(struct database *database, int64_t round, const char *question, size_t most,
                               struct arena *arena, struct survey_value_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT ?2, answers ->> ?2 FROM (SELECT answers FROM application WHERE round = ?1"
                               " AND answers <> '{}' ORDER BY id LIMIT ?3) WHERE answers ->> ?2 IS NOT NULL",
                               VALUES(value_integer(round), value_text(question), value_limit(most)), arena, read_value,
                               ret, error);
}

/* ---- How they were in touch ---- */

bool report_channels(struct database *database, int64_t round, struct arena *arena, struct report_count_list *ret,
                     struct error *error) {
    return statement_read_rows(database,
                               "SELECT channel, count(*), count(DISTINCT partnership) FROM partnership JOIN contact"
                               " ON contact.partnership = partnership.id WHERE round = ?"
                               " GROUP BY channel ORDER BY 2 DESC, 1",
                               VALUES(value_integer(round)), arena, read_count, ret, error);
}

bool report_asked(struct database *database, int64_t round, struct arena *arena, struct report_count_list *ret,
                  struct error *error) {
    return statement_read_rows(database,
                               "SELECT step, count(*), count(answered_at) FROM partnership CROSS JOIN outbox"
                               " ON outbox.partnership = partnership.id WHERE partnership.round = ?"
                               " AND step IN ('nudge', 'last-call') AND outbox.state = 'sent'"
                               " GROUP BY step ORDER BY step DESC",
                               VALUES(value_integer(round)), arena, read_count, ret, error);
}

bool report_warnings(struct database *database, int64_t round, struct arena *arena, struct report_count_list *ret,
                     struct error *error) {
    return statement_read_rows(
        database,
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM contact WHERE contact.partnership = partnership.id"
        " AND at > case_file.opened_at) THEN 'wrote' WHEN partnership.state IN ('dissolved', 'ended')"
        " THEN partnership.state ELSE 'open' END, count(*) FROM partnership CROSS JOIN case_file"
        " ON case_file.partnership = partnership.id WHERE round = ? AND kind = 'silence' GROUP BY 1 ORDER BY 2 DESC",
        VALUES(value_integer(round)), arena, read_count, ret, error);
}

/* ---- The service ---- */

bool report_messages(struct database *database, int64_t round, int64_t from, int64_t until, struct arena *arena,
                     struct report_count_list *ret, struct error *error) {
    return statement_read_rows(
        database,
        "SELECT step, sum(sent), sum(late), sum(asked), sum(answered), sum(bounced), sum(failed), sum(expired) FROM ("
        "SELECT step, 1 AS sent, sent_at - due_at > 3600 AS late, asks IS NOT NULL AS asked,"
        " asks IS NOT NULL AND answered_at IS NOT NULL AS answered, 0 AS bounced, 0 AS failed, 0 AS expired"
        " FROM outbox WHERE sent_at >= ?2 AND sent_at < ?3 AND state = 'sent'"
        " UNION ALL SELECT step, 0, 0, 0, 0, 0, state = 'failed', state = 'expired'"
        " FROM outbox WHERE state IN ('failed', 'expired') AND due_at >= ?2 AND due_at < ?3"
        " UNION ALL SELECT step, 0, 0, 0, 0, 1, 0, 0 FROM bounce CROSS JOIN outbox ON outbox.id = bounce.outbox"
        " WHERE bounce.participant IN " OF_ROUND " AND at >= ?2 AND at < ?3) GROUP BY step ORDER BY 2 DESC, step",
        VALUES(value_integer(round), value_integer(from), value_integer(until)), arena, read_count, ret, error);
}

/* ---- Partnerships ---- */

#define PARTNERSHIP(FIRST, COLUMN)                                                                                     \
    FIRST(id)                                                                                                          \
    COLUMN(began_at)                                                                                                   \
    COLUMN(over_at)                                                                                                    \
    COLUMN(number)                                                                                                     \
    COLUMN(contacts)                                                                                                   \
    COLUMN(check_ins) COLUMN(warnings) COLUMN(weeks_in_touch) COLUMN(state) COLUMN(health) COLUMN(ended_because)
STATEMENT_READER(read_partnership, struct report_partnership, PARTNERSHIP)

bool report_partnerships(struct database *database, int64_t round, struct arena *arena,
                         struct report_partnership_list *ret, struct error *error) {
    return statement_read_rows(
        database,
        "SELECT partnership.id, started_at, closed_at, number,"
        " (SELECT count(*) FROM contact WHERE contact.partnership = partnership.id AND channel <> 'check-in'),"
        " (SELECT count(*) FROM answer WHERE answer.partnership = partnership.id AND question = 'check-in'),"
        " (SELECT count(*) FROM case_file WHERE case_file.partnership = partnership.id AND kind = 'silence'),"
        " (SELECT count(DISTINCT max(at - started_at, 0) / 604800) FROM contact"
        " WHERE contact.partnership = partnership.id AND channel <> 'check-in'),"
        " partnership.state, health.state,"
        " (SELECT iif(actor LIKE 'command:%', 'a coordinator decided so', why) FROM event"
        " WHERE event.partnership = partnership.id AND what LIKE 'partnership % -> dissolved' ORDER BY at DESC LIMIT 1)"
        " FROM partnership CROSS JOIN health ON health.partnership = partnership.id"
        " WHERE round = ? AND started_at IS NOT NULL ORDER BY partnership.id",
        VALUES(value_integer(round)), arena, read_partnership, ret, error);
}

#define WEEK(FIRST, COLUMN) FIRST(week) COLUMN(contacts) COLUMN(check_ins) COLUMN(warnings)
STATEMENT_READER(read_week, struct report_week, WEEK)

bool report_weeks(struct database *database, int64_t partnership, struct arena *arena, struct report_week_list *ret,
                  struct error *error) {
    return statement_read_rows(
        database,
        "SELECT max(moment - started_at, 0) / 604800, sum(contact), sum(check_in), sum(warning) FROM partnership JOIN ("
        "SELECT at AS moment, 1 AS contact, 0 AS check_in, 0 AS warning FROM contact WHERE partnership = ?1 AND "
        "channel <> 'check-in'"
        " UNION ALL SELECT at, 0, 1, 0 FROM answer WHERE partnership = ?1 AND question = 'check-in'"
        " UNION ALL SELECT opened_at, 0, 0, 1 FROM case_file WHERE partnership = ?1 AND kind = 'silence')"
        " WHERE partnership.id = ?1 GROUP BY 1 ORDER BY 1",
        VALUES(value_integer(partnership)), arena, read_week, ret, error);
}
