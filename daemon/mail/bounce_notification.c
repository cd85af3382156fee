#include "mail/bounce_notification.h"

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

static size_t add_all(const json_t *list, const char *action, const char *message_id, struct description_bounce *ret,
                      struct arena *arena) {
    size_t count = 0, index;
    json_t *one;
    json_array_foreach(list, index, one) {
        if (count >= BOUNCE_RECIPIENTS_MAX)
            break;
        const char *plain = json_string_value(one);
        const char *address = plain ? plain : json_string_value(json_object_get(one, "emailAddress"));
        const char *diagnostic = string_member(one, "diagnosticCode", arena);
        const char *said = string_starts_with(diagnostic, "smtp; ") ? diagnostic + 6 : diagnostic;
        const char *acted = json_string_value(json_object_get(one, "action"));
        ret[count++] = (struct description_bounce){
            .recipient = bounce_report_address(address ? address : "", arena),
            .action = string_equal(acted, "delayed") ? "delayed" : action,
            .status = string_member(one, "status", arena),
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

enum bounce_notification_kind bounce_notification_read(const char *text, struct description_bounce *ret,
                                                       size_t *ret_count, struct arena *arena) {
    text += strspn(text, " \t\r\n");
    if (*text != '{' || !strstr(text, "\"notificationType\"") || !strstr(text, "\"mail\""))
        return BOUNCE_NOTIFICATION_NONE;
    json_t *object = json_loads(join_lines(text, arena), JSON_DISABLE_EOF_CHECK, NULL);
    enum bounce_notification_kind kind = BOUNCE_NOTIFICATION_NONE;
    const char *type = json_string_value(json_object_get(object, "notificationType"));
    const json_t *mail = json_object_get(object, "mail");
    const json_t *bounced = json_object_get(json_object_get(object, "bounce"), "bouncedRecipients");
    const json_t *complained = json_object_get(json_object_get(object, "complaint"), "complainedRecipients");
    if (string_equal(type, "Bounce") && bounced) {
        *ret_count = add_all(bounced, "failed", message_id_of(mail, arena), ret, arena);
        kind = BOUNCE_NOTIFICATION_BOUNCE;
    } else if (string_equal(type, "Complaint") && complained) {
        *ret_count = add_all(complained, "", message_id_of(mail, arena), ret, arena);
        kind = BOUNCE_NOTIFICATION_COMPLAINT;
    } else if (string_equal(type, "Delivery") && mail) {
        *ret_count = add_all(json_object_get(mail, "destination"), "delivered", message_id_of(mail, arena), ret, arena);
        kind = BOUNCE_NOTIFICATION_BOUNCE;
    }
    json_decref(object);
    return kind;
}
