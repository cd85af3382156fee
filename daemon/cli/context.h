#pragma once
/* What most commands need: the configuration, the database, one transaction, and a word to the daemon afterwards. */
#include <stdbool.h>
#include <stdint.h>

#include "app/configuration/configuration.h"
#include "app/service.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "store/events.h"

struct progress; /* cli/progress.h */
struct parser;   /* app/parser.h */

struct context {
    const struct invocation *invocation;
    struct configuration configuration;
    struct database *database;
    struct arena *arena;       /* lives as long as the context */
    const struct zone *zone;   /* the programme's, in which people are shown moments; UTC where it can't be loaded */
    char actor[80];            /* for the event log: "command:USER" */
    struct service *service;   /* NULL until context_service */
    struct progress *progress; /* of a change in portions; else NULL */
    struct text told;          /* lines waiting for the commit */

    /* What arguments and options name (cli/reference.h); id 0: nothing was named. */
    struct participant people[MEMBERS_MAX];
    size_t people_count;
    struct round round;
    struct partnership partnership;
    const char *members; /* of the partnership: "Anna Berg and Ben Okoro" */
    void *subject;       /* a command's own, such as the row of another kind that its argument names */
};

/* Runs a command that has `show` or `change`: opens the database, finds what was named, and lets it do. Returns the
 * exit code. */
int context_run(const struct invocation *invocation);

/* Loads the configuration (saying on stderr all that is wrong with it) and opens the database, which must exist. Run as
 * root, the process takes on the database owner's user and group first, so that it leaves no file that the daemon can't
 * write. Returns EXIT_DONE, or the exit code to return; then there is nothing to close. */
int context_open(struct context *context, const struct invocation *invocation);
int context_open_configuration(struct context *context, const struct invocation *invocation); /* no database */

/* Likewise, but root stays root, for a command that writes a file where only its caller may. SQLite itself gives the
 * files beside the database to the database's owner. */
int context_open_as_caller(struct context *context, const struct invocation *invocation);

/* Finds all that options and arguments name. */
bool context_find(struct context *context, struct error *error);

/* Root takes on the user and groups of the owner of DATABASE (its path); everybody else, and root where the database is
 * root's or absent, stays who they are. */
bool context_become_owner(const char *database, struct error *error);

/* Fails where the configured database isn't there, and says both ways out: the last backup, or an empty one. */
bool context_need_database(const struct configuration *configuration, struct error *error);

/* Whether hardly anything can be written any more where the configured database is. */
bool context_disk_is_full(const struct configuration *configuration);

/* The shell's command that puts COPY in the place of DATABASE, for the user whom its folder belongs to. */
void context_append_restoring(struct text *text, const char *database, const char *copy);

void context_close(struct context *context);
#define auto_context __attribute__((__cleanup__(context_close))) struct context

/* Runs CHANGE in one transaction: committed if it returns true, rolled back if it returns false (then prints the error)
 * or with --dry-run; notifies the daemon after a commit. CHANGE says nothing by itself; what it did goes through
 * context_tell, which is shown only once the commit held (with --dry-run: as what would be done). For a command with
 * `portions`, which commits by itself (app/service.h), the one transaction is there with --dry-run only, and a terminal
 * shows how far it has come. Returns the exit code. */
int context_change(struct context *context, bool (*change)(struct context *context, struct error *error));

/* The service that app/action.h works with, opened at its first use (inside a change: so that a dry run leaves
 * nothing); NULL with ERROR where it can't be. Belongs to the context. */
struct service *context_service(struct context *context, struct error *error);

/* The same for commands that only look: what opening it would note in the database is rolled back. */
struct service *context_look(struct context *context, struct error *error);

/* The user who runs the command, as the event log names them. */
const char *context_user(const struct context *context);

/* "Now, by this user, because WHY" for the store's functions. */
struct event_cause context_cause(const struct context *context, const char *why);

/* One line of what a change did, in the past tense: "Added participant 12, Anna Berg <anna@example.org>." */
void context_tell(struct context *context, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Runs a command that takes mails apart, with a parser that was started before anything was opened: its process must
 * hold no database and no descriptor. Returns what RUN does. */
int context_with_parser(const struct invocation *invocation,
                        int (*run)(const struct invocation *invocation, struct parser *parser));

/* Prints an error as `tandempost: MESSAGE` on stderr; nothing where there is none, for then it was told already.
 * Returns EXIT_REFUSED. */
int context_refuse(const struct error *error);
