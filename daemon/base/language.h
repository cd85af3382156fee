#pragma once
/* Languages as BCP 47 tags. */
#include <stdbool.h>

#include "base/error.h"

enum { LANGUAGE_SIZE = 64 };

/* The canonical form of a tag ("pt-br" gives "pt-BR", "PT_br" too). Refused (ERROR_PERMANENT): what is no well-formed
 * tag, and a language that nobody knows by that code; of a language's English name ("French") the code is told. */
bool language_read(const char *typed, char ret[LANGUAGE_SIZE], struct error *error);
