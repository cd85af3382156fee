#pragma once
/* What the app's tests share: a small programme in memory on the virtual clock, and a post office that does what it is
 * told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/action_participant.h"
#include "app/action_partnership.h"
#include "app/action_round.h"
#include "app/outgoing.h"
#include "app/service.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/rounds.h"

/* The call succeeds. */
#define assert_done(call)                                                                                              \
    do {                                                                                                               \
        struct error error = ERROR_INIT;                                                                               \
        if (!(call))                                                                                                   \
            fail_msg("%s: %s", #call, error.message);                                                                  \
    } while (0)

/* ---- A post office that does what it is told ---- */

struct fake_sender {
    struct mail_sender sender;
    enum send_outcome outcome; /* of the messages that follow */
    enum send_stage stage;
    int code;
    const char *status;
    bool silent; /* nothing comes back: as if the process died */
    uint64_t size_limit;
    size_t connections, started;
    struct fake_letter {
        int64_t id, at;
        char *to, *from, *bytes;
    } letters[4000]; /* all that were started */
    int64_t waiting[64];
    size_t waiting_count;
    int slept_ms; /* how long the last turn would have waited */
};

static size_t fake_room(struct mail_sender *sender) {
    struct fake_sender *fake = (struct fake_sender *)sender;
    return fake->connections - fake->waiting_count;
}

static size_t fake_busy(struct mail_sender *sender) {
    return ((struct fake_sender *)sender)->waiting_count;
}

static void fake_start(struct mail_sender *sender, const struct send_request *request) {
    struct fake_sender *fake = (struct fake_sender *)sender;
    assert_true(fake->started < COUNT_OF(fake->letters));
    fake->letters[fake->started++] = (struct fake_letter){
        .id = request->id,
        .at = clock_now(),
        .to = memory_copy_string(request->recipient),
        .from = memory_copy_string(request->envelope_from),
        .bytes = memory_copy_bytes(request->bytes, request->length),
    };
    fake->waiting[fake->waiting_count++] = request->id;
}

static size_t fake_wait(struct mail_sender *sender, int timeout_ms, int wake_fd, struct send_result *results,
                        size_t most) {
    struct fake_sender *fake = (struct fake_sender *)sender;
    (void)wake_fd;
    fake->slept_ms = timeout_ms;
    size_t count = 0;
    while (!fake->silent && count < most && fake->waiting_count > 0) {
        results[count] = (struct send_result){.id = fake->waiting[--fake->waiting_count],
                                              .outcome = fake->outcome,
                                              .stage = fake->stage,
                                              .code = fake->code};
        snprintf(results[count].status, sizeof results[count].status, "%s", fake->status ? fake->status : "");
        count++;
    }
    return count;
}

static uint64_t fake_size_limit(struct mail_sender *sender) {
    return ((struct fake_sender *)sender)->size_limit;
}

static const struct mail_sender_operations fake_operations = {
    .room = fake_room, .start = fake_start, .wait = fake_wait, .busy = fake_busy, .size_limit = fake_size_limit};

/* ---- The programme ---- */

struct fixture {
    struct arena *arena;
    struct configuration configuration;
    struct database *database;
    struct service service;
    struct fake_sender fake;
    struct outgoing *outgoing;
    int64_t round, anna, ben, partnership;
};

#define FIXTURE_START 1799982000 /* 2027-01-15T03:00:00Z: before nine in Stockholm, after it in Auckland */

static inline void fixture_turns(struct fixture *fixture) {
    for (int i = 0; i < 50; i++)
        assert_done(outgoing_turn(fixture->outgoing, 0, -1, true, &error));
}

/* Hour by hour, as time goes by. */
static inline void fixture_pass(struct fixture *fixture, int64_t seconds) {
    int64_t until = clock_now() + seconds;
    while (clock_now() < until) {
        clock_advance_to(clock_now() + SECONDS_PER_HOUR < until ? clock_now() + SECONDS_PER_HOUR : until);
        fixture_turns(fixture);
    }
}

static inline int64_t fixture_add(struct fixture *fixture, const char *name, const char *address, const char *country,
                                  const char *zone) {
    struct event_cause cause = service_cause(&fixture->service, NULL);
    struct participant participant = {.name = name,
                                      .address = address,
                                      .language = "en",
                                      .country = country,
                                      .time_zone = zone,
                                      .state = PARTICIPANT_ACTIVE};
    int64_t id = 0;
    auto_string key = address_key(address);
    assert_done(participants_add(fixture->database, &participant, key, &cause, &id, &error));
    assert_done(action_participant_accept(&fixture->service, id, fixture->round, &error));
    return id;
}

static inline void fixture_open_outgoing(struct fixture *fixture) {
    fixture->fake.sender.operations = &fake_operations;
    fixture->fake.connections = 4;
    fixture->fake.waiting_count = 0;
    fixture->fake.silent = false;
    fixture->outgoing = outgoing_new(&fixture->service, &fixture->fake.sender);
    assert_done(outgoing_recover(fixture->outgoing, &error));
}

/* As if the service had died and were started again. */
static inline void fixture_restart(struct fixture *fixture) {
    outgoing_free(fixture->outgoing);
    fixture_open_outgoing(fixture);
}

/* PATH NULL: its database is in memory. */
static inline int fixture_open_at(void **state, const char *path) {
    struct fixture *fixture = memory_new(sizeof *fixture);
    static const struct coordinator coordinators[] = {{.name = "Kate", .address = "kate@example.org"}};
    static const char *const languages[] = {"en"};
    clock_set_virtual(FIXTURE_START);
    random_seed(1);
    log_set_level(0);
    fixture->arena = arena_new();
    fixture->configuration = (struct configuration){
        .path = "test.conf",
        .programme = {.name = "Librarians",
                      .address = "iln@example.org",
                      .separator = '+',
                      .languages = languages,
                      .language_count = 1,
                      .time_zone = "Europe/Berlin",
                      .database = "/nonexistent",
                      .list_id = "iln.example.org"},
        .outgoing = {.connections = 4},
        .incoming = {.alert_after = SECONDS_PER_HOUR},
        .round = {.length = "6 months", .send_at = 9 * SECONDS_PER_HOUR},
        .matching = {.awake_from = 7 * SECONDS_PER_HOUR, .awake_until = 22 * SECONDS_PER_HOUR},
        .enrolment = {.country_share = 20,
                      .country_minimum = 5,
                      .remind_after = 5 * SECONDS_PER_DAY,
                      .confirm_within = 14 * SECONDS_PER_DAY,
                      .invite = true},
        .retention = {.people = "3 years", .notes = "2 years", .mail = "6 months"},
        .coordinators = coordinators,
        .coordinator_count = 1,
    };
    fixture->configuration.step_count =
        configuration_standard_steps(9 * SECONDS_PER_HOUR, fixture->arena, &fixture->configuration.steps);
    assert_done(path ? database_open(path, DATABASE_CREATE, &fixture->database, &error)
                     : database_open_memory(&fixture->database, &error));
    assert_done(service_open(&fixture->service, &fixture->configuration, fixture->database, "test", &error));
    struct event_cause cause = service_cause(&fixture->service, NULL);
    assert_done(rounds_create(fixture->database, "2027a", "6 months", &cause, &fixture->round, &error));
    fixture->anna = fixture_add(fixture, "Anna Berg", "anna@example.net", "SE", "Europe/Stockholm");
    fixture->ben = fixture_add(fixture, "Ben Okoro", "ben@example.com", "NZ", "Pacific/Auckland");
    assert_done(action_partnership_create(&fixture->service, fixture->round, (int64_t[]){fixture->anna, fixture->ben},
                                          2, &fixture->partnership, &error));
    fixture_open_outgoing(fixture);
    *state = fixture;
    return 0;
}

static inline int fixture_open(void **state) {
    return fixture_open_at(state, NULL);
}

static inline int fixture_close(void **state) {
    struct fixture *fixture = *state;
    outgoing_free(fixture->outgoing);
    service_close(&fixture->service);
    database_close(fixture->database);
    for (size_t i = 0; i < fixture->fake.started; i++) {
        free(fixture->fake.letters[i].to);
        free(fixture->fake.letters[i].from);
        free(fixture->fake.letters[i].bytes);
    }
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

#define fixture_test(function) cmocka_unit_test_setup_teardown(function, fixture_open, fixture_close)

/* How many letters went to ADDRESS with SUBJECT somewhere in them (NULL: any). */
static inline size_t fixture_count(const struct fixture *fixture, const char *address, const char *text) {
    size_t count = 0;
    for (size_t i = 0; i < fixture->fake.started; i++)
        count += string_equal(fixture->fake.letters[i].to, address) &&
                 (!text || strstr(fixture->fake.letters[i].bytes, text));
    return count;
}

static inline size_t fixture_count_state(struct fixture *fixture, enum outbox_state state) {
    size_t counts[OUTBOX_STATE_COUNT];
    assert_done(outbox_count_states(fixture->database, counts, &error));
    return counts[state];
}
