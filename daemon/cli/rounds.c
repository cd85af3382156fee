/* round create, start, list, show. */
#include "app/action_round.h"
#include "app/eligible.h"
#include "base/clock.h"
#include "base/localise.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/reference.h"
#include "cli/tones.h"
#include "programme/sequence.h"
#include "store/schedule.h"
#include <string.h>

#define ONE_ROUND                                                                                                      \
    {                                                                                                                  \
        { "ROUND", "its name or id", &reference_to_round, ARGUMENT_NEEDED }                                            \
    }

/* ---- create ---- */

static bool is_round_name(const char *name) {
    int64_t number;
    return !string_is_empty(name) && strlen(name) <= 60 && !string_to_integer(name, &number) &&
           !strpbrk(name, "/\t\r\n\"");
}

static bool create_round(struct context *context, struct error *error) {
    const char *name = invocation_argument(context->invocation, 0),
               *length = invocation_option(context->invocation, "length");
    struct event_cause cause = context_cause(context, NULL);
    struct duration duration;
    int64_t id;
    if (!is_round_name(name))
        return error_set(
            error, ERROR_PERMANENT,
            "\"%s\" can't be a round's name: it is at most 60 bytes, not just a number, and without / and quotes. "
            "\"2027-spring\" would do.",
            name);
    if (!length)
        length = context->configuration.round.length;
    if (!duration_parse(length, &duration, error) || !sequence_check_length(&duration, error) ||
        !rounds_create(context->database, name, length, &cause, &id, error))
        return false;
    context_tell(context, "Created round \"%s\"; its partnerships will last %s.", name, length);
    return true;
}

const struct command round_create_command = {
    .name = "round create",
    .summary = "plans a new round",
    .help = "Plans a round. People come into it with participant import --round or participant add --round, then "
            "partnerships are made, then round start begins it.",
    .options = {{"length", 0, "DURATION", "how long its partnerships last (else the configuration's)", NULL}},
    .arguments = {{"NAME", "what it is called: \"2027-spring\"", NULL, ARGUMENT_NEEDED}},
    .change = create_round,
};

/* ---- start ---- */

/* Everybody's first sending time comes within a day, wherever they are; the second day is for steps at other hours. */
enum { FIRST_DAYS = 2 };

/* When the first mails of the round go. */
static bool tell_first(struct context *context, struct error *error) {
    const struct service *service = context->service;
    struct arena *arena = context->arena;
    struct schedule_list soon;
    int64_t now = clock_now(), first = 0, last = 0;
    size_t count = 0;
    const char **not_sent;
    if (!schedule_list_between(context->database, 0, now + FIRST_DAYS * SECONDS_PER_DAY, arena, &soon, error) ||
        !eligible_foresee(service, &soon, arena, &not_sent, error))
        return false;
    for (size_t i = 0; i < soon.count; i++)
        if (soon.items[i].round == context->round.id && soon.items[i].partnership && !not_sent[i]) {
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

static bool start_round(struct context *context, struct error *error) {
    const struct round *round = &context->round;
    size_t count;
    if (!action_round_start(context->service, round->id, &count, error))
        return false;
    context_tell(context, "Started round \"%s\": %zu partnership%s for %s.", round->name, count, count == 1 ? "" : "s",
                 round->length);
    return tell_first(context, error);
}

const struct command round_start_command = {
    .name = "round start",
    .summary = "begins a round and all its planned partnerships",
    .help = "Begins a round: from now on its months count, and each member of its partnerships is introduced at their "
            "next sending time. It can't be undone, as mail goes out; try it first with --dry-run. Should it be "
            "interrupted, the service finishes it.",
    .flags = COMMAND_SERVICE,
    .arguments = ONE_ROUND,
    .change = start_round,
    .portions = "Starting the round",
};

/* ---- list, show ---- */

struct row {
    struct round round;
    struct round_counts counts;
};

static bool make_row(struct context *context, const void *item, void *row, struct error *error) {
    const struct round *round = item;
    struct row *ret = row;
    ret->round = *round;
    return rounds_count(context->database, round->id, &ret->counts, error);
}

static bool list_rounds(struct context *context, struct error *error) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct row, round.id, "id", "ID"),
        COLUMN(LONG, struct row, round.name, "name", "ROUND"),
        COLUMN_WORDS(tones_round, "state", "STATE"),
        COLUMN(TEXT, struct row, round.length, "length", NULL),
        COLUMN(NUMBER, struct row, counts.accepted, "accepted", "ACCEPTED"),
        COLUMN(NUMBER, struct row, counts.partnerships, "partnerships", "PARTNERSHIPS"),
        COLUMN(NUMBER, struct row, counts.active, "active", "ACTIVE"),
        COLUMN(MOMENT, struct row, round.started_at, "started_at", "STARTED"),
        COLUMN(MOMENT, struct row, round.ended_at, "ended_at", NULL),
        {0},
    };
    struct round_list list;
    return rounds_list(context->database, context->arena, &list, error) &&
           columns_list_made(context, columns, COLUMN_ROWS(list), make_row, sizeof(struct row),
                             "There is no round yet. Plan one with: tandempost round create NAME", error);
}

const struct command round_list_command = {.name = "round list", .summary = "all rounds", .show = list_rounds};

static bool show_round(struct context *context, struct error *error) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct row, round.id, "id", "Round"),
        COLUMN(TEXT, struct row, round.name, "name", "Name"),
        COLUMN_WORDS(tones_round, "state", "State"),
        COLUMN(TEXT, struct row, round.length, "length", "Length"),
        COLUMN(NUMBER, struct row, counts.accepted, "accepted", "Accepted"),
        COLUMN(NUMBER, struct row, counts.partnerships, "partnerships", "Partnerships"),
        COLUMN(NUMBER, struct row, counts.active, "active", "Active"),
        COLUMN(MOMENT, struct row, round.started_at, "started_at", "Started"),
        COLUMN(MOMENT, struct row, round.ended_at, "ended_at", "Ended"),
        {0},
    };
    struct row row;
    if (!make_row(context, &context->round, &row, error))
        return false;
    columns_show(context, columns, &row);
    return true;
}

const struct command round_show_command = {
    .name = "round show",
    .summary = "one round: its state, its dates, how many take part",
    .arguments = ONE_ROUND,
    .show = show_round,
};
