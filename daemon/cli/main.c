#include <stdio.h>
#include <string.h>

#include "app/inspect.h"
#include "base/text.h"

int main(int count, char **arguments) {
    bool json = count > 2 && string_equal(arguments[2], "--json");
    int first = json ? 3 : 2;
    if (count <= first || !string_equal(arguments[1], "inspect")) {
        fprintf(stderr, "usage: tandempost inspect [--json] FILE...\n");
        return 2;
    }
    struct error error = ERROR_INIT;
    struct parser *parser = parser_start(&error);
    const struct description_settings settings = {.separator = '+'};
    bool done = parser && inspect_files((const char *const *)(arguments + first), (size_t)(count - first), json,
                                        &settings, parser, stdout, &error);
    parser_stop(parser);
    if (done)
        return 0;
    fprintf(stderr, "tandempost: %s\n", error.message);
    return 2;
}
