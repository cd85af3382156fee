#include "net/envelope.h"

#include <string.h>
#include <unicode/uidna.h>

enum { ADDRESS_MOST = 254, DOMAIN_MOST = 253 };

void envelope_copy_line(char *buffer, size_t size, const char *string) {
    auto_text line = TEXT_EMPTY;
    text_append_printable(&line, string);
    size_t length = line.length < size ? line.length : size - 1;
    while (length > 0 && length < line.length && ((unsigned char)line.bytes[length] & 0xC0) == 0x80)
        length--;
    if (length)
        memcpy(buffer, line.bytes, length);
    buffer[length] = '\0';
}

void envelope_result(struct send_result *result, int64_t id, enum send_outcome outcome, enum send_stage stage, int code,
                     const char *status, const char *reply) {
    *result = (struct send_result){.id = id, .outcome = outcome, .stage = stage, .code = code};
    envelope_copy_line(result->status, sizeof result->status, status);
    envelope_copy_line(result->reply, sizeof result->reply, reply);
}

static bool address_is_safe(const char *address) {
    size_t length = strlen(address);
    const char *at = strrchr(address, '@');
    if (length > ADDRESS_MOST || !at || at == address || !at[1] || !utf8_is_valid(address, length))
        return false;
    for (const char *next = address; *next; next++)
        if ((unsigned char)*next <= ' ' || *next == 0x7F || *next == '<' || *next == '>')
            return false;
    return true;
}

static bool line_ends_are_whole(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n')
            return false;
        if (bytes[i] == '\r') {
            if (i + 1 == length || bytes[i + 1] != '\n')
                return false;
            i++;
        }
    }
    return true;
}

bool envelope_check(const struct send_request *request, struct send_result *ret_refusal) {
    enum send_stage stage;
    const char *status, *reply;
    if (*request->envelope_from && !address_is_safe(request->envelope_from)) {
        stage = STAGE_MAIL;
        status = "5.1.7";
        reply = "not sent: the envelope sender is not a mail address";
    } else if (!address_is_safe(request->recipient)) {
        stage = STAGE_RECIPIENT;
        status = "5.1.3";
        reply = "not sent: the recipient is not a mail address";
    } else if (!request->length || !line_ends_are_whole(request->bytes, request->length)) {
        stage = STAGE_DATA;
        status = "5.6.0";
        reply =
            request->length ? "not sent: the message has a line end other than CRLF" : "not sent: the message is empty";
    } else {
        return true;
    }
    envelope_result(ret_refusal, request->id, SEND_REFUSED, stage, 0, status, reply);
    return false;
}

static bool is_ascii(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)bytes[i] > 0x7F)
            return false;
    return true;
}

bool envelope_append_address(struct text *text, const char *address) {
    const char *at = strrchr(address, '@');
    if (!at || is_ascii(at, strlen(at))) {
        text_append(text, address);
        return true;
    }
    UErrorCode failure = U_ZERO_ERROR;
    UIDNA *idna = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ, &failure);
    if (U_FAILURE(failure))
        return false;
    char domain[DOMAIN_MOST + 1];
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    int32_t length = uidna_nameToASCII_UTF8(idna, at + 1, -1, domain, DOMAIN_MOST, &info, &failure);
    uidna_close(idna);
    if (U_FAILURE(failure) || info.errors || length <= 0 || length > DOMAIN_MOST)
        return false;
    text_append_bytes(text, address, (size_t)(at + 1 - address));
    text_append_bytes(text, domain, (size_t)length);
    return true;
}

bool envelope_local_is_international(const char *address) {
    const char *at = strrchr(address, '@');
    return !is_ascii(address, at ? (size_t)(at - address) : strlen(address));
}

bool envelope_append_wire(struct text *text, const char *bytes, size_t length) {
    text_reserve(text, length + length / 64 + sizeof "\r\n.\r\n");
    size_t line;
    for (size_t position = 0; position < length; position += line) {
        const char *end = memchr(bytes + position, '\n', length - position);
        line = end ? (size_t)(end + 1 - (bytes + position)) : length - position;
        if (bytes[position] == '.')
            text_append_char(text, '.');
        text_append_bytes(text, bytes + position, line);
    }
    if (length && bytes[length - 1] != '\n')
        text_append(text, "\r\n");
    text_append(text, ".\r\n");
    return !is_ascii(bytes, length);
}
