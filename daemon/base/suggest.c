#include "base/suggest.h"

#include <string.h>

#include "base/memory.h"

enum { SUGGEST_LENGTH_MAX = 64 };

static char lower(char character) {
    return character >= 'A' && character <= 'Z' ? (char)(character - 'A' + 'a') : character;
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

size_t suggest_distance(const char *a, const char *b, size_t most) {
    size_t a_length = strnlen(a, SUGGEST_LENGTH_MAX + 1), b_length = strnlen(b, SUGGEST_LENGTH_MAX + 1);
    size_t difference = a_length > b_length ? a_length - b_length : b_length - a_length;
    if (a_length > SUGGEST_LENGTH_MAX || b_length > SUGGEST_LENGTH_MAX || difference > most)
        return most + 1;
    size_t rows[3][SUGGEST_LENGTH_MAX + 1];
    size_t *before = rows[0], *previous = rows[1], *current = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        previous[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        current[0] = i;
        size_t row_least = i;
        for (size_t j = 1; j <= b_length; j++) {
            char x = lower(a[i - 1]), y = lower(b[j - 1]);
            size_t cost = least(previous[j - 1] + (x != y), least(previous[j], current[j - 1]) + 1);
            if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y)
                cost = least(cost, before[j - 2] + 1);
            current[j] = cost;
            row_least = least(row_least, cost);
        }
        /* A swap reaches two rows back, so only two hopeless rows together end the search; one is rare enough to go on.
         */
        if (row_least > most + 1)
            return most + 1;
        size_t *oldest = before;
        before = previous;
        previous = current;
        current = oldest;
    }
    return least(previous[b_length], most + 1);
}

const char *suggest_nearest_in(const char *word, const void *names, size_t count, size_t stride) {
    size_t length = strnlen(word, SUGGEST_LENGTH_MAX + 1);
    size_t most = length < 6 ? 1 : length < 9 ? 2 : 3;
    const char *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *name;
        memcpy(&name, (const char *)names + i * stride, sizeof name);
        if (!name)
            continue;
        size_t distance = suggest_distance(word, name, most);
        if (distance <= most && distance < length) {
            nearest = name;
            if (distance == 0)
                break;
            most = distance - 1;
        }
    }
    return nearest;
}

const char *suggest_nearest(const char *word, const char *const *names, size_t count) {
    return suggest_nearest_in(word, names, count, sizeof *names);
}
