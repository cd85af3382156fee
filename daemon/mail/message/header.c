#include "mail/message/header.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "mail/message/header_field.h"

enum {
    WORD_MOST = 900,       /* longer words are encoded: lines end at 998 */
    IDENTIFIERS_MOST = 30, /* in one References field: the first and the last ones */
};

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
    struct header_field field = header_field_begin(text, name);
    if (header_field_can_stand_bare(clean.bytes, WORD_MOST))
        header_field_append_words(&field, clean.bytes, false);
    else
        header_field_append_encoded(&field, clean.bytes, clean.length);
    header_field_end(&field);
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
    struct header_field field = header_field_begin(text, name);
    header_field_append_words(&field, kept.bytes, false);
    header_field_end(&field);
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
static size_t append_phrase(struct header_field *field, const char *phrase, size_t length) {
    enum { QUOTED_WORD_MOST = 60 }; /* longer than any name's word; escapes may double it */
    if (!header_field_can_stand_bare(phrase, QUOTED_WORD_MOST)) {
        header_field_append_encoded(field, phrase, length);
        return HEADER_FIELD_ENCODED_LINE_MOST;
    }
    if (is_bare_phrase(phrase)) {
        header_field_append_words(field, phrase, false);
    } else {
        text_append_char(field->text, '"');
        header_field_append_words(field, phrase, true);
        text_append_char(field->text, '"');
    }
    return HEADER_FIELD_LINE_MOST;
}

void header_append_mailbox(struct text *text, const char *name, const char *name_shown, const char *address) {
    auto_text kept = TEXT_EMPTY, phrase = TEXT_EMPTY;
    for (const char *at = address ? address : ""; *at; at++)
        if (*at >= ' ' && *at <= '~' && *at != '<' && *at != '>')
            text_append_char(&kept, *at);
    if (kept.length == 0 || kept.length > WORD_MOST)
        return;
    header_clean(&phrase, name_shown);
    struct header_field field = header_field_begin(text, name);
    if (phrase.length > 0) {
        size_t most = append_phrase(&field, phrase.bytes, phrase.length);
        if (header_field_column(&field) + kept.length + 3 > most)
            header_field_fold(&field);
        text_append_char(text, ' ');
    }
    text_append_format(text, "<%s>", kept.bytes);
    header_field_end(&field);
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
    struct header_field field = {0};
    for (size_t i = 0; i < count; i++) {
        if ((i >= skip_from && i < skip_to) || !header_is_identifier(identifiers[i]))
            continue;
        if (!field.text) {
            field = header_field_begin(text, name);
        } else {
            if (header_field_column(&field) + 1 + strlen(identifiers[i]) > HEADER_FIELD_LINE_MOST)
                header_field_fold(&field);
            text_append_char(text, ' ');
        }
        text_append(text, identifiers[i]);
    }
    if (field.text)
        header_field_end(&field);
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

/* ---- Parameters (RFC 2045 section 5.1, RFC 2231) ---- */

static bool is_attribute_character(unsigned char c) {
    return ascii_is_letter_or_digit((char)c) || (c && strchr("!#$&+-.^_`{|}~", c));
}

static bool is_token(const char *value) {
    for (const char *at = value; *at; at++)
        if (!is_attribute_character((unsigned char)*at))
            return false;
    return *value != '\0';
}

static void begin_parameter(struct header_field *field, size_t length) {
    text_append_char(field->text, ';');
    if (header_field_column(field) + 1 + length > HEADER_FIELD_LINE_MOST)
        header_field_fold(field);
    text_append_char(field->text, ' ');
}

/* name*0*=utf-8''...; name*1*=...: one section a line, or name*=utf-8''... where that is enough. */
static void append_extended(struct header_field *field, const char *name, const char *value, size_t length) {
    static const char charset[] = "utf-8''";
    auto_text encoded = TEXT_EMPTY;
    size_t most = HEADER_FIELD_LINE_MOST - strlen(name) - sizeof "*1000*=;" - 1;
    for (size_t position = 0, section = 0; position < length || section == 0; section++) {
        text_clear(&encoded);
        if (section == 0)
            text_append(&encoded, charset);
        while (position < length) {
            size_t next = position, before = encoded.length;
            utf8_next(value, length, &next);
            for (size_t i = position; i < next; i++) {
                if (is_attribute_character((unsigned char)value[i]))
                    text_append_char(&encoded, value[i]);
                else
                    text_append_format(&encoded, "%%%02X", (unsigned char)value[i]);
            }
            if (encoded.length > most) {
                text_truncate(&encoded, before);
                break;
            }
            position = next;
        }
        bool whole = section == 0 && position == length;
        begin_parameter(field, strlen(name) + encoded.length + sizeof "*1000*=;");
        text_append_format(field->text, "%s*", name);
        if (!whole)
            text_append_format(field->text, "%zu*", section);
        text_append_format(field->text, "=%s", text_string(&encoded));
    }
}

static void append_parameter(struct header_field *field, const struct header_parameter *parameter) {
    enum { PLAIN_MOST = 60 };
    auto_text value = TEXT_EMPTY;
    header_clean(&value, parameter->value);
    text_truncate(&value, utf8_cut(value.bytes, value.length, HEADER_PARAMETER_MOST));
    const char *string = text_string(&value);
    size_t name_length = strlen(parameter->name);
    require(name_length <= 20 && is_token(parameter->name));
    if (value.length <= PLAIN_MOST && is_token(string)) {
        begin_parameter(field, name_length + 1 + value.length);
        text_append_format(field->text, "%s=%s", parameter->name, string);
    } else if (value.length <= PLAIN_MOST && header_field_can_stand_bare(string, PLAIN_MOST) &&
               !strpbrk(string, "\"\\")) {
        begin_parameter(field, name_length + 3 + value.length);
        text_append_format(field->text, "%s=\"%s\"", parameter->name, string);
    } else {
        append_extended(field, parameter->name, string, value.length);
    }
}

void header_append_parameters(struct text *text, const char *name, const char *value,
                              const struct header_parameter *parameters, size_t count) {
    auto_text kept = TEXT_EMPTY;
    keep_ascii(&kept, value);
    if (kept.length == 0)
        return;
    struct header_field field = header_field_begin(text, name);
    header_field_append_words(&field, kept.bytes, false);
    for (size_t i = 0; i < count; i++)
        if (parameters[i].value)
            append_parameter(&field, &parameters[i]);
    header_field_end(&field);
}
