#pragma once
/* Commands are declared, not coded: one table drives dispatch, option parsing, help, completion and the man page. A
 * command is one function and one `struct command` in its own file, named in cli/commands.c. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

struct invocation; /* what the user typed, understood */

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

/* An option's value, NULL where it was not given; the last one wins where it was given twice. */
const char *invocation_option(const struct invocation *invocation, const char *name);

/* All values of an option in their order. Writes up to MOST and returns how many were given. */
size_t invocation_options(const struct invocation *invocation, const char *name, const char **ret, size_t most);
bool invocation_switch(const struct invocation *invocation, const char *name);

/* The positional arguments after the command's name; NULL beyond the last. */
const char *invocation_argument(const struct invocation *invocation, size_t position);
size_t invocation_argument_count(const struct invocation *invocation);

bool invocation_json(const struct invocation *invocation);
bool invocation_dry_run(const struct invocation *invocation);
const char *invocation_configuration_path(const struct invocation *invocation); /* never NULL */
const struct command *invocation_command(const struct invocation *invocation);

/* Says on stderr what is wrong with the way a command was called, and where its help is. Returns EXIT_USAGE. */
int command_usage_error(const struct invocation *invocation, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "tandempost: MESSAGE" on stderr, made printable. Returns EXIT_REFUSED. */
int command_refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Understands ARGUMENTS (main's argv), runs the command, returns the exit code. */
int command_main(int count, char **arguments);
