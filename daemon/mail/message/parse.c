#include "mail/message/parse.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mail/message/charset.h"
#include "mail/message/charset_guess.h"
#include "mail/message/header_block.h"
#include "mail/message/header_decode.h"
#include "mail/message/mailbox.h"
#include "mail/message/transfer.h"

/* ---- Where the parts of a multipart begin and end (RFC 2046 section 5.1); linear in time ---- */

struct span {
    size_t start, length;
};

/* After a delimiter only "--" and white space may stand on its line: the length of that and the line end, SIZE_MAX
 * where something else stands there. */
static size_t rest_of_delimiter(const char *rest, size_t length, bool *ret_last) {
    size_t i = 0;
    bool last = length > 1 && rest[0] == '-' && rest[1] == '-';
    if (last)
        i += 2;
    while (i < length && (rest[i] == ' ' || rest[i] == '\t' || rest[i] == '\r'))
        i++;
    if (i < length && rest[i] != '\n')
        return SIZE_MAX;
    *ret_last = last;
    return i < length ? i + 1 : i;
}

/* The next line at or after FROM that is DELIMITER ("--" and the boundary): its place, LENGTH where there is none.
 * *RET_NEXT is after its line. */
static size_t find_delimiter(const char *bytes, size_t length, size_t from, const char *delimiter, size_t *ret_next,
                             bool *ret_last) {
    size_t delimiter_length = strlen(delimiter);
    while (from < length) {
        const char *found = memmem(bytes + from, length - from, delimiter, delimiter_length);
        if (!found)
            break;
        size_t place = (size_t)(found - bytes);
        if (place == 0 || bytes[place - 1] == '\n') {
            size_t rest = rest_of_delimiter(found + delimiter_length, length - place - delimiter_length, ret_last);
            if (rest != SIZE_MAX) {
                *ret_next = place + delimiter_length + rest;
                return place;
            }
        }
        const char *newline = memchr(found, '\n', length - place);
        if (!newline)
            break;
        from = (size_t)(newline - bytes) + 1;
    }
    return length;
}

/* A delimiter that the header doesn't tell: the first line that looks like one with a part's header after it; NULL
 * where there is none. Lives in ARENA. */
static const char *guess_delimiter(struct arena *arena, const char *bytes, size_t length) {
    for (size_t from = 0; from < length;) {
        const char *newline = memchr(bytes + from, '\n', length - from);
        size_t end = newline ? (size_t)(newline - bytes) : length;
        size_t line = bytes_trim(bytes + from, end - from, " \t\r");
        bool header_follows = length - end > 9 && strncasecmp(bytes + end + 1, "Content-", 8) == 0;
        if (line > 2 && line < 200 && header_follows && memcmp(bytes + from, "--", 2) == 0)
            return arena_copy_bytes(arena, bytes + from, line);
        from = end + 1;
    }
    return NULL;
}

/* The line end before a delimiter belongs to the delimiter. */
static struct span part_span(const char *bytes, size_t start, size_t end) {
    if (end > start && bytes[end - 1] == '\n')
        end--;
    if (end > start && bytes[end - 1] == '\r')
        end--;
    return (struct span){start, end - start};
}

/* The parts of BYTES between the lines that are DELIMITER ("--" and the boundary), at most MOST. False where no such
 * line stands in BYTES at all. The caller frees *RET. */
static bool split(const char *bytes, size_t length, const char *delimiter, size_t most, struct message *message,
                  struct span **ret, size_t *ret_count) {
    size_t count = 0, capacity = 0, next = length;
    bool last = false;
    size_t place = find_delimiter(bytes, length, 0, delimiter, &next, &last);
    if (place >= length)
        return false;
    struct span *spans = NULL;
    while (place < length && !last) {
        size_t start = next;
        if (count >= most) {
            message_warn(message, "the mail has too many parts: not all of them were read");
            break;
        }
        place = find_delimiter(bytes, length, start, delimiter, &next, &last);
        if (place >= length)
            message_warn(message, "a multipart's end is missing: perhaps the mail was cut off");
        if (place >= length && start >= length)
            break;
        spans = memory_grow(spans, &capacity, count + 1, sizeof *spans);
        spans[count++] = place < length ? part_span(bytes, start, place) : (struct span){start, length - start};
    }
    *ret = spans;
    *ret_count = count;
    return true;
}

/* ---- Parts ---- */

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

/* What is in PART is one entity: an embedded message, or the text of a multipart without parts. */
static void parse_only_child(struct parser *parser, const char *bytes, size_t length, size_t depth,
                             struct message_part *part) {
    part->children = arena_take_array(parser->arena, 1, sizeof *part->children);
    part->child_count = 1;
    parser->parts++;
    parse_entity(parser, bytes, length, depth + 1, "plain", part->children);
}

static void parse_multipart(struct parser *parser, const char *bytes, size_t length, size_t depth,
                            struct content *content, struct message_part *part) {
    struct span *spans = NULL;
    size_t count = 0, most = PARSE_PARTS_MAX - parser->parts; /* not yet full, or this would not be read */
    bool named = !string_is_empty(content->boundary);
    const char *delimiter = named ? arena_format(parser->arena, "--%s", content->boundary) : NULL;
    bool found = named && split(bytes, length, delimiter, most, parser->message, &spans, &count);
    if (!found && content->encoding != TRANSFER_IDENTITY) {
        /* Forbidden for multiparts, yet met. */
        bytes = decode(parser, bytes, length, content->encoding, &length);
        found = named && split(bytes, length, delimiter, most, parser->message, &spans, &count);
    }
    if (!found && length > 0) {
        message_warn(parser->message, "a multipart's boundary is missing or wrong");
        delimiter = guess_delimiter(parser->arena, bytes, length);
        found = delimiter && split(bytes, length, delimiter, most, parser->message, &spans, &count);
    }
    if (!found && length > 0) {
        parse_only_child(parser, bytes, length, depth, part);
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
    parse_only_child(parser, bytes, length, depth, part);
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

/* ---- The whole ---- */

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
