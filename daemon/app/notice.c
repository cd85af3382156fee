#include "app/notice.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/alerts.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/settings.h"
#include "store/transaction.h"

enum {
    ALERT_EXPIRY = 3 * SECONDS_PER_DAY,
    WAITING_EXPIRY = SECONDS_PER_DAY,
    WAITING_COLLECT = 2 * SECONDS_PER_MINUTE, /* so that a handful that come together make one digest */
    WAITING_INTERVAL = SECONDS_PER_HOUR,
};

/* The coordinators of the countries of all people concerned; the general ones where nobody is. */
static bool find_coordinators(struct service *service, const struct alert *alert, struct arena *arena,
                              const struct coordinator *ret[NOTICE_COORDINATORS_MAX], size_t *ret_count,
                              struct error *error) {
    struct participant_list people = {0};
    if (alert->partnership) {
        if (!partnerships_partners(service->database, alert->partnership, 0, arena, &people, error))
            return false;
    } else if (alert->participant) {
        people.items = arena_take(arena, sizeof *people.items);
        if (!participants_find(service->database, alert->participant, arena, people.items, error))
            return false;
        people.count = people.items->id != 0;
    }
    if (people.count == 0) {
        *ret_count = configuration_coordinators_for(service->configuration, NULL, ret, NOTICE_COORDINATORS_MAX);
        return true;
    }
    size_t count = 0;
    for (size_t i = 0; i < people.count; i++) {
        const struct coordinator *some[NOTICE_COORDINATORS_MAX];
        size_t found = configuration_coordinators_for(service->configuration, people.items[i].country, some,
                                                      NOTICE_COORDINATORS_MAX);
        for (size_t j = 0; j < found; j++) {
            bool known = false;
            for (size_t k = 0; k < count; k++)
                known |= ret[k] == some[j];
            if (!known && count < NOTICE_COORDINATORS_MAX)
                ret[count++] = some[j];
        }
    }
    *ret_count = count;
    return true;
}

static bool queue_for(struct service *service, const struct coordinator *coordinator, const struct alert *alert,
                      const char *what, const char *template_name, struct arena *arena, struct error *error) {
    int64_t now = clock_now(), id;
    bool is_new;
    struct outbox_row row = {
        .key = arena_format(arena, "alert/%" PRId64 "/%s/%s", alert->id, what, coordinator->name),
        .priority = PRIORITY_ALERT,
        .step = "alert",
        .template_name = template_name,
        .coordinator = coordinator->name,
        .about = alert->participant,
        .partnership = alert->partnership,
        .detail = arena_format(arena, "{\"alert\": %" PRId64 "}", alert->id),
        .due_at = now,
        .expires_at = now + ALERT_EXPIRY,
    };
    struct event_cause cause = service_cause(service, what);
    return outbox_insert(service->database, &row, &cause, &id, &is_new, error);
}

static bool tell(struct service *service, const struct alert *alert, const char *what, const char *template_name,
                 struct arena *arena, struct error *error) {
    const struct coordinator *coordinators[NOTICE_COORDINATORS_MAX];
    size_t count;
    if (!find_coordinators(service, alert, arena, coordinators, &count, error))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!queue_for(service, coordinators[i], alert, what, template_name, arena, error))
            return false;
    return true;
}

bool notice_raise(struct service *service, const struct notice *notice, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct alert opened = {.key = notice->key,
                           .reason = notice->reason.text,
                           .partnership = notice->partnership,
                           .participant = notice->participant};
    bool is_new = false;
    if (!transaction_begin(service->database, &transaction, error) ||
        !alerts_open(service->database, &opened, &cause, &opened.id, &is_new, error))
        return false;
    if (is_new && !tell(service, &opened, "opened", "coordinator-alert", arena, error))
        return false;
    return transaction_commit(&transaction, error);
}

bool notice_clear(struct service *service, const char *key, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct alert_list open = {0};
    bool closed = false;
    if (!transaction_begin(service->database, &transaction, error) ||
        !alerts_list(service->database, true, arena, &open, error) ||
        !alerts_close(service->database, key, &cause, &closed, error))
        return false;
    for (size_t i = 0; closed && i < open.count; i++)
        if (string_equal(open.items[i].key, key) &&
            !tell(service, &open.items[i], "closed", "coordinator-clear", arena, error))
            return false;
    return transaction_commit(&transaction, error);
}

/* Each coordinator's newest digest is remembered in a setting, so that the next one keeps its distance. */
static bool queue_digest(struct service *service, const struct coordinator *coordinator, struct arena *arena,
                         struct error *error) {
    const char *setting = arena_format(arena, "waiting/%s", coordinator->name);
    int64_t last_id = 0, now = clock_now(), not_before = now + WAITING_COLLECT;
    if (!settings_get_integer(service->database, setting, 0, &last_id, error))
        return false;
    struct outbox_row last = {0};
    if (last_id != 0 && !outbox_find(service->database, last_id, arena, &last, error))
        return false;
    if (last.id != 0 && last.state == OUTBOX_QUEUED)
        return true;
    if (last.sent_at + WAITING_INTERVAL > not_before)
        not_before = last.sent_at + WAITING_INTERVAL;
    struct outbox_row row = {
        .key = arena_format(arena, "waiting/%s/%" PRId64, coordinator->name, last_id + 1),
        .priority = PRIORITY_ALERT,
        .step = "waiting",
        .template_name = "coordinator-waiting",
        .coordinator = coordinator->name,
        .due_at = not_before,
        .expires_at = not_before + WAITING_EXPIRY,
    };
    struct event_cause cause = service_cause(service, "messages wait for a person");
    int64_t id;
    bool is_new;
    return outbox_insert(service->database, &row, &cause, &id, &is_new, error) &&
           settings_set_integer(service->database, setting, id, error);
}

bool notice_waiting(struct service *service, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    const struct coordinator *coordinators[NOTICE_COORDINATORS_MAX];
    size_t count = configuration_coordinators_for(service->configuration, NULL, coordinators, NOTICE_COORDINATORS_MAX);
    if (!transaction_begin(service->database, &transaction, error))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!queue_digest(service, coordinators[i], arena, error))
            return false;
    return transaction_commit(&transaction, error);
}
