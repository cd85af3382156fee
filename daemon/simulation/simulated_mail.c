#include "simulation/simulated_mail.h"

#include <string.h>

#include "mail/compose.h"
#include "mail/html/html_text.h"
#include "mail/message/address.h"
#include "mail/message/header.h"
#include "mail/message/parse.h"

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

const char *simulated_mail_question(const char *text, size_t number) {
    auto_text start = TEXT_EMPTY;
    text_append_format(&start, "\n*%zu. ", number);
    const char *found = strstr(text, text_string(&start));
    return found ? found + 1 : NULL;
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

/* What a reader sees: the plain part, else the HTML. */
static const char *visible_text(const struct message *message, struct arena *arena) {
    const struct message_part *plain = message_find_part(&message->root, "text", "plain"),
                              *html = message_find_part(&message->root, "text", "html");
    const char *warning;
    if (plain && plain->text)
        return plain->text;
    const char *text = html && html->text ? html_text_convert(html->text, strlen(html->text), arena, &warning) : "";
    return text + strspn(text, "\n");
}

bool simulated_mail_read(const char *bytes, size_t length, const char *programme, char separator, struct arena *arena,
                         struct simulated_reading *ret) {
    struct message message;
    struct error error = ERROR_INIT;
    if (!message_parse(bytes, length, arena, &message, &error))
        return false;
    bool passed = message_header(&message, COMPOSE_LOOP_HEADER) != NULL;
    *ret = (struct simulated_reading){
        .from_name = message.from_count ? message.from[0].name : "",
        .from = first_address(message.from, message.from_count),
        .cc = first_address(message.cc, message.cc_count),
        .message_id = message.message_id,
        .subject = message.subject,
        .text = visible_text(&message, arena),
        .date = message.date,
        .automatic = message_header(&message, "Auto-Submitted") != NULL,
        .pause = pause_address(&message, arena),
        .partnership = "",
        .partner = "",
    };
    ret->reply_to = message.reply_to_count ? message.reply_to[0].address : ret->from;
    ret->letter = passed && is_partnership_address(ret->from, programme, separator);
    ret->from_programme = passed && !ret->letter;
    if (!ret->from_programme)
        return true;
    find_addresses(ret->text, programme, separator, arena, ret);
    if (is_partnership_address(ret->reply_to, programme, separator))
        ret->partnership = ret->reply_to;
    return true;
}

/* ---- Writing ---- */

/* What somebody quoted, and the line that introduces it. */
static bool is_older(const char *line, size_t length) {
    const char *next = line + length + (line[length] == '\n');
    return *line == '>' || (length > 0 && line[length - 1] == ':' && *next == '>');
}

/* Up to UNTIL (NULL: all); what had been quoted before is cut off, as tidy people do. */
static void append_quoted(struct text *out, const char *text, const char *until) {
    for (const char *line = text; *line && line != until;) {
        size_t length = strcspn(line, "\n");
        if (!is_older(line, length)) {
            text_append(out, length ? "> " : ">");
            text_append_bytes(out, line, length);
            text_append_char(out, '\n');
        }
        line += length + (line[length] == '\n');
    }
}

static void append_attribution(struct text *out, const struct simulated_mail *mail) {
    auto_arena arena = arena_new();
    const struct simulated_reading *quoted = mail->answers;
    text_append_format(out, "%s\n",
                       simulated_words_attribution(mail->language, quoted->date, mail->zone_minutes, quoted->from_name,
                                                   quoted->from, arena));
}

/* Behind the form's question NUMBER and its options, or behind the line that begins with NUMBER; else the first
 * paragraph. */
static const char *find_place(const char *text, int number) {
    const char *question = number > 0 ? simulated_mail_question(text, (size_t)number) : NULL;
    for (const char *line = text; number > 0 && !question && *line; line += *line == '\n') {
        bool found = line[0] == '0' + number && line[1] == '.';
        line += strcspn(line, "\n");
        if (found)
            return line + (*line == '\n');
    }
    const char *begin = question ? question : text, *paragraph = strstr(begin, "\n\n");
    return paragraph ? paragraph + 1 : begin + strlen(begin);
}

static void append_inline(struct text *out, const struct simulated_mail *mail) {
    const struct simulated_insertion alone = {mail->answers_line, mail->text};
    const struct simulated_insertion *insertions = mail->insertion_count ? mail->insertions : &alone;
    const char *at = mail->answers->text;
    append_attribution(out, mail);
    for (size_t i = 0; i < (mail->insertion_count ? mail->insertion_count : 1); i++) {
        const char *place = find_place(mail->answers->text, insertions[i].number);
        append_quoted(out, at, place);
        text_append_format(out, "\n%s\n\n", insertions[i].text);
        at = place;
    }
    append_quoted(out, at, NULL);
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

static void append_html_attribution(struct text *out, const struct simulated_mail *mail) {
    auto_text line = TEXT_EMPTY;
    append_attribution(&line, mail);
    append_html(out, text_string(&line));
}

static void append_html_body(struct text *out, const struct simulated_mail *mail) {
    text_append(out, "<html><body><div dir=\"ltr\">");
    append_html(out, mail->text);
    text_append(out, "</div>\n");
    if (mail->answers) {
        text_append(out, "<br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">");
        append_html_attribution(out, mail);
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
    bool quotes = mail->answers && !mail->automatic && *mail->answers->text;
    switch (quotes ? mail->style : SIMULATED_BARE) {
    case SIMULATED_ABOVE:
        text_append_format(out, "%s\n\n", mail->text);
        append_attribution(out, mail);
        append_quoted(out, mail->answers->text, NULL);
        break;
    case SIMULATED_BELOW:
        append_attribution(out, mail);
        append_quoted(out, mail->answers->text, NULL);
        text_append_format(out, "\n%s\n", mail->text);
        break;
    case SIMULATED_INLINE:
        append_inline(out, mail);
        break;
    case SIMULATED_BARE:
    case SIMULATED_HTML:
    case SIMULATED_STYLES:
        text_append_format(out, "%s\n", mail->text);
        break;
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
