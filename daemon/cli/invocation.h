#pragma once
/* What the user typed, understood: cli/dispatch.c fills it, commands ask it. */
#include <stdbool.h>
#include <stddef.h>

struct command; /* cli/command.h */

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
