/* Goal: the matching sees in people what they answered and what coordinators said of them, and nothing is dropped
 * silently. */
#include "unit/app/fixture.h"

#include "app/action_match.h"
#include "app/proposal.h"
#include "cli/match_words.h"
#include "store/applications.h"

struct person {
    const char *name, *address, *country, *zone, *answers;
};

static int64_t another_round(struct fixture *fixture, const char *name) {
    struct event_cause cause = service_cause(&fixture->service, NULL);
    assert_done(rounds_create(fixture->database, name, "6 months", &cause, &fixture->round, &error));
    fixture->configuration.criterion_count =
        configuration_standard_criteria(fixture->arena, &fixture->configuration.criteria);
    fixture->configuration.standard_criteria = true;
    fixture->configuration.matching = (struct matching_settings){
        .waiting = 20, .awake_from = 7 * SECONDS_PER_HOUR, .awake_until = 22 * SECONDS_PER_HOUR};
    return fixture->round;
}

static void set_answers(struct fixture *fixture, int64_t participant, const char *answers) {
    struct application application;
    assert_done(
        applications_find(fixture->database, participant, fixture->round, fixture->arena, &application, &error));
    assert_done(applications_set_answers(fixture->database, application.id, answers, &error));
}

static int64_t add(struct fixture *fixture, const struct person *person) {
    int64_t id = fixture_add(fixture, person->name, person->address, person->country, person->zone);
    set_answers(fixture, id, person->answers);
    return id;
}

static struct population read(struct fixture *fixture) {
    struct population population;
    struct round round;
    assert_done(rounds_find(fixture->database, fixture->round, fixture->arena, &round, &error));
    assert_done(population_read(&fixture->service, &round, fixture->arena, &population, &error));
    return population;
}

static struct matching_group pair(uint32_t a, uint32_t b) {
    return (struct matching_group){.count = 2, .members = {a, b}};
}

/* ---- Languages ---- */

static void languages_count_at_a_usable_level(void **state) {
    /* Goal: languages at a good level, or of which no level was told, count; a little does not; whoever answered no
     * form has that in which we write to them. */
    struct fixture *fixture = *state;
    another_round(fixture, "languages");
    static const struct person people[] = {
        {"A", "a@a.test", "SE", "Europe/Stockholm", "{\"languages\": \"sv,fr:basic,es:good\"}"},
        {"B", "b@a.test", "FR", "Europe/Paris", "{\"languages\": \"fr,sv:basic\"}"},
        {"C", "c@a.test", "MX", "America/Mexico_City", "{\"languages\": \"es:fluent\"}"},
        {"D", "d@a.test", "IE", "Europe/Dublin", "{}"},
        {"E", "e@a.test", "NZ", "Pacific/Auckland", "{\"languages\": \"en-GB\"}"},
    };
    for (size_t i = 0; i < COUNT_OF(people); i++)
        add(fixture, &people[i]);
    struct population population = read(fixture);
    assert_int_equal(population.count, COUNT_OF(people));
    assert_string_equal(population.who[0].languages, "sv,es");
    assert_int_equal(matching_bar(&population.people[0], &population.people[1]), MATCHING_NO_LANGUAGE);
    assert_int_equal(matching_bar(&population.people[0], &population.people[2]), MATCHING_ALLOWED);
    assert_int_equal(matching_bar(&population.people[3], &population.people[4]), MATCHING_ALLOWED);
}

/* ---- Whom people avoid ---- */

static void avoided_countries_and_people(void **state) {
    /* Goal: countries in any language, and people by name or address, however they are strung together; what is not
     * understood is kept for the coordinator as it was written. */
    struct fixture *fixture = *state;
    another_round(fixture, "avoided");
    static const struct {
        const char *written;
        bool norway, ben, understood;
    } cases[] = {
        {"Norway", true, false, true},
        {"Norvège; Japon", true, false, true},
        {"Noruega y México", true, false, true},
        {"ben okoro", false, true, true},
        {"Ben2@example.com, norway", true, true, true},
        {"Norway and Ben Okoro", true, true, true},
        {"Bosnia and Herzegovina", false, false, true},
        {"nobody", false, false, true},
        {"No", false, false, true},
        {"Petrov", false, false, false},
        {"Norway, and somebody I met last year", true, false, false},
        {"", false, false, true},
    };
    add(fixture, &(struct person){"Nils", "nils@a.test", "NO", "Europe/Oslo", "{}"});
    int64_t ben = add(fixture, &(struct person){"Ben Okoro", "ben2@example.com", "GB", "Europe/London", "{}"});
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char address[40];
        snprintf(address, sizeof address, "p%zu@a.test", i);
        add(fixture, &(struct person){"Somebody", address, "CL", "America/Santiago",
                                      arena_format(fixture->arena, "{\"avoid\": \"%s\"}", cases[i].written)});
    }
    struct population population = read(fixture);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct matching_person *person = &population.people[i + 2];
        bool norway = matching_bar(person, &population.people[0]) == MATCHING_AVOIDED_COUNTRY,
             excluded = person->excluded_count == 1 && person->excluded[0] == ben;
        if (norway != cases[i].norway || excluded != cases[i].ben ||
            !population.who[i + 2].avoids != cases[i].understood)
            print_error("%s\n", cases[i].written);
        assert_int_equal(norway, cases[i].norway);
        assert_int_equal(excluded, cases[i].ben);
        assert_int_equal(!population.who[i + 2].avoids, cases[i].understood);
        if (!cases[i].understood)
            assert_string_equal(population.who[i + 2].avoids, cases[i].written);
    }
}

/* ---- What was before ---- */

static void earlier_and_forbidden_partners(void **state) {
    /* Goal: who were partners in any round, and whom a coordinator forbids, are parted; partners who were never
     * introduced are not. */
    struct fixture *fixture = *state;
    struct event_cause cause = service_cause(&fixture->service, NULL);
    bool changed;
    another_round(fixture, "before");
    int64_t cleo = fixture_add(fixture, "Cleo", "cleo@a.test", "GR", "Europe/Athens");
    assert_done(action_participant_accept(&fixture->service, fixture->anna, fixture->round, &error));
    assert_done(action_participant_accept(&fixture->service, fixture->ben, fixture->round, &error));
    struct population population = read(fixture);
    int anna = population_find(&population, fixture->anna), ben = population_find(&population, fixture->ben);
    assert_int_equal(matching_bar(&population.people[anna], &population.people[ben]), MATCHING_ALLOWED);
    assert_int_equal(population_find(&population, cleo), 0);
    size_t count;
    assert_done(action_round_start(&fixture->service, 1, &count, &error));
    assert_done(proposals_forbid(fixture->database, cleo, fixture->ben, &cause, &changed, &error));
    population = read(fixture);
    assert_int_equal(matching_bar(&population.people[anna], &population.people[ben]), MATCHING_EXCLUDED);
    assert_int_equal(matching_bar(&population.people[0], &population.people[ben]), MATCHING_EXCLUDED);
    assert_int_equal(matching_bar(&population.people[0], &population.people[anna]), MATCHING_ALLOWED);
    assert_non_null(
        strstr(proposal_refuse(&population, &(struct matching_group){.count = 2, .members = {0, (uint32_t)ben}},
                               fixture->arena),
               "Cleo and Ben Okoro can't be partners"));
}

static void who_can_have_a_partner(void **state) {
    /* Goal: who has paused, or whose mail comes back, is set aside with the reason; who was left over before has
     * waited; who has a partner is not looked at. */
    struct fixture *fixture = *state;
    struct event_cause cause = service_cause(&fixture->service, NULL);
    int64_t before = another_round(fixture, "before"), waited, paused, dead;
    struct application application;
    waited = fixture_add(fixture, "W", "w@a.test", "GR", "Europe/Athens");
    assert_done(applications_find(fixture->database, waited, before, fixture->arena, &application, &error));
    assert_done(applications_wait(fixture->database, application.id, "next", &cause, &error));
    another_round(fixture, "now");
    assert_done(action_participant_accept(&fixture->service, waited, fixture->round, &error));
    paused = fixture_add(fixture, "P", "p@a.test", "GR", "Europe/Athens");
    dead = fixture_add(fixture, "D", "d@a.test", "GR", "Europe/Athens");
    assert_done(action_participant_pause(&fixture->service, paused, NULL, &error));
    assert_done(participants_set_address_state(fixture->database, dead, ADDRESS_DEAD, &cause, &error));
    struct population population = read(fixture);
    assert_int_equal(population.count, 1);
    assert_int_equal(population.people[0].id, waited);
    assert_int_equal(population.people[0].waited, 1);
    assert_int_equal(population.aside_count, 2);
    assert_string_equal(population.aside[0].why, "has paused the programme's mail");
    assert_non_null(strstr(population.aside[1].why, "comes back"));
    fixture->round = 1;
    assert_int_equal(read(fixture).count, 0);
}

/* ---- Fingerprints ---- */

static void fingerprints_tell_what_changed(void **state) {
    /* Goal: a fingerprint is the same as long as nothing that counts changed, and another where it did. */
    struct fixture *fixture = *state;
    another_round(fixture, "fingerprints");
    int64_t id = add(fixture, &(struct person){"A", "a@a.test", "SE", "Europe/Stockholm", "{\"sector\": \"health\"}"});
    const char *first = read(fixture).who[0].fingerprint;
    assert_string_equal(read(fixture).who[0].fingerprint, first);
    set_answers(fixture, id, "{\"sector\": \"company\"}");
    assert_string_not_equal(read(fixture).who[0].fingerprint, first);
    set_answers(fixture, id, "{\"sector\": \"health\"}");
    assert_string_equal(read(fixture).who[0].fingerprint, first);
}

/* ---- In words ---- */

static const char *reasons_of(const struct population *population, uint32_t a, uint32_t b, struct arena *arena) {
    struct matching_group group = pair(a, b);
    size_t count;
    const char **reasons = match_words_reasons(population, &group, arena, &count), *all = "";
    for (size_t i = 0; i < count; i++)
        all = arena_format(arena, "%s%s%s", all, i ? "; " : "", reasons[i]);
    return all;
}

static void reasons_in_words(void **state) {
    /* Goal: what speaks for two people stands first, the weightiest before the others, then what speaks against them;
     * in the form's own words. */
    struct fixture *fixture = *state;
    another_round(fixture, "words");
    static const struct person people[] = {
        {"Anna B", "a@a.test", "SE", "Europe/Stockholm",
         "{\"languages\": \"en,sv\", \"interests\": \"books,music\", \"sector\": \"health\", \"wish_sector\": "
         "\"different\","
         " \"stage\": \"new\", \"wish_stage\": \"same\", \"rhythm\": \"weekly\", \"channels\": \"live\"}"},
        {"Ben C", "b@a.test", "GB", "Europe/London",
         "{\"languages\": \"en,sv:good\", \"interests\": \"food\", \"sector\": \"health\", \"wish_sector\": \"same\","
         " \"stage\": \"new\", \"wish_stage\": \"same\", \"rhythm\": \"monthly\", \"channels\": \"live\"}"},
        {"Cleo D", "c@a.test", "GR", "Europe/Athens",
         "{\"languages\": \"en\", \"interests\": \"music,books,food\", \"sector\": \"student\", \"wish_sector\": "
         "\"any\","
         " \"stage\": \"long\", \"wish_stage\": \"different\", \"rhythm\": \"weekly\", \"channels\": \"email\"}"},
    };
    for (size_t i = 0; i < COUNT_OF(people); i++)
        add(fixture, &people[i]);
    struct population population = read(fixture);
    struct arena *arena = fixture->arena;
    assert_string_equal(reasons_of(&population, 0, 1, arena),
                        "Stage: the same, as both wish; 14 waking hours in common, and both want to talk live; "
                        "Field: the same, as Ben wishes; Anna wishes another; Rhythm: every week; once a month; "
                        "both write English, Swedish; Interests: nothing in common");
    assert_string_equal(reasons_of(&population, 0, 2, arena),
                        "Interests in common: books and films, music and art; Rhythm: every week, both; "
                        "Field: different, as Anna wishes; Stage: different, as Cleo wishes; Anna wishes the same; "
                        "both write English; only Anna wants to talk live");
    assert_string_equal(reasons_of(&population, 1, 2, arena),
                        "Interests in common: food and cooking; Stage: different, as Cleo wishes; Ben wishes the same; "
                        "Rhythm: once a month; every week; both write English; Field: different, though Ben wishes the "
                        "same; only Ben wants to talk live");
    struct matching_group best = pair(0, 2), all = {.count = 3, .members = {0, 1, 2}};
    assert_in_range(match_words_share(&population, &best), 40, 60);
    assert_in_range(match_words_share(&population, &all), 30, 60);
}

static void left_over_in_words(void **state) {
    /* Goal: who is left over is told why, and what can be done about it. */
    struct fixture *fixture = *state;
    another_round(fixture, "left-over");
    static const struct person people[] = {
        {"A", "a@a.test", "SE", "Europe/Stockholm", "{}"},
        {"B", "b@a.test", "SE", "Europe/Stockholm", "{}"},
        {"C", "c@a.test", "GR", "Europe/Athens", "{\"languages\": \"el\", \"avoid\": \"Petrov\"}"},
    };
    for (size_t i = 0; i < COUNT_OF(people); i++)
        add(fixture, &people[i]);
    struct proposal proposal;
    struct round round;
    assert_done(rounds_find(fixture->database, fixture->round, fixture->arena, &round, &error));
    assert_done(proposal_make(&fixture->service, &round, 1, NULL, fixture->arena, &proposal, &error));
    assert_int_equal(proposal.left_over_count, 3);
    static const char *const words[] = {"live in Sweden as well", "live in Sweden as well", "no language in common"};
    for (size_t i = 0; i < 3; i++)
        assert_non_null(
            strstr(match_words_left_over(&proposal.population, &proposal.left_over[i], fixture->arena), words[i]));
    assert_non_null(
        strstr(match_words_left_over(&proposal.population, &proposal.left_over[2], fixture->arena), "Petrov"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(languages_count_at_a_usable_level),
        fixture_test(avoided_countries_and_people),
        fixture_test(earlier_and_forbidden_partners),
        fixture_test(who_can_have_a_partner),
        fixture_test(fingerprints_tell_what_changed),
        fixture_test(reasons_in_words),
        fixture_test(left_over_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
