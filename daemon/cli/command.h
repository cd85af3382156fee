#pragma once
/* Commands are declared, not coded: one table drives dispatch, option parsing, what options and arguments name, help,
 * completion and the manual page. A command is one `struct command` in its family's file and a line in commands.c. */
#include <stdbool.h>
#include <stddef.h>

#include "cli/invocation.h"

struct context; /* cli/context.h */
struct error;   /* base/error.h */
struct text;    /* base/text.h */

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

/* What a typed value names. It is looked up before the command runs, into the context; a value that names nothing is
 * told in the same words everywhere (cli/reference.h has the common ones). */
struct command_value {
    const char *choices; /* "text, html and eml": one of these words, for the command to understand; else NULL */
    const char
        *number; /* "is a number of messages": a whole one from LEAST to MOST, see invocation_number; else NULL */
    int64_t least, most;
    bool (*find)(struct context *context, const char *typed, struct error *error);
};
#define COMMAND_CHOICE(words) (&(const struct command_value){.choices = (words)})
#define COMMAND_NUMBER(words, from, until)                                                                             \
    (&(const struct command_value){.number = (words), .least = (from), .most = (until)})

struct command_option {
    const char *name;                  /* long name without dashes: "round" */
    char letter;                       /* one-letter form, or 0 */
    const char *argument;              /* what the value is called in help, "NAME"; NULL: a switch */
    const char *help;                  /* one line, no full stop */
    const struct command_value *value; /* NULL: any text */
};

struct command_argument {
    const char *name; /* "FILE" */
    const char *help;
    const struct command_value *value;                                                  /* NULL: any text */
    enum { ARGUMENT_NEEDED, ARGUMENT_OPTIONAL, ARGUMENT_REPEATED, ARGUMENT_ANY } times; /* the last two come last */
};

enum {
    COMMAND_CHANGES = 1, /* has --dry-run, as all with `change` have */
    COMMAND_LISTS = 2,   /* has --json, as all with `show` have */
    COMMAND_SERVICE = 4, /* `show` and `change` find context->service opened */
};

enum { COMMAND_OPTIONS_MOST = 8, COMMAND_ARGUMENTS_MOST = 5 }; /* with the nameless one that ends the list */

struct command {
    const char *name;    /* "participant import" */
    const char *summary; /* one line for the list of commands, no full stop */
    const char *help;    /* paragraphs for `help COMMAND` and the man page; NULL: the summary says all */
    int flags;
    struct command_option options[COMMAND_OPTIONS_MOST]; /* besides the common ones */
    struct command_argument arguments[COMMAND_ARGUMENTS_MOST];

    /* Called first: says what is wrong with the way it was called, if anything; returns an EXIT_ code. Or NULL. */
    int (*check)(const struct invocation *invocation);

    /* One of the three does it. `show` prints what it finds, people's text or JSON. `change` runs in one transaction
     * and says through context_tell what it did. `run` does all by itself, and returns an EXIT_ code; it has then said
     * what it did or why not. */
    bool (*show)(struct context *context, struct error *error);
    bool (*change)(struct context *context, struct error *error);
    int (*run)(const struct invocation *invocation);
    const char *portions; /* a change that commits in portions by itself, and what it does meanwhile; else NULL */
};

/* All commands in the order of the help text, NULL-terminated (cli/commands.c). */
extern const struct command *const command_table[];

/* Options that every command has, and those that some have; a NULL name ends the list. */
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
