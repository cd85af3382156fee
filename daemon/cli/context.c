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
#include "app/parser.h"
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

int context_refuse(const struct error *error) {
    return error->class == ERROR_NONE ? EXIT_REFUSED : command_refuse("%s", error->message);
}

/* ---- Opening ---- */

int context_open_configuration(struct context *context, const struct invocation *invocation) {
    const char *path = invocation->configuration_path;
    *context = (struct context){.invocation = invocation, .zone = zone_utc()};
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
    struct error unknown = ERROR_INIT;
    (void)zone_load(context->configuration.programme.time_zone, &context->zone, &unknown);
    context->arena = arena_new();
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
    text_free(&context->told);
    arena_free(context->arena);
    context->arena = NULL;
}

/* ---- Changing ---- */

void context_tell(struct context *context, const char *format, ...) {
    auto_text line = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(&line, format, arguments);
    va_end(arguments);
    text_append_printable(&context->told, text_string(&line));
    text_append_char(&context->told, '\n');
}

typedef bool change_function(struct context *context, struct error *error);

static bool change_all(struct context *context, change_function *change, bool alone, struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    bool service = context->invocation->command->flags & COMMAND_SERVICE;
    return (alone || transaction_begin(context->database, &transaction, error)) &&
           (!service || context_service(context, error)) && change(context, error) &&
           (alone || context->invocation->dry_run || transaction_commit(&transaction, error));
}

int context_change(struct context *context, change_function *change) {
    struct error error = ERROR_INIT;
    const char *portions = context->invocation->command->portions;
    bool dry_run = context->invocation->dry_run;
    if (portions)
        context->progress = progress_new(portions, 0);
    bool done = change_all(context, change, portions && !dry_run, &error);
    if (context->service)
        context->service->advanced = NULL;
    progress_free_pointer(&context->progress);
    if (!done)
        return context_refuse(&error);
    if (dry_run && !context->invocation->json)
        printf("Dry run: nothing was changed. Otherwise:\n");
    else if (!dry_run)
        notify_send(context->configuration.programme.database);
    if (context->told.length)
        wrap_print(stdout, text_string(&context->told), 0, table_terminal_width(stdout), "");
    return EXIT_DONE;
}

/* ---- Whole commands ---- */

static bool find_value(struct context *context, const struct command_value *value, const char *typed,
                       struct error *error) {
    return !value || !value->find || !typed || value->find(context, typed, error);
}

bool context_find(struct context *context, struct error *error) {
    const struct invocation *invocation = context->invocation;
    const struct command_argument *argument = invocation->command->arguments;
    for (size_t i = 0; argument[i].name; i++)
        if (!find_value(context, argument[i].value, invocation_argument(invocation, i), error))
            return false;
    for (const struct command_option *option = invocation->command->options; option->name; option++)
        if (!find_value(context, option->value, invocation_option(invocation, option->name), error))
            return false;
    return true;
}

/* A word of NAMES that stands in WHY; "" where none does. */
static const char *find_name(const char *why, const char *names, struct arena *arena) {
    for (const char *at = names ? names : ""; *at;) {
        size_t length = strcspn(at, " ,");
        const char *word = arena_copy_bytes(arena, at, length);
        if (length > 3 && strstr(why, word)) /* "and" is none */
            return word;
        at += length + strspn(at + length, " ,");
    }
    return "";
}

/* The event log is never changed, so that it stays true; what it says must stay when somebody is erased. */
static bool check_why(struct context *context, struct error *error) {
    const char *why = invocation_option(context->invocation, "why"), *name = "";
    for (size_t i = 0; why && !*name && i < context->people_count; i++)
        name = find_name(why, context->people[i].name, context->arena);
    if (why && !*name)
        name = strchr(why, '@') ? "@" : find_name(why, context->members, context->arena);
    return !*name || error_set(error, ERROR_PERMANENT,
                               "The reason goes into the event log, which keeps no names and addresses: say it without "
                               "\"%s\". A note (tandempost partnership note) may have them.",
                               name);
}

int context_run(const struct invocation *invocation) {
    auto_context context = {0};
    struct error error = ERROR_INIT;
    const struct command *command = invocation->command;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!context_find(&context, &error) || !check_why(&context, &error))
        return context_refuse(&error);
    if (command->change)
        return context_change(&context, command->change);
    bool can_look = !(command->flags & COMMAND_SERVICE) || context_look(&context, &error);
    return can_look && command->show(&context, &error) ? EXIT_DONE : context_refuse(&error);
}

int context_with_parser(const struct invocation *invocation,
                        int (*run)(const struct invocation *invocation, struct parser *parser)) {
    struct error error = ERROR_INIT;
    struct parser *parser = parser_start(&error);
    if (!parser)
        return context_refuse(&error);
    int code = run(invocation, parser);
    parser_stop(parser);
    return code;
}
