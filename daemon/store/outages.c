#include "store/outages.h"

#include "store/statement.h"

#define OUTAGE(FIRST, COLUMN) FIRST(id) COLUMN(service) COLUMN(began_at) COLUMN(ended_at)
STATEMENT_READER(read_outage, struct outage, OUTAGE)

bool outages_begin(struct database *database, enum outage_service service, int64_t at, struct error *error) {
    return statement_run(database, "INSERT INTO outage (service, began_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                         VALUES(value_text(outage_service_name(service)), value_integer(at)), error);
}

bool outages_end(struct database *database, enum outage_service service, int64_t at, struct error *error) {
    return statement_run(database, "UPDATE outage SET ended_at = ?2 WHERE service = ?1 AND ended_at IS NULL",
                         VALUES(value_text(outage_service_name(service)), value_integer(at)), error);
}

bool outages_list(struct database *database, enum outage_service service, int64_t since, struct arena *arena,
                  struct outage_list *ret, struct error *error) {
    return statement_read_rows(
        database,
        "SELECT " STATEMENT_COLUMNS(
            OUTAGE) " FROM outage"
                    " WHERE service = ?1 AND (ended_at >= ?2 OR ended_at IS NULL) ORDER BY began_at, id",
        VALUES(value_text(outage_service_name(service)), value_integer(since)), arena, read_outage, ret, error);
}
