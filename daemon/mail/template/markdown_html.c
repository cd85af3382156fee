#include <string.h>
#include <unicode/uloc.h>

#include "base/memory.h"
#include "mail/template/markdown.h"
#include "mail/template/markdown_text.h"

struct renderer {
    struct text out;
    bool right_to_left;
    bool *links; /* for each open link: whether it was let through */
    size_t link_count, link_capacity;
    bool long_link; /* the last one's address */
    struct markdown_text_picture picture;
};

enum { LONG_ADDRESS = 38 }; /* bytes, "mailto:" with them */

/* Only what every mail program knows, and no colours but a grey that reads on white and on black. */
static const char style_body[] = "margin:0;padding:16px;";
static const char style_page[] = "max-width:36em;margin:0 auto;font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans',"
                                 "Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5;"
                                 "overflow-wrap:break-word;" /* long addresses, on telephones */;

/* An address as it may stand in href: bytes that RFC 3986 does not know are percent-encoded. */
static void append_href(struct text *text, const char *address) {
    for (const char *c = address; *c; c++) {
        bool plain = ascii_is_letter_or_digit(*c) || strchr("-._~:/?#[]@!$()*+,;=%", *c);
        if (*c == '&')
            text_append(text, "&amp;");
        else if (plain)
            text_append_char(text, *c);
        else
            text_append_format(text, "%%%02X", (unsigned char)*c);
    }
}

static const char *const align_names[] = {
    [MD_ALIGN_DEFAULT] = "start", [MD_ALIGN_LEFT] = "left", [MD_ALIGN_CENTER] = "center", [MD_ALIGN_RIGHT] = "right"};

/* What stands around each block; SIDE is where a line begins: left, or right. What has a detail is written apart. */
static const struct {
    const char *before, *after;
} blocks[] = {
    [MD_BLOCK_DOC] = {"", ""},
    [MD_BLOCK_QUOTE] = {"<blockquote style=\"margin:0 0 16px 0;padding-SIDE:12px;border-SIDE:3px solid #888;\">\n",
                        "</blockquote>\n"},
    [MD_BLOCK_UL] = {"<ul style=\"margin:0 0 16px 0;padding-SIDE:24px;\">\n", "</ul>\n"},
    [MD_BLOCK_OL] = {"<ol style=\"margin:0 0 16px 0;padding-SIDE:24px;\"", "</ol>\n"},
    [MD_BLOCK_LI] = {"<li style=\"margin:0 0 4px 0;\">", "</li>\n"},
    [MD_BLOCK_HR] = {"<hr style=\"border:0;border-top:1px solid #888;margin:24px 0;\">\n", ""},
    [MD_BLOCK_H] = {"", ""},
    [MD_BLOCK_CODE] = {"<pre style=\"margin:0 0 16px 0;white-space:pre-wrap;\">", "</pre>\n"},
    [MD_BLOCK_HTML] = {"", ""},
    [MD_BLOCK_P] = {"<p style=\"margin:0 0 16px 0;\">", "</p>\n"},
    [MD_BLOCK_TABLE] = {"<table style=\"margin:0 0 16px 0;border-collapse:collapse;\">\n", "</table>\n"},
    [MD_BLOCK_THEAD] = {"<thead>\n", "</thead>\n"},
    [MD_BLOCK_TBODY] = {"<tbody>\n", "</tbody>\n"},
    [MD_BLOCK_TR] = {"<tr>", "</tr>\n"},
    [MD_BLOCK_TH] = {"<th", "</th>"},
    [MD_BLOCK_TD] = {"<td", "</td>"},
};

static void append_sided(struct renderer *renderer, const char *html) {
    for (const char *side; (side = strstr(html, "SIDE")); html = side + strlen("SIDE")) {
        text_append_bytes(&renderer->out, html, (size_t)(side - html));
        text_append(&renderer->out, renderer->right_to_left ? "right" : "left");
    }
    text_append(&renderer->out, html);
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *context) {
    struct renderer *renderer = context;
    struct text *out = &renderer->out;
    append_sided(renderer, blocks[type].before);
    if (type == MD_BLOCK_H) {
        unsigned level = ((MD_BLOCK_H_DETAIL *)detail)->level;
        text_append_format(out, "<h%u style=\"margin:24px 0 8px 0;font-size:%s;line-height:1.3;\">", level,
                           level == 1   ? "22px"
                           : level == 2 ? "19px"
                                        : "16px");
    } else if (type == MD_BLOCK_OL) {
        unsigned start = ((MD_BLOCK_OL_DETAIL *)detail)->start;
        if (start != 1)
            text_append_format(out, " start=\"%u\"", start);
        text_append(out, ">\n");
    } else if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
        text_append_format(out, " style=\"padding:4px 12px 4px 0;text-align:%s;\">",
                           align_names[((MD_BLOCK_TD_DETAIL *)detail)->align]);
    }
    return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *context) {
    struct renderer *renderer = context;
    append_sided(renderer, blocks[type].after);
    if (type == MD_BLOCK_H)
        text_append_format(&renderer->out, "</h%u>\n", ((MD_BLOCK_H_DETAIL *)detail)->level);
    return 0;
}

static void enter_link(struct renderer *renderer, const MD_SPAN_A_DETAIL *detail) {
    auto_text address = TEXT_EMPTY;
    markdown_text_append_attribute(&address, &detail->href);
    bool allowed = markdown_text_link_allowed(text_string(&address));
    renderer->links = memory_grow(renderer->links, &renderer->link_capacity, renderer->link_count + 1, sizeof(bool));
    renderer->links[renderer->link_count++] = allowed;
    renderer->long_link = address.length > LONG_ADDRESS;
    if (!allowed)
        return;
    text_append(&renderer->out, "<a href=\"");
    append_href(&renderer->out, text_string(&address));
    text_append(&renderer->out, "\">");
}

static const char *const span_names[] = {[MD_SPAN_EM] = "em",     [MD_SPAN_U] = "em",    [MD_SPAN_STRONG] = "strong",
                                         [MD_SPAN_CODE] = "code", [MD_SPAN_DEL] = "del", [MD_SPAN_WIKILINK] = NULL};

static int enter_span(MD_SPANTYPE type, void *detail, void *context) {
    struct renderer *renderer = context;
    if (markdown_text_enter_picture(&renderer->picture, type, detail))
        return 0;
    if (type == MD_SPAN_A)
        enter_link(renderer, detail);
    else if (type < COUNT_OF(span_names) && span_names[type])
        text_append_format(&renderer->out, "<%s>", span_names[type]);
    return 0;
}

static void append_picture(struct renderer *renderer) {
    const struct text *words = &renderer->picture.words;
    text_append(&renderer->out, "<img src=\"cid:");
    markdown_text_append_picture_id(&renderer->out, &renderer->picture);
    text_append(&renderer->out, "\" alt=\"");
    text_append_html(&renderer->out, text_string(words), words->length);
    text_append(&renderer->out, "\" width=\"400\" style=\"display:block;width:100%;max-width:400px;height:auto;\">");
}

static int leave_span(MD_SPANTYPE type, void *detail, void *context) {
    struct renderer *renderer = context;
    (void)detail;
    if (markdown_text_leave_picture(&renderer->picture, type)) {
        append_picture(renderer);
        return 0;
    }
    if (type == MD_SPAN_A && renderer->links[--renderer->link_count])
        text_append(&renderer->out, "</a>");
    else if (type < COUNT_OF(span_names) && span_names[type])
        text_append_format(&renderer->out, "</%s>", span_names[type]);
    return 0;
}

/* A mail address that is a link and may be too long for a telephone's line is parted before its '@', not somewhere. */
static void append_words(struct renderer *renderer, const char *bytes, size_t length) {
    bool in_link = renderer->link_count > 0 && renderer->links[renderer->link_count - 1];
    const char *at = in_link && renderer->long_link ? memchr(bytes, '@', length) : NULL;
    size_t before = at ? (size_t)(at - bytes) : length;
    text_append_html(&renderer->out, bytes, before);
    if (at)
        text_append(&renderer->out, "<wbr>");
    text_append_html(&renderer->out, bytes + before, length - before);
}

static int add_text(MD_TEXTTYPE type, const char *bytes, MD_SIZE length, void *context) {
    struct renderer *renderer = context;
    if (markdown_text_add_to_picture(&renderer->picture, type, bytes, length))
        return 0;
    if (type == MD_TEXT_BR) {
        text_append(&renderer->out, "<br>\n");
    } else if (type == MD_TEXT_SOFTBR) {
        text_append(&renderer->out, "\n");
    } else {
        auto_text decoded = TEXT_EMPTY;
        markdown_text_append(&decoded, type, bytes, length);
        append_words(renderer, text_string(&decoded), decoded.length);
    }
    return 0;
}

bool markdown_is_right_to_left(const char *language) {
    char locale[ULOC_FULLNAME_CAPACITY];
    int32_t used = 0;
    UErrorCode status = U_ZERO_ERROR;
    uloc_forLanguageTag(language ? language : "", locale, sizeof locale, &used, &status);
    return U_SUCCESS(status) && status != U_STRING_NOT_TERMINATED_WARNING && used > 0 && uloc_isRightToLeft(locale);
}

bool markdown_to_html(const char *markdown, const char *language, const char *title, struct text *ret,
                      struct error *error) {
    struct renderer renderer = {.right_to_left = markdown_is_right_to_left(language)};
    struct text *out = &renderer.out;
    text_append(out, "<!DOCTYPE html>\n<html lang=\"");
    text_append_html(out, language ? language : "", language ? strlen(language) : 0);
    text_append_format(out, "\" dir=\"%s\">\n<head>\n", renderer.right_to_left ? "rtl" : "ltr");
    text_append(out, "<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    text_append_html(out, title ? title : "", title ? strlen(title) : 0);
    text_append_format(out, "</title>\n</head>\n<body style=\"%s\">\n<div style=\"%s\">\n", style_body, style_page);
    static const MD_PARSER handlers = {.enter_block = enter_block,
                                       .leave_block = leave_block,
                                       .enter_span = enter_span,
                                       .leave_span = leave_span,
                                       .text = add_text};
    bool done = markdown_text_walk(markdown, &handlers, &renderer, error);
    memory_free_pointer(&renderer.links);
    text_free(&renderer.picture.words);
    if (!done) {
        text_free(out);
        return false;
    }
    text_append(out, "</div>\n</body>\n</html>\n");
    text_free(ret);
    *ret = renderer.out;
    return true;
}
