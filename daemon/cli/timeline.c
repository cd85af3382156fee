#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/eligible.h"
#include "base/clock.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/reference.h"
#include "cli/timetable.h"
#include "store/schedule.h"
#include "store/transaction.h"

enum { DAYS = 7, DAYS_MOST = 36500, GROUP_ABOVE = 3, GROUPS_MOST = 200 };

struct timeline {
    struct context *context;
    struct arena *arena;
    const struct zone *zone; /* the programme's */
    struct schedule_list entries;
    const char **not_sent;          /* for each entry why it is not sent as things stand; NULL: it is */
    struct participant_list people; /* by id */
};

/* ---- Words ---- */

static int compare_ids(const void *a, const void *b) {
    const struct participant *first = a, *second = b;
    return first->id < second->id ? -1 : first->id > second->id;
}

static const struct participant *find_person(const struct timeline *timeline, int64_t id) {
    struct participant key = {.id = id};
    return timeline->people.count
               ? bsearch(&key, timeline->people.items, timeline->people.count, sizeof key, compare_ids)
               : NULL;
}

static const char *step_words(const struct timeline *timeline, const struct schedule_entry *entry) {
    if (entry->occurrence == 0)
        return entry->step;
    return arena_format(timeline->arena, "%s, month %" PRId64, entry->step, entry->occurrence);
}

static const struct zone *zone_of(const struct timeline *timeline, const struct participant *person) {
    const struct zone *zone;
    struct error error = ERROR_INIT;
    return person && zone_load(person->time_zone, &zone, &error) ? zone : timeline->zone;
}

/* "09:00", and the weekday where it is another day than for the programme. */
static const char *time_there(const struct timeline *timeline, const struct schedule_entry *entry) {
    static const char *const days[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    struct zone_local here, there;
    char time[CIVIL_TIME_SIZE];
    zone_to_local(timeline->zone, entry->due_at, &here);
    zone_to_local(zone_of(timeline, find_person(timeline, entry->participant)), entry->due_at, &there);
    civil_format_time_of_day(there.time_of_day, time);
    if (civil_compare(here.date, there.date) == 0)
        return arena_copy_string(timeline->arena, time);
    return arena_format(timeline->arena, "%s on %s", time, days[civil_weekday(there.date)]);
}

/* ---- For people ---- */

static struct civil_date day_of(const struct timeline *timeline, const struct schedule_entry *entry) {
    struct zone_local local;
    zone_to_local(timeline->zone, entry->due_at, &local);
    return local.date;
}

/* What goes out on one day from one step. */
struct group {
    const char *step;
    int64_t occurrence, last_at;
    size_t count;
    bool told;
};

static struct group *find_group(struct group *groups, size_t *count, const struct schedule_entry *entry) {
    for (size_t i = 0; i < *count; i++)
        if (groups[i].occurrence == entry->occurrence && string_equal(groups[i].step, entry->step))
            return &groups[i];
    if (*count == GROUPS_MOST)
        return NULL;
    groups[*count] = (struct group){.step = entry->step, .occurrence = entry->occurrence};
    return &groups[(*count)++];
}

static void print_entry(const struct timeline *timeline, struct timetable *table, const struct schedule_entry *entry) {
    const char *not_sent = timeline->not_sent[entry - timeline->entries.items];
    const struct participant *person = find_person(timeline, entry->participant);
    struct zone_local here, there;
    auto_text line = TEXT_EMPTY;
    zone_to_local(timeline->zone, entry->due_at, &here);
    zone_to_local(zone_of(timeline, person), entry->due_at, &there);
    text_append_format(&line, "%s to %s", step_words(timeline, entry), person ? person->name : "somebody");
    if (here.offset != there.offset)
        text_append_format(&line, " (%s there)", time_there(timeline, entry));
    if (not_sent)
        text_append_format(&line, ", not sent: %s", not_sent);
    else if (entry->due_at <= clock_now())
        text_append(&line, ", overdue");
    timetable_line(table, entry->due_at, text_string(&line), not_sent ? TONE_FAINT : TONE_PLAIN);
}

static void print_group(const struct timeline *timeline, struct timetable *table, const struct schedule_entry *entry,
                        const struct group *group) {
    auto_text line = TEXT_EMPTY;
    char until[CIVIL_TIME_SIZE];
    struct zone_local last;
    zone_to_local(timeline->zone, group->last_at, &last);
    text_append_format(&line, "%s to %zu people", step_words(timeline, entry), group->count);
    if (group->last_at != entry->due_at)
        text_append_format(&line, ", the last at %s", civil_format_time_of_day(last.time_of_day, until));
    if (group->last_at <= clock_now())
        text_append(&line, ", overdue");
    timetable_line(table, entry->due_at, text_string(&line), TONE_PLAIN);
}

static void print_day(const struct timeline *timeline, struct timetable *table, size_t first, size_t end, bool all) {
    struct group groups[GROUPS_MOST];
    size_t count = 0;
    const struct schedule_entry *entries = timeline->entries.items;
    for (size_t i = first; i < end && !all; i++) {
        struct group *group = timeline->not_sent[i] ? NULL : find_group(groups, &count, &entries[i]);
        if (group) {
            group->count++;
            group->last_at = entries[i].due_at;
        }
    }
    for (size_t i = first; i < end; i++) {
        if (timeline->not_sent[i] && !all)
            continue;
        struct group *group = all ? NULL : find_group(groups, &count, &entries[i]);
        if (!group || group->count <= GROUP_ABOVE)
            print_entry(timeline, table, &entries[i]);
        else if (!group->told)
            print_group(timeline, table, &entries[i], group);
        if (group)
            group->told = true;
    }
}

/* Counted for each reason. */
static void print_not_sent(const struct timeline *timeline) {
    for (size_t i = 0; i < timeline->entries.count; i++) {
        const char *reason = timeline->not_sent[i];
        size_t first = 0, count = 0;
        while (first < i && !string_equal(timeline->not_sent[first], reason))
            first++;
        for (size_t j = i; j < timeline->entries.count && reason && first == i; j++)
            count += string_equal(timeline->not_sent[j], reason);
        if (count)
            printf("%zu message%s not sent: %s.\n", count, count == 1 ? " is" : "s are", reason);
    }
}

static void print_days(const struct timeline *timeline, const char *until_words) {
    const struct schedule_list *entries = &timeline->entries;
    struct timetable table = {.file = stdout,
                              .names = {"PROGRAMME"},
                              .zones = {timeline->zone},
                              .people = 1,
                              .width = table_terminal_width(stdout),
                              .colour = table_wants_colour(stdout)};
    if (entries->count == 0) {
        printf("Nothing is scheduled %s.\n", until_words);
        return;
    }
    for (size_t first = 0, end = 0; first < entries->count; first = end) {
        struct civil_date day = day_of(timeline, &entries->items[first]);
        while (end < entries->count && civil_compare(day, day_of(timeline, &entries->items[end])) == 0)
            end++;
        print_day(timeline, &table, first, end, invocation_switch(timeline->context->invocation, "all"));
    }
    size_t sent = 0;
    for (size_t i = 0; i < entries->count; i++)
        sent += !timeline->not_sent[i];
    printf("%s%zu message%s %s.\n", table.begun ? "\n" : "", sent, sent == 1 ? "" : "s", until_words);
    print_not_sent(timeline);
}

/* ---- JSON ---- */

struct row {
    struct schedule_entry entry;
    const char *name, *local_time, *not_sent;
};

static void print_json(const struct timeline *timeline) {
    static const struct column columns[] = {
        COLUMN(MOMENT, struct row, entry.due_at, "due_at", NULL),
        COLUMN(MOMENT, struct row, entry.expires_at, "expires_at", NULL),
        COLUMN(TEXT, struct row, entry.step, "step", NULL),
        COLUMN(NUMBER, struct row, entry.occurrence, "occurrence", NULL),
        COLUMN(NUMBER, struct row, entry.participant, "participant", NULL),
        COLUMN(TEXT, struct row, name, "name", NULL),
        COLUMN(TEXT, struct row, local_time, "local_time", NULL),
        COLUMN(NUMBER, struct row, entry.partnership, "partnership", NULL),
        COLUMN(NUMBER, struct row, entry.round, "round", NULL),
        COLUMN(TEXT, struct row, not_sent, "not_sent", NULL),
        {0},
    };
    size_t count = timeline->entries.count;
    struct row *rows = arena_take_array(timeline->arena, count, sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        const struct participant *person = find_person(timeline, timeline->entries.items[i].participant);
        struct zone_local there;
        char date[CIVIL_DATE_SIZE], time[CIVIL_TIME_SIZE];
        zone_to_local(zone_of(timeline, person), timeline->entries.items[i].due_at, &there);
        rows[i] = (struct row){
            .entry = timeline->entries.items[i],
            .name = person ? person->name : NULL,
            .local_time = arena_format(timeline->arena, "%s %s", civil_format_date(there.date, date),
                                       civil_format_time_of_day(there.time_of_day, time)),
            .not_sent = timeline->not_sent[i],
        };
    }
    columns_list(timeline->context, columns, (struct column_rows){rows, count, sizeof *rows}, NULL);
}

/* ---- The command ---- */

static bool read_all(struct timeline *timeline, int64_t until, int64_t round, struct error *error) {
    struct database *database = timeline->context->database;
    auto_transaction transaction = TRANSACTION_NONE;
    if (!transaction_begin_read(database, &transaction, error) ||
        !schedule_list_between(database, 0, until, timeline->arena, &timeline->entries, error) ||
        !participants_list(database, &(struct participant_filter){0}, timeline->arena, &timeline->people, error))
        return false;
    size_t kept = 0;
    for (size_t i = 0; i < timeline->entries.count; i++)
        if (round == 0 || timeline->entries.items[i].round == round)
            timeline->entries.items[kept++] = timeline->entries.items[i];
    timeline->entries.count = kept;
    const struct service looking = {.configuration = &timeline->context->configuration, .database = database};
    return eligible_foresee(&looking, &timeline->entries, timeline->arena, &timeline->not_sent, error);
}

static bool show_timeline(struct context *context, struct error *error) {
    const struct round *round = &context->round;
    struct timeline timeline = {.context = context, .arena = context->arena, .zone = context->zone};
    int64_t days = invocation_number(context->invocation, "days", DAYS);
    bool whole = round->id && !invocation_option(context->invocation, "days");
    int64_t until = whole ? INT64_MAX : clock_now() + days * SECONDS_PER_DAY;
    if (!read_all(&timeline, until, round->id, error))
        return false;
    if (context->invocation->json)
        print_json(&timeline);
    else
        print_days(&timeline,
                   whole ? arena_format(context->arena, "until the end of \"%s\"", round->name)
                         : arena_format(context->arena, "in the next %" PRId64 " day%s", days, days == 1 ? "" : "s"));
    return true;
}

const struct command timeline_command = {
    .name = "timeline",
    .summary = "what will be sent, to whom and when",
    .help =
        "Shows day by day what is scheduled: for the next seven days, for --days N, or with --round for a whole "
        "round. Times are the programme's; the recipient's own stands behind where it is another. Where more than "
        "three people get the same message on one day, they are counted; --all names each. What is not sent as things "
        "stand, because mail to its recipient comes back, say, is counted by itself; "
        "--all shows it too.\n"
        "What becomes due goes to the outbox: tandempost outbox list. What the messages will say: tandempost "
        "template preview NAME --participant PARTICIPANT",
    .options = {{"days", 0, "N", "how many days ahead (else 7)",
                 COMMAND_NUMBER("takes a number of days, from 1", 1, DAYS_MOST)},
                {"round", 0, "ROUND", "only what belongs to this round, to its end", &reference_to_round},
                {"all", 0, NULL, "name everybody instead of counting", NULL}},
    .show = show_timeline,
};
