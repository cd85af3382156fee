#include "cli/context.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "app/notify.h"
#include "app/service.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "cli/wrap.h"
#include "store/database.h"
#include "store/transaction.h"

#define ACTOR_PREFIX "command:"

enum { ROOM_LEAST = 256 * 1024 };

struct context_told {
    struct text lines;
};

int context_refuse(const struct error *error) {
    return command_refuse("%s", error->message);
}

/* ---- Opening ---- */

int context_open_configuration(struct context *context, const struct invocation *invocation) {
    const char *path = invocation_configuration_path(invocation);
    *context = (struct context){.invocation = invocation};
    auto_error_list errors = ERROR_LIST_EMPTY;
    if (!configuration_load(path, &context->configuration, &errors)) {
        for (size_t i = 0; i < errors.count; i++) {
            auto_string line = error_list_format(&errors.entries[i]);
            command_refuse("%s", line);
        }
        if (access(path, F_OK) != 0 && errno == ENOENT)
            fprintf(stderr, "Name another with -c FILE, or write a new one: tandempost init\n");
        return EXIT_REFUSED;
    }
    context->told = memory_new(sizeof *context->told);
    const struct passwd *user = getpwuid(getuid());
    const char *sudo = getenv("SUDO_USER"), *name = user ? user->pw_name : "unknown";
    if (getuid() == 0 && !string_is_empty(sudo))
        name = sudo;
    snprintf(context->actor, sizeof context->actor, ACTOR_PREFIX "%s", name);
    return EXIT_DONE;
}

/* SQLite's side files belong to the database's owner, but everything else that root makes is root's, and the daemon
 * could not write it. */
bool context_become_owner(const char *database, struct error *error) {
    struct stat status;
    if (geteuid() != 0 || stat(database, &status) != 0 || status.st_uid == 0)
        return true;
    const struct passwd *owner = getpwuid(status.st_uid);
    bool done = owner ? initgroups(owner->pw_name, status.st_gid) == 0 : setgroups(1, &status.st_gid) == 0;
    if (!done || setgid(status.st_gid) != 0 || setuid(status.st_uid) != 0)
        return error_set(error, ERROR_TEMPORARY, "Can't become the database's owner (user %u): %s.",
                         (unsigned)status.st_uid, strerror(errno));
    return true;
}

void context_append_restoring(struct text *text, const char *database, const char *copy) {
    auto_string folder = memory_copy_bytes(database, (size_t)(strrchr(database, '/') - database) + 1);
    struct stat status;
    bool ours = stat(folder, &status) != 0 || status.st_uid == geteuid();
    const struct passwd *owner = ours ? NULL : getpwuid(status.st_uid);
    const struct group *group = ours ? NULL : getgrgid(status.st_gid);
    text_append_format(text, "rm -f %s-wal %s-shm && install ", database, database);
    if (owner && group)
        text_append_format(text, "-o %s -g %s ", owner->pw_name, group->gr_name);
    text_append_format(text, "-m 660 %s %s", copy, database);
}

bool context_need_database(const struct configuration *configuration, struct error *error) {
    const char *path = configuration->programme.database;
    bool usual = string_equal(configuration->path, CONFIGURATION_DEFAULT_PATH);
    if (access(path, F_OK) == 0 || errno != ENOENT)
        return true;
    auto_text restoring = TEXT_EMPTY;
    context_append_restoring(&restoring, path, "BACKUP");
    return error_set(error, ERROR_CONFIGURATION,
                     "There is no database at %s. Stop the service, then put your last backup there: %s. Or, if there "
                     "is none, begin with an empty one, which knows nobody: tandempost%s%s init --database. Then start "
                     "the service.",
                     path, text_string(&restoring), usual ? "" : " -c ", usual ? "" : configuration->path);
}

bool context_disk_is_full(const struct configuration *configuration) {
    struct statvfs room;
    return statvfs(configuration->programme.database, &room) == 0 && room.f_bavail * room.f_frsize < ROOM_LEAST;
}

static int open_database(struct context *context, const struct invocation *invocation, bool as_caller) {
    int code = context_open_configuration(context, invocation);
    if (code != EXIT_DONE)
        return code;
    struct error error = ERROR_INIT;
    const char *path = context->configuration.programme.database;
    umask(0007);
    if (context_need_database(&context->configuration, &error) && (as_caller || context_become_owner(path, &error)) &&
        database_open(path, DATABASE_READ_WRITE, &context->database, &error))
        return EXIT_DONE;
    context_close(context);
    return context_refuse(&error);
}

int context_open(struct context *context, const struct invocation *invocation) {
    return open_database(context, invocation, false);
}

int context_open_as_caller(struct context *context, const struct invocation *invocation) {
    return open_database(context, invocation, true);
}

static void show_progress(void *progress, size_t done) {
    progress_to(progress, done);
}

struct service *context_service(struct context *context, struct error *error) {
    if (context->service)
        return context->service;
    struct service *service cleanup(memory_free_pointer) = memory_new(sizeof *service);
    if (!service_open(service, &context->configuration, context->database, context->actor, error))
        return NULL;
    if (context->progress) {
        service->advanced = show_progress;
        service->advanced_context = context->progress;
    }
    context->service = steal(service);
    return context->service;
}

const char *context_user(const struct context *context) {
    return context->actor + strlen(ACTOR_PREFIX);
}

struct service *context_look(struct context *context, struct error *error) {
    auto_transaction rolled_back = TRANSACTION_NONE;
    return transaction_begin_alone(context->database, &rolled_back, error) ? context_service(context, error) : NULL;
}

int context_open_service(struct context *context, const struct invocation *invocation, struct service **ret) {
    struct error error = ERROR_INIT;
    int code = context_open(context, invocation);
    if (code != EXIT_DONE)
        return code;
    struct service *service = context_look(context, &error);
    if (!service)
        return context_refuse(&error);
    *ret = service;
    return EXIT_DONE;
}

struct event_cause context_cause(const struct context *context, const char *why) {
    return (struct event_cause){.at = clock_now(), .actor = context->actor, .why = why};
}

void context_close(struct context *context) {
    if (context->service)
        service_close(context->service);
    free(context->service);
    context->service = NULL;
    database_close(context->database);
    context->database = NULL;
    configuration_free(&context->configuration);
    if (context->told)
        text_free(&context->told->lines);
    free(context->told);
    context->told = NULL;
}

/* ---- Changing ---- */

void context_tell(struct context *context, const char *format, ...) {
    auto_text line = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(&line, format, arguments);
    va_end(arguments);
    text_append_printable(&context->told->lines, text_string(&line));
    text_append_char(&context->told->lines, '\n');
}

typedef bool change_function(struct context *context, void *data, struct error *error);

static bool change_all(struct context *context, change_function *change, void *data, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    if (!transaction_begin(context->database, &transaction, error) || !change(context, data, error))
        return false;
    if (invocation_dry_run(context->invocation))
        return true;
    return transaction_commit(&transaction, error);
}

static int run_change(struct context *context, bool portions, change_function *change, void *data) {
    struct error error = ERROR_INIT;
    bool dry_run = invocation_dry_run(context->invocation);
    text_clear(&context->told->lines);
    bool done = portions && !dry_run ? change(context, data, &error) : change_all(context, change, data, &error);
    if (context->service)
        context->service->advanced = NULL;
    progress_free_pointer(&context->progress);
    if (!done)
        return context_refuse(&error);
    if (dry_run)
        printf("Dry run: nothing was changed. Otherwise:\n");
    else
        notify_send(context->configuration.programme.database);
    if (context->told->lines.length)
        wrap_print(stdout, text_string(&context->told->lines), 0, table_terminal_width(stdout), "");
    return EXIT_DONE;
}

int context_change(struct context *context, change_function *change, void *data) {
    return run_change(context, false, change, data);
}

int context_change_in_portions(struct context *context, const char *doing, change_function *change, void *data) {
    context->progress = progress_new(doing, 0);
    return run_change(context, true, change, data);
}
