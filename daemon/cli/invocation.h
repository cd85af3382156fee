#pragma once
/* The inside of an invocation: for cli/command.c, which fills it, and the help. Commands use cli/command.h. */
#include "base/text.h"
#include "cli/command.h"

struct invocation_value {
    const char *name, *value; /* value NULL for a switch */
};

struct invocation {
    const struct command *command;
    struct invocation_value *values; /* options in the order given */
    size_t value_count;
    char **arguments;
    size_t argument_count;
    const char *configuration_path;
    bool json, dry_run;
};

/* Options that every command has, and those that its flags give it; a NULL name ends each list. */
extern const struct command_option command_global_options[];
extern const struct command_option command_dry_run_option, command_json_option;

/* Calls VISIT for every option that COMMAND understands: its own, then --dry-run or --json, then the global ones. */
void command_each_option(const struct command *command, void (*visit)(const struct command_option *option, void *data),
                         void *data);

/* The command of that name, or NULL. */
const struct command *command_find(const char *name);

/* True where some command's name begins with WORD and a blank: "participant". */
bool command_is_family(const char *word);

/* ---- cli/help.c ---- */
void help_print_overview(void);
void help_print_command(const struct command *command);
void help_print_family(const char *family);
void help_append_usage(const struct command *command, struct text *text);

/* ---- cli/manual.c: what packages ship, made from the tables ---- */
void manual_print_commands(void);      /* for tandempost(1); its frame is in man/ */
void manual_print_configuration(void); /* for tandempost.conf(5) */
void manual_print_bash_completion(void);
