#pragma once
/* The words by which mails name charsets, and what they are worth: ICU's name of the converter, and how far it can be
 * believed. */
#include <stdbool.h>

/* How much the word tells about bytes above 127. */
enum charset_trust {
    CHARSET_TRUST_NOTHING,  /* no charset, or a word that names none */
    CHARSET_TRUST_SINGLE,   /* any bytes convert: success proves nothing, and valid UTF-8 is more likely */
    CHARSET_TRUST_MULTIPLE, /* the bytes themselves show whether it is true */
    CHARSET_TRUST_UTF8,
};

struct charset_name {
    const char *converter; /* ICU's name; NULL with CHARSET_TRUST_NOTHING */
    enum charset_trust trust;
};

/* What DECLARED (NULL: nothing said) usually means in mail, whatever its case, quotes and blanks. The converter's name
 * stands for ever. */
struct charset_name charset_name_find(const char *declared);

/* Of a converter's name: switched by escapes (ISO 2022); no byte above 127 belongs into it; units of 16 or 32 bits. */
bool charset_name_is_iso_2022(const char *converter);
bool charset_name_is_seven_bit(const char *converter);
bool charset_name_is_wide(const char *converter);
