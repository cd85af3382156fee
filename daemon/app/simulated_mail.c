#include "app/simulated_mail.h"

#include <string.h>

#include "mail/address.h"
#include "mail/compose.h"
#include "mail/header.h"
#include "mail/parse.h"

/* ---- Reading ---- */

static bool is_address_character(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || (character && strchr("._%+=-@", character));
}

/* "friends+p..." of the programme's own domain. */
static bool is_partnership_address(const char *address, const char *programme, char separator) {
    const char *own_domain = strchr(programme, '@'), *domain = strchr(address, '@');
    if (!domain || !string_equal_ignore_case(domain, own_domain))
        return false;
    size_t own_length = separator ? (size_t)(own_domain - programme) + 1 : 0;
    return (size_t)(domain - address) > own_length + ADDRESS_SECRET_MIN && address[own_length] == 'p';
}

/* The addresses that an introduction names: the way to the programme, and the first that is not the programme's. */
static void find_addresses(const char *text, const char *programme, char separator, struct arena *arena,
                           struct simulated_reading *reading) {
    const char *own_domain = strchr(programme, '@');
    for (const char *at = strchr(text, '@'); at; at = strchr(at + 1, '@')) {
        const char *from = at, *until = at + 1;
        while (from > text && is_address_character(from[-1]))
            from--;
        while (is_address_character(*until))
            until++;
        while (until > at && strchr("._-", until[-1]))
            until--;
        if (from == at || until <= at + 1)
            continue;
        char *address = arena_copy_bytes(arena, from, (size_t)(until - from));
        if (is_partnership_address(address, programme, separator))
            reading->partnership = address;
        else if (!*reading->partner && !string_equal_ignore_case(strchr(address, '@'), own_domain))
            reading->partner = address;
    }
}

static bool has_line_beginning(const char *text, const char *beginning) {
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (string_starts_with(line + strspn(line, " "), beginning))
            return true;
    }
    return false;
}

/* "<mailto:friends+u...@example.org>" */
static const char *pause_address(const struct message *message, struct arena *arena) {
    const char *value = message_header(message, "List-Unsubscribe");
    const char *begin = value ? strstr(value, "<mailto:") : NULL;
    if (!begin)
        return "";
    begin += strlen("<mailto:");
    return arena_copy_bytes(arena, begin, strcspn(begin, ">?"));
}

static const char *first_address(const struct message_address *addresses, size_t count) {
    return count ? addresses[0].address : "";
}

bool simulated_mail_read(const char *bytes, size_t length, const char *programme, char separator, struct arena *arena,
                         struct simulated_reading *ret) {
    struct message message;
    struct error error = ERROR_INIT;
    if (!message_parse(bytes, length, arena, &message, &error))
        return false;
    const struct message_part *part = message_find_part(&message.root, "text", "plain");
    *ret = (struct simulated_reading){
        .from_programme = message_header(&message, COMPOSE_LOOP_HEADER) != NULL,
        .from_name = message.from_count ? message.from[0].name : "",
        .from = first_address(message.from, message.from_count),
        .cc = first_address(message.cc, message.cc_count),
        .message_id = message.message_id,
        .subject = message.subject,
        .text = part && part->text ? part->text : "",
        .date = message.date,
        .pause = pause_address(&message, arena),
        .partner = "",
        .partnership = "",
    };
    ret->reply_to = message.reply_to_count ? message.reply_to[0].address : ret->from;
    if (!ret->from_programme)
        return true;
    ret->asks = has_line_beginning(ret->text, "1. ") && has_line_beginning(ret->text, "4. ");
    ret->writes_first = strstr(ret->text, "You write first") != NULL;
    find_addresses(ret->text, programme, separator, arena, ret);
    return true;
}

/* ---- Writing ---- */

static void append_quoted(struct text *out, const char *text) {
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        text_append(out, length ? "> " : ">");
        text_append_bytes(out, line, length);
        text_append_char(out, '\n');
        line += length + (line[length] == '\n');
    }
}

static void append_introduction(struct text *out, const struct simulated_mail *mail) {
    char date[HEADER_DATE_SIZE];
    text_append_format(out, "On %s, %s wrote:\n", header_format_date(mail->answers->date, mail->zone_minutes, date),
                       mail->answers->from_name);
}

static void append_html(struct text *out, const char *text) {
    for (; *text; text++) {
        if (*text == '&')
            text_append(out, "&amp;");
        else if (*text == '<')
            text_append(out, "&lt;");
        else if (*text == '\n')
            text_append(out, "<br>\n");
        else
            text_append_char(out, *text);
    }
}

static void append_html_body(struct text *out, const struct simulated_mail *mail) {
    text_append(out, "<html><body><div dir=\"ltr\">");
    append_html(out, mail->text);
    text_append(out, "</div>\n");
    if (mail->answers) {
        text_append(out, "<br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">");
        append_introduction(out, mail);
        text_append(out, "</div><blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex\">\n");
        append_html(out, mail->answers->text);
        text_append(out, "</blockquote></div>\n");
    }
    text_append(out, "</body></html>\n");
}

static void append_body(struct text *out, const struct simulated_mail *mail) {
    if (mail->style == SIMULATED_HTML) {
        append_html_body(out, mail);
        return;
    }
    bool quotes = mail->answers && mail->style != SIMULATED_BARE && !mail->automatic;
    if (quotes && mail->style == SIMULATED_BELOW) {
        append_introduction(out, mail);
        append_quoted(out, mail->answers->text);
        text_append_char(out, '\n');
    }
    text_append_format(out, "%s\n", mail->text);
    if (quotes && mail->style == SIMULATED_ABOVE) {
        text_append_char(out, '\n');
        append_introduction(out, mail);
        append_quoted(out, mail->answers->text);
    }
}

void simulated_mail_write(const struct simulated_mail *mail, struct text *out) {
    header_append_date(out, "Date", mail->date, mail->zone_minutes);
    header_append_mailbox(out, "From", mail->from_name, mail->from);
    header_append_mailbox(out, "To", NULL, mail->to);
    if (!string_is_empty(mail->cc))
        header_append_mailbox(out, "Cc", NULL, mail->cc);
    header_append_unstructured(out, "Subject", mail->subject);
    header_append_identifiers(out, "Message-ID", &mail->message_id, 1);
    if (mail->answers && *mail->answers->message_id) {
        header_append_identifiers(out, "In-Reply-To", &mail->answers->message_id, 1);
        header_append_identifiers(out, "References", &mail->answers->message_id, 1);
    }
    if (mail->automatic)
        header_append_structured(out, "Auto-Submitted", "auto-replied");
    text_append(out, "MIME-Version: 1.0\r\n");
    text_append_format(out,
                       "Content-Type: text/%s; charset=utf-8\r\n"
                       "Content-Transfer-Encoding: 8bit\r\n\r\n",
                       mail->style == SIMULATED_HTML ? "html" : "plain");
    auto_text body = TEXT_EMPTY;
    append_body(&body, mail);
    for (size_t i = 0; i < body.length; i++) {
        if (body.bytes[i] == '\n')
            text_append_char(out, '\r');
        if (body.bytes[i] != '\r')
            text_append_char(out, body.bytes[i]);
    }
}
