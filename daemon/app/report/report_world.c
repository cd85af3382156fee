#include "app/report/report_world.h"

#include <stdio.h>
#include <string.h>

#include "base/embedded.h"
#include "base/text.h"

#define WORLD "report/world.txt"
#define LAND "land "

static const char *world(void) {
    const struct embedded_file *file = embedded_files;
    while (!string_equal(file->path, WORLD))
        file++;
    return file->bytes;
}

/* What stands behind WORD, which a line begins with, and a blank. */
static const char *find_line(const char *word) {
    const char *at = world();
    size_t size = strlen(word), length;
    for (const char *line; (line = string_next_line(&at, &length));)
        if (length > size && strncmp(line, word, size) == 0 && line[size] == ' ')
            return line + size;
    return "";
}

struct report_place report_world_size(void) {
    struct report_place size = {0};
    (void)sscanf(find_line("size"), " %lf %lf", &size.x, &size.y);
    return size;
}

bool report_world_find(const char *code, struct report_place *ret) {
    return strlen(code) == 2 && sscanf(find_line(code), " %lf %lf", &ret->x, &ret->y) == 2;
}

const char *report_world_land(const char **at, size_t *ret_length) {
    *at = *at ? *at : world();
    for (const char *line; (line = string_next_line(at, ret_length));)
        if (string_starts_with(line, LAND)) {
            *ret_length -= strlen(LAND);
            return line + strlen(LAND);
        }
    return NULL;
}
