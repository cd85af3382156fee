#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STRETCHED = 65536, STRETCH_ONE_OF = 512 };

int LLVMFuzzerInitialize(int *argument_count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

_Noreturn void fuzz_fail(const char *condition, const char *file, int line) {
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

void fuzz_check_text(const char *text) {
    check(text);
    check(utf8_is_valid(text, strlen(text)));
}

void fuzz_check_line(const char *text) {
    fuzz_check_text(text);
    check(!strpbrk(text, "\r\n"));
}

char *fuzz_string(const char *bytes, size_t length) {
    return memory_copy_bytes(bytes, strnlen(bytes, length));
}

int LLVMFuzzerInitialize(int *argument_count, char ***arguments) {
    (void)argument_count;
    (void)arguments;
    fuzz_prepare();
    return 0;
}

/* A block of its own, so that reading beyond the end is noticed. */
static void try_copy(const uint8_t *bytes, size_t length) {
    char *copy = malloc(length + 1);
    if (!copy)
        abort();
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    fuzz_try(copy, length);
    free(copy);
}

/* Beginning and end once, and between them the middle over and over. Which part is the middle depends on the input
 * alone, so that a kept input fails again. */
static void try_stretched(const uint8_t *bytes, size_t length, uint32_t hash) {
    size_t begin = (hash >> 8) % length, middle = 1 + (hash >> 4) % (length - begin), used = begin;
    uint8_t *stretched = malloc(STRETCHED);
    if (!stretched)
        abort();
    memcpy(stretched, bytes, begin);
    size_t rest = length - begin - middle;
    while (used + middle + rest <= STRETCHED) {
        memcpy(stretched + used, bytes + begin, middle);
        used += middle;
    }
    memcpy(stretched + used, bytes + begin + middle, rest);
    try_copy(stretched, used + rest);
    free(stretched);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * 16777619u;
    try_copy(bytes, length);
    if (length > 0 && length <= STRETCHED / 4 && (hash ^ hash >> 16) % STRETCH_ONE_OF == 0)
        try_stretched(bytes, length, hash);
    return 0;
}
