#include "store/meetings.h"

#include "store/statement.h"
#include "store/transaction.h"

/* clang-format off */
#define MEETING(FIRST, COLUMN) \
    FIRST(id) COLUMN(uid) COLUMN(title) COLUMN(url) COLUMN(starts_at) COLUMN(ends_at) COLUMN(round) COLUMN(partnership) \
    COLUMN(occurrence) COLUMN(state) COLUMN(sequence) COLUMN(moved) COLUMN(is_told) COLUMN(position) COLUMN(next_at)
#define ATTENDEE(FIRST, COLUMN) FIRST(meeting) COLUMN(participant) COLUMN(outbox) COLUMN(answer) COLUMN(sequence)
#define MEETING_COUNTS(FIRST, COLUMN) FIRST(invited) COLUMN(yes) COLUMN(no) COLUMN(perhaps)
/* clang-format on */
#define MEETING_COLUMNS STATEMENT_COLUMNS(MEETING)
STATEMENT_READER(read_meeting, struct meeting, MEETING)
STATEMENT_READER(read_attendee, struct attendee, ATTENDEE)
STATEMENT_READER(read_counts, struct meeting_counts, MEETING_COUNTS)

static bool tell_events(struct database *database, const char *what, const struct meeting *meeting,
                        const struct event_cause *cause, struct error *error) {
    struct event event = {.partnership = meeting->partnership, .round = meeting->round};
    return events_append_change(database, what, &event, cause, error);
}

bool meetings_add(struct database *database, const struct meeting *meeting, const struct event_cause *cause,
                  int64_t *ret_id, struct error *error) {
    bool planned = meeting->state == MEETING_PLANNED;
    return statement_insert(
               database,
               "INSERT INTO meeting (uid, title, url, starts_at, ends_at, round, partnership, occurrence, state,"
               " is_told, next_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               VALUES(value_text(meeting->uid), value_text(meeting->title), value_text(meeting->url),
                      value_integer(meeting->starts_at), value_integer(meeting->ends_at), value_integer(meeting->round),
                      value_id(meeting->partnership), value_id(meeting->occurrence),
                      value_text(meeting_state_name(meeting->state)), value_integer(!planned),
                      value_id(planned ? cause->at : 0), value_integer(cause->at)),
               ret_id, error) &&
           (!planned || tell_events(database, "meeting planned", meeting, cause, error));
}

bool meetings_find(struct database *database, int64_t id, struct arena *arena, struct meeting *ret,
                   struct error *error) {
    return statement_read_row(database, "SELECT " MEETING_COLUMNS " FROM meeting WHERE id = ?",
                              VALUES(value_integer(id)), arena, read_meeting, ret, error);
}

bool meetings_find_by_uid(struct database *database, const char *uid, struct arena *arena, struct meeting *ret,
                          struct error *error) {
    return statement_read_row(database, "SELECT " MEETING_COLUMNS " FROM meeting WHERE uid = ?",
                              VALUES(value_text(uid)), arena, read_meeting, ret, error);
}

bool meetings_change(struct database *database, const struct meeting *meeting, bool moved,
                     const struct event_cause *cause, struct error *error) {
    return statement_run(database,
                         "UPDATE meeting SET title = ?2, url = ?3, starts_at = ?4, ends_at = ?5, state = ?6,"
                         " moved = iif(?7, sequence + 1, moved), sequence = sequence + 1, is_told = 0, position = 0,"
                         " next_at = ?8 WHERE id = ?1",
                         VALUES(value_integer(meeting->id), value_text(meeting->title), value_text(meeting->url),
                                value_integer(meeting->starts_at), value_integer(meeting->ends_at),
                                value_text(meeting_state_name(meeting->state)), value_integer(moved),
                                value_integer(cause->at)),
                         error) &&
           tell_events(database, meeting->state == MEETING_CANCELLED ? "meeting cancelled" : "meeting changed", meeting,
                       cause, error);
}

bool meetings_list(struct database *database, struct arena *arena, struct meeting_list *ret, struct error *error) {
    return statement_read_rows(
        database, "SELECT " MEETING_COLUMNS " FROM meeting WHERE partnership IS NULL ORDER BY round, starts_at",
        NO_VALUES, arena, read_meeting, ret, error);
}

bool meetings_list_proposed(struct database *database, int64_t partnership, int64_t occurrence, struct arena *arena,
                            struct meeting_list *ret, struct error *error) {
    return statement_read_rows(
        database, "SELECT " MEETING_COLUMNS " FROM meeting WHERE partnership = ? AND occurrence = ? ORDER BY starts_at",
        VALUES(value_integer(partnership), value_integer(occurrence)), arena, read_meeting, ret, error);
}

/* ---- Telling and reminding ---- */

/* As far as anybody knows. What waits still when something changes is not sent any more. */
#define GONE_OUT "'sent', 'sending', 'uncertain'"

bool meetings_find_due(struct database *database, int64_t now, struct arena *arena, struct meeting *ret,
                       struct error *error) {
    return statement_read_row(database,
                              "SELECT " MEETING_COLUMNS
                              " FROM meeting WHERE next_at IS NOT NULL AND next_at <= ? ORDER BY next_at LIMIT 1",
                              VALUES(value_integer(now)), arena, read_meeting, ret, error);
}

bool meetings_next_turn(struct database *database, int64_t *ret, struct error *error) {
    return statement_read_integer(database,
                                  "SELECT next_at FROM meeting WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1",
                                  NO_VALUES, ret, error);
}

bool meetings_set_turn(struct database *database, const struct meeting *meeting, struct error *error) {
    return statement_run(database, "UPDATE meeting SET is_told = ?2, position = ?3, next_at = ?4 WHERE id = ?1",
                         VALUES(value_integer(meeting->id), value_integer(meeting->is_told),
                                value_integer(meeting->position), value_id(meeting->next_at)),
                         error);
}

#define ATTENDEES_AFTER "SELECT " STATEMENT_COLUMNS(ATTENDEE) " FROM attendee WHERE meeting = ?1 AND participant > ?2"

bool meetings_list_to_tell(struct database *database, const struct meeting *meeting, size_t limit, struct arena *arena,
                           struct attendee_list *ret, struct error *error) {
    if (meeting->state == MEETING_CANCELLED)
        return statement_read_rows(database,
                                   ATTENDEES_AFTER " AND (answer IS NULL OR answer <> 2 OR sequence < ?4)"
                                                   " AND EXISTS (SELECT 1 FROM outbox WHERE outbox.id = attendee.outbox"
                                                   " AND outbox.state IN (" GONE_OUT "))"
                                                   " ORDER BY participant LIMIT ?3",
                                   VALUES(value_integer(meeting->id), value_integer(meeting->position),
                                          value_limit(limit), value_integer(meeting->moved)),
                                   arena, read_attendee, ret, error);
    if (meeting->partnership)
        return statement_read_rows(
            database,
            "SELECT ?1, participant, 0, 0, 0 FROM member WHERE partnership = ?4 AND participant > ?2"
            " ORDER BY participant LIMIT ?3",
            VALUES(value_integer(meeting->id), value_integer(meeting->position), value_limit(limit),
                   value_integer(meeting->partnership)),
            arena, read_attendee, ret, error);
    return statement_read_rows(
        database,
        "SELECT ?1, application.participant, 0, 0, 0 FROM application"
        " JOIN participant ON participant.id = application.participant"
        " WHERE application.round = ?4 AND application.participant > ?2"
        " AND (application.state IN ('accepted', 'matched')"
        " OR (application.state = 'waiting' AND ifnull(waits_for, 'partner') = 'partner'))"
        " AND participant.state IN ('active', 'paused') ORDER BY application.participant LIMIT ?3",
        VALUES(value_integer(meeting->id), value_integer(meeting->position), value_limit(limit),
               value_integer(meeting->round)),
        arena, read_attendee, ret, error);
}

bool meetings_list_coming(struct database *database, const struct meeting *meeting, size_t limit, struct arena *arena,
                          struct attendee_list *ret, struct error *error) {
    return statement_read_rows(database,
                               ATTENDEES_AFTER " AND answer = 1 AND sequence >= ?4 ORDER BY participant LIMIT ?3",
                               VALUES(value_integer(meeting->id), value_integer(meeting->position), value_limit(limit),
                                      value_integer(meeting->moved)),
                               arena, read_attendee, ret, error);
}

/* ---- Who comes ---- */

bool meetings_find_attendee(struct database *database, int64_t meeting, int64_t participant, struct arena *arena,
                            struct attendee *ret, struct error *error) {
    return statement_read_row(
        database, "SELECT " STATEMENT_COLUMNS(ATTENDEE) " FROM attendee WHERE meeting = ? AND participant = ?",
        VALUES(value_integer(meeting), value_integer(participant)), arena, read_attendee, ret, error);
}

bool meetings_invite(struct database *database, int64_t meeting, int64_t participant, int64_t outbox,
                     struct error *error) {
    return statement_run(database,
                         "INSERT INTO attendee (meeting, participant, outbox) VALUES (?, ?, ?)"
                         " ON CONFLICT (meeting, participant) DO UPDATE SET outbox = excluded.outbox"
                         " WHERE outbox IS NULL OR EXISTS (SELECT 1 FROM outbox AS before"
                         " WHERE before.id = attendee.outbox AND before.state NOT IN (" GONE_OUT "))",
                         VALUES(value_integer(meeting), value_integer(participant), value_integer(outbox)), error);
}

bool meetings_answer(struct database *database, const struct attendee *attendee, const struct event_cause *cause,
                     struct error *error) {
    return statement_run(database,
                         "INSERT INTO attendee (meeting, participant, answer, sequence, answered_at)"
                         " VALUES (?, ?, ?, ?, ?) ON CONFLICT (meeting, participant) DO UPDATE SET"
                         " answer = excluded.answer, sequence = excluded.sequence, answered_at = excluded.answered_at"
                         " WHERE excluded.sequence >= sequence",
                         VALUES(value_integer(attendee->meeting), value_integer(attendee->participant),
                                value_integer(attendee->answer), value_integer(attendee->sequence),
                                value_integer(cause->at)),
                         error);
}

bool meetings_count(struct database *database, const struct meeting *meeting, struct meeting_counts *ret,
                    struct error *error) {
    return statement_read_row(
        database,
        "SELECT count(outbox), count(*) FILTER (WHERE answer = 1 AND sequence >= ?2),"
        " count(*) FILTER (WHERE answer = 2 AND sequence >= ?2), count(*) FILTER (WHERE answer = 3 AND sequence >= ?2)"
        " FROM attendee WHERE meeting = ?1",
        VALUES(value_integer(meeting->id), value_integer(meeting->moved)), NULL, read_counts, ret, error);
}

bool meetings_is_frozen(struct database *database, int64_t participant, int64_t round, bool *ret, struct error *error) {
    int64_t found;
    if (!statement_read_integer(database,
                                "SELECT EXISTS (SELECT 1 FROM member JOIN partnership ON partnership.id = partnership"
                                " WHERE participant = ?1 AND round = ?2 AND state = 'frozen')",
                                VALUES(value_integer(participant), value_integer(round)), &found, error))
        return false;
    *ret = found != 0;
    return true;
}
