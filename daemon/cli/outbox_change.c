/* outbox cancel, outbox retry. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/localise.h"
#include "base/memory.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/reference.h"
#include "store/outbox.h"

/* How long a message that a person sends again may still wait for its turn. */
enum { NEW_EXPIRY = 3 * SECONDS_PER_DAY };

static const struct command_argument one_message[] = {{"ID", "the message's id in the outbox", .optional = false}, {0}};

static int run_change(const struct invocation *invocation,
                      bool (*change)(struct context *context, void *data, struct error *error)) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct outbox_row row = {0};
    int64_t id = 0;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!reference_id(invocation_argument(invocation, 0), "outgoing message", "outbox list", &id, &error) ||
        !outbox_find(context.database, id, arena, &row, &error) ||
        (!row.id && !reference_none(id, "outgoing message", "outbox list", &error)))
        return context_refuse(&error);
    return context_change(&context, change, &row);
}

/* ---- cancel ---- */

static bool cancel(struct context *context, void *data, struct error *error) {
    const struct outbox_row *row = data;
    struct event_cause cause = context_cause(context, NULL);
    const struct outbox_changes changes = {.reason = "cancelled by a coordinator"};
    if (row->state != OUTBOX_QUEUED && row->state != OUTBOX_HELD)
        return error_set(error, ERROR_PERMANENT,
                         "Message %" PRId64 " is %s; only what is queued or held can be cancelled.", row->id,
                         outbox_state_name(row->state));
    if (!outbox_enter_state(context->database, row->id, row->state, OUTBOX_CANCELLED, &changes, &cause, error))
        return false;
    context_tell(context, "Cancelled message %" PRId64 ": it is not sent.", row->id);
    return true;
}

static int run_cancel(const struct invocation *invocation) {
    return run_change(invocation, cancel);
}

const struct command outbox_cancel_command = {
    .name = "outbox cancel",
    .summary = "a message that is queued or held is not sent",
    .flags = COMMAND_CHANGES,
    .arguments = one_message,
    .run = run_cancel,
};

/* ---- retry ---- */

/* What would hold it back again at once is told instead. */
static bool check_recipient(struct context *context, const struct outbox_row *row, struct arena *arena,
                            struct error *error) {
    struct participant participant;
    struct partnership partnership = {.state = PARTNERSHIP_ACTIVE};
    if (!row->participant)
        return true;
    if (!participants_find(context->database, row->participant, arena, &participant, error) ||
        (row->partnership && !partnerships_find(context->database, row->partnership, arena, &partnership, error)))
        return false;
    if (participant_has_left(participant.state))
        return error_set(error, ERROR_PERMANENT, "Participant %" PRId64 " has left the programme.", participant.id);
    if (participant.state == PARTICIPANT_PAUSED)
        return error_set(error, ERROR_PERMANENT,
                         "Participant %" PRId64 ", %s, pauses. Their messages go on with: tandempost participant "
                         "resume %" PRId64,
                         participant.id, participant.name, participant.id);
    if (participant.address_state == ADDRESS_DEAD)
        return error_set(error, ERROR_PERMANENT,
                         "Mail to participant %" PRId64 ", %s, comes back. Mend that first: tandempost participant "
                         "update %" PRId64 " --address ADDRESS, or --address-works",
                         participant.id, participant.name, participant.id);
    if (partnership.state == PARTNERSHIP_HELD || partnership.state == PARTNERSHIP_FROZEN)
        return error_set(error, ERROR_PERMANENT,
                         "Partnership %" PRId64
                         " is %s. Its messages go on with: tandempost partnership resume %" PRId64,
                         partnership.id, partnership_state_name(partnership.state), partnership.id);
    if (partnership.state == PARTNERSHIP_DISSOLVED)
        return error_set(error, ERROR_PERMANENT, "Partnership %" PRId64 " was dissolved.", partnership.id);
    return true;
}

static bool retry(struct context *context, void *data, struct error *error) {
    const struct outbox_row *row = data;
    auto_arena arena = arena_new();
    struct event_cause cause = context_cause(context, NULL);
    int64_t now = clock_now();
    struct outbox_changes changes = {.next_try_at = now};
    bool queued = row->state == OUTBOX_QUEUED;
    if (!queued && row->state != OUTBOX_HELD && row->state != OUTBOX_FAILED && row->state != OUTBOX_UNCERTAIN)
        return error_set(error, ERROR_PERMANENT,
                         "Message %" PRId64 " is %s; only what is queued, held or failed is sent.", row->id,
                         outbox_state_name(row->state));
    if (!queued && row->expires_at <= now)
        changes.expires_at = now + NEW_EXPIRY;
    if (!check_recipient(context, row, arena, error) ||
        (!queued &&
         !outbox_enter_state(context->database, row->id, row->state, OUTBOX_QUEUED, &changes, &cause, error)) ||
        !outbox_hurry(context->database, row->id, now, PRIORITY_ANSWER, error))
        return false;
    context_tell(context, "Message %" PRId64 " goes out with the next ones%s.", row->id,
                 changes.expires_at ? "; its time was over, it has three days more now" : "");
    return true;
}

static int run_retry(const struct invocation *invocation) {
    return run_change(invocation, retry);
}

const struct command outbox_retry_command = {
    .name = "outbox retry",
    .summary = "a message that is queued, held or failed is sent now",
    .help = "Sends a message that is held or has failed, or one that waits for its recipient's morning: at once, at "
            "whatever hour. Where nobody knows whether the first one arrived, the recipient may get it twice; mail "
            "programs show both as one, as it keeps its Message-ID. One whose time is over gets three days more.",
    .flags = COMMAND_CHANGES,
    .arguments = one_message,
    .run = run_retry,
};
