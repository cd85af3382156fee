#pragma once
/* HTML to text that is pleasant to read: paragraphs, lists, tables, links; nothing that the reader would not have seen.
 * Bounded in time and memory on any input. */
#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"

/* Readies libxml2 for a process that may not open files. Called once, before the sandbox closes. */
void html_text_prepare(void);

/* HTML is UTF-8 of LENGTH bytes. Quoted lines come with "> " before them, a signature after a line "-- " (html_quote.h
 * says which elements are which). LF line ends. *RET_WARNING is why the result is a plain reading without structure, or
 * NULL. Everything lives in ARENA. */
const char *html_text_convert(const char *html, size_t length, struct arena *arena, const char **ret_warning);
