#include "mail/authentication.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "mail/message/header_decode.h"

/* The lexical elements of RFC 8601 section 2.2: what stands between white space and comments. */
struct scanner {
    const char *position;
    struct text word; /* of the element read last, unquoted */
    char mark;        /* ';', '=' or '/' where the element is that; else 0 */
};

/* Moves to the next element; false at the end. */
static bool next_element(struct scanner *scanner) {
    const char *end = scanner->position + strlen(scanner->position);
    const char *p = header_decode_skip_blanks(scanner->position, end);
    text_clear(&scanner->word);
    scanner->mark = 0;
    if (p == end)
        return false;
    if (strchr(";=/", *p)) {
        scanner->mark = *p++;
    } else if (*p == '"') {
        p = header_decode_quoted(&scanner->word, p, end);
    } else {
        size_t length = strcspn(p, " \t\r\n;=/(\"");
        text_append_bytes(&scanner->word, p, length);
        p += length;
    }
    scanner->position = p;
    return true;
}

static bool word_is(const struct scanner *scanner, const char *word) {
    return !scanner->mark && string_equal_ignore_case(text_string(&scanner->word), word);
}

/* ---- Whom a result speaks of ---- */

/* The From that we read, for comparing with the one that the server judged. */
struct author {
    char *domain;   /* key of "x@domain"; owned */
    bool ambiguous; /* not one From field with one plainly written mailbox: another reader may see another author */
    bool disguised; /* the domain is one only after a mapping that servers needn't do: they may have asked another */
};

static char *domain_key(const char *address_or_domain) {
    const char *at = strrchr(address_or_domain, '@');
    auto_text whole = TEXT_EMPTY;
    text_append_format(&whole, "x@%s", at ? at + 1 : address_or_domain);
    return address_key(text_string(&whole));
}

/* Words and closed quoted strings, none of what else may hold an address or end one; or ADDRESS itself. */
static bool is_plain_name(const char *name, size_t length, const char *address) {
    bool quoted = false;
    length = bytes_trim(name, length, " \t\r\n");
    if (length == strlen(address) && strncasecmp(name, address, length) == 0)
        return true;
    for (size_t i = 0; i < length; i++) {
        if (name[i] == '\\' && quoted)
            i++;
        else if (name[i] == '"')
            quoted = !quoted;
        else if (!quoted && strchr("<>,;:@", name[i]))
            return false;
    }
    return !quoted;
}

/* RAW is ADDRESS, `name <ADDRESS>` or `ADDRESS (name)`. We find an address in much else, an encoded-word for instance,
 * where a mail server finds none to judge. */
static bool is_plain(const char *raw, const char *address) {
    size_t length = strlen(raw), wanted = strlen(address);
    if (length >= wanted + 2 && raw[length - 1] == '>' && raw[length - wanted - 2] == '<')
        return strncasecmp(raw + length - wanted - 1, address, wanted) == 0 &&
               is_plain_name(raw, length - wanted - 2, address);
    return strncasecmp(raw, address, wanted) == 0 && (!raw[wanted] || string_starts_with(raw + wanted, " ("));
}

static struct author find_author(const struct message *message) {
    size_t fields = 0, others = 0;
    bool plain = false;
    for (size_t i = 0; i < message->header_count; i++)
        if (string_equal_ignore_case(message->headers[i].name, "From")) {
            fields++;
            plain = message->from_count && is_plain(message->headers[i].raw, message->from[0].address);
        }
    for (size_t i = 1; i < message->from_count; i++)
        others += strchr(message->from[i].address, '@') &&
                  !string_equal_ignore_case(message->from[i].address, message->from[0].address);
    const char *address = message->from_count     ? message->from[0].address
                          : message->sender_count ? message->sender[0].address
                                                  : "";
    return (struct author){
        .domain = domain_key(address),
        .ambiguous = fields != 1 || !plain || others > 0,
        .disguised = !address_domain_is_plain(address),
    };
}

/* A pass for another author than the one we read proves nothing, and that the two differ is no accident. */
static const char *hold_against(const struct author *author, const char *result, const char *judged) {
    auto_string key = *judged ? domain_key(judged) : NULL;
    bool same = key && string_equal(key, author->domain);
    if ((key || author->ambiguous) && !same)
        return "fail";
    return author->disguised && !string_equal(result, "pass") ? "fail" : result;
}

/* Reads to the end of one result; its DMARC result where it is one, else NULL. */
static const char *read_result(struct scanner *scanner, const struct author *author, bool *ret_more) {
    bool dmarc = false, assigned = false;
    int property = 0; /* 1 after "header.from", 2 after its "=" */
    const char *result = NULL;
    auto_text judged = TEXT_EMPTY;
    for (size_t element = 0; (*ret_more = next_element(scanner)) && scanner->mark != ';'; element++) {
        if (property == 2 && !scanner->mark && !judged.length)
            text_append(&judged, text_string(&scanner->word));
        property = word_is(scanner, "header.from") ? 1 : property == 1 && scanner->mark == '=' ? 2 : 0;
        if (element == 0)
            dmarc = word_is(scanner, "dmarc");
        else if (scanner->mark == '=')
            assigned = true;
        else if (dmarc && assigned && !result && !scanner->mark)
            result = word_is(scanner, "pass") ? "pass" : word_is(scanner, "fail") ? "fail" : "none";
        else if (dmarc && !assigned && scanner->mark != '/' && element > 2)
            dmarc = false; /* not `dmarc/1 = ...` any more */
    }
    return result ? hold_against(author, result, text_string(&judged)) : NULL;
}

/* Not a pass outweighs a pass, a failure all. */
static const char *worse(const char *a, const char *b) {
    if (!a || string_equal(b, "fail"))
        return b;
    return string_equal(a, "fail") || !string_equal(b, "none") ? a : b;
}

/* Adds the results in VALUE to *DMARC if they are AUTHSERV_ID's. */
static void read_field(const char *value, const char *authserv_id, const struct author *author, struct arena *arena,
                       const char **ret_id, const char **dmarc) {
    struct scanner scanner = {.position = value};
    bool ours = next_element(&scanner) && word_is(&scanner, authserv_id), more = ours;
    if (ours && !*ret_id)
        *ret_id = arena_copy_string(arena, text_string(&scanner.word));
    while (more && scanner.mark != ';') /* the version */
        more = next_element(&scanner);
    while (more) {
        const char *result = read_result(&scanner, author, &more);
        if (result)
            *dmarc = worse(*dmarc, result);
    }
    text_free(&scanner.word);
}

bool authentication_read(const struct message *message, const char *authserv_id, struct arena *arena,
                         struct authentication_finding *ret) {
    const char *id = NULL, *dmarc = NULL;
    struct author author = find_author(message);
    for (size_t i = 0; authserv_id && *authserv_id && i < message->header_count; i++) {
        const struct message_header *header = &message->headers[i];
        if (string_equal_ignore_case(header->name, "Authentication-Results"))
            read_field(header->raw, authserv_id, &author, arena, &id, &dmarc);
        else if (id && string_equal_ignore_case(header->name, "Received"))
            break;
    }
    if (id)
        *ret = (struct authentication_finding){.authserv_id = id,
                                               .dmarc = dmarc                                  ? dmarc
                                                        : author.ambiguous || author.disguised ? "fail"
                                                                                               : "none"};
    free(author.domain);
    return id != NULL;
}
