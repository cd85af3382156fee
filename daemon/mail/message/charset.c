#include "mail/message/charset.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/udata.h>
#include <unicode/ustring.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "mail/message/charset_guess.h"
#include "mail/terms.h"

enum { LENGTH_MOST = 1 << 30 };

void charset_prepare(void) {
    UErrorCode status = U_ZERO_ERROR;
    udata_setFileAccess(UDATA_NO_FILES, &status);
    /* The alias table and the default converter are read once, here. */
    UConverter *converter = ucnv_open("windows-1252", &status);
    ucnv_close(converter);
}

/* ---- The words by which mails name charsets ---- */

/* How much the word tells about bytes above 127. */
enum trust {
    TRUST_NOTHING,  /* no charset, or a word that names none */
    TRUST_SINGLE,   /* any bytes convert: success proves nothing, and valid UTF-8 is more likely */
    TRUST_MULTIPLE, /* the bytes themselves show whether it is true */
    TRUST_UTF8,
};

struct name {
    const char *converter; /* ICU's name; NULL with TRUST_NOTHING */
    enum trust trust;
};

/* Words whose usual meaning in mail is not their registered one, or that ICU doesn't know. Supersets are taken where
 * senders are known to use their extra characters. */
static const struct {
    const char *words;
    struct name name;
} meanings[] = {
    {"unknown-8bit|x-unknown|unknown|default|default_charset|x-user-defined|none|binary|7bit|8bit|us-ascii|ascii|"
     "ansi_x3.4-1968",
     {NULL, TRUST_NOTHING}},
    {"utf-8|utf8|utf8mb4|unicode-1-1-utf-8", {"UTF-8", TRUST_UTF8}},
    {"iso-8859-1|iso8859-1|iso_8859-1|latin1|latin-1", {"windows-1252", TRUST_SINGLE}},
    {"iso-8859-9", {"windows-1254", TRUST_SINGLE}},
    {"iso-8859-11|tis-620", {"windows-874", TRUST_SINGLE}},
    {"iso-8859-8-i|iso-8859-8-e", {"iso-8859-8", TRUST_SINGLE}},
    {"gb2312|gb_2312-80|gbk|x-gbk|cp936|euc-cn", {"gb18030", TRUST_MULTIPLE}},
    {"ks_c_5601-1987|ks_c_5601|ksc5601|euc-kr", {"windows-949", TRUST_MULTIPLE}},
    {"shift_jis|shift-jis|sjis|x-sjis|cp932", {"windows-31j", TRUST_MULTIPLE}},
    {"iso-2022-jp-ms|cp50220|cp50221", {"iso-2022-jp", TRUST_MULTIPLE}},
    {"big5|x-big5", {"big5-hkscs", TRUST_MULTIPLE}},
    {"unicode-1-1-utf-7", {"UTF-7", TRUST_MULTIPLE}},
    {"x-mac-roman", {"macintosh", TRUST_SINGLE}},
};

/* What DECLARED (NULL: nothing said) usually means in mail, whatever its case, quotes and blanks. The converter's name
 * stands for ever. */
static struct name find_name(const char *declared) {
    char word[64];
    size_t length = 0;
    for (; declared && *declared && length < sizeof word - 1; declared++)
        if (!strchr("\"' \t<>", *declared))
            word[length++] = (char)tolower((unsigned char)*declared);
    word[length] = '\0';
    for (size_t i = 0; i < COUNT_OF(meanings); i++)
        if (!length || terms_equal(word, length, meanings[i].words)) /* the first: nothing is known */
            return meanings[i].name;
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(word, &status);
    if (U_FAILURE(status) || !converter)
        return (struct name){NULL, TRUST_NOTHING};
    const char *canonical = ucnv_getName(converter, &status);
    struct name name = {NULL, ucnv_getMaxCharSize(converter) > 1 ? TRUST_MULTIPLE : TRUST_SINGLE};
    /* The converter's own name lives as long as ICU's alias table; the name in the mail doesn't. */
    name.converter = ucnv_getAlias(canonical, 0, &status);
    ucnv_close(converter);
    return U_SUCCESS(status) && name.converter ? name : (struct name){NULL, TRUST_NOTHING};
}

/* Switched by escapes. ICU's own name of them all begins with ISO_2022. */
static bool is_iso_2022(const char *converter) {
    return string_starts_with_ignore_case(converter, "iso-2022") || string_starts_with(converter, "ISO_2022");
}

/* No byte above 127 belongs into it. */
static bool is_seven_bit(const char *converter) {
    return string_equal_ignore_case(converter, "UTF-7") || is_iso_2022(converter) ||
           string_starts_with_ignore_case(converter, "hz");
}

/* Of units of 16 or 32 bits. */
static bool is_wide(const char *converter) {
    return string_starts_with_ignore_case(converter, "UTF-16") || string_starts_with_ignore_case(converter, "UTF-32");
}

/* ---- Conversion ---- */

static void count_and_substitute(const void *context, UConverterToUnicodeArgs *arguments, const char *bytes,
                                 int32_t length, UConverterCallbackReason reason, UErrorCode *status) {
    if (reason <= UCNV_IRREGULAR) {
        size_t *errors = NULL;
        memcpy(&errors, &context, sizeof errors);
        *errors += (size_t)length;
    }
    UCNV_TO_U_CALLBACK_SUBSTITUTE(NULL, arguments, bytes, length, reason, status);
}

/* Encoded-words of ISO-2022-JP each begin and end in ASCII. Joined, they hold a switch back to ASCII with a switch away
 * right behind it, which ICU takes for an attack and marks with U+FFFD: such a first switch goes. */
static char *drop_idle_escapes(const char *bytes, size_t length, struct arena *arena, size_t *ret_length) {
    char *out = arena_take(arena, length + 1);
    size_t to = 0;
    for (size_t i = 0; i < length; i++) {
        bool to_ascii = length - i > 4 && (memcmp(bytes + i, "\x1B(B", 3) == 0 || memcmp(bytes + i, "\x1B(J", 3) == 0);
        if (to_ascii && bytes[i + 3] == '\x1B')
            i += 2;
        else
            out[to++] = bytes[i];
    }
    *ret_length = to;
    return out;
}

/* UTF-8 of BYTES read as CONVERTER; NULL where ICU can't. *RET_ERRORS counts bytes that meant nothing. */
static char *convert(const char *bytes, size_t length, const char *converter_name, struct arena *arena,
                     size_t *ret_length, size_t *ret_errors) {
    UErrorCode status = U_ZERO_ERROR;
    if (is_iso_2022(converter_name))
        bytes = drop_idle_escapes(bytes, length, arena, &length);
    size_t errors = 0;
    UConverter *converter = ucnv_open(converter_name, &status);
    if (U_FAILURE(status) || !converter)
        return NULL;
    ucnv_setToUCallBack(converter, count_and_substitute, &errors, NULL, NULL, &status);
    int32_t capacity = (int32_t)length + 16;
    UChar *wide = memory_new_array((size_t)capacity, sizeof *wide);
    int32_t count = ucnv_toUChars(converter, wide, capacity, bytes, (int32_t)length, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR && count < INT32_MAX / 8) {
        status = U_ZERO_ERROR;
        errors = 0;
        capacity = count + 1;
        wide = memory_resize(wide, (size_t)capacity, sizeof *wide);
        count = ucnv_toUChars(converter, wide, capacity, bytes, (int32_t)length, &status);
    }
    ucnv_close(converter);
    char *out = NULL;
    if (U_SUCCESS(status)) {
        int32_t room = count * 3 + 1, written = 0;
        char *narrow = memory_new((size_t)room);
        status = U_ZERO_ERROR;
        u_strToUTF8WithSub(narrow, room, &written, wide, count, 0xFFFD, NULL, &status);
        if (U_SUCCESS(status)) {
            out = arena_copy_bytes(arena, narrow, (size_t)written);
            *ret_length = (size_t)written;
            *ret_errors = errors;
        }
        free(narrow);
    }
    free(wide);
    return out;
}

struct shape {
    bool high, zero, escape;  /* bytes above 127; NUL; an ISO 2022 escape */
    bool utf8;                /* all well-formed */
    size_t multibyte, broken; /* well-formed sequences of two or more; ill-formed bytes */
};

static struct shape look(const char *bytes, size_t length) {
    struct shape shape = {.utf8 = true};
    for (size_t i = 0; i < length;) {
        unsigned char c = (unsigned char)bytes[i];
        if (c < 0x80) {
            shape.zero |= c == 0;
            shape.escape |= c == 0x1B && i + 2 < length && (bytes[i + 1] == '$' || bytes[i + 1] == '(');
            i++;
            continue;
        }
        size_t start = i;
        shape.high = true;
        if (utf8_next(bytes, length, &i) == 0xFFFD && i == start + 1)
            shape.broken++;
        else
            shape.multibyte++;
    }
    shape.utf8 = shape.broken == 0;
    return shape;
}

/* The guess as a converter that takes senders' extra characters too. */
static const char *guess(const char *bytes, size_t length) {
    const char *name = charset_guess(bytes, length);
    const char *converter = string_equal(name, "windows-1252") ? name : find_name(name).converter;
    return converter ? converter : "windows-1252";
}

static void drop_mark_and_zeros(char *text, size_t *length) {
    size_t from = utf8_mark_length(text, *length), to = 0;
    for (; from < *length; from++)
        if (text[from])
            text[to++] = text[from];
    text[to] = '\0';
    *length = to;
}

/* Repairs ill-formed UTF-8 byte by byte with U+FFFD. */
static char *repair(const char *bytes, size_t length, struct arena *arena, size_t *ret_length) {
    auto_text out = TEXT_EMPTY;
    for (size_t i = 0; i < length;)
        text_append_codepoint(&out, utf8_next(bytes, length, &i));
    *ret_length = out.length;
    return arena_copy_bytes(arena, text_string(&out), out.length);
}

/* The declared word as far as a note may show it: a charset's name is ASCII, this may be anything. */
static const char *shown(const char *declared, struct arena *arena) {
    char *copy = arena_copy_bytes(arena, declared, strnlen(declared, 40));
    for (char *letter = copy; *letter; letter++)
        if (*letter < ' ' || *letter > '~')
            *letter = '?';
    return copy;
}

/* Bytes on their way to UTF-8: what is known of them, and what became of them so far. */
struct reading {
    const char *bytes, *declared;
    size_t length;
    struct name name;
    struct shape shape;
    bool contradicted; /* the declared charset is one that any bytes convert from, and these look like another's */
    struct arena *arena;
    char *out; /* NULL until a way was found */
    size_t out_length;
    const char *note;
};

static struct reading reading_begin(const char *bytes, size_t length, const char *declared, struct arena *arena) {
    struct reading reading = {
        .bytes = bytes, .declared = declared, .length = length < LENGTH_MOST ? length : LENGTH_MOST, .arena = arena};
    struct name *name = &reading.name;
    *name = find_name(declared);
    reading.shape = look(bytes, reading.length);
    reading.contradicted = name->trust == TRUST_SINGLE && string_equal(name->converter, "windows-1252") &&
                           !reading.shape.utf8 && charset_guess_is_foreign(bytes, reading.length);
    if (reading.contradicted)
        *name = (struct name){NULL, TRUST_NOTHING};
    if (name->converter && string_equal(name->converter, "UTF-16") && reading.length >= 2 &&
        memcmp(bytes, "\xFE\xFF", 2) != 0 && memcmp(bytes, "\xFF\xFE", 2) != 0)
        name->converter = charset_guess_utf16(bytes, reading.length);
    return reading;
}

/* How many bytes meant nothing, in a conversion that came about. */
static size_t try(struct reading *reading, const char *converter) {
    size_t errors = 0;
    reading->out = convert(reading->bytes, reading->length, converter, reading->arena, &reading->out_length, &errors);
    return errors;
}

static const char *not_as_declared(const struct reading *reading) {
    return arena_format(reading->arena, "the text is not in the declared charset \"%s\"",
                        shown(reading->declared, reading->arena));
}

/* As a charset whose bytes themselves show whether it is theirs. */
static void read_as_declared(struct reading *reading) {
    const struct name *name = &reading->name;
    const struct shape *shape = &reading->shape;
    bool wide = name->converter && is_wide(name->converter);
    if (name->trust != TRUST_MULTIPLE || (wide && shape->utf8 && !shape->zero)) {
        if (wide)
            reading->note = not_as_declared(reading);
        return;
    }
    size_t errors = try(reading, name->converter);
    bool right_as_utf8 = shape->high && shape->utf8 && shape->multibyte > 0;
    bool too_high = shape->high && is_seven_bit(name->converter);
    bool too_many = errors > 8 && errors * 10 > reading->length;
    if (errors > 0 && (right_as_utf8 || too_high || too_many))
        reading->out = NULL;
    if (!reading->out)
        reading->note = not_as_declared(reading);
    else if (errors > 0)
        reading->note = "some bytes of the text mean nothing in its charset";
}

/* Seven bits with escapes, whatever was declared. */
static void read_as_japanese(struct reading *reading) {
    if (!reading->shape.high && reading->shape.escape && try(reading, "iso-2022-jp") > 0)
        reading->out = NULL;
}

static void read_as_utf8(struct reading *reading) {
    const struct shape *shape = &reading->shape;
    if (shape->utf8) {
        if (shape->high && reading->name.trust == TRUST_SINGLE)
            reading->note = arena_format(reading->arena, "the text is UTF-8 though declared as \"%s\"",
                                         shown(reading->declared, reading->arena));
        else if (shape->high && reading->name.trust == TRUST_NOTHING)
            reading->note = "the text has no charset; read as UTF-8, which it is";
        reading->out = arena_copy_bytes(reading->arena, reading->bytes, reading->length);
        reading->out_length = reading->length;
    } else if (reading->name.trust == TRUST_UTF8 && shape->multibyte >= shape->broken) {
        reading->out = repair(reading->bytes, reading->length, reading->arena, &reading->out_length);
        reading->note = "the text is damaged: some bytes are not UTF-8";
    }
}

/* As single bytes of the declared charset, else of the likeliest. */
static void read_as_guessed(struct reading *reading) {
    const char *taken = reading->name.converter;
    if (reading->name.trust != TRUST_SINGLE) {
        taken = guess(reading->bytes, reading->length);
        reading->note = reading->name.trust == TRUST_NOTHING && !reading->contradicted
                            ? arena_format(reading->arena, "the text has no usable charset; read as %s", taken)
                            : arena_format(reading->arena, "%s; read as %s", not_as_declared(reading), taken);
    }
    try(reading, taken);
    if (!reading->out)
        reading->out = repair(reading->bytes, reading->length, reading->arena, &reading->out_length);
}

char *charset_to_utf8(const char *bytes, size_t length, const char *declared, struct arena *arena, size_t *ret_length,
                      const char **ret_note) {
    static void (*const ways[])(struct reading *) = {read_as_declared, read_as_japanese, read_as_utf8, read_as_guessed};
    struct reading reading = reading_begin(bytes, length, declared, arena);
    for (size_t i = 0; i < COUNT_OF(ways) && !reading.out; i++)
        ways[i](&reading);
    drop_mark_and_zeros(reading.out, &reading.out_length);
    char *undoubled =
        reading.shape.high ? charset_guess_undouble(reading.out, reading.out_length, arena, &reading.out_length) : NULL;
    if (undoubled) {
        reading.out = undoubled;
        reading.note = "the text was encoded twice on its way: it was read as it was before";
    }
    *ret_length = reading.out_length;
    if (ret_note)
        *ret_note = reading.note;
    return reading.out;
}

void charset_append_utf8(struct text *text, const char *charset, const char *bytes, size_t length) {
    auto_arena arena = arena_new();
    size_t converted_length = 0;
    char *converted = charset_to_utf8(bytes, length, charset, arena, &converted_length, NULL);
    text_append_bytes(text, converted, converted_length);
}

size_t charset_unify_line_ends(char *text, size_t length) {
    size_t to = 0;
    for (size_t from = 0; from < length; from++) {
        if (text[from] != '\r')
            text[to++] = text[from];
        else if (from + 1 >= length || text[from + 1] != '\n')
            text[to++] = '\n';
    }
    text[to] = '\0';
    return to;
}
