#include "simulation/simulation_closing.h"

#include <stdlib.h>
#include <string.h>

#include "store/events.h"

enum { FAULTS_TOLD = 30 };

void simulation_closing_fault(struct simulation_closing *closing, const char *format, ...) {
    if (closing->fault_count++ >= FAULTS_TOLD)
        return;
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(&closing->faults, format, arguments);
    va_end(arguments);
    text_append_char(&closing->faults, '\n');
}

bool simulation_closing_read(struct simulation_closing *closing, struct error *error) {
    struct database *database = closing->service->database;
    return outbox_list(database, &(struct outbox_filter){0}, closing->arena, &closing->rows, error) &&
           inbox_list(database, &(struct inbox_filter){0}, closing->arena, &closing->received, error);
}

bool simulation_closing_was_returned(const struct simulation_closing *closing, int64_t outbox) {
    for (size_t i = 0; i < closing->record->returned_count; i++)
        if (closing->record->returned[i] == outbox)
            return true;
    return false;
}

const struct outbox_row *simulation_closing_find_row(const struct simulation_closing *closing, const char *key) {
    for (size_t i = 0; i < closing->rows.count; i++)
        if (string_equal(closing->rows.items[i].key, key))
            return &closing->rows.items[i];
    return NULL;
}

const struct inbox_row *simulation_closing_find_received(const struct simulation_closing *closing,
                                                         const char *message_id) {
    for (size_t i = 0; i < closing->received.count; i++) {
        const struct inbox_row *row = &closing->received.items[i];
        if (row->state != INBOX_DUPLICATE && string_equal(row->message_id, message_id))
            return row;
    }
    return NULL;
}

/* ---- A message that never came into the outbox ---- */

/* Follows what the event log says of one person and one partnership. */
struct presence {
    bool participant, partnership;
};

static void follow(struct presence *presence, const char *what) {
    static const struct {
        const char *ending;
        bool participant, present;
    } changes[] = {
        {" -> active", true, true},      {" -> paused", true, false}, {" -> left", true, false},
        {" -> erased", true, false},     {" -> active", false, true}, {" -> held", false, false},
        {" -> frozen", false, false},    {" -> ended", false, true}, /* its farewell still comes */
        {" -> dissolved", false, false},
    };
    bool participant = string_starts_with(what, "participant ");
    if (!participant && !string_starts_with(what, "partnership "))
        return;
    for (size_t i = 0; i < COUNT_OF(changes); i++)
        if (changes[i].participant == participant && string_ends_with(what, changes[i].ending))
            *(participant ? &presence->participant : &presence->partnership) = changes[i].present;
}

static int compare_events(const void *a, const void *b) {
    const struct event *left = a, *right = b;
    return left->id < right->id ? -1 : left->id > right->id;
}

bool simulation_closing_explain(struct simulation_closing *closing, const struct schedule_entry *entry,
                                const char **ret, struct error *error) {
    struct event_list of_person, of_partnership = {0};
    struct database *database = closing->service->database;
    struct presence presence = {.participant = true, .partnership = entry->partnership == 0};
    *ret = NULL;
    if (!events_list(database, &(struct event_filter){.participant = entry->participant}, closing->arena, &of_person,
                     error) ||
        (entry->partnership && !events_list(database, &(struct event_filter){.partnership = entry->partnership},
                                            closing->arena, &of_partnership, error)))
        return false;
    size_t count = of_person.count + of_partnership.count;
    struct event *all = arena_take_array(closing->arena, count, sizeof *all);
    if (of_person.count)
        memcpy(all, of_person.items, of_person.count * sizeof *all);
    if (of_partnership.count)
        memcpy(all + of_person.count, of_partnership.items, of_partnership.count * sizeof *all);
    if (count)
        qsort(all, count, sizeof *all, compare_events);
    for (size_t i = 0; i < count; i++) {
        bool of_both = i > 0 && all[i].id == all[i - 1].id;
        if (of_both)
            continue;
        bool later = all[i].at > entry->due_at && (i == 0 || all[i].at != all[i - 1].at);
        if (later && presence.participant && presence.partnership)
            return true;
        follow(&presence, all[i].what);
    }
    if (presence.participant && presence.partnership)
        return true;
    *ret = !presence.participant ? "the participant had left or was paused" : "the partnership was over or on hold";
    return true;
}
