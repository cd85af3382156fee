#include "simulation/rehearsal_record.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/outbox.h"

bool rehearsal_record_begin(struct rehearsal_record *record, struct error *error) {
    const struct configuration *configuration = record->settings->configuration;
    struct arena *arena = record->result->arena;
    struct participant_list *people = &record->people;
    if (!zone_load(configuration->programme.time_zone, &record->zone, error) ||
        !participants_list(record->settings->database, &(struct participant_filter){0}, arena, people, error))
        return false;
    record->zones = arena_take_array(arena, people->count, sizeof *record->zones);
    record->written = arena_take_array(arena, people->count, sizeof *record->written);
    for (size_t i = 0; i < people->count; i++) {
        struct error unknown = ERROR_INIT;
        if (!zone_load(people->items[i].time_zone, &record->zones[i], &unknown))
            record->zones[i] = NULL;
    }
    return true;
}

void rehearsal_record_trouble(struct rehearsal_record *record, bool grave, const char *area, const char *format, ...) {
    struct rehearsal *result = record->result;
    auto_text text = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(&text, format, arguments);
    va_end(arguments);
    result->troubles = arena_grow(result->arena, result->troubles, &record->trouble_capacity, result->trouble_count + 1,
                                  sizeof *result->troubles);
    result->troubles[result->trouble_count++] =
        (struct rehearsal_trouble){grave, area, arena_copy_string(result->arena, text_string(&text))};
}

/* ---- Messages ---- */

static int compare_ids(const void *a, const void *b) {
    const struct participant *first = a, *second = b;
    return first->id < second->id ? -1 : first->id > second->id;
}

static const struct participant *find_person(const struct rehearsal_record *record, int64_t id) {
    const struct participant_list *people = &record->people;
    struct participant key = {.id = id};
    return id && people->count ? bsearch(&key, people->items, people->count, sizeof key, compare_ids) : NULL;
}

static struct rehearsal_line *find_line(struct rehearsal_record *record, int64_t day, const struct outbox_row *row) {
    struct rehearsal *result = record->result;
    bool to_coordinators = row->coordinator != NULL;
    for (size_t i = result->line_count; i > 0 && result->lines[i - 1].day == day; i--) {
        struct rehearsal_line *line = &result->lines[i - 1];
        if (line->occurrence == row->occurrence && line->to_coordinators == to_coordinators &&
            string_equal(line->step, row->step))
            return line;
    }
    result->lines =
        arena_grow(result->arena, result->lines, &record->line_capacity, result->line_count + 1, sizeof *result->lines);
    result->lines[result->line_count] = (struct rehearsal_line){.day = day,
                                                                .step = arena_copy_string(result->arena, row->step),
                                                                .occurrence = row->occurrence,
                                                                .to_coordinators = to_coordinators,
                                                                .first_at = clock_now()};
    return &result->lines[result->line_count++];
}

static bool is_night(const struct rehearsal_record *record, const struct zone *zone) {
    const struct matching_settings *day = &record->settings->configuration->matching;
    struct zone_local local;
    if (!zone)
        return false;
    zone_to_local(zone, clock_now(), &local);
    return local.time_of_day < day->awake_from || local.time_of_day >= day->awake_until;
}

static void note_line(struct rehearsal_record *record, const struct outbox_row *row, const struct participant *person) {
    int64_t now = clock_now();
    struct zone_local local;
    zone_to_local(record->zone, now, &local);
    struct rehearsal_line *line = find_line(record, civil_to_days(local.date), row);
    line->count++;
    line->last_at = now;
    if (now - row->due_at > line->late)
        line->late = now - row->due_at;
    line->nights += person && is_night(record, record->zones[person - record->people.items]);
}

static void note_moment(struct rehearsal_record *record, const struct outbox_row *row) {
    record->moments =
        memory_grow(record->moments, &record->moment_capacity, record->moment_count + 1, sizeof *record->moments);
    record->moments[record->moment_count++] = (struct rehearsal_moment){row->due_at, clock_now()};
}

bool rehearsal_record_message(struct rehearsal_record *record, const struct send_request *request,
                              struct error *error) {
    const struct rehearsal_settings *settings = record->settings;
    auto_arena arena = arena_new();
    struct outbox_row row;
    if (!outbox_find(settings->database, request->id, arena, &row, error))
        return false;
    note_moment(record, &row);
    if (settings->round && row.round && row.round != settings->round)
        return true;
    const struct participant *person = find_person(record, row.participant);
    record->result->messages++;
    record->result->to_coordinators += row.coordinator != NULL;
    if (person) {
        bool *written = &record->written[person - record->people.items];
        record->result->people += !*written;
        *written = true;
    }
    note_line(record, &row, person);
    return !settings->sent || settings->sent(settings->context,
                                             &(struct rehearsal_message){.row = &row,
                                                                         .name = person            ? person->name
                                                                                 : row.coordinator ? row.coordinator
                                                                                                   : "",
                                                                         .language = person ? person->language : "",
                                                                         .request = request},
                                             error);
}
