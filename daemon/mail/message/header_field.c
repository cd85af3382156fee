#include "mail/message/header_field.h"

#include <string.h>

#include "base/text.h"

enum {
    ENCODED_WORD_MOST = 75,  /* RFC 2047 section 2 */
    ENCODED_WORD_LEAST = 24, /* less room than this is left empty: even four bytes in Q fit into it */
};

struct header_field header_field_begin(struct text *text, const char *name) {
    struct header_field field = {text, text->length};
    text_append(text, name);
    text_append(text, ": ");
    return field;
}

size_t header_field_column(const struct header_field *field) {
    return field->text->length - field->line;
}

void header_field_fold(struct header_field *field) {
    text_append(field->text, "\r\n");
    field->line = field->text->length;
}

void header_field_end(struct header_field *field) {
    header_field_fold(field);
}

/* ---- RFC 2047 encoded-words ---- */

/* May stand for itself in Q everywhere, in a phrase too (RFC 2047 section 5, rule 3). */
static bool is_q_safe(unsigned char c) {
    return ascii_is_letter_or_digit((char)c) || c == '!' || c == '*' || c == '+' || c == '-' || c == '/';
}

static size_t q_cost(unsigned char c) {
    return is_q_safe(c) || c == ' ' ? 1 : 3;
}

static void append_q(struct text *text, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == ' ')
            text_append_char(text, '_');
        else if (is_q_safe(c))
            text_append_char(text, (char)c);
        else
            text_append_format(text, "=%02X", c);
    }
}

static void append_base64(struct text *text, const char *bytes, size_t length) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        uint32_t group = (uint32_t)(unsigned char)bytes[i] << 16;
        if (i + 1 < length)
            group |= (uint32_t)(unsigned char)bytes[i + 1] << 8;
        if (i + 2 < length)
            group |= (unsigned char)bytes[i + 2];
        text_append_char(text, digits[group >> 18]);
        text_append_char(text, digits[(group >> 12) & 63]);
        text_append_char(text, i + 1 < length ? digits[(group >> 6) & 63] : '=');
        text_append_char(text, i + 2 < length ? digits[group & 63] : '=');
    }
}

/* How many bytes of whole characters from BYTES on fit into ROOM characters of encoded text. */
static size_t fitting(const char *bytes, size_t length, size_t room, bool base64) {
    size_t taken = 0, cost = 0;
    while (taken < length) {
        size_t next = taken;
        utf8_next(bytes, length, &next);
        if (base64) {
            cost = (next + 2) / 3 * 4;
        } else {
            for (size_t i = taken; i < next; i++)
                cost += q_cost((unsigned char)bytes[i]);
        }
        if (cost > room)
            break;
        taken = next;
    }
    return taken;
}

void header_field_append_encoded(struct header_field *field, const char *bytes, size_t length) {
    static const char opening[] = "=?utf-8?Q?";
    enum { FRAME = sizeof opening - 1 + 2 };
    size_t q_length = 0;
    for (size_t i = 0; i < length; i++)
        q_length += q_cost((unsigned char)bytes[i]);
    bool base64 = (length + 2) / 3 * 4 < q_length;
    for (size_t done = 0; done < length;) {
        size_t used = header_field_column(field);
        if (done > 0 || used + ENCODED_WORD_LEAST > HEADER_FIELD_ENCODED_LINE_MOST) {
            header_field_fold(field);
            text_append_char(field->text, ' ');
            used = 1;
        }
        size_t room = HEADER_FIELD_ENCODED_LINE_MOST - used;
        if (room > ENCODED_WORD_MOST)
            room = ENCODED_WORD_MOST;
        size_t taken = fitting(bytes + done, length - done, room - FRAME, base64);
        text_append(field->text, base64 ? "=?utf-8?B?" : opening);
        (base64 ? append_base64 : append_q)(field->text, bytes + done, taken);
        text_append(field->text, "?=");
        done += taken;
    }
}

/* ---- Words as they are ---- */

bool header_field_can_stand_bare(const char *value, size_t word_most) {
    size_t word = 0;
    for (const char *at = value; *at; at++) {
        if (*at < ' ' || *at > '~' || (at[0] == '=' && at[1] == '?'))
            return false;
        /* A run of spaces counts with the word after it: both stay on one line. */
        word = *at == ' ' && at > value && at[-1] != ' ' ? 1 : word + 1;
        if (word > word_most)
            return false;
    }
    return true;
}

void header_field_append_words(struct header_field *field, const char *value, bool escape) {
    for (const char *at = value; *at;) {
        size_t length = strspn(at, " ");
        length += strcspn(at + length, " ");
        size_t columns = length + 1; /* and what may close the phrase */
        for (size_t i = 0; escape && i < length; i++)
            columns += at[i] == '"' || at[i] == '\\';
        if (at != value && header_field_column(field) + columns > HEADER_FIELD_LINE_MOST)
            header_field_fold(field);
        for (size_t i = 0; i < length; i++) {
            if (escape && (at[i] == '"' || at[i] == '\\'))
                text_append_char(field->text, '\\');
            text_append_char(field->text, at[i]);
        }
        at += length;
    }
}
