#include "mail/automatic/bounce_report.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mail/message/mailbox.h"
#include "mail/terms.h"

enum { LINE_MAX = 998, LINE_LOWERED_MAX = 200 };

/* Lines that announce the returned mail, from many systems: "--- Below this line is a copy of the message." (qmail),
 * "------ This is a copy of the message, including all the headers. ------" (Exim), "----- Original message -----"
 * (Gmail), "--- The header of the original message is following. ---" (GMX, 1&1), "Original message follows." (IMail),
 * "Message headers follow:" (MailEnable, DragonFly), "Original message headers:" (Exchange). They name the message, its
 * header or its text, and are set off by dashes or end in a colon, a stop or "follows". */
static bool announces(const char *line, size_t length) {
    char lower[LINE_LOWERED_MAX];
    size_t before = bytes_span(line, length, " \t|*");
    line += before;
    length = bytes_trim(line, length - before, " \t\r|*");
    if (length < 8 || length >= sizeof lower)
        return false;
    memcpy(lower, line, length);
    lower[length] = '\0';
    string_lower_ascii(lower);
    /* The original, in whatever order a language has it: "mensagem original", "ursprüngliche Nachricht" */
    bool named = terms_contain(lower, "mail|message|messaggio|mensaje|mensagem|nachricht") &&
                 terms_contain(lower, "origin|ursprüngl");
    named =
        named || terms_contain(lower, "copy of the message|copy of your message|message header|returned message|"
                                      "returned mail|unsent message|forwarded message|header of the|message follows");
    named = named && !terms_contain(lower, "message was received|identifier|subject|mts-id|recipient address|please|"
                                           "you can|attached|could not|cannot|did not|transcript");
    return named && (strchr("-=", *lower) || strchr(":-.", lower[length - 1]) ||
                     terms_end(lower, length, "follow|follows|below"));
}

/* A field that only a transported mail has. */
static bool begins_header(const char *line) {
    return strncasecmp(line, "Received:", 9) == 0 || strncasecmp(line, "Return-Path:", 12) == 0;
}

size_t bounce_original_offset(const char *text) {
    size_t length;
    const char *next = text;
    for (const char *line; (line = string_next_line(&next, &length));)
        if (begins_header(line + strspn(line, "> \t")) || announces(line, length))
            return (size_t)(line - text);
    return (size_t)(next - text);
}

/* The header that the mail which came back had: the attached one, searched in all that is no multipart. */
static const char *attached_field(const struct message_part *part, const char *name) {
    for (size_t i = 0; i < part->child_count; i++) {
        const struct message_part *child = &part->children[i];
        const char *value =
            string_equal(part->type, "multipart") ? attached_field(child, name) : message_part_header(child, name);
        if (value && *value)
            return value;
    }
    return NULL;
}

/* The value of field NAME (with its colon) in TEXT from OFFSET on, quoted or indented as it may be. The mail is not
 * parsed: a line of its body could do as well, but there is nothing better to go by. */
static char *written_field(const char *text, const char *name, struct arena *arena) {
    size_t name_length = strlen(name);
    size_t length;
    for (const char *next = text, *line; (line = string_next_line(&next, &length));) {
        const char *start = line + strspn(line, "> \t");
        if (strncasecmp(start, name, name_length) != 0)
            continue;
        auto_text value = TEXT_EMPTY;
        size_t whole = strcspn(start, "\n");
        text_append_bytes(&value, start + name_length, utf8_cut(start, whole, LINE_MAX) - name_length);
        if ((*next == ' ' || *next == '\t') && !strchr(text_string(&value), '>'))
            text_append_bytes(&value, next, utf8_cut(next, strcspn(next, "\n"), LINE_MAX));
        char *copy = arena_copy_string(arena, text_string(&value));
        string_trim(copy);
        return copy;
    }
    return NULL;
}

static const char *first_identifier(const char *value, struct arena *arena) {
    const char **list = NULL;
    size_t count = 0;
    if (value)
        mailbox_parse_identifiers(value, arena, &list, &count);
    return count ? list[0] : "";
}

const char *bounce_original_message_id(const struct message *message, const char *text, struct arena *arena) {
    const char *found = first_identifier(attached_field(&message->root, "Message-ID"), arena);
    size_t offset = bounce_original_offset(text);
    if (!*found)
        found = first_identifier(written_field(text + offset, "Message-ID:", arena), arena);
    if (!*found && offset) /* PMDF lists our header fields in front of its own words */
        found = first_identifier(written_field(text, "Message-ID:", arena), arena);
    if (!*found)
        found = first_identifier(written_field(text, "Message ID:", arena), arena);
    if (!*found && message->in_reply_to_count)
        found = message->in_reply_to[0];
    if (!*found && message->references_count)
        found = message->references[message->references_count - 1];
    return found;
}

const char *bounce_original_recipient(const struct message *message, const char *text, struct arena *arena) {
    const char *to = attached_field(&message->root, "To");
    if (!to)
        to = written_field(text + bounce_original_offset(text), "To:", arena);
    const struct message_address *list = NULL;
    size_t count = 0;
    if (to)
        mailbox_parse_list(to, arena, &list, &count);
    return count == 1 && strchr(list[0].address, '@') ? list[0].address : NULL;
}
