#include <stdio.h>

#include "app/inspect.h"
#include "app/parser.h"
#include "base/memory.h"
#include "cli/command.h"

static int run_inspect(const struct invocation *invocation) {
    struct error error = ERROR_INIT;
    size_t count = invocation->argument_count;
    const char **paths cleanup(memory_free_pointer) = memory_new_array(count, sizeof *paths);
    for (size_t i = 0; i < count; i++)
        paths[i] = invocation_argument(invocation, i);
    /* Needs no configuration: how a mail is understood is the same everywhere, but for the programme's own tags. */
    const struct description_settings settings = {.separator = '+'};
    struct parser *parser = parser_start(&error);
    bool done = parser && inspect_files(paths, count, invocation->json, &settings, parser, stdout, &error);
    parser_stop(parser);
    if (done)
        return EXIT_DONE;
    command_refuse("%s", error.message);
    return EXIT_USAGE; /* only where a file can't be read: what a mail holds is never a failure */
}

const struct command inspect_command = {
    .name = "inspect",
    .summary = "how tandempost understands mails, and why",
    .help =
        "Shows for each mail whether a person wrote it, what the person wrote without quotes and signature, which "
        "answers "
        "stand in it, which of the programme's addresses it went to, and why that is thought. Reads nothing but the "
        "files, changes nothing, and needs no configuration.\nExit code 2 where a file can't be read.",
    .flags = COMMAND_LISTS,
    .arguments = {{"FILE", "a mail as it is stored (.eml); - reads standard input", NULL, ARGUMENT_REPEATED}},
    .run = run_inspect,
};
