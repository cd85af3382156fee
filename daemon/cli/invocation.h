#pragma once
/* What the user typed, understood: cli/dispatch.c fills it, commands ask it. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct command; /* cli/command.h */

struct invocation_value {
    const char *name, *value; /* value NULL for a switch */
};

struct invocation {
    const struct command *command;
    struct invocation_value *values; /* options in the order given */
    size_t value_count;
    char **arguments; /* after the command's name */
    size_t argument_count;
    const char *configuration_path; /* never NULL */
    bool json, dry_run;
};

/* An option's value, NULL where it was not given; the last one wins where it was given twice. */
const char *invocation_option(const struct invocation *invocation, const char *name);
bool invocation_switch(const struct invocation *invocation, const char *name);

/* The positional argument; NULL beyond the last. */
const char *invocation_argument(const struct invocation *invocation, size_t position);

/* The number that an option of the kind COMMAND_NUMBER gives (dispatch has checked it); INSTEAD where it was not. */
int64_t invocation_number(const struct invocation *invocation, const char *name, int64_t instead);
