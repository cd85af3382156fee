#include "app/catch_up.h"

#include <stdio.h>

#include "base/memory.h"
#include "cli/commands.h"
#include "cli/context.h"

static bool decide(struct context *context, bool send, struct error *error) {
    struct service *service = context_service(context, error);
    size_t scheduled, queued, skipped;
    if (!service || !catch_up_count(service, &scheduled, &queued, error) ||
        !catch_up_decide(service, send, &skipped, error))
        return false;
    if (send)
        context_tell(context, "%zu message%s that became due meanwhile may go out now, but for what is too late.",
                     scheduled + queued, scheduled + queued == 1 ? "" : "s");
    else
        context_tell(context, "Skipped %zu message%s that became due meanwhile; everything after goes on as planned.",
                     skipped, skipped == 1 ? "" : "s");
    return true;
}

static bool decide_send(struct context *context, void *data, struct error *error) {
    (void)data;
    return decide(context, true, error);
}

static bool decide_skip(struct context *context, void *data, struct error *error) {
    (void)data;
    return decide(context, false, error);
}

static int run_send(const struct invocation *invocation) {
    auto_context context = {0};
    int code = context_open(&context, invocation);
    return code == EXIT_DONE ? context_change(&context, decide_send, NULL) : code;
}

static int run_skip(const struct invocation *invocation) {
    auto_context context = {0};
    int code = context_open(&context, invocation);
    return code == EXIT_DONE ? context_change_in_portions(&context, "Skipping messages", decide_skip, NULL) : code;
}

static const char when_needed[] =
    "After a restored copy of the database or a clock that jumped, the service can't know what was sent already and "
    "sends nothing until a person has decided: \"send\" what became due meanwhile, or \"skip\" it. If mail had gone "
    "out "
    "after the copy was made, sending would repeat it: skip. If the service had stood still, send. outbox list --state "
    "queued shows what waits.";

const struct command catch_up_send_command = {
    .name = "catch-up send",
    .summary = "after a restored copy: sends what became due meanwhile",
    .help = when_needed,
    .flags = COMMAND_CHANGES,
    .run = run_send,
};

const struct command catch_up_skip_command = {
    .name = "catch-up skip",
    .summary = "after a restored copy: skips what became due meanwhile",
    .help = when_needed,
    .flags = COMMAND_CHANGES,
    .run = run_skip,
};
