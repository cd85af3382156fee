/* The guard before the IMAP parser: its verdict does not depend on how the bytes are cut, and what it lets through is
 * within its bounds. */
#include <string.h>

#include "harness.h"
#include "net/imap_guard.h"

void fuzz_prepare(void) {
}

static const char *look_in_pieces(const char *bytes, size_t length, uint64_t allowed, size_t piece) {
    struct imap_guard guard = {0};
    const char *problem = NULL;
    imap_guard_allow(&guard, allowed);
    for (size_t i = 0; i < length && !problem; i += piece)
        problem = imap_guard_look(&guard, bytes + i, length - i < piece ? length - i : piece);
    return problem;
}

/* Without quotes and literals it is plain to see how deep the lists are. */
static void check_depth(const char *bytes, size_t length) {
    unsigned depth = 0;
    for (size_t i = 0; i < length; i++) {
        depth = bytes[i] == '\n' ? 0 : bytes[i] == '(' ? depth + 1 : bytes[i] == ')' && depth ? depth - 1 : depth;
        check(depth <= IMAP_GUARD_MOST_DEPTH);
    }
}

void fuzz_try(const char *bytes, size_t length) {
    static const uint64_t allowances[] = {0, 100, 4096, 1 << 20};
    for (size_t i = 0; i < COUNT_OF(allowances); i++) {
        const char *whole = look_in_pieces(bytes, length, allowances[i], length + 1);
        for (size_t piece = 1; piece <= 8; piece += 1 + piece)
            check(!look_in_pieces(bytes, length, allowances[i], piece) == !whole);
        check(whole || length <= allowances[i]);
        if (!whole && !memchr(bytes, '"', length) && !memchr(bytes, '{', length))
            check_depth(bytes, length);
    }
}
