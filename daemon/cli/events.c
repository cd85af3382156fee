/* event create, list, show, change, cancel. */
#include <inttypes.h>
#include <string.h>

#include "app/meeting.h"
#include "base/clock.h"
#include "base/date_time.h"
#include "base/duration.h"
#include "base/localise.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/reference.h"
#include "programme/round_rules.h"

static bool find_event(struct context *context, const char *typed, struct error *error) {
    struct meeting *meeting = arena_take(context->arena, sizeof *meeting);
    int64_t id;
    if (!reference_id(typed, "event", "event list", &id, error) ||
        !meetings_find(context->database, id, context->arena, meeting, error))
        return false;
    if (meeting->id == 0 || meeting->partnership)
        return reference_none(id, "event", "event list", error);
    context->subject = meeting;
    return true;
}

static const struct command_value reference_to_event = {.find = find_event};

#define ONE_EVENT                                                                                                      \
    {                                                                                                                  \
        { "EVENT", "its number", &reference_to_event, ARGUMENT_NEEDED }                                                \
    }

#define WHAT_OPTIONS                                                                                                   \
    {"at", 0, "MOMENT", "when it begins: \"2027-03-04 19:00 Europe/Paris\"", NULL},                                    \
        {"url", 0, "URL", "where people open it", NULL}, {                                                             \
        "length", 0, "DURATION", "how long it lasts: \"90 minutes\"; without it an hour", NULL                         \
    }

/* ---- create, change ---- */

/* "2027-03-04 19:00 Europe/Paris"; without a zone, the programme's. */
static bool read_moment(struct context *context, const char *typed, int64_t *ret, struct error *error) {
    const struct zone *zone = context->zone;
    const char *last = strrchr(typed, ' ');
    bool named = last && zone_exists(last + 1);
    if (last && !named && strchr(last, '/')) /* meant as one */
        return zone_load(last + 1, &zone, error);
    const char *moment = named ? arena_copy_bytes(context->arena, typed, (size_t)(last - typed)) : typed;
    return (!named || zone_load(last + 1, &zone, error)) &&
           date_time_parse(moment, DATE_TIME_BEGINS, clock_now(), zone, ret, error);
}

/* What the options say, over what MEETING has. */
static bool read_event(struct context *context, struct meeting *meeting, struct error *error) {
    const char *at = invocation_option(context->invocation, "at"), *url = invocation_option(context->invocation, "url"),
               *length = invocation_option(context->invocation, "length");
    int64_t seconds = meeting->ends_at - meeting->starts_at;
    if ((at && !read_moment(context, at, &meeting->starts_at, error)) ||
        (length && !duration_parse_seconds(length, &seconds, error)))
        return false;
    meeting->ends_at = meeting->starts_at + seconds;
    meeting->url = url ? url : meeting->url;
    return true;
}

static void tell_moment(struct context *context, const struct meeting *meeting) {
    context_tell(context, "It begins on %s.",
                 localise_opening(context->arena, meeting->starts_at, context->zone, "en"));
}

/* The only one in which there are people to invite. */
static bool choose_round(struct context *context, struct error *error) {
    struct round_list rounds;
    if (context->round.id)
        return true;
    if (!rounds_list(context->database, context->arena, &rounds, error))
        return false;
    for (size_t i = 0; i < rounds.count; i++) {
        if (round_is_over(rounds.items[i].state))
            continue;
        if (context->round.id)
            return error_set(error, ERROR_PERMANENT, "Which round is it for? Add --round \"%s\" or --round \"%s\".",
                             context->round.name, rounds.items[i].name);
        context->round = rounds.items[i];
    }
    return context->round.id || error_set(error, ERROR_PERMANENT, "There is no round whose people could be invited.");
}

static int check_create(const struct invocation *invocation) {
    return invocation_option(invocation, "at") && invocation_option(invocation, "url")
               ? EXIT_DONE
               : command_usage_error(invocation, "When and where? Add --at and --url.");
}

static bool create_event(struct context *context, struct error *error) {
    struct meeting meeting = {.title = invocation_argument(context->invocation, 0), .ends_at = SECONDS_PER_HOUR};
    if (!choose_round(context, error) || !read_event(context, &meeting, error))
        return false;
    meeting.round = context->round.id;
    if (!meeting_plan(context->service, &meeting, &meeting.id, error))
        return false;
    context_tell(context, "Planned event %" PRId64 ", \"%s\", for everybody in round \"%s\".", meeting.id,
                 meeting.title, context->round.name);
    tell_moment(context, &meeting);
    context_tell(context, "Invitations go out now. Who comes: tandempost event show %" PRId64, meeting.id);
    return true;
}

const struct command event_create_command = {
    .name = "event create",
    .summary = "invites a round to meet live",
    .help = "Mails an invitation to each participant of a round, with the time where they live, and an entry for their "
            "calendar. They reply with a digit or in their calendar; who says yes is reminded a day and an hour "
            "before. Who joins the round later is invited, too.\n"
            "A MOMENT is a day with an hour and the time zone in which it is meant: \"2027-03-04 19:00 Europe/Paris\"; "
            "without a zone, the programme's.",
    .flags = COMMAND_SERVICE,
    .options = {WHAT_OPTIONS, {"round", 0, "ROUND", "whose people are invited", &reference_to_round}},
    .arguments = {{"TITLE", "what it is called: \"Webinar: writing letters\"", NULL, ARGUMENT_NEEDED}},
    .check = check_create,
    .change = create_event,
};

static int check_change(const struct invocation *invocation) {
    return invocation->value_count ? EXIT_DONE
                                   : command_usage_error(invocation, "What changes? Add --at, --url, --length or "
                                                                     "--title.");
}

static bool change_event(struct context *context, struct error *error) {
    struct meeting meeting = *(const struct meeting *)context->subject;
    const char *title = invocation_option(context->invocation, "title");
    bool changed;
    meeting.title = title ? title : meeting.title;
    if (!read_event(context, &meeting, error) || !meeting_change(context->service, &meeting, &changed, error))
        return false;
    if (changed) {
        context_tell(context, "Changed event %" PRId64 ", \"%s\". Everybody is told.", meeting.id, meeting.title);
        tell_moment(context, &meeting);
    } else
        context_tell(context, "Event %" PRId64 " is like that already.", meeting.id);
    return true;
}

const struct command event_change_command = {
    .name = "event change",
    .summary = "changes when or where an event is, and tells everybody",
    .help =
        "Mails what is new to everybody, and changes the entry in their calendars. At another time people are asked "
        "anew whether they come; what they answered before counts no more.",
    .flags = COMMAND_SERVICE,
    .options = {WHAT_OPTIONS, {"title", 0, "TITLE", "what it is called", NULL}},
    .arguments = ONE_EVENT,
    .check = check_change,
    .change = change_event,
};

static bool cancel_event(struct context *context, struct error *error) {
    const struct meeting *meeting = context->subject;
    if (!meeting_cancel(context->service, meeting->id, error))
        return false;
    context_tell(context, "Cancelled event %" PRId64 ", \"%s\". Who was invited and did not say no is told.",
                 meeting->id, meeting->title);
    return true;
}

const struct command event_cancel_command = {
    .name = "event cancel",
    .summary = "calls an event off, and tells who was invited",
    .help = "Mails that the event does not take place, and takes it out of people's calendars.",
    .flags = COMMAND_SERVICE,
    .arguments = ONE_EVENT,
    .change = cancel_event,
};

/* ---- list, show ---- */

struct shown {
    struct meeting meeting;
    struct meeting_counts counts;
    const char *round;
};

static struct column_words state_words(const void *row, struct arena *arena) {
    (void)arena;
    return (struct column_words){meeting_state_name(((const struct shown *)row)->meeting.state), TONE_PLAIN};
}

static const struct column columns[] = {
    COLUMN(NUMBER, struct shown, meeting.id, "event", "EVENT"),
    COLUMN(LONG, struct shown, meeting.title, "title", "TITLE"),
    COLUMN(LONG, struct shown, round, "round", "ROUND"),
    COLUMN(MOMENT, struct shown, meeting.starts_at, "starts_at", "BEGINS"),
    COLUMN_WORDS(state_words, "state", "STATE"),
    COLUMN(NUMBER, struct shown, counts.invited, "invited", "INVITED"),
    COLUMN(NUMBER, struct shown, counts.yes, "yes", "YES"),
    COLUMN(NUMBER, struct shown, counts.perhaps, "perhaps", "PERHAPS"),
    COLUMN(NUMBER, struct shown, counts.no, "no", "NO"),
    {0},
};

static bool make_shown(struct context *context, const void *item, void *row, struct error *error) {
    struct shown *shown = row;
    struct round round;
    shown->meeting = *(const struct meeting *)item;
    if (!meetings_count(context->database, &shown->meeting, &shown->counts, error) ||
        !rounds_find(context->database, shown->meeting.round, context->arena, &round, error))
        return false;
    shown->round = round.name;
    return true;
}

static bool list_events(struct context *context, struct error *error) {
    struct meeting_list list;
    return meetings_list(context->database, context->arena, &list, error) &&
           columns_list_made(context, columns, COLUMN_ROWS(list), make_shown, sizeof(struct shown),
                             "No event was planned yet. To invite a round: tandempost event create", error);
}

const struct command event_list_command = {
    .name = "event list",
    .summary = "events, and how many come",
    .show = list_events,
};

static bool show_event(struct context *context, struct error *error) {
    static const struct column page[] = {
        COLUMN(NUMBER, struct shown, meeting.id, "event", "Event"),
        COLUMN(TEXT, struct shown, meeting.title, "title", "Title"),
        COLUMN(TEXT, struct shown, round, "round", "Round"),
        COLUMN(MOMENT, struct shown, meeting.starts_at, "starts_at", "Begins"),
        COLUMN(MOMENT, struct shown, meeting.ends_at, "ends_at", "Ends"),
        COLUMN(TEXT, struct shown, meeting.url, "url", "Where"),
        COLUMN_WORDS(state_words, "state", "State"),
        COLUMN(NUMBER, struct shown, counts.invited, "invited", "Invited"),
        COLUMN(NUMBER, struct shown, counts.yes, "yes", "Yes"),
        COLUMN(NUMBER, struct shown, counts.perhaps, "perhaps", "Perhaps"),
        COLUMN(NUMBER, struct shown, counts.no, "no", "No"),
        {0},
    };
    struct shown shown;
    if (!make_shown(context, context->subject, &shown, error))
        return false;
    columns_show(context, page, &shown);
    return true;
}

const struct command event_show_command = {
    .name = "event show",
    .summary = "an event, and how many come",
    .arguments = ONE_EVENT,
    .show = show_event,
};
