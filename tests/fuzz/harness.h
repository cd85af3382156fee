#pragma once
/* What every fuzz target shares. A target defines fuzz_prepare() and fuzz_try(), and checks there what must hold for
 * any input; the harness hands it the inputs of libFuzzer and, now and then, one of them stretched to 64 KB, on which
 * whatever costs more than linear time runs into the time limit. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/text.h"

/* Once, before the first input. */
void fuzz_prepare(void);

/* BYTES are followed by a NUL that LENGTH does not count, and by nothing that may be read. */
void fuzz_try(const char *bytes, size_t length);

/* Ends the run with the input kept where CONDITION does not hold. */
#define check(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            fuzz_fail(#condition, __FILE__, __LINE__);                                                                 \
    } while (0)
_Noreturn void fuzz_fail(const char *condition, const char *file, int line);

/* Not NULL, valid UTF-8. */
void fuzz_check_text(const char *text);

/* The same, without CR and LF: fit for one line of a header. */
void fuzz_check_line(const char *text);

/* A NUL-terminated copy of its own for code that takes strings: up to the first NUL of BYTES. The caller frees it. */
char *fuzz_string(const char *bytes, size_t length);
