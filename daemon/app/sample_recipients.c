#include "app/sample_recipients.h"

#include <stdlib.h>

#include "store/applications.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/rounds.h"

static struct sample *add(struct sample_list *list, size_t *capacity, const char *template_name) {
    list->items = memory_grow(list->items, capacity, list->count + 1, sizeof *list->items);
    list->items[list->count] = (struct sample){.template_name = template_name};
    return &list->items[list->count++];
}

static bool add_participants(struct service *service, const struct round *round, const char *template_name,
                             struct arena *arena, struct sample_list *list, size_t *capacity, struct error *error) {
    struct application_list applications;
    if (!applications_list_of_round(service->database, round->id, 0, 0, arena, &applications, error))
        return false;
    for (size_t i = 0; i < applications.count; i++) {
        const struct application *application = &applications.items[i];
        struct participant person;
        if (application->state == APPLICATION_APPLIED || application->state == APPLICATION_WITHDRAWN)
            continue;
        if (!participants_find(service->database, application->participant, arena, &person, error))
            return false;
        if (person.state != PARTICIPANT_ACTIVE && person.state != PARTICIPANT_PAUSED)
            continue;
        struct sample *sample = add(list, capacity, template_name);
        sample->participant = application->participant;
        sample->round = round->id;
    }
    return true;
}

static bool add_members(struct service *service, const struct round *round, const char *template_name,
                        struct arena *arena, struct sample_list *list, size_t *capacity, struct error *error) {
    struct partnership_list partnerships;
    if (!partnerships_list(service->database, &(struct partnership_filter){.round = round->id}, arena, &partnerships,
                           error))
        return false;
    for (size_t i = 0; i < partnerships.count; i++) {
        const struct partnership *partnership = &partnerships.items[i];
        for (size_t j = 0; j < partnership->member_count && !partnership_is_over(partnership->state); j++) {
            struct sample *sample = add(list, capacity, template_name);
            sample->participant = partnership->members[j];
            sample->partnership = partnership->id;
            sample->round = round->id;
        }
    }
    return true;
}

bool sample_recipients(struct service *service, const char *template_name, struct arena *arena, struct sample_list *ret,
                       struct error *error) {
    struct sample_list list = {0};
    struct round_list rounds;
    const struct step *step;
    enum message_kind kind;
    size_t capacity = 0;
    if (!sample_find_kind(service, template_name, &kind, &step, error) ||
        !rounds_list(service->database, arena, &rounds, error))
        return false;
    bool done = true;
    bool to_participants = kind == MESSAGE_TO_PARTICIPANT || kind == MESSAGE_CONFIRMS;
    bool to_members = kind == MESSAGE_TO_MEMBER || kind == MESSAGE_UNCLEAR || kind == MESSAGE_ABOUT_LETTER;
    for (size_t i = 0; done && (to_members || to_participants) && i < rounds.count; i++)
        if (rounds.items[i].state != ROUND_ENDED)
            done = (to_members ? add_members : add_participants)(service, &rounds.items[i], template_name, arena, &list,
                                                                 &capacity, error);
    if (done && list.count == 0 && !to_members && !to_participants)
        add(&list, &capacity, template_name);
    if (done) {
        ret->items = arena_take_array(arena, list.count + 1, sizeof *ret->items);
        ret->count = list.count;
        for (size_t i = 0; i < list.count; i++)
            ret->items[i] = list.items[i];
    }
    free(list.items);
    return done;
}
