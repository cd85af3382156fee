#include "mail/compose.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "mail/message/address.h"
#include "mail/message/flowed.h"
#include "mail/message/header.h"
#include "mail/message/transfer.h"

enum { BOUNDARY_SIZE = 27, BASE64_LINE = 57 /* bytes: 76 characters */ };

static bool check_address(const char *what, const char *given, struct error *error) {
    struct address parsed;
    if (!address_parse(given, &parsed, error))
        return error_prefix(error, "%s", what);
    if (parsed.international)
        return error_set(error, ERROR_PERMANENT, "%s: letters beyond ASCII before the @ can't be mailed to", what);
    if (!string_equal(parsed.text, given))
        return error_set(error, ERROR_PERMANENT, "%s: the address is not in its canonical form", what);
    return true;
}

static bool check(const struct compose_message *message, struct error *error) {
    if (!header_is_identifier(message->message_id))
        return error_set(error, ERROR_PERMANENT, "the message has no valid Message-ID");
    return check_address("From", message->from_address, error) && check_address("To", message->to_address, error) &&
           (!message->reply_to || check_address("Reply-To", message->reply_to, error)) &&
           (!message->list_unsubscribe || check_address("List-Unsubscribe", message->list_unsubscribe, error));
}

/* RFC 6068: what a mailto URI's local part can't hold is percent-encoded. */
static void append_unsubscribe(struct text *text, const char *address) {
    auto_text uri = TEXT_EMPTY;
    text_append(&uri, "<mailto:");
    for (const char *at = address; *at; at++) {
        if (ascii_is_letter_or_digit(*at) || strchr("-._~!$'*+@", *at))
            text_append_char(&uri, *at);
        else
            text_append_format(&uri, "%%%02X", (unsigned)*at);
    }
    text_append_char(&uri, '>');
    header_append_structured(text, "List-Unsubscribe", text_string(&uri));
}

static void append_headers(const struct compose_message *message, struct text *text) {
    header_append_date(text, "Date", message->date, message->zone_minutes);
    header_append_mailbox(text, "From", message->from_name, message->from_address);
    header_append_mailbox(text, "To", message->to_name, message->to_address);
    header_append_mailbox(text, "Reply-To", NULL, message->reply_to);
    header_append_unstructured(text, "Subject", message->subject);
    header_append_identifiers(text, "Message-ID", &message->message_id, 1);
    header_append_identifiers(text, "In-Reply-To", &message->in_reply_to, 1);
    header_append_identifiers(text, "References", message->references, message->reference_count);
    header_append_structured(text, "Auto-Submitted", message->auto_submitted);
    header_append_mailbox(text, "List-Id", message->list_name, message->list_id);
    if (message->list_unsubscribe)
        append_unsubscribe(text, message->list_unsubscribe);
    header_append_structured(text, "Content-Language", message->language);
    header_append_structured(text, COMPOSE_LOOP_HEADER, message->programme);
    text_append(text, "MIME-Version: 1.0\r\n");
}

static void append_text_part(struct text *text, const struct text *flowed) {
    bool plain = flowed_fits_7bit(text_string(flowed), flowed->length);
    text_append(text, "Content-Type: text/plain; charset=utf-8; format=flowed\r\n");
    text_append_format(text, "Content-Transfer-Encoding: %s\r\n\r\n", plain ? "7bit" : "quoted-printable");
    (plain ? flowed_append_crlf : flowed_append_quoted_printable)(text, text_string(flowed), flowed->length);
}

static void append_html_part(struct text *text, const char *html) {
    auto_text clean = TEXT_EMPTY;
    flowed_clean(&clean, html);
    text_append(text, "Content-Type: text/html; charset=utf-8\r\n"
                      "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    flowed_append_quoted_printable(text, text_string(&clean), clean.length);
}

/* "=_" never stands in quoted-printable; the text part, which may be bare, is searched. */
static void make_boundary(const char *message_id, const struct text *flowed, char boundary[BOUNDARY_SIZE]) {
    char hash[HASH_HEX_SIZE];
    hash_sha256_hex(message_id, strlen(message_id), hash);
    do {
        snprintf(boundary, BOUNDARY_SIZE, "=_%.24s", hash);
        hash_sha256_hex(hash, strlen(hash), hash);
    } while (flowed->length > 0 && memmem(flowed->bytes, flowed->length, boundary, strlen(boundary)));
}

static void append_base64(struct text *text, const char *bytes, size_t length) {
    for (size_t at = 0; at < length; at += BASE64_LINE) {
        size_t left = length - at;
        transfer_append_base64(text, bytes + at, left < BASE64_LINE ? left : BASE64_LINE);
        text_append(text, "\r\n");
    }
}

static void append_picture(struct text *text, const struct compose_picture *picture) {
    text_append_format(text,
                       "Content-Type: %s\r\nContent-Transfer-Encoding: base64\r\n"
                       "Content-Disposition: inline\r\nContent-ID: <%s>\r\n\r\n",
                       picture->type, picture->id);
    append_base64(text, picture->bytes, picture->length);
}

/* The HTML with its pictures, where it has any. */
static void append_html_and_pictures(const struct compose_message *message, const struct text *flowed,
                                     struct text *text) {
    char boundary[BOUNDARY_SIZE];
    if (!message->picture_count) {
        append_html_part(text, message->html);
        return;
    }
    make_boundary(message->pictures[0].id, flowed, boundary);
    text_append_format(text, "Content-Type: multipart/related; type=\"text/html\"; boundary=\"%s\"\r\n\r\n--%s\r\n",
                       boundary, boundary);
    append_html_part(text, message->html);
    for (size_t i = 0; i < message->picture_count; i++) {
        text_append_format(text, "--%s\r\n", boundary);
        append_picture(text, &message->pictures[i]);
    }
    text_append_format(text, "--%s--\r\n", boundary);
}

static void append_body(const struct compose_message *message, const struct text *flowed, const char *boundary,
                        struct text *text) {
    if (!message->html) {
        append_text_part(text, flowed);
        return;
    }
    text_append_format(text, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary,
                       boundary);
    append_text_part(text, flowed);
    text_append_format(text, "--%s\r\n", boundary);
    append_html_and_pictures(message, flowed, text);
    if (message->calendar) {
        text_append_format(text,
                           "--%s\r\nContent-Type: text/calendar; charset=utf-8; method=%s\r\n"
                           "Content-Transfer-Encoding: base64\r\n\r\n",
                           boundary, message->calendar_method);
        append_base64(text, message->calendar, strlen(message->calendar));
    }
    text_append_format(text, "--%s--\r\n", boundary);
}

/* RFC 2231 where the name is more than plain characters. */
static void append_file_name(struct text *text, const char *name) {
    bool plain = true;
    for (const char *at = name; *at; at++)
        plain = plain && (ascii_is_letter_or_digit(*at) || strchr("-._", *at));
    text_append(text, plain ? "filename=\"" : "filename*=utf-8''");
    for (const char *at = name; *at; at++)
        if (ascii_is_letter_or_digit(*at) || strchr("-._", *at))
            text_append_char(text, *at);
        else
            text_append_format(text, "%%%02X", (unsigned)(unsigned char)*at);
    text_append(text, plain ? "\"\r\n" : "\r\n");
}

static void append_attachment(struct text *text, const struct compose_attachment *attachment) {
    text_append_format(text,
                       "Content-Type: %s\r\nContent-Transfer-Encoding: base64\r\n"
                       "Content-Disposition: attachment; ",
                       attachment->type);
    append_file_name(text, attachment->name);
    text_append(text, "\r\n");
    append_base64(text, attachment->bytes, attachment->length);
}

bool compose_build(const struct compose_message *message, struct text *ret, struct error *error) {
    const struct compose_attachment *attachment = &message->attachment;
    if (!check(message, error))
        return false;
    if (attachment->name && attachment->length > COMPOSE_ATTACHMENT_MOST)
        return error_set(error, ERROR_PERMANENT, "the file %s is too large to be sent by mail", attachment->name);
    auto_text clean = TEXT_EMPTY, flowed = TEXT_EMPTY;
    char outer[BOUNDARY_SIZE], inner[BOUNDARY_SIZE];
    flowed_clean(&clean, message->text);
    flowed_append(&flowed, text_string(&clean), clean.length);
    append_headers(message, ret);
    make_boundary(message->message_id, &flowed, inner);
    if (!attachment->name) {
        append_body(message, &flowed, inner, ret);
        return true;
    }
    make_boundary(inner, &flowed, outer); /* base64 has none either */
    text_append_format(ret, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n", outer, outer);
    append_body(message, &flowed, inner, ret);
    text_append_format(ret, "--%s\r\n", outer);
    append_attachment(ret, attachment);
    text_append_format(ret, "--%s--\r\n", outer);
    return true;
}
