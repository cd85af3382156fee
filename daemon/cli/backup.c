#include <stdio.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/wrap.h"
#include "store/database.h"

static int run_backup(const struct invocation *invocation) {
    auto_context context = {0};
    struct error error = ERROR_INIT;
    struct stat status;
    const char *path = invocation_argument(invocation, 0);
    int code = context_open_as_caller(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!database_backup(context.database, path, clock_now(), invocation_switch(invocation, "with-incidents"), &error))
        return context_refuse(&error);
    const char *size = stat(path, &status) == 0
                           ? arena_format(context.arena, ", %s", columns_format_size(context.arena, status.st_size))
                           : "";
    auto_text told = TEXT_EMPTY;
    text_append_format(&told, "Wrote %s%s.\nTo restore it: stop the service; ", path, size);
    context_append_restoring(&told, context.configuration.programme.database, path);
    text_append(&told, "; start the service. It asks before it sends what became due meanwhile.");
    wrap_print(stdout, text_string(&told), 0, table_terminal_width(stdout), "");
    return EXIT_DONE;
}

const struct command backup_command = {
    .name = "backup",
    .summary = "a consistent copy of the database while the service runs",
    .help =
        "Writes a complete copy of the database as of now; the service may go on meanwhile. The copy is readable by "
        "the user who runs this only, as it holds people's names and addresses. The copy knows that it is one: a "
        "service that is started on it sends nothing until you have said whether "
        "what became due since is to be sent or skipped (catch-up send, catch-up skip). What was written in reports of "
        "misconduct is left out, unless you ask for it.",
    .options = {{"with-incidents", 0, NULL, "with what was written in reports of misconduct", NULL}},
    .arguments = {{"FILE", "where to; it must not exist yet", NULL, ARGUMENT_NEEDED}},
    .run = run_backup,
};
