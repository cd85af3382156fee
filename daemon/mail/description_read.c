#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "mail/description.h"
#include "mail/message/address.h"

enum { LIST_MAX = 1000, STRING_MAX = 1048576, HASH_LENGTH = 64 };

struct reading {
    struct arena *arena;
    const char *wrong; /* the first member that is not what it must be */
};

static void note_wrong(struct reading *reading, const char *name) {
    if (!reading->wrong)
        reading->wrong = name;
}

static const json_t *member(struct reading *reading, const json_t *object, const char *name, json_type type,
                            bool null_allowed) {
    const json_t *value = json_object_get(object, name);
    if (value && null_allowed && json_is_null(value))
        return NULL;
    if (value && (json_typeof(value) == type || (type == JSON_TRUE && json_is_boolean(value))))
        return value;
    note_wrong(reading, name);
    return NULL;
}

/* Nearly everything ends in a header, a log or a table's row, where a line break would begin something new. */
static bool is_line(const json_t *value) {
    return json_string_length(value) <= STRING_MAX && !strpbrk(json_string_value(value), "\r\n");
}

/* NULL for null where allowed, never else. */
static const char *read_string(struct reading *reading, const json_t *object, const char *name, bool null_allowed) {
    const json_t *value = member(reading, object, name, JSON_STRING, null_allowed);
    if (value && is_line(value))
        return arena_copy_bytes(reading->arena, json_string_value(value), json_string_length(value));
    if (value)
        note_wrong(reading, name);
    return null_allowed ? NULL : "";
}

/* The same with line breaks, which are LF. */
static const char *read_text(struct reading *reading, const json_t *object, const char *name) {
    const json_t *value = member(reading, object, name, JSON_STRING, false);
    if (value && json_string_length(value) <= STRING_MAX && !strchr(json_string_value(value), '\r'))
        return arena_copy_bytes(reading->arena, json_string_value(value), json_string_length(value));
    if (value)
        note_wrong(reading, name);
    return "";
}

static bool read_boolean(struct reading *reading, const json_t *object, const char *name) {
    const json_t *value = member(reading, object, name, JSON_TRUE, false);
    return value && json_is_true(value);
}

static const json_t *read_array(struct reading *reading, const json_t *object, const char *name, size_t *ret_count) {
    const json_t *value = member(reading, object, name, JSON_ARRAY, false);
    *ret_count = value ? json_array_size(value) : 0;
    if (*ret_count > LIST_MAX) {
        *ret_count = 0;
        note_wrong(reading, name);
    }
    return value;
}

static const char **read_strings(struct reading *reading, const json_t *object, const char *name, size_t *ret_count) {
    const json_t *array = read_array(reading, object, name, ret_count);
    const char **list = arena_take_array(reading->arena, *ret_count, sizeof *list);
    for (size_t i = 0; i < *ret_count; i++) {
        const json_t *value = json_array_get(array, i);
        list[i] = "";
        if (json_is_string(value) && is_line(value))
            list[i] = arena_copy_bytes(reading->arena, json_string_value(value), json_string_length(value));
        else
            note_wrong(reading, name);
    }
    return list;
}

static struct description_address read_address(struct reading *reading, const json_t *object) {
    return (struct description_address){read_string(reading, object, "name", false),
                                        read_string(reading, object, "address", false)};
}

static struct description_address *read_addresses(struct reading *reading, const json_t *object, const char *name,
                                                  size_t *ret_count) {
    const json_t *array = read_array(reading, object, name, ret_count);
    struct description_address *list = arena_take_array(reading->arena, *ret_count, sizeof *list);
    for (size_t i = 0; i < *ret_count; i++)
        list[i] = read_address(reading, json_array_get(array, i));
    return list;
}

static void read_bounces(struct reading *reading, const json_t *object, struct description *ret) {
    const json_t *array = read_array(reading, object, "bounce", &ret->bounce_count);
    ret->bounces = arena_take_array(reading->arena, ret->bounce_count, sizeof *ret->bounces);
    for (size_t i = 0; i < ret->bounce_count; i++) {
        const json_t *value = json_array_get(array, i);
        ret->bounces[i] = (struct description_bounce){
            .recipient = read_string(reading, value, "recipient", false),
            .action = read_string(reading, value, "action", false),
            .status = read_string(reading, value, "status", false),
            .permanent = read_boolean(reading, value, "permanent"),
            .address_dead = read_boolean(reading, value, "address_dead"),
            .diagnostic = read_string(reading, value, "diagnostic", false),
            .message_id = read_string(reading, value, "message_id", false),
        };
    }
}

static void read_parts(struct reading *reading, const json_t *object, struct description *ret) {
    const json_t *array = read_array(reading, object, "parts", &ret->part_count);
    ret->parts = arena_take_array(reading->arena, ret->part_count, sizeof *ret->parts);
    for (size_t i = 0; i < ret->part_count; i++) {
        const json_t *value = json_array_get(array, i), *bytes = member(reading, value, "bytes", JSON_INTEGER, false);
        json_int_t length = bytes ? json_integer_value(bytes) : 0;
        ret->parts[i] = (struct description_part){
            .type = read_string(reading, value, "type", false),
            .charset = read_string(reading, value, "charset", true),
            .filename = read_string(reading, value, "filename", true),
            .bytes = length > 0 ? (size_t)length : 0,
        };
    }
}

static void read_tag(struct reading *reading, const json_t *object, struct description *ret) {
    const json_t *value = member(reading, object, "tag", JSON_OBJECT, true);
    if (!value)
        return;
    const char *purpose = read_string(reading, value, "purpose", false);
    ret->tag_secret = read_string(reading, value, "secret", false);
    ret->tag_purpose = *purpose;
    size_t length = strspn(ret->tag_secret, "abcdefghijklmnopqrstuvwxyz234567");
    ret->has_tag = strlen(purpose) == 1 && strchr("rbpu", *purpose) && !ret->tag_secret[length] &&
                   length >= ADDRESS_SECRET_MIN && length <= ADDRESS_SECRET_MAX;
    if (!ret->has_tag)
        note_wrong(reading, "tag");
}

static void read_authentication(struct reading *reading, const json_t *object, struct description *ret) {
    const json_t *value = member(reading, object, "authentication", JSON_OBJECT, true);
    if (!value)
        return;
    ret->authserv_id = read_string(reading, value, "authserv_id", false);
    ret->dmarc = read_string(reading, value, "dmarc", false);
    if (!string_equal(ret->dmarc, "pass") && !string_equal(ret->dmarc, "fail") && !string_equal(ret->dmarc, "none"))
        note_wrong(reading, "dmarc");
}

static enum mail_kind read_kind(struct reading *reading, const json_t *object) {
    const char *name = read_string(reading, object, "kind", false);
    for (enum mail_kind kind = MAIL_HUMAN; kind <= MAIL_UNREADABLE; kind++)
        if (string_equal(name, mail_kind_name(kind)))
            return kind;
    note_wrong(reading, "kind");
    return MAIL_UNREADABLE;
}

/* Only what description_to_json writes: what comes out the same when it is written again. */
static int64_t read_date(struct reading *reading, const json_t *object) {
    const char *written = read_string(reading, object, "date", true);
    struct tm moment = {0};
    char again[32];
    if (!written)
        return 0;
    if (sscanf(written, "%4d-%2d-%2dT%2d:%2d:%2dZ", &moment.tm_year, &moment.tm_mon, &moment.tm_mday, &moment.tm_hour,
               &moment.tm_min, &moment.tm_sec) == 6) {
        moment.tm_year -= 1900;
        moment.tm_mon -= 1;
        int64_t date = (int64_t)timegm(&moment);
        if (date > 0 && string_equal(clock_format_utc(date, again, sizeof again), written))
            return date;
    }
    note_wrong(reading, "date");
    return 0;
}

static const char *read_away_until(struct reading *reading, const json_t *object) {
    static const char form[] = "0000-00-00";
    const char *day = read_string(reading, object, "away_until", true);
    bool good = day && strlen(day) == strlen(form);
    for (size_t i = 0; good && form[i]; i++)
        good = form[i] == '-' ? day[i] == '-' : day[i] >= '0' && day[i] <= '9';
    if (day && !good)
        note_wrong(reading, "away_until");
    return day;
}

static const char *read_body_hash(struct reading *reading, const json_t *object) {
    const char *hash = read_string(reading, object, "body_hash", false);
    if (strlen(hash) != HASH_LENGTH || strspn(hash, "0123456789abcdef") != HASH_LENGTH)
        note_wrong(reading, "body_hash");
    return hash;
}

static void read_all(struct reading *reading, const json_t *object, struct description *ret) {
    const json_t *from = member(reading, object, "from", JSON_OBJECT, false);
    ret->kind = read_kind(reading, object);
    ret->why = read_string(reading, object, "why", false);
    ret->from = read_address(reading, from);
    ret->to = read_addresses(reading, object, "to", &ret->to_count);
    ret->cc = read_addresses(reading, object, "cc", &ret->cc_count);
    ret->delivered_to = read_strings(reading, object, "delivered_to", &ret->delivered_to_count);
    read_tag(reading, object, ret);
    ret->plain_tag = read_string(reading, object, "plain_tag", true);
    ret->message_id = read_string(reading, object, "message_id", false);
    ret->in_reply_to = read_strings(reading, object, "in_reply_to", &ret->in_reply_to_count);
    ret->references = read_strings(reading, object, "references", &ret->references_count);
    ret->subject = read_string(reading, object, "subject", false);
    ret->date = read_date(reading, object);
    ret->null_sender = read_boolean(reading, object, "null_sender");
    ret->through_list = read_boolean(reading, object, "through_list");
    ret->text = read_text(reading, object, "text");
    ret->whole_text = read_text(reading, object, "whole_text");
    ret->answers = read_strings(reading, object, "answers", &ret->answer_count);
    read_bounces(reading, object, ret);
    ret->away_until = read_away_until(reading, object);
    read_authentication(reading, object, ret);
    read_parts(reading, object, ret);
    ret->warnings = read_strings(reading, object, "warnings", &ret->warning_count);
    ret->body_hash = read_body_hash(reading, object);
    ret->own_message = read_boolean(reading, object, "own_message");
}

bool description_from_json(const char *json, size_t length, struct arena *arena, struct description *ret,
                           struct error *error) {
    json_error_t problem;
    json_t *object = json_loadb(json, length, JSON_REJECT_DUPLICATES, &problem);
    if (!json_is_object(object)) {
        json_decref(object);
        return error_set(error, ERROR_PERMANENT, "the parser's answer is not a JSON object");
    }
    struct description description = {0};
    struct reading reading = {.arena = arena};
    read_all(&reading, object, &description);
    json_decref(object);
    if (reading.wrong)
        return error_set(error, ERROR_PERMANENT, "the parser's answer has no proper \"%s\"", reading.wrong);
    *ret = description;
    return true;
}
