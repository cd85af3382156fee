#pragma once
/* Text for comparing: what people type differs from what is on record in case, accents, punctuation and blanks. */
#include <stddef.h>

#include "base/text.h"

/* Appends the words of LENGTH bytes of UTF-8 in lower case, without accents, compatibility forms replaced (NFKD),
 * digits of any script as ASCII, one blank between words: "S’il vous plaît !" gives "s il vous plait". */
void fold_words(const char *bytes, size_t length, struct text *ret);

/* The same without the blanks: "new-zealand", "New Zealand" and "NewZealand" are one. */
void fold_name(const char *string, struct text *ret);

/* Where behind the first COUNT words of LENGTH bytes the next one begins; LENGTH where there is none. */
size_t fold_skip(const char *bytes, size_t length, size_t count);

/* How many words a folded text has. */
size_t fold_count(const char *folded);
