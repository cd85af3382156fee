/* What a coordinator does to one partnership: start, hold, resume, dissolve, note, contact. */
#include <inttypes.h>
#include <stdio.h>

#include "app/action_partnership.h"
#include "base/clock.h"
#include "base/localise.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/members.h"
#include "cli/reference.h"
#include "store/contacts.h"
#include "store/notes.h"

static const struct command_argument one_partnership[] = {{"ID", "the partnership's id", .optional = false}, {0}};
static const struct command_option only_why[] = {
    {"why", 0, "REASON", "a short reason for the event log and the story, without names"}, {0}};

/* A change to the partnership that the first argument names, whose members are NAMES. */
struct subject {
    struct partnership partnership;
    const char *names;
};

static int run_change(const struct invocation *invocation,
                      bool (*change)(struct context *context, void *data, struct error *error)) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct subject subject;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!reference_partnership(context.database, invocation_argument(invocation, 0), arena, &subject.partnership,
                               &error) ||
        !members_find_names(context.database, subject.partnership.id, arena, &subject.names, &error))
        return context_refuse(&error);
    return context_change(&context, change, &subject);
}

/* ---- start ---- */

static bool start(struct context *context, void *data, struct error *error) {
    const struct subject *subject = data;
    auto_arena arena = arena_new();
    struct service *service = context_service(context, error);
    struct partnership started;
    if (!service || !action_partnership_start(service, subject->partnership.id, error) ||
        !partnerships_find(context->database, subject->partnership.id, arena, &started, error))
        return false;
    context_tell(context,
                 "Started partnership %" PRId64 ", %s: until %s. Each is introduced at their next sending time.",
                 started.id, subject->names, localise_date(arena, started.ends_at, service->zone, "en-GB"));
    return true;
}

static int run_start(const struct invocation *invocation) {
    return run_change(invocation, start);
}

const struct command partnership_start_command = {
    .name = "partnership start",
    .summary = "begins a planned partnership of a running round",
    .help = "Begins a partnership that was planned after its round had started. Its introduction goes out at the next "
            "sending time of each member, and its months count from now.",
    .flags = COMMAND_CHANGES,
    .arguments = one_partnership,
    .run = run_start,
};

/* ---- hold, resume, dissolve ---- */

static bool hold(struct context *context, void *data, struct error *error) {
    const struct subject *subject = data;
    struct service *service = context_service(context, error);
    if (!service || !action_partnership_hold(service, subject->partnership.id,
                                             invocation_option(context->invocation, "why"), error))
        return false;
    context_tell(context, "Partnership %" PRId64 ", %s, is on hold: nothing is sent to them until it is resumed.",
                 subject->partnership.id, subject->names);
    return true;
}

static int run_hold(const struct invocation *invocation) {
    return run_change(invocation, hold);
}

const struct command partnership_hold_command = {
    .name = "partnership hold",
    .summary = "sends nothing to a partnership until it is resumed",
    .flags = COMMAND_CHANGES,
    .options = only_why,
    .arguments = one_partnership,
    .run = run_hold,
};

static bool resume(struct context *context, void *data, struct error *error) {
    const struct subject *subject = data;
    struct service *service = context_service(context, error);
    if (!service || !action_partnership_resume(service, subject->partnership.id,
                                               invocation_option(context->invocation, "why"), error))
        return false;
    context_tell(context,
                 "Partnership %" PRId64
                 ", %s, goes on. What was held back is sent now where it is not too late to be of use.",
                 subject->partnership.id, subject->names);
    return true;
}

static int run_resume(const struct invocation *invocation) {
    return run_change(invocation, resume);
}

const struct command partnership_resume_command = {
    .name = "partnership resume",
    .summary = "lets a partnership go on that is on hold, or frozen by a report",
    .flags = COMMAND_CHANGES,
    .options = only_why,
    .arguments = one_partnership,
    .run = run_resume,
};

static bool dissolve(struct context *context, void *data, struct error *error) {
    const struct subject *subject = data;
    struct service *service = context_service(context, error);
    if (!service || !action_partnership_dissolve(service, subject->partnership.id,
                                                 invocation_option(context->invocation, "why"), error))
        return false;
    context_tell(context,
                 "Dissolved partnership %" PRId64
                 ", %s. They get nothing more of it, are not told by the programme, and are free for another one.",
                 subject->partnership.id, subject->names);
    return true;
}

static int run_dissolve(const struct invocation *invocation) {
    return run_change(invocation, dissolve);
}

const struct command partnership_dissolve_command = {
    .name = "partnership dissolve",
    .summary = "ends a partnership early",
    .help = "Ends a partnership before its time. Nothing more of it is sent; its members are free for another "
            "partnership of the round. It can't be undone, but the two can be made partners anew.",
    .flags = COMMAND_CHANGES,
    .options = only_why,
    .arguments = one_partnership,
    .run = run_dissolve,
};

/* ---- note ---- */

static bool add_note(struct context *context, void *data, struct error *error) {
    const struct subject *subject = data;
    const char *text = invocation_argument(context->invocation, 1);
    int64_t id;
    if (string_is_empty(text))
        return error_set(error, ERROR_PERMANENT, "The note is empty.");
    const struct note note = {
        .partnership = subject->partnership.id,
        .author = context_user(context),
        .at = clock_now(),
        .text = text,
    };
    if (!notes_add(context->database, &note, &id, error))
        return false;
    context_tell(context, "Noted at partnership %" PRId64 ", %s.", subject->partnership.id, subject->names);
    return true;
}

static int run_note(const struct invocation *invocation) {
    return run_change(invocation, add_note);
}

const struct command partnership_note_command = {
    .name = "partnership note",
    .summary = "writes a note into a partnership's story",
    .help = "Writes a note, which partnership show shows in the story at this moment. Notes are for coordinators only; "
            "they are never sent.",
    .flags = COMMAND_CHANGES,
    .arguments = (const struct command_argument[]){{"ID", "the partnership's id", .optional = false},
                                                   {"TEXT", "the note, in quotes", .optional = false},
                                                   {0}},
    .run = run_note,
};

/* ---- contact ---- */

/* The moment meant by --at: noon of that day where the programme is, but never before the start or in the future. */
static bool read_day(struct context *context, const struct partnership *partnership, int64_t *ret,
                     struct error *error) {
    const char *typed = invocation_option(context->invocation, "at");
    struct civil_date date;
    struct zone_local today, begun;
    const struct zone *zone;
    int64_t now = clock_now();
    *ret = now;
    if (!typed)
        return true;
    if (!civil_parse_date(typed, &date, error) || !zone_load(context->configuration.programme.time_zone, &zone, error))
        return false;
    zone_to_local(zone, now, &today);
    zone_to_local(zone, partnership->started_at, &begun);
    if (civil_compare(date, today.date) > 0)
        return error_set(error, ERROR_PERMANENT, "%s is still to come.", typed);
    if (civil_compare(date, begun.date) < 0)
        return error_set(error, ERROR_PERMANENT, "On %s the partnership had not begun.", typed);
    *ret = zone_to_utc(zone, date, 12 * SECONDS_PER_HOUR);
    if (*ret > now)
        *ret = now;
    if (*ret < partnership->started_at)
        *ret = partnership->started_at;
    return true;
}

static bool find_writer(struct context *context, const struct subject *subject, struct arena *arena,
                        struct participant *ret, struct error *error) {
    const char *typed = invocation_option(context->invocation, "from");
    *ret = (struct participant){0};
    if (!typed)
        return true;
    if (!reference_participant(context->database, typed, arena, ret, error))
        return false;
    for (size_t i = 0; i < subject->partnership.member_count; i++)
        if (subject->partnership.members[i] == ret->id)
            return true;
    return error_set(error, ERROR_PERMANENT, "%s (participant %" PRId64 ") is no member of partnership %" PRId64 ".",
                     ret->name, ret->id, subject->partnership.id);
}

static bool add_contact(struct context *context, void *data, struct error *error) {
    const struct subject *subject = data;
    auto_arena arena = arena_new();
    struct participant writer;
    struct event_cause cause = context_cause(context, "a coordinator knows of it");
    struct contact contact = {.partnership = subject->partnership.id, .channel = CONTACT_COORDINATOR};
    int64_t id;
    if (!subject->partnership.started_at)
        return error_set(error, ERROR_PERMANENT, "Partnership %" PRId64 " has not begun yet.", subject->partnership.id);
    if (!find_writer(context, subject, arena, &writer, error) ||
        !read_day(context, &subject->partnership, &contact.at, error))
        return false;
    contact.participant = writer.id;
    const struct event ids = {.participant = writer.id, .partnership = contact.partnership};
    if (!contacts_add(context->database, &contact, &id, error) ||
        !events_append_change(context->database, "contact logged", &ids, &cause, error))
        return false;
    context_tell(context, "Logged a contact%s%s in partnership %" PRId64 ", %s.", writer.id ? " from " : "",
                 writer.id ? writer.name : "", subject->partnership.id, subject->names);
    return true;
}

static int run_contact(const struct invocation *invocation) {
    return run_change(invocation, add_contact);
}

const struct command partnership_contact_command = {
    .name = "partnership contact",
    .summary = "logs that partners were in touch",
    .help = "Logs a contact that a coordinator knows of: the partners met, telephoned, or wrote to each other past the "
            "programme. Only that it was, and when; never what was said.",
    .flags = COMMAND_CHANGES,
    .options = (const struct command_option[]){{"from", 0, "PERSON", "who wrote or called, where it was one of them"},
                                               {"at", 0, "DATE", "the day, \"2027-02-28\"; else now"},
                                               {0}},
    .arguments = one_partnership,
    .run = run_contact,
};
