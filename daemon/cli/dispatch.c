#include "cli/dispatch.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/configuration/configuration.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/help.h"
#include "cli/invocation.h"

enum { OPTIONS_MOST = 32 };

/* ---- The command's name ---- */

/* The command named by the first one or two words; *RET_WORDS is how many were its name. */
static const struct command *find_by_words(char **words, size_t count, size_t *ret_words) {
    for (size_t used = count < 2 ? count : 2; used > 0; used--) {
        auto_text name = TEXT_EMPTY;
        for (size_t i = 0; i < used; i++)
            text_append_format(&name, "%s%s", i ? " " : "", words[i]);
        const struct command *command = command_find(text_string(&name));
        if (command) {
            *ret_words = used;
            return command;
        }
    }
    return NULL;
}

static int refuse_unknown(char **words, size_t count) {
    const char *names[256];
    size_t known = 0;
    bool family = command_is_family(words[0]);
    if (family && count == 1) {
        help_print_family(words[0]);
        return EXIT_USAGE;
    }
    auto_text typed = TEXT_EMPTY;
    text_append(&typed, words[0]);
    if (count > 1 && words[1][0] != '-')
        text_append_format(&typed, " %s", words[1]);
    for (const struct command *const *command = command_table; *command && known < COUNT_OF(names); command++)
        if (!family || command_is_family(words[0]) == string_starts_with((*command)->name, words[0]))
            names[known++] = (*command)->name;
    const char *near = suggest_nearest(text_string(&typed), names, known);
    if (!near && !family)
        near = suggest_nearest(words[0], names, known);
    if (near)
        return command_usage_error(NULL, "There is no command \"%s\"; did you mean \"%s\"?", text_string(&typed), near);
    return command_usage_error(NULL, "There is no command \"%s\".", text_string(&typed));
}

/* ---- Options ---- */

struct option_list {
    struct option options[OPTIONS_MOST + 1];
    const char *names[OPTIONS_MOST];
    char letters[2 * OPTIONS_MOST + 3];
    size_t count, letter_count;
};

static void add_option(const struct command_option *option, void *data) {
    struct option_list *list = data;
    require(list->count < OPTIONS_MOST);
    list->names[list->count] = option->name;
    list->options[list->count++] =
        (struct option){option->name, option->argument ? required_argument : no_argument, NULL, option->letter};
    if (option->letter) {
        list->letters[list->letter_count++] = option->letter;
        if (option->argument)
            list->letters[list->letter_count++] = ':';
    }
}

static const char *option_name_of_letter(const struct option_list *list, int letter) {
    for (size_t i = 0; i < list->count; i++)
        if (list->options[i].val == letter)
            return list->options[i].name;
    return NULL;
}

static int refuse_option(const struct invocation *invocation, const struct option_list *list, int found,
                         char **arguments) {
    const char *typed = arguments[optind - 1];
    if (found == ':')
        return command_usage_error(invocation, "The option %s needs a value.", typed);
    if (string_starts_with(typed, "--")) {
        auto_string word = memory_copy_bytes(typed + 2, strcspn(typed + 2, "="));
        const char *near = suggest_nearest(word, list->names, list->count);
        if (string_equal(near, word))
            return command_usage_error(invocation, "The option --%s takes no value.", word);
        if (near)
            return command_usage_error(invocation, "There is no option --%s here; did you mean --%s?", word, near);
        return command_usage_error(invocation, "There is no option --%s here.", word);
    }
    return command_usage_error(invocation, "There is no option -%c here.", optopt);
}

static void take_option(struct invocation *invocation, const char *name, const char *value) {
    if (string_equal(name, "config"))
        invocation->configuration_path = value;
    else if (string_equal(name, "json"))
        invocation->json = true;
    else if (string_equal(name, "dry-run"))
        invocation->dry_run = true;
    else
        invocation->values[invocation->value_count++] = (struct invocation_value){name, value};
}

/* Reads options, and the arguments left over; false with *RET_CODE where nothing is to be run. */
static bool read_options(struct invocation *invocation, int count, char **arguments, int *ret_code) {
    struct option_list list = {.letters = ":", .letter_count = 1};
    command_each_option(invocation->command, add_option, &list);
    optind = 0; /* starts glibc's getopt afresh */
    opterr = 0;
    for (;;) {
        int position = -1;
        int found = getopt_long(count, arguments, list.letters, list.options, &position);
        if (found == -1)
            break;
        if (found == '?' || found == ':') {
            *ret_code = refuse_option(invocation, &list, found, arguments);
            return false;
        }
        const char *name = position >= 0 ? list.options[position].name : option_name_of_letter(&list, found);
        if (string_equal(name, "help")) {
            help_print_command(invocation->command);
            *ret_code = EXIT_DONE;
            return false;
        }
        take_option(invocation, name, optarg);
    }
    invocation->arguments = arguments + optind;
    invocation->argument_count = (size_t)(count - optind);
    return true;
}

static int check_arguments(const struct invocation *invocation) {
    const struct command *command = invocation->command;
    const struct command_argument *argument = command->arguments;
    size_t given = invocation->argument_count, position = 0;
    for (; argument->name; argument++, position++) {
        bool needed = argument->times == ARGUMENT_NEEDED || argument->times == ARGUMENT_REPEATED;
        if (position >= given && needed)
            return command_usage_error(invocation, "\"%s\" needs %s: %s.", command->name, argument->name,
                                       argument->help);
        if (argument->times >= ARGUMENT_REPEATED)
            return EXIT_DONE;
    }
    if (given > position)
        return command_usage_error(invocation, "\"%s\" is more than \"%s\" can use.", invocation->arguments[position],
                                   command->name);
    return EXIT_DONE;
}

/* "text, html and eml" */
static bool is_choice(const char *choices, const char *typed) {
    while (*choices) {
        size_t length = strcspn(choices, ", ");
        if (length == strlen(typed) && strncmp(choices, typed, length) == 0)
            return true;
        choices += length;
        choices += string_starts_with(choices, " and ") ? strlen(" and ") : strspn(choices, ", ");
    }
    return false;
}

static int check_values(const struct invocation *invocation) {
    for (const struct command_option *option = invocation->command->options; option->name; option++) {
        const char *typed = invocation_option(invocation, option->name);
        const struct command_value *value = typed ? option->value : NULL;
        int64_t number;
        if (value && value->choices && !is_choice(value->choices, typed))
            return command_usage_error(invocation, "There is no %s \"%s\"; there are %s.", option->name, typed,
                                       value->choices);
        if (value && value->number &&
            (!string_to_integer(typed, &number) || number < value->least || number > value->most))
            return command_usage_error(invocation, "--%s %s, not \"%s\".", option->name, value->number, typed);
    }
    return EXIT_DONE;
}

/* ---- From main ---- */

static int run_words(char **words, size_t count, const char *path) {
    size_t used = 0;
    struct invocation invocation = {.configuration_path = path};
    invocation.command = find_by_words(words, count, &used);
    if (!invocation.command)
        return refuse_unknown(words, count);
    struct invocation_value *values cleanup(memory_free_pointer) = memory_new_array(count + 1, sizeof *values);
    invocation.values = values;
    int code = EXIT_DONE;
    /* getopt passes over its first word: that is the last one of the command's name. */
    if (!read_options(&invocation, (int)(count - used + 1), words + used - 1, &code))
        return code;
    const struct command *command = invocation.command;
    int (*const checks[])(const struct invocation *) = {check_arguments, check_values, command->check};
    for (size_t i = 0; i < COUNT_OF(checks) && code == EXIT_DONE; i++)
        code = checks[i] ? checks[i](&invocation) : EXIT_DONE;
    if (code != EXIT_DONE)
        return code;
    code = command->run ? command->run(&invocation) : context_run(&invocation);
    if (fflush(stdout) != 0 || ferror(stdout))
        return command_refuse("Can't write the output.");
    return code;
}

int dispatch_main(int count, char **arguments) {
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {0},
    };
    static char help[] = "help", version[] = "version";
    const char *path = getenv(CONFIGURATION_PATH_VARIABLE);
    if (string_is_empty(path))
        path = CONFIGURATION_DEFAULT_PATH;
    optind = 0; /* starts glibc's getopt afresh */
    opterr = 0;
    for (int found; (found = getopt_long(count, arguments, "+:c:hV", options, NULL)) != -1;) {
        const char *word = arguments[optind - 1];
        if (found == 'c') {
            path = optarg;
        } else if (found == 'h' || found == 'V') {
            arguments[--optind] = found == 'h' ? help : version;
            break;
        } else {
            return command_usage_error(NULL,
                                       found == ':' ? "The option %s needs the configuration's path."
                                                    : "There is no option %s before a command.",
                                       word);
        }
    }
    if (optind >= count) {
        help_print_overview();
        return EXIT_USAGE;
    }
    return run_words(arguments + optind, (size_t)(count - optind), path);
}
