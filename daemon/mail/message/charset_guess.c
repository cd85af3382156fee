#include "mail/message/charset_guess.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <unicode/ucsdet.h>

#include "base/text.h"

enum {
    GUESS_LEAST = 100,       /* the detector needs so many bytes of a Latin script to do better than chance */
    GUESS_MOST = 65536,      /* and no more than so many */
    CONFIDENCE_LEAST = 30,   /* of 100 */
    FOREIGN_BYTES_LEAST = 6, /* above 127 */
    FOREIGN_CONFIDENCE = 5,  /* little, as all Latin charsets are out of the question */
    DOUBLED_LEAST = 2,       /* characters that were encoded twice */
    HTML_HEAD_MOST = 2048,   /* bytes in which a document declares its charset (HTML, section 4.2.5.4: 1024) */
    CHARSET_NAME_MOST = 40,
};

bool charset_guess_is_foreign(const char *bytes, size_t length) {
    size_t high = 0, low = 0;
    for (size_t i = 0; i < length; i++) {
        high += (unsigned char)bytes[i] > 0x7F;
        low += bytes[i] > ' ';
    }
    return high >= FOREIGN_BYTES_LEAST && high > low;
}

/* Charsets of Latin scripts, and those that need zeros or name no mail. */
static bool is_out_of_question(const char *name) {
    static const char *const prefixes[] = {"ISO-8859-1",   "ISO-8859-2", "ISO-8859-9", "windows-1250", "windows-1252",
                                           "windows-1254", "UTF-",       "IBM",        "ISO-2022"};
    for (size_t i = 0; i < COUNT_OF(prefixes); i++)
        if (string_starts_with(name, prefixes[i]))
            return true;
    return false;
}

static const char *best_match(const UCharsetMatch **matches, int32_t count, bool foreign) {
    UErrorCode status = U_ZERO_ERROR;
    for (int32_t i = 0; i < count; i++) {
        const char *name = ucsdet_getName(matches[i], &status);
        int32_t confidence = ucsdet_getConfidence(matches[i], &status);
        if (U_FAILURE(status) || !name || confidence < (foreign ? FOREIGN_CONFIDENCE : CONFIDENCE_LEAST))
            return NULL;
        if (!foreign || !is_out_of_question(name))
            return name;
    }
    return NULL;
}

const char *charset_guess(const char *bytes, size_t length) {
    UErrorCode status = U_ZERO_ERROR;
    const char *name = NULL;
    bool foreign = charset_guess_is_foreign(bytes, length);
    if (length < GUESS_LEAST && !foreign)
        return "windows-1252";
    UCharsetDetector *detector = ucsdet_open(&status);
    if (U_SUCCESS(status)) {
        int32_t count = 0;
        ucsdet_setText(detector, bytes, length > GUESS_MOST ? GUESS_MOST : (int32_t)length, &status);
        const UCharsetMatch **matches = ucsdet_detectAll(detector, &count, &status);
        if (U_SUCCESS(status) && matches)
            name = best_match(matches, count, foreign);
    }
    ucsdet_close(detector); /* the names are ICU's own and live on */
    return name && strcmp(name, "UTF-8") != 0 ? name : "windows-1252";
}

const char *charset_guess_utf16(const char *bytes, size_t length) {
    size_t zeros[2] = {0, 0};
    for (size_t i = 0; i < length; i++)
        zeros[i % 2] += bytes[i] == '\0';
    return zeros[1] > zeros[0] ? "UTF-16LE" : "UTF-16BE";
}

/* The byte that windows-1252 has for C, or that ISO 8859-1 has where the former has none; -1 for none. */
static int western_byte(uint32_t c) {
    static const uint16_t high[] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                    0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    if (c <= 0xFF)
        return (int)c;
    for (size_t i = 0; i < COUNT_OF(high); i++)
        if (high[i] == c)
            return (int)(0x80 + i);
    return -1;
}

char *charset_guess_undouble(const char *text, size_t length, struct arena *arena, size_t *ret_length) {
    auto_text bytes = TEXT_EMPTY;
    size_t doubled = 0;
    for (size_t i = 0; i < length;) {
        int byte = western_byte(utf8_next(text, length, &i));
        if (byte < 0)
            return NULL;
        text_append_char(&bytes, (char)byte);
    }
    const char *once = text_string(&bytes);
    for (size_t i = 0; i < bytes.length;) {
        size_t start = i;
        uint32_t c = utf8_next(once, bytes.length, &i);
        /* "ß…" makes sense as well, and as two bytes is of a script that few mails are in */
        if (c == 0xFFFD || (unsigned char)once[start] == 0xDF)
            return NULL;
        doubled += i > start + 1;
    }
    if (doubled < DOUBLED_LEAST)
        return NULL;
    *ret_length = bytes.length;
    return arena_copy_bytes(arena, once, bytes.length);
}

const char *charset_guess_html(const char *bytes, size_t length, struct arena *arena) {
    if (length > HTML_HEAD_MOST)
        length = HTML_HEAD_MOST;
    for (size_t i = 0; i + 5 < length; i++) {
        if (bytes[i] != '<' || strncasecmp(bytes + i, "<meta", 5) != 0)
            continue;
        const char *end = memchr(bytes + i, '>', length - i);
        size_t tag = end ? (size_t)(end - bytes) - i : 0;
        for (size_t j = 5; j + 8 < tag; j++) {
            if (strncasecmp(bytes + i + j, "charset=", 8) != 0)
                continue;
            const char *name = bytes + i + j + 8;
            size_t left = tag - j - 8, skipped = bytes_span(name, left, "\"' "), named = 0;
            while (skipped + named < left && named < CHARSET_NAME_MOST &&
                   (isalnum((unsigned char)name[skipped + named]) || strchr("-_:.", name[skipped + named])) &&
                   name[skipped + named])
                named++;
            return named ? arena_copy_bytes(arena, name + skipped, named) : NULL;
        }
    }
    return NULL;
}
