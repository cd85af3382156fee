#include "mail/html/html_quote.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"

/* Nodes that a look around an element may visit: the marks of quotations stand near to it. */
enum { LOOK_MAX = 300, STYLE_SIZE = 512 };

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
    const char *attribute, *word;
    enum meaning meaning;
} names[] = {
    /* Gmail and those that imitate it */
    {"class", "gmail_quote", MEANS_GMAIL},
    {"class", "gmail_quote_container", MEANS_GMAIL},
    {"class", "gmail_attr", MEANS_INTRODUCTION},
    {"class", "gmail_signature", MEANS_SIGNATURE},
    /* Outlook for the web, Windows, Mac, phones */
    {"id", "divRplyFwdMsg", MEANS_REST},
    {"id", "stopSpelling", MEANS_REST},
    {"id", "mail-editor-reference-message-container", MEANS_REST},
    {"class", "ms-outlook-mobile-reference-message", MEANS_REST},
    {"class", "OutlookMessageHeader", MEANS_REST},
    {"id", "OLK_SRC_BODY_SECTION", MEANS_QUOTATION},
    {"id", "Signature", MEANS_SIGNATURE},
    {"id", "ms-outlook-mobile-signature", MEANS_SIGNATURE},
    {"class", "ms-outlook-mobile-signature", MEANS_SIGNATURE},
    /* Apple Mail */
    {"id", "AppleMailSignature", MEANS_SIGNATURE},
    {"id", "lineBreakAtBeginningOfSignature", MEANS_SIGNATURE},
    /* Yahoo, AOL */
    {"class", "yahoo_quoted", MEANS_CONTAINER},
    {"class", "ymail_android_signature", MEANS_SIGNATURE},
    {"id", "yahoo_quoted", MEANS_CONTAINER},
    {"class", "aol_ad_footer", MEANS_SIGNATURE},
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
    {"data-marker", "__SIG_PRE__", MEANS_SIGNATURE},
    {"data-marker", "__SIG_POST__", MEANS_SIGNATURE},
    /* Spark, Airmail, HubSpot, Zoho, Freshdesk, Canary, Front */
    {"name", "messageReplySection", MEANS_CONTAINER},
    {"name", "messageSignatureSection", MEANS_SIGNATURE},
    {"class", "spark_quote", MEANS_QUOTATION},
    {"class", "airmail_on", MEANS_INTRODUCTION},
    {"class", "bloop_sign", MEANS_SIGNATURE},
    {"class", "clean_bq", MEANS_QUOTATION},
    {"class", "hs_reply", MEANS_CONTAINER},
    {"class", "zmail_extra", MEANS_CONTAINER},
    {"id", "Zm-_Id_-Sgn", MEANS_SIGNATURE},
    {"id", "Zm-_Id_-Sgn1", MEANS_INTRODUCTION},
    {"class", "freshdesk_quote", MEANS_QUOTATION},
    {"id", "CanarySig", MEANS_SIGNATURE},
    {"class", "front-signature", MEANS_SIGNATURE},
    /* GMX, web.de, Roundcube, Evolution, Samsung, NetEase */
    {"name", "quote", MEANS_QUOTATION},
    {"id", "reply-intro", MEANS_INTRODUCTION},
    {"id", "_rc_sig", MEANS_SIGNATURE},
    {"class", "-x-evo-signature-wrapper", MEANS_SIGNATURE},
    {"id", "composer_signature", MEANS_SIGNATURE},
    {"id", "isReplyContent", MEANS_QUOTATION},
    {"id", "isForwardContent", MEANS_QUOTATION},
    {"id", "spnEditorSign", MEANS_SIGNATURE},
};

static const char *attribute(const xmlNode *element, const char *name) {
    for (const xmlAttr *each = element->properties; each; each = each->next)
        if (strcasecmp((const char *)each->name, name) == 0)
            return each->children ? (const char *)each->children->content : NULL;
    return NULL;
}

/* WORD is one of those in VALUE. */
static bool has_word(const char *value, const char *word) {
    size_t length = strlen(word);
    while (value && *value) {
        value += strspn(value, " \t\r\n");
        while (string_starts_with(value, "x_")) /* what Outlook for the web made of it when it was quoted before */
            value += 2;
        size_t next = strcspn(value, " \t\r\n");
        if (next == length && strncmp(value, word, length) == 0)
            return true;
        value += next;
    }
    return false;
}

static bool is_called(const xmlNode *element, const char *name) {
    return element->type == XML_ELEMENT_NODE && strcasecmp((const char *)element->name, name) == 0;
}

static enum meaning meaning_of_names(const xmlNode *element) {
    if (!element->properties)
        return MEANS_NOTHING;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (has_word(attribute(element, names[i].attribute), names[i].word))
            return names[i].meaning;
    const char *class = attribute(element, "class");
    return is_called(element, "div") && class && strlen(class) < STYLE_SIZE && strcasestr(class, "quote")
               ? MEANS_CONTAINER
               : MEANS_NOTHING;
}

/* ELEMENT's style without white space, in lower case. */
static void read_style(const xmlNode *element, char style[STYLE_SIZE]) {
    size_t length = 0;
    for (const char *at = attribute(element, "style"); at && *at && length < STYLE_SIZE - 1; at++)
        if (!strchr(" \t\r\n", *at))
            style[length++] = *at;
    style[length] = '\0';
    string_lower_ascii(style);
}

/* What the "indent" button makes of a paragraph: a blockquote that quotes nobody. */
static bool is_indent(const xmlNode *blockquote) {
    char style[STYLE_SIZE];
    if (attribute(blockquote, "type") || attribute(blockquote, "cite"))
        return false;
    read_style(blockquote, style);
    return has_word(attribute(blockquote, "class"), "webkit-indent-blockquote") ||
           (strstr(style, "border:none") && strstr(style, "40px"));
}

/* The line that Outlook and Windows Mail draw above the header block of what is answered. */
static bool is_outlook_border(const xmlNode *element) {
    char style[STYLE_SIZE];
    if (!is_called(element, "div") || !attribute(element, "style"))
        return false;
    read_style(element, style);
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

static bool holds_blockquote(const xmlNode *element) {
    size_t looked = 0;
    const xmlNode *end = next_node(element, false);
    for (const xmlNode *node = element->children; node && node != end && looked < LOOK_MAX; looked++) {
        if (is_called(node, "blockquote"))
            return true;
        node = next_node(node, true);
    }
    return false;
}

/* Nothing but white space stands between ELEMENT and a blockquote. */
static bool leads_to_blockquote(const xmlNode *element) {
    size_t looked = 0;
    for (const xmlNode *node = next_node(element, false); node && looked < LOOK_MAX; looked++) {
        if (is_called(node, "blockquote"))
            return true;
        if (is_text(node))
            return false;
        node = next_node(node, true);
    }
    return false;
}

/* Some programs let people write inside of or below the signature's element: then it is none. */
static bool text_follows(const xmlNode *element) {
    size_t looked = 0;
    for (const xmlNode *node = next_node(element, false); node && looked < LOOK_MAX; looked++) {
        enum meaning meaning = node->type == XML_ELEMENT_NODE ? meaning_of_names(node) : MEANS_NOTHING;
        if (is_called(node, "blockquote") || (meaning != MEANS_NOTHING && meaning != MEANS_SIGNATURE) ||
            (node->type == XML_ELEMENT_NODE && is_outlook_border(node)))
            return false;
        if (meaning == MEANS_NOTHING && is_text(node))
            return true;
        node = next_node(node, meaning != MEANS_SIGNATURE && !is_called(node, "style"));
    }
    return false;
}

enum html_mark html_quote_mark(const xmlNode *element) {
    enum meaning meaning = meaning_of_names(element);
    if (is_called(element, "blockquote") &&
        (meaning == MEANS_NOTHING || meaning == MEANS_CONTAINER || meaning == MEANS_GMAIL))
        return is_indent(element) ? HTML_ORDINARY : HTML_QUOTED;
    switch (meaning) {
    case MEANS_QUOTATION:
        return HTML_QUOTED;
    case MEANS_CONTAINER:
        return holds_blockquote(element) ? HTML_ORDINARY : HTML_QUOTED;
    case MEANS_INTRODUCTION:
        return leads_to_blockquote(element) ? HTML_QUOTED : HTML_ORDINARY;
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
