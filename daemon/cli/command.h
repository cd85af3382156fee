#pragma once
/* Commands are declared, not coded: one table drives dispatch, option parsing, help, completion and the man page. A
 * command is one function and one `struct command` in its own file, named in cli/commands.c. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/invocation.h"

struct text; /* base/text.h */

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

struct command_option {
    const char *name;     /* long name without dashes: "round"; NULL ends the list */
    char letter;          /* one-letter form, or 0 */
    const char *argument; /* what the value is called in help, "NAME"; NULL: a switch */
    const char *help;     /* one line, no full stop */
};

struct command_argument {
    const char *name; /* "FILE"; NULL ends the list */
    const char *help;
    bool optional, repeated; /* repeated only for the last */
};

enum {
    COMMAND_CHANGES = 1, /* changes the database: has --dry-run */
    COMMAND_LISTS = 2,   /* shows rows: has --json */
};

struct command {
    const char *name;    /* "participant import" */
    const char *summary; /* one line for the list of commands, no full stop */
    const char *help;    /* paragraphs for `help COMMAND` and the man page; NULL: the summary says all */
    int flags;
    const struct command_option *options;            /* NULL: none but the common ones */
    const struct command_argument *arguments;        /* NULL: none */
    int (*run)(const struct invocation *invocation); /* returns an EXIT_ code; has then said what it did or why not */
};

/* All commands in the order of the help text, NULL-terminated (cli/commands.c). */
extern const struct command *const command_table[];

/* Options that every command has, and those that its flags give it; a NULL name ends the list. */
extern const struct command_option command_global_options[];
extern const struct command_option command_dry_run_option, command_json_option;

/* Calls VISIT for every option that COMMAND understands: its own, then --dry-run or --json, then the global ones. */
void command_each_option(const struct command *command, void (*visit)(const struct command_option *option, void *data),
                         void *data);

/* The command of that name, or NULL. */
const struct command *command_find(const char *name);

/* True where some command's name begins with WORD and a blank: "participant". */
bool command_is_family(const char *word);

/* "tandempost participant import [OPTIONS] FILE" */
void command_append_usage(const struct command *command, struct text *text);

/* Says on stderr what is wrong with the way a command was called, and where its help is. Returns EXIT_USAGE. */
int command_usage_error(const struct invocation *invocation, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "tandempost: MESSAGE" on stderr, made printable. Returns EXIT_REFUSED. */
int command_refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
