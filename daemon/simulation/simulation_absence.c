#include "simulation/simulation_absence.h"

#include <stdlib.h>
#include <string.h>

#include "store/events.h"

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

bool simulation_absence_explain(struct simulation_closing *closing, const struct schedule_entry *entry,
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
