#include "simulation/simulated_round.h"

#include <stdlib.h>
#include <string.h>

#include "app/action_participant.h"
#include "app/action_partnership.h"
#include "app/action_round.h"
#include "app/csv_table.h"
#include "app/enrolment.h"
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
#include "store/transaction.h"

enum {
    FIRST_DAY = 1740996000,           /* 2025-03-03T10:00:00Z: people are taken on */
    WAITING = 7 * SECONDS_PER_DAY,    /* until the round starts */
    AFTERWARDS = 7 * SECONDS_PER_DAY, /* for farewells */
    WEEKS_TO_REST = 8,
    QUIET_AFTER = 91 * SECONDS_PER_DAY, /* without a letter */
    OFTEN_INTERVAL = 14 * SECONDS_PER_DAY,
};

/* ---- Taking people on ---- */

static bool first_fault(const struct error_list *errors, struct error *error) {
    auto_string line = errors->count ? error_list_format(&errors->entries[0]) : memory_copy_string("unknown");
    return error_set(error, ERROR_PERMANENT, "%s", line);
}

/* In participants.csv partners stand one after the other. */
static bool take_on(struct simulated_round *round, struct service *service, struct error *error) {
    auto_error_list errors = ERROR_LIST_EMPTY;
    auto_string bytes = NULL;
    size_t length;
    struct csv_table table;
    struct enrolment_list people;
    struct event_cause cause = service_cause(service, "imported");
    const char *path = arena_format(round->arena, "%s/participants.csv", round->settings.folder);
    if (!csv_table_load(path, &bytes, &length, &errors) ||
        !csv_table_read(path, bytes, length, round->arena, &table, &errors) ||
        !enrolment_read_table(path, &table, &round->configuration.programme, round->arena, &people, &errors))
        return first_fault(&errors, error);
    int64_t *ids = arena_take_array(round->arena, people.count, sizeof *ids), partnership;
    for (size_t i = 0; i < people.count; i++)
        if (!participants_add(service->database, &people.rows[i].participant, people.rows[i].key, &cause, &ids[i],
                              error) ||
            !action_participant_accept(service, ids[i], round->id, error))
            return false;
    for (size_t i = 0; i + 1 < people.count; i += 2)
        if (!action_partnership_create(service, round->id, &ids[i], 2, &partnership, error))
            return false;
    round->partnerships = people.count / 2;
    return true;
}

static bool enrol(struct simulated_round *round, struct error *error) {
    struct service service;
    auto_transaction transaction = TRANSACTION_NONE;
    if (!service_open(&service, &round->configuration, round->database, "command:kate", error))
        return false;
    struct event_cause cause = service_cause(&service, NULL);
    bool good = transaction_begin(round->database, &transaction, error) &&
                rounds_create(round->database, SIMULATED_ROUND_NAME, round->configuration.round.length, &cause,
                              &round->id, error) &&
                take_on(round, &service, error) && transaction_commit(&transaction, error);
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
            ++*(rows.items[i].participant ? &month->sent : &month->notices);
    for (size_t i = 0; i < alerts.count; i++)
        month->alerts += within(month, alerts.items[i].opened_at);
    for (size_t i = 0; i < partnerships.count; i++)
        if (!count_partnership(round, partnerships.items[i].id, month, error))
            return false;
    return true;
}

/* ---- Half a year ---- */

static bool pass(struct simulated_round *round, int number, int64_t from, int64_t until, struct error *error) {
    struct simulated_month month = {.number = number, .from = from, .until = until};
    if (!simulation_run(round->simulation, until, error) || !count_month(round, &month, error))
        return false;
    if (round->settings.month)
        round->settings.month(round->settings.context, &month);
    return true;
}

static bool start_round(struct simulated_round *round, struct error *error) {
    struct service *service = simulation_service(round->simulation);
    struct duration length;
    size_t count;
    if (!action_round_start(service, round->id, &count, error) ||
        !simulation_plan_make(service, round->id, round->arena, &round->plan, error) ||
        !duration_parse(round->configuration.round.length, &length, error))
        return false;
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
    int64_t from = FIRST_DAY - 1;
    if (!pass(round, 0, from, round->started_at, error) || !start_round(round, error))
        return false;
    from = round->started_at;
    for (int number = 1; from < round->ended_at; number++) {
        int64_t until = zone_add(zone, round->started_at, &(struct duration){.months = number});
        if (until > round->ended_at)
            until = round->ended_at;
        if (!pass(round, number, from, until, error))
            return false;
        from = until;
    }
    return pass(round, 7, from, round->ended_at + AFTERWARDS, error) && come_to_rest(round, error);
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
    if (!simulated_folder_write(settings->folder, settings->participants / 2, error))
        return false;
    if (!configuration_load(arena_format(round->arena, "%s/tandempost.conf", settings->folder), &round->configuration,
                            &errors))
        return first_fault(&errors, error);
    if (!database_open(round->configuration.programme.database, DATABASE_CREATE, &round->database, error) ||
        !database_set_quick(round->database, error) || !enrol(round, error) ||
        !simulated_people_new(&round->configuration, round->database, round->id, round->started_at, settings->cast,
                              settings->seed, &round->people, error))
        return false;
    world = simulated_people_world(round->people);
    if (!simulation_open(&round->configuration, round->database, parser, &world, settings->restarts, &round->simulation,
                         error))
        return false;
    simulated_people_join(round->people, round->simulation);
    return true;
}

bool simulated_round_run(struct simulated_round *round, const struct simulated_round_settings *settings,
                         struct parser *parser, struct error *error) {
    require(settings->participants >= 2 && settings->participants % 2 == 0 &&
            settings->participants <= SIMULATED_ROUND_PARTICIPANTS);
    *round = (struct simulated_round){.settings = *settings, .arena = arena_new(), .started_at = FIRST_DAY + WAITING};
    clock_set_virtual(FIRST_DAY);
    random_seed(settings->seed);
    return prepare(round, parser, error) && pass_all(round, error) &&
           simulation_accounts_close(simulation_service(round->simulation), &round->plan,
                                     simulated_people_record(round->people), round->arena, &round->accounts, error) &&
           judge_all(round, error);
}

void simulated_round_free(struct simulated_round *round) {
    simulation_free(round->simulation);
    simulated_people_free(round->people);
    database_close(round->database);
    configuration_free(&round->configuration);
    arena_free(round->arena);
    *round = (struct simulated_round){0};
}
