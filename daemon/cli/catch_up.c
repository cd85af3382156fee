#include "app/catch_up.h"

#include "cli/context.h"

static bool decide(struct context *context, bool send, size_t *ret_waited, size_t *ret_skipped, struct error *error) {
    size_t scheduled, queued;
    if (!catch_up_count(context->service, &scheduled, &queued, error) ||
        !catch_up_decide(context->service, send, ret_skipped, error))
        return false;
    *ret_waited = scheduled + queued;
    return true;
}

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

static bool decide_send(struct context *context, struct error *error) {
    size_t waited, skipped;
    if (!decide(context, true, &waited, &skipped, error))
        return false;
    context_tell(context, "%zu message%s that became due meanwhile may go out now, but for what is too late.", waited,
                 plural(waited));
    return true;
}

static bool decide_skip(struct context *context, struct error *error) {
    size_t waited, skipped;
    if (!decide(context, false, &waited, &skipped, error))
        return false;
    context_tell(context, "Skipped %zu message%s that became due meanwhile; everything after goes on as planned.",
                 skipped, plural(skipped));
    return true;
}

static const char when_needed[] =
    "After a restored copy of the database or a clock that jumped, the service can't know what was sent already and "
    "sends nothing until a person has decided: \"send\" what became due meanwhile, or \"skip\" it. If mail had gone "
    "out after the copy was made, sending would repeat it: skip. If the service had stood still, send. outbox list "
    "--state queued shows what waits.";

const struct command catch_up_send_command = {
    .name = "catch-up send",
    .summary = "after a restored copy: sends what became due meanwhile",
    .help = when_needed,
    .flags = COMMAND_SERVICE,
    .change = decide_send,
};

const struct command catch_up_skip_command = {
    .name = "catch-up skip",
    .summary = "after a restored copy: skips what became due meanwhile",
    .help = when_needed,
    .flags = COMMAND_SERVICE,
    .change = decide_skip,
    .portions = "Skipping messages",
};
