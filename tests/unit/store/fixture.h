#pragma once
/* What the store's tests share: a database with a few people in it, and assertions that show the error. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/rounds.h"
#include "store/transaction.h"

/* The call succeeds. The caller has `struct error error`. */
#define assert_done(call)                                                                                              \
    do {                                                                                                               \
        if (!(call))                                                                                                   \
            fail_msg("%s: %s", #call, error.message);                                                                  \
    } while (0)

/* The call fails with this class and with TEXT in its message. */
#define assert_refused(call, wanted_class, text)                                                                       \
    do {                                                                                                               \
        error = ERROR_INIT;                                                                                            \
        assert_false(call);                                                                                            \
        if (error.class != (wanted_class) || !strstr(error.message, text))                                             \
            fail_msg("%s: %s: %s", #call, error_class_name(error.class), error.message);                               \
    } while (0)

enum { FIXTURE_NOW = 1700000000 };

static const struct event_cause fixture_cause = {.at = FIXTURE_NOW, .actor = "test", .why = "because"};

struct fixture {
    struct database *database;
    struct arena *arena;
    int64_t round, anna, ben, partnership;
};

static inline int64_t fixture_add(struct database *database, const char *name, const char *address) {
    struct error error = ERROR_INIT;
    struct participant participant = {.name = name,
                                      .address = address,
                                      .language = "en",
                                      .country = "NZ",
                                      .time_zone = "Pacific/Auckland",
                                      .state = PARTICIPANT_ACTIVE};
    int64_t id = 0;
    assert_done(participants_add(database, &participant, address, &fixture_cause, &id, &error));
    return id;
}

static inline void fixture_fill(struct fixture *fixture) {
    struct error error = ERROR_INIT;
    assert_done(rounds_create(fixture->database, "2024a", "6 months", &fixture_cause, &fixture->round, &error));
    fixture->anna = fixture_add(fixture->database, "Anna Berg", "anna@example.org");
    fixture->ben = fixture_add(fixture->database, "Ben Okoro", "ben@example.org");
    assert_done(partnerships_create(fixture->database, fixture->round, (int64_t[]){fixture->anna, fixture->ben}, 2,
                                    &fixture_cause, &fixture->partnership, &error));
}

static inline int fixture_open(void **state) {
    struct error error = ERROR_INIT;
    struct fixture *fixture = memory_new(sizeof *fixture);
    fixture->arena = arena_new();
    assert_done(database_open_memory(&fixture->database, &error));
    fixture_fill(fixture);
    *state = fixture;
    return 0;
}

static inline int fixture_close(void **state) {
    struct fixture *fixture = *state;
    database_close(fixture->database);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

#define fixture_test(function) cmocka_unit_test_setup_teardown(function, fixture_open, fixture_close)

/* A queued message for Anna with this key, due now. */
static inline int64_t fixture_queue(struct fixture *fixture, const char *key) {
    struct error error = ERROR_INIT;
    struct outbox_row row = {.key = key,
                             .priority = PRIORITY_BULK,
                             .step = "welcome",
                             .template_name = "welcome",
                             .participant = fixture->anna,
                             .partnership = fixture->partnership,
                             .round = fixture->round,
                             .due_at = FIXTURE_NOW,
                             .expires_at = FIXTURE_NOW + 86400};
    int64_t id = 0;
    bool is_new = false;
    assert_done(outbox_insert(fixture->database, &row, &fixture_cause, &id, &is_new, &error));
    assert_true(is_new);
    return id;
}
