#pragma once
/* The few words that people send us, as they write them: found in a table, whatever their case, accents, punctuation
 * and politeness. Pure. */
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum { PHRASE_LINE_MAX = 160 }; /* bytes; a longer line is somebody's prose */

/* One line of a table: phrases of one language and one meaning, parted by ", ", written as the language writes them. */
struct phrase {
    const char *language; /* its primary subtag: "fr" */
    int meaning;          /* above 0 */
    const char *phrases;
};

enum {
    PHRASE_NONE = 0,   /* the line says something else */
    PHRASE_MIXED = -1, /* nothing but phrases, of several meanings */
};

/* LENGTH bytes of UTF-8 in lower case, without accents, its words parted by one blank: "S’il vous plaît !" gives "s il
 * vous plait". Appended to RET; what is longer than PHRASE_LINE_MAX gives nothing. */
void phrase_fold(const char *line, size_t length, struct text *ret);

/* The meaning of a line that holds nothing but phrases of TABLE, of LANGUAGE (BCP 47, its region ignored; NULL unknown)
 * or of English, and words of politeness in any language: "Stop, please", "Oui, tout va bien, merci !". What LANGUAGE
 * says a phrase means comes before English. A line with a question mark asks, and means nothing here. */
int phrase_find(const struct phrase *table, size_t count, const char *language, const char *line, size_t length);

/* A line that is empty or holds nothing but politeness: "Thanks!", "Hello," */
bool phrase_is_polite(const char *line, size_t length);

/* A line of greeting ("Hello Kate,", "Bonjour,"): one to three words behind a greeting, or none. */
bool phrase_is_greeting(const char *line, size_t length);
