#include "app/message.h"

#include <inttypes.h>

#include "app/message_values.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "mail/compose.h"
#include "mail/header.h"
#include "store/check_ins.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/tags.h"

static bool tag_address(struct service *service, struct tag wanted, struct arena *arena, const char **ret,
                        struct error *error) {
    char secret[ADDRESS_SECRET_MIN + 1], address[ADDRESS_SIZE];
    struct tag tag;
    random_secret(secret, ADDRESS_SECRET_MIN);
    wanted.secret = secret;
    if (!tags_find_or_create(service->database, &wanted, arena, &tag, error) ||
        !address_with_tag(&service->scheme, tag.purpose, tag.secret, address, error))
        return false;
    *ret = arena_copy_string(arena, address);
    return true;
}

static bool find_addresses(struct service *service, const struct outbox_row *row, struct arena *arena,
                           struct message_addresses *ret, struct error *error) {
    char help[ADDRESS_SIZE];
    if (!tag_address(service, (struct tag){.purpose = 'r', .participant = row->participant, .outbox = row->id}, arena,
                     &ret->reply, error) ||
        !tag_address(service, (struct tag){.purpose = 'b', .participant = row->participant, .outbox = row->id}, arena,
                     &ret->bounce, error))
        return false;
    if (row->participant == 0)
        return true;
    if (row->partnership &&
        !tag_address(service,
                     (struct tag){.purpose = 'p', .participant = row->participant, .partnership = row->partnership},
                     arena, &ret->partnership, error))
        return false;
    if (!tag_address(service, (struct tag){.purpose = 'u', .participant = row->participant}, arena, &ret->pause,
                     error) ||
        !address_with_tag(&service->scheme, 0, "help", help, error))
        return false;
    ret->help = arena_copy_string(arena, help);
    return true;
}

static bool find_recipient(struct service *service, const struct outbox_row *row, struct arena *arena,
                           struct message_recipient *ret, struct error *error) {
    const char *own_language = service->configuration->programme.languages[0];
    if (row->participant) {
        if (!participants_find(service->database, row->participant, arena, &ret->participant, error))
            return false;
        if (ret->participant.id == 0)
            return error_set(error, ERROR_PERMANENT, "participant %" PRId64 " is not in the database",
                             row->participant);
        ret->name = ret->participant.name;
        ret->address = ret->participant.address;
        ret->language = ret->participant.language;
        return true;
    }
    ret->language = own_language;
    if (!row->coordinator) {
        ret->name = "";
        ret->address = row->address;
        return true;
    }
    const struct coordinator *coordinator = configuration_find_coordinator(service->configuration, row->coordinator);
    if (!coordinator)
        return error_set(error, ERROR_CONFIGURATION, "the coordinator \"%s\" is no longer in the configuration",
                         row->coordinator);
    ret->name = coordinator->name;
    ret->address = coordinator->address;
    return true;
}

static bool find_kind(struct service *service, const struct outbox_row *row, enum message_kind *ret_kind,
                      const struct template_schema **ret_schema, struct error *error) {
    if (template_names_fixed_kind(row->template_name, ret_kind)) {
        *ret_schema = template_names_schema(*ret_kind, false, row->asks != NULL);
        return true;
    }
    const struct step *step = configuration_find_step(service->configuration, row->step);
    if (!step)
        return error_set(error, ERROR_CONFIGURATION, "the step \"%s\" is no longer in the configuration", row->step);
    *ret_kind = step->to == STEP_TO_PARTNERSHIP ? MESSAGE_TO_MEMBER : MESSAGE_TO_PARTICIPANT;
    *ret_schema = template_names_schema(*ret_kind, step->topics, step->asks != NULL);
    return true;
}

/* A partnership's messages to one person make one thread: each answers the first that was sent. */
static bool find_thread(struct service *service, const struct outbox_row *row, struct arena *arena, const char **ret,
                        struct error *error) {
    struct outbox_list rows;
    *ret = NULL;
    if (!row->partnership || !row->participant)
        return true;
    if (!outbox_list(service->database,
                     &(struct outbox_filter){.partnership = row->partnership, .participant = row->participant}, arena,
                     &rows, error))
        return false;
    for (size_t i = 0; i < rows.count && !*ret; i++)
        if (rows.items[i].id != row->id && rows.items[i].state == OUTBOX_SENT)
            *ret = rows.items[i].message_id;
    return true;
}

static const char *make_message_id(const struct service *service, struct arena *arena) {
    char unique[27];
    auto_text id = TEXT_EMPTY;
    random_secret(unique, sizeof unique - 1);
    header_append_message_id(&id, unique, service_message_id_domain(service));
    return arena_copy_bytes(arena, text_string(&id), id.length);
}

static bool compose(struct service *service, const struct outbox_row *row, const struct message_recipient *recipient,
                    const struct message_addresses *addresses, const struct templates_message *rendered,
                    struct arena *arena, struct message_rendering *ret, struct error *error) {
    const struct programme_settings *programme = &service->configuration->programme;
    const char *thread;
    if (!find_thread(service, row, arena, &thread, error))
        return false;
    struct zone_local local;
    int64_t now = clock_now();
    zone_to_local(service->zone, now, &local);
    ret->message_id = row->message_id ? row->message_id : make_message_id(service, arena);
    struct compose_message message = {
        .from_name = programme->name,
        .from_address = programme->address,
        .to_name = recipient->name,
        .to_address = recipient->address,
        .reply_to = rendered->reply_to == TEMPLATE_REPLY_TO_PARTNERSHIP && addresses->partnership
                        ? addresses->partnership
                        : addresses->reply,
        .subject = rendered->subject,
        .message_id = ret->message_id,
        .in_reply_to = thread,
        .references = &thread,
        .reference_count = thread ? 1 : 0,
        .date = now,
        .zone_minutes = local.offset / 60,
        .language = rendered->language,
        .list_id = recipient->participant.id ? programme->list_id : NULL,
        .list_name = programme->name,
        .list_unsubscribe = addresses->pause,
        .auto_submitted = row->inbox ? "auto-replied" : "auto-generated",
        .programme = programme->address,
        .text = rendered->plain,
        .html = rendered->html,
    };
    auto_text bytes = TEXT_EMPTY;
    if (!compose_build(&message, &bytes, error))
        return false;
    ret->length = bytes.length;
    ret->bytes = arena_copy_bytes(arena, text_string(&bytes), bytes.length);
    return true;
}

/* What this message tells about the last answers is told; it is not told again. */
static bool note_confirmed(struct service *service, const struct outbox_row *row, struct arena *arena,
                           struct error *error) {
    struct check_in_list told;
    if (!check_ins_list_unconfirmed(service->database, row->participant, arena, &told, error))
        return false;
    for (size_t i = 0; i < told.count; i++)
        if (!check_ins_confirm(service->database, told.items[i].id, row->id, error))
            return false;
    return true;
}

bool message_render(struct service *service, const struct outbox_row *row, struct arena *arena,
                    struct message_rendering *ret, struct error *error) {
    struct message_recipient recipient = {0};
    struct message_addresses addresses = {0};
    struct message_rendering rendering = {0};
    enum message_kind kind;
    const struct template_schema *schema = NULL;
    if (!find_kind(service, row, &kind, &schema, error) || !find_recipient(service, row, arena, &recipient, error) ||
        !find_addresses(service, row, arena, &addresses, error))
        return false;
    const struct step *step = configuration_find_step(service->configuration, row->step);
    struct templates_request request = {
        .name = row->template_name,
        .language = recipient.language,
        .topic = step && step->topics ? (int)row->occurrence : 0,
        .schema = schema,
        .values = template_value_map(arena),
    };
    if (!message_values_fill(service, row, kind, &recipient, &addresses, arena, request.values,
                             &rendering.nothing_to_say, error))
        return false;
    if (!rendering.nothing_to_say) {
        struct templates_message rendered;
        if (!templates_render(service->templates, &request, arena, &rendered, error) ||
            !compose(service, row, &recipient, &addresses, &rendered, arena, &rendering, error) ||
            (rendered.confirms && !note_confirmed(service, row, arena, error)))
            return false;
        rendering.recipient = recipient.address;
        rendering.template_hash = rendered.hash;
        rendering.subject = rendered.subject;
        rendering.plain = rendered.plain;
        rendering.html = rendered.html;
    }
    *ret = rendering;
    return true;
}

bool message_envelope_from(struct service *service, const struct outbox_row *row, struct arena *arena, const char **ret,
                           struct error *error) {
    return tag_address(service, (struct tag){.purpose = 'b', .participant = row->participant, .outbox = row->id}, arena,
                       ret, error);
}
