#include "app/held.h"

#include "base/text.h"

bool held_is_reason(const char *reason) {
    return string_equal(reason, HELD_PAUSED) || string_equal(reason, HELD_ON_HOLD) ||
           string_equal(reason, HELD_ADDRESS_DEAD);
}

bool held_release(struct service *service, const struct outbox_filter *which, const char *reason, struct error *error) {
    auto_arena arena = arena_new();
    enum outbox_state held = OUTBOX_HELD;
    struct outbox_filter filter = *which;
    filter.state = &held;
    struct event_cause cause = service_cause(service, "resumed");
    struct outbox_list rows;
    if (!outbox_list(service->database, &filter, arena, &rows, error))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        if (string_equal(rows.items[i].reason, reason) &&
            !outbox_enter_state(service->database, rows.items[i].id, OUTBOX_HELD, OUTBOX_QUEUED, NULL, &cause, error))
            return false;
    return true;
}
