/* Goal: programmes, vacation responders and ruder robots left alone with each other fall silent, and letters between
 * people pass among them as if they were not there. */
#include "world.h"

enum { MONTH = 30 * SECONDS_PER_DAY };

/* What was sent to participants by the programme's own steps. */
static size_t steps_of(struct fixture *fixture) {
    struct outbox_list rows;
    size_t count = 0;
    assert_done(outbox_list(fixture->database, &(struct outbox_filter){0}, fixture->arena, &rows, &error));
    for (size_t i = 0; i < rows.count; i++)
        count += rows.items[i].inbox == 0 && rows.items[i].state == OUTBOX_SENT && rows.items[i].participant != 0;
    return count;
}

static void add_two_programmes(struct world *world) {
    struct fixture *first = world_add_programme(world, "iln@example.org");
    struct fixture *second = world_add_programme(world, "pals@example.edu");
    int64_t pals = fixture_add(first, "Pals", "pals@example.edu", "US", "America/New_York");
    int64_t iln = fixture_add(second, "Librarians", "iln@example.org", "DE", "Europe/Berlin");
    int64_t cleo = fixture_add(first, "Cleo", "cleo@example.net", "SE", "Europe/Stockholm");
    int64_t dan = fixture_add(second, "Dan", "dan@example.com", "NZ", "Pacific/Auckland");
    world_pair(first, cleo, pals);
    world_pair(second, dan, iln);
    world_start(world);
}

static const char *letter(struct world *world, const char *from, const char *to, const char *text) {
    static int number;
    char date[HEADER_DATE_SIZE];
    return arena_format(world->arena,
                        "From: %s\r\nTo: %s\r\nSubject: Hello\r\nMessage-ID: <letter%d@example.net>\r\nDate: %s\r\n"
                        "\r\n%s\r\n",
                        from, to, ++number, header_format_date(clock_now(), 0, date), text);
}

/* Goal: two programmes that have each other's address as a participant's exchange nothing but their own steps. */
static void test_two_programmes(void **state) {
    struct world *world = *state;
    add_two_programmes(world);
    world_pass(world, MONTH);
    for (size_t i = 0; i < 2; i++) {
        assert_true(world_most_answers_a_week(world, i) <= 1);
        assert_true(steps_of(world->programmes[i]) > 4);
        assert_int_equal(fixture_count(world->programmes[i], "kate@example.org", "inbox show"), 0);
    }
}

/* Goal: the same where every mark is lost on the way, so that each takes the other for a person, and where a person's
 * letter through one of them begins it. */
static void test_two_programmes_without_marks(void **state) {
    struct world *world = *state;
    world->strips_marks = true;
    add_two_programmes(world);
    world_pass(world, SECONDS_PER_DAY);
    struct fixture *first = world->programmes[0];
    struct participant cleo;
    struct partnership_list partnerships;
    assert_done(participants_find_by_address(first->database, "cleo@example.net", world->arena, &cleo, &error));
    assert_done(partnerships_list(first->database, &(struct partnership_filter){.participant = cleo.id}, world->arena,
                                  &partnerships, &error));
    const char *way = world_way_of(world, first, cleo.id, partnerships.items[partnerships.count - 1].id);
    world_post(world, cleo.address, way, letter(world, cleo.address, way, "Hello Pals, who are you?"));
    world_pass(world, MONTH);
    for (size_t i = 0; i < 2; i++) {
        size_t digests = fixture_count(world->programmes[i], "kate@example.org", NULL);
        print_message("# programme %zu: %zu sent, %zu steps, %zu to its coordinator, most answers a week %zu\n", i,
                      world->programmes[i]->fake.started, steps_of(world->programmes[i]), digests,
                      world_most_answers_a_week(world, i));
        assert_true(world_most_answers_a_week(world, i) <= 1);
        assert_true(digests <= 30);
    }
}

/* Goal: responders of every kind, as participants and as the coordinator, get the programme's own steps, at most one
 * automatic message a week beside them, and no hourly digests. */
static void test_responders(void **state) {
    struct world *world = *state;
    for (enum manners manners = ROBOT_POLITE; manners <= ROBOT_DULL; manners++) {
        struct fixture *fixture = world_add_programme(world, "iln@example.org");
        world_start(world);
        world_add_robot(world, "anna@example.net", manners);
        world_add_robot(world, "ben@example.com", manners);
        world_add_robot(world, "kate@example.org", manners);
        world_pass(world, MONTH);
        print_message("# manners %d: %zu sent, %zu steps, %zu to the coordinator, %zu answers of robots\n", manners,
                      fixture->fake.started, steps_of(fixture), fixture_count(fixture, "kate@example.org", NULL),
                      world->robots[0].replies + world->robots[1].replies + world->robots[2].replies);
        assert_true(world_most_answers_a_week(world, 0) <= 1);
        assert_true(fixture_count(fixture, "kate@example.org", NULL) <= 12);
        void *keep = world;
        world_close(&keep);
        world_open(&keep);
        world = *state = keep;
    }
}

/* Goal: a letter that starts two robots off dies down: where they can be known as robots nothing of theirs is passed
 * on; where they can't, they soon repeat themselves. */
static void test_robots_and_letters(void **state) {
    struct world *world = *state;
    for (enum manners manners = ROBOT_POLITE; manners <= ROBOT_DULL; manners++) {
        struct fixture *fixture = world_add_programme(world, "iln@example.org");
        world_start(world);
        world_pass(world, 3 * SECONDS_PER_DAY);
        world_add_robot(world, "anna@example.net", manners);
        world_add_robot(world, "ben@example.com", manners);
        const char *way = world_way_of(world, fixture, fixture->anna, fixture->partnership);
        world_post(world, "anna@example.net", way, letter(world, "anna@example.net", way, "Dear Ben, hello from me."));
        world_pass(world, MONTH);
        size_t letters = fixture_count(fixture, "ben@example.com", "via Librarians") +
                         fixture_count(fixture, "anna@example.net", "via Librarians");
        print_message("# manners %d: %zu letters, %zu sent\n", manners, letters, fixture->fake.started);
        assert_int_equal(fixture_count(fixture, "ben@example.com", "hello from me"), 1);
        assert_true(letters <= (manners == ROBOT_DULL ? 5 : 1));
        assert_true(world_most_answers_a_week(world, 0) <= 1);
        if (manners != ROBOT_DULL)
            assert_int_equal(fixture_count(fixture, "anna@example.net", "Ben is away"), 1);
        void *keep = world;
        world_close(&keep);
        world_open(&keep);
        world = *state = keep;
    }
}

/* ---- Two keen people ---- */

struct person {
    int64_t id, next_at; /* when the answer is written; 0: nothing to answer */
    const char *address, *way;
    size_t written, seen;
};

static void write_letter(struct world *world, struct person *person, char initial) {
    char text[80];
    snprintf(text, sizeof text, "This is letter %c%zu, with love.", initial, ++person->written);
    world_post(world, person->address, person->way, letter(world, person->address, person->way, text));
    person->next_at = 0;
}

/* A letter that arrived is answered a day or two later, not while on holiday. */
static void read_post(struct world *world, struct person *person, int64_t away_from, int64_t away_until) {
    size_t arrived = world_count_to(world, person->address, "with love");
    if (arrived > person->seen && person->next_at == 0) {
        person->next_at = clock_now() + SECONDS_PER_DAY + (int64_t)(arrived % 2) * SECONDS_PER_DAY;
        if (person->next_at >= away_from && person->next_at < away_until)
            person->next_at = away_until + SECONDS_PER_HOUR;
    }
    person->seen = arrived;
}

static void assert_arrived_once(struct world *world, const char *address, char initial, size_t count) {
    for (size_t i = 1; i <= count; i++) {
        char text[80];
        snprintf(text, sizeof text, "This is letter %c%zu, with", initial, i);
        assert_int_equal(world_count_to(world, address, text), 1);
    }
}

static void live_together(struct world *world, enum manners manners) {
    struct fixture *fixture = world_add_programme(world, "iln@example.org");
    world_start(world);
    world_pass(world, 2 * SECONDS_PER_DAY);
    int64_t start = clock_now(), away_from = start + 10 * SECONDS_PER_DAY, away_until = start + 17 * SECONDS_PER_DAY;
    struct person anna = {.id = fixture->anna, .address = "anna@example.net", .next_at = start};
    struct person ben = {.id = fixture->ben, .address = "ben@example.com"};
    anna.way = world_way_of(world, fixture, anna.id, fixture->partnership);
    ben.way = world_way_of(world, fixture, ben.id, fixture->partnership);
    struct robot *robot = world_add_robot(world, ben.address, manners);
    robot->from = away_from, robot->to = away_until, robot->until = "2 February 2027";
    struct robot *other = world_add_robot(world, anna.address, manners);
    other->from = away_until + 3 * SECONDS_PER_DAY, other->to = away_until + 5 * SECONDS_PER_DAY;
    other->until = "9 February 2027";
    while (clock_now() < start + 30 * SECONDS_PER_DAY) {
        if (anna.next_at != 0 && clock_now() >= anna.next_at)
            write_letter(world, &anna, 'A');
        if (ben.next_at != 0 && clock_now() >= ben.next_at)
            write_letter(world, &ben, 'B');
        /* Anna, who is keen, writes twice into Ben's holidays. */
        if (clock_now() == away_from + SECONDS_PER_DAY || clock_now() == away_from + 4 * SECONDS_PER_DAY)
            write_letter(world, &anna, 'A');
        if (clock_now() == other->from + SECONDS_PER_DAY)
            write_letter(world, &ben, 'B');
        world_pass(world, SECONDS_PER_HOUR);
        read_post(world, &anna, 0, 0);
        read_post(world, &ben, away_from, away_until);
    }
    world_pass(world, SECONDS_PER_DAY);
    struct contact_list contacts;
    assert_done(contacts_list(fixture->database, fixture->partnership, world->arena, &contacts, &error));
    print_message("# manners %d: %zu and %zu letters, %zu contacts, %zu and %zu notices of robots\n", manners,
                  anna.written, ben.written, contacts.count, robot->replies, other->replies);
    assert_true(anna.written + ben.written > 15 && robot->replies > 1 && other->replies > 0);
    assert_arrived_once(world, ben.address, 'A', anna.written);
    assert_arrived_once(world, anna.address, 'B', ben.written);
    assert_int_equal(contacts.count, anna.written + ben.written);
    assert_int_equal(world_count_to(world, anna.address, "Ben is away"), 1);
    assert_int_equal(world_count_to(world, ben.address, "Anna is away"), 1);
    assert_int_equal(world_count_to(world, ben.address, "out of the office"), 0);
    assert_int_equal(world_count_to(world, anna.address, "out of the office"), 0);
    assert_int_equal(fixture_count_state(fixture, OUTBOX_HELD), 0);
    assert_true(world_most_answers_a_week(world, 0) <= 1);
}

/* Goal: a month of letters between two people, each away for some days: every letter arrives once and is one contact,
 * each absence is told once, nothing goes round. */
static void test_keen_partners(void **state) {
    live_together(*state, ROBOT_POLITE);
}

/* Goal: the same with responders that mark nothing and answer everything. */
static void test_keen_partners_rude_responders(void **state) {
    live_together(*state, ROBOT_RUDE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        world_test(test_two_programmes), world_test(test_two_programmes_without_marks),
        world_test(test_responders),     world_test(test_robots_and_letters),
        world_test(test_keen_partners),  world_test(test_keen_partners_rude_responders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
