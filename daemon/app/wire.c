#include "app/wire.h"

#include <string.h>

#include "app/eligible.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/outbox.h"

enum {
    WAITS_LONG_MS = 150, /* a claim that waited so long for a connection: fewer at a time would do */
    STALE_MS = 1000,     /* and one that waited so long is claimed anew, from the template as it is then */
};

void wire_begin(struct wire *wire, struct service *service, struct mail_sender *sender, size_t connections) {
    *wire = (struct wire){.service = service, .sender = sender, .depth = connections};
}

void wire_end(struct wire *wire) {
    for (size_t i = 0; i < wire->claim_count; i++)
        arena_free(wire->claims[i].arena);
    wire_log_close(wire->log);
    *wire = (struct wire){0};
}

static size_t busy(const struct wire *wire) {
    return wire->sender->operations->busy(wire->sender);
}

size_t wire_under_way(const struct wire *wire) {
    return wire->claim_count + busy(wire);
}

size_t wire_room(const struct wire *wire) {
    size_t room = wire->sender->operations->room(wire->sender), under_way = wire_under_way(wire);
    if (!wire->log)
        return room > wire->claim_count ? room - wire->claim_count : 0;
    if (room + busy(wire) == 0 || wire->depth <= under_way)
        return 0;
    return wire->depth - under_way < WIRE_CLAIMS_MOST - wire->claim_count ? wire->depth - under_way
                                                                          : WIRE_CLAIMS_MOST - wire->claim_count;
}

static bool could_not_be_used(const struct send_result *result) {
    return result->outcome != SEND_ACCEPTED && result->outcome != SEND_REFUSED && result->outcome != SEND_REFUSED_NOW;
}

bool wire_is_halted(const struct wire *wire) {
    for (size_t i = 0; i < wire->result_count; i++)
        if (could_not_be_used(&wire->results[i]))
            return true;
    return false;
}

bool wire_is_due(const struct wire *wire, bool more_ready) {
    if (wire->returned_count > 0)
        return true;
    if (wire->result_count == 0)
        return false;
    return !wire->log || wire_under_way(wire) == 0 || wire->result_count >= WIRE_RESULTS_MOST / 2 ||
           clock_monotonic_ms() - wire->first_result_ms >= WIRE_COMMIT_WITHIN_MS || wire_is_halted(wire) ||
           (more_ready && wire->claim_count <= wire->depth / 2);
}

/* ---- To the connections ---- */

static void give_back_first(struct wire *wire, size_t count) {
    require(wire->returned_count + count <= COUNT_OF(wire->returned));
    for (size_t i = 0; i < count; i++) {
        wire->returned[wire->returned_count++] = wire->claims[i].request.id;
        arena_free(wire->claims[i].arena);
    }
    wire->claim_count -= count;
    memmove(wire->claims, wire->claims + count, wire->claim_count * sizeof *wire->claims);
}

static bool may_still_go(struct wire *wire, const struct wire_claim *claim, int64_t version, bool *ret,
                         struct error *error) {
    *ret = clock_monotonic_ms() - claim->claimed_ms <= STALE_MS;
    return !*ret || claim->version == version ||
           eligible_still(wire->service, claim->request.id, claim->request.recipient, ret, error);
}

static bool hand_out(struct wire *wire, bool wait, struct error *error) {
    const struct mail_sender_operations *operations = wire->sender->operations;
    int64_t version = 0;
    bool good = true, goes;
    if (wire->claim_count == 0 || operations->room(wire->sender) == 0 || wire_is_halted(wire))
        return true;
    if (!database_data_version(wire->service->database, &version, error))
        return false;
    size_t handed = 0;
    while (handed < wire->claim_count && operations->room(wire->sender) > 0) {
        struct wire_claim *claim = &wire->claims[handed];
        bool on_disk;
        good = database_is_on_disk(wire->service->database, claim->written, wait, &on_disk, error) &&
               may_still_go(wire, claim, version, &goes, error);
        if (!good || !on_disk)
            break;
        if (goes) {
            wire_log_note_handed(wire->log, claim->request.id, claim->attempt);
            operations->start(wire->sender, &claim->request);
        } else {
            wire->returned[wire->returned_count++] = claim->request.id;
        }
        arena_free(claim->arena);
        handed++;
    }
    wire->claim_count -= handed;
    memmove(wire->claims, wire->claims + handed, wire->claim_count * sizeof *wire->claims);
    return good;
}

bool wire_pump(struct wire *wire, int timeout_ms, int wake_fd, size_t *ret_count, struct error *error) {
    *ret_count = 0;
    if (!hand_out(wire, timeout_ms > 0, error)) {
        wire_stop(wire); /* what may not be on disk does not go */
        return false;
    }
    struct send_result *results = wire->results + wire->result_count;
    size_t count = wire->sender->operations->wait(wire->sender, wire->returned_count ? 0 : timeout_ms, wake_fd, results,
                                                  WIRE_RESULTS_MOST - wire->result_count);
    for (size_t i = 0; i < count; i++)
        wire_log_note_result(wire->log, &results[i]);
    if (wire->result_count == 0)
        wire->first_result_ms = clock_monotonic_ms();
    wire->result_count += count;
    *ret_count = count;
    return true;
}

/* ---- To the database ---- */

void wire_stop(struct wire *wire) {
    give_back_first(wire, wire->claim_count);
}

bool wire_give_back(struct wire *wire, struct error *error) {
    if (wire_is_halted(wire))
        give_back_first(wire, wire->claim_count);
    wire->giving_back = wire->returned_count;
    for (size_t i = 0; i < wire->giving_back; i++)
        if (!outbox_unclaim(wire->service->database, wire->returned[i], clock_now(), error))
            return false;
    return true;
}

/* As many as the server takes within moments: twice as many whenever connections had nothing to do while more was
 * ready, half as many when the oldest waits too long. */
static void adapt_depth(struct wire *wire, bool more_ready) {
    size_t connections = busy(wire) + wire->sender->operations->room(wire->sender);
    int64_t waits = wire->claim_count > 0 ? clock_monotonic_ms() - wire->claims[0].claimed_ms : 0;
    if (waits > WAITS_LONG_MS || !more_ready)
        wire->depth = wire->depth / 2;
    else if (wire->claim_count == 0)
        wire->depth = wire->depth * 2;
    wire->depth = wire->depth > WIRE_CLAIMS_MOST ? WIRE_CLAIMS_MOST : wire->depth;
    wire->depth = wire->depth < connections ? connections : wire->depth;
}

void wire_committed(struct wire *wire, size_t recorded, const struct wire_claim *claims, size_t count,
                    bool more_ready) {
    wire_log_note_exchange(wire->log, wire->number);
    for (size_t i = 0; i < recorded; i++)
        wire_log_forget(wire->log, wire->results[i].id);
    wire->result_count -= recorded;
    memmove(wire->results, wire->results + recorded, wire->result_count * sizeof *wire->results);
    int64_t now = clock_monotonic_ms();
    wire->first_result_ms = now; /* of those that came meanwhile */
    wire->returned_count -= wire->giving_back;
    memmove(wire->returned, wire->returned + wire->giving_back, wire->returned_count * sizeof *wire->returned);
    wire->giving_back = 0;
    adapt_depth(wire, more_ready);
    require(wire->claim_count + count <= WIRE_CLAIMS_MOST);
    memcpy(wire->claims + wire->claim_count, claims, count * sizeof *claims);
    int64_t written = database_written(wire->service->database);
    for (size_t i = 0; i < count; i++) {
        struct wire_claim *claim = &wire->claims[wire->claim_count++];
        claim->claimed_ms = now;
        claim->written = written;
    }
}
