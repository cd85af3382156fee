#pragma once
/* HTML to text without understanding its structure: for documents on which a real parser gives up. */
#include <stddef.h>

#include "base/memory.h"

/* HTML is UTF-8 of LENGTH bytes: tags, comments, scripts and styles go, the commonest entities become characters,
 * blocks begin new lines. Linear in time; the result lives in ARENA. */
char *html_strip(const char *html, size_t length, struct arena *arena);
