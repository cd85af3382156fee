#include "app/claim.h"

#include <inttypes.h>

#include "app/delivery.h"
#include "app/eligible.h"
#include "app/message.h"
#include "app/notice.h"
#include "app/relay.h"
#include "base/log.h"
#include "store/outbox.h"

/* The bytes of a row: those of an earlier try where they were kept, unless the address has changed since; rendered now
 * otherwise, into *KEPT, and always where coordinators are told how things stand. */
static bool take_bytes(struct service *service, const struct outbox_row *row, const char *address, struct arena *arena,
                       struct send_request *claim, struct outbox_rendering *kept, const char **ret_nothing,
                       struct error *error) {
    claim->recipient = address;
    if (string_equal(row->step, RELAY_STEP)) {
        if (!relay_render(service, row, arena, &claim->bytes, &claim->length, error))
            return false;
    } else if (row->content && string_equal(row->recipient, address) && (!row->coordinator || row->resent)) {
        if (!outbox_content(service->database, row->id, arena, &claim->bytes, &claim->length, error))
            return false;
    }
    if (!claim->bytes) {
        struct message_rendering rendering;
        if (!message_render(service, row, arena, &rendering, error))
            return false;
        if (rendering.nothing_to_say) {
            *ret_nothing = rendering.nothing_to_say;
            return true;
        }
        *kept = (struct outbox_rendering){rendering.recipient, rendering.message_id, rendering.template_hash,
                                          rendering.only_once ? rendering.bytes : NULL, rendering.length};
        *claim = (struct send_request){
            .recipient = rendering.recipient, .bytes = rendering.bytes, .length = rendering.length};
    }
    claim->id = row->id;
    return message_envelope_from(service, row, arena, &claim->envelope_from, error);
}

/* What can't be rendered waits for a person; the others go on. */
static bool hold_unrenderable(struct service *service, const struct outbox_row *row, struct arena *arena,
                              const struct error *problem, struct error *error) {
    struct notice alert = {
        .key = arena_format(arena, "unrenderable/%s", row->template_name),
        .kind = CASE_HELD,
        .reason = REASON_FORMAT(arena, "Messages made from the template \"%s\" can't be sent and are held: %s",
                                row->template_name, problem->message),
        .outbox = row->id,
    };
    log_error("outbox %" PRId64 " can't be rendered and is held: %s", row->id, problem->message);
    return delivery_set_aside(service, row, OUTBOX_HELD, problem->message, error) &&
           notice_raise(service, &alert, error);
}

bool claim_row(struct service *service, const struct outbox_row *row, struct arena *arena, struct send_request *ret,
               bool *ret_claimed, struct error *error) {
    struct eligibility eligibility;
    struct send_request claim = {0};
    struct outbox_rendering kept = {0};
    struct error problem = ERROR_INIT;
    const char *nothing = NULL;
    *ret_claimed = false;
    if (!eligible_decide(service, row, arena, &eligibility, error))
        return false;
    if (eligibility.state == OUTBOX_QUEUED)
        return outbox_postpone(service->database, row->id, eligibility.not_before, error);
    if (eligibility.state != OUTBOX_SENDING)
        return delivery_set_aside(service, row, eligibility.state, eligibility.reason, error);
    /* Before it writes anything: what can't be rendered leaves nothing behind but an address of the partnership's. */
    if (!take_bytes(service, row, eligibility.address, arena, &claim, &kept, &nothing, &problem)) {
        if (problem.class != ERROR_PERMANENT && problem.class != ERROR_CONFIGURATION) {
            *error = problem;
            return false;
        }
        return hold_unrenderable(service, row, arena, &problem, error);
    }
    if (nothing)
        return delivery_set_aside(service, row, OUTBOX_CANCELLED, nothing, error);
    struct event_cause cause = service_cause(service, NULL);
    if (!outbox_claim(service->database, row->id, kept.message_id ? &kept : NULL, &cause, error))
        return false;
    /* It outlives ROW and the configuration. */
    claim.recipient = arena_copy_string(arena, claim.recipient);
    claim.envelope_from = arena_copy_string(arena, claim.envelope_from);
    *ret = claim;
    *ret_claimed = true;
    return true;
}
