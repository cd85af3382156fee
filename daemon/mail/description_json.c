#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "mail/description.h"
#include "mail/message/address.h"

enum { LIST_MAX = 1000, STRING_MAX = 1048576, HASH_LENGTH = 64 };

/* Each function below that takes it passes on a member of OBJECT: to the JSON, or back from there, checked. */
struct exchange {
    bool writing;
    struct arena *arena;
    const char *wrong; /* reading: the first member that is not what it must be */
};

static void must(struct exchange *exchange, bool good, const char *name) {
    if (!good && !exchange->writing && !exchange->wrong)
        exchange->wrong = name;
}

/* ---- Strings ---- */

/* Nearly everything ends in a header, a log or a table's row, where a line break would begin something new. */
static const char no_breaks[] = "\r\n", lf_only[] = "\r";

/* jansson refuses what is not UTF-8: nothing a mail holds may make the whole answer vanish. */
static json_t *write_string(const char *string) {
    json_t *value = string ? json_string(string) : json_null();
    if (value || !string)
        return value;
    auto_text repaired = TEXT_EMPTY;
    size_t length = strlen(string);
    for (size_t i = 0; i < length;)
        text_append_codepoint(&repaired, utf8_next(string, length, &i));
    return json_string(text_string(&repaired));
}

static const char *read_string(struct exchange *exchange, const json_t *value, const char *name,
                               const char *forbidden) {
    const char *string = json_string_value(value);
    bool good = string && json_string_length(value) <= STRING_MAX && !strpbrk(string, forbidden);
    must(exchange, good, name);
    return good ? arena_copy_bytes(exchange->arena, string, json_string_length(value)) : "";
}

static void text(struct exchange *exchange, json_t *object, const char *name, const char **string,
                 const char *forbidden) {
    if (exchange->writing)
        json_object_set_new(object, name, write_string(*string));
    else
        *string = read_string(exchange, json_object_get(object, name), name, forbidden);
}

static void line(struct exchange *exchange, json_t *object, const char *name, const char **string) {
    text(exchange, object, name, string, no_breaks);
}

static void line_or_null(struct exchange *exchange, json_t *object, const char *name, const char **string) {
    if (exchange->writing || !json_is_null(json_object_get(object, name)))
        line(exchange, object, name, string);
}

static void lines(struct exchange *exchange, json_t *object, const char *name, const char ***list, size_t *count) {
    json_t *array = exchange->writing ? json_array() : json_object_get(object, name);
    if (exchange->writing) {
        for (size_t i = 0; i < *count; i++)
            json_array_append_new(array, write_string((*list)[i]));
        json_object_set_new(object, name, array);
        return;
    }
    must(exchange, json_is_array(array) && json_array_size(array) <= LIST_MAX, name);
    *count = exchange->wrong ? 0 : json_array_size(array);
    *list = arena_take_array(exchange->arena, *count, sizeof **list);
    for (size_t i = 0; i < *count; i++)
        (*list)[i] = read_string(exchange, json_array_get(array, i), name, no_breaks);
}

/* ---- Other values ---- */

static void boolean(struct exchange *exchange, json_t *object, const char *name, bool *value) {
    if (exchange->writing)
        json_object_set_new(object, name, json_boolean(*value));
    must(exchange, json_is_boolean(json_object_get(object, name)), name);
    *value = json_is_true(json_object_get(object, name));
}

static void size(struct exchange *exchange, json_t *object, const char *name, size_t *value) {
    if (exchange->writing)
        json_object_set_new(object, name, json_integer((json_int_t)*value));
    must(exchange, json_is_integer(json_object_get(object, name)), name);
    json_int_t read = json_integer_value(json_object_get(object, name));
    *value = read > 0 ? (size_t)read : 0;
}

static void kind(struct exchange *exchange, json_t *object, const char *name, enum mail_kind *value) {
    const char *word = exchange->writing ? mail_kind_name(*value) : "";
    line(exchange, object, name, &word);
    for (*value = MAIL_HUMAN; *value < MAIL_UNREADABLE && !string_equal(word, mail_kind_name(*value));)
        ++*value;
    must(exchange, string_equal(word, mail_kind_name(*value)), name);
}

/* Read is only what was written: what comes out the same when it is written again. */
static void date(struct exchange *exchange, json_t *object, const char *name, int64_t *value) {
    struct tm moment = {0};
    char buffer[32];
    const char *word = exchange->writing && *value ? clock_format_utc(*value, buffer, sizeof buffer) : NULL;
    line_or_null(exchange, object, name, &word);
    if (exchange->writing || !word)
        return;
    int fields = sscanf(word, "%4d-%2d-%2dT%2d:%2d:%2dZ", &moment.tm_year, &moment.tm_mon, &moment.tm_mday,
                        &moment.tm_hour, &moment.tm_min, &moment.tm_sec);
    moment.tm_year -= 1900;
    moment.tm_mon -= 1;
    *value = fields == 6 ? (int64_t)timegm(&moment) : 0;
    must(exchange, *value > 0 && string_equal(clock_format_utc(*value, buffer, sizeof buffer), word), name);
}

/* The object that is the member NAME: PRESENT, or else null, when it is written; NULL where it is null or no object. */
static json_t *inner(struct exchange *exchange, json_t *object, const char *name, bool present, bool null_allowed) {
    if (exchange->writing)
        json_object_set_new(object, name, present ? json_object() : json_null());
    json_t *value = json_object_get(object, name);
    must(exchange, json_is_object(value) || (null_allowed && json_is_null(value)), name);
    return json_is_object(value) ? value : NULL;
}

/* LIST points to the pointer to the first of COUNT items of ITEM_SIZE bytes, EACH of which passes its members on. */
static void objects(struct exchange *exchange, json_t *object, const char *name, void *list, size_t *count,
                    size_t item_size, void (*each)(struct exchange *, json_t *, void *)) {
    char *items;
    if (exchange->writing)
        json_object_set_new(object, name, json_array());
    json_t *array = json_object_get(object, name);
    must(exchange, json_is_array(array) && json_array_size(array) <= LIST_MAX, name);
    if (!exchange->writing) {
        *count = exchange->wrong ? 0 : json_array_size(array);
        items = arena_take_array(exchange->arena, *count, item_size);
        memcpy(list, &items, sizeof items);
    }
    memcpy(&items, list, sizeof items);
    for (size_t i = 0; i < *count; i++) {
        if (exchange->writing)
            json_array_append_new(array, json_object());
        each(exchange, json_array_get(array, i), items + i * item_size);
    }
}

/* ---- What is told ---- */

static void address(struct exchange *exchange, json_t *object, void *item) {
    struct description_address *address = item;
    line(exchange, object, "name", &address->name);
    line(exchange, object, "address", &address->address);
}

static void bounce(struct exchange *exchange, json_t *object, void *item) {
    struct description_bounce *bounce = item;
    line(exchange, object, "recipient", &bounce->recipient);
    line(exchange, object, "action", &bounce->action);
    line(exchange, object, "status", &bounce->status);
    boolean(exchange, object, "permanent", &bounce->permanent);
    boolean(exchange, object, "address_dead", &bounce->address_dead);
    line(exchange, object, "diagnostic", &bounce->diagnostic);
    line(exchange, object, "message_id", &bounce->message_id);
}

static void part(struct exchange *exchange, json_t *object, void *item) {
    struct description_part *part = item;
    line(exchange, object, "type", &part->type);
    line_or_null(exchange, object, "charset", &part->charset);
    size(exchange, object, "bytes", &part->bytes);
    line_or_null(exchange, object, "filename", &part->filename);
}

static bool consists_of(const char *string, const char *characters, size_t least, size_t most) {
    size_t length = string ? strlen(string) : 0;
    return length >= least && length <= most && strspn(string, characters) == length;
}

static void tag(struct exchange *exchange, json_t *object, struct description *description) {
    const char *purpose = (const char[]){description->tag_purpose, '\0'};
    if (!(object = inner(exchange, object, "tag", description->has_tag, true)))
        return;
    line(exchange, object, "purpose", &purpose);
    line(exchange, object, "secret", &description->tag_secret);
    description->tag_purpose = *purpose;
    description->has_tag = true;
    must(exchange, strlen(purpose) == 1 && strchr("rbpu", *purpose), "tag");
    must(exchange,
         consists_of(description->tag_secret, "abcdefghijklmnopqrstuvwxyz234567", ADDRESS_SECRET_MIN,
                     ADDRESS_SECRET_MAX),
         "tag");
}

static void authentication(struct exchange *exchange, json_t *object, struct description *description) {
    if (!(object = inner(exchange, object, "authentication", description->authserv_id, true)))
        return;
    line(exchange, object, "authserv_id", &description->authserv_id);
    line(exchange, object, "dmarc", &description->dmarc);
    const char *dmarc = description->dmarc;
    must(exchange, string_equal(dmarc, "pass") || string_equal(dmarc, "fail") || string_equal(dmarc, "none"), "dmarc");
}

static void calendar(struct exchange *exchange, json_t *object, struct description_calendar *calendar) {
    if (!(object = inner(exchange, object, "calendar", calendar->uid, true)))
        return;
    line(exchange, object, "uid", &calendar->uid);
    size(exchange, object, "sequence", &calendar->sequence);
    size(exchange, object, "answer", &calendar->answer);
    must(exchange, calendar->answer >= 1 && calendar->answer <= 3 && calendar->sequence <= INT32_MAX, "calendar");
}

static bool is_day(const char *day) {
    static const char form[] = "0000-00-00";
    bool good = strlen(day) == strlen(form);
    for (size_t i = 0; good && form[i]; i++)
        good = form[i] == '-' ? day[i] == '-' : ascii_is_digit(day[i]);
    return good;
}

static void all(struct exchange *exchange, json_t *object, struct description *ret) {
    kind(exchange, object, "kind", &ret->kind);
    line(exchange, object, "why", &ret->why);
    json_t *from = inner(exchange, object, "from", true, false);
    if (from)
        address(exchange, from, &ret->from);
    objects(exchange, object, "to", &ret->to, &ret->to_count, sizeof *ret->to, address);
    objects(exchange, object, "cc", &ret->cc, &ret->cc_count, sizeof *ret->cc, address);
    lines(exchange, object, "delivered_to", &ret->delivered_to, &ret->delivered_to_count);
    tag(exchange, object, ret);
    line_or_null(exchange, object, "plain_tag", &ret->plain_tag);
    line(exchange, object, "message_id", &ret->message_id);
    lines(exchange, object, "in_reply_to", &ret->in_reply_to, &ret->in_reply_to_count);
    lines(exchange, object, "references", &ret->references, &ret->references_count);
    line(exchange, object, "subject", &ret->subject);
    date(exchange, object, "date", &ret->date);
    boolean(exchange, object, "null_sender", &ret->null_sender);
    boolean(exchange, object, "through_list", &ret->through_list);
    text(exchange, object, "text", &ret->text, lf_only);
    text(exchange, object, "whole_text", &ret->whole_text, lf_only);
    lines(exchange, object, "answers", &ret->answers, &ret->answer_count);
    objects(exchange, object, "bounce", &ret->bounces, &ret->bounce_count, sizeof *ret->bounces, bounce);
    calendar(exchange, object, &ret->calendar);
    line_or_null(exchange, object, "away_until", &ret->away_until);
    must(exchange, !ret->away_until || is_day(ret->away_until), "away_until");
    authentication(exchange, object, ret);
    objects(exchange, object, "parts", &ret->parts, &ret->part_count, sizeof *ret->parts, part);
    lines(exchange, object, "warnings", &ret->warnings, &ret->warning_count);
    line(exchange, object, "body_hash", &ret->body_hash);
    must(exchange, consists_of(ret->body_hash, "0123456789abcdef", HASH_LENGTH, HASH_LENGTH), "body_hash");
    boolean(exchange, object, "own_message", &ret->own_message);
}

char *description_to_json(const struct description *description, const char *file) {
    struct exchange exchange = {.writing = true};
    struct description written = *description;
    json_t *object = json_object();
    if (file)
        json_object_set_new(object, "file", write_string(file));
    all(&exchange, object, &written);
    char *json = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    require(json);
    return json;
}

bool description_from_json(const char *json, size_t length, struct arena *arena, struct description *ret,
                           struct error *error) {
    json_t *object = json_loadb(json, length, JSON_REJECT_DUPLICATES, NULL);
    struct exchange exchange = {.arena = arena};
    struct description description = {0};
    bool good = json_is_object(object);
    if (good)
        all(&exchange, object, &description);
    json_decref(object);
    if (!good)
        return error_set(error, ERROR_PERMANENT, "the parser's answer is not a JSON object");
    if (exchange.wrong)
        return error_set(error, ERROR_PERMANENT, "the parser's answer has no proper \"%s\"", exchange.wrong);
    *ret = description;
    return true;
}
