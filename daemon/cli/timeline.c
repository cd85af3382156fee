#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/eligible.h"
#include "base/clock.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/reference.h"
#include "cli/timetable.h"

enum { DAYS = 7, DAYS_MOST = 36500, NAMED_MOST = 3, REASONS_MOST = 16 };

/* A line of a day, in its order. */
struct line {
    int64_t due_at;
    size_t order;
    const char *text;
    enum table_tone tone;
};

/* What goes out on one day from one step: each by name, unless they are many. */
struct group {
    const char *step;
    int64_t occurrence, last_at;
    size_t count;
    struct line named[NAMED_MOST];
};

struct timeline {
    struct context *context;
    const struct zone *zone; /* the programme's */
    int64_t round;           /* 0: any */
    bool all;
    struct timetable table;
    size_t sent;
    struct {
        const char *reason;
        size_t count;
    } not_sent[REASONS_MOST];

    struct civil_date day; /* that is being read; in ARENA is all of it, and nothing of the days before */
    struct arena *arena;
    struct group *groups;
    size_t group_count, group_capacity, order;
};

/* ---- Words ---- */

static const char *step_words(struct arena *arena, const struct schedule_entry *entry) {
    if (entry->occurrence == 0)
        return entry->step;
    return arena_format(arena, "%s, month %" PRId64, entry->step, entry->occurrence);
}

static const struct zone *zone_of(const struct timeline *timeline, const struct participant *person) {
    const struct zone *zone;
    struct error error = ERROR_INIT;
    return person->time_zone && zone_load(person->time_zone, &zone, &error) ? zone : timeline->zone;
}

/* "09:00", and the weekday where it is another day than for the programme. */
static const char *time_there(struct arena *arena, const struct zone_local *here, const struct zone_local *there) {
    static const char *const days[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    char time[CIVIL_TIME_SIZE];
    civil_format_time_of_day(there->time_of_day, time);
    if (civil_compare(here->date, there->date) == 0)
        return arena_copy_string(arena, time);
    return arena_format(arena, "%s on %s", time, days[civil_weekday(there->date)]);
}

/* ---- For people ---- */

static struct line name_entry(struct timeline *timeline, const struct schedule_entry *entry,
                              const struct participant *person, const char *not_sent) {
    struct arena *arena = timeline->arena;
    struct zone_local here, there;
    auto_text line = TEXT_EMPTY;
    zone_to_local(timeline->zone, entry->due_at, &here);
    zone_to_local(zone_of(timeline, person), entry->due_at, &there);
    text_append_format(&line, "%s to %s", step_words(arena, entry), person->id ? person->name : "somebody");
    if (here.offset != there.offset)
        text_append_format(&line, " (%s there)", time_there(arena, &here, &there));
    if (not_sent)
        text_append_format(&line, ", not sent: %s", not_sent);
    else if (entry->due_at <= clock_now())
        text_append(&line, ", overdue");
    return (struct line){entry->due_at, timeline->order++, arena_copy_string(arena, text_string(&line)),
                         not_sent ? TONE_FAINT : TONE_PLAIN};
}

static struct line name_group(const struct timeline *timeline, const struct group *group) {
    const struct schedule_entry like = {.step = group->step, .occurrence = group->occurrence};
    struct line first = group->named[0];
    auto_text line = TEXT_EMPTY;
    char until[CIVIL_TIME_SIZE];
    struct zone_local last;
    zone_to_local(timeline->zone, group->last_at, &last);
    text_append_format(&line, "%s to %zu people", step_words(timeline->arena, &like), group->count);
    if (group->last_at != first.due_at)
        text_append_format(&line, ", the last at %s", civil_format_time_of_day(last.time_of_day, until));
    if (group->last_at <= clock_now())
        text_append(&line, ", overdue");
    first.text = arena_copy_string(timeline->arena, text_string(&line));
    return first;
}

static int compare_lines(const void *a, const void *b) {
    const struct line *one = a, *other = b;
    return (one->order > other->order) - (one->order < other->order);
}

static void print_day(struct timeline *timeline) {
    struct line *lines = arena_take_array(timeline->arena, timeline->group_count * NAMED_MOST, sizeof *lines);
    size_t count = 0;
    for (size_t i = 0; i < timeline->group_count; i++) {
        const struct group *group = &timeline->groups[i];
        if (group->count > NAMED_MOST)
            lines[count++] = name_group(timeline, group);
        for (size_t j = 0; j < group->count && group->count <= NAMED_MOST; j++)
            lines[count++] = group->named[j];
    }
    qsort(lines, count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < count; i++)
        timetable_line(&timeline->table, lines[i].due_at, lines[i].text, lines[i].tone);
    timeline->group_count = timeline->order = 0;
    arena_free(timeline->arena);
    timeline->arena = arena_new();
}

static void add_to_group(struct timeline *timeline, const struct schedule_entry *entry,
                         const struct participant *person) {
    struct group *group = timeline->groups, *end = group + timeline->group_count;
    while (group < end && (group->occurrence != entry->occurrence || !string_equal(group->step, entry->step)))
        group++;
    if (group == end) {
        timeline->groups = memory_grow(timeline->groups, &timeline->group_capacity, timeline->group_count + 1,
                                       sizeof *timeline->groups);
        group = &timeline->groups[timeline->group_count++];
        *group =
            (struct group){.step = arena_copy_string(timeline->arena, entry->step), .occurrence = entry->occurrence};
    }
    if (group->count < NAMED_MOST)
        group->named[group->count] = name_entry(timeline, entry, person, NULL);
    group->count++;
    group->last_at = entry->due_at;
}

/* Counted for each reason, which are static texts. */
static void count_entry(struct timeline *timeline, const char *not_sent) {
    timeline->sent += !not_sent;
    for (size_t i = 0; not_sent && i < REASONS_MOST; i++) {
        if (timeline->not_sent[i].reason && !string_equal(timeline->not_sent[i].reason, not_sent))
            continue;
        timeline->not_sent[i].reason = not_sent;
        timeline->not_sent[i].count++;
        break;
    }
}

static void take_entry(void *data, const struct schedule_entry *entry, const struct participant *person,
                       const char *not_sent) {
    struct timeline *timeline = data;
    struct zone_local local;
    if (timeline->round && entry->round != timeline->round)
        return;
    count_entry(timeline, not_sent);
    zone_to_local(timeline->zone, entry->due_at, &local);
    if (civil_compare(local.date, timeline->day) != 0)
        print_day(timeline);
    timeline->day = local.date;
    if (!timeline->all && !not_sent) {
        add_to_group(timeline, entry, person);
    } else if (timeline->all) {
        struct arena *day = timeline->arena;
        auto_arena passing = arena_new();
        timeline->arena = passing;
        struct line line = name_entry(timeline, entry, person, not_sent);
        timetable_line(&timeline->table, line.due_at, line.text, line.tone);
        timeline->arena = day;
    }
}

static bool print_days(struct timeline *timeline, const struct service *looking, int64_t until, const char *until_words,
                       struct error *error) {
    timeline->table = (struct timetable){.file = stdout,
                                         .names = {"PROGRAMME"},
                                         .zones = {timeline->zone},
                                         .people = 1,
                                         .width = table_terminal_width(stdout),
                                         .colour = table_wants_colour(stdout)};
    if (!eligible_foresee_until(looking, until, take_entry, timeline, error))
        return false;
    print_day(timeline);
    if (!timeline->sent && !timeline->not_sent[0].count) {
        printf("Nothing is scheduled %s.\n", until_words);
        return true;
    }
    printf("%s%zu message%s %s.\n", timeline->table.begun ? "\n" : "", timeline->sent, timeline->sent == 1 ? "" : "s",
           until_words);
    for (size_t i = 0; i < REASONS_MOST && timeline->not_sent[i].count; i++)
        printf("%zu message%s not sent: %s.\n", timeline->not_sent[i].count,
               timeline->not_sent[i].count == 1 ? " is" : "s are", timeline->not_sent[i].reason);
    return true;
}

/* ---- JSON ---- */

struct row {
    struct schedule_entry entry;
    const char *name, *local_time, *not_sent;
};

static void print_json(void *data, const struct schedule_entry *entry, const struct participant *person,
                       const char *not_sent) {
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
    const struct timeline *timeline = data;
    auto_arena arena = arena_new();
    struct zone_local there;
    char date[CIVIL_DATE_SIZE], time[CIVIL_TIME_SIZE];
    if (timeline->round && entry->round != timeline->round)
        return;
    zone_to_local(zone_of(timeline, person), entry->due_at, &there);
    const struct row row = {
        .entry = *entry,
        .name = person->id ? person->name : NULL,
        .local_time = arena_format(arena, "%s %s", civil_format_date(there.date, date),
                                   civil_format_time_of_day(there.time_of_day, time)),
        .not_sent = not_sent,
    };
    columns_show(timeline->context, columns, &row);
}

/* ---- The command ---- */

static void free_timeline(struct timeline *timeline) {
    free(timeline->groups);
    arena_free(timeline->arena);
}

static bool show_timeline(struct context *context, struct error *error) {
    const struct round *round = &context->round;
    struct timeline timeline cleanup(free_timeline) = {.context = context,
                                                       .zone = context->zone,
                                                       .round = round->id,
                                                       .all = invocation_switch(context->invocation, "all"),
                                                       .arena = arena_new()};
    const struct service looking = {.configuration = &context->configuration, .database = context->database};
    int64_t days = invocation_number(context->invocation, "days", DAYS);
    bool whole = round->id && !invocation_option(context->invocation, "days");
    int64_t until = whole ? INT64_MAX : clock_now() + days * SECONDS_PER_DAY;
    const char *until_words =
        whole ? arena_format(context->arena, "until the end of \"%s\"", round->name)
              : arena_format(context->arena, "in the next %" PRId64 " day%s", days, days == 1 ? "" : "s");
    return context->invocation->json ? eligible_foresee_until(&looking, until, print_json, &timeline, error)
                                     : print_days(&timeline, &looking, until, until_words, error);
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
