#include "mail/message/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucasemap.h>
#include <unicode/uidna.h>

#include "base/memory.h"
#include "base/text.h"

enum { TYPED_MAX = 1024 }; /* no address is that long: more is not looked at */

static bool is_ascii(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)bytes[i] >= 0x80)
            return false;
    return true;
}

/* atext of RFC 5322 section 3.2.3, with RFC 6532's UTF-8. */
static bool is_atom_character(char character) {
    return ascii_is_letter_or_digit(character) || (unsigned char)character >= 0x80 ||
           (character && strchr("!#$%&'*+-/=?^_`{|}~", character));
}

static bool is_dot_atom(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        bool dot = bytes[i] == '.';
        if (dot ? i == 0 || i == length - 1 || bytes[i - 1] == '.' : !is_atom_character(bytes[i]))
            return false;
    }
    return length > 0;
}

/* "a\"b" to a"b; false where the quoted string is broken or holds a control. */
static bool unquote(const char *bytes, size_t length, struct text *ret) {
    if (length < 2 || bytes[0] != '"' || bytes[length - 1] != '"')
        return false;
    for (size_t i = 1; i < length - 1; i++) {
        if (bytes[i] == '"')
            return false;
        if (bytes[i] == '\\' && ++i == length - 1)
            return false;
        if ((unsigned char)bytes[i] < ' ' || bytes[i] == 0x7F)
            return false;
        text_append_char(ret, bytes[i]);
    }
    return true;
}

static bool check_local(const char *typed, size_t length, struct text *ret, struct error *error) {
    if (length == 0)
        return error_set(error, ERROR_PERMANENT, "nothing stands before the @");
    auto_text inner = TEXT_EMPTY;
    if (typed[0] == '"') {
        if (!unquote(typed, length, &inner))
            return error_set(error, ERROR_PERMANENT, "the quoted part before the @ is broken");
        if (is_dot_atom(text_string(&inner), inner.length)) {
            text_append_bytes(ret, inner.bytes, inner.length);
        } else {
            text_append_char(ret, '"');
            for (size_t i = 0; i < inner.length; i++) {
                if (inner.bytes[i] == '"' || inner.bytes[i] == '\\')
                    text_append_char(ret, '\\');
                text_append_char(ret, inner.bytes[i]);
            }
            text_append_char(ret, '"');
        }
    } else {
        for (size_t i = 0; i < length; i++) {
            if (typed[i] == ' ' || typed[i] == '\t')
                return error_set(error, ERROR_PERMANENT, "there is a space before the @");
            if (typed[i] != '.' && !is_atom_character(typed[i])) {
                if (typed[i] > ' ' && typed[i] < 0x7F)
                    return error_set(error, ERROR_PERMANENT, "the character %c can't stand before the @", typed[i]);
                return error_set(error, ERROR_PERMANENT, "a control character stands before the @");
            }
        }
        if (!is_dot_atom(typed, length))
            return error_set(error, ERROR_PERMANENT,
                             "a dot can't begin or end what stands before the @, nor follow another dot");
        text_append_bytes(ret, typed, length);
    }
    if (ret->length > ADDRESS_LOCAL_MAX)
        return error_set(error, ERROR_PERMANENT, "what stands before the @ is longer than %d bytes", ADDRESS_LOCAL_MAX);
    return true;
}

/* DOMAIN as A-labels in lower case, or as U-labels (UTS46, nontransitional, STD3 rules), into RET of SIZE bytes; false
 * where it is none. */
static bool convert_domain(const char *domain, size_t length, bool to_ascii, char *ret, int32_t size) {
    static const uint32_t ascii_options =
        UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ;
    UErrorCode code = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UIDNA *idna = uidna_openUTS46(to_ascii ? ascii_options : UIDNA_NONTRANSITIONAL_TO_UNICODE, &code);
    if (U_FAILURE(code))
        return false;
    int32_t written = (to_ascii ? uidna_nameToASCII_UTF8 : uidna_nameToUnicodeUTF8)(idna, domain, (int32_t)length, ret,
                                                                                    size, &info, &code);
    uidna_close(idna);
    return U_SUCCESS(code) && (info.errors == 0 || !to_ascii) && written > 0 && written < size;
}

static bool domain_to_ascii(const char *domain, size_t length, char ret[ADDRESS_SIZE]) {
    return convert_domain(domain, length, true, ret, ADDRESS_SIZE);
}

static bool is_host_name(const char *domain) {
    size_t label = 0;
    for (const char *at = domain;; at++) {
        if (*at == '.' || *at == '\0') {
            if (label == 0 || label > 63 || at[-1] == '-')
                return false;
            label = 0;
            if (*at == '\0')
                return true;
        } else if (ascii_is_letter_or_digit(*at) || (*at == '-' && label > 0)) {
            label++;
        } else {
            return false;
        }
    }
}

static bool check_domain(const char *typed, size_t length, char ret[ADDRESS_SIZE], struct error *error) {
    if (length > 1 && typed[length - 1] == '.') /* the root's dot, or a sentence's end */
        length--;
    if (length == 0)
        return error_set(error, ERROR_PERMANENT, "nothing stands after the @");
    if (typed[0] == '[')
        return error_set(error, ERROR_PERMANENT, "an IP number stands after the @ instead of a domain name");
    if (memchr(typed, ' ', length) || memchr(typed, '\t', length))
        return error_set(error, ERROR_PERMANENT, "there is a space after the @");
    char domain[ADDRESS_SIZE] = "";
    bool plain = is_ascii(typed, length) && length < sizeof domain;
    if (plain) {
        memcpy(domain, typed, length);
        string_lower_ascii(domain);
        plain = !strstr(domain, "xn--"); /* A-labels are checked by ICU too */
    }
    if (!plain && (length >= sizeof domain || !domain_to_ascii(typed, length, domain)))
        return error_set(error, ERROR_PERMANENT, "what stands after the @ is no domain name");
    if (!is_host_name(domain))
        return error_set(error, ERROR_PERMANENT, "what stands after the @ is no domain name");
    if (!strchr(domain, '.') && !string_equal(domain, "localhost"))
        return error_set(error, ERROR_PERMANENT, "the domain after the @ has no dot: is its ending missing?");
    memcpy(ret, domain, sizeof domain);
    return true;
}

/* The @ that ends the local part: the last one, unless quotes say otherwise. */
static const char *find_at(const char *typed) {
    if (typed[0] == '"') {
        const char *at = typed + 1;
        while (*at && *at != '"')
            at += at[0] == '\\' && at[1] ? 2 : 1;
        return at[0] == '"' && at[1] == '@' ? at + 1 : NULL;
    }
    return strchr(typed, '@');
}

bool address_parse(const char *typed, struct address *ret, struct error *error) {
    char trimmed[TYPED_MAX];
    if ((size_t)snprintf(trimmed, sizeof trimmed, "%s", typed ? typed : "") >= sizeof trimmed)
        return error_set(error, ERROR_PERMANENT, "the address is far too long");
    string_trim(trimmed);
    size_t length = strlen(trimmed);
    if (length >= 2 && trimmed[0] == '<' && trimmed[length - 1] == '>') {
        trimmed[length - 1] = '\0';
        memmove(trimmed, trimmed + 1, length - 1);
        string_trim(trimmed);
        length = strlen(trimmed);
    }
    if (length == 0)
        return error_set(error, ERROR_PERMANENT, "the address is empty");
    if (!utf8_is_valid(trimmed, length))
        return error_set(error, ERROR_PERMANENT, "the address is not valid UTF-8");
    if (strpbrk(trimmed, "<>") && trimmed[0] != '"')
        return error_set(error, ERROR_PERMANENT, "give the address alone, without a name or angle brackets");
    const char *at = find_at(trimmed);
    if (!at)
        return error_set(error, ERROR_PERMANENT, "the address has no @");
    if (strchr(at + 1, '@'))
        return error_set(error, ERROR_PERMANENT, "the address has more than one @");
    auto_text local = TEXT_EMPTY;
    char domain[ADDRESS_SIZE];
    if (!check_local(trimmed, (size_t)(at - trimmed), &local, error) ||
        !check_domain(at + 1, strlen(at + 1), domain, error))
        return false;
    if (local.length + 1 + strlen(domain) >= ADDRESS_SIZE)
        return error_set(error, ERROR_PERMANENT, "the address is longer than %d bytes", ADDRESS_SIZE - 1);
    *ret = (struct address){.local_length = local.length, .international = !is_ascii(local.bytes, local.length)};
    text_append_char(&local, '@');
    text_append(&local, domain);
    memcpy(ret->text, local.bytes, local.length + 1);
    return true;
}

const char *address_domain(const char *address) {
    const char *at = strrchr(address, '@');
    return at ? at + 1 : "";
}

bool address_domain_is_plain(const char *address) {
    const char *domain = address_domain(address);
    char ascii[ADDRESS_SIZE], written[4 * ADDRESS_SIZE];
    size_t length = strlen(domain);
    if (is_ascii(domain, length))
        return true;
    return length < TYPED_MAX && domain_to_ascii(domain, length, ascii) &&
           convert_domain(ascii, strlen(ascii), false, written, sizeof written) && string_equal(written, domain);
}

/* All of STRING case-folded, ill-formed bytes as U+FFFD. Some characters that are not ASCII would become it (the Kelvin
 * sign, the long s, ligatures): those stay, or somebody could have an address made that passes for another person's. */
static char *fold_case(const char *string) {
    struct text all = TEXT_EMPTY;
    UErrorCode code = U_ZERO_ERROR;
    UCaseMap *map = ucasemap_open("", U_FOLD_CASE_DEFAULT, &code);
    char folded[32]; /* no folding makes more than three characters of one */
    for (size_t position = 0, start = 0, length = strlen(string); position < length; start = position) {
        uint32_t codepoint = utf8_next(string, length, &position);
        int32_t written =
            ucasemap_utf8FoldCase(map, folded, sizeof folded, string + start, (int32_t)(position - start), &code);
        require(U_SUCCESS(code));
        if (codepoint >= 0x80 && (codepoint == 0xFFFD || is_ascii(folded, (size_t)written)))
            text_append_codepoint(&all, codepoint);
        else
            text_append_bytes(&all, folded, (size_t)written);
    }
    ucasemap_close(map);
    return text_steal(&all);
}

/* ADDRESS with its domain as A-labels; NULL where there is no such form, or nothing to do. */
static char *with_ascii_domain(const char *address) {
    const char *domain = address_domain(address);
    char ascii[ADDRESS_SIZE];
    size_t length = strlen(domain);
    if (is_ascii(domain, length) || length >= TYPED_MAX || !domain_to_ascii(domain, length, ascii))
        return NULL;
    struct text whole = TEXT_EMPTY;
    text_append_bytes(&whole, address, (size_t)(domain - address));
    text_append(&whole, ascii);
    return text_steal(&whole);
}

char *address_key(const char *address) {
    /* The domain first, as typed: folding would make another domain of one with a sharp s. */
    auto_string converted = with_ascii_domain(address);
    const char *whole = converted ? converted : address;
    if (is_ascii(whole, strlen(whole))) {
        char *key = memory_copy_string(whole);
        string_lower_ascii(key);
        return key;
    }
    auto_string folded = fold_case(whole);
    /* Some capitals are allowed in no domain, but their small letters are. */
    char *key = converted ? NULL : with_ascii_domain(folded);
    return key ? key : steal(folded);
}

static bool is_secret(const char *value) {
    size_t length = strspn(value, "abcdefghijklmnopqrstuvwxyz234567");
    return value[length] == '\0' && length >= ADDRESS_SECRET_MIN && length <= ADDRESS_SECRET_MAX;
}

static bool is_purpose(char letter) {
    return letter == 'r' || letter == 'b' || letter == 'p' || letter == 'u';
}

static bool is_word(const char *value) {
    return string_equal(value, "join") || string_equal(value, "help") || string_equal(value, "report");
}

bool address_with_tag(const struct address_scheme *scheme, char purpose, const char *value, char ret[ADDRESS_SIZE],
                      struct error *error) {
    require(purpose ? is_purpose(purpose) && is_secret(value) : is_word(value));
    const char *at = scheme->programme ? strrchr(scheme->programme, '@') : NULL;
    if (!at || !at[1] || (scheme->separator && at == scheme->programme))
        return error_set(error, ERROR_CONFIGURATION, "the programme's address is no mail address");
    size_t local = scheme->separator ? (size_t)(at - scheme->programme) : 0;
    size_t tagged = local + (scheme->separator ? 1 : 0) + (purpose ? 1 : 0) + strlen(value);
    if (tagged > ADDRESS_LOCAL_MAX || tagged + strlen(at) >= ADDRESS_SIZE)
        return error_set(error, ERROR_CONFIGURATION,
                         "the programme's address is too long for sub-addresses: they would have %zu bytes before the "
                         "@, and %d are allowed",
                         tagged, ADDRESS_LOCAL_MAX);
    char separator[2] = {scheme->separator, '\0'}, letter[2] = {purpose, '\0'};
    snprintf(ret, ADDRESS_SIZE, "%.*s%s%s%s%s", (int)local, scheme->programme, separator, letter, value, at);
    return true;
}

/* Where the tag begins in LOCAL (lower case, LOCAL@DOMAIN an address), or NULL where the address is not of the scheme.
 */
static const char *find_tag(const char *local, const char *domain, const struct address_scheme *scheme) {
    if (!scheme->programme) {
        if (!scheme->separator)
            return local;
        const char *separator = strrchr(local, scheme->separator);
        return separator && separator != local ? separator + 1 : NULL;
    }
    const char *at = strrchr(scheme->programme, '@');
    if (!at || !string_equal_ignore_case(at + 1, domain))
        return NULL;
    if (!scheme->separator)
        return local;
    size_t length = (size_t)(at - scheme->programme);
    if (strncasecmp(local, scheme->programme, length) != 0 || local[length] != scheme->separator)
        return NULL;
    return local + length + 1;
}

bool address_find_tag(const char *address, const struct address_scheme *scheme, struct address_tag *ret) {
    const char *at = address ? strrchr(address, '@') : NULL;
    if (!at || at - address > ADDRESS_LOCAL_MAX)
        return false;
    char local[ADDRESS_LOCAL_MAX + 1];
    snprintf(local, sizeof local, "%.*s", (int)(at - address), address);
    string_lower_ascii(local);
    const char *tag = find_tag(local, at + 1, scheme);
    if (!tag)
        return false;
    struct address_tag found = {0};
    if (is_word(tag) && (scheme->programme || scheme->separator)) {
        memcpy(found.value, tag, strlen(tag) + 1);
    } else if (is_purpose(tag[0]) && is_secret(tag + 1)) {
        found.purpose = tag[0];
        memcpy(found.value, tag + 1, strlen(tag)); /* is_secret bounds it; its NUL too */
    } else {
        return false;
    }
    *ret = found;
    return true;
}
