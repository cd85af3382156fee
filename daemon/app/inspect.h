#pragma once
/* How tandempost understands mails, and why: shown for people or as one JSON object a line. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "app/parser.h"

/* Describes the mails in the COUNT files of PATHS ("-": standard input), in order, on OUT. False with ERROR where a
 * file can't be read or the parser doesn't work; what came before is shown. */
bool inspect_files(const char *const *paths, size_t count, bool json, const struct description_settings *settings,
                   struct parser *parser, FILE *out, struct error *error);
