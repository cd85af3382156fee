/* What ends before its time: partnerships, trios, and what comes of reports of misconduct. */
#include "mailbox.h"
#include "test.h"

#include "app/action_match.h"
#include "app/action_parting.h"
#include "app/incident.h"
#include "store/applications.h"
#include "store/cases.h"
#include "store/incidents.h"
#include "store/proposals.h"

#define KATE "kate@example.org"

static struct application application_of(struct fixture *fixture, int64_t participant) {
    struct application application;
    assert_done(
        applications_find(fixture->database, participant, fixture->round, fixture->arena, &application, &error));
    return application;
}

static struct partnership partnership_now(struct fixture *fixture, int64_t id) {
    struct partnership partnership;
    assert_done(partnerships_find(fixture->database, id, fixture->arena, &partnership, &error));
    return partnership;
}

static size_t open_cases(struct fixture *fixture, enum case_kind kind, struct case_row *ret) {
    struct case_list open;
    size_t count = 0;
    assert_done(cases_list(fixture->database, &(struct case_filter){.open = true}, fixture->arena, &open, &error));
    for (size_t i = 0; i < open.count; i++)
        if (open.items[i].kind == kind) {
            *ret = open.items[i];
            count++;
        }
    return count;
}

/* Two more people, in a partnership of their own that runs. */
static int64_t add_pair(struct fixture *fixture, int64_t ret[2]) {
    int64_t id;
    ret[0] = fixture_add(fixture, "Carla Ruiz", "carla@example.net", "MX", "America/Mexico_City");
    ret[1] = fixture_add(fixture, "Dan Okafor", "dan@example.com", "NG", "Africa/Lagos");
    assert_done(action_partnership_create(&fixture->service, fixture->round, ret, 2, &id, &error));
    return id;
}

static void rematch(struct fixture *fixture, int64_t partnership, int64_t participant) {
    const struct action_parting parting = {.partnership = partnership, .participant = participant};
    assert_done(action_parting_rematch(&fixture->service, &parting, &error));
}

/* Goal: of those in line the best pair is put to coordinators, never two who were partners, no pair twice, and what is
 * no longer so is closed. */
static void test_pairs(void **state) {
    struct fixture *fixture = *state;
    int64_t others[2], second = add_pair(fixture, others), id;
    struct case_row offer;
    struct rematch pair;
    introduce_and_ask(fixture);
    rematch(fixture, fixture->partnership, fixture->anna);
    const struct action_parting ben = {.partnership = fixture->partnership, .participant = fixture->ben};
    assert_done(action_parting_another(&fixture->service, &ben, &error));
    fixture_turns(fixture);
    assert_int_equal(open_cases(fixture, CASE_REMATCH, &offer), 0); /* they were partners */
    rematch(fixture, second, others[0]);
    fixture_turns(fixture);
    assert_int_equal(open_cases(fixture, CASE_REMATCH, &offer), 1);
    assert_done(proposals_find_offer(fixture->database, offer.id, fixture->arena, &pair, &error));
    assert_true(pair.first == others[0] || pair.second == others[0]);
    int64_t other = pair.first == others[0] ? pair.second : pair.first;
    assert_done(notice_close(&fixture->service, &offer, &error));
    fixture_turns(fixture);
    assert_int_equal(open_cases(fixture, CASE_REMATCH, &offer), 1);
    assert_done(proposals_find_offer(fixture->database, offer.id, fixture->arena, &pair, &error));
    assert_true(pair.first != other && pair.second != other);
    /* Who leaves meanwhile is in no pair any more. */
    assert_done(action_participant_leave(&fixture->service, others[0], "test", &error));
    fixture_turns(fixture);
    assert_int_equal(open_cases(fixture, CASE_REMATCH, &offer), 0);
    struct error refused = ERROR_INIT;
    assert_false(action_match_pair(&fixture->service, pair.id, &id, &refused));
    assert_int_equal(refused.class, ERROR_PERMANENT);
}

/* Goal: a pair that is approved begins at once, by introduction. */
static void test_pair_begins(void **state) {
    struct fixture *fixture = *state;
    int64_t others[2], second = add_pair(fixture, others), id;
    struct case_row offer;
    introduce_and_ask(fixture);
    rematch(fixture, fixture->partnership, fixture->anna);
    rematch(fixture, second, others[0]);
    fixture_turns(fixture);
    assert_int_equal(open_cases(fixture, CASE_REMATCH, &offer), 1);
    assert_done(action_match_pair(&fixture->service, offer.id, &id, &error));
    assert_int_equal(partnership_now(fixture, id).state, PARTNERSHIP_ACTIVE);
    assert_int_equal(application_of(fixture, fixture->anna).state, APPLICATION_MATCHED);
    assert_int_equal(open_cases(fixture, CASE_REMATCH, &offer), 0);
    fixture_pass(fixture, 2 * SECONDS_PER_DAY);
    assert_true(fixture_count(fixture, "anna@example.net", "Carla") > 0);
}

/* Goal: whom nobody is left for gets a coordinator who stands by. */
static void test_alone(void **state) {
    struct fixture *fixture = *state;
    static const struct coordinator stands_by[] = {{.name = "Kate", .address = KATE, .stand_by = true}};
    struct case_row open;
    fixture->configuration.coordinators = stands_by;
    introduce_and_ask(fixture);
    rematch(fixture, fixture->partnership, fixture->anna);
    fixture_turns(fixture);
    assert_int_equal(open_cases(fixture, CASE_LEFT_OVER, &open), 1);
    assert_int_equal(open.participant, fixture->anna);
}

/* Goal: of three who are left two go on as they were; the third is written to no more, nor is their mail passed on. */
static void test_trio(void **state) {
    struct fixture *fixture = *state;
    struct mailbox mailbox = {fixture, 0};
    int64_t members[3], id;
    members[0] = fixture_add(fixture, "Carla Ruiz", "carla@example.net", "MX", "America/Mexico_City");
    members[1] = fixture_add(fixture, "Dan Okafor", "dan@example.com", "NG", "Africa/Lagos");
    members[2] = fixture_add(fixture, "Eva Holm", "eva@example.net", "SE", "Europe/Stockholm");
    assert_done(action_partnership_create(&fixture->service, fixture->round, members, 3, &id, &error));
    introduce_and_ask(fixture);
    fixture->service.relays = true;
    const struct action_parting parting = {.partnership = id, .participant = members[0]};
    assert_done(action_parting_leave(&fixture->service, &parting, &error));
    struct partnership now = partnership_now(fixture, id);
    assert_int_equal(now.state, PARTNERSHIP_ACTIVE);
    assert_int_equal(now.member_count, 2);
    assert_int_equal(now.members[0], members[1]);
    fixture_turns(fixture);
    size_t carla = fixture_count(fixture, "carla@example.net", NULL);
    assert_int_equal(fixture_count(fixture, "dan@example.com", "You go on as two"), 1);
    const char *way = tag_of(fixture, &(struct tag){.purpose = 'p', .participant = members[0], .partnership = id});
    take(&mailbox, mail(fixture, "carla@example.net", way, "", "Dear Dan, one more thing."));
    fixture_pass(fixture, 60 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "dan@example.com", "one more thing"), 0);
    assert_int_equal(fixture_count(fixture, "carla@example.net", NULL), carla);
    assert_true(fixture_count(fixture, "dan@example.com", NULL) > 3); /* his round goes on */
    assert_done(action_partnership_part(&fixture->service, id, members[1], "test", &error));
    assert_int_equal(partnership_now(fixture, id).state, PARTNERSHIP_DISSOLVED);
}

static struct case_row anna_reports(struct fixture *fixture, struct mailbox *mailbox) {
    struct case_row open;
    take(mailbox, mail(fixture, "anna@example.net", "iln+report@example.org", "", "He frightens me."));
    assert_true(open_cases(fixture, CASE_REPORT, &open) > 0);
    return open;
}

/* Goal: a termination tells both the same, without a word of the report; a ban leaves no way back for the address, and
 * keeps nothing of it that could be read. */
static void test_termination_and_ban(void **state) {
    struct fixture *fixture = *state;
    struct mailbox mailbox = {fixture, 0};
    introduce_and_ask(fixture);
    struct incident_decision decision = {.incident = anna_reports(fixture, &mailbox).id,
                                         .outcome = INCIDENT_TERMINATION};
    assert_int_equal(partnership_now(fixture, fixture->partnership).state, PARTNERSHIP_FROZEN);
    size_t before = fixture_count(fixture, "ben@example.com", NULL);
    assert_done(incident_decide(&fixture->service, &decision, &error));
    fixture_turns(fixture);
    assert_int_equal(partnership_now(fixture, fixture->partnership).state, PARTNERSHIP_DISSOLVED);
    assert_int_equal(fixture_count(fixture, "ben@example.com", NULL), before + 1);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "Your partnership with Anna has ended"), 1);
    assert_int_equal(fixture_count(fixture, "anna@example.net", "Your partnership with Ben has ended"), 1);
    struct error refused = ERROR_INIT;
    assert_false(incident_decide(&fixture->service, &decision, &refused)); /* once */
    decision = (struct incident_decision){.incident = anna_reports(fixture, &mailbox).id, .outcome = INCIDENT_BAN};
    refused = ERROR_INIT;
    assert_false(incident_decide(&fixture->service, &decision, &refused)); /* whom? */
    assert_non_null(strstr(refused.message, "--person"));
    decision.other = fixture->ben;
    assert_done(incident_decide(&fixture->service, &decision, &error));
    bool banned;
    assert_done(incidents_is_banned(fixture->database, "ben@example.com", &banned, &error));
    assert_true(banned);
    assert_done(incidents_is_banned(fixture->database, "anna@example.net", &banned, &error));
    assert_false(banned);
    struct population population;
    struct round round;
    assert_done(rounds_find(fixture->database, fixture->round, fixture->arena, &round, &error));
    assert_done(population_read(&fixture->service, &round, fixture->arena, &population, &error));
    assert_int_equal(population_find(&population, fixture->ben), -1);
    const struct participant again = {.name = "Ben Again",
                                      .address = "ben@example.com",
                                      .language = "en",
                                      .country = "NZ",
                                      .time_zone = "Pacific/Auckland"};
    struct participant anna;
    const struct event_cause cause = service_cause(&fixture->service, NULL);
    assert_done(participants_find(fixture->database, fixture->anna, fixture->arena, &anna, &error));
    anna.address = again.address;
    refused = ERROR_INIT;
    assert_false(participants_update(fixture->database, &anna, "ben@example.com", &cause, &refused));
    assert_done(incidents_unban(fixture->database, "ben@example.com", &banned, &error));
    assert_true(banned);
}

/* Goal: while a report is open nothing of the partnership is sent, and its case can't be closed otherwise. */
static void test_frozen(void **state) {
    struct fixture *fixture = *state;
    struct mailbox mailbox = {fixture, 0};
    introduce_and_ask(fixture);
    struct case_row first = anna_reports(fixture, &mailbox), second = anna_reports(fixture, &mailbox);
    fixture_turns(fixture);
    size_t ben = fixture_count(fixture, "ben@example.com", NULL);
    fixture_pass(fixture, 40 * SECONDS_PER_DAY);
    assert_int_equal(fixture_count(fixture, "ben@example.com", NULL), ben);
    struct error refused = ERROR_INIT;
    assert_false(notice_close(&fixture->service, &first, &refused));
    struct incident_decision decision = {.incident = first.id, .outcome = INCIDENT_NO_ACTION};
    assert_done(incident_decide(&fixture->service, &decision, &error));
    assert_int_equal(partnership_now(fixture, fixture->partnership).state,
                     first.id == second.id ? PARTNERSHIP_ACTIVE : PARTNERSHIP_FROZEN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_pairs), fixture_test(test_pair_begins),         fixture_test(test_alone),
        fixture_test(test_trio),  fixture_test(test_termination_and_ban), fixture_test(test_frozen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
