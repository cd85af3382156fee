#pragma once
/* Why a person must look: sentences that are kept, and shown by commands, in English, and that mails to coordinators
 * show in their language. Wherever the code has one it is written as REASON(...), so that the linker collects them all:
 * what a translation lacks can be told without reading sources. */
#include <stddef.h>

#include "base/memory.h"

/* A sentence in English. That it is a type of its own keeps others out of where these are wanted. */
struct reason {
    const char *text;
};

/* A literal as a reason. */
#define REASON(literal) ((struct reason){REASON_NOTED(literal)})

/* The same with something filled in; LITERAL is a format of printf(3). What is filled in may be a reason's text. */
#define REASON_FORMAT(arena, literal, ...)                                                                             \
    ({                                                                                                                 \
        (void)REASON_NOTED(literal);                                                                                   \
        (struct reason){arena_format(arena, literal, __VA_ARGS__)};                                                    \
    })

/* The empty assembly keeps clang from folding the whole into a constant and forgetting the note. */
#define REASON_NOTED(literal)                                                                                          \
    ({                                                                                                                 \
        static const char *const reason_noted_ __attribute__((section("reasons"), used)) = "" literal;                 \
        __asm__ volatile("");                                                                                          \
        reason_noted_;                                                                                                 \
    })

/* For tables at file scope: NAME is LITERAL, a reason or a part of some. */
#define REASON_CONSTANT(name, literal)                                                                                 \
    static const char name[] = literal;                                                                                \
    static const char *const name##_noted_ __attribute__((section("reasons"), used)) = name

/* All reasons of the program, ordered, each once; what is filled in stands in them as {1}, {2}, ... In ARENA. */
const char *const *reason_list(struct arena *arena, size_t *ret_count);
