#include "cli/invocation.h"

#include "base/text.h"

const char *invocation_option(const struct invocation *invocation, const char *name) {
    const char *value = NULL;
    for (size_t i = 0; i < invocation->value_count; i++)
        if (string_equal(invocation->values[i].name, name))
            value = invocation->values[i].value;
    return value;
}

size_t invocation_options(const struct invocation *invocation, const char *name, const char **ret, size_t most) {
    size_t count = 0;
    for (size_t i = 0; i < invocation->value_count; i++)
        if (string_equal(invocation->values[i].name, name) && count++ < most)
            ret[count - 1] = invocation->values[i].value;
    return count;
}

bool invocation_switch(const struct invocation *invocation, const char *name) {
    for (size_t i = 0; i < invocation->value_count; i++)
        if (string_equal(invocation->values[i].name, name))
            return true;
    return false;
}

const char *invocation_argument(const struct invocation *invocation, size_t position) {
    return position < invocation->argument_count ? invocation->arguments[position] : NULL;
}

size_t invocation_argument_count(const struct invocation *invocation) {
    return invocation->argument_count;
}

bool invocation_json(const struct invocation *invocation) {
    return invocation->json;
}

bool invocation_dry_run(const struct invocation *invocation) {
    return invocation->dry_run;
}

const char *invocation_configuration_path(const struct invocation *invocation) {
    return invocation->configuration_path;
}

const struct command *invocation_command(const struct invocation *invocation) {
    return invocation->command;
}
