#include "cli/invocation.h"

#include "base/text.h"

static const struct invocation_value *find(const struct invocation *invocation, const char *name) {
    for (size_t i = invocation->value_count; i-- > 0;)
        if (string_equal(invocation->values[i].name, name))
            return &invocation->values[i];
    return NULL;
}

const char *invocation_option(const struct invocation *invocation, const char *name) {
    const struct invocation_value *found = find(invocation, name);
    return found ? found->value : NULL;
}

bool invocation_switch(const struct invocation *invocation, const char *name) {
    return find(invocation, name) != NULL;
}

const char *invocation_argument(const struct invocation *invocation, size_t position) {
    return position < invocation->argument_count ? invocation->arguments[position] : NULL;
}

bool invocation_number(const struct invocation *invocation, const char *name, int64_t least, int64_t most,
                       int64_t *number) {
    const char *typed = invocation_option(invocation, name);
    int64_t read;
    if (typed && (!string_to_integer(typed, &read) || read < least || read > most))
        return false;
    *number = typed ? read : *number;
    return true;
}
