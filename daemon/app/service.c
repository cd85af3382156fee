#include "app/service.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/settings.h"
#include "store/transaction.h"

/* Without sub-addresses a letter to a partnership address would come back to its writer: rather no relay than that. */
bool service_refresh(struct service *service, struct error *error) {
    auto_arena arena = arena_new();
    const struct configuration *configuration = service->configuration;
    const char *sub_addresses = NULL;
    if (!settings_get(service->database, SETTING_SUB_ADDRESSES, arena, &sub_addresses, error))
        return false;
    int64_t taken = 0, fetched = configuration->incoming.message_limit;
    if (!settings_get_integer(service->database, SETTING_SERVER_SIZE, 0, &taken, error))
        return false;
    service->letter_limit = taken > 0 && (fetched == 0 || taken < fetched) ? taken : fetched;
    service->plain_address = configuration->programme.relay != RELAY_YES && !configuration->incoming.maildir &&
                             string_equal(sub_addresses, "no");
    bool work = configuration->incoming.maildir || string_equal(sub_addresses, "yes");
    service->relays =
        configuration->programme.relay == RELAY_YES || (configuration->programme.relay == RELAY_AUTO && work);
    return true;
}

struct event_cause service_cause(const struct service *service, const char *why) {
    return (struct event_cause){.at = clock_now(), .actor = service->actor, .why = why};
}

const struct zone *service_zone_of(const struct service *service, const struct participant *participant) {
    const struct zone *zone;
    struct error error = ERROR_INIT;
    if (participant->time_zone && zone_load(participant->time_zone, &zone, &error))
        return zone;
    return service->zone;
}

const char *service_message_id_domain(const struct service *service) {
    return address_domain(service->configuration->programme.address);
}

void service_description_settings(const struct service *service, struct description_settings *ret) {
    *ret = (struct description_settings){
        .address = service->scheme.programme,
        .separator = service->scheme.separator,
        .authserv_id = service->configuration->programme.authserv_id,
        .loop_mark = service->configuration->programme.address,
    };
}

bool service_change_all(struct service *service, service_portion *one_portion, void *data, size_t *ret_total,
                        struct error *error) {
    size_t total = 0, count = SERVICE_PORTION;
    for (int64_t last = 0; count == SERVICE_PORTION;) {
        auto_arena arena = arena_new();
        auto_transaction transaction = TRANSACTION_NONE;
        if (!transaction_begin(service->database, &transaction, error) ||
            !one_portion(service, data, arena, &last, &count, error) || !transaction_commit(&transaction, error))
            return false;
        total += count;
        if (service->advanced)
            service->advanced(service->advanced_context, total);
    }
    *ret_total = total;
    return true;
}
