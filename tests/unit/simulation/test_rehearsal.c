/* Goal: a rehearsal tells, message for message, what is sent when nobody answers: to whom, of which step, when, and in
 * which words; and what goes wrong. REHEARSAL_PARTICIPANTS=92 takes the whole demonstration. */
#include "test.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "simulation/rehearsal.h"
#include "simulation/simulated_round.h"
#include "store/outbox.h"
#include "store/participants.h"

enum { PARTICIPANTS = 4, SECRET_LEAST = 16 };

static struct parser *parser;
static char folder[] = "/tmp/tandempost-rehearsal-XXXXXX";

/* A round as it stands at its start, twice. */
static struct stage {
    struct simulated_round round;
    struct database *copies[2];
    int64_t starts_at;
} stage;

/* At the start the round is copied; what its people make of it afterwards is another story. */
static void copy_at_start(void *context, const struct simulated_month *month) {
    struct error error = ERROR_INIT;
    const char *path = stage.round.configuration.programme.database;
    (void)context;
    if (month->number != 0)
        return;
    stage.starts_at = clock_now();
    for (size_t i = 0; i < COUNT_OF(stage.copies); i++)
        if (!database_open_copy(path, &stage.copies[i], &error))
            fail_msg("%s", error.message);
}

static int start(void **state) {
    struct error error = ERROR_INIT;
    const char *participants = getenv("REHEARSAL_PARTICIPANTS");
    int64_t number = PARTICIPANTS;
    (void)state;
    parser = parser_start(&error);
    log_set_level(0);
    if (!parser || !mkdtemp(folder) || (participants && !string_to_integer(participants, &number)))
        return -1;
    struct simulated_round_settings settings = {
        .folder = folder, .seed = 1, .participants = (size_t)number, .month = copy_at_start};
    if (simulated_round_run(&stage.round, &settings, parser, &error))
        return 0;
    print_error("%s\n", error.message);
    return -1;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status, (void)type, (void)place;
    return remove(path);
}

static int stop(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(stage.copies); i++)
        database_close(stage.copies[i]);
    simulated_round_free(&stage.round);
    parser_stop(parser);
    return nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- What was sent ---- */

struct sent {
    int64_t at, occurrence;
    const char *recipient, *step, *bytes;
};

struct sent_list {
    struct sent *items;
    size_t count, capacity;
    struct arena *arena;
    struct database *database;
};

/* Message-IDs and tags, wherever they stand and lines are broken, become stars. */
static const char *without_secrets(const struct send_request *request, struct arena *arena) {
    auto_text whole = TEXT_EMPTY;
    for (const char *at = request->bytes, *end = at + request->length; at < end; at++) {
        bool soft_break = end - at >= 3 && memcmp(at, "=\r\n", 3) == 0;
        if (soft_break)
            at += 2;
        else
            text_append_char(&whole, *at);
    }
    char *bytes = arena_copy_string(arena, text_string(&whole));
    for (char *at = bytes; *at;) {
        size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789");
        if (length >= SECRET_LEAST)
            memset(at, '*', length);
        at += length ? length : 1;
    }
    return bytes;
}

static void keep(struct sent_list *list, const struct outbox_row *row, const struct send_request *request) {
    list->items = arena_grow(list->arena, list->items, &list->capacity, list->count + 1, sizeof *list->items);
    list->items[list->count++] = (struct sent){.at = clock_now(),
                                               .occurrence = row->occurrence,
                                               .recipient = arena_copy_string(list->arena, request->recipient),
                                               .step = arena_copy_string(list->arena, row->step),
                                               .bytes = without_secrets(request, list->arena)};
}

static bool keep_rehearsed(void *context, const struct rehearsal_message *message, struct error *error) {
    (void)error;
    keep(context, message->row, message->request);
    return true;
}

static void keep_delivered(void *context, const struct send_request *request) {
    struct sent_list *list = context;
    struct error error = ERROR_INIT;
    struct outbox_row row;
    assert_true(outbox_find(list->database, request->id, list->arena, &row, &error));
    keep(list, &row, request);
}

static int64_t nothing_next(void *context) {
    (void)context;
    return INT64_MAX;
}

static bool nobody_acts(void *context, struct error *error) {
    (void)context, (void)error;
    return true;
}

/* The simulated service with its post office of Maildirs, in which nobody reads. */
static void simulate(struct sent_list *list, int64_t until) {
    struct error error = ERROR_INIT;
    struct simulation *simulation;
    const struct simulation_world world = {list, nothing_next, nobody_acts, keep_delivered};
    struct configuration configuration = stage.round.configuration;
    configuration.outgoing.maildir = configuration.incoming.maildir =
        arena_format(list->arena, "%s/post-office-of-nobody", folder);
    clock_set_virtual(stage.starts_at);
    random_seed(2);
    assert_true(database_set_quick(list->database, &error));
    if (!simulation_open(&configuration, list->database, parser, &world, 0, &simulation, &error) ||
        !simulation_run(simulation, until, &error))
        fail_msg("%s", error.message);
    assert_string_equal(simulation_faults(simulation), "");
    simulation_free(simulation);
}

static int compare_sent(const void *a, const void *b) {
    const struct sent *first = a, *second = b;
    int order = first->at < second->at ? -1 : first->at > second->at;
    order = order ? order : strcmp(first->recipient, second->recipient);
    return order ? order : strcmp(first->step, second->step);
}

static void test_same_messages(void **state) {
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct sent_list rehearsed = {.arena = arena, .database = stage.copies[0]};
    struct sent_list simulated = {.arena = arena, .database = stage.copies[1]};
    struct rehearsal rehearsal;
    struct rehearsal_settings settings = {.configuration = &stage.round.configuration,
                                          .database = stage.copies[0],
                                          .sent = keep_rehearsed,
                                          .context = &rehearsed};
    (void)state;
    clock_set_virtual(stage.starts_at);
    random_seed(1);
    if (!rehearsal_run(&settings, &rehearsal, &error))
        fail_msg("%s", error.message);
    simulate(&simulated, rehearsal.until);
    qsort(rehearsed.items, rehearsed.count, sizeof *rehearsed.items, compare_sent);
    qsort(simulated.items, simulated.count, sizeof *simulated.items, compare_sent);
    print_message("# %zu messages\n", rehearsed.count);
    assert_int_equal(rehearsed.count, simulated.count);
    assert_int_equal(rehearsed.count, rehearsal.messages);
    assert_true(rehearsed.count > 15 * stage.round.settings.participants);
    for (size_t i = 0; i < rehearsed.count; i++) {
        const struct sent *one = &rehearsed.items[i], *other = &simulated.items[i];
        assert_int_equal(one->at, other->at);
        assert_string_equal(one->recipient, other->recipient);
        assert_string_equal(one->step, other->step);
        assert_int_equal(one->occurrence, other->occurrence);
        size_t same = 0;
        while (one->bytes[same] && one->bytes[same] == other->bytes[same])
            same++;
        if (one->bytes[same] != other->bytes[same])
            fail_msg("%s to %s at byte %zu: \"%.80s\", and when nobody answers \"%.80s\"", one->step, one->recipient,
                     same, one->bytes + same, other->bytes + same);
    }
    rehearsal_free(&rehearsal);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_messages),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
