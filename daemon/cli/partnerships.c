/* partnership create, partnership list. */
#include <inttypes.h>
#include <stdio.h>

#include "app/action_partnership.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/members.h"
#include "cli/output.h"
#include "cli/reference.h"
#include "cli/story_text.h"
#include "programme/question.h"
#include "store/answers.h"
#include "store/contacts.h"

/* ---- partnership create ---- */

static bool create_partnership(struct context *context, void *data, struct error *error) {
    (void)data;
    auto_arena arena = arena_new();
    struct service *service = context_service(context, error);
    struct round round;
    int64_t members[MEMBERS_MAX], id;
    size_t count = invocation_argument_count(context->invocation) - 1;
    const char *names;
    if (!service ||
        !reference_round(context->database, invocation_argument(context->invocation, 0), arena, &round, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct participant participant;
        if (!reference_participant(context->database, invocation_argument(context->invocation, i + 1), arena,
                                   &participant, error))
            return false;
        members[i] = participant.id;
    }
    if (!action_partnership_create(service, round.id, members, count, &id, error) ||
        !members_find_names(context->database, id, arena, &names, error))
        return false;
    context_tell(context, "Planned partnership %" PRId64 " in round \"%s\": %s.", id, round.name, names);
    if (round.state == ROUND_RUNNING)
        context_tell(context, "The round is running; to begin: tandempost partnership start %" PRId64, id);
    return true;
}

static int run_create(const struct invocation *invocation) {
    auto_context context = {0};
    int code = context_open(&context, invocation);
    return code == EXIT_DONE ? context_change(&context, create_partnership, NULL) : code;
}

const struct command partnership_create_command = {
    .name = "partnership create",
    .summary = "plans a partnership of two people, or three",
    .help =
        "Plans a partnership of people who are accepted to the round and have no partner in it. The first one named "
        "is the one who is asked to write first. It begins with its round (round start), or in a round that runs "
        "already with partnership start.",
    .flags = COMMAND_CHANGES,
    .arguments =
        (const struct command_argument[]){
            {"ROUND", "the round's name or id", .optional = false},
            {"PERSON", "id or mail address of the one who writes first", .optional = false},
            {"PARTNER", "id or mail address of the other one", .optional = false},
            {"THIRD", "id or mail address of a third one", .optional = true},
            {0}},
    .run = run_create,
};

/* ---- partnership list ---- */

static const struct output_column columns[] = {
    {"id", "ID", OUTPUT_NUMBER, false},
    {"round", "ROUND", OUTPUT_TEXT, true},
    {"state", "STATE", OUTPUT_TEXT, false},
    {"members", "MEMBERS", OUTPUT_LIST, true},
    {"last_contact_at", "LAST CONTACT", OUTPUT_MOMENT, false},
    {"last_answer", "LAST ANSWER", OUTPUT_TEXT, false},
    {"last_answer_at", NULL, OUTPUT_MOMENT, false},
    {"started_at", NULL, OUTPUT_MOMENT, false},
    {"ends_at", NULL, OUTPUT_MOMENT, false},
    {0},
};

static enum table_tone state_tone(enum partnership_state state) {
    switch (state) {
    case PARTNERSHIP_ACTIVE:
        return TONE_GOOD;
    case PARTNERSHIP_HELD:
        return TONE_WARNING;
    case PARTNERSHIP_FROZEN:
        return TONE_BAD;
    case PARTNERSHIP_PLANNED:
        return TONE_PLAIN;
    case PARTNERSHIP_ENDED:
    case PARTNERSHIP_DISSOLVED:
        return TONE_FAINT;
    }
    return TONE_PLAIN;
}

static bool put_partnership(struct context *context, struct output *output, const struct partnership *partnership,
                            struct error *error) {
    auto_arena arena = arena_new();
    struct participant_list members;
    struct round round;
    struct answer_list answers;
    int64_t last_contact;
    if (!partnerships_partners(context->database, partnership->id, 0, arena, &members, error) ||
        !rounds_find(context->database, partnership->round, arena, &round, error) ||
        !contacts_last(context->database, partnership->id, &last_contact, error) ||
        !answers_list(context->database, partnership->id, arena, &answers, error))
        return false;
    const char *names[MEMBERS_MAX];
    for (size_t i = 0; i < members.count && i < MEMBERS_MAX; i++)
        names[i] = members.items[i].name;
    const struct answer none = {0}, *answer = answers.count ? &answers.items[answers.count - 1] : &none;
    output_number(output, partnership->id);
    output_text(output, round.name);
    output_text_tone(output, partnership_state_name(partnership->state), state_tone(partnership->state));
    output_list(output, names, members.count);
    output_moment(output, last_contact);
    const struct question_answer *meaning = question_answer(question_find(answer->question), answer->value);
    output_text_tone(output, meaning ? meaning->name : NULL, meaning ? story_text_tone(meaning->mood) : TONE_PLAIN);
    output_moment(output, answer->at);
    output_moment(output, partnership->started_at);
    output_moment(output, partnership->ends_at);
    return true;
}

static bool read_filter(struct context *context, struct arena *arena, struct partnership_filter *ret,
                        struct error *error) {
    const char *round_name = invocation_option(context->invocation, "round"),
               *person = invocation_option(context->invocation, "participant");
    struct round round;
    struct participant participant;
    if (round_name && !reference_round(context->database, round_name, arena, &round, error))
        return false;
    if (person && !reference_participant(context->database, person, arena, &participant, error))
        return false;
    ret->round = round_name ? round.id : 0;
    ret->participant = person ? participant.id : 0;
    return true;
}

static int run_list(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct partnership_filter filter = {0};
    struct partnership_list list;
    enum partnership_state state;
    const char *state_name = invocation_option(invocation, "state");
    if (state_name && !model_find_partnership_state(state_name, &state))
        return command_usage_error(
            invocation, "There is no state \"%s\"; there are planned, active, held, frozen, ended and dissolved.",
            state_name);
    filter.state = state_name ? &state : NULL;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!read_filter(&context, arena, &filter, &error) ||
        !partnerships_list(context.database, &filter, arena, &list, &error))
        return context_refuse(&error);
    struct output *output = output_new(invocation, columns);
    output_set_time_zone(output, context.configuration.programme.time_zone);
    for (size_t i = 0; i < list.count; i++)
        if (!put_partnership(&context, output, &list.items[i], &error)) {
            output_free(output);
            return context_refuse(&error);
        }
    return output_finish(output, "None. Make some with: tandempost partnership import FILE.csv --round ROUND");
}

const struct command partnership_list_command = {
    .name = "partnership list",
    .summary = "partnerships: state, members, last contact, last answer",
    .flags = COMMAND_LISTS,
    .options =
        (const struct command_option[]){
            {"round", 0, "ROUND", "only those of this round"},
            {"state", 0, "STATE", "only those that are planned, active, held, frozen, ended or dissolved"},
            {"participant", 0, "PERSON", "only those of this participant"},
            {0}},
    .run = run_list,
};
