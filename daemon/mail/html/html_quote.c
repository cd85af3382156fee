#include "mail/html/html_quote.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/html/html_document.h"
#include "mail/terms.h"

/* Nodes that a look around an element may visit: the marks of quotations stand near to it. */
enum { LOOK_MAX = 300 };

enum meaning {
    MEANS_NOTHING,
    MEANS_QUOTATION,    /* all of it is quoted */
    MEANS_CONTAINER,    /* holds an introduction and a blockquote; without a blockquote all of it is quoted */
    MEANS_GMAIL,        /* the same, but a forwarded letter has no blockquote and is told by its words */
    MEANS_INTRODUCTION, /* "On ... wrote:"; a blockquote follows */
    MEANS_REST,         /* from here on everything is quoted */
    MEANS_SIGNATURE,
};

/* What the mail programs call their elements. */
static const struct {
    const char *attribute, *words;
    enum meaning meaning;
} names[] = {
    /* Gmail and those that imitate it */
    {"class", "gmail_quote|gmail_quote_container", MEANS_GMAIL},
    {"class", "gmail_attr", MEANS_INTRODUCTION},
    {"class", "gmail_signature", MEANS_SIGNATURE},
    /* Outlook for the web, Windows, Mac, phones */
    {"id", "divRplyFwdMsg|stopSpelling|mail-editor-reference-message-container", MEANS_REST},
    {"class", "ms-outlook-mobile-reference-message|OutlookMessageHeader", MEANS_REST},
    {"id", "OLK_SRC_BODY_SECTION", MEANS_QUOTATION},
    {"id", "Signature|ms-outlook-mobile-signature", MEANS_SIGNATURE},
    {"class", "ms-outlook-mobile-signature", MEANS_SIGNATURE},
    /* Apple Mail */
    {"id", "AppleMailSignature|lineBreakAtBeginningOfSignature", MEANS_SIGNATURE},
    /* Yahoo, AOL */
    {"class", "yahoo_quoted", MEANS_CONTAINER},
    {"class", "ymail_android_signature|aol_ad_footer", MEANS_SIGNATURE},
    {"id", "yahoo_quoted", MEANS_CONTAINER},
    /* Thunderbird */
    {"class", "moz-cite-prefix", MEANS_INTRODUCTION},
    {"class", "moz-forward-container", MEANS_CONTAINER},
    {"class", "moz-signature", MEANS_SIGNATURE},
    /* Proton, Tutanota, Fastmail */
    {"class", "protonmail_quote", MEANS_CONTAINER},
    {"class", "protonmail_signature_block", MEANS_SIGNATURE},
    {"class", "tutanota_quote", MEANS_QUOTATION},
    {"id", "qt", MEANS_CONTAINER},
    /* Zimbra */
    {"data-marker", "__HEADERS__", MEANS_QUOTATION},
    {"data-marker", "__QUOTED_TEXT__", MEANS_CONTAINER},
    {"data-marker", "__SIG_PRE__|__SIG_POST__", MEANS_SIGNATURE},
    /* Spark, Airmail, HubSpot, Zoho, Freshdesk, Canary, Front */
    {"name", "messageReplySection", MEANS_CONTAINER},
    {"name", "messageSignatureSection", MEANS_SIGNATURE},
    {"class", "spark_quote|clean_bq|freshdesk_quote", MEANS_QUOTATION},
    {"class", "airmail_on", MEANS_INTRODUCTION},
    {"class", "bloop_sign|front-signature", MEANS_SIGNATURE},
    {"class", "hs_reply|zmail_extra", MEANS_CONTAINER},
    {"id", "Zm-_Id_-Sgn|CanarySig", MEANS_SIGNATURE},
    {"id", "Zm-_Id_-Sgn1", MEANS_INTRODUCTION},
    /* GMX, web.de, Roundcube, Evolution, Samsung, NetEase */
    {"name", "quote", MEANS_QUOTATION},
    {"id", "reply-intro", MEANS_INTRODUCTION},
    {"id", "_rc_sig|composer_signature|spnEditorSign", MEANS_SIGNATURE},
    {"class", "-x-evo-signature-wrapper", MEANS_SIGNATURE},
    {"id", "isReplyContent|isForwardContent", MEANS_QUOTATION},
};

/* One of WORDS is one of those in VALUE. */
static bool has_word(const char *value, const char *words) {
    while (value && *value) {
        value += strspn(value, " \t\r\n");
        while (string_starts_with(value, "x_")) /* what Outlook for the web made of it when it was quoted before */
            value += 2;
        size_t length = strcspn(value, " \t\r\n");
        if (terms_equal(value, length, words))
            return true;
        value += length;
    }
    return false;
}

static enum meaning meaning_of_names(const xmlNode *element) {
    if (!element->properties)
        return MEANS_NOTHING;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (has_word(html_document_attribute(element, names[i].attribute), names[i].words))
            return names[i].meaning;
    const char *class = html_document_attribute(element, "class");
    return html_document_is(element, "div") && class && strlen(class) < HTML_STYLE_SIZE && strcasestr(class, "quote")
               ? MEANS_CONTAINER
               : MEANS_NOTHING;
}

/* What the "indent" button makes of a paragraph: a blockquote that quotes nobody. */
static bool is_indent(const xmlNode *blockquote) {
    char style[HTML_STYLE_SIZE];
    if (html_document_attribute(blockquote, "type") || html_document_attribute(blockquote, "cite"))
        return false;
    html_document_style(blockquote, style);
    return has_word(html_document_attribute(blockquote, "class"), "webkit-indent-blockquote") ||
           (strstr(style, "border:none") && strstr(style, "40px"));
}

/* The line that Outlook and Windows Mail draw above the header block of what is answered. */
static bool is_outlook_border(const xmlNode *element) {
    char style[HTML_STYLE_SIZE];
    if (!html_document_is(element, "div") || !html_document_attribute(element, "style"))
        return false;
    html_document_style(element, style);
    return strstr(style, "border:none;border-top:solid") && strstr(style, "padding:3.0pt");
}

/* The node after NODE in the document, its children left out where ENTER is false. */
static const xmlNode *next_node(const xmlNode *node, bool enter) {
    if (enter && node->children && node->type == XML_ELEMENT_NODE)
        return node->children;
    while (node && !node->next)
        node = node->parent;
    return node ? node->next : NULL;
}

static bool is_text(const xmlNode *node) {
    if (node->type != XML_TEXT_NODE || !node->content)
        return false;
    const char *content = (const char *)node->content;
    for (; *content; content++)
        if (string_starts_with(content, "\u00A0"))
            content++;
        else if (!strchr(" \t\r\n", *content))
            return true;
    return false;
}

/* A blockquote stands from NODE on, before END, and where TEXT_ENDS before anything but white space. */
static bool finds_blockquote(const xmlNode *node, const xmlNode *end, bool text_ends) {
    for (size_t looked = 0; node && node != end && looked < LOOK_MAX; looked++, node = next_node(node, true)) {
        if (html_document_is(node, "blockquote"))
            return true;
        if (text_ends && is_text(node))
            return false;
    }
    return false;
}

/* Some programs let people write inside of or below the signature's element: then it is none. */
static bool text_follows(const xmlNode *element) {
    size_t looked = 0;
    for (const xmlNode *node = next_node(element, false); node && looked < LOOK_MAX; looked++) {
        enum meaning meaning = node->type == XML_ELEMENT_NODE ? meaning_of_names(node) : MEANS_NOTHING;
        if (html_document_is(node, "blockquote") || (meaning != MEANS_NOTHING && meaning != MEANS_SIGNATURE) ||
            (node->type == XML_ELEMENT_NODE && is_outlook_border(node)))
            return false;
        if (meaning == MEANS_NOTHING && is_text(node))
            return true;
        node = next_node(node, meaning != MEANS_SIGNATURE && !html_document_is(node, "style"));
    }
    return false;
}

enum html_mark html_quote_mark(const xmlNode *element) {
    enum meaning meaning = meaning_of_names(element);
    if (html_document_is(element, "blockquote") &&
        (meaning == MEANS_NOTHING || meaning == MEANS_CONTAINER || meaning == MEANS_GMAIL))
        return is_indent(element) ? HTML_ORDINARY : HTML_QUOTED;
    switch (meaning) {
    case MEANS_QUOTATION:
        return HTML_QUOTED;
    case MEANS_CONTAINER:
        return finds_blockquote(element->children, next_node(element, false), false) ? HTML_ORDINARY : HTML_QUOTED;
    case MEANS_INTRODUCTION:
        return finds_blockquote(next_node(element, false), NULL, true) ? HTML_QUOTED : HTML_ORDINARY;
    case MEANS_REST:
        return HTML_QUOTED_FROM_HERE;
    case MEANS_SIGNATURE:
        return text_follows(element) ? HTML_ORDINARY : HTML_SIGNATURE;
    case MEANS_GMAIL:
    case MEANS_NOTHING:
        break;
    }
    return is_outlook_border(element) ? HTML_QUOTED_FROM_HERE : HTML_ORDINARY;
}
