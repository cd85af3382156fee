#pragma once
/* Languages as BCP 47 tags. */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { LANGUAGE_SIZE = 64 };

/* The canonical form of a tag ("pt-br" gives "pt-BR", "PT_br" too). Refused (ERROR_PERMANENT): what is no well-formed
 * tag, and a language that nobody knows by that code; of a language's name ("French") the code is told. */
bool language_read_tag(const char *typed, char ret[LANGUAGE_SIZE], struct error *error);

/* Likewise of what a person typed: a tag, or a language's name in any language (base/names.h: "German", "Deutsch"),
 * case and accents ignored. Of a slip the nearest name is told. */
bool language_read(const char *typed, const char *const *languages, size_t count, char ret[LANGUAGE_SIZE],
                   struct error *error);

/* Which of COUNT languages (at least one, the first the own) somebody with the language WANTED is written to in: WANTED
 * itself where they hold it or a shorter form of it (RFC 4647 section 3.4: "fr-CA" where they hold "fr"); else the one
 * that is WANTED's with a region ("pt-BR" of "pt"); else the first. */
const char *language_choose(const char *wanted, const char *const *languages, size_t count);
