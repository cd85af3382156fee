#include <inttypes.h>
#include <stdio.h>

#include "app/action_round.h"
#include "app/eligible.h"
#include "base/clock.h"
#include "base/localise.h"
#include "base/memory.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/reference.h"
#include "store/schedule.h"

/* Everybody's first sending time comes within a day, wherever they are; the second day is for steps at other hours. */
enum { FIRST_DAYS = 2 };

/* When the first mails of the round go. */
static bool tell_first(struct context *context, const struct service *service, const struct round *round,
                       struct arena *arena, struct error *error) {
    struct schedule_list soon;
    int64_t now = clock_now(), first = 0, last = 0;
    size_t count = 0;
    const char **not_sent;
    if (!schedule_list_between(context->database, 0, now + FIRST_DAYS * SECONDS_PER_DAY, arena, &soon, error) ||
        !eligible_foresee(service, &soon, arena, &not_sent, error))
        return false;
    for (size_t i = 0; i < soon.count; i++)
        if (soon.items[i].round == round->id && soon.items[i].partnership && !not_sent[i]) {
            first = first ? first : soon.items[i].due_at;
            last = soon.items[i].due_at;
            count++;
        }
    if (count == 0)
        return true;
    context_tell(context, "%zu message%s to partners %s out in the next days: the first on %s, the last on %s.", count,
                 count == 1 ? "" : "s", count == 1 ? "goes" : "go",
                 localise_moment(arena, first, service->zone, "en-GB"),
                 localise_moment(arena, last, service->zone, "en-GB"));
    return true;
}

static bool start_round(struct context *context, void *data, struct error *error) {
    (void)data;
    auto_arena arena = arena_new();
    struct service *service = context_service(context, error);
    struct round round;
    size_t count;
    if (!service ||
        !reference_round(context->database, invocation_argument(context->invocation, 0), arena, &round, error) ||
        !action_round_start(service, round.id, &count, error))
        return false;
    context_tell(context, "Started round \"%s\": %zu partnership%s for %s.", round.name, count, count == 1 ? "" : "s",
                 round.length);
    return tell_first(context, service, &round, arena, error);
}

static int run_start(const struct invocation *invocation) {
    auto_context context = {0};
    int code = context_open(&context, invocation);
    return code == EXIT_DONE ? context_change_in_portions(&context, "Starting the round", start_round, NULL) : code;
}

const struct command round_start_command = {
    .name = "round start",
    .summary = "begins a round and all its planned partnerships",
    .help = "Begins a round: from now on its months count, and each member of its partnerships is introduced at their "
            "next sending time. It can't be undone, as mail goes out; try it first with --dry-run. Should it be "
            "interrupted, the service finishes it.",
    .flags = COMMAND_CHANGES,
    .arguments = (const struct command_argument[]){{"ROUND", "its name or id", .optional = false}, {0}},
    .run = run_start,
};
