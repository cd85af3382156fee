#include "mail/letter.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "mail/compose.h"
#include "mail/message/header.h"
#include "mail/message/header_decode.h"
#include "mail/message/mailbox.h"

enum { FIELDS_MAX = 100, FIELD_LENGTH_MAX = 64 * 1024, IDENTIFIERS_MAX = 60 };

struct field {
    const char *name, *bytes; /* BYTES: the whole field with its folds, without the last line end */
    size_t name_length, length;
};

struct fields {
    struct field items[FIELDS_MAX];
    size_t count;
    bool any; /* there is a header, of whatever use its fields are */
};

static const char *const kept_once[] = {
    "MIME-Version", "Content-Type",        "Content-Transfer-Encoding", "Content-Disposition", "Content-Language",
    "Content-ID",   "Content-Description", "Content-Location",          "Content-Base",        "Content-Class"};

/* What of it we use to write our own. */
static const char *const read_once[] = {"Subject", "Date", "Message-ID", "In-Reply-To", "References"};

static bool is_among(const char *const *list, size_t count, const char *name, size_t length) {
    for (size_t i = 0; i < count; i++)
        if (strlen(list[i]) == length && strncasecmp(list[i], name, length) == 0)
            return true;
    return false;
}

static bool is_of_use(const char *name, size_t length) {
    return is_among(kept_once, COUNT_OF(kept_once), name, length) ||
           is_among(read_once, COUNT_OF(read_once), name, length);
}

/* The end of the line at POSITION, and where the next begins: CRLF, LF or CR. */
static size_t line_end(const char *bytes, size_t length, size_t position, size_t *ret_next) {
    while (position < length && bytes[position] != '\r' && bytes[position] != '\n')
        position++;
    bool pair = position + 1 < length && bytes[position] == '\r' && bytes[position + 1] == '\n';
    *ret_next = position + (position < length) + pair;
    return position;
}

static size_t field_name_length(const char *line, size_t length) {
    size_t name = 0;
    while (name < length && line[name] > ' ' && line[name] < 127 && line[name] != ':')
        name++;
    size_t colon = name;
    while (colon < length && (line[colon] == ' ' || line[colon] == '\t'))
        colon++;
    return colon < length && line[colon] == ':' ? name : 0;
}

/* A field whose name has bytes that no name may have: left out, but no end of the header. */
static bool names_oddly(const char *line, size_t length) {
    size_t name = 0;
    while (name < length && (unsigned char)line[name] > ' ' && line[name] != ':')
        name++;
    return name > 0 && name < length && line[name] == ':';
}

/* A line that is no field, yet within the header: a mailbox file's separator, or one with a field of the mail's way
 * behind it. What follows must not go on as if it were the writer's words: it tells where they write from. */
static bool is_within_header(const char *bytes, size_t length, size_t start, size_t end, size_t next) {
    static const char *const way[] = {"Received",     "From",        "To",         "Subject",
                                      "Date",         "Message-ID",  "Sender",     "Cc",
                                      "References",   "Return-Path", "Reply-To",   "MIME-Version",
                                      "Delivered-To", "In-Reply-To", "User-Agent", "DKIM-Signature"};
    if ((end - start > 5 && memcmp(bytes + start, "From ", 5) == 0) ||
        (end - start > 6 && memcmp(bytes + start, ">From ", 6) == 0))
        return true;
    size_t after, following = line_end(bytes, length, next, &after) - next;
    size_t name = field_name_length(bytes + next, following);
    return is_among(way, COUNT_OF(way), bytes + next, name) || (name > 2 && strncasecmp(bytes + next, "X-", 2) == 0) ||
           (name > 4 && strncasecmp(bytes + next, "ARC-", 4) == 0) ||
           (name > 8 && strncasecmp(bytes + next, "Content-", 8) == 0);
}

/* Splits the header; returns where the body begins. Fields that are of no use, and those beyond the bounds, are left
 * out: between a hundred fields of the mail's way the one that says what it holds must still be found. */
static size_t read_fields(const char *bytes, size_t length, struct fields *fields) {
    size_t position = 0, next;
    struct field *last = NULL;
    while (position < length) {
        size_t end = line_end(bytes, length, position, &next);
        if (end == position)
            return next;
        const char *line = bytes + position;
        size_t name = field_name_length(line, end - position);
        fields->any = fields->any || name > 0;
        if (*line == ' ' || *line == '\t') {
            if (last && (size_t)(bytes + end - last->bytes) <= FIELD_LENGTH_MAX)
                last->length = (size_t)(bytes + end - last->bytes);
        } else if (name > 0 && fields->count < FIELDS_MAX && is_of_use(line, name)) {
            last = &fields->items[fields->count++];
            *last = (struct field){line, line, name, end - position};
        } else {
            if (name == 0 && !names_oddly(line, end - position) &&
                !is_within_header(bytes, length, position, end, next))
                return position; /* a body without the empty line before it */
            last = NULL;
        }
        position = next;
    }
    return length;
}

static const struct field *find_field(const struct fields *fields, const char *name) {
    for (size_t i = 0; i < fields->count; i++)
        if (is_among(&name, 1, fields->items[i].name, fields->items[i].name_length))
            return &fields->items[i];
    return NULL;
}

/* Its value, folds undone, in the arena. */
static const char *field_value(const struct field *field, struct arena *arena) {
    const char *colon = memchr(field->bytes + field->name_length, ':', field->length - field->name_length);
    if (!colon)
        return "";
    auto_text value = TEXT_EMPTY;
    for (const char *next = colon + 1; next < field->bytes + field->length; next++)
        if (*next != '\r' && *next != '\n' && *next != '\0')
            text_append_char(&value, *next);
    char *copy = arena_copy_bytes(arena, text_string(&value), value.length);
    string_trim(copy);
    return copy;
}

static void append_with_crlf(struct text *ret, const char *bytes, size_t length) {
    text_reserve(ret, length + length / 32 + 2);
    for (size_t position = 0, next; position < length; position = next) {
        size_t end = line_end(bytes, length, position, &next);
        text_append_bytes(ret, bytes + position, end - position);
        if (end < length)
            text_append(ret, "\r\n");
    }
}

/* But for NUL, which no mail may hold (RFC 5322 section 3.5) and which ends the header for many programs. */
static void append_as_it_is(struct text *ret, const struct fields *fields, const char *name) {
    const struct field *field = find_field(fields, name);
    if (!field)
        return;
    auto_text clean = TEXT_EMPTY;
    for (const char *next = field->bytes, *end = field->bytes + field->length; next < end;) {
        size_t length = strnlen(next, (size_t)(end - next));
        text_append_bytes(&clean, next, length);
        next += length + 1;
    }
    append_with_crlf(ret, text_string(&clean), clean.length);
    text_append(ret, "\r\n");
}

/* Some programs make identifiers of the address that they write from. */
static bool tells_address(const char *identifier, const struct letter_settings *settings) {
    return !string_is_empty(settings->writer) && strcasestr(identifier, settings->writer);
}

static void append_identifiers(struct text *ret, const struct fields *fields, const char *name,
                               const struct letter_settings *settings, struct arena *arena) {
    const struct field *field = find_field(fields, name);
    const char *identifiers[IDENTIFIERS_MAX];
    size_t count = 0;
    for (const char *next = field ? field_value(field, arena) : "";
         count < IDENTIFIERS_MAX && (next = strchr(next, '<'));) {
        const char *end = strpbrk(next + 1, "<>");
        if (!end || *end == '<') {
            next = next + 1;
            continue;
        }
        const char *mapped =
            settings->map_identifier(settings->context, arena_copy_bytes(arena, next, (size_t)(end - next) + 1));
        if (mapped && !tells_address(mapped, settings))
            identifiers[count++] = mapped;
        next = end;
    }
    header_append_identifiers(ret, name, identifiers, count);
}

/* One "Re:" at AT with the blanks around it; 0 where there is none. */
static size_t one_reply_prefix(const char *at) {
    static const char *const words[] = {"re",      "r",  "ref", "res", "resp", "rép", "RÉP",  "rif",  "aw",   "antw",
                                        "antwort", "sv", "odp", "ynt", "ats",  "atb", "回复", "答复", "回覆", "返信"};
    static const char *const blanks[] = {" ", "\t", "\u00A0", "\u202F"}, *const colons[] = {":", "："};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        size_t used = strlen(words[i]), digits;
        if (strncasecmp(at, words[i], used) != 0)
            continue;
        if (at[used] == '[' && (digits = strspn(at + used + 1, "0123456789")) > 0 && at[used + 1 + digits] == ']')
            used += digits + 2;
        for (size_t j = 0; j < COUNT_OF(blanks); j++)
            used += string_starts_with(at + used, blanks[j]) ? strlen(blanks[j]) : 0;
        for (size_t j = 0; j < COUNT_OF(colons); j++)
            if (string_starts_with(at + used, colons[j]))
                return used + strlen(colons[j]) + strspn(at + used + strlen(colons[j]), " \t");
    }
    return 0;
}

/* How many bytes SUBJECT begins with that say that it is an answer, in whatever program's language: "Re: ", "AW: Re: ",
 * "Rép : ", "Re[2]: ". Not those of forwarded mail. */
static size_t reply_prefix(const char *subject) {
    size_t length = 0, one;
    while ((one = one_reply_prefix(subject + length)) > 0)
        length += one;
    return length;
}

static const char *own_subject(const struct field *field, const struct letter_settings *settings, struct arena *arena) {
    const char *subject = field ? header_decode_string(field_value(field, arena), arena) : "";
    size_t prefix = settings->map_subject ? reply_prefix(subject) : 0;
    return prefix ? arena_format(arena, "%.*s%s", (int)prefix, subject,
                                 settings->map_subject(settings->context, subject + prefix))
                  : subject;
}

static void append_own(struct text *ret, const struct fields *fields, const struct letter_settings *settings,
                       struct arena *arena) {
    header_append_mailbox(ret, "From", settings->from_name, settings->from_address);
    header_append_mailbox(ret, "To", settings->to_name, settings->to_address);
    const struct field *date = find_field(fields, "Date"), *id = find_field(fields, "Message-ID");
    header_append_unstructured(ret, "Subject", own_subject(find_field(fields, "Subject"), settings, arena));
    if (date && mailbox_parse_date(field_value(date, arena)) != 0)
        header_append_structured(ret, "Date", field_value(date, arena));
    else
        header_append_date(ret, "Date", settings->date, 0);
    size_t before = ret->length;
    const char *identifier = id && !settings->replace_message_id ? field_value(id, arena) : NULL;
    /* With one of ours an answer to the letter would pass for an answer to us. */
    if (identifier &&
        (settings->map_identifier(settings->context, identifier) != identifier || tells_address(identifier, settings)))
        identifier = NULL;
    header_append_identifiers(ret, "Message-ID", &identifier, identifier ? 1 : 0);
    if (ret->length == before)
        header_append_identifiers(ret, "Message-ID", &settings->message_id, 1);
    append_identifiers(ret, fields, "In-Reply-To", settings, arena);
    append_identifiers(ret, fields, "References", settings, arena);
    header_append_structured(ret, COMPOSE_LOOP_HEADER, settings->loop_mark);
}

bool letter_rewrite(const char *bytes, size_t length, const struct letter_settings *settings, struct text *ret,
                    struct error *error) {
    auto_arena arena = arena_new();
    struct fields *fields = arena_take(arena, sizeof *fields);
    size_t body = read_fields(bytes, length, fields);
    if (!fields->any)
        return error_set(error, ERROR_PERMANENT, "the letter has no header");
    append_own(ret, fields, settings, arena);
    for (size_t i = 0; i < COUNT_OF(kept_once); i++)
        append_as_it_is(ret, fields, kept_once[i]);
    text_append(ret, "\r\n");
    append_with_crlf(ret, bytes + body, length - body);
    return true;
}
