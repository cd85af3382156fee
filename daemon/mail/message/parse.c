#include "mail/message/parse.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mail/message/boundary.h"
#include "mail/message/charset.h"
#include "mail/message/charset_guess.h"
#include "mail/message/header_block.h"
#include "mail/message/header_decode.h"
#include "mail/message/mailbox.h"
#include "mail/message/transfer.h"

struct parser {
    struct arena *arena;
    struct message *message;
    size_t parts, header_budget, text_budget;
};

/* What a part's header says of its content. */
struct content {
    const char *boundary;
    enum transfer_encoding encoding;
};

static void parse_entity(struct parser *parser, const char *bytes, size_t length, size_t depth, const char *subtype,
                         struct message_part *ret);

static const char *raw_header(const struct message_part *part, const char *name) {
    for (size_t i = 0; i < part->header_count; i++)
        if (string_equal_ignore_case(part->headers[i].name, name))
            return part->headers[i].raw;
    return NULL;
}

static char *lower(struct arena *arena, const char *string) {
    char *copy = arena_copy_string(arena, string);
    if (copy)
        string_lower_ascii(copy);
    return copy;
}

static bool is_token(const char *word) {
    if (!*word)
        return false;
    for (; *word; word++)
        if (*word <= ' ' || *word >= 0x7F || strchr("()<>@,;:\\\"/[]?=", *word))
            return false;
    return true;
}

/* Several Content-Type fields: the first that names a type counts. */
static const char *content_type(const struct message_part *part) {
    const char *first = NULL;
    for (size_t i = 0; i < part->header_count; i++)
        if (string_equal_ignore_case(part->headers[i].name, "Content-Type")) {
            const char *raw = part->headers[i].raw;
            if (strchr(raw, '/') && *raw != ';')
                return raw;
            first = first ? first : raw;
        }
    return first;
}

static void read_type(struct parser *parser, struct message_part *part, const char *subtype, struct content *content) {
    struct header_parameter *parameters = NULL;
    const char *value = "", *raw = content_type(part);
    size_t count = raw ? header_decode_field(raw, strlen(raw), parser->arena, &value, &parameters) : 0;
    char *type = lower(parser->arena, value), *slash = strchr(type, '/');
    if (slash) {
        *slash++ = '\0';
        string_trim(type);
        string_trim(slash);
        slash[strcspn(slash, " \t")] = '\0'; /* `text/plain charset=...` */
    }
    if (slash && is_token(type) && is_token(slash)) {
        part->type = type;
        part->subtype = slash;
    } else {
        if (raw && *raw && !string_equal(type, "text"))
            message_warn(parser->message, "a Content-Type could not be understood: read as text");
        part->type = string_equal(subtype, "rfc822") ? "message" : "text";
        part->subtype = subtype;
    }
    part->charset = lower(parser->arena, header_decode_find(parameters, count, "charset"));
    part->filename = header_decode_find(parameters, count, "name");
    part->report_type = lower(parser->arena, header_decode_find(parameters, count, "report-type"));
    part->flowed = string_equal_ignore_case(header_decode_find(parameters, count, "format"), "flowed");
    part->delete_space = string_equal_ignore_case(header_decode_find(parameters, count, "delsp"), "yes");
    content->boundary = header_decode_find(parameters, count, "boundary");
}

static void read_disposition(struct parser *parser, struct message_part *part) {
    const char *raw = raw_header(part, "Content-Disposition"), *value;
    struct header_parameter *parameters = NULL;
    if (!raw)
        return;
    size_t count = header_decode_field(raw, strlen(raw), parser->arena, &value, &parameters);
    const char *filename = header_decode_find(parameters, count, "filename");
    part->disposition = string_starts_with_ignore_case(value, "attachment") ? "attachment"
                        : string_starts_with_ignore_case(value, "inline")   ? "inline"
                                                                            : NULL;
    if (!string_is_empty(filename))
        part->filename = filename;
}

static void read_encoding(struct parser *parser, const struct message_part *part, struct content *content) {
    const char *raw = raw_header(part, "Content-Transfer-Encoding");
    if (!string_is_empty(raw) && !transfer_find(raw, &content->encoding))
        message_warn(parser->message, "an unknown Content-Transfer-Encoding was read as 8bit");
}

static char *decode(struct parser *parser, const char *bytes, size_t length, enum transfer_encoding encoding,
                    size_t *ret_length) {
    bool damaged = false;
    char *decoded = transfer_decode(encoding, bytes, length, parser->arena, ret_length, &damaged);
    if (damaged)
        message_warn(parser->message, "a part's transfer encoding is damaged: what could be read was read");
    return decoded;
}

/* The whole content as one text, for a multipart without parts. */
static void parse_undivided(struct parser *parser, const char *bytes, size_t length, size_t depth,
                            struct message_part *part) {
    part->children = arena_take_array(parser->arena, 1, sizeof *part->children);
    part->child_count = 1;
    parser->parts++;
    parse_entity(parser, bytes, length, depth + 1, "plain", part->children);
}

static void parse_multipart(struct parser *parser, const char *bytes, size_t length, size_t depth,
                            struct content *content, struct message_part *part) {
    struct boundary_span *spans = NULL;
    size_t count = 0, most = PARSE_PARTS_MAX - parser->parts; /* not yet full, or this would not be read */
    bool named = !string_is_empty(content->boundary);
    const char *delimiter = named ? arena_format(parser->arena, "--%s", content->boundary) : NULL;
    bool found = named && boundary_split(bytes, length, delimiter, most, parser->message, &spans, &count);
    if (!found && content->encoding != TRANSFER_IDENTITY) {
        /* Forbidden for multiparts, yet met. */
        bytes = decode(parser, bytes, length, content->encoding, &length);
        found = named && boundary_split(bytes, length, delimiter, most, parser->message, &spans, &count);
    }
    if (!found && length > 0) {
        message_warn(parser->message, "a multipart's boundary is missing or wrong");
        delimiter = boundary_guess(parser->arena, bytes, length);
        found = delimiter && boundary_split(bytes, length, delimiter, most, parser->message, &spans, &count);
    }
    if (!found && length > 0) {
        parse_undivided(parser, bytes, length, depth, part);
        return;
    }
    part->children = arena_take_array(parser->arena, count, sizeof *part->children);
    parser->parts += count;
    const char *subtype = string_equal(part->subtype, "digest") ? "rfc822" : "plain";
    for (size_t i = 0; i < count; i++)
        parse_entity(parser, bytes + spans[i].start, spans[i].length, depth + 1, subtype, &part->children[i]);
    part->child_count = count;
    free(spans);
}

static bool is_embedded(const struct message_part *part) {
    if (string_equal(part->type, "message"))
        return string_equal(part->subtype, "rfc822") || string_equal(part->subtype, "global") ||
               string_equal(part->subtype, "news") || string_equal(part->subtype, "global-headers");
    return string_equal(part->type, "text") && string_equal(part->subtype, "rfc822-headers");
}

/* Text that is declared base64 but stands there plainly: words with spaces between them. */
static bool is_plainly_text(const char *bytes, size_t length) {
    size_t strange = 0, seen = length < 4096 ? length : 4096;
    for (size_t i = 0; i < seen; i++) {
        bool inner_space = bytes[i] == ' ' && i > 0 && i + 1 < length && bytes[i - 1] > ' ' && bytes[i + 1] > ' ';
        strange += inner_space || (bytes[i] > ' ' && strchr(".,;:!?()'\"<>&@*", bytes[i]));
    }
    return seen > 0 && strange * 20 > seen;
}

static void convert_text(struct parser *parser, struct message_part *part) {
    size_t most = part->length < PARSE_TEXT_MAX ? part->length : PARSE_TEXT_MAX;
    if (most > parser->text_budget)
        most = parser->text_budget;
    if (most < part->length)
        message_warn(parser->message, "the text is very long: only its beginning was read");
    parser->text_budget -= most;
    const char *note = NULL;
    size_t length;
    const char *declared = part->charset;
    if (string_is_empty(declared) && string_equal(part->subtype, "html"))
        declared = charset_guess_html(part->bytes, most, parser->arena);
    char *text = charset_to_utf8(part->bytes, most, declared, parser->arena, &length, &note);
    if (note)
        message_warn(parser->message, "%s", note);
    charset_unify_line_ends(text, length);
    part->text = text;
}

static void parse_leaf(struct parser *parser, const char *bytes, size_t length, struct content *content,
                       struct message_part *part) {
    bool text = string_equal(part->type, "text") || string_equal(part->type, "message");
    if (content->encoding == TRANSFER_BASE64 && text && is_plainly_text(bytes, length)) {
        message_warn(parser->message, "a part is declared base64 but is plain text");
        content->encoding = TRANSFER_IDENTITY;
    }
    part->bytes = decode(parser, bytes, length, content->encoding, &part->length);
    if (text)
        convert_text(parser, part);
}

static void parse_embedded(struct parser *parser, const char *bytes, size_t length, size_t depth,
                           struct content *content, struct message_part *part) {
    if (content->encoding == TRANSFER_BASE64 || content->encoding == TRANSFER_QUOTED_PRINTABLE) {
        size_t line = length < 998 ? length : 998;
        if (!header_block_is_field(bytes, line) || content->encoding == TRANSFER_QUOTED_PRINTABLE)
            bytes = decode(parser, bytes, length, content->encoding, &length);
    }
    if (string_equal(part->type, "text")) { /* small, and readable by itself */
        part->bytes = arena_copy_bytes(parser->arena, bytes, length);
        part->length = length;
        convert_text(parser, part);
    }
    part->children = arena_take_array(parser->arena, 1, sizeof *part->children);
    part->child_count = 1;
    parser->parts++;
    parse_entity(parser, bytes, length, depth + 1, "plain", part->children);
}

/* SUBTYPE is what the part is where its header doesn't say: "plain" text, or an "rfc822" message. */
static void parse_entity(struct parser *parser, const char *bytes, size_t length, size_t depth, const char *subtype,
                         struct message_part *ret) {
    struct header_block block;
    struct content content = {0};
    header_block_read(bytes, length, &parser->header_budget, parser->message, &block);
    *ret = (struct message_part){.headers = block.headers, .header_count = block.count};
    bytes += block.body;
    length -= block.body;
    read_type(parser, ret, subtype, &content);
    read_disposition(parser, ret);
    read_encoding(parser, ret, &content);
    bool multipart = string_equal(ret->type, "multipart"), embedded = is_embedded(ret);
    if ((multipart || embedded) && (depth >= PARSE_DEPTH_MAX || parser->parts >= PARSE_PARTS_MAX)) {
        message_warn(parser->message, "the mail is nested too deeply: its innermost parts were not read");
        ret->type = "application";
        ret->subtype = "octet-stream";
        ret->bytes = arena_copy_bytes(parser->arena, bytes, length);
        ret->length = length;
    } else if (multipart) {
        parse_multipart(parser, bytes, length, depth, &content, ret);
    } else if (embedded) {
        parse_embedded(parser, bytes, length, depth, &content, ret);
    } else {
        parse_leaf(parser, bytes, length, &content, ret);
    }
}

static void read_addresses(struct message *message, const char *name, const struct message_address **ret,
                           size_t *ret_count) {
    bool seen = false;
    for (size_t i = 0; i < message->header_count; i++)
        if (string_equal_ignore_case(message->headers[i].name, name)) {
            if (seen)
                message_warn(message, "the field %s stands in the header more than once: the first counts", name);
            else
                mailbox_parse_list(message->headers[i].raw, message->arena, ret, ret_count);
            seen = true;
        }
}

static const char *raw_first(const struct message *message, const char *name) {
    const char *raw = raw_header(&message->root, name);
    return raw ? raw : "";
}

static void read_envelope(struct message *message) {
    read_addresses(message, "From", &message->from, &message->from_count);
    read_addresses(message, "Sender", &message->sender, &message->sender_count);
    read_addresses(message, "Reply-To", &message->reply_to, &message->reply_to_count);
    read_addresses(message, "To", &message->to, &message->to_count);
    read_addresses(message, "Cc", &message->cc, &message->cc_count);
    const char *subject = message_header(message, "Subject"), **identifiers = NULL;
    size_t count = 0;
    message->subject = subject ? subject : "";
    mailbox_parse_identifiers(raw_first(message, "Message-ID"), message->arena, &identifiers, &count);
    message->message_id = count ? identifiers[0] : "";
    mailbox_parse_identifiers(raw_first(message, "In-Reply-To"), message->arena, &message->in_reply_to,
                              &message->in_reply_to_count);
    mailbox_parse_identifiers(raw_first(message, "References"), message->arena, &message->references,
                              &message->references_count);
    message->date = mailbox_parse_date(raw_first(message, "Date"));
    if (!message->from_count)
        message_warn(message, "there is no sender in From");
    if (!message->date)
        message_warn(message, "the date is missing or makes no sense");
}

/* Where the mail itself begins: after a byte order mark and empty lines. */
static size_t beginning(const char *bytes, size_t length) {
    size_t start = utf8_mark_length(bytes, length), line = start;
    for (; line < length && strchr(" \t\r\n", bytes[line]) && bytes[line]; line++)
        if (bytes[line] == '\n')
            start = line + 1;
    return start;
}

bool message_parse(const char *bytes, size_t length, struct arena *arena, struct message *ret, struct error *error) {
    if (length > PARSE_MESSAGE_MAX)
        return error_set(error, ERROR_PERMANENT, "the mail is larger than %d MB", PARSE_MESSAGE_MAX / 1048576);
    size_t start = beginning(bytes, length);
    bytes += start;
    length -= start;
    if (length == 0)
        return error_set(error, ERROR_PERMANENT, "the mail is empty");
    *ret = (struct message){.arena = arena};
    if (!memchr(bytes, '\n', length) && memchr(bytes, '\r', length)) {
        char *copy = arena_copy_bytes(arena, bytes, length);
        length = charset_unify_line_ends(copy, length);
        bytes = copy;
        message_warn(ret, "the lines end with carriage returns only");
    }
    struct parser parser = {arena, ret, 1, PARSE_HEADER_MAX, PARSE_TEXTS_MAX};
    parse_entity(&parser, bytes, length, 0, "plain", &ret->root);
    ret->headers = ret->root.headers;
    ret->header_count = ret->root.header_count;
    if (!ret->header_count)
        message_warn(ret, "there is no header: everything was read as text");
    read_envelope(ret);
    return true;
}
