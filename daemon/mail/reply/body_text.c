#include "mail/reply/body_text.h"

#include <string.h>

#include "base/text.h"
#include "mail/html/html_text.h"
#include "mail/reply/reply_line.h"

enum { STUB_MAX = 400 }; /* bytes */

/* Joins flowed lines of equal quote depth and takes space-stuffing off. */
static const char *unflow(struct arena *arena, const char *text, bool delete_space) {
    auto_text out = TEXT_EMPTY;
    bool open = false, any = false; /* OPEN: the line before wants to go on */
    size_t open_depth = 0;
    size_t length;
    for (const char *content; (content = string_next_line(&text, &length));) {
        size_t depth = bytes_span(content, length, ">"), before = depth + (depth < length && content[depth] == ' ');
        content += before;
        length -= before;
        bool signature = length == 3 && strncmp(content, "-- ", 3) == 0;
        bool flows = !signature && length > 0 && content[length - 1] == ' ';
        if (!open || depth != open_depth || signature || length == 0) {
            if (any)
                text_append_char(&out, '\n');
            text_append_bytes(&out, content - before, depth);
            text_append(&out, depth ? " " : "");
        }
        text_append_bytes(&out, content, length - (flows && delete_space ? 1 : 0));
        any = true;
        open = flows;
        open_depth = depth;
    }
    return arena_copy_string(arena, text_string(&out));
}

static bool is_blank(const char *text) {
    return text[strspn(text, " \t\n\r")] == '\0';
}

static bool is_text(const struct message_part *part, const char *subtype) {
    return string_equal(part->type, "text") && (!subtype || string_equal(part->subtype, subtype));
}

/* Some programs forget to say that it is HTML. */
static bool is_document(const char *text) {
    text += strspn(text, " \t\n\r");
    return (string_starts_with_ignore_case(text, "<!doctype html") || string_starts_with_ignore_case(text, "<html>") ||
            string_starts_with_ignore_case(text, "<html ")) &&
           strstr(text, "</");
}

struct body {
    struct message *message;
    struct text out;
    bool attachments_too;
};

static void collect(struct body *body, const struct message_part *part, bool first);

static void append(struct text *out, const char *text) {
    if (is_blank(text))
        return;
    if (out->length)
        text_append(out, out->bytes[out->length - 1] == '\n' ? "\n" : "\n\n");
    text_append(out, text);
}

static void collect_leaf(struct body *body, const struct message_part *part, bool first) {
    struct message *message = body->message;
    bool attached = string_equal(part->disposition, "attachment") || (part->filename && !first);
    if (!part->text || (attached && !body->attachments_too))
        return;
    if (is_text(part, "html") || (is_text(part, "plain") && is_document(part->text))) {
        const char *warning;
        append(&body->out, html_text_convert(part->text, strlen(part->text), message->arena, &warning));
        if (warning)
            message_warn(message, "%s", warning);
    } else if (is_text(part, "plain") || is_text(part, "enriched") || is_text(part, "markdown") ||
               (first && is_text(part, NULL) && !is_text(part, "calendar") && !is_text(part, "vcard")))
        append(&body->out, part->flowed ? unflow(message->arena, part->text, part->delete_space) : part->text);
}

/* "This message is in HTML": says nothing but that the other alternative says it. */
static bool is_stub(const struct message_part *part) {
    size_t length = part->text ? strlen(part->text) : 0;
    return length <= STUB_MAX &&
           (!part->text || strcasestr(part->text, "html") || !reply_line_says_something(part->text, length));
}

/* The plain text if it says anything, else the last alternative that does. */
static void collect_alternative(struct body *body, const struct message_part *part, bool first) {
    size_t before = body->out.length;
    for (size_t i = 0; i < part->child_count && body->out.length == before; i++)
        if (is_text(&part->children[i], "plain") && !is_stub(&part->children[i]))
            collect(body, &part->children[i], first);
    for (size_t i = part->child_count; i-- > 0 && body->out.length == before;)
        if (!is_text(&part->children[i], "plain"))
            collect(body, &part->children[i], first);
    for (size_t i = 0; i < part->child_count && body->out.length == before; i++)
        if (is_text(&part->children[i], "plain"))
            collect(body, &part->children[i], first);
}

static void collect(struct body *body, const struct message_part *part, bool first) {
    if (body->out.length >= BODY_TEXT_MAX)
        return;
    if (!string_equal(part->type, "multipart")) {
        if (!part->child_count)
            collect_leaf(body, part, first);
    } else if (string_equal(part->subtype, "alternative")) {
        collect_alternative(body, part, first);
    } else {
        /* Of these, the first that says something is what the others belong to. */
        bool only_one = string_equal(part->subtype, "related") || string_equal(part->subtype, "signed") ||
                        string_equal(part->subtype, "report");
        size_t before = body->out.length;
        for (size_t i = 0; i < part->child_count && (!only_one || body->out.length == before); i++)
            collect(body, &part->children[i], first && i == 0);
    }
}

const char *body_text_make(struct message *message) {
    struct body body = {.message = message};
    collect(&body, &message->root, true);
    if (!body.out.length) {
        body.attachments_too = true; /* some write their whole letter into one */
        collect(&body, &message->root, true);
    }
    if (body.out.length > BODY_TEXT_MAX) {
        text_truncate(&body.out, utf8_cut(body.out.bytes, body.out.length, BODY_TEXT_MAX));
        message_warn(message, "the text is very long: its end was cut off");
    }
    text_trim_end(&body.out, " \n\t\r");
    const char *text = arena_copy_string(message->arena, text_string(&body.out));
    text_free(&body.out);
    return text;
}
