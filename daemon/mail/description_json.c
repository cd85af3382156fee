#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "mail/description.h"

/* jansson refuses what is not UTF-8: nothing a mail holds may make the whole answer vanish. */
static json_t *string_or_null(const char *string) {
    if (!string)
        return json_null();
    json_t *value = json_string(string);
    if (value)
        return value;
    auto_text repaired = TEXT_EMPTY;
    size_t length = strlen(string);
    for (size_t i = 0; i < length;)
        text_append_codepoint(&repaired, utf8_next(string, length, &i));
    return json_string(text_string(&repaired));
}

static json_t *strings(const char *const *list, size_t count) {
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, string_or_null(list[i]));
    return array;
}

static json_t *address(const struct description_address *address) {
    return json_pack("{s:o, s:o}", "name", string_or_null(address->name), "address", string_or_null(address->address));
}

static json_t *addresses(const struct description_address *list, size_t count) {
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, address(&list[i]));
    return array;
}

static json_t *bounces(const struct description *description) {
    json_t *array = json_array();
    for (size_t i = 0; i < description->bounce_count; i++) {
        const struct description_bounce *bounce = &description->bounces[i];
        json_array_append_new(
            array, json_pack("{s:o, s:o, s:o, s:b, s:b, s:o, s:o}", "recipient", string_or_null(bounce->recipient),
                             "action", string_or_null(bounce->action), "status", string_or_null(bounce->status),
                             "permanent", bounce->permanent, "address_dead", bounce->address_dead, "diagnostic",
                             string_or_null(bounce->diagnostic), "message_id", string_or_null(bounce->message_id)));
    }
    return array;
}

static json_t *parts(const struct description *description) {
    json_t *array = json_array();
    for (size_t i = 0; i < description->part_count; i++) {
        const struct description_part *part = &description->parts[i];
        json_array_append_new(array, json_pack("{s:o, s:o, s:I, s:o}", "type", string_or_null(part->type), "charset",
                                               string_or_null(part->charset), "bytes", (json_int_t)part->bytes,
                                               "filename", string_or_null(part->filename)));
    }
    return array;
}

static json_t *tag(const struct description *description) {
    const char purpose[] = {description->tag_purpose, '\0'};
    return description->has_tag
               ? json_pack("{s:s, s:o}", "purpose", purpose, "secret", string_or_null(description->tag_secret))
               : json_null();
}

static json_t *authentication(const struct description *description) {
    return description->authserv_id ? json_pack("{s:o, s:o}", "authserv_id", string_or_null(description->authserv_id),
                                                "dmarc", string_or_null(description->dmarc))
                                    : json_null();
}

static json_t *date(const struct description *description) {
    char buffer[32];
    return description->date ? json_string(clock_format_utc(description->date, buffer, sizeof buffer)) : json_null();
}

char *description_to_json(const struct description *description, const char *file) {
    json_t *object = json_object();
    if (file)
        json_object_set_new(object, "file", string_or_null(file));
    const struct {
        const char *name;
        json_t *value;
    } members[] = {
        {"kind", json_string(mail_kind_name(description->kind))},
        {"why", string_or_null(description->why)},
        {"from", address(&description->from)},
        {"to", addresses(description->to, description->to_count)},
        {"cc", addresses(description->cc, description->cc_count)},
        {"delivered_to", strings(description->delivered_to, description->delivered_to_count)},
        {"tag", tag(description)},
        {"plain_tag", string_or_null(description->plain_tag)},
        {"message_id", string_or_null(description->message_id)},
        {"in_reply_to", strings(description->in_reply_to, description->in_reply_to_count)},
        {"references", strings(description->references, description->references_count)},
        {"subject", string_or_null(description->subject)},
        {"date", date(description)},
        {"null_sender", json_boolean(description->null_sender)},
        {"through_list", json_boolean(description->through_list)},
        {"text", string_or_null(description->text)},
        {"whole_text", string_or_null(description->whole_text)},
        {"answers", strings(description->answers, description->answer_count)},
        {"bounce", bounces(description)},
        {"away_until", string_or_null(description->away_until)},
        {"authentication", authentication(description)},
        {"parts", parts(description)},
        {"warnings", strings(description->warnings, description->warning_count)},
        {"body_hash", string_or_null(description->body_hash)},
        {"own_message", json_boolean(description->own_message)},
    };
    for (size_t i = 0; i < COUNT_OF(members); i++)
        json_object_set_new(object, members[i].name, members[i].value);
    char *json = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    require(json);
    return json;
}
