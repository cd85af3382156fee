#include "app/message.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "app/meeting_values.h"
#include "app/message_values.h"
#include "app/notice.h"
#include "app/personal_data.h"
#include "app/picture.h"
#include "base/clock.h"
#include "base/language.h"
#include "base/random.h"
#include "base/text.h"
#include "mail/compose.h"
#include "mail/message/header.h"
#include "store/answers.h"
#include "store/applicants.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/tags.h"
#include "store/transaction.h"

/* INERT: an address that looks like the real one, but acts for nobody. */
static bool tag_address(struct service *service, struct tag wanted, bool inert, struct arena *arena, const char **ret,
                        struct error *error) {
    char secret[ADDRESS_SECRET_MIN + 1], address[ADDRESS_SIZE];
    if (inert || wanted.purpose == 'p')
        random_secret(secret, ADDRESS_SECRET_MIN);
    wanted.secret = secret;
    struct tag tag = wanted;
    if ((!inert && !tags_find_or_create(service->database, &wanted, arena, &tag, error)) ||
        !address_with_tag(&service->scheme, tag.purpose, tag.secret, address, error))
        return false;
    *ret = arena_copy_string(arena, address);
    return true;
}

/* With a provider that has no sub-addresses all mail comes to the programme's own: what it answers is known by its
 * Message-ID, and what to pause by a word. */
static void give_plain_address(const struct service *service, struct message_addresses *ret) {
    const char *own = service->configuration->programme.address;
    *ret = (struct message_addresses){.reply = own, .bounce = own, .partnership = own, .help = own};
}

static bool find_addresses(struct service *service, const struct outbox_row *row, bool inert, struct arena *arena,
                           struct message_addresses *ret, struct error *error) {
    char help[ADDRESS_SIZE];
    if (service->plain_address) {
        give_plain_address(service, ret);
        return true;
    }
    if (!tag_address(service, (struct tag){.purpose = 'r', .participant = row->participant, .outbox = row->id}, inert,
                     arena, &ret->reply, error) ||
        !tag_address(service, (struct tag){.purpose = 'b', .participant = row->participant, .outbox = row->id}, inert,
                     arena, &ret->bounce, error))
        return false;
    if (row->participant == 0 && row->applicant == 0)
        return true;
    if (row->partnership &&
        !tag_address(service,
                     (struct tag){.purpose = 'p', .participant = row->participant, .partnership = row->partnership},
                     inert, arena, &ret->partnership, error))
        return false;
    if ((row->participant && !tag_address(service, (struct tag){.purpose = 'u', .participant = row->participant}, inert,
                                          arena, &ret->pause, error)) ||
        !address_with_tag(&service->scheme, 0, "help", help, error))
        return false;
    ret->help = arena_copy_string(arena, help);
    return true;
}

/* Of somebody who is no participant any more: the row's detail, {"language": "fr"}. */
static void read_language(struct service *service, const struct outbox_row *row, struct arena *arena,
                          struct message_recipient *ret) {
    const struct programme_settings *programme = &service->configuration->programme;
    json_t *detail = json_loads(row->detail, 0, NULL);
    const char *language = json_string_value(json_object_get(detail, "language"));
    if (language)
        ret->language =
            language_choose(arena_copy_string(arena, language), programme->languages, programme->language_count);
    json_decref(detail);
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
        ret->address = row->address ? row->address : ret->participant.address;
        const struct programme_settings *programme = &service->configuration->programme;
        ret->language = language_choose(ret->participant.language, programme->languages, programme->language_count);
        return true;
    }
    ret->language = own_language;
    if (!row->coordinator) {
        ret->name = "";
        ret->address = row->address;
        if (row->applicant && !applicants_find(service->database, row->applicant, arena, &ret->applicant, error))
            return false;
        if (ret->applicant.id)
            ret->language = ret->applicant.language;
        else
            read_language(service, row, arena, ret);
        return true;
    }
    const struct coordinator *coordinator = configuration_find_coordinator(service->configuration, row->coordinator);
    if (!coordinator)
        return error_set(error, ERROR_CONFIGURATION, "the coordinator \"%s\" is no longer in the configuration",
                         row->coordinator);
    ret->name = coordinator->name;
    ret->address = coordinator->address;
    if (coordinator->language_count > 0)
        ret->language = coordinator->languages[0];
    return true;
}

static bool find_kind(struct service *service, const struct outbox_row *row, enum message_kind *ret_kind,
                      const struct template_schema **ret_schema, struct error *error) {
    if (template_names_fixed_kind(row->template_name, ret_kind)) {
        *ret_schema = template_names_fixed_schema(row->template_name);
        return true;
    }
    const struct step *step = configuration_find_step(service->configuration, row->step);
    if (!step)
        return error_set(error, ERROR_CONFIGURATION, "the step \"%s\" is no longer in the configuration", row->step);
    *ret_kind = template_names_step_kind(step);
    *ret_schema = template_names_step_schema(step);
    return true;
}

/* A partnership's messages to one person make one thread: each answers the first that was sent. */
static bool find_thread(struct service *service, const struct outbox_row *row, struct arena *arena, const char **ret,
                        struct error *error) {
    *ret = NULL;
    return !row->partnership || !row->participant ||
           outbox_find_thread(service->database, row->partnership, row->participant, arena, ret, error);
}

static const char *make_message_id(const struct service *service, struct arena *arena) {
    char secret[27];
    auto_text unique = TEXT_EMPTY, id = TEXT_EMPTY;
    random_secret(secret, sizeof secret - 1);
    /* It begins with the time, so that those of one hour stand side by side in the database's index. */
    text_append_format(&unique, "%08" PRIx64 "%s", (uint64_t)clock_now(), secret);
    header_append_message_id(&id, text_string(&unique), service_message_id_domain(service));
    return arena_copy_bytes(arena, text_string(&id), id.length);
}

static bool draw_pictures(const struct templates_message *rendered, struct arena *arena,
                          struct compose_message *message, struct error *error) {
    struct compose_picture *pictures = arena_take_array(arena, rendered->picture_count + 1, sizeof *pictures);
    for (size_t i = 0; i < rendered->picture_count; i++) {
        auto_text png = TEXT_EMPTY;
        if (!picture_draw(rendered->pictures[i].kind, rendered->pictures[i].words, &png, error))
            return false;
        pictures[i] = (struct compose_picture){rendered->pictures[i].id, "image/png",
                                               arena_copy_bytes(arena, png.bytes, png.length), png.length};
    }
    message->pictures = pictures;
    message->picture_count = rendered->picture_count;
    return true;
}

/* All of a meeting's messages to somebody name the same organizer: calendars take no other one's changes. */
static bool add_calendar(struct service *service, const struct outbox_row *row,
                         const struct message_recipient *recipient, const struct templates_message *rendered,
                         int64_t now, struct arena *arena, struct compose_message *message, struct error *error) {
    struct calendar_event event;
    struct tag tag = {.purpose = 'r', .participant = row->participant};
    if (!meeting_values_calendar(service, row, &recipient->participant, arena, &event, &tag.outbox, error))
        return false;
    if (!event.uid)
        return true;
    event.organizer = message->from_address;
    if (!service->plain_address && !tag_address(service, tag, false, arena, &event.organizer, error))
        return false;
    event.organizer_name = message->from_name;
    event.attendee_name = recipient->name;
    event.attendee_address = recipient->address;
    event.summary = event.summary ? event.summary : rendered->subject;
    event.stamp = now;
    auto_text calendar = TEXT_EMPTY;
    calendar_build(&event, &calendar);
    message->calendar = arena_copy_bytes(arena, text_string(&calendar), calendar.length);
    message->calendar_method = calendar_method(&event);
    return true;
}

static bool compose(struct service *service, const struct outbox_row *row, const struct message_recipient *recipient,
                    const struct message_addresses *addresses, const struct templates_message *rendered,
                    struct arena *arena, struct message_rendering *ret, struct error *error) {
    const struct programme_settings *programme = &service->configuration->programme;
    const char *thread;
    if (!find_thread(service, row, arena, &thread, error))
        return false;
    struct zone_local local;
    /* A second copy of what may have arrived already has the date of the first. */
    int64_t now = row->resent && row->claimed_at ? row->claimed_at : clock_now();
    zone_to_local(service->zone, now, &local);
    ret->message_id = row->message_id ? row->message_id : make_message_id(service, arena);
    struct compose_message message = {
        .from_name = programme->name,
        .from_address = programme->address,
        .to_name = recipient->name,
        .to_address = recipient->address,
        .reply_to = rendered->reply_to == TEMPLATE_REPLY_TO_PARTNERSHIP && service->relays && addresses->partnership
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
    if (!add_calendar(service, row, recipient, rendered, now, arena, &message, error))
        return false;
    if (string_equal(row->template_name, PERSONAL_DATA_TEMPLATE)) {
        const char *json;
        if (!personal_data_read(service, &recipient->participant, rendered->language, arena, template_value_map(arena),
                                &json, error))
            return false;
        message.attachment =
            (struct compose_attachment){PERSONAL_DATA_TEMPLATE ".json", "application/json", json, strlen(json)};
    }
    auto_text bytes = TEXT_EMPTY;
    if (!draw_pictures(rendered, arena, &message, error) || !compose_build(&message, &bytes, error))
        return false;
    ret->length = bytes.length;
    ret->bytes = arena_copy_bytes(arena, text_string(&bytes), bytes.length);
    return true;
}

/* What this message tells about the last answers is told; it is not told again. */
static bool note_confirmed(struct service *service, const struct outbox_row *row, struct arena *arena,
                           struct error *error) {
    struct answer_list told;
    if (!answers_list_unconfirmed(service->database, row->participant, arena, &told, error))
        return false;
    for (size_t i = 0; i < told.count; i++)
        if (!answers_confirm(service->database, told.items[i].id, row->id, error))
            return false;
    return true;
}

/* What is known of a message before its template is rendered. */
struct filled {
    const struct outbox_row *row;
    enum message_kind kind;
    struct message_recipient recipient;
    struct message_addresses addresses;
    struct templates_request request;
    const char *nothing_to_say;
};

/* SAMPLE: whose ROW it is; NULL of a real one. */
static bool fill(struct service *service, const struct outbox_row *row, const struct sample *sample,
                 struct arena *arena, struct filled *ret, struct error *error) {
    struct filled filled = {.row = row};
    const struct template_schema *schema = NULL;
    if (!find_kind(service, row, &filled.kind, &schema, error) ||
        !find_recipient(service, row, arena, &filled.recipient, error) ||
        !find_addresses(service, row, sample != NULL, arena, &filled.addresses, error))
        return false;
    const struct programme_settings *programme = &service->configuration->programme;
    if (sample && sample->language)
        filled.recipient.language = language_choose(sample->language, programme->languages, programme->language_count);
    const struct step *step = configuration_find_step(service->configuration, row->step);
    filled.request = (struct templates_request){
        .name = row->template_name,
        .language = filled.recipient.language,
        .topic = step && step->topics ? (int)row->occurrence : 0,
        .schema = schema,
        .values = template_value_map(arena),
    };
    if (!message_values_fill(service, row, filled.kind, &filled.recipient, &filled.addresses, arena,
                             filled.request.values, &filled.nothing_to_say, error))
        return false;
    if (sample && sample->letters)
        message_values_pretend_letters(filled.request.values, sample->letters);
    *ret = filled;
    return true;
}

/* The example's rows are gone again at the end; what was read of them stays in ARENA. */
static bool fill_sample(struct service *service, const struct sample *sample, struct arena *arena, struct filled *ret,
                        struct error *error) {
    auto_transaction rolled_back = TRANSACTION_NONE;
    struct outbox_row *row = arena_take(arena, sizeof *row);
    return transaction_begin_alone(service->database, &rolled_back, error) &&
           sample_put(service, sample, arena, row, error) && fill(service, row, sample, arena, ret, error);
}

/* ROW is the one that is sent; FILLED may be about another, which it shows. */
static bool render(struct service *service, const struct outbox_row *row, const struct filled *filled,
                   const char *subject_prefix, struct arena *arena, struct message_rendering *ret,
                   struct templates_message *ret_rendered, struct error *error) {
    struct message_rendering rendering = {.nothing_to_say = filled->nothing_to_say};
    if (!rendering.nothing_to_say) {
        if (!templates_render(service->templates, &filled->request, arena, ret_rendered, error))
            return false;
        if (subject_prefix)
            ret_rendered->subject = arena_format(arena, "%s%s", subject_prefix, ret_rendered->subject);
        if (!compose(service, row, &filled->recipient, &filled->addresses, ret_rendered, arena, &rendering, error))
            return false;
        rendering.recipient = filled->recipient.address;
        rendering.template_hash = ret_rendered->hash;
        rendering.subject = ret_rendered->subject;
        rendering.plain = ret_rendered->plain;
        rendering.html = ret_rendered->html;
        rendering.language = ret_rendered->language;
    }
    *ret = rendering;
    return true;
}

bool message_render(struct service *service, const struct outbox_row *row, struct arena *arena,
                    struct message_rendering *ret, struct error *error) {
    struct templates_message rendered = {0};
    struct filled filled;
    struct sample sample;
    if (string_equal(row->step, MESSAGE_TEST_STEP) && sample_from_detail(row->detail, arena, &sample)) {
        sample.template_name = row->template_name;
        if (!fill_sample(service, &sample, arena, &filled, error))
            return false;
        filled.recipient.name = NULL;
        filled.recipient.address = row->address;
        return render(service, row, &filled, "[test] ", arena, ret, &rendered, error);
    }
    if (!fill(service, row, NULL, arena, &filled, error) ||
        !render(service, row, &filled, NULL, arena, ret, &rendered, error))
        return false;
    ret->only_once = row->coordinator || rendered.confirms;
    return (!rendered.confirms || note_confirmed(service, row, arena, error)) &&
           (filled.kind != MESSAGE_TO_COORDINATOR_WAITING || notice_digest_made(service, row, error));
}

static bool render_template(struct service *service, const struct outbox_row *row, struct arena *arena,
                            struct templates_message *ret, struct error *error) {
    struct filled filled;
    return fill(service, row, NULL, arena, &filled, error) &&
           templates_render(service->templates, &filled.request, arena, ret, error);
}

bool message_subject(struct service *service, const struct outbox_row *row, struct arena *arena, const char **ret,
                     struct error *error) {
    struct templates_message rendered = {0};
    if (!render_template(service, row, arena, &rendered, error))
        return false;
    *ret = rendered.subject;
    return true;
}

bool message_text(struct service *service, const struct outbox_row *row, struct arena *arena, const char **ret,
                  struct error *error) {
    struct templates_message rendered = {0};
    if (!render_template(service, row, arena, &rendered, error))
        return false;
    *ret = rendered.plain;
    return true;
}

bool message_preview(struct service *service, const struct sample *sample, struct arena *arena,
                     struct message_rendering *ret, struct error *error) {
    struct templates_message rendered = {0};
    struct filled filled;
    return fill_sample(service, sample, arena, &filled, error) &&
           render(service, filled.row, &filled, NULL, arena, ret, &rendered, error);
}

bool message_envelope_from(struct service *service, const struct outbox_row *row, struct arena *arena, const char **ret,
                           struct error *error) {
    if (service->plain_address) {
        *ret = service->configuration->programme.address;
        return true;
    }
    return tag_address(service, (struct tag){.purpose = 'b', .participant = row->participant, .outbox = row->id}, false,
                       arena, ret, error);
}
