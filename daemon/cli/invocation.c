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

int64_t invocation_number(const struct invocation *invocation, const char *name, int64_t instead) {
    int64_t number;
    return string_to_integer(invocation_option(invocation, name), &number) ? number : instead;
}
