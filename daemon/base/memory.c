#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*exhausted)(void);

void memory_on_exhausted(void (*function)(void)) {
    exhausted = function;
}

static _Noreturn void out_of_memory(size_t size) {
    if (exhausted)
        exhausted();
    fprintf(stderr, "tandempost: out of memory (%zu bytes wanted)\n", size);
    abort();
}

static size_t checked_product(size_t count, size_t size) {
    size_t product;
    if (__builtin_mul_overflow(count, size, &product))
        out_of_memory((size_t)-1);
    return product;
}

void *memory_new(size_t size) {
    void *block = calloc(1, size ? size : 1);
    if (!block)
        out_of_memory(size);
    return block;
}

void *memory_new_array(size_t count, size_t size) {
    return memory_new(checked_product(count, size));
}

void *memory_resize(void *block, size_t count, size_t size) {
    size_t bytes = checked_product(count, size);
    void *resized = realloc(block, bytes ? bytes : 1);
    if (!resized)
        out_of_memory(bytes);
    return resized;
}

static size_t larger_capacity(size_t capacity, size_t needed) {
    size_t larger = capacity ? capacity : 8;
    while (larger < needed)
        larger = checked_product(larger, 2);
    return larger;
}

void *memory_grow(void *block, size_t *capacity, size_t needed, size_t size) {
    if (needed <= *capacity)
        return block;
    *capacity = larger_capacity(*capacity, needed);
    return memory_resize(block, *capacity, size);
}

char *memory_copy_string(const char *string) {
    return string ? memory_copy_bytes(string, strlen(string)) : NULL;
}

char *memory_copy_bytes(const char *bytes, size_t length) {
    char *copy = memory_new(length + 1);
    if (length)
        memcpy(copy, bytes, length);
    return copy;
}

void memory_free_pointer(void *pointer_to_pointer) {
    void *block;
    memcpy(&block, pointer_to_pointer, sizeof block);
    free(block);
}

/* Blocks are chained; a request larger than a block gets one of its own. */
struct arena_block {
    struct arena_block *next;
    size_t used, size;
    _Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct arena_block *newest;
};

enum { ARENA_BLOCK_SIZE = 16384 };

struct arena *arena_new(void) {
    return memory_new(sizeof(struct arena));
}

void arena_free(struct arena *arena) {
    if (!arena)
        return;
    for (struct arena_block *block = arena->newest, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    free(arena);
}

void arena_free_pointer(struct arena **arena) {
    arena_free(*arena);
    *arena = NULL;
}

void *arena_take(struct arena *arena, size_t size) {
    size_t aligned = (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
    if (aligned < size)
        out_of_memory(size);
    struct arena_block *block = arena->newest;
    if (!block || block->size - block->used < aligned) {
        size_t capacity = aligned > ARENA_BLOCK_SIZE ? aligned : ARENA_BLOCK_SIZE;
        block = memory_resize(NULL, 1, sizeof *block + capacity);
        *block = (struct arena_block){.next = arena->newest, .size = capacity};
        arena->newest = block;
    }
    void *taken = memset(block->bytes + block->used, 0, aligned);
    block->used += aligned;
    return taken;
}

void *arena_take_array(struct arena *arena, size_t count, size_t size) {
    return arena_take(arena, checked_product(count, size));
}

void *arena_grow(struct arena *arena, void *block, size_t *capacity, size_t needed, size_t size) {
    if (needed <= *capacity)
        return block;
    size_t larger = larger_capacity(*capacity, needed);
    void *grown = arena_take_array(arena, larger, size);
    if (*capacity)
        memcpy(grown, block, *capacity * size);
    *capacity = larger;
    return grown;
}

char *arena_copy_string(struct arena *arena, const char *string) {
    return string ? arena_copy_bytes(arena, string, strlen(string)) : NULL;
}

char *arena_copy_bytes(struct arena *arena, const char *bytes, size_t length) {
    char *copy = arena_take(arena, length + 1);
    if (length)
        memcpy(copy, bytes, length);
    return copy;
}

char *arena_format(struct arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *formatted = NULL;
    int length = vasprintf(&formatted, format, arguments);
    va_end(arguments);
    if (length < 0)
        out_of_memory(0);
    char *copy = arena_copy_bytes(arena, formatted, (size_t)length);
    free(formatted);
    return copy;
}
