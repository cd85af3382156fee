#pragma once
/* What the tests of the outbox share: rows brought into their states. */
#include "store/events.h"
#include "unit/store/fixture.h"

static inline struct outbox_row read_row(struct fixture *fixture, int64_t id) {
    struct error error = ERROR_INIT;
    struct outbox_row row;
    assert_done(outbox_find(fixture->database, id, fixture->arena, &row, &error));
    assert_int_equal(row.id, id);
    return row;
}

static inline void enter(struct fixture *fixture, int64_t id, enum outbox_state from, enum outbox_state to) {
    struct error error = ERROR_INIT;
    assert_done(outbox_enter_state(fixture->database, id, from, to, NULL, &fixture_cause, &error));
}

static inline void render(struct fixture *fixture, int64_t id, const char *message_id) {
    struct error error = ERROR_INIT;
    struct outbox_rendering rendering = {.recipient = "anna@example.org",
                                         .message_id = message_id,
                                         .template_hash = "abc",
                                         .bytes = "Subject: hi\r\n\r\nhello\r\n",
                                         .length = 22};
    assert_done(outbox_set_rendering(fixture->database, id, &rendering, &error));
}

static inline size_t count_events(struct fixture *fixture, int64_t id) {
    struct error error = ERROR_INIT;
    struct event_list list;
    assert_done(events_list(fixture->database, &(struct event_filter){.outbox = id}, fixture->arena, &list, &error));
    return list.count;
}

/* Brings a fresh row into STATE by existing ways. */
static inline int64_t row_in(struct fixture *fixture, enum outbox_state state, const char *key) {
    int64_t id = fixture_queue(fixture, key);
    if (state == OUTBOX_SENT || state == OUTBOX_FAILED || state == OUTBOX_UNCERTAIN)
        enter(fixture, id, OUTBOX_QUEUED, OUTBOX_SENDING);
    if (state == OUTBOX_SENT || state == OUTBOX_FAILED || state == OUTBOX_UNCERTAIN)
        enter(fixture, id, OUTBOX_SENDING, state);
    else if (state != OUTBOX_QUEUED)
        enter(fixture, id, OUTBOX_QUEUED, state);
    return id;
}
