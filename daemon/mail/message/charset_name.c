#include "mail/message/charset_name.h"

#include <ctype.h>
#include <string.h>
#include <unicode/ucnv.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/terms.h"

/* Words whose usual meaning in mail is not their registered one, or that ICU doesn't know. Supersets are taken where
 * senders are known to use their extra characters. */
static const struct {
    const char *words;
    struct charset_name name;
} meanings[] = {
    {"unknown-8bit|x-unknown|unknown|default|default_charset|x-user-defined|none|binary|7bit|8bit|us-ascii|ascii|"
     "ansi_x3.4-1968",
     {NULL, CHARSET_TRUST_NOTHING}},
    {"utf-8|utf8|utf8mb4|unicode-1-1-utf-8", {"UTF-8", CHARSET_TRUST_UTF8}},
    {"iso-8859-1|iso8859-1|iso_8859-1|latin1|latin-1", {"windows-1252", CHARSET_TRUST_SINGLE}},
    {"iso-8859-9", {"windows-1254", CHARSET_TRUST_SINGLE}},
    {"iso-8859-11|tis-620", {"windows-874", CHARSET_TRUST_SINGLE}},
    {"iso-8859-8-i|iso-8859-8-e", {"iso-8859-8", CHARSET_TRUST_SINGLE}},
    {"gb2312|gb_2312-80|gbk|x-gbk|cp936|euc-cn", {"gb18030", CHARSET_TRUST_MULTIPLE}},
    {"ks_c_5601-1987|ks_c_5601|ksc5601|euc-kr", {"windows-949", CHARSET_TRUST_MULTIPLE}},
    {"shift_jis|shift-jis|sjis|x-sjis|cp932", {"windows-31j", CHARSET_TRUST_MULTIPLE}},
    {"iso-2022-jp-ms|cp50220|cp50221", {"iso-2022-jp", CHARSET_TRUST_MULTIPLE}},
    {"big5|x-big5", {"big5-hkscs", CHARSET_TRUST_MULTIPLE}},
    {"unicode-1-1-utf-7", {"UTF-7", CHARSET_TRUST_MULTIPLE}},
    {"x-mac-roman", {"macintosh", CHARSET_TRUST_SINGLE}},
};

struct charset_name charset_name_find(const char *declared) {
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
        return (struct charset_name){NULL, CHARSET_TRUST_NOTHING};
    const char *canonical = ucnv_getName(converter, &status);
    struct charset_name name = {NULL,
                                ucnv_getMaxCharSize(converter) > 1 ? CHARSET_TRUST_MULTIPLE : CHARSET_TRUST_SINGLE};
    /* The converter's own name lives as long as ICU's alias table; the name in the mail doesn't. */
    name.converter = ucnv_getAlias(canonical, 0, &status);
    ucnv_close(converter);
    return U_SUCCESS(status) && name.converter ? name : (struct charset_name){NULL, CHARSET_TRUST_NOTHING};
}

/* ICU's own name of them all begins with ISO_2022. */
bool charset_name_is_iso_2022(const char *converter) {
    return string_starts_with_ignore_case(converter, "iso-2022") || string_starts_with(converter, "ISO_2022");
}

bool charset_name_is_seven_bit(const char *converter) {
    return string_equal_ignore_case(converter, "UTF-7") || charset_name_is_iso_2022(converter) ||
           string_starts_with_ignore_case(converter, "hz");
}

bool charset_name_is_wide(const char *converter) {
    return string_starts_with_ignore_case(converter, "UTF-16") || string_starts_with_ignore_case(converter, "UTF-32");
}
