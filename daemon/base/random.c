#include "base/random.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/random.h>

#include "base/error.h"

static struct {
    bool seeded;
    uint64_t state;
} generator;

/* SplitMix64 (Steele, Lea, Flood 2014): tiny, and good enough for made-up people. */
static uint64_t next_of(uint64_t *state) {
    uint64_t mixed = (*state += 0x9E3779B97F4A7C15u);
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
}

void random_seed(uint64_t seed) {
    generator.seeded = true;
    generator.state = seed;
}

/* What the kernel gave and nobody was given yet; each byte is given once, and wiped. A child begins without. */
static struct {
    unsigned char bytes[512];
    size_t left;
    bool forgets; /* in every child */
    pthread_mutex_t lock;
} kernel = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void forget_in_child(void) {
    explicit_bzero(kernel.bytes, sizeof kernel.bytes);
    kernel.left = 0;
    pthread_mutex_init(&kernel.lock, NULL);
}

static void ask_kernel(unsigned char *bytes, size_t length) {
    while (length > 0) {
        ssize_t got = getrandom(bytes, length, 0);
        require(got > 0 || errno == EINTR);
        if (got > 0) {
            bytes += got;
            length -= (size_t)got;
        }
    }
}

static void give(unsigned char *bytes, size_t length) {
    if (!kernel.forgets) {
        require(pthread_atfork(NULL, NULL, forget_in_child) == 0);
        kernel.forgets = true;
    }
    if (kernel.left < length) {
        ask_kernel(kernel.bytes, sizeof kernel.bytes);
        kernel.left = sizeof kernel.bytes;
    }
    kernel.left -= length;
    memcpy(bytes, kernel.bytes + kernel.left, length);
    explicit_bzero(kernel.bytes + kernel.left, length);
}

void random_bytes(void *bytes, size_t length) {
    unsigned char *next = bytes;
    if (generator.seeded) {
        for (; length > 0; length--)
            *next++ = (unsigned char)next_of(&generator.state);
        return;
    }
    if (length > sizeof kernel.bytes) {
        ask_kernel(next, length);
        return;
    }
    pthread_mutex_lock(&kernel.lock);
    give(next, length);
    pthread_mutex_unlock(&kernel.lock);
}

/* The incomplete last stretch is rejected, so that every value is equally likely. */
static bool is_usable(uint64_t value, uint64_t limit) {
    return value < UINT64_MAX - UINT64_MAX % limit;
}

uint64_t random_below(uint64_t limit) {
    uint64_t value;
    require(limit > 0);
    do
        random_bytes(&value, sizeof value);
    while (!is_usable(value, limit));
    return value % limit;
}

uint64_t random_below_of(uint64_t *state, uint64_t limit) {
    uint64_t value;
    require(limit > 0);
    do
        value = next_of(state);
    while (!is_usable(value, limit));
    return value % limit;
}

void random_secret(char *buffer, size_t length) {
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    random_bytes(buffer, length);
    for (size_t i = 0; i < length; i++)
        buffer[i] = alphabet[(unsigned char)buffer[i] & 31];
    buffer[length] = '\0';
}
