#include "simulation/simulated_coordinator.h"

#include <inttypes.h>

#include "app/notice.h"
#include "base/clock.h"
#include "store/inbox.h"
#include "store/notes.h"
#include "store/partnerships.h"
#include "store/transaction.h"

#define NAME "kate"

bool simulated_coordinator_command(struct simulated_people *people, simulated_coordinator_action *run, int64_t id,
                                   const char *why, struct error *error) {
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

static bool is_reported(struct service *service, int64_t id, bool *ret, struct error *error) {
    auto_arena arena = arena_new();
    struct partnership partnership;
    if (!partnerships_find(service->database, id, arena, &partnership, error))
        return false;
    *ret = partnership.state == PARTNERSHIP_FROZEN;
    return true;
}

/* Closes what waits: of the partnership, or with 0 of all that nobody has reported. With a NOTE about the former. */
static bool close_waiting(struct service *service, int64_t partnership, const char *note, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    enum inbox_state waiting = INBOX_WAITING;
    struct inbox_list rows;
    int64_t id;
    if (!transaction_begin(service->database, &transaction, error) ||
        !inbox_list(service->database, &(struct inbox_filter){.state = &waiting}, arena, &rows, error))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        bool reported = false;
        if (!partnership && !is_reported(service, rows.items[i].partnership, &reported, error))
            return false;
        bool closes = partnership ? rows.items[i].partnership == partnership : !reported;
        if (closes && !notice_resolve(service, rows.items[i].id, error))
            return false;
    }
    const struct note noted = {.partnership = partnership, .author = NAME, .at = clock_now(), .text = note};
    return (!note || notes_add(service->database, &noted, &id, error)) && transaction_commit(&transaction, error);
}

bool simulated_coordinator_look(struct simulated_people *people, struct error *error) {
    return simulated_coordinator_command(people, close_waiting, 0, NULL, error);
}

bool simulated_coordinator_deal_with_report(struct simulated_people *people, const struct simulated_person *person,
                                            bool *ret_frozen, struct error *error) {
    if (!is_reported(simulation_service(people->simulation), person->partnership, ret_frozen, error))
        return false;
    return !*ret_frozen || simulated_coordinator_command(people, close_waiting, person->partnership,
                                                         "talked to both; it is as reported, and they part", error);
}
