/* partnership show: the whole story of one partnership. */
#include <inttypes.h>
#include <stdio.h>

#include "app/eligible.h"
#include "base/clock.h"
#include "base/localise.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/json_value.h"
#include "cli/output.h"
#include "cli/partnership_story.h"
#include "cli/reference.h"
#include "cli/timetable.h"
#include "store/contacts.h"
#include "store/schedule.h"
#include "store/transaction.h"

enum { NEXT_SHOWN = 3 /* for each member */ };

struct shown {
    struct partnership partnership;
    struct round round;
    struct partnership_story told;
    struct schedule_list next; /* of this partnership, by time */
    const char **not_sent;     /* for each of them why not, as things stand; NULL: it is sent */
    int64_t last_contact;
};

/* ---- Reading ---- */

static bool read_all(struct context *context, const char *typed, struct shown *shown, struct arena *arena,
                     struct error *error) {
    struct database *database = context->database;
    const struct service looking = {.configuration = &context->configuration, .database = database};
    auto_transaction transaction = TRANSACTION_NONE;
    if (!transaction_begin_read(database, &transaction, error) ||
        !reference_partnership(database, typed, arena, &shown->partnership, error) ||
        !rounds_find(database, shown->partnership.round, arena, &shown->round, error) ||
        !contacts_last(database, shown->partnership.id, &shown->last_contact, error))
        return false;
    return partnership_story_read(database, &shown->partnership, arena, &shown->told, error) &&
           schedule_list_of_partnership(database, shown->partnership.id, arena, &shown->next, error) &&
           eligible_foresee(&looking, &shown->next, arena, &shown->not_sent, error);
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

static void print_members(const struct shown *shown, struct arena *arena) {
    static const struct table_column columns[] = {
        {"ID", TABLE_RIGHT, false},     {"MEMBER", TABLE_LEFT, true},     {"ADDRESS", TABLE_LEFT, true},
        {"COUNTRY", TABLE_LEFT, false}, {"NOW THERE", TABLE_LEFT, false}, {"STATE", TABLE_LEFT, false},
        {"MAIL", TABLE_LEFT, false},
    };
    struct table *table cleanup(table_free_pointer) = table_new(columns, COUNT_OF(columns));
    for (size_t i = 0; i < shown->told.members.count; i++) {
        const struct participant *member = &shown->told.members.items[i];
        struct zone_local local;
        static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
        zone_to_local(shown->told.zones[i], clock_now(), &local);
        table_cell_format(table, "%" PRId64, member->id);
        table_cell(table, member->name);
        table_cell(table, member->address);
        table_cell(table, localise_country(arena, member->country, "en-GB"));
        table_cell_format(table, "%s %02d:%02d", days[civil_weekday(local.date)], local.time_of_day / SECONDS_PER_HOUR,
                          local.time_of_day / SECONDS_PER_MINUTE % 60);
        table_cell_tone(table, participant_state_name(member->state),
                        member->state == PARTICIPANT_ACTIVE ? TONE_PLAIN : TONE_WARNING);
        table_cell_tone(table, address_state_name(member->address_state),
                        member->address_state == ADDRESS_GOOD      ? TONE_PLAIN
                        : member->address_state == ADDRESS_SUSPECT ? TONE_WARNING
                                                                   : TONE_BAD);
    }
    table_print(table, stdout, table_terminal_width(stdout), table_wants_colour(stdout));
}

static struct timetable begin_timetable(const struct shown *shown) {
    struct timetable timetable = {
        .file = stdout,
        .people = shown->told.members.count,
        .width = table_terminal_width(stdout),
        .colour = table_wants_colour(stdout),
    };
    for (size_t i = 0; i < shown->told.members.count; i++) {
        timetable.names[i] = shown->told.names[i];
        timetable.zones[i] = shown->told.zones[i];
    }
    return timetable;
}

static void print_next(const struct shown *shown, const struct story_facts *facts, struct arena *arena) {
    struct timetable timetable = begin_timetable(shown);
    size_t hidden = 0, told[MEMBERS_MAX] = {0};
    timetable.begun = true; /* the columns were named above */
    for (size_t i = 0; i < shown->next.count; i++) {
        const struct schedule_entry *entry = &shown->next.items[i];
        size_t member = 0;
        while (member < shown->told.members.count && shown->told.members.items[member].id != entry->participant)
            member++;
        if (member < MEMBERS_MAX && told[member]++ >= NEXT_SHOWN) {
            hidden++;
            continue;
        }
        timetable_line(&timetable, entry->due_at,
                       arena_format(arena, "%s gets %s%s%s", story_text_name(facts, entry->participant),
                                    story_text_message(arena, entry->step, entry->occurrence),
                                    shown->not_sent[i] ? ", not sent: " : "",
                                    shown->not_sent[i] ? shown->not_sent[i] : ""),
                       shown->not_sent[i] ? TONE_FAINT : TONE_PLAIN);
    }
    if (hidden)
        timetable_remark(&timetable,
                         arena_format(arena, "and %zu more message%s until %s", hidden, hidden == 1 ? "" : "s",
                                      localise_date(arena, shown->next.items[shown->next.count - 1].due_at,
                                                    shown->told.zones[0], "en-GB")));
}

static void print_heading(const char *text) {
    printf(table_wants_colour(stdout) ? "\n\033[1m%s\033[0m\n" : "\n%s\n", text);
}

static void print_page(const struct context *context, const struct shown *shown, struct arena *arena) {
    const struct story_facts facts = {.members = &shown->told.members, .names = shown->told.names};
    const struct zone *zone = zone_utc();
    struct error unknown = ERROR_INIT;
    (void)zone_load(context->configuration.programme.time_zone, &zone, &unknown);
    auto_text round = TEXT_EMPTY;
    text_append_printable(&round, shown->round.name);
    printf("Partnership %" PRId64 " of round \"%s\": %s\n", shown->partnership.id, text_string(&round),
           partnership_state_name(shown->partnership.state));
    printf("From %s\n", describe_clock(shown, zone, arena));
    printf("Last contact: %s\n\n", describe_days(shown, arena));
    print_members(shown, arena);
    print_heading("The story so far");
    struct timetable timetable = begin_timetable(shown);
    for (size_t i = 0; i < shown->told.story.count; i++)
        if (shown->told.sentences[i].text)
            timetable_line(&timetable, shown->told.story.items[i].at, shown->told.sentences[i].text,
                           shown->told.sentences[i].tone);
    if (shown->next.count) {
        print_heading("What comes next");
        print_next(shown, &facts, arena);
    }
}

/* ---- For programs ---- */

static json_t *json_of_member(const struct participant *member) {
    return json_pack("{so so so so so so so so}", "id", json_integer(member->id), "name", json_value_text(member->name),
                     "address", json_value_text(member->address), "language", json_value_text(member->language),
                     "country", json_value_text(member->country), "time_zone", json_value_text(member->time_zone),
                     "state", json_value_text(participant_state_name(member->state)), "address_state",
                     json_value_text(address_state_name(member->address_state)));
}

static const char *kind_name(const struct story_line *line) {
    switch (line->kind) {
    case STORY_EVENT:
        return "event";
    case STORY_CONTACT:
        return "contact";
    case STORY_ANSWER:
        return line->question;
    case STORY_NOTE:
        return "note";
    }
    return "";
}

static json_t *json_of_line(const struct story_sentence *sentence) {
    const struct story_line *line = sentence->line;
    return json_pack("{so so so so so so so so so so}", "at", json_value_moment(line->at), "kind",
                     json_value_text(kind_name(line)), "sentence", json_value_text(sentence->text), "what",
                     json_value_text(line->text), "why", json_value_text(line->why), "actor",
                     json_value_text(line->actor), "step", json_value_text(line->step), "participant",
                     json_value_id(line->participant), "outbox", json_value_id(line->outbox), "inbox",
                     json_value_id(line->inbox));
}

static int print_json(const struct shown *shown) {
    json_t *members = json_array(), *story = json_array(), *next = json_array();
    for (size_t i = 0; i < shown->told.members.count; i++)
        json_array_append_new(members, json_of_member(&shown->told.members.items[i]));
    for (size_t i = 0; i < shown->told.story.count; i++)
        json_array_append_new(story, json_of_line(&shown->told.sentences[i]));
    for (size_t i = 0; i < shown->next.count; i++) {
        const struct schedule_entry *entry = &shown->next.items[i];
        json_array_append_new(
            next, json_pack("{so so so so so}", "at", json_value_moment(entry->due_at), "step",
                            json_value_text(entry->step), "occurrence", json_integer(entry->occurrence), "participant",
                            json_integer(entry->participant), "not_sent", json_value_text(shown->not_sent[i])));
    }
    const struct partnership *partnership = &shown->partnership;
    return json_value_print(json_pack(
        "{so so so so so so so so so so}", "id", json_integer(partnership->id), "round",
        json_value_text(shown->round.name), "state", json_value_text(partnership_state_name(partnership->state)),
        "started_at", json_value_moment(partnership->started_at), "ends_at", json_value_moment(partnership->ends_at),
        "closed_at", json_value_moment(partnership->closed_at), "last_contact_at",
        json_value_moment(shown->last_contact), "members", members, "story", story, "next", next));
}

static int run_show(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct shown shown = {0};
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!read_all(&context, invocation_argument(invocation, 0), &shown, arena, &error))
        return context_refuse(&error);
    if (invocation_json(invocation))
        return print_json(&shown);
    print_page(&context, &shown, arena);
    return EXIT_DONE;
}

const struct command partnership_show_command = {
    .name = "partnership show",
    .summary = "the whole story of a partnership, and what comes next",
    .help = "Shows who the partners are and everything that happened between them and the programme, in time order and "
            "in each one's local time: what was sent, what they answered, when they were in touch and how, notes, "
            "alerts, and what changed; then what comes next. What partners write to each other is never shown: the "
            "programme does not keep it.",
    .flags = COMMAND_LISTS,
    .arguments = (const struct command_argument[]){{"ID", "the partnership's id", .optional = false}, {0}},
    .run = run_show,
};
