#include "base/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool descriptor_read(int descriptor, size_t most, struct text *bytes) {
    char buffer[16384];
    for (size_t left = most;;) {
        ssize_t got = read(descriptor, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        bool fits = (size_t)got <= left;
        size_t taken = fits ? (size_t)got : left;
        text_append_bytes(bytes, buffer, taken);
        left -= taken;
        if (!fits) {
            errno = EFBIG;
            return false;
        }
    }
}

bool descriptor_read_file(const char *path, size_t most, struct text *bytes) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0)
        return false;
    bool good = descriptor_read(descriptor, most, bytes);
    int why = errno;
    close(descriptor);
    errno = why;
    return good;
}

bool descriptor_write(int descriptor, const void *bytes, size_t length) {
    const char *place = bytes;
    while (length > 0) {
        ssize_t written = write(descriptor, place, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        place += written;
        length -= (size_t)written;
    }
    return true;
}
