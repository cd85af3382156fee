/* HTML as text, by structure and without. */
#include <string.h>

#include "harness.h"
#include "mail/html/html_document.h"
#include "mail/html/html_text.h"
#include "mail/message/charset.h"

void fuzz_prepare(void) {
    charset_prepare();
    html_text_prepare();
}

void fuzz_try(const char *bytes, size_t length) {
    auto_arena arena = arena_new();
    const char *note = NULL, *warning = NULL;
    size_t html_length = 0;
    char *html = charset_to_utf8(bytes, length, "utf-8", arena, &html_length, &note);
    const char *text = html_text_convert(html, html_length, arena, &warning);
    fuzz_check_text(text);
    check(!strchr(text, '\r'));
    /* Deep quotations put "> " before each line for each level, within bounds. */
    check(strlen(text) <= 128 * html_length + 1024);
    if (warning)
        fuzz_check_line(warning);
    char *stripped = html_document_strip(html, html_length, arena);
    fuzz_check_text(stripped);
    check(strlen(stripped) <= 2 * html_length + 2);
}
