#include "app/alive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"

struct alive {
    _Atomic int64_t moments[ALIVE_PARTS];
};

static int open_file(const char *database, int flags) {
    auto_text path = TEXT_EMPTY;
    text_append_format(&path, "%s-alive", database);
    return open(text_string(&path), flags | O_CLOEXEC | O_NOFOLLOW, 0660);
}

bool alive_open(const char *database, struct alive **ret, struct error *error) {
    int descriptor = open_file(database, O_RDWR | O_CREAT);
    void *file = MAP_FAILED;
    /* With its block, as a full disk would end the process at its first touch. */
    int number = descriptor < 0 ? errno : posix_fallocate(descriptor, 0, sizeof(struct alive));
    if (number == 0) {
        file = mmap(NULL, sizeof(struct alive), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        number = file == MAP_FAILED ? errno : 0;
    }
    if (descriptor >= 0)
        close(descriptor);
    if (number != 0)
        return error_set(error, ERROR_TEMPORARY, "the file %s-alive: %s; signs of life go into the database instead",
                         database, strerror(number));
    *ret = file;
    return true;
}

void alive_close(struct alive *alive) {
    if (alive)
        munmap(alive, sizeof *alive);
}

void alive_note(struct alive *alive, enum alive_part part, int64_t moment) {
    alive->moments[part] = moment;
}

int64_t alive_last(const char *database, enum alive_part part) {
    int64_t moments[ALIVE_PARTS] = {0};
    int descriptor = open_file(database, O_RDONLY);
    if (descriptor < 0 || read(descriptor, moments, sizeof moments) != (ssize_t)sizeof moments)
        moments[part] = 0;
    if (descriptor >= 0)
        close(descriptor);
    return moments[part];
}
