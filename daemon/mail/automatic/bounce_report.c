#include "mail/automatic/bounce_report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mail/terms.h"

enum { VALUE_MAX = 4096 };

struct description_bounce bounce_report_failed(const char *recipient, const char *diagnostic) {
    return (struct description_bounce){
        .recipient = recipient, .action = "failed", .status = "", .diagnostic = diagnostic, .message_id = ""};
}

enum field { FINAL_RECIPIENT, ORIGINAL_RECIPIENT, ACTUAL_RECIPIENT, ACTION, STATUS, DIAGNOSTIC, FIELD_COUNT };

static const char *const names[FIELD_COUNT] = {
    [FINAL_RECIPIENT] = "Final-Recipient",
    [ORIGINAL_RECIPIENT] = "Original-Recipient",
    [ACTUAL_RECIPIENT] = "X-Actual-Recipient",
    [ACTION] = "Action",
    [STATUS] = "Status",
    [DIAGNOSTIC] = "Diagnostic-Code",
};

/* The field whose name and colon begin LINE; FIELD_COUNT for any other. */
static enum field field_of(const char *line, size_t length) {
    for (enum field field = FINAL_RECIPIENT; field < FIELD_COUNT; field++) {
        size_t name_length = strlen(names[field]), rest = name_length;
        if (length <= name_length || strncasecmp(line, names[field], name_length) != 0)
            continue;
        while (rest < length && (line[rest] == ' ' || line[rest] == '\t'))
            rest++;
        if (rest < length && line[rest] == ':')
            return field;
    }
    return FIELD_COUNT;
}

/* What follows the type in `smtp; 550 no such user`; without a type, all of it. */
static const char *typed_value(const char *value) {
    size_t type = strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
    size_t space = strspn(value + type, " \t");
    if (type && value[type + space] == ';')
        value += type + space + 1;
    return value + strspn(value, " \t");
}

static char *printable(const char *value, struct arena *arena) {
    auto_text out = TEXT_EMPTY;
    text_append_printable(&out, value);
    return arena_copy_string(arena, text_string(&out));
}

/* RFC 6533's "\x{fc}" in place of what is not ASCII; anything else as it stands. */
static char *decode_utf8(const char *value, struct arena *arena) {
    auto_text out = TEXT_EMPTY;
    while (*value) {
        char *end;
        unsigned long codepoint = string_starts_with(value, "\\x{") ? strtoul(value + 3, &end, 16) : 0;
        if (codepoint >= 0x80 && codepoint <= 0x10FFFF && *end == '}') {
            text_append_codepoint(&out, (uint32_t)codepoint);
            value = end + 1;
        } else {
            text_append_char(&out, *value++);
        }
    }
    return printable(text_string(&out), arena);
}

/* The Internet address in an X.400 address ("/dda:SMTP=anna(a)example.org/C=de/", RFC 2156 section 4.1.1.3), in
 * Exchange's capsule ("IMCEASMTP-anna+40example+2Eorg@gate.example.org"), or behind a route
 * ("@gate.example.org:anna@example.org", RFC 5321 appendix C). */
static char *unwrap(char *address, struct arena *arena) {
    static const char *const kinds[] = {"smtp=", "rfc-822=", "rfc822="};
    char *capsule = strcasestr(address, "imceasmtp-"), *start = NULL;
    for (size_t i = 0; i < COUNT_OF(kinds) && !start; i++)
        if ((start = strcasestr(address, kinds[i])))
            start += strlen(kinds[i]);
    auto_text out = TEXT_EMPTY;
    for (const char *at = start; at && *at && !strchr(";/ ", *at);) {
        bool sign = string_starts_with_ignore_case(at, "(a)");
        text_append_char(&out, sign ? '@' : *at);
        at += sign ? 3 : 1;
    }
    for (char *at = capsule ? capsule + strlen("imceasmtp-") : NULL, *end; at && *at && *at != '@';) {
        char digits[3] = {at[0] == '+' ? at[1] : '\0', at[0] == '+' && at[1] ? at[2] : '\0', '\0'};
        unsigned long code = strtoul(digits, &end, 16);
        bool coded = strlen(digits) == 2 && !*end && code > ' ' && code < 0x7F;
        text_append_char(&out, coded ? (char)code : *at);
        at += coded ? 3 : 1;
    }
    if (out.length)
        return arena_copy_string(arena, text_string(&out));
    char *route = strpbrk(address, "<@");
    route = route && *route == '<' ? route + 1 : route;
    if (route && *route == '@' && strchr(route, ':') && (route == address || route[-1] == '<'))
        return strrchr(address, ':') + 1;
    return address;
}

const char *bounce_report_address(const char *value, struct arena *arena) {
    char *address = decode_utf8(typed_value(value), arena);
    string_trim(address);
    address = unwrap(address, arena);
    /* "anna@example.org (Anna)" */
    char *comment = strstr(address, " (");
    if (comment && string_ends_with(comment, ")") && *address != '"')
        *comment = '\0';
    string_trim(address);
    size_t length = strlen(address);
    if (length > 1 && address[length - 1] == '>' && !strchr(address, '<'))
        address[--length] = '\0';
    char *open = strchr(address, '<'), *close = open ? strchr(open, '>') : NULL;
    if (close) {
        *close = '\0';
        address = open + 1;
    } else if (length > 1 && (*address == '"' || *address == '\'') && address[length - 1] == *address) {
        address[length - 1] = '\0';
        address++;
    }
    if (strncasecmp(address, "smtp:", 5) == 0)
        address += 5;
    char *at = strrchr(address, '@');
    if (!at || at == address || !at[1] || strpbrk(address, "; \t,/") > at || strpbrk(at, " \t/"))
        return "";
    string_lower_ascii(at);
    return address;
}

static size_t add(char *values[FIELD_COUNT], struct description_bounce *ret, size_t count, struct arena *arena) {
    if ((!values[FINAL_RECIPIENT] && !values[ORIGINAL_RECIPIENT]) || count >= BOUNCE_RECIPIENTS_MAX)
        return count;
    const char *recipient = "";
    static const enum field by_worth[] = {FINAL_RECIPIENT, ORIGINAL_RECIPIENT, ACTUAL_RECIPIENT};
    for (size_t i = 0; i < COUNT_OF(by_worth) && !*recipient; i++)
        if (values[by_worth[i]])
            recipient = bounce_report_address(values[by_worth[i]], arena);
    for (size_t i = 0; i < count; i++)
        if (string_equal_ignore_case(ret[i].recipient, recipient))
            return count;
    static const char *const actions[] = {"failed", "delayed", "delivered", "relayed", "expanded"};
    const char *action = "failed";
    for (size_t i = 0; i < COUNT_OF(actions) && values[ACTION]; i++)
        if (string_starts_with_ignore_case(values[ACTION], actions[i]))
            action = actions[i];
    char *status = values[STATUS] ? values[STATUS] : arena_copy_string(arena, "");
    status[strspn(status, "0123456789.")] = '\0';
    ret[count] = (struct description_bounce){
        .recipient = recipient,
        .action = action,
        .status = status,
        .diagnostic = values[DIAGNOSTIC] ? printable(typed_value(values[DIAGNOSTIC]), arena) : "",
        .message_id = "",
    };
    return count + 1;
}

size_t bounce_report_read(const char *text, struct description_bounce *ret, size_t count, struct arena *arena) {
    char *values[FIELD_COUNT] = {0};
    auto_text value = TEXT_EMPTY;
    enum field open = FIELD_COUNT;
    for (bool ended = false; !ended;) {
        size_t length = 0;
        const char *line = string_next_line(&text, &length);
        ended = !line;
        line = line ? line : "";
        bool blank = strspn(line, " \t\r") >= length, folded = !blank && (*line == ' ' || *line == '\t');
        if (open != FIELD_COUNT && !folded) {
            values[open] = arena_copy_string(arena, text_string(&value));
            string_trim(values[open]);
            open = FIELD_COUNT;
        }
        enum field field = folded && open != FIELD_COUNT ? FIELD_COUNT : field_of(line, length);
        /* Some systems leave the blank line between the groups out. */
        if (blank || (field == FINAL_RECIPIENT && values[FINAL_RECIPIENT])) {
            count = add(values, ret, count, arena);
            memset(values, 0, sizeof values);
        }
        if (field != FIELD_COUNT && !values[field]) {
            open = field;
            text_clear(&value);
            const char *colon = memchr(line, ':', length);
            text_append_bytes(&value, colon + 1, (size_t)(line + length - colon) - 1);
        } else if (folded && open != FIELD_COUNT && value.length < VALUE_MAX) {
            text_append_char(&value, ' ');
            text_append_bytes(&value, line, length);
        }
    }
    return count;
}

/* ---- Amazon SES ---- */

static const char *string_member(const json_t *object, const char *name, struct arena *arena) {
    const char *value = json_string_value(json_object_get(object, name));
    return value ? printable(value, arena) : "";
}

/* The code of RFC 3463 for SES's own words, which may stand there alone: "Permanent" and "NoEmail". */
static const char *status_of(const json_t *bounce, struct arena *arena) {
    static const struct {
        const char *detail, *subtypes;
    } details[] = {{"1.1", "NoEmail|Suppressed|OnAccountSuppressionList"},
                   {"2.2", "MailboxFull"},
                   {"3.4", "MessageTooLarge"},
                   {"6.0", "ContentRejected|AttachmentRejected"}};
    const char *type = json_string_value(json_object_get(bounce, "bounceType"));
    const char *subtype = json_string_value(json_object_get(bounce, "bounceSubType")), *detail = "0.0";
    if (!string_equal(type, "Permanent") && !string_equal(type, "Transient"))
        return "";
    for (size_t i = 0; i < COUNT_OF(details); i++)
        if (subtype && terms_are(subtype, details[i].subtypes))
            detail = details[i].detail;
    return arena_format(arena, "%d.%s", *type == 'P' ? 5 : 4, detail);
}

static size_t add_notified(const json_t *list, const char *action, const char *status, const char *message_id,
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

enum bounce_report_kind bounce_report_read_notification(const char *text, struct description_bounce *ret,
                                                        size_t *ret_count, struct arena *arena) {
    text += strspn(text, " \t\r\n");
    if (*text != '{' || (!strstr(text, "notificationType") && !strstr(text, "eventType")))
        return BOUNCE_REPORT_NONE;
    json_t *object = load(text, arena);
    enum bounce_report_kind kind = BOUNCE_REPORT_NONE;
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
        *ret_count = add_notified(bounced, "failed", status, message_id_of(mail, arena), ret, arena);
        kind = BOUNCE_REPORT_BOUNCE;
    } else if (string_equal(type, "Complaint") && complained) {
        const char *feedback = json_string_value(json_object_get(complaint, "complaintFeedbackType"));
        const char *action = string_equal(feedback, "not-spam") ? "not-spam" : "";
        *ret_count = add_notified(complained, action, "", message_id_of(mail, arena), ret, arena);
        kind = BOUNCE_REPORT_COMPLAINT;
    } else if (string_equal(type, "Delivery") && mail) {
        *ret_count =
            add_notified(json_object_get(mail, "destination"), "delivered", "", message_id_of(mail, arena), ret, arena);
        kind = BOUNCE_REPORT_BOUNCE;
    }
    json_decref(object);
    return kind;
}
