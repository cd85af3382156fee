/* Charsets and transfer encodings: the first line names the one, its length chooses the other. */
#include <string.h>

#include "harness.h"
#include "mail/message/charset.h"
#include "mail/message/transfer.h"

void fuzz_prepare(void) {
    charset_prepare();
}

void fuzz_try(const char *bytes, size_t length) {
    auto_arena arena = arena_new();
    const char *end = memchr(bytes, '\n', length), *note = NULL;
    auto_string name = end ? memory_copy_bytes(bytes, (size_t)(end - bytes)) : NULL;
    const char *rest = end ? end + 1 : bytes;
    size_t rest_length = length - (size_t)(rest - bytes), decoded_length = 0, text_length = 0;
    bool damaged = false;
    enum transfer_encoding encoding = (enum transfer_encoding)((rest - bytes) % 4);
    char *decoded = transfer_decode(encoding, rest, rest_length, arena, &decoded_length, &damaged);
    check(decoded_length <= rest_length && decoded[decoded_length] == '\0');
    char *text = charset_to_utf8(decoded, decoded_length, name, arena, &text_length, &note);
    fuzz_check_text(text);
    check(strlen(text) == text_length && text_length <= 4 * decoded_length);
    if (note)
        fuzz_check_line(note);
    size_t unified = charset_unify_line_ends(text, text_length);
    check(unified <= text_length && !memchr(text, '\r', unified));
    auto_text appended = TEXT_EMPTY;
    charset_append_utf8(&appended, name, decoded, decoded_length);
    check(utf8_is_valid(text_string(&appended), appended.length));
}
