#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/configuration/configuration.h"
#include "base/text.h"
#include "cli/invocation.h"

const struct command_option command_global_options[] = {
    {"config", 'c', "FILE", "the configuration (else $TANDEMPOST_CONFIG, else " CONFIGURATION_DEFAULT_PATH ")", NULL},
    {"help", 'h', NULL, "how this command is used", NULL},
    {0},
};
const struct command_option command_dry_run_option = {"dry-run", 'n', NULL, "change nothing; tell what would be done",
                                                      NULL};
const struct command_option command_json_option = {"json", 0, NULL, "JSON, one object a line", NULL};

/* ---- Telling ---- */

__attribute__((format(printf, 1, 0))) static void say(const char *format, va_list arguments) {
    auto_text message = TEXT_EMPTY, printable = TEXT_EMPTY;
    text_append_format_list(&message, format, arguments);
    text_append_printable(&printable, text_string(&message));
    fflush(stdout);
    fprintf(stderr, "tandempost: %s\n", text_string(&printable));
}

int command_refuse(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    return EXIT_REFUSED;
}

int command_usage_error(const struct invocation *invocation, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    const char *name = invocation && invocation->command ? invocation->command->name : NULL;
    fprintf(stderr, "See: tandempost help%s%s\n", name ? " " : "", name ? name : "");
    return EXIT_USAGE;
}

/* ---- The table ---- */

void command_each_option(const struct command *command, void (*visit)(const struct command_option *option, void *data),
                         void *data) {
    for (const struct command_option *option = command->options; option->name; option++)
        visit(option, data);
    if (command->change || command->flags & COMMAND_CHANGES)
        visit(&command_dry_run_option, data);
    if (command->show || command->flags & COMMAND_LISTS)
        visit(&command_json_option, data);
    for (const struct command_option *option = command_global_options; option->name; option++)
        visit(option, data);
}

const struct command *command_find(const char *name) {
    for (const struct command *const *command = command_table; *command; command++)
        if (string_equal((*command)->name, name))
            return *command;
    return NULL;
}

bool command_is_family(const char *word) {
    size_t length = strlen(word);
    for (const struct command *const *command = command_table; *command; command++)
        if (string_starts_with((*command)->name, word) && (*command)->name[length] == ' ')
            return true;
    return false;
}

void command_append_usage(const struct command *command, struct text *text) {
    text_append_format(text, "tandempost %s", command->name);
    if (command->options->name || command->show || command->change || command->flags)
        text_append(text, " [OPTIONS]");
    for (const struct command_argument *argument = command->arguments; argument->name; argument++)
        text_append_format(
            text, argument->times == ARGUMENT_OPTIONAL || argument->times == ARGUMENT_ANY ? " [%s%s]" : " %s%s",
            argument->name, argument->times >= ARGUMENT_REPEATED ? "..." : "");
}
