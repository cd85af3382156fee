#pragma once
/* A mail's two bodies from one Markdown text (CommonMark 0.30 plus tables, strikethrough and bare web and mail
 * addresses as links). Raw HTML is shown, never passed on; images become their description; links lead to http, https
 * and mailto only. Both bodies say the same.
 *
 * An image of "picture:KIND" is drawn of its description, goes along with the mail, and is shown in the HTML body in
 * place of it: ![12 well, 3 slow](picture:health). */
#include <stdbool.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

struct markdown_picture {
    const char *kind, *words; /* "health"; its description */
    const char *id;           /* of its Content-ID, without angle brackets: the same of the same picture */
};
enum { MARKDOWN_PICTURES_MOST = 4 };

/* The pictures in MARKDOWN, at most so many, in ARENA. */
bool markdown_list_pictures(const char *markdown, struct arena *arena,
                            struct markdown_picture ret[MARKDOWN_PICTURES_MOST], size_t *ret_count,
                            struct error *error);

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
