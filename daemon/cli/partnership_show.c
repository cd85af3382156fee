/* partnership show: the whole story of one partnership. */
#include <inttypes.h>

#include "app/eligible.h"
#include "app/watch.h"
#include "base/clock.h"
#include "base/localise.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/json_value.h"
#include "cli/partnership_story.h"
#include "cli/reference.h"
#include "cli/timetable.h"
#include "cli/tones.h"
#include "store/contacts.h"
#include "store/schedule.h"
#include "store/transaction.h"

enum { NEXT_SHOWN = 3 /* for each member */ };

/* A message that is still to come. */
struct next {
    struct schedule_entry entry;
    const char *not_sent; /* why not, as things stand; NULL: it is sent */
};

struct shown {
    struct partnership partnership; /* first: its state's words are those of all partnerships */
    struct round round;
    struct partnership_story told;
    struct next *next; /* by time */
    size_t next_count;
    int64_t last_contact;
    struct watched watched; /* as it is now, whenever the service looked last */
};

static bool read_all(struct context *context, struct shown *shown, struct error *error) {
    struct database *database = context->database;
    struct arena *arena = context->arena;
    struct service looking = {.configuration = &context->configuration, .database = database};
    auto_transaction transaction = TRANSACTION_NONE;
    struct schedule_list next;
    const char **not_sent;
    int64_t id = context->partnership.id;
    if (!transaction_begin_read(database, &transaction, error) ||
        !partnerships_find(database, id, arena, &shown->partnership, error) ||
        !rounds_find(database, shown->partnership.round, arena, &shown->round, error) ||
        !contacts_last(database, id, &shown->last_contact, error) ||
        !partnership_story_read(database, &shown->partnership, arena, &shown->told, error) ||
        !schedule_list_of_partnership(database, id, arena, &next, error) ||
        !eligible_foresee(&looking, &next, arena, &not_sent, error) ||
        (shown->partnership.started_at && !watch_look(&looking, id, arena, &shown->watched, error)))
        return false;
    shown->next = arena_take_array(arena, next.count, sizeof *shown->next);
    shown->next_count = next.count;
    for (size_t i = 0; i < next.count; i++)
        shown->next[i] = (struct next){next.items[i], not_sent[i]};
    return true;
}

/* ---- For people ---- */

static const char *describe_clock(const struct shown *shown, const struct zone *zone, struct arena *arena) {
    const struct partnership *partnership = &shown->partnership;
    if (!partnership->started_at)
        return arena_format(arena, "has not begun; will last %s", shown->round.length);
    const char *began = localise_date(arena, partnership->started_at, zone, "en-GB"),
               *ends = localise_date(arena, partnership->ends_at, zone, "en-GB");
    if (partnership->closed_at)
        return arena_format(arena, "%s to %s", began, localise_date(arena, partnership->closed_at, zone, "en-GB"));
    int64_t week = 7 * SECONDS_PER_DAY, weeks = (partnership->ends_at - partnership->started_at + week - 1) / week,
            now = (clock_now() - partnership->started_at) / week + 1;
    return arena_format(arena, "%s to %s, now in week %" PRId64 " of %" PRId64, began, ends, now < weeks ? now : weeks,
                        weeks);
}

static const char *describe_days(const struct shown *shown, struct arena *arena) {
    if (!shown->last_contact)
        return "none so far";
    int64_t days = (clock_now() - shown->last_contact) / SECONDS_PER_DAY;
    return days == 0 ? "within the last day" : arena_format(arena, "%" PRId64 " day%s ago", days, days == 1 ? "" : "s");
}

/* "silent, 34 of 100: nothing heard for 23 days; asked 3 times since" */
static const char *describe_member(const struct watched *watched, size_t member, const struct zone *zone,
                                   struct arena *arena) {
    static const char *const kinds[] = {[SILENCE_NONE] = "well",
                                        [SILENCE_SILENT] = "silent",
                                        [SILENCE_AWAY] = "away",
                                        [SILENCE_PAUSED] = "paused",
                                        [SILENCE_BOUNCING] = "mail comes back"};
    const char *name = watched->members.items[member].name, *kind = kinds[watched->health.members[member].silence];
    int number = watched->health.members[member].number, missed = watched->health.members[member].missed;
    int64_t since = watched->health.members[member].since;
    auto_text line = TEXT_EMPTY;
    text_append_format(&line, "  %s: %s, %d of 100", name, kind, number);
    if (since && since > watched->facts.introduced_at)
        text_append_format(&line, "; last heard of on %s", localise_date(arena, since, zone, "en-GB"));
    else if (since)
        text_append(&line, "; not heard of since the introduction");
    if (missed)
        text_append_format(&line, "; asked since then, and not answered: %d", missed);
    return arena_copy_string(arena, text_string(&line));
}

static void print_health(const struct watched *watched, const struct zone *zone, struct arena *arena) {
    auto_text reason = TEXT_EMPTY;
    text_append_printable(&reason, watched->reason.text);
    printf("Health: %s, %d of 100: %s\n", health_state_name(watched->health.state), watched->health.number,
           text_string(&reason));
    for (size_t i = 0; i < watched->members.count; i++) {
        auto_text line = TEXT_EMPTY;
        text_append_printable(&line, describe_member(watched, i, zone, arena));
        printf("%s\n", text_string(&line));
    }
}

static struct column_words country_words(const void *participant, struct arena *arena) {
    return (struct column_words){localise_country(arena, ((const struct participant *)participant)->country, "en-GB"),
                                 TONE_PLAIN};
}

/* "Mon 09:05" */
static struct column_words now_there(const void *participant, struct arena *arena) {
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    const struct zone *zone = partnership_story_zone(participant);
    struct zone_local local;
    zone_to_local(zone, clock_now(), &local);
    return (struct column_words){arena_format(arena, "%s %02d:%02d", days[civil_weekday(local.date)],
                                              local.time_of_day / SECONDS_PER_HOUR,
                                              local.time_of_day / SECONDS_PER_MINUTE % 60),
                                 TONE_PLAIN};
}

static void print_next(const struct shown *shown, struct timetable *timetable, struct arena *arena) {
    const struct story_facts facts = {.members = &shown->told.members, .names = shown->told.names};
    size_t hidden = 0, told[MEMBERS_MAX] = {0};
    for (size_t i = 0; i < shown->next_count; i++) {
        const struct next *next = &shown->next[i];
        size_t member = 0;
        while (member < shown->told.members.count && shown->told.members.items[member].id != next->entry.participant)
            member++;
        if (member < MEMBERS_MAX && told[member]++ >= NEXT_SHOWN) {
            hidden++;
            continue;
        }
        timetable_line(timetable, next->entry.due_at,
                       arena_format(arena, "%s gets %s%s%s", story_text_name(&facts, next->entry.participant),
                                    story_text_message(arena, next->entry.step, next->entry.occurrence),
                                    next->not_sent ? ", not sent: " : "", next->not_sent ? next->not_sent : ""),
                       next->not_sent ? TONE_FAINT : TONE_PLAIN);
    }
    if (hidden)
        timetable_remark(timetable,
                         arena_format(arena, "and %zu more message%s until %s", hidden, hidden == 1 ? "" : "s",
                                      localise_date(arena, shown->next[shown->next_count - 1].entry.due_at,
                                                    shown->told.zones[0], "en-GB")));
}

static void print_heading(const char *text) {
    printf(table_wants_colour(stdout) ? "\n\033[1m%s\033[0m\n" : "\n%s\n", text);
}

static void print_page(const struct context *context, const struct shown *shown) {
    static const struct column member_columns[] = {
        COLUMN(NUMBER, struct participant, id, NULL, "ID"),
        COLUMN(LONG, struct participant, name, NULL, "MEMBER"),
        COLUMN(LONG, struct participant, address, NULL, "ADDRESS"),
        COLUMN_WORDS(country_words, NULL, "COUNTRY"),
        COLUMN_WORDS(now_there, NULL, "NOW THERE"),
        COLUMN_WORDS(tones_participant, NULL, "STATE"),
        COLUMN_WORDS(tones_address, NULL, "MAIL"),
        {0},
    };
    const struct partnership_story *told = &shown->told;
    struct arena *arena = context->arena;
    auto_text round = TEXT_EMPTY;
    text_append_printable(&round, shown->round.name);
    printf("Partnership %" PRId64 " of round \"%s\": %s\n", shown->partnership.id, text_string(&round),
           partnership_state_name(shown->partnership.state));
    printf("From %s\n", describe_clock(shown, context->zone, arena));
    printf("Last contact: %s\n", describe_days(shown, arena));
    if (shown->watched.facts.began_at)
        print_health(&shown->watched, context->zone, arena);
    printf("\n");
    columns_list(context, member_columns, COLUMN_ROWS(told->members), NULL);
    print_heading("The story so far");
    struct timetable timetable =
        partnership_story_timetable(told, stdout, table_terminal_width(stdout), table_wants_colour(stdout));
    for (size_t i = 0; i < told->story.count; i++)
        if (told->sentences[i].text)
            timetable_line(&timetable, told->story.items[i].at, told->sentences[i].text, told->sentences[i].tone);
    if (shown->next_count) {
        print_heading("What comes next");
        timetable.begun = true; /* the columns were named above */
        timetable.day = (struct civil_date){0};
        print_next(shown, &timetable, arena);
    }
}

/* ---- For programs ---- */

static struct column_words line_kind(const void *row, struct arena *arena) {
    static const char *const names[] = {[STORY_EVENT] = "event", [STORY_CONTACT] = "contact", [STORY_NOTE] = "note"};
    const struct story_line *line = row;
    (void)arena;
    return (struct column_words){line->kind == STORY_ANSWER ? line->question : names[line->kind], TONE_PLAIN};
}

/* A line with its sentence. */
struct told_line {
    struct story_line line;
    const char *sentence;
};

static json_t *health_json(const struct watched *watched) {
    const struct health *health = &watched->health;
    json_t *members = json_array();
    if (!watched->facts.began_at)
        return json_null();
    for (size_t i = 0; i < watched->members.count; i++)
        json_array_append_new(
            members, json_pack("{s:I,s:s,s:i,s:o,s:i}", "id", (json_int_t)watched->members.items[i].id, "silence",
                               health_silence_name(health->members[i].silence), "number", health->members[i].number,
                               "last_heard_at", json_value_moment(health->members[i].since), "unanswered",
                               health->members[i].missed));
    return json_pack("{s:s,s:i,s:s,s:o,s:o}", "state", health_state_name(health->state), "number", health->number,
                     "silence", health_silence_name(health->silence), "reason", json_value_text(watched->reason.text),
                     "members", members);
}

static void print_json(const struct shown *shown, struct arena *arena) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct shown, partnership.id, "id", NULL),
        COLUMN(TEXT, struct shown, round.name, "round", NULL),
        COLUMN_WORDS(tones_partnership, "state", NULL),
        COLUMN(MOMENT, struct shown, partnership.started_at, "started_at", NULL),
        COLUMN(MOMENT, struct shown, partnership.ends_at, "ends_at", NULL),
        COLUMN(MOMENT, struct shown, partnership.closed_at, "closed_at", NULL),
        COLUMN(MOMENT, struct shown, last_contact, "last_contact_at", NULL),
        {0},
    };
    static const struct column of_members[] = {
        COLUMN(NUMBER, struct participant, id, "id", NULL),
        COLUMN(TEXT, struct participant, name, "name", NULL),
        COLUMN(TEXT, struct participant, address, "address", NULL),
        COLUMN(TEXT, struct participant, language, "language", NULL),
        COLUMN(TEXT, struct participant, country, "country", NULL),
        COLUMN(TEXT, struct participant, time_zone, "time_zone", NULL),
        COLUMN_WORDS(tones_participant, "state", NULL),
        COLUMN_WORDS(tones_address, "address_state", NULL),
        {0},
    };
    static const struct column of_lines[] = {
        COLUMN(MOMENT, struct told_line, line.at, "at", NULL),
        COLUMN_WORDS(line_kind, "kind", NULL),
        COLUMN(TEXT, struct told_line, sentence, "sentence", NULL),
        COLUMN(TEXT, struct told_line, line.text, "what", NULL),
        COLUMN(TEXT, struct told_line, line.why, "why", NULL),
        COLUMN(TEXT, struct told_line, line.actor, "actor", NULL),
        COLUMN(TEXT, struct told_line, line.step, "step", NULL),
        COLUMN(ID, struct told_line, line.participant, "participant", NULL),
        COLUMN(ID, struct told_line, line.outbox, "outbox", NULL),
        COLUMN(ID, struct told_line, line.inbox, "inbox", NULL),
        {0},
    };
    static const struct column of_next[] = {
        COLUMN(MOMENT, struct next, entry.due_at, "at", NULL),
        COLUMN(TEXT, struct next, entry.step, "step", NULL),
        COLUMN(NUMBER, struct next, entry.occurrence, "occurrence", NULL),
        COLUMN(NUMBER, struct next, entry.participant, "participant", NULL),
        COLUMN(TEXT, struct next, not_sent, "not_sent", NULL),
        {0},
    };
    size_t count = shown->told.story.count;
    struct told_line *lines = arena_take_array(arena, count, sizeof *lines);
    for (size_t i = 0; i < count; i++)
        lines[i] = (struct told_line){shown->told.story.items[i], shown->told.sentences[i].text};
    json_t *object = columns_object(columns, shown);
    json_object_set_new(object, "members", columns_array(of_members, COLUMN_ROWS(shown->told.members)));
    json_object_set_new(object, "story", columns_array(of_lines, (struct column_rows){lines, count, sizeof *lines}));
    json_object_set_new(object, "health", health_json(&shown->watched));
    json_object_set_new(
        object, "next",
        columns_array(of_next, (struct column_rows){shown->next, shown->next_count, sizeof *shown->next}));
    json_value_print(object);
}

static bool show_partnership(struct context *context, struct error *error) {
    struct shown shown = {0};
    if (!read_all(context, &shown, error))
        return false;
    if (context->invocation->json)
        print_json(&shown, context->arena);
    else
        print_page(context, &shown);
    return true;
}

const struct command partnership_show_command = {
    .name = "partnership show",
    .summary = "the whole story of a partnership, how it is doing, and what comes next",
    .help = "Shows who the partners are, how the partnership is doing and why, and everything that happened between "
            "them and the programme, in time order and "
            "in each one's local time: what was sent, what they answered, when they were in touch and how, notes, "
            "alerts, and what changed; then what comes next. What partners write to each other is never shown: the "
            "programme does not keep it.",
    .arguments = {{"ID", "the partnership's id", &reference_to_partnership, ARGUMENT_NEEDED}},
    .show = show_partnership,
};
