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
};

enum { LONG_ADDRESS = 38 }; /* bytes, "mailto:" with them */

/* Only what every mail program knows, and no colours but a grey that reads on white and on black. */
static const char style_body[] = "margin:0;padding:16px;";
static const char style_page[] = "max-width:36em;margin:0 auto;font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans',"
                                 "Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5;"
                                 "overflow-wrap:break-word;" /* long addresses, on telephones */;

static void append_escaped(struct text *text, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        switch (bytes[i]) {
        case '&':
            text_append(text, "&amp;");
            break;
        case '<':
            text_append(text, "&lt;");
            break;
        case '>':
            text_append(text, "&gt;");
            break;
        case '"':
            text_append(text, "&quot;");
            break;
        default:
            text_append_char(text, bytes[i]);
            break;
        }
}

/* An address as it may stand in href: bytes that RFC 3986 does not know are percent-encoded. */
static void append_href(struct text *text, const char *address) {
    for (const char *c = address; *c; c++) {
        bool plain = (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z') ||
                     strchr("-._~:/?#[]@!$()*+,;=%", *c);
        if (*c == '&')
            text_append(text, "&amp;");
        else if (plain)
            text_append_char(text, *c);
        else
            text_append_format(text, "%%%02X", (unsigned char)*c);
    }
}

static const char *align_name(MD_ALIGN align) {
    switch (align) {
    case MD_ALIGN_LEFT:
        return "left";
    case MD_ALIGN_CENTER:
        return "center";
    case MD_ALIGN_RIGHT:
        return "right";
    case MD_ALIGN_DEFAULT:
        break;
    }
    return "start";
}

static void enter_ordered_list(struct text *out, const char *side, unsigned start) {
    text_append_format(out, "<ol style=\"margin:0 0 16px 0;padding-%s:24px;\"", side);
    if (start != 1)
        text_append_format(out, " start=\"%u\"", start);
    text_append(out, ">\n");
}

static void enter_heading(struct text *out, unsigned level) {
    const char *size = level == 1 ? "22px" : level == 2 ? "19px" : "16px";
    text_append_format(out, "<h%u style=\"margin:24px 0 8px 0;font-size:%s;line-height:1.3;\">", level, size);
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *context) {
    struct renderer *renderer = context;
    struct text *out = &renderer->out;
    const char *side = renderer->right_to_left ? "right" : "left";
    switch (type) {
    case MD_BLOCK_DOC:
    case MD_BLOCK_HTML:
        break;
    case MD_BLOCK_QUOTE:
        text_append_format(out, "<blockquote style=\"margin:0 0 16px 0;padding-%s:12px;border-%s:3px solid #888;\">\n",
                           side, side);
        break;
    case MD_BLOCK_UL:
        text_append_format(out, "<ul style=\"margin:0 0 16px 0;padding-%s:24px;\">\n", side);
        break;
    case MD_BLOCK_OL:
        enter_ordered_list(out, side, ((MD_BLOCK_OL_DETAIL *)detail)->start);
        break;
    case MD_BLOCK_LI:
        text_append(out, "<li style=\"margin:0 0 4px 0;\">");
        break;
    case MD_BLOCK_HR:
        text_append(out, "<hr style=\"border:0;border-top:1px solid #888;margin:24px 0;\">\n");
        break;
    case MD_BLOCK_H:
        enter_heading(out, ((MD_BLOCK_H_DETAIL *)detail)->level);
        break;
    case MD_BLOCK_CODE:
        text_append(out, "<pre style=\"margin:0 0 16px 0;white-space:pre-wrap;\">");
        break;
    case MD_BLOCK_P:
        text_append(out, "<p style=\"margin:0 0 16px 0;\">");
        break;
    case MD_BLOCK_TABLE:
        text_append(out, "<table style=\"margin:0 0 16px 0;border-collapse:collapse;\">\n");
        break;
    case MD_BLOCK_THEAD:
        text_append(out, "<thead>\n");
        break;
    case MD_BLOCK_TBODY:
        text_append(out, "<tbody>\n");
        break;
    case MD_BLOCK_TR:
        text_append(out, "<tr>");
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        text_append_format(out, "<%s style=\"padding:4px 12px 4px 0;text-align:%s;\">",
                           type == MD_BLOCK_TH ? "th" : "td", align_name(((MD_BLOCK_TD_DETAIL *)detail)->align));
        break;
    }
    return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *context) {
    struct renderer *renderer = context;
    static const char *const ends[] = {
        [MD_BLOCK_DOC] = "",
        [MD_BLOCK_QUOTE] = "</blockquote>\n",
        [MD_BLOCK_UL] = "</ul>\n",
        [MD_BLOCK_OL] = "</ol>\n",
        [MD_BLOCK_LI] = "</li>\n",
        [MD_BLOCK_HR] = "",
        [MD_BLOCK_CODE] = "</pre>\n",
        [MD_BLOCK_HTML] = "",
        [MD_BLOCK_P] = "</p>\n",
        [MD_BLOCK_TABLE] = "</table>\n",
        [MD_BLOCK_THEAD] = "</thead>\n",
        [MD_BLOCK_TBODY] = "</tbody>\n",
        [MD_BLOCK_TR] = "</tr>\n",
        [MD_BLOCK_TH] = "</th>",
        [MD_BLOCK_TD] = "</td>",
    };
    if (type == MD_BLOCK_H)
        text_append_format(&renderer->out, "</h%u>\n", ((MD_BLOCK_H_DETAIL *)detail)->level);
    else
        text_append(&renderer->out, ends[type]);
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

static void append_span(struct renderer *renderer, MD_SPANTYPE type, bool enter, void *detail) {
    const char *slash = enter ? "" : "/";
    switch (type) {
    case MD_SPAN_EM:
    case MD_SPAN_U:
        text_append_format(&renderer->out, "<%sem>", slash);
        break;
    case MD_SPAN_STRONG:
        text_append_format(&renderer->out, "<%sstrong>", slash);
        break;
    case MD_SPAN_CODE:
        text_append_format(&renderer->out, "<%scode>", slash);
        break;
    case MD_SPAN_DEL:
        text_append_format(&renderer->out, "<%sdel>", slash);
        break;
    case MD_SPAN_A:
        if (enter)
            enter_link(renderer, detail);
        else if (renderer->links[--renderer->link_count])
            text_append(&renderer->out, "</a>");
        break;
    case MD_SPAN_IMG:
    case MD_SPAN_LATEXMATH:
    case MD_SPAN_LATEXMATH_DISPLAY:
    case MD_SPAN_WIKILINK:
        break;
    }
}

static int enter_span(MD_SPANTYPE type, void *detail, void *context) {
    append_span(context, type, true, detail);
    return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *context) {
    append_span(context, type, false, detail);
    return 0;
}

/* A mail address that is a link and may be too long for a telephone's line is parted before its '@', not somewhere. */
static void append_words(struct renderer *renderer, const char *bytes, size_t length) {
    bool in_link = renderer->link_count > 0 && renderer->links[renderer->link_count - 1];
    const char *at = in_link && renderer->long_link ? memchr(bytes, '@', length) : NULL;
    size_t before = at ? (size_t)(at - bytes) : length;
    append_escaped(&renderer->out, bytes, before);
    if (at)
        text_append(&renderer->out, "<wbr>");
    append_escaped(&renderer->out, bytes + before, length - before);
}

static int add_text(MD_TEXTTYPE type, const MD_CHAR *bytes, MD_SIZE length, void *context) {
    struct renderer *renderer = context;
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
    append_escaped(out, language ? language : "", language ? strlen(language) : 0);
    text_append_format(out, "\" dir=\"%s\">\n<head>\n", renderer.right_to_left ? "rtl" : "ltr");
    text_append(out, "<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    append_escaped(out, title ? title : "", title ? strlen(title) : 0);
    text_append_format(out, "</title>\n</head>\n<body style=\"%s\">\n<div style=\"%s\">\n", style_body, style_page);
    MD_PARSER parser = {.enter_block = enter_block,
                        .leave_block = leave_block,
                        .enter_span = enter_span,
                        .leave_span = leave_span,
                        .text = add_text};
    bool done = markdown_text_parse(markdown, &parser, &renderer, error);
    memory_free_pointer(&renderer.links);
    if (!done) {
        text_free(out);
        return false;
    }
    text_append(out, "</div>\n</body>\n</html>\n");
    text_free(ret);
    *ret = renderer.out;
    return true;
}
