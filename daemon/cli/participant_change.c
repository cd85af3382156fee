/* participant pause, participant resume, participant leave, participant update. */
#include <inttypes.h>
#include <stdio.h>

#include "app/action_participant.h"
#include "app/enrolment.h"
#include "app/scheduling.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/reference.h"
#include "mail/message/address.h"

static const struct command_argument one_participant[] = {
    {"PARTICIPANT", "the id or the mail address", .optional = false}, {0}};
static const struct command_option only_why[] = {
    {"why", 0, "REASON", "a short reason for the event log, without names"}, {0}};

static int run_change(const struct invocation *invocation,
                      bool (*change)(struct context *context, void *data, struct error *error)) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct participant participant;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!reference_participant(context.database, invocation_argument(invocation, 0), arena, &participant, &error))
        return context_refuse(&error);
    return context_change(&context, change, &participant);
}

/* ---- pause, resume ---- */

static bool pause_participant(struct context *context, void *data, struct error *error) {
    const struct participant *participant = data;
    struct service *service = context_service(context, error);
    if (participant->state == PARTICIPANT_PAUSED)
        return error_set(error, ERROR_PERMANENT, "Participant %" PRId64 ", %s, pauses already.", participant->id,
                         participant->name);
    if (!service ||
        !action_participant_pause(service, participant->id, invocation_option(context->invocation, "why"), error))
        return false;
    context_tell(context, "Participant %" PRId64 ", %s, pauses: nothing is sent to them until they are resumed.",
                 participant->id, participant->name);
    return true;
}

static int run_pause(const struct invocation *invocation) {
    return run_change(invocation, pause_participant);
}

const struct command participant_pause_command = {
    .name = "participant pause",
    .summary = "sends nothing to a participant until resumed",
    .flags = COMMAND_CHANGES,
    .options = only_why,
    .arguments = one_participant,
    .run = run_pause,
};

static bool resume_participant(struct context *context, void *data, struct error *error) {
    const struct participant *participant = data;
    struct service *service = context_service(context, error);
    if (participant->state == PARTICIPANT_ACTIVE)
        return error_set(error, ERROR_PERMANENT, "Participant %" PRId64 ", %s, does not pause.", participant->id,
                         participant->name);
    if (!service ||
        !action_participant_resume(service, participant->id, invocation_option(context->invocation, "why"), error))
        return false;
    context_tell(context,
                 "Participant %" PRId64
                 ", %s, goes on. What was held back is sent now where it is not too late to be of use.",
                 participant->id, participant->name);
    return true;
}

static int run_resume(const struct invocation *invocation) {
    return run_change(invocation, resume_participant);
}

const struct command participant_resume_command = {
    .name = "participant resume",
    .summary = "sends to a participant again who pauses",
    .flags = COMMAND_CHANGES,
    .options = only_why,
    .arguments = one_participant,
    .run = run_resume,
};

/* ---- leave ---- */

static bool leave_programme(struct context *context, void *data, struct error *error) {
    const struct participant *participant = data;
    struct service *service = context_service(context, error);
    const char *why = invocation_option(context->invocation, "why");
    if (participant_has_left(participant->state))
        return error_set(error, ERROR_PERMANENT, "Participant %" PRId64 " has left already.", participant->id);
    if (!service || !action_participant_leave(service, participant->id, why ? why : "a coordinator said so", error))
        return false;
    context_tell(context,
                 "Participant %" PRId64 ", %s, has left: nothing more is sent, open partnerships are dissolved.",
                 participant->id, participant->name);
    return true;
}

static int run_leave(const struct invocation *invocation) {
    return run_change(invocation, leave_programme);
}

const struct command participant_leave_command = {
    .name = "participant leave",
    .summary = "a participant leaves the programme",
    .help = "The participant leaves: nothing more is sent to them, their partnerships are dissolved, and coordinators "
            "hear who is left without a partner.",
    .flags = COMMAND_CHANGES,
    .options = only_why,
    .arguments = one_participant,
    .run = run_leave,
};

/* ---- update ---- */

static const char *given_or(const struct context *context, const char *option, const char *old) {
    const char *given = invocation_option(context->invocation, option);
    return given ? given : old;
}

static bool read_new(struct context *context, const struct participant *old, struct arena *arena,
                     struct participant *ret, struct error *error) {
    auto_error_list faults = ERROR_LIST_EMPTY;
    const struct enrolment_typed typed = {
        .name = given_or(context, "name", old->name),
        .address = given_or(context, "address", old->address),
        .country = given_or(context, "country", old->country),
        .language = given_or(context, "language", old->language),
        .time_zone = given_or(context, "time-zone", old->time_zone),
    };
    struct participant new;
    if (!enrolment_read(&typed, &context->configuration.programme, NULL, 0, arena, &new, &faults))
        return error_set(error, ERROR_PERMANENT, "%s", faults.entries[0].message);
    new.id = old->id;
    *ret = new;
    return true;
}

static void tell_difference(struct context *context, const char *what, const char *old, const char *new) {
    if (!string_equal(old, new))
        context_tell(context, "  %s: %s (was %s)", what, new, old);
}

static bool tell_update(struct context *context, const struct participant *old, const struct participant *new,
                        bool works) {
    context_tell(context, "Updated participant %" PRId64 ", %s.", old->id, old->name);
    tell_difference(context, "name", old->name, new->name);
    tell_difference(context, "address", old->address, new->address);
    tell_difference(context, "country", old->country, new->country);
    tell_difference(context, "language", old->language, new->language);
    tell_difference(context, "time zone", old->time_zone, new->time_zone);
    if (works && old->address_state != ADDRESS_GOOD)
        context_tell(context, "  The address is good again; what was held back is sent now where it is not too late.");
    return true;
}

static bool update_participant(struct context *context, void *data, struct error *error) {
    const struct participant *old = data;
    auto_arena arena = arena_new();
    struct service *service = context_service(context, error);
    struct event_cause cause = context_cause(context, NULL);
    struct participant new;
    if (!service || !read_new(context, old, arena, &new, error))
        return false;
    if (old->state == PARTICIPANT_ERASED)
        return error_set(error, ERROR_PERMANENT, "Participant %" PRId64 " was erased.", old->id);
    bool works = invocation_switch(context->invocation, "address-works") || !string_equal(old->address, new.address);
    auto_string key = address_key(new.address);
    /* First what follows from a good address, while the old state still stands. */
    if ((works && !action_participant_address_works(service, old->id, "a coordinator said so", error)) ||
        !participants_update(context->database, &new, key, &cause, error) ||
        !scheduling_rebuild_participant(service, old->id, error))
        return false;
    return tell_update(context, old, &new, works);
}

static int run_update(const struct invocation *invocation) {
    static const char *const options[] = {"name", "address", "country", "language", "time-zone"};
    bool any = invocation_switch(invocation, "address-works");
    for (size_t i = 0; i < COUNT_OF(options); i++)
        any = any || invocation_option(invocation, options[i]);
    if (!any)
        return command_usage_error(invocation, "What is to be changed? Give at least one option, such as --address.");
    return run_change(invocation, update_participant);
}

const struct command participant_update_command = {
    .name = "participant update",
    .summary = "changes a participant's name, address, country, language or time zone",
    .help = "Changes what is known of a participant. A new address is taken as good, and so is the old one with "
            "--address-works: what was held back because mail came back is then sent. With a new time zone everything "
            "that is still to come moves to the new local time.",
    .flags = COMMAND_CHANGES,
    .options =
        (const struct command_option[]){
            {"name", 0, "NAME", "the name by which to greet"},
            {"address", 0, "ADDRESS", "the mail address"},
            {"country", 0, "COUNTRY", "two letters (ISO 3166-1) or the country's name"},
            {"language", 0, "LANGUAGE", "the language to write in: \"en\", \"pt-BR\", \"German\""},
            {"time-zone", 0, "ZONE", "an IANA time zone: \"Pacific/Auckland\""},
            {"address-works", 0, NULL, "the address is as it was and works again"},
            {0},
        },
    .arguments = one_participant,
    .run = run_update,
};
