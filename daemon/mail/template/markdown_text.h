#pragma once
/* What the plain and the HTML rendering of Markdown share, so that both say the same: the walk over it. */
#include <stdbool.h>
#include <stddef.h>

#include <md4c.h>

#include "base/error.h"
#include "base/text.h"

enum { MARKDOWN_TEXT_MAX = 4 * 1024 * 1024 }; /* bytes of Markdown taken */

/* Walks over MARKDOWN, read by md4c in our dialect; CONTEXT goes to those of HANDLERS' functions that are there. */
bool markdown_text_walk(const char *markdown, const MD_PARSER *handlers, void *context, struct error *error);

/* Appends a piece of running text, entities decoded. Line breaks (MD_TEXT_BR, _SOFTBR) are the caller's. */
void markdown_text_append(struct text *text, MD_TEXTTYPE type, const char *bytes, size_t length);

/* Appends an attribute (a link's address), entities decoded. */
void markdown_text_append_attribute(struct text *text, const MD_ATTRIBUTE *attribute);

/* Whether a link may lead there: http, https or mailto, without control characters. */
bool markdown_text_link_allowed(const char *address);

/* ---- Pictures ---- */

/* The one that is being read: from its span's beginning to its end, all text is its description. */
struct markdown_text_picture {
    bool inside;
    char kind[16];
    struct text words; /* the caller frees it */
};

/* A span begins: true where it is a picture, which is inside then. */
bool markdown_text_enter_picture(struct markdown_text_picture *picture, MD_SPANTYPE type, const void *detail);

/* Takes what is inside of one; false outside of any. */
bool markdown_text_add_to_picture(struct markdown_text_picture *picture, MD_TEXTTYPE type, const char *bytes,
                                  size_t length);

/* A span ends: true where it is the picture's own, which stays to be looked at until the next begins. */
bool markdown_text_leave_picture(struct markdown_text_picture *picture, MD_SPANTYPE type);

/* Appends its Content-ID. */
void markdown_text_append_picture_id(struct text *text, const struct markdown_text_picture *picture);
