#include <pwd.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/parser.h"
#include "app/supervisor.h"
#include "app/workers.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/context.h"
#include "store/database.h"

/* Opened once before anything starts: a database that is missing, foreign or newer is told plainly, and an older one is
 * migrated by one process alone. */
static bool prepare_database(const struct configuration *configuration, struct error *error) {
    auto_database database = NULL;
    return context_need_database(configuration, error) &&
           database_open(configuration->programme.database, DATABASE_READ_WRITE, &database, error);
}

static bool load(const char *path, struct configuration *configuration) {
    auto_error_list errors = ERROR_LIST_EMPTY;
    if (configuration_load(path, configuration, &errors))
        return true;
    for (size_t i = 0; i < errors.count; i++) {
        auto_string line = error_list_format(&errors.entries[i]);
        log_error("%s", line);
    }
    return false;
}

/* Root must not serve: neither read hostile mail nor leave files that the service's account can't open. Only the
 * configuration says whose the service is; it holds no secret. */
static bool leave_root(const char *path, struct error *error) {
    struct configuration configuration = {0};
    if (geteuid() != 0)
        return true;
    if (!load(path, &configuration))
        return false;
    bool done = context_become_owner(configuration.programme.database, error);
    if (done && geteuid() != 0) {
        const struct passwd *owner = getpwuid(geteuid());
        umask(0007); /* as the unit has it */
        log_notice("started by root: runs as the user %s, whom the database %s belongs to",
                   owner ? owner->pw_name : "without a name", configuration.programme.database);
    }
    configuration_free(&configuration);
    return done;
}

static int run_daemon(const struct invocation *invocation) {
    struct error error = ERROR_INIT;
    struct configuration configuration = {0};
    const char *path = invocation->configuration_path;
    /* First of all: the parser's process must hold no secret, no database and no descriptor. */
    struct parser *parser = leave_root(path, &error) ? parser_start(&error) : NULL;
    if (invocation_switch(invocation, "debug"))
        log_set_level(LOG_LEVEL_DEBUG);
    bool loaded = parser && load(path, &configuration);
    bool done = loaded && prepare_database(&configuration, &error) &&
                supervisor_run(&configuration, parser, workers_send, workers_receive, &error);
    if (!done && error.class != ERROR_NONE)
        log_error("%s", error.message);
    configuration_free(&configuration);
    parser_stop(parser);
    return done ? EXIT_DONE : EXIT_REFUSED;
}

const struct command daemon_command = {
    .name = "daemon",
    .summary = "the service: sends what is due, reads what comes in",
    .help =
        "Runs in the foreground until SIGTERM or SIGINT, and then first finishes what is being sent. SIGHUP reads the "
        "configuration again. Started by systemd (tandempost.service) it logs to the journal; by hand, to stderr. "
        "Started by root it runs as the user whom the database belongs to.",
    .options = {{"debug", 0, NULL, "log more", NULL}},
    .run = run_daemon,
};
