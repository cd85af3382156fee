#include "mail/message/header.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "mail/message/transfer.h"

enum {
    WORD_MOST = 900,         /* longer words are encoded: lines end at 998 */
    IDENTIFIERS_MOST = 30,   /* in one References field: the first and the last ones */
    LINE_MOST = 78,          /* columns; RFC 5322 section 2.1.1 */
    ENCODED_LINE_MOST = 76,  /* of a line that holds an encoded-word; RFC 2047 section 2 */
    ENCODED_WORD_MOST = 75,  /* RFC 2047 section 2 */
    ENCODED_WORD_LEAST = 24, /* less room than this is left empty: even four bytes in Q fit into it */
};

/* ---- A field being written: folded as it grows ---- */

/* TEXT from LINE on is the line under way. */
struct field {
    struct text *text;
    size_t line;
};

/* Appends "NAME: "; the end appends CRLF. */
static struct field begin(struct text *text, const char *name) {
    struct field field = {text, text->length};
    text_append(text, name);
    text_append(text, ": ");
    return field;
}

/* How many columns of the line are taken. */
static size_t column(const struct field *field) {
    return field->text->length - field->line;
}

/* A new line; the caller goes on with a space. */
static void fold(struct field *field) {
    text_append(field->text, "\r\n");
    field->line = field->text->length;
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

/* Appends clean UTF-8 as encoded-words (RFC 2047), in Q or B as is shorter. */
static void append_encoded(struct field *field, const char *bytes, size_t length) {
    static const char opening[] = "=?utf-8?Q?";
    enum { FRAME = sizeof opening - 1 + 2 };
    size_t q_length = 0;
    for (size_t i = 0; i < length; i++)
        q_length += q_cost((unsigned char)bytes[i]);
    bool base64 = (length + 2) / 3 * 4 < q_length;
    for (size_t done = 0; done < length;) {
        size_t used = column(field);
        if (done > 0 || used + ENCODED_WORD_LEAST > ENCODED_LINE_MOST) {
            fold(field);
            text_append_char(field->text, ' ');
            used = 1;
        }
        size_t room = ENCODED_LINE_MOST - used;
        if (room > ENCODED_WORD_MOST)
            room = ENCODED_WORD_MOST;
        size_t taken = fitting(bytes + done, length - done, room - FRAME, base64);
        text_append(field->text, base64 ? "=?utf-8?B?" : opening);
        (base64 ? transfer_append_base64 : append_q)(field->text, bytes + done, taken);
        text_append(field->text, "?=");
        done += taken;
    }
}

/* ---- Words as they are ---- */

/* True for printable ASCII of words no longer than WORD_MOST, in which no reader sees an encoded-word. */
static bool can_stand_bare(const char *value, size_t word_most) {
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

/* Appends printable ASCII, folding before its spaces; with ESCAPE as the inside of a quoted string. */
static void append_words(struct field *field, const char *value, bool escape) {
    for (const char *at = value; *at;) {
        size_t length = strspn(at, " ");
        length += strcspn(at + length, " ");
        size_t columns = length + 1; /* and what may close the phrase */
        for (size_t i = 0; escape && i < length; i++)
            columns += at[i] == '"' || at[i] == '\\';
        if (at != value && column(field) + columns > LINE_MOST)
            fold(field);
        for (size_t i = 0; i < length; i++) {
            if (escape && (at[i] == '"' || at[i] == '\\'))
                text_append_char(field->text, '\\');
            text_append_char(field->text, at[i]);
        }
        at += length;
    }
}

/* ---- Values ---- */

static bool is_dropped(uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void header_clean(struct text *text, const char *value) {
    size_t start = text->length, length = value ? strlen(value) : 0;
    bool broken = false; /* a line break or tab was passed: one space for a run of them */
    for (size_t position = 0; position < length;) {
        uint32_t c = utf8_next(value, length, &position);
        if (c == '\r' || c == '\n' || c == '\t' || c == 0x85 || c == 0x2028 || c == 0x2029) {
            broken = true;
            continue;
        }
        if (is_dropped(c))
            continue;
        if (text->length == start && c == ' ')
            continue;
        if (broken && c != ' ' && text->length > start && text->bytes[text->length - 1] != ' ')
            text_append_char(text, ' ');
        broken = false;
        text_append_codepoint(text, c);
    }
    while (text->length > start && text->bytes[text->length - 1] == ' ')
        text_truncate(text, text->length - 1);
}

/* ---- Free text and tokens ---- */

void header_append_unstructured(struct text *text, const char *name, const char *value) {
    auto_text clean = TEXT_EMPTY;
    header_clean(&clean, value);
    if (clean.length == 0)
        return;
    struct field field = begin(text, name);
    if (can_stand_bare(clean.bytes, WORD_MOST))
        append_words(&field, clean.bytes, false);
    else
        append_encoded(&field, clean.bytes, clean.length);
    fold(&field);
}

/* Printable ASCII of VALUE, single spaces, no word that a line can't hold. */
static void keep_ascii(struct text *text, const char *value) {
    for (const char *at = value ? value : ""; *at;) {
        size_t start = text->length;
        if (start > 0)
            text_append_char(text, ' ');
        size_t word = text->length;
        for (; *at && *at != ' ' && *at != '\t'; at++)
            if (*at > ' ' && *at <= '~')
                text_append_char(text, *at);
        if (text->length == word || text->length - word > WORD_MOST)
            text_truncate(text, start);
        while (*at == ' ' || *at == '\t')
            at++;
    }
}

void header_append_structured(struct text *text, const char *name, const char *value) {
    auto_text kept = TEXT_EMPTY;
    keep_ascii(&kept, value);
    if (kept.length == 0)
        return;
    struct field field = begin(text, name);
    append_words(&field, kept.bytes, false);
    fold(&field);
}

/* ---- Mailboxes ---- */

static bool is_bare_phrase(const char *value) {
    for (const char *at = value; *at; at++) {
        bool inner_space = *at == ' ' && at[1] != ' ';
        if (!inner_space && !ascii_is_letter_or_digit(*at) && !strchr("!#$%&'*+-/=?^_`{|}~", *at))
            return false;
    }
    return true;
}

/* Returns how long the line that it ends on may become. */
static size_t append_phrase(struct field *field, const char *phrase, size_t length) {
    enum { QUOTED_WORD_MOST = 60 }; /* longer than any name's word; escapes may double it */
    if (!can_stand_bare(phrase, QUOTED_WORD_MOST)) {
        append_encoded(field, phrase, length);
        return ENCODED_LINE_MOST;
    }
    if (is_bare_phrase(phrase)) {
        append_words(field, phrase, false);
    } else {
        text_append_char(field->text, '"');
        append_words(field, phrase, true);
        text_append_char(field->text, '"');
    }
    return LINE_MOST;
}

void header_append_mailbox(struct text *text, const char *name, const char *name_shown, const char *address) {
    auto_text kept = TEXT_EMPTY, phrase = TEXT_EMPTY;
    for (const char *at = address ? address : ""; *at; at++)
        if (*at >= ' ' && *at <= '~' && *at != '<' && *at != '>')
            text_append_char(&kept, *at);
    if (kept.length == 0 || kept.length > WORD_MOST)
        return;
    header_clean(&phrase, name_shown);
    struct field field = begin(text, name);
    if (phrase.length > 0) {
        size_t most = append_phrase(&field, phrase.bytes, phrase.length);
        if (column(&field) + kept.length + 3 > most)
            fold(&field);
        text_append_char(text, ' ');
    }
    text_append_format(text, "<%s>", kept.bytes);
    fold(&field);
}

/* ---- Identifiers and dates ---- */

bool header_is_identifier(const char *identifier) {
    size_t length = identifier ? strlen(identifier) : 0;
    if (length < 3 || length > HEADER_IDENTIFIER_MAX || identifier[0] != '<' || identifier[length - 1] != '>')
        return false;
    for (size_t i = 1; i < length - 1; i++)
        if (identifier[i] <= ' ' || identifier[i] > '~' || identifier[i] == '<' || identifier[i] == '>')
            return false;
    return true;
}

void header_append_identifiers(struct text *text, const char *name, const char *const *identifiers, size_t count) {
    size_t skip_from = count > IDENTIFIERS_MOST ? 1 : count, skip_to = count - (IDENTIFIERS_MOST - 1);
    struct field field = {0};
    for (size_t i = 0; i < count; i++) {
        if ((i >= skip_from && i < skip_to) || !header_is_identifier(identifiers[i]))
            continue;
        if (!field.text) {
            field = begin(text, name);
        } else {
            if (column(&field) + 1 + strlen(identifiers[i]) > LINE_MOST)
                fold(&field);
            text_append_char(text, ' ');
        }
        text_append(text, identifiers[i]);
    }
    if (field.text)
        fold(&field);
}

const char *header_format_date(int64_t moment, int zone_minutes, char buffer[HEADER_DATE_SIZE]) {
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    enum { ZONE_MOST = 24 * 60 - 1 };
    static const int64_t year_9999 = 253402214400;
    int zone = zone_minutes > ZONE_MOST ? ZONE_MOST : zone_minutes < -ZONE_MOST ? -ZONE_MOST : zone_minutes;
    int64_t within = moment < 0 ? 0 : moment > year_9999 ? year_9999 : moment;
    time_t local = (time_t)(within + zone * 60);
    struct tm tm;
    require(gmtime_r(&local, &tm));
    int away = zone < 0 ? -zone : zone;
    snprintf(buffer, HEADER_DATE_SIZE, "%s, %d %s %d %02d:%02d:%02d %c%02d%02d", days[tm.tm_wday], tm.tm_mday,
             months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec, zone < 0 ? '-' : '+', away / 60,
             away % 60);
    return buffer;
}

void header_append_date(struct text *text, const char *name, int64_t moment, int zone_minutes) {
    char buffer[HEADER_DATE_SIZE];
    text_append_format(text, "%s: %s\r\n", name, header_format_date(moment, zone_minutes, buffer));
}

static void append_identifier_half(struct text *text, const char *half) {
    for (size_t kept = 0; *half && kept < HEADER_IDENTIFIER_MAX / 2 - 2; half++)
        if (ascii_is_letter_or_digit(*half) || strchr(".-_+=", *half)) {
            text_append_char(text, *half);
            kept++;
        }
}

void header_append_message_id(struct text *text, const char *left, const char *domain) {
    text_append_char(text, '<');
    append_identifier_half(text, left);
    text_append_char(text, '@');
    append_identifier_half(text, domain);
    text_append_char(text, '>');
}
