#include "store/events.h"

#include <stdio.h>

#include "store/statement.h"

/* clang-format off */
#define EVENT(FIRST, COLUMN) \
    FIRST(id) COLUMN(at) COLUMN(actor) COLUMN(what) COLUMN(why) COLUMN(participant) COLUMN(partnership) \
    COLUMN(round) COLUMN(outbox) COLUMN(inbox)
/* clang-format on */
#define EVENT_COLUMNS STATEMENT_COLUMNS(EVENT)
STATEMENT_READER(read_event, struct event, EVENT)

bool events_append(struct database *database, const struct event *event, struct error *error) {
    return statement_run(database,
                         "INSERT INTO event (at, actor, what, why, participant, partnership, round, outbox, inbox)"
                         " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         VALUES(value_integer(event->at), value_text(event->actor), value_text(event->what),
                                value_text(event->why ? event->why : ""), value_id(event->participant),
                                value_id(event->partnership), value_id(event->round), value_id(event->outbox),
                                value_id(event->inbox)),
                         error);
}

bool events_append_change(struct database *database, const char *what, const struct event *ids,
                          const struct event_cause *cause, struct error *error) {
    struct event event = *ids;
    event.at = cause->at;
    event.actor = cause->actor;
    event.what = what;
    event.why = cause->why;
    return events_append(database, &event, error);
}

bool events_append_move(struct database *database, const char *thing, const char *from, const char *to,
                        const struct event *ids, const struct event_cause *cause, struct error *error) {
    char what[80];
    snprintf(what, sizeof what, "%s %s -> %s", thing, from, to);
    return events_append_change(database, what, ids, cause, error);
}

/* The newest LIMIT, given oldest first. By time, as moments can come out of order only where the clock was set back:
 * then the order of writing decides. */
#define EVENTS_WHERE(condition)                                                                                        \
    "SELECT " EVENT_COLUMNS " FROM (SELECT * FROM event WHERE " condition                                              \
    " AND at >= ? ORDER BY at DESC, id DESC LIMIT ?) ORDER BY at, id"

bool events_list(struct database *database, const struct event_filter *filter, struct arena *arena,
                 struct event_list *ret, struct error *error) {
    const char *sql = EVENTS_WHERE("? = 0");
    int64_t id = 0;
    if (filter->partnership) {
        sql = EVENTS_WHERE("partnership = ?");
        id = filter->partnership;
    } else if (filter->participant) {
        sql = EVENTS_WHERE("participant = ?");
        id = filter->participant;
    } else if (filter->outbox) {
        sql = EVENTS_WHERE("outbox = ?");
        id = filter->outbox;
    }
    return statement_read_rows(database, sql,
                               VALUES(value_integer(id), value_integer(filter->since), value_limit(filter->limit)),
                               arena, read_event, ret, error);
}
