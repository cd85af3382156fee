#include "mail/automatic/bounce_report.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { VALUE_MAX = 4096 };

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
        if (strncasecmp(values[ACTION], actions[i], strlen(actions[i])) == 0)
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
    struct text value = TEXT_EMPTY;
    enum field open = FIELD_COUNT;
    for (const char *line = text;;) {
        size_t length = strcspn(line, "\n");
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
        if (!line[length])
            break;
        line += length + 1;
    }
    if (open != FIELD_COUNT) {
        values[open] = arena_copy_string(arena, text_string(&value));
        string_trim(values[open]);
    }
    count = add(values, ret, count, arena);
    text_free(&value);
    return count;
}
