#include "simulation/simulation_accounts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/action_application.h"
#include "app/held.h"
#include "app/relay.h"
#include "base/clock.h"
#include "simulation/simulation_closing.h"
#include "simulation/simulation_files.h"
#include "simulation/simulation_letters.h"
#include "store/participants.h"
#include "store/partnerships.h"

enum { REASONS_MOST = 50 };

static void add_reason(struct simulation_closing *closing, const char *reason) {
    struct simulation_accounts *accounts = closing->accounts;
    if (string_is_empty(reason))
        reason = "without a reason";
    for (size_t i = 0; i < accounts->reason_count; i++)
        if (string_equal(accounts->reasons[i].reason, reason)) {
            accounts->reasons[i].count++;
            return;
        }
    if (accounts->reason_count < REASONS_MOST)
        accounts->reasons[accounts->reason_count++] = (struct simulation_reason){reason, 1};
}

/* ---- Each planned message ---- */

/* What was held back for a reason must go on once the reason is gone. */
static bool check_held(struct simulation_closing *closing, const struct outbox_row *row, struct error *error) {
    struct participant participant;
    struct partnership partnership;
    if (!participants_find(closing->service->database, row->participant, closing->arena, &participant, error) ||
        !partnerships_find(closing->service->database, row->partnership, closing->arena, &partnership, error))
        return false;
    bool forgotten = (string_equal(row->reason, HELD_PAUSED) && participant.state != PARTICIPANT_PAUSED) ||
                     (string_equal(row->reason, HELD_ADDRESS_DEAD) && participant.address_state != ADDRESS_DEAD) ||
                     (string_equal(row->reason, HELD_ON_HOLD) && partnership.state != PARTNERSHIP_HELD &&
                      partnership.state != PARTNERSHIP_FROZEN);
    if (forgotten)
        simulation_closing_fault(
            closing, "%s is still held (%s), but the participant is %s, the address %s, the partnership %s", row->key,
            row->reason, participant_state_name(participant.state), address_state_name(participant.address_state),
            partnership.id ? partnership_state_name(partnership.state) : "none");
    return true;
}

static bool account_row(struct simulation_closing *closing, struct simulation_account *account,
                        const struct outbox_row *row, struct error *error) {
    static const enum simulation_number numbers[OUTBOX_STATE_COUNT] = {
        [OUTBOX_SENT] = SIMULATION_SENT,           [OUTBOX_EXPIRED] = SIMULATION_SKIPPED,
        [OUTBOX_CANCELLED] = SIMULATION_CANCELLED, [OUTBOX_HELD] = SIMULATION_HELD,
        [OUTBOX_FAILED] = SIMULATION_FAILED,       [OUTBOX_QUEUED] = SIMULATION_OPEN,
        [OUTBOX_SENDING] = SIMULATION_OPEN,        [OUTBOX_UNCERTAIN] = SIMULATION_OPEN,
    };
    enum simulation_number number = numbers[row->state];
    account->numbers[number]++;
    if (number != SIMULATION_SENT)
        add_reason(closing, number == SIMULATION_OPEN ? "still to be sent" : row->reason);
    return row->state != OUTBOX_HELD || check_held(closing, row, error);
}

static struct simulation_account *find_account(struct simulation_accounts *accounts, const char *step) {
    for (size_t i = 0; i < accounts->step_count; i++)
        if (string_equal(accounts->steps[i].step, step))
            return &accounts->steps[i];
    return NULL;
}

/* A partner's letter that comes before the introduction fetches that forward. */
static bool was_brought_forward(const struct simulation_closing *closing, const struct outbox_row *row,
                                const struct schedule_entry *entry) {
    for (size_t i = 0; i < closing->rows.count; i++) {
        const struct outbox_row *letter = &closing->rows.items[i];
        if (string_equal(letter->step, RELAY_STEP) && letter->participant == row->participant &&
            letter->partnership == row->partnership && letter->created_at == row->due_at)
            return row->due_at < entry->due_at && row->expires_at == entry->expires_at;
    }
    return false;
}

static bool account_entry(struct simulation_closing *closing, const struct schedule_entry *entry, struct error *error) {
    struct simulation_account *account = find_account(closing->accounts, entry->step);
    const struct outbox_row *row = simulation_closing_find_row(closing, entry->key);
    const char *why;
    require(account);
    account->due++;
    if (row) {
        if ((row->due_at != entry->due_at || row->expires_at != entry->expires_at) &&
            !was_brought_forward(closing, row, entry))
            simulation_closing_fault(closing, "%s was queued for another moment than the one planned", entry->key);
        return account_row(closing, account, row, error);
    }
    if (entry->due_at > clock_now()) {
        account->open++;
        return true;
    }
    if (!simulation_closing_explain(closing, entry, &why, error))
        return false;
    if (why) {
        account->cancelled++;
        add_reason(closing, why);
        return true;
    }
    account->missing++;
    simulation_closing_fault(closing, "%s was due and never came into the outbox", entry->key);
    return true;
}

static bool is_planned(const struct simulation_plan *plan, const char *key) {
    for (size_t i = 0; i < plan->count; i++)
        if (string_equal(plan->entries[i].key, key))
            return true;
    return false;
}

/* What was sent on a step's behalf must have been planned. */
static void find_unplanned(struct simulation_closing *closing, const struct simulation_plan *plan) {
    for (size_t i = 0; i < closing->rows.count; i++) {
        const struct outbox_row *row = &closing->rows.items[i];
        if (string_equal(row->step, APPLICATION_STEP))
            continue;
        if (!find_account(closing->accounts, row->step) || string_equal(row->template_name, "survey-reminder"))
            closing->accounts->besides += row->state == OUTBOX_SENT;
        else if (!is_planned(plan, row->key))
            simulation_closing_fault(closing, "%s is in the outbox without having been planned", row->key);
    }
}

/* ---- The sum ---- */

static int compare_reasons(const void *a, const void *b) {
    const struct simulation_reason *left = a, *right = b;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return strcmp(left->reason, right->reason);
}

static void sum_up(struct simulation_closing *closing) {
    struct simulation_accounts *accounts = closing->accounts;
    struct simulation_account *total = &accounts->total;
    total->step = "total";
    for (size_t i = 0; i < accounts->step_count; i++)
        for (size_t number = 0; number < SIMULATION_NUMBERS; number++)
            total->numbers[number] += accounts->steps[i].numbers[number];
    if (accounts->reason_count)
        qsort(accounts->reasons, accounts->reason_count, sizeof *accounts->reasons, compare_reasons);
    size_t sum = 0;
    for (size_t number = SIMULATION_SENT; number < SIMULATION_NUMBERS; number++)
        sum += total->numbers[number];
    if (sum != total->due)
        simulation_closing_fault(closing, "%zu messages were due, but the parts sum up to %zu", total->due, sum);
    accounts->faults = arena_copy_string(closing->arena, text_string(&closing->faults));
    accounts->balanced = closing->fault_count == 0;
}

static bool close_books(struct simulation_closing *closing, const struct simulation_plan *plan, struct error *error) {
    if (!simulation_closing_read(closing, error) || !simulation_files_read(closing, error))
        return false;
    for (size_t i = 0; i < plan->count; i++)
        if (!account_entry(closing, &plan->entries[i], error))
            return false;
    find_unplanned(closing, plan);
    for (size_t i = 0; i < closing->accounts->sign_up.fault_count; i++)
        simulation_closing_fault(closing, "%s", closing->accounts->sign_up.faults[i]);
    if (!simulation_files_check(closing, error) || !simulation_letters_check(closing, error) ||
        !simulation_letters_check_answers(closing, error))
        return false;
    sum_up(closing);
    return true;
}

bool simulation_accounts_close(struct service *service, int64_t round, const struct simulation_plan *plan,
                               const struct simulated_record *record, struct arena *arena,
                               struct simulation_accounts *ret, struct error *error) {
    const struct sequence *sequence = &service->sequence;
    struct simulation_accounts accounts = {.step_count = sequence->count};
    struct simulation_closing closing = {.service = service, .record = record, .arena = arena, .accounts = &accounts};
    accounts.steps = arena_take_array(arena, sequence->count, sizeof *accounts.steps);
    accounts.reasons = arena_take_array(arena, REASONS_MOST, sizeof *accounts.reasons);
    for (size_t i = 0; i < sequence->count; i++)
        accounts.steps[i].step = sequence->steps[i].name;
    bool good = simulation_sign_up_read(service, round, record, arena, &accounts.sign_up, error) &&
                close_books(&closing, plan, error);
    free(closing.files);
    text_free(&closing.faults);
    if (good)
        *ret = accounts;
    return good;
}
