#include <inttypes.h>
#include <stdio.h>

#include "app/action_participant.h"
#include "app/enrolment.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "cli/reference.h"
#include "mail/message/address.h"
#include "store/applications.h"
#include "store/partnerships.h"

/* ---- participant add ---- */

static bool add_participant(struct context *context, void *data, struct error *error) {
    const struct participant *participant = data;
    const char *round_name = invocation_option(context->invocation, "round");
    auto_arena arena = arena_new();
    auto_string key = address_key(participant->address);
    struct event_cause cause = context_cause(context, NULL);
    struct round round = {0};
    int64_t id;
    if (round_name && !reference_round(context->database, round_name, arena, &round, error))
        return false;
    if (!participants_add(context->database, participant, key, &cause, &id, error))
        return false;
    context_tell(context, "Added participant %" PRId64 ": %s <%s>, %s, %s, %s.", id, participant->name,
                 participant->address, participant->country, participant->language, participant->time_zone);
    if (!round.id)
        return true;
    struct service *service = context_service(context, error);
    if (!service || !action_participant_accept(service, id, round.id, error))
        return false;
    context_tell(context, "Accepted to round \"%s\".", round.name);
    return true;
}

static int run_add(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    auto_error_list errors = ERROR_LIST_EMPTY;
    struct participant participant;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    const struct enrolment_typed typed = {
        .name = invocation_argument(invocation, 0),
        .address = invocation_argument(invocation, 1),
        .country = invocation_option(invocation, "country"),
        .language = invocation_option(invocation, "language"),
        .time_zone = invocation_option(invocation, "time-zone"),
    };
    if (string_is_empty(typed.country))
        return command_usage_error(invocation, "Which country? Add --country COUNTRY.");
    if (!enrolment_read(&typed, &context.configuration.programme, NULL, 0, arena, &participant, &errors)) {
        for (size_t i = 0; i < errors.count; i++)
            command_refuse("%s", errors.entries[i].message);
        return EXIT_REFUSED;
    }
    return context_change(&context, add_participant, &participant);
}

const struct command participant_add_command = {
    .name = "participant add",
    .summary = "takes one person on",
    .help = "Takes one person on. The time zone may be left out where the country has but one, the language where it "
            "is the "
            "programme's own.",
    .flags = COMMAND_CHANGES,
    .options =
        (const struct command_option[]){
            {"country", 0, "COUNTRY", "two letters (ISO 3166-1) or the country's name; needed"},
            {"language", 0, "TAG", "the language to write in: \"en\", \"pt-BR\""},
            {"time-zone", 0, "ZONE", "an IANA time zone: \"Pacific/Auckland\""},
            {"round", 0, "ROUND", "also accept the person to this round"},
            {0},
        },
    .arguments = (const struct command_argument[]){{"NAME", "the name by which to greet, in quotes", .optional = false},
                                                   {"ADDRESS", "the mail address", .optional = false},
                                                   {0}},
    .run = run_add,
};

/* ---- participant list ---- */

static enum table_tone state_tone(enum participant_state state) {
    switch (state) {
    case PARTICIPANT_ACTIVE:
        return TONE_PLAIN;
    case PARTICIPANT_PAUSED:
        return TONE_WARNING;
    case PARTICIPANT_LEFT:
    case PARTICIPANT_ERASED:
        return TONE_FAINT;
    }
    return TONE_PLAIN;
}

static enum table_tone address_tone(enum address_state state) {
    switch (state) {
    case ADDRESS_GOOD:
        return TONE_PLAIN;
    case ADDRESS_SUSPECT:
        return TONE_WARNING;
    case ADDRESS_DEAD:
        return TONE_BAD;
    }
    return TONE_PLAIN;
}

static void put_participant(struct output *output, const struct participant *participant) {
    output_number(output, participant->id);
    output_text(output, participant->name);
    output_text(output, participant->address);
    output_text(output, participant->country);
    output_text(output, participant->language);
    output_text(output, participant->time_zone);
    output_text_tone(output, participant_state_name(participant->state), state_tone(participant->state));
    output_text_tone(output, address_state_name(participant->address_state), address_tone(participant->address_state));
}

static int run_list(const struct invocation *invocation) {
    static const struct output_column columns[] = {
        {"id", "ID", OUTPUT_NUMBER, false},
        {"name", "NAME", OUTPUT_TEXT, true},
        {"address", "ADDRESS", OUTPUT_TEXT, true},
        {"country", "COUNTRY", OUTPUT_TEXT, false},
        {"language", "LANG", OUTPUT_TEXT, false},
        {"time_zone", NULL, OUTPUT_TEXT, false}, /* no room for it beside the others */
        {"state", "STATE", OUTPUT_TEXT, false},
        {"address_state", "MAIL", OUTPUT_TEXT, false},
        {0},
    };
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct participant_filter filter = {0};
    struct participant_list list;
    struct round round;
    enum participant_state state;
    const char *round_name = invocation_option(invocation, "round"),
               *state_name = invocation_option(invocation, "state");
    if (state_name && !model_find_participant_state(state_name, &state))
        return command_usage_error(invocation, "There is no state \"%s\"; there are active, paused, left and erased.",
                                   state_name);
    filter.state = state_name ? &state : NULL;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (round_name && !reference_round(context.database, round_name, arena, &round, &error))
        return context_refuse(&error);
    filter.round = round_name ? round.id : 0;
    if (!participants_list(context.database, &filter, arena, &list, &error))
        return context_refuse(&error);
    struct output *output = output_new(invocation, columns);
    for (size_t i = 0; i < list.count; i++)
        put_participant(output, &list.items[i]);
    return output_finish(output, "Nobody. Take people on with: tandempost participant import FILE.csv");
}

const struct command participant_list_command = {
    .name = "participant list",
    .summary = "all participants, or those of a round",
    .flags = COMMAND_LISTS,
    .options =
        (const struct command_option[]){{"round", 0, "ROUND", "only those who take part in it"},
                                        {"state", 0, "STATE", "only those who are active, paused, left or erased"},
                                        {0}},
    .run = run_list,
};

/* ---- participant show ---- */

static const char *partnership_words(struct context *context, const struct partnership *partnership,
                                     int64_t participant, struct arena *arena, struct error *error) {
    struct participant_list partners;
    if (!partnerships_partners(context->database, partnership->id, participant, arena, &partners, error))
        return NULL;
    auto_text names = TEXT_EMPTY;
    for (size_t i = 0; i < partners.count; i++)
        text_append_format(&names, "%s%s", i ? " and " : "", partners.items[i].name);
    return arena_format(arena, "%" PRId64 " with %s (%s)", partnership->id, text_string(&names),
                        partnership_state_name(partnership->state));
}

static bool show(struct context *context, const struct participant *participant, struct arena *arena,
                 struct error *error) {
    static const struct output_column columns[] = {
        {"id", "Participant", OUTPUT_NUMBER, false},   {"name", "Name", OUTPUT_TEXT, false},
        {"address", "Address", OUTPUT_TEXT, false},    {"country", "Country", OUTPUT_TEXT, false},
        {"language", "Language", OUTPUT_TEXT, false},  {"time_zone", "Time zone", OUTPUT_TEXT, false},
        {"state", "State", OUTPUT_TEXT, false},        {"address_state", "Mail", OUTPUT_TEXT, false},
        {"rounds", "Rounds", OUTPUT_LIST, false},      {"partnerships", "Partnerships", OUTPUT_LIST, false},
        {"created_at", "Since", OUTPUT_MOMENT, false}, {0},
    };
    struct application_list applications;
    struct partnership_list partnerships;
    if (!applications_list_of_participant(context->database, participant->id, arena, &applications, error) ||
        !partnerships_list(context->database, &(struct partnership_filter){.participant = participant->id}, arena,
                           &partnerships, error))
        return false;
    const char **rounds = arena_take_array(arena, applications.count, sizeof *rounds);
    for (size_t i = 0; i < applications.count; i++) {
        struct round round;
        if (!rounds_find(context->database, applications.items[i].round, arena, &round, error))
            return false;
        rounds[i] = arena_format(arena, "%s (%s)", round.name, application_state_name(applications.items[i].state));
    }
    const char **words = arena_take_array(arena, partnerships.count, sizeof *words);
    for (size_t i = 0; i < partnerships.count; i++) {
        words[i] = partnership_words(context, &partnerships.items[i], participant->id, arena, error);
        if (!words[i])
            return false;
    }
    struct output *output = output_new(context->invocation, columns);
    output_set_time_zone(output, context->configuration.programme.time_zone);
    put_participant(output, participant);
    output_list(output, rounds, applications.count);
    output_list(output, words, partnerships.count);
    output_moment(output, participant->created_at);
    output_finish_single(output);
    return true;
}

static int run_show(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct participant participant;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!reference_participant(context.database, invocation_argument(invocation, 0), arena, &participant, &error) ||
        !show(&context, &participant, arena, &error))
        return context_refuse(&error);
    return EXIT_DONE;
}

const struct command participant_show_command = {
    .name = "participant show",
    .summary = "one participant: details, rounds, partnerships",
    .flags = COMMAND_LISTS,
    .arguments =
        (const struct command_argument[]){{"PARTICIPANT", "the id or the mail address", .optional = false}, {0}},
    .run = run_show,
};
