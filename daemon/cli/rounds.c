#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "programme/sequence.h"
#include "store/rounds.h"

/* ---- round create ---- */

static bool is_round_name(const char *name) {
    int64_t number;
    return !string_is_empty(name) && strlen(name) <= 60 && !string_to_integer(name, &number) &&
           !strpbrk(name, "/\t\r\n\"");
}

static bool create_round(struct context *context, void *data, struct error *error) {
    const char *name = data, *length = invocation_option(context->invocation, "length");
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

static int run_create(const struct invocation *invocation) {
    auto_context context = {0};
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    auto_string name = memory_copy_string(invocation_argument(invocation, 0));
    return context_change(&context, create_round, name);
}

const struct command round_create_command = {
    .name = "round create",
    .summary = "plans a new round",
    .help = "Plans a round. People come into it with participant import --round or participant add --round, then "
            "partnerships "
            "are made, then round start begins it.",
    .flags = COMMAND_CHANGES,
    .options =
        (const struct command_option[]){
            {"length", 0, "DURATION", "how long its partnerships last (else the configuration's)"}, {0}},
    .arguments =
        (const struct command_argument[]){{"NAME", "what it is called: \"2027-spring\"", .optional = false}, {0}},
    .run = run_create,
};

/* ---- round list, round show ---- */

static const struct output_column list_columns[] = {
    {"id", "ID", OUTPUT_NUMBER, false},
    {"name", "ROUND", OUTPUT_TEXT, true},
    {"state", "STATE", OUTPUT_TEXT, false},
    {"length", NULL, OUTPUT_TEXT, false},
    {"accepted", "ACCEPTED", OUTPUT_NUMBER, false},
    {"partnerships", "PARTNERSHIPS", OUTPUT_NUMBER, false},
    {"active", "ACTIVE", OUTPUT_NUMBER, false},
    {"started_at", "STARTED", OUTPUT_MOMENT, false},
    {"ended_at", NULL, OUTPUT_MOMENT, false},
    {0},
};

static const struct output_column show_columns[] = {
    {"id", "Round", OUTPUT_NUMBER, false},          {"name", "Name", OUTPUT_TEXT, false},
    {"state", "State", OUTPUT_TEXT, false},         {"length", "Length", OUTPUT_TEXT, false},
    {"accepted", "Accepted", OUTPUT_NUMBER, false}, {"partnerships", "Partnerships", OUTPUT_NUMBER, false},
    {"active", "Active", OUTPUT_NUMBER, false},     {"started_at", "Started", OUTPUT_MOMENT, false},
    {"ended_at", "Ended", OUTPUT_MOMENT, false},    {0},
};

static bool put_round(struct context *context, struct output *output, const struct round *round, struct error *error) {
    struct round_counts counts;
    if (!rounds_count(context->database, round->id, &counts, error))
        return false;
    output_number(output, round->id);
    output_text(output, round->name);
    output_text_tone(output, round_state_name(round->state), round->state == ROUND_RUNNING ? TONE_GOOD : TONE_PLAIN);
    output_text(output, round->length);
    output_number(output, counts.accepted);
    output_number(output, counts.partnerships);
    output_number(output, counts.active);
    output_moment(output, round->started_at);
    output_moment(output, round->ended_at);
    return true;
}

static int run_list(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct round_list rounds;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!rounds_list(context.database, arena, &rounds, &error))
        return context_refuse(&error);
    struct output *output = output_new(invocation, list_columns);
    output_set_time_zone(output, context.configuration.programme.time_zone);
    for (size_t i = 0; i < rounds.count; i++)
        if (!put_round(&context, output, &rounds.items[i], &error)) {
            output_free(output);
            return context_refuse(&error);
        }
    return output_finish(output, "There is no round yet. Plan one with: tandempost round create NAME");
}

const struct command round_list_command = {
    .name = "round list", .summary = "all rounds", .flags = COMMAND_LISTS, .run = run_list};

static int run_show(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct round round;
    const char *reference = invocation_argument(invocation, 0);
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!rounds_find_by_reference(context.database, reference, arena, &round, &error))
        return context_refuse(&error);
    if (!round.id)
        return command_refuse("There is no round \"%s\". All of them: tandempost round list", reference);
    struct output *output = output_new(invocation, show_columns);
    output_set_time_zone(output, context.configuration.programme.time_zone);
    if (!put_round(&context, output, &round, &error)) {
        output_free(output);
        return context_refuse(&error);
    }
    return output_finish_single(output);
}

const struct command round_show_command = {
    .name = "round show",
    .summary = "one round: its state, its dates, how many take part",
    .flags = COMMAND_LISTS,
    .arguments = (const struct command_argument[]){{"ROUND", "its name or id", .optional = false}, {0}},
    .run = run_show,
};
