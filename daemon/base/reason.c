#include "base/reason.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* The section's ends, from the linker; NULL in a program that has no reasons. */
extern const char *const __start_reasons[] __attribute__((weak));
extern const char *const __stop_reasons[] __attribute__((weak));

/* "answered with %d" as "answered with {1}". */
static const char *with_places(const char *format, struct arena *arena) {
    auto_text text = TEXT_EMPTY;
    int number = 0;
    for (const char *at = format; *at; at++) {
        if (*at != '%') {
            text_append_char(&text, *at);
        } else if (at[1] == '%') {
            text_append_char(&text, *++at);
        } else {
            at += 1 + strcspn(at + 1, "diuoxcs");
            text_append_format(&text, "{%d}", ++number);
        }
    }
    return arena_copy_string(arena, text_string(&text));
}

static int compare(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *reason_list(struct arena *arena, size_t *ret_count) {
    size_t kept = 0;
    /* cppcheck-suppress comparePointers; both ends of one section */
    size_t count = (size_t)(__stop_reasons - __start_reasons);
    const char **list = arena_take_array(arena, count + 1, sizeof *list);
    for (size_t i = 0; i < count; i++)
        list[i] = with_places(__start_reasons[i], arena);
    if (count)
        qsort(list, count, sizeof *list, compare);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || strcmp(list[kept - 1], list[i]) != 0)
            list[kept++] = list[i];
    *ret_count = kept;
    return list;
}
