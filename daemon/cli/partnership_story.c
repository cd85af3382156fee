#include "cli/partnership_story.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/members.h"
#include "store/bounces.h"
#include "store/cases.h"
#include "store/events.h"
#include "store/outbox.h"
#include "store/partnerships.h"

/* Within one second: what people did, then what that says of them, then what the programme made of it. */
static int rank(const struct story_line *line) {
    if (line->kind == STORY_CONTACT || line->kind == STORY_ANSWER)
        return 0;
    return string_starts_with(line->text, "participant ") ? 1 : 2;
}

static bool is_later(const struct story_line *line, const struct story_line *than) {
    return line->at != than->at ? line->at > than->at : rank(line) > rank(than);
}

/* A story in time order; what is of one moment and rank stands in the order in which it was added. */
struct lines {
    struct story_line *items;
    size_t count, capacity;
};

static void add_line(struct lines *lines, const struct story_line *line) {
    size_t place = lines->count;
    lines->items = memory_grow(lines->items, &lines->capacity, lines->count + 1, sizeof *lines->items);
    for (; place > 0 && is_later(&lines->items[place - 1], line); place--)
        lines->items[place] = lines->items[place - 1];
    lines->items[place] = *line;
    lines->count++;
}

static void free_lines(struct lines *lines) {
    free(lines->items);
}

/* What befell a member as a person while the partnership lived: the partnership's own story knows nothing of it. */
static bool add_member_events(struct database *database, const struct partnership *partnership, int64_t member,
                              struct lines *lines, struct arena *arena, struct error *error) {
    struct event_list events;
    if (!events_list(database, &(struct event_filter){.participant = member, .since = partnership->created_at}, arena,
                     &events, error))
        return false;
    for (size_t i = 0; i < events.count; i++) {
        const struct event *event = &events.items[i];
        if (event->partnership || event->outbox || event->round ||
            (partnership->closed_at && event->at > partnership->closed_at) ||
            string_equal(event->what, "participant added"))
            continue;
        add_line(lines, &(struct story_line){
                            .at = event->at,
                            .kind = STORY_EVENT,
                            .participant = member,
                            .inbox = event->inbox,
                            .actor = event->actor,
                            .text = event->what,
                            .why = event->why,
                            .step = "",
                        });
    }
    return true;
}

static const struct outbox_row *find_message(const struct outbox_list *messages, int64_t id) {
    for (size_t i = 0; id && i < messages->count; i++)
        if (messages->items[i].id == id)
            return &messages->items[i];
    return NULL;
}

static bool add_bounces(struct database *database, const struct partnership *partnership, int64_t member,
                        const struct outbox_list *messages, struct lines *lines, struct arena *arena,
                        struct error *error) {
    struct bounce_list bounces;
    if (!bounces_list(database, member, partnership->created_at, arena, &bounces, error))
        return false;
    for (size_t i = 0; i < bounces.count; i++) {
        const struct outbox_row *message = find_message(messages, bounces.items[i].outbox);
        /* One that our own server refused is told as that. */
        if (!message || message->state == OUTBOX_FAILED)
            continue;
        add_line(lines, &(struct story_line){
                            .at = bounces.items[i].at,
                            .kind = STORY_EVENT,
                            .participant = member,
                            .outbox = message->id,
                            .actor = "",
                            .text = STORY_TEXT_BOUNCE,
                            .why = bounces.items[i].status,
                            .step = message->step,
                        });
    }
    return true;
}

const struct zone *partnership_story_zone(const struct participant *member) {
    const struct zone *zone;
    struct error unknown = ERROR_INIT;
    return zone_load(member->time_zone, &zone, &unknown) ? zone : zone_utc();
}

struct timetable partnership_story_timetable(const struct partnership_story *story, FILE *file, size_t width,
                                             bool colour) {
    struct timetable timetable = {.file = file, .people = story->members.count, .width = width, .colour = colour};
    for (size_t i = 0; i < story->members.count; i++) {
        timetable.names[i] = story->names[i];
        timetable.zones[i] = story->zones[i];
    }
    return timetable;
}

bool partnership_story_read(struct database *database, const struct partnership *partnership, struct arena *arena,
                            struct partnership_story *ret, struct error *error) {
    struct lines lines cleanup(free_lines) = {0};
    struct partnership_story read = {0};
    struct story own;
    struct outbox_list messages;
    struct case_list cases;
    if (!partnerships_partners(database, partnership->id, 0, arena, &read.members, error) ||
        !story_read(database, partnership->id, arena, &own, error) ||
        !outbox_list(database, &(struct outbox_filter){.partnership = partnership->id}, arena, &messages, error) ||
        !cases_list(database, &(struct case_filter){.partnership = partnership->id}, arena, &cases, error))
        return false;
    read.names = members_short_names(arena, &read.members);
    for (size_t i = 0; i < read.members.count && i < MEMBERS_MAX; i++)
        read.zones[i] = partnership_story_zone(&read.members.items[i]);
    for (size_t i = 0; i < own.count; i++)
        add_line(&lines, &own.items[i]);
    for (size_t i = 0; i < partnership->member_count; i++)
        if (!add_bounces(database, partnership, partnership->members[i], &messages, &lines, arena, error) ||
            !add_member_events(database, partnership, partnership->members[i], &lines, arena, error))
            return false;
    read.story = (struct story){arena_take_array(arena, lines.count, sizeof *lines.items), lines.count};
    if (lines.count)
        memcpy(read.story.items, lines.items, lines.count * sizeof *lines.items);
    const struct story_facts facts = {
        .members = &read.members,
        .names = read.names,
        .messages = messages.items,
        .message_count = messages.count,
        .cases = cases.items,
        .case_count = cases.count,
    };
    read.sentences = story_text_make(&facts, &read.story, arena);
    *ret = read;
    return true;
}
