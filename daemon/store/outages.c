#include "store/outages.h"

#include "base/text.h"
#include "store/statement.h"

static const char *const service_words[] = {
    [OUTAGE_DAEMON] = "daemon",
    [OUTAGE_INCOMING] = "incoming",
    [OUTAGE_OUTGOING] = "outgoing",
};

static bool find_service(const char *word, enum outage_service *ret) {
    for (size_t i = 0; i < COUNT_OF(service_words); i++)
        if (string_equal(service_words[i], word)) {
            *ret = (enum outage_service)i;
            return true;
        }
    return false;
}

static void read_outage(struct statement *row, struct arena *arena, void *item) {
    (void)arena;
    struct outage *outage = item;
    outage->id = statement_integer(row);
    statement_word(row, find_service, &outage->service);
    outage->began_at = statement_integer(row);
    outage->ended_at = statement_integer(row);
}

bool outages_begin(struct database *database, enum outage_service service, int64_t at, struct error *error) {
    return statement_run(database, "INSERT INTO outage (service, began_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                         VALUES(value_text(service_words[service]), value_integer(at)), error);
}

bool outages_end(struct database *database, enum outage_service service, int64_t at, struct error *error) {
    return statement_run(database, "UPDATE outage SET ended_at = ?2 WHERE service = ?1 AND ended_at IS NULL",
                         VALUES(value_text(service_words[service]), value_integer(at)), error);
}

bool outages_list(struct database *database, enum outage_service service, int64_t since, struct arena *arena,
                  struct outage_list *ret, struct error *error) {
    return statement_read_rows(database,
                               "SELECT id, service, began_at, ended_at FROM outage"
                               " WHERE service = ?1 AND (ended_at >= ?2 OR ended_at IS NULL) ORDER BY began_at, id",
                               VALUES(value_text(service_words[service]), value_integer(since)), arena, read_outage,
                               ret, error);
}
