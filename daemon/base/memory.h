#pragma once
/* Memory: allocation that aborts when the machine has none left (never on input), ownership helpers, and an
 * arena for things that live and die together. */
#include <stddef.h>

/* What happens instead of abort() where the machine gives no more memory; FUNCTION must not return. For a process that
 * tells another one why it ended. */
void memory_on_exhausted(void (*function)(void));

/* Calls FUNCTION with the variable's address when it leaves scope. */
#define cleanup(function) __attribute__((__cleanup__(function)))

/* Takes the value out of a pointer variable and leaves NULL: ownership moves to the reader. */
#define steal(pointer)                                                                                                 \
    ({                                                                                                                 \
        __auto_type steal_from_ = &(pointer);                                                                          \
        __auto_type stolen_ = *steal_from_;                                                                            \
        *steal_from_ = NULL;                                                                                           \
        stolen_;                                                                                                       \
    })

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Zeroed memory of SIZE bytes; the caller frees it with free(). Never NULL. */
void *memory_new(size_t size);

/* Zeroed memory for COUNT items of SIZE bytes each; aborts on overflow. */
void *memory_new_array(size_t count, size_t size);

/* Resizes BLOCK to COUNT items of SIZE bytes; the new part is not zeroed; aborts on overflow. */
void *memory_resize(void *block, size_t count, size_t size);

/* Grows *CAPACITY (items of SIZE bytes) until it holds at least NEEDED, doubling; returns the block. */
void *memory_grow(void *block, size_t *capacity, size_t needed, size_t size);

/* A copy of a string, or NULL of NULL; the caller frees it. */
char *memory_copy_string(const char *string);

/* A NUL-terminated copy of LENGTH bytes; the caller frees it. */
char *memory_copy_bytes(const char *bytes, size_t length);

/* For cleanup(): frees what the pointer variable points to. */
void memory_free_pointer(void *pointer_to_pointer);

/* A `char *` that frees itself at the end of its scope. */
#define auto_string cleanup(memory_free_pointer) char *

/* An arena: many small blocks, freed at once. */
struct arena;

/* A new, empty arena; freed with arena_free. */
struct arena *arena_new(void);

/* Frees the arena and all that was taken from it. NULL is allowed. */
void arena_free(struct arena *arena);

/* Zeroed memory of SIZE bytes that lives as long as the arena. */
void *arena_take(struct arena *arena, size_t size);

/* Zeroed memory for COUNT items of SIZE bytes; aborts on overflow. */
void *arena_take_array(struct arena *arena, size_t count, size_t size);

/* As memory_grow, in an arena: the blocks left behind are together no larger than the last. */
void *arena_grow(struct arena *arena, void *block, size_t *capacity, size_t needed, size_t size);

/* A copy that lives as long as the arena; NULL of NULL. */
char *arena_copy_string(struct arena *arena, const char *string);

/* A NUL-terminated copy of LENGTH bytes that lives as long as the arena. */
char *arena_copy_bytes(struct arena *arena, const char *bytes, size_t length);

/* A formatted string that lives as long as the arena. */
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* For cleanup(): frees a `struct arena *` variable. */
void arena_free_pointer(struct arena **arena);
#define auto_arena cleanup(arena_free_pointer) struct arena *
