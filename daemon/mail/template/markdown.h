#pragma once
/* A mail's two bodies from one Markdown text (CommonMark 0.30 plus tables, strikethrough and bare web and mail
 * addresses as links). Raw HTML is shown, never passed on; images become their description; links lead to http, https
 * and mailto only. Both bodies say the same. */
#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

/* Writes a complete HTML document that reads well in any mail program, on an old phone and in dark mode. LANGUAGE is
 * BCP 47 and decides the direction of writing; TITLE is plain text. RET is replaced; untouched on failure. */
bool markdown_to_html(const char *markdown, const char *language, const char *title, struct text *ret,
                      struct error *error);

/* Writes the same as plain text with LF: a paragraph is one long line for the composer to wrap, lists have "- " or
 * "1. ", quotes "> ", emphasis *stars*, links "text <address>". RET is replaced; untouched on failure. */
bool markdown_to_plain(const char *markdown, struct text *ret, struct error *error);

/* Tells FOUND of each mark of emphasis, code or a link (MARK: "**") that opens nothing or closes nothing, and so would
 * be read as it stands, at OFFSET in MARKDOWN. */
bool markdown_find_stray(const char *markdown, void (*found)(void *context, size_t offset, const char *mark),
                         void *context, struct error *error);

/* Whether LANGUAGE (BCP 47) is written from right to left. */
bool markdown_is_right_to_left(const char *language);
