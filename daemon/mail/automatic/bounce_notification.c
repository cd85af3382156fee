#include "mail/automatic/bounce_notification.h"

#include <jansson.h>
#include <string.h>

#include "base/text.h"

static const char *string_member(const json_t *object, const char *name, struct arena *arena) {
    auto_text out = TEXT_EMPTY;
    const char *value = json_string_value(json_object_get(object, name));
    if (value)
        text_append_printable(&out, value);
    return arena_copy_string(arena, text_string(&out));
}

/* The code of RFC 3463 for SES's own words, which may stand there alone: "Permanent" and "NoEmail". */
static const char *status_of(const json_t *bounce, struct arena *arena) {
    static const struct {
        const char *subtype, *detail;
    } details[] = {{"NoEmail", "1.1"},           {"Suppressed", "1.1"},      {"OnAccountSuppressionList", "1.1"},
                   {"MailboxFull", "2.2"},       {"MessageTooLarge", "3.4"}, {"ContentRejected", "6.0"},
                   {"AttachmentRejected", "6.0"}};
    const char *type = json_string_value(json_object_get(bounce, "bounceType"));
    const char *subtype = json_string_value(json_object_get(bounce, "bounceSubType")), *detail = "0.0";
    if (!string_equal(type, "Permanent") && !string_equal(type, "Transient"))
        return "";
    for (size_t i = 0; i < COUNT_OF(details); i++)
        if (string_equal(subtype, details[i].subtype))
            detail = details[i].detail;
    return arena_format(arena, "%d.%s", *type == 'P' ? 5 : 4, detail);
}

static size_t add_all(const json_t *list, const char *action, const char *status, const char *message_id,
                      struct description_bounce *ret, struct arena *arena) {
    size_t count = 0, index;
    json_t *one;
    json_array_foreach(list, index, one) {
        if (count >= BOUNCE_RECIPIENTS_MAX)
            break;
        const char *plain = json_string_value(one);
        const char *address = plain ? plain : json_string_value(json_object_get(one, "emailAddress"));
        const char *diagnostic = string_member(one, "diagnosticCode", arena);
        const char *said = string_starts_with(diagnostic, "smtp; ") ? diagnostic + 6 : diagnostic;
        const char *acted = json_string_value(json_object_get(one, "action")),
                   *own = string_member(one, "status", arena);
        ret[count++] = (struct description_bounce){
            .recipient = bounce_report_address(address ? address : "", arena),
            .action = string_equal(acted, "delayed") ? "delayed" : action,
            .status = *own ? own : status,
            .diagnostic = said,
            .message_id = message_id,
        };
    }
    return count;
}

/* The Message-ID that the mail left us with: SES lists it among the header fields. */
static const char *message_id_of(const json_t *mail, struct arena *arena) {
    size_t index;
    json_t *header;
    json_array_foreach(json_object_get(mail, "headers"), index, header) {
        if (string_equal_ignore_case(json_string_value(json_object_get(header, "name")), "Message-ID"))
            return string_member(header, "value", arena);
    }
    return string_member(json_object_get(mail, "commonHeaders"), "messageId", arena);
}

/* JSON has no line breaks in its strings: any that stand there are transport's, "!\n " where sendmail cut a long line.
 */
static const char *join_lines(const char *text, struct arena *arena) {
    auto_text out = TEXT_EMPTY;
    while (*text) {
        size_t length = strcspn(text, "!\n");
        text_append_bytes(&out, text, length);
        text += length;
        if (string_starts_with(text, "!\n "))
            text += 3;
        else if (*text == '\n')
            text++;
        else if (*text)
            text_append_char(&out, *text++);
    }
    return arena_copy_string(arena, text_string(&out));
}

/* The notification in TEXT; NULL where there is none. SNS may wrap it into an object of its own, as a string. */
static json_t *load(const char *text, struct arena *arena) {
    json_t *object = json_loads(join_lines(text, arena), JSON_DISABLE_EOF_CHECK, NULL);
    const char *wrapped = json_string_value(json_object_get(object, "Message"));
    if (!wrapped)
        return object;
    json_t *inner = json_loads(wrapped, 0, NULL);
    json_decref(object);
    return inner;
}

enum bounce_notification_kind bounce_notification_read(const char *text, struct description_bounce *ret,
                                                       size_t *ret_count, struct arena *arena) {
    text += strspn(text, " \t\r\n");
    if (*text != '{' || (!strstr(text, "notificationType") && !strstr(text, "eventType")))
        return BOUNCE_NOTIFICATION_NONE;
    json_t *object = load(text, arena);
    enum bounce_notification_kind kind = BOUNCE_NOTIFICATION_NONE;
    /* Notifications of an identity and of a configuration set name their type differently. */
    const char *type = json_string_value(json_object_get(object, "notificationType"));
    if (!type)
        type = json_string_value(json_object_get(object, "eventType"));
    const json_t *mail = json_object_get(object, "mail"), *bounce = json_object_get(object, "bounce");
    const json_t *bounced = json_object_get(bounce, "bouncedRecipients"),
                 *complaint = json_object_get(object, "complaint");
    const json_t *complained = json_object_get(complaint, "complainedRecipients");
    if (string_equal(type, "Bounce") && bounced) {
        const char *status = status_of(bounce, arena);
        *ret_count = add_all(bounced, "failed", status, message_id_of(mail, arena), ret, arena);
        kind = BOUNCE_NOTIFICATION_BOUNCE;
    } else if (string_equal(type, "Complaint") && complained) {
        const char *feedback = json_string_value(json_object_get(complaint, "complaintFeedbackType"));
        const char *action = string_equal(feedback, "not-spam") ? "not-spam" : "";
        *ret_count = add_all(complained, action, "", message_id_of(mail, arena), ret, arena);
        kind = BOUNCE_NOTIFICATION_COMPLAINT;
    } else if (string_equal(type, "Delivery") && mail) {
        *ret_count =
            add_all(json_object_get(mail, "destination"), "delivered", "", message_id_of(mail, arena), ret, arena);
        kind = BOUNCE_NOTIFICATION_BOUNCE;
    }
    json_decref(object);
    return kind;
}
