#include "simulation/simulated_coordinator.h"

#include <inttypes.h>

#include "app/action_participant.h"
#include "app/action_partnership.h"
#include "app/notice.h"
#include "base/clock.h"
#include "store/inbox.h"
#include "store/notes.h"
#include "store/partnerships.h"
#include "store/transaction.h"

#define NAME "kate"

/* As a command: its own view of the programme, and its user's name in the event log. */
static bool command(struct simulated_people *people, int64_t id, const char *why,
                    bool (*run)(struct service *service, int64_t id, const char *why, struct error *error),
                    struct error *error) {
    struct service *running = simulation_service(people->simulation), service;
    struct error problem = ERROR_INIT;
    if (!service_open(&service, running->configuration, running->database, "command:" NAME, error))
        return false;
    bool good = run(&service, id, why, &problem);
    service_close(&service);
    if (good || problem.class == ERROR_PERMANENT)
        return true;
    *error = problem;
    return false;
}

bool simulated_coordinator_pause(struct simulated_people *people, const struct simulated_person *person,
                                 struct error *error) {
    return command(people, person->participant.id, "asked for", action_participant_pause, error);
}

bool simulated_coordinator_resume_person(struct simulated_people *people, const struct simulated_person *person,
                                         struct error *error) {
    return command(people, person->participant.id, "asked for", action_participant_resume, error);
}

bool simulated_coordinator_leave(struct simulated_people *people, const struct simulated_person *person,
                                 struct error *error) {
    return command(people, person->participant.id, "asked to by mail", action_participant_leave, error);
}

bool simulated_coordinator_address_works(struct simulated_people *people, const struct simulated_person *person,
                                         struct error *error) {
    return command(people, person->participant.id, "the participant called", action_participant_address_works, error);
}

bool simulated_coordinator_hold(struct simulated_people *people, const struct simulated_person *person,
                                struct error *error) {
    return command(people, person->partnership, "a death in the family", action_partnership_hold, error);
}

bool simulated_coordinator_resume(struct simulated_people *people, const struct simulated_person *person,
                                  struct error *error) {
    return command(people, person->partnership, "both are ready", action_partnership_resume, error);
}

bool simulated_coordinator_dissolve(struct simulated_people *people, const struct simulated_person *person,
                                    const char *why, struct error *error) {
    return command(people, person->partnership, why, action_partnership_dissolve, error);
}

static bool is_reported(struct service *service, int64_t id, struct arena *arena, bool *ret, struct error *error) {
    struct partnership partnership;
    if (!partnerships_find(service->database, id, arena, &partnership, error))
        return false;
    *ret = partnership.state == PARTNERSHIP_FROZEN;
    return true;
}

static bool look(struct service *service, int64_t unused, const char *why, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    enum inbox_state waiting = INBOX_WAITING;
    struct inbox_list rows;
    (void)unused, (void)why;
    if (!transaction_begin(service->database, &transaction, error) ||
        !inbox_list(service->database, &(struct inbox_filter){.state = &waiting}, arena, &rows, error))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        bool reported;
        if (!is_reported(service, rows.items[i].partnership, arena, &reported, error) ||
            (!reported && !notice_resolve(service, rows.items[i].id, error)))
            return false;
    }
    return transaction_commit(&transaction, error);
}

bool simulated_coordinator_look(struct simulated_people *people, struct error *error) {
    return command(people, 0, NULL, look, error);
}

static bool close_case(struct service *service, int64_t partnership, const char *note, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    enum inbox_state waiting = INBOX_WAITING;
    struct inbox_list rows;
    int64_t id;
    if (!transaction_begin(service->database, &transaction, error) ||
        !inbox_list(service->database, &(struct inbox_filter){.state = &waiting}, arena, &rows, error))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        if (rows.items[i].partnership == partnership && !notice_resolve(service, rows.items[i].id, error))
            return false;
    return notes_add(service->database,
                     &(struct note){.partnership = partnership, .author = NAME, .at = clock_now(), .text = note}, &id,
                     error) &&
           transaction_commit(&transaction, error);
}

bool simulated_coordinator_deal_with_report(struct simulated_people *people, const struct simulated_person *person,
                                            bool *ret_frozen, struct error *error) {
    auto_arena arena = arena_new();
    struct partnership partnership;
    if (!partnerships_find(simulation_service(people->simulation)->database, person->partnership, arena, &partnership,
                           error))
        return false;
    *ret_frozen = partnership.state == PARTNERSHIP_FROZEN;
    return !*ret_frozen ||
           command(people, person->partnership, "talked to both; it is as reported, and they part", close_case, error);
}
