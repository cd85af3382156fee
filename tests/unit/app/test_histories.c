/* Goal: whatever people and coordinators write, in any order, with outages between: nothing that nobody asked for goes
 * to whoever left, paused, is frozen or erased, nor more than twice a week to anybody; no words reach the wrong reader;
 * and every case closes or a person hears of it, again and again. */
#include "mailbox.h"
#include "test.h"

#include "app/relay.h"
#include "store/cases.h"

enum { PAIRS = 4, PEOPLE = 2 * PAIRS, DAYS = 50, SEEDS = 3, RECENT = 64 };

static const struct coordinator coordinators[] = {
    {.name = "Kate", .address = "kate@example.org"},
    {.name = "Cleo", .address = "cleo@example.org", .countries = (const char *const[]){"NZ"}, .country_count = 1},
};

struct person {
    int64_t id, partnership;
    char address[32], token[16]; /* TOKEN: in all that they write to the programme */
    size_t erased_after;         /* letters that had gone out when they were found erased; SIZE_MAX: they are not */
    int64_t unasked[RECENT];
    size_t unasked_count;
    bool confirms; /* what they asked for is asked back, as it can't be undone */
};

struct history {
    struct mailbox mailbox;
    struct fixture *fixture;
    uint64_t seed, chance;
    struct person people[PEOPLE];
    size_t seen; /* letters that were looked at */
};

/* What all the histories together went through: they are worth something only where this is not little. */
static struct {
    size_t mails, letters, unasked, passed_on, cases, closed, states[PARTICIPANT_ERASED + 1], frozen, over;
} totals;

static bool chance(struct history *history, unsigned in_a_thousand) {
    return random_below_of(&history->chance, 1000) < in_a_thousand;
}

#define one_of(history, list) ((list)[random_below_of(&(history)->chance, COUNT_OF(list))])

/* ---- What people write ---- */

/* Where a reply to the newest mail goes; the programme's address where there is none. */
static const char *reply_address(const struct history *history, const char *address) {
    const struct fake_sender *fake = &history->fixture->fake;
    for (size_t i = fake->started; i > 0; i--) {
        if (!string_equal(fake->letters[i - 1].to, address))
            continue;
        const char *start = strstr(fake->letters[i - 1].bytes, "Reply-To: <");
        if (!start)
            break;
        start += strlen("Reply-To: <");
        return arena_copy_bytes(history->fixture->arena, start, strcspn(start, ">"));
    }
    return "iln@example.org";
}

static void post(struct history *history, const char *from, const char *to, const char *text) {
    struct fixture *fixture = history->fixture;
    auto_arena arena = arena_new();
    struct description_settings settings;
    struct description description;
    bool recorded;
    const char *bytes = mail(fixture, from, to, "", text);
    struct received_message message = {.folder = "INBOX",
                                       .uidvalidity = 1,
                                       .uid = ++history->mailbox.uid,
                                       .bytes = bytes,
                                       .length = strlen(bytes),
                                       .size = strlen(bytes)};
    service_description_settings(&fixture->service, &settings);
    description_make(bytes, message.length, &settings, arena, &description);
    assert_done(handling_take(&fixture->service, &message, &description, &recorded, &error));
    totals.mails++;
}

static void write_as(struct history *history, size_t who) {
    static const char *const words[] = {
        "1",
        "2",
        "3",
        "4",
        "5",
        "YES",
        "NO",
        "1, but I feel lost",
        "STATUS",
        "STOP",
        "PAUSE",
        "START",
        "START",
        "TOPIC",
        "UNDO",
        "HELP",
        "FORGET",
        "REMATCH",
        "MYDATA",
        "CONTINUE",
        "Thank you.",
        "FORGET",
        "REMATCH",
        "LANGUAGE: English",
        "START",
        "PAUSE until 1 April",
        "I have no idea what you mean by all this.",
    };
    struct person *person = &history->people[who];
    struct fixture *fixture = history->fixture;
    if (chance(history, 8)) {
        post(history, person->address, "iln+report@example.org",
             arena_format(fixture->arena, "This was not right. REPORT%s", person->token));
        return;
    }
    if (chance(history, 350)) {
        const struct tag tag = {.purpose = 'p', .participant = person->id, .partnership = person->partnership};
        post(history, person->address, tag_of(fixture, &tag), "Dear friend, here it rains. Write soon!");
        return;
    }
    bool confirms = person->confirms && chance(history, 700);
    const char *to = confirms || chance(history, 700) ? reply_address(history, person->address) : "iln@example.org";
    const char *said = confirms ? "YES" : one_of(history, words);
    person->confirms = string_equal(said, "FORGET") || string_equal(said, "REMATCH") || string_equal(said, "5");
    bool to_partner = string_starts_with(to, "iln+p");
    post(history, person->address, to,
         to_partner ? said : arena_format(fixture->arena, "%s\r\n\r\nWORDS%s", said, person->token));
}

/* In reply to the newest mail, and often with the number of an open case, which may stand in it. */
static void coordinate(struct history *history, const char *address) {
    static const char *const orders[] = {
        "DONE",
        "DONE",
        "DONE",
        "NUDGE",
        "SNOOZE 2 weeks",
        "NOTE I telephoned.",

        "CONTACT",
        "STOP",
        "HOLD",
        "RESUME",
        "REMATCH",
        "DISSOLVE",
        "YES",
        "NO",
        "YES",
        "MATCH",
        "NO ACTION",
        "NO ACTION",
        "WARNING",
        "TERMINATE",
        "ANSWER Dear friend, all is well.",
        "RESUME",
        "I will think about it.",
    };
    auto_arena arena = arena_new();
    struct case_list open;
    const char *order = one_of(history, orders);
    assert_done(cases_list(history->fixture->database, &(struct case_filter){.open = true}, arena, &open, &error));
    if (open.count && chance(history, 600)) {
        int64_t id = open.items[random_below_of(&history->chance, open.count)].id;
        order = arena_format(arena, "%d %s", (int)id, order);
    }
    post(history, address, reply_address(history, address), order);
}

/* ---- What must hold ---- */

static struct participant participant_now(struct history *history, int64_t id, struct arena *arena) {
    struct participant participant;
    assert_done(participants_find(history->fixture->database, id, arena, &participant, &error));
    return participant;
}

static void count_unasked(struct history *history, struct person *person, const struct fake_letter *letter) {
    size_t within = 1;
    for (size_t i = 0; i < person->unasked_count && i < RECENT; i++)
        within += letter->at - person->unasked[i] < 7 * SECONDS_PER_DAY;
    person->unasked[person->unasked_count++ % RECENT] = letter->at;
    totals.unasked++;
    if (within > 2)
        fail_msg("seed %d: the third mail within a week that %s did not ask for:\n%s", (int)history->seed,
                 person->address, letter->bytes);
}

static void look_at_letter(struct history *history, size_t number, struct person *person) {
    auto_arena arena = arena_new();
    const struct fake_letter *letter = &history->fixture->fake.letters[number];
    struct outbox_row row;
    struct partnership partnership = {0};
    assert_done(outbox_find(history->fixture->database, letter->id, arena, &row, &error));
    struct participant participant = participant_now(history, person->id, arena);
    if (row.partnership)
        assert_done(partnerships_find(history->fixture->database, row.partnership, arena, &partnership, &error));
    bool passed_on = string_equal(row.step, RELAY_STEP), unasked = row.priority == PRIORITY_BULK;
    totals.passed_on += passed_on;
    if (number >= person->erased_after)
        fail_msg("seed %d: to somebody who is erased:\n%s", (int)history->seed, letter->bytes);
    if ((unasked || passed_on) && (participant.state != PARTICIPANT_ACTIVE || partnership.state == PARTNERSHIP_FROZEN ||
                                   (unasked && partnership.state == PARTNERSHIP_HELD)))
        fail_msg("seed %d: %s is %s, the partnership %s:\n%s", (int)history->seed, person->address,
                 participant_state_name(participant.state), partnership_state_name(partnership.state), letter->bytes);
    if (unasked)
        count_unasked(history, person, letter);
}

/* What somebody wrote to the programme reaches nobody but coordinators and themselves; a report, not even these. */
static void look_at_words(struct history *history, const struct fake_letter *letter) {
    for (size_t i = 0; i < PEOPLE; i++) {
        const struct person *writer = &history->people[i];
        bool may_read = string_equal(letter->to, writer->address) ||
                        string_equal(letter->to, coordinators[0].address) ||
                        string_equal(letter->to, coordinators[1].address);
        const char *token = strstr(letter->bytes, writer->token);
        if (token && (!may_read || string_starts_with(token - strlen("REPORT"), "REPORT")))
            fail_msg("seed %d: %s should not read this:\n%s", (int)history->seed, letter->to, letter->bytes);
    }
}

static void look_at_mail(struct history *history) {
    auto_arena arena = arena_new();
    const struct fake_sender *fake = &history->fixture->fake;
    for (; history->seen < fake->started; history->seen++) {
        look_at_words(history, &fake->letters[history->seen]);
        for (size_t i = 0; i < PEOPLE; i++)
            if (string_equal(fake->letters[history->seen].to, history->people[i].address))
                look_at_letter(history, history->seen, &history->people[i]);
    }
    for (size_t i = 0; i < PEOPLE; i++)
        if (history->people[i].erased_after == SIZE_MAX &&
            participant_now(history, history->people[i].id, arena).state == PARTICIPANT_ERASED)
            history->people[i].erased_after = fake->started;
}

static void turn(struct history *history) {
    for (int i = 0; i < 6; i++)
        assert_done(outgoing_turn(history->fixture->outgoing, 0, -1, true, &error));
    look_at_mail(history);
}

/* Each open case is closed some day, or was told and will be again; what a coordinator wrote of their own accord, and
 * what nobody proved to be one's, stands in lists alone. */
static void look_at_cases(struct history *history) {
    auto_arena arena = arena_new();
    struct case_list cases;
    assert_done(cases_list(history->fixture->database, &(struct case_filter){0}, arena, &cases, &error));
    for (size_t i = 0; i < cases.count; i++) {
        const struct case_row *row = &cases.items[i];
        totals.cases++;
        totals.closed += row->closed_at != 0;
        bool quiet = !row->tell_at && strstr(row->reason, "coordinator");
        if (!row->closed_at && !quiet &&
            (!row->told_at || (row->tell_at && row->tell_at < clock_now() - SECONDS_PER_DAY)))
            fail_msg("seed %d: nobody hears of %s (told %d, to be told %d, now %d)", (int)history->seed, row->key,
                     (int)row->told_at, (int)row->tell_at, (int)clock_now());
    }
}

/* ---- A history ---- */

static void begin(struct history *history) {
    struct fixture *fixture = history->fixture;
    size_t count;
    fixture->configuration.coordinators = coordinators;
    fixture->configuration.coordinator_count = COUNT_OF(coordinators);
    relay(fixture);
    fixture->service.actor = "daemon";
    for (size_t i = 0; i < PEOPLE; i++) {
        struct person *person = &history->people[i];
        snprintf(person->address, sizeof person->address, "p%zu@example.net", i);
        snprintf(person->token, sizeof person->token, "%c%c%zu", 'K' + (int)i, 'X', i);
        person->erased_after = SIZE_MAX;
        person->id = fixture_add(fixture, i % 2 ? "Ola Lund" : "Ida Roy", person->address, i % 2 ? "NZ" : "SE",
                                 i % 2 ? "Pacific/Auckland" : "Europe/Stockholm");
    }
    for (size_t i = 0; i < PAIRS; i++) {
        struct person *pair = &history->people[2 * i];
        assert_done(action_partnership_create(&fixture->service, fixture->round, (int64_t[]){pair[0].id, pair[1].id}, 2,
                                              &pair[0].partnership, &error));
        pair[1].partnership = pair[0].partnership;
    }
    assert_done(action_round_start(&fixture->service, fixture->round, &count, &error));
}

static void pass_hours(struct history *history, unsigned hours) {
    clock_advance_to(clock_now() + (int64_t)hours * SECONDS_PER_HOUR);
    turn(history);
}

static void live_day(struct history *history) {
    for (int hours = 0; hours < 24; hours += 4) {
        for (size_t i = 0; i < PEOPLE; i++)
            if (history->people[i].erased_after == SIZE_MAX && chance(history, 40))
                write_as(history, i);
        for (size_t i = 0; i < COUNT_OF(coordinators); i++)
            if (chance(history, 120))
                coordinate(history, coordinators[i].address);
        turn(history);
        pass_hours(history, chance(history, 4) ? 24 * 5 : 4); /* sometimes we are out */
    }
}

static void add_up(struct history *history) {
    auto_arena arena = arena_new();
    totals.letters += history->fixture->fake.started;
    for (size_t i = 0; i < PEOPLE; i++) {
        struct partnership partnership;
        assert_done(
            partnerships_find(history->fixture->database, history->people[i].partnership, arena, &partnership, &error));
        totals.states[participant_now(history, history->people[i].id, arena).state]++;
        totals.frozen += partnership.state == PARTNERSHIP_FROZEN;
        totals.over += partnership_is_over(partnership.state);
    }
}

static void live(uint64_t seed) {
    void *state;
    assert_int_equal(fixture_open(&state), 0);
    struct history history = {.fixture = state, .mailbox = {state, 0}, .seed = seed, .chance = seed};
    begin(&history);
    for (int day = 0; day < DAYS; day++)
        live_day(&history);
    for (int day = 0; day < 12; day++) /* nobody writes any more */
        for (int hours = 0; hours < 24; hours += 4)
            pass_hours(&history, 4);
    look_at_cases(&history);
    add_up(&history);
    fixture_close(&state);
}

static void test_histories(void **state) {
    (void)state;
    const char *first = getenv("HISTORY_SEED"), *count = getenv("HISTORIES");
    uint64_t seed = first ? strtoull(first, NULL, 10) : 1;
    for (uint64_t last = seed + (count ? strtoull(count, NULL, 10) : SEEDS); seed < last; seed++)
        live(seed);
    print_message(
        "# %zu mails, %zu letters: %zu not asked for, %zu passed on; %zu cases, %zu closed\n"
        "# people: %zu active, %zu paused, %zu left, %zu erased; of partnerships' members %zu frozen, %zu over\n",
        totals.mails, totals.letters, totals.unasked, totals.passed_on, totals.cases, totals.closed,
        totals.states[PARTICIPANT_ACTIVE], totals.states[PARTICIPANT_PAUSED], totals.states[PARTICIPANT_LEFT],
        totals.states[PARTICIPANT_ERASED], totals.frozen, totals.over);
    assert_true(totals.unasked > 50 && totals.passed_on > 50 && totals.cases > 20 && totals.closed > 10);
    assert_true(totals.states[PARTICIPANT_PAUSED] && totals.states[PARTICIPANT_ERASED] && totals.over);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_histories)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
