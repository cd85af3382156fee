#include "mail/automatic/bounce_status.h"

#include <ctype.h>
#include <string.h>
#include <unicode/uchar.h>

#include "base/text.h"
#include "mail/automatic/bounce_languages.h"

/* The length of a reply code at P with what goes with it ("550-5.1.1 ", "550 "), 0 where there is none. */
static size_t reply_prefix(const char *p) {
    if ((*p != '4' && *p != '5') || !isdigit((unsigned char)p[1]) || !isdigit((unsigned char)p[2]) ||
        (p[3] != '-' && p[3] != ' '))
        return 0;
    size_t length = 4, digits = strspn(p + 4, "0123456789.");
    if (digits >= 5 && p[4] == *p && p[5] == '.' && (p[4 + digits] == ' ' || !p[4 + digits]))
        length += digits;
    return length;
}

char *bounce_status_normalise(const char *words, struct arena *arena) {
    auto_text out = TEXT_EMPTY;
    bool replied = false, start = true;
    size_t whole = strnlen(words, BOUNCE_STATUS_WORDS_MAX + 4),
           length = utf8_cut(words, whole, BOUNCE_STATUS_WORDS_MAX);
    for (size_t i = 0; i < length;) {
        if (strchr(" \t\r\n\f\v", words[i])) {
            start = true;
            i++;
            continue;
        }
        size_t prefix = start ? reply_prefix(words + i) : 0;
        if (prefix && replied && i + prefix <= length) {
            i += prefix;
            continue;
        }
        replied = replied || prefix;
        if (start && out.length)
            text_append_char(&out, ' ');
        start = false;
        uint32_t c = utf8_next(words, length, &i);
        text_append_codepoint(&out, c == 0x2019 ? '\'' : (uint32_t)u_tolower((UChar32)c));
    }
    return arena_copy_string(arena, text_string(&out));
}

enum bounce_reason bounce_status_code(const char *status) {
    static const struct {
        const char *code; /* subject and detail; the class says how lasting it is */
        enum bounce_reason reason;
    } codes[] = {
        {"1.1", BOUNCE_REASON_ADDRESS},   {"1.2", BOUNCE_REASON_HOST},    {"1.3", BOUNCE_REASON_ADDRESS},
        {"1.4", BOUNCE_REASON_ADDRESS},   {"1.6", BOUNCE_REASON_ADDRESS}, {"1.7", BOUNCE_REASON_POLICY},
        {"1.8", BOUNCE_REASON_POLICY},    {"1.10", BOUNCE_REASON_HOST}, /* RFC 7505 */
        {"2.1", BOUNCE_REASON_ADDRESS},   {"2.2", BOUNCE_REASON_FULL},    {"2.3", BOUNCE_REASON_POLICY},
        {"2.4", BOUNCE_REASON_TEMPORARY}, {"3.1", BOUNCE_REASON_FULL},    {"3.3", BOUNCE_REASON_POLICY},
        {"3.4", BOUNCE_REASON_POLICY},    {"4.4", BOUNCE_REASON_HOST},
    };
    if (strlen(status) < 5)
        return BOUNCE_REASON_UNKNOWN;
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if (string_equal(status + 2, codes[i].code))
            return codes[i].reason;
    switch (status[2]) {
    case '3':
    case '4':
        return BOUNCE_REASON_TEMPORARY;
    case '6':
    case '7':
        return BOUNCE_REASON_POLICY;
    default:
        return BOUNCE_REASON_UNKNOWN;
    }
}

/* The length of an enhanced status code at P, 0 where none stands there. */
static size_t status_length(const char *p) {
    if (*p != '2' && *p != '4' && *p != '5')
        return 0;
    size_t length = 1;
    for (int i = 0; i < 2; i++) {
        if (p[length] != '.')
            return 0;
        size_t digits = strspn(p + length + 1, "0123456789");
        if (digits < 1 || digits > 3)
            return 0;
        length += 1 + digits;
    }
    return p[length] == '.' && isdigit((unsigned char)p[length + 1]) ? 0 : length;
}

static bool joins(char character) {
    return isalnum((unsigned char)character) || character == '.' || character == '_' || (character & 0x80);
}

bool bounce_status_find(const char *normalised, char ret[BOUNCE_STATUS_SIZE]) {
    const char *best = NULL;
    for (const char *p = normalised; *p; p++) {
        if ((p > normalised && joins(p[-1])) || !status_length(p) || *p == '2')
            continue;
        bool after_reply = p >= normalised + 4 && isdigit((unsigned char)p[-2]) && isdigit((unsigned char)p[-3]) &&
                           (p[-4] == '4' || p[-4] == '5');
        bool after_hash = p > normalised && p[-1] == '#';
        if (!best || after_reply || after_hash)
            best = p;
        if (after_reply || after_hash)
            break;
    }
    if (!best)
        return false;
    size_t length = status_length(best);
    memcpy(ret, best, length);
    ret[length] = '\0';
    return true;
}

int bounce_status_reply(const char *normalised) {
    for (const char *p = normalised; *p; p++) {
        if ((*p != '4' && *p != '5') || (p > normalised && (joins(p[-1]) || p[-1] == '-')))
            continue;
        if (p[1] < '0' || p[1] > '7' || !isdigit((unsigned char)p[2]) || joins(p[3]) || p[3] == '/')
            continue;
        return (*p - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
    }
    return 0;
}

bool bounce_status_refused_sender(const char *normalised) {
    static const char *const leads[] = {"in reply to ", "in response to ", "after "}; /* Postfix; others; Exim */
    static const char *const commands[] = {"mail from", "ehlo", "helo"};
    for (size_t i = 0; i < COUNT_OF(leads); i++)
        for (const char *at = normalised; (at = strstr(at, leads[i]));) {
            at += strlen(leads[i]);
            for (size_t j = 0; j < COUNT_OF(commands); j++)
                if (string_starts_with(at, commands[j]))
                    return true;
        }
    return false;
}

bool bounce_status_gave_up(const char *normalised) {
    /* Exim's router and retry messages, also behind GMX and Mail.ru */
    return strstr(normalised, "retry time") || bounce_languages_contain(normalised, "hosts*failing");
}
