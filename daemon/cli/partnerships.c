/* partnership create, list, start, hold, resume, dissolve, note, contact. */
#include <inttypes.h>

#include "app/action_partnership.h"
#include "base/clock.h"
#include "base/localise.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/members.h"
#include "cli/reference.h"
#include "cli/story_text.h"
#include "cli/tones.h"
#include "programme/question.h"
#include "programme/round_rules.h"
#include "store/answers.h"
#include "store/contacts.h"
#include "store/health.h"
#include "store/notes.h"

#define ONE_PARTNERSHIP                                                                                                \
    {                                                                                                                  \
        { "ID", "the partnership's id", &reference_to_partnership, ARGUMENT_NEEDED }                                   \
    }
#define ONLY_WHY                                                                                                       \
    {                                                                                                                  \
        { "why", 0, "REASON", "a short reason for the event log and the story, without names", NULL }                  \
    }

/* ---- create ---- */

static bool create_partnership(struct context *context, struct error *error) {
    const struct round *round = &context->round;
    int64_t members[MEMBERS_MAX], id;
    const char *names;
    for (size_t i = 0; i < context->people_count; i++)
        members[i] = context->people[i].id;
    if (!action_partnership_create(context->service, round->id, members, context->people_count, &id, error) ||
        !members_find_names(context->database, id, context->arena, &names, error))
        return false;
    context_tell(context, "Planned partnership %" PRId64 " in round \"%s\": %s.", id, round->name, names);
    if (round_allows(round, DEED_START_PARTNERSHIP, clock_now()))
        context_tell(context, "The round is running; to begin: tandempost partnership start %" PRId64, id);
    return true;
}

const struct command partnership_create_command = {
    .name = "partnership create",
    .summary = "plans a partnership of two people, or three",
    .help =
        "Plans a partnership of people who are accepted to the round and have no partner in it. The first one named "
        "is the one who is asked to write first. It begins with its round (round start), or in a round that runs "
        "already with partnership start.",
    .flags = COMMAND_SERVICE,
    .arguments = {{"ROUND", "the round's name or id", &reference_to_round, ARGUMENT_NEEDED},
                  {"PERSON", "id or mail address of the one who writes first", &reference_to_participant,
                   ARGUMENT_NEEDED},
                  {"PARTNER", "id or mail address of the other one", &reference_to_participant, ARGUMENT_NEEDED},
                  {"THIRD", "id or mail address of a third one", &reference_to_participant, ARGUMENT_OPTIONAL}},
    .change = create_partnership,
};

/* ---- list ---- */

/* One of many, and how it is doing, as the service found last. */
struct listed {
    int64_t place; /* in the list, from 1 */
    struct partnership partnership;
    struct health_row health;
};

struct row {
    struct partnership partnership; /* first: its state's words are those of all partnerships */
    struct health_row health;
    const char *silent, *reason; /* whose silence it is most; NULL: nobody's, or not known */
    const char *round;
    struct column_list members;
    int64_t last_contact;
    struct answer answer; /* the last one */
};

static struct column_words answer_words(const void *row, struct arena *arena) {
    const struct answer *answer = &((const struct row *)row)->answer;
    const struct question_answer *meaning = question_answer(question_find(answer->question), answer->value);
    (void)arena;
    return meaning ? (struct column_words){meaning->name, story_text_tone(meaning->mood)}
                   : (struct column_words){NULL, TONE_PLAIN};
}

static struct column_words health_state_words(const void *row, struct arena *arena) {
    const struct health_row *health = &((const struct row *)row)->health;
    (void)arena;
    return (struct column_words){health->assessed_at ? health_state_name(health->state) : NULL, TONE_PLAIN};
}

static struct column_words silence_words(const void *row, struct arena *arena) {
    const struct health_row *health = &((const struct row *)row)->health;
    (void)arena;
    return (struct column_words){health->assessed_at ? health_silence_name(health->silence) : NULL, TONE_PLAIN};
}

static struct column_words health_words(const void *row, struct arena *arena) {
    const struct health_row *health = &((const struct row *)row)->health;
    if (!health->assessed_at)
        return (struct column_words){NULL, TONE_PLAIN};
    return (struct column_words){
        health->state == HEALTH_STOPPED
            ? health_state_name(health->state)
            : arena_format(arena, "%s %" PRId64, health_state_name(health->state), health->number),
        tones_health(health->state)};
}

static bool make_row(struct context *context, const void *item, void *row, struct error *error) {
    const struct listed *listed = item;
    const struct partnership *partnership = &listed->partnership;
    struct row *ret = row;
    struct database *database = context->database;
    struct arena *arena = context->arena;
    struct participant_list members;
    struct round round;
    struct answer_list answers;
    ret->partnership = *partnership;
    ret->health = listed->health;
    ret->reason = listed->health.assessed_at ? listed->health.reason : NULL;
    if (!partnerships_partners(database, partnership->id, 0, arena, &members, error) ||
        !rounds_find(database, partnership->round, arena, &round, error) ||
        !contacts_last(database, partnership->id, &ret->last_contact, error) ||
        !answers_list(database, partnership->id, arena, &answers, error))
        return false;
    ret->round = round.name;
    ret->members.items = arena_take_array(arena, members.count, sizeof *ret->members.items);
    for (size_t i = 0; i < members.count; i++)
        ret->members.items[ret->members.count++] = members.items[i].name;
    for (size_t i = 0; i < members.count; i++)
        if (members.items[i].id == ret->health.silent)
            ret->silent = members.items[i].name;
    if (answers.count)
        ret->answer = answers.items[answers.count - 1];
    return true;
}

/* Of all there are in memory, the ids: they are listed by what no index has. */
static bool read_partnerships(struct context *context, struct column_page *page, struct error *error) {
    const struct partnership_ids *ids = context->subject;
    size_t rest = ids->count - (size_t)page->after, count = rest < page->limit ? rest : page->limit;
    struct listed *listed = arena_take_array(context->arena, count, sizeof *listed);
    for (size_t i = 0; i < count; i++) {
        int64_t place = page->after + (int64_t)i, id = ids->items[place];
        listed[i].place = place + 1;
        if (!partnerships_find(context->database, id, context->arena, &listed[i].partnership, error) ||
            !health_find(context->database, id, context->arena, &listed[i].health, error))
            return false;
    }
    page->count = page->wanted == COLUMN_PAGE_COUNT ? ids->count : page->count;
    page->rows = (struct column_rows){listed, count, sizeof *listed};
    return true;
}

static bool list_partnerships(struct context *context, struct error *error) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct row, partnership.id, "id", "ID"),
        COLUMN(LONG, struct row, round, "round", "ROUND"),
        COLUMN_WORDS(tones_partnership, "state", "STATE"),
        COLUMN_WORDS(health_words, NULL, "HEALTH"),
        COLUMN_WORDS(health_state_words, "health", NULL),
        COLUMN(NUMBER, struct row, health.number, "health_number", NULL),
        COLUMN_WORDS(silence_words, "silence", NULL),
        COLUMN(TEXT, struct row, silent, "silent", NULL),
        COLUMN(TEXT, struct row, reason, "health_reason", NULL),
        COLUMN(MOMENT, struct row, health.assessed_at, "assessed_at", NULL),
        COLUMN(LIST, struct row, members, "members", "MEMBERS"),
        COLUMN(MOMENT, struct row, last_contact, "last_contact_at", "LAST CONTACT"),
        COLUMN_WORDS(answer_words, "last_answer", "LAST ANSWER"),
        COLUMN(MOMENT, struct row, answer.at, "last_answer_at", NULL),
        COLUMN(MOMENT, struct row, partnership.started_at, "started_at", NULL),
        COLUMN(MOMENT, struct row, partnership.ends_at, "ends_at", NULL),
        {0},
    };
    struct partnership_ids ids;
    enum partnership_state state;
    bool one_state = model_find_partnership_state(invocation_option(context->invocation, "state"), &state);
    const struct partnership_filter filter = {
        .state = one_state ? &state : NULL, .round = context->round.id, .participant = context->people[0].id};
    if (!partnerships_list_by_health(context->database, &filter, context->arena, &ids, error))
        return false;
    context->subject = &ids;
    return columns_list_pages(
        context, columns,
        &(struct column_pages){.read = read_partnerships,
                               .make = make_row,
                               .row_size = sizeof(struct row),
                               .when_empty =
                                   "None. Make some with: tandempost partnership import FILE.csv --round ROUND"},
        error);
}

const struct command partnership_list_command = {
    .name = "partnership list",
    .summary = "partnerships: state, health, members, last contact, last answer",
    .help = "Lists partnerships, the ones that may need somebody first: by their health, a state and a number from 0 "
            "to 100, the chance that all still take part. New, good and slow ones are well, quiet and unknown ones are "
            "a warning, stopped ones rest or are over. The service looks at each once a day, and soon after something "
            "happened in it. Why: tandempost partnership show ID.",
    .options = {{"round", 0, "ROUND", "only those of this round", &reference_to_round},
                {"state", 0, "STATE", "only those that are planned, active, held, frozen, ended or dissolved",
                 COMMAND_CHOICE("planned, active, held, frozen, ended and dissolved")},
                {"participant", 0, "PERSON", "only those of this participant", &reference_to_participant},
                COLUMNS_LIMIT("the first so many")},
    .show = list_partnerships,
};

/* ---- start ---- */

static bool start(struct context *context, struct error *error) {
    struct partnership started;
    int64_t id = context->partnership.id;
    if (!action_partnership_start(context->service, id, error) ||
        !partnerships_find(context->database, id, context->arena, &started, error))
        return false;
    context_tell(context,
                 "Started partnership %" PRId64 ", %s: until %s. Each is introduced at their next sending time.", id,
                 context->members, localise_date(context->arena, started.ends_at, context->service->zone, "en-GB"));
    return true;
}

const struct command partnership_start_command = {
    .name = "partnership start",
    .summary = "begins a planned partnership of a running round",
    .help = "Begins a partnership that was planned after its round had started. Its introduction goes out at the next "
            "sending time of each member, and its months count from now.",
    .flags = COMMAND_SERVICE,
    .arguments = ONE_PARTNERSHIP,
    .change = start,
};

/* ---- hold, resume, dissolve ---- */

typedef bool state_action(struct service *service, int64_t partnership, const char *why, struct error *error);

/* Tells "FIRST 12, Anna Berg and Ben OkoroREST". */
static bool change_state(struct context *context, state_action *action, const char *first, const char *rest,
                         struct error *error) {
    if (!action(context->service, context->partnership.id, invocation_option(context->invocation, "why"), error))
        return false;
    context_tell(context, "%s %" PRId64 ", %s%s", first, context->partnership.id, context->members, rest);
    return true;
}

static bool hold(struct context *context, struct error *error) {
    return change_state(context, action_partnership_hold, "Partnership",
                        ", is on hold: nothing is sent to them until it is resumed.", error);
}

const struct command partnership_hold_command = {
    .name = "partnership hold",
    .summary = "sends nothing to a partnership until it is resumed",
    .flags = COMMAND_SERVICE,
    .options = ONLY_WHY,
    .arguments = ONE_PARTNERSHIP,
    .change = hold,
};

static bool resume(struct context *context, struct error *error) {
    return change_state(context, action_partnership_resume, "Partnership",
                        ", goes on. What was held back is sent now where it is not too late to be of use.", error);
}

const struct command partnership_resume_command = {
    .name = "partnership resume",
    .summary = "lets a partnership go on that is on hold, or frozen by a report",
    .flags = COMMAND_SERVICE,
    .options = ONLY_WHY,
    .arguments = ONE_PARTNERSHIP,
    .change = resume,
};

static bool dissolve(struct context *context, struct error *error) {
    return change_state(context, action_partnership_dissolve, "Dissolved partnership",
                        ". Each is told kindly, without reasons, that it is over, and asked about another partner.",
                        error);
}

const struct command partnership_dissolve_command = {
    .name = "partnership dissolve",
    .summary = "ends a partnership early",
    .help = "Ends a partnership before its time. Nothing more of it is sent; its members are told that it is over, "
            "without reasons, and each is asked about another partner. It can't be undone.",
    .flags = COMMAND_SERVICE,
    .options = ONLY_WHY,
    .arguments = ONE_PARTNERSHIP,
    .change = dissolve,
};

/* ---- note ---- */

static bool add_note(struct context *context, struct error *error) {
    const struct note note = {
        .partnership = context->partnership.id,
        .author = context_user(context),
        .at = clock_now(),
        .text = invocation_argument(context->invocation, 1),
    };
    int64_t id;
    if (string_is_empty(note.text))
        return error_set(error, ERROR_PERMANENT, "The note is empty.");
    if (!notes_add(context->database, &note, &id, error))
        return false;
    context_tell(context, "Noted at partnership %" PRId64 ", %s.", note.partnership, context->members);
    return true;
}

const struct command partnership_note_command = {
    .name = "partnership note",
    .summary = "writes a note into a partnership's story",
    .help = "Writes a note, which partnership show shows in the story at this moment. Notes are for coordinators only; "
            "they are never sent.",
    .arguments = {{"ID", "the partnership's id", &reference_to_partnership, ARGUMENT_NEEDED},
                  {"TEXT", "the note, in quotes", NULL, ARGUMENT_NEEDED}},
    .change = add_note,
};

/* ---- contact ---- */

/* The moment meant by --at: noon of that day where the programme is, but never before the start or in the future. */
static bool read_day(struct context *context, int64_t *ret, struct error *error) {
    const char *typed = invocation_option(context->invocation, "at");
    struct civil_date date;
    struct zone_local today, begun;
    int64_t now = clock_now(), started_at = context->partnership.started_at;
    *ret = now;
    if (!typed)
        return true;
    if (!civil_parse_date(typed, &date, error))
        return false;
    zone_to_local(context->zone, now, &today);
    zone_to_local(context->zone, started_at, &begun);
    if (civil_compare(date, today.date) > 0)
        return error_set(error, ERROR_PERMANENT, "%s is still to come.", typed);
    if (civil_compare(date, begun.date) < 0)
        return error_set(error, ERROR_PERMANENT, "On %s the partnership had not begun.", typed);
    *ret = zone_to_utc(context->zone, date, 12 * SECONDS_PER_HOUR);
    if (*ret > now)
        *ret = now;
    if (*ret < started_at)
        *ret = started_at;
    return true;
}

static bool check_writer(const struct partnership *partnership, const struct participant *writer, struct error *error) {
    if (partnership_has(partnership, writer->id))
        return true;
    return error_set(error, ERROR_PERMANENT, "%s (participant %" PRId64 ") is no member of partnership %" PRId64 ".",
                     writer->name, writer->id, partnership->id);
}

static bool add_contact(struct context *context, struct error *error) {
    const struct partnership *partnership = &context->partnership;
    const struct participant *writer = context->people; /* id 0: it was none of them alone */
    struct event_cause cause = context_cause(context, "a coordinator knows of it");
    struct contact contact = {
        .partnership = partnership->id, .participant = writer->id, .channel = CONTACT_COORDINATOR};
    const struct event ids = {.participant = writer->id, .partnership = partnership->id};
    int64_t id;
    if (!partnership->started_at)
        return error_set(error, ERROR_PERMANENT, "Partnership %" PRId64 " has not begun yet.", partnership->id);
    if ((writer->id && !check_writer(partnership, writer, error)) || !read_day(context, &contact.at, error) ||
        !contacts_add(context->database, &contact, &id, error) ||
        !events_append_change(context->database, "contact logged", &ids, &cause, error))
        return false;
    context_tell(context, "Logged a contact%s%s in partnership %" PRId64 ", %s.", writer->id ? " from " : "",
                 writer->id ? writer->name : "", partnership->id, context->members);
    return true;
}

const struct command partnership_contact_command = {
    .name = "partnership contact",
    .summary = "logs that partners were in touch",
    .help = "Logs a contact that a coordinator knows of: the partners met, telephoned, or wrote to each other past the "
            "programme. Only that it was, and when; never what was said.",
    .options = {{"from", 0, "PERSON", "who wrote or called, where it was one of them", &reference_to_participant},
                {"at", 0, "DATE", "the day, \"2027-02-28\"; else now", NULL}},
    .arguments = ONE_PARTNERSHIP,
    .change = add_contact,
};
