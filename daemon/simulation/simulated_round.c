#include "simulation/simulated_round.h"

#include <stdlib.h>
#include <string.h>

#include "app/action_round.h"
#include "base/clock.h"
#include "base/random.h"
#include "simulation/simulated_folder.h"
#include "store/answers.h"
#include "store/cases.h"
#include "store/contacts.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/rounds.h"
#include "store/schedule.h"

enum {
    FIRST_DAY = 1739178000, /* 2025-02-10T09:00:00Z */
    OPENS_AT = FIRST_DAY + SECONDS_PER_HOUR,
    CLOSES_AT = 1740787200,                                               /* midnight at the end of 28 February */
    MATCHED_AT = CLOSES_AT + 2 * SECONDS_PER_DAY + 19 * SECONDS_PER_HOUR, /* a Monday evening */
    STARTS_AT = 1741600800,                                               /* 2025-03-10T10:00:00Z */
    WEEKS_TO_REST = 32,                                                   /* of those who began later */
    QUIET_AFTER = 91 * SECONDS_PER_DAY,                                   /* without a letter */
    OFTEN_INTERVAL = 14 * SECONDS_PER_DAY,
};

#define COORDINATOR "command:kate"

static bool first_fault(const struct error_list *errors, struct error *error) {
    auto_string line = errors->count ? error_list_format(&errors->entries[0]) : memory_copy_string("unknown");
    return error_set(error, ERROR_PERMANENT, "%s", line);
}

static bool plan_round(struct simulated_round *round, struct error *error) {
    struct service service;
    if (!service_open(&service, &round->configuration, round->database, COORDINATOR, error))
        return false;
    struct event_cause cause = service_cause(&service, NULL);
    struct round planned = {.length = round->configuration.round.length,
                            .opens_at = OPENS_AT,
                            .closes_at = CLOSES_AT,
                            .starts_at = STARTS_AT};
    bool good = rounds_create(round->database, SIMULATED_ROUND_NAME, planned.length, &cause, &planned.id, error) &&
                action_round_set_dates(&service, &planned, error);
    round->id = planned.id;
    service_close(&service);
    return good;
}

/* ---- A coordinator's evening ---- */

/* A coordinator who knows people does not take all of a proposal: somebody of the weakest partnership is exchanged, for
 * whoever makes the two that come of it the best. None where no rule lets that be: then RET_PEOPLE stays as it is. */
static bool exchange(struct service *service, const struct round *of, struct arena *arena,
                     const struct participant **ret_people, struct error *error) {
    struct proposal proposal, changed;
    struct matching_group groups[2];
    int64_t best = MATCHING_BARRED;
    size_t count;
    struct participant *people = arena_take_array(arena, 2, sizeof *people);
    if (!proposal_read(service, of, arena, &proposal, error))
        return false;
    const struct population *population = &proposal.population;
    for (size_t i = 2; i < 2 * proposal.group_count; i++) {
        struct matching_group weakest = proposal.groups[0], other = proposal.groups[i / 2];
        uint32_t mine = weakest.members[1], theirs = other.members[i % 2];
        weakest.members[1] = theirs;
        other.members[i % 2] = mine;
        int64_t score = matching_group_score(&population->rules, population->people, &weakest),
                others = matching_group_score(&population->rules, population->people, &other);
        if (score == MATCHING_BARRED || others == MATCHING_BARRED || score + others <= best)
            continue;
        best = score + others;
        people[0] = population->who[mine].participant;
        people[1] = population->who[theirs].participant;
    }
    if (best == MATCHING_BARRED)
        return true;
    *ret_people = people;
    return proposal_swap(service, of, people, arena, groups, &count, &changed, error);
}

static bool propose(struct service *service, const struct simulated_round *round, struct arena *arena,
                    struct round *ret_round, struct error *error) {
    struct proposal proposal;
    return rounds_find(round->database, round->id, arena, ret_round, error) &&
           proposal_make(service, ret_round, (int64_t)round->settings.seed, NULL, arena, &proposal, error) &&
           proposal_put(service, &proposal, error) && rounds_find(round->database, round->id, arena, ret_round, error);
}

/* Proposes, exchanges two, proposes around them, approves. */
static bool match(struct simulated_round *round, struct service *service, struct arena *arena, struct error *error) {
    struct simulated_match match = {0};
    struct round of;
    struct proposal proposal;
    struct action_match_result result;
    if (!propose(service, round, arena, &of, error) || !exchange(service, &of, arena, &match.people, error) ||
        !propose(service, round, arena, &of, error) || !proposal_read(service, &of, arena, &proposal, error))
        return false;
    match.proposal = &proposal;
    if (round->settings.matched)
        round->settings.matched(round->settings.context, round, &match);
    if (!action_match_approve(service, &proposal, arena, &result, error))
        return false;
    round->partnerships = result.partnerships;
    return simulated_people_pair(round->people, round->database, round->id, STARTS_AT, error);
}

static bool spend_evening(struct simulated_round *round, struct error *error) {
    auto_arena arena = arena_new();
    struct service service;
    if (!service_open(&service, &round->configuration, round->database, COORDINATOR, error))
        return false;
    bool good = simulation_sign_up_read(&service, round->id, simulated_people_record(round->people), round->arena,
                                        &round->sign_up, error) &&
                match(round, &service, arena, error);
    service_close(&service);
    return good;
}

/* ---- What happened meanwhile ---- */

static bool within(const struct simulated_month *month, int64_t moment) {
    return moment > month->from && moment <= month->until;
}

/* A letter, through the programme or with a copy to it. */
static bool is_letter(const struct contact *contact) {
    return contact->channel == CONTACT_RELAY || contact->channel == CONTACT_CC;
}

static bool count_partnership(struct simulated_round *round, int64_t id, struct simulated_month *month,
                              struct error *error) {
    auto_arena arena = arena_new();
    struct contact_list contacts;
    struct answer_list answers;
    if (!contacts_list(round->database, id, arena, &contacts, error) ||
        !answers_list(round->database, id, arena, &answers, error))
        return false;
    for (size_t i = 0; i < contacts.count; i++)
        month->letters += is_letter(&contacts.items[i]) && within(month, contacts.items[i].at);
    for (size_t i = 0; i < answers.count; i++)
        month->answers += within(month, answers.items[i].at);
    return true;
}

static bool count_month(struct simulated_round *round, struct simulated_month *month, struct error *error) {
    auto_arena arena = arena_new();
    enum outbox_state sent = OUTBOX_SENT;
    struct outbox_list rows;
    struct case_list alerts;
    struct partnership_list partnerships;
    if (!outbox_list(round->database, &(struct outbox_filter){.state = &sent}, arena, &rows, error) ||
        !cases_list(round->database, &(struct case_filter){.but_messages = true}, arena, &alerts, error) ||
        !partnerships_list(round->database, &(struct partnership_filter){.round = round->id}, arena, &partnerships,
                           error))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        if (within(month, rows.items[i].sent_at))
            ++*(rows.items[i].coordinator ? &month->notices : &month->sent);
    for (size_t i = 0; i < alerts.count; i++)
        month->alerts += within(month, alerts.items[i].opened_at);
    for (size_t i = 0; i < partnerships.count; i++)
        if (!count_partnership(round, partnerships.items[i].id, month, error))
            return false;
    return true;
}

/* ---- Half a year ---- */

static bool tell(struct simulated_round *round, int number, int64_t from, int64_t until, struct error *error) {
    struct simulated_month month = {.number = number, .from = from, .until = until};
    if (!count_month(round, &month, error))
        return false;
    if (round->settings.month)
        round->settings.month(round->settings.context, &month);
    return true;
}

static bool pass(struct simulated_round *round, int number, int64_t from, int64_t until, struct error *error) {
    return simulation_run(round->simulation, until, error) && tell(round, number, from, until, error);
}

/* Sign-up, the evening, and the start, which comes by date. */
static bool begin(struct simulated_round *round, struct error *error) {
    struct service *service = simulation_service(round->simulation);
    struct duration length;
    if (!simulation_run(round->simulation, MATCHED_AT, error) || !spend_evening(round, error) ||
        !tell(round, -1, FIRST_DAY - 1, CLOSES_AT - 1, error) || !pass(round, 0, CLOSES_AT - 1, STARTS_AT, error) ||
        !simulation_plan_make(service, round->id, round->arena, &round->plan, error) ||
        !duration_parse(round->configuration.round.length, &length, error))
        return false;
    round->started_at = STARTS_AT;
    round->ended_at = sequence_ends_at(round->started_at, &length, service->zone);
    return true;
}

static bool look_for_rest(struct simulated_round *round, struct error *error) {
    size_t states[OUTBOX_STATE_COUNT];
    size_t scheduled;
    if (!schedule_count_until(round->database, INT64_MAX, &scheduled, error) ||
        !outbox_count_states(round->database, states, error))
        return false;
    round->finished = scheduled == 0 && states[OUTBOX_QUEUED] == 0 && states[OUTBOX_SENDING] == 0 &&
                      states[OUTBOX_UNCERTAIN] == 0 && !simulation_mail_waits(round->simulation);
    return true;
}

/* What an outage held up may come later. */
static bool come_to_rest(struct simulated_round *round, struct error *error) {
    for (int64_t week = 0; week < WEEKS_TO_REST; week++)
        if (!look_for_rest(round, error) ||
            (!round->finished && !simulation_run(round->simulation, clock_now() + 7 * SECONDS_PER_DAY, error)))
            return false;
    return look_for_rest(round, error);
}

static bool pass_all(struct simulated_round *round, struct error *error) {
    const struct zone *zone = simulation_service(round->simulation)->zone;
    if (!begin(round, error))
        return false;
    int64_t from = round->started_at;
    for (int number = 1; from < round->ended_at; number++) {
        int64_t until = zone_add(zone, round->started_at, &(struct duration){.months = number});
        if (until > round->ended_at)
            until = round->ended_at;
        if (!pass(round, number, from, until, error))
            return false;
        from = until;
    }
    return come_to_rest(round, error) && tell(round, 7, from, clock_now(), error);
}

/* ---- How it went ---- */

static enum simulated_outcome judge(const struct simulated_round *round, const struct partnership *partnership,
                                    size_t letters, int64_t last) {
    if (partnership->state == PARTNERSHIP_DISSOLVED)
        return SIMULATED_ENDED;
    if (last < round->ended_at - QUIET_AFTER)
        return SIMULATED_QUIET;
    int64_t most_often = (round->ended_at - round->started_at) / OFTEN_INTERVAL;
    return (int64_t)letters >= most_often ? SIMULATED_OFTEN : SIMULATED_SLOWLY;
}

static bool judge_all(struct simulated_round *round, struct error *error) {
    struct partnership_list partnerships;
    if (!partnerships_list(round->database, &(struct partnership_filter){.round = round->id}, round->arena,
                           &partnerships, error))
        return false;
    for (size_t i = 0; i < partnerships.count; i++) {
        auto_arena arena = arena_new();
        const struct partnership *partnership = &partnerships.items[i];
        struct contact_list contacts;
        struct answer_list answers;
        size_t letters = 0;
        int64_t last = 0;
        if (!contacts_list(round->database, partnership->id, arena, &contacts, error) ||
            !answers_list(round->database, partnership->id, arena, &answers, error))
            return false;
        for (size_t j = 0; j < contacts.count; j++) {
            if (!is_letter(&contacts.items[j]))
                continue;
            letters++;
            last = contacts.items[j].at;
        }
        struct simulated_outcome_count *count = &round->outcomes[judge(round, partnership, letters, last)];
        count->partnerships++;
        count->letters += letters;
        count->answers += answers.count;
        if (!count->example)
            count->example = partnership->id;
    }
    return true;
}

/* ---- All of it ---- */

static bool prepare(struct simulated_round *round, struct parser *parser, struct error *error) {
    const struct simulated_round_settings *settings = &round->settings;
    auto_error_list errors = ERROR_LIST_EMPTY;
    struct simulation_world world;
    if (!simulated_folder_write(settings->folder, error))
        return false;
    if (!configuration_load(arena_format(round->arena, "%s/tandempost.conf", settings->folder), &round->configuration,
                            &errors))
        return first_fault(&errors, error);
    if (!database_open(round->configuration.programme.database, DATABASE_CREATE, &round->database, error) ||
        !database_set_quick(round->database, error) || !plan_round(round, error) ||
        !simulated_people_new(&round->configuration, settings->participants, OPENS_AT, settings->cast, settings->seed,
                              &round->people, error))
        return false;
    world = simulated_people_world(round->people);
    if (!simulation_open(&round->configuration, round->database, parser, &world, settings->restarts, &round->simulation,
                         error))
        return false;
    simulated_people_join(round->people, round->simulation);
    return true;
}

/* What is wrong in it unbalances the books. */
static bool read_care(struct simulated_round *round, struct error *error) {
    auto_text faults = TEXT_EMPTY;
    if (!simulation_care_read(simulation_service(round->simulation), round->id, round->started_at, round->people,
                              round->arena, &round->care, &faults, error))
        return false;
    if (faults.length) {
        round->accounts.balanced = false;
        round->accounts.faults = arena_format(round->arena, "%s%s", round->accounts.faults, text_string(&faults));
    }
    return true;
}

bool simulated_round_run(struct simulated_round *round, const struct simulated_round_settings *settings,
                         struct parser *parser, struct error *error) {
    require(settings->participants >= 2 && settings->participants % 2 == 0 &&
            settings->participants <= SIMULATED_ROUND_PARTICIPANTS);
    *round = (struct simulated_round){.settings = *settings, .arena = arena_new()};
    clock_set_virtual(FIRST_DAY);
    random_seed(settings->seed);
    return prepare(round, parser, error) && pass_all(round, error) &&
           simulation_plan_complete(simulation_service(round->simulation), round->id, round->started_at, round->arena,
                                    &round->plan, error) &&
           simulation_accounts_close(simulation_service(round->simulation), round->id, &round->plan,
                                     simulated_people_record(round->people), round->arena, &round->accounts, error) &&
           read_care(round, error) && judge_all(round, error);
}

void simulated_round_free(struct simulated_round *round) {
    simulation_free(round->simulation);
    simulated_people_free(round->people);
    database_close(round->database);
    configuration_free(&round->configuration);
    arena_free(round->arena);
    *round = (struct simulated_round){0};
}
