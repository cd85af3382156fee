#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/manual.h"
#include "cli/table.h"
#include "cli/wrap.h"

enum { WIDEST = 100 };

static size_t line_width(void) {
    size_t width = table_terminal_width(stdout);
    return width == 0 || width > WIDEST ? 80 : width;
}

static void print_paragraphs(const char *text) {
    while (*text) {
        auto_string paragraph = memory_copy_bytes(text, strcspn(text, "\n"));
        wrap_print(stdout, paragraph, 0, line_width(), "");
        text += strlen(paragraph);
        text += strspn(text, "\n");
        if (*text)
            printf("\n");
    }
}

static void print_pair(const char *left, const char *right, size_t indent) {
    size_t width = utf8_width(left) + 2;
    printf("  %s", left);
    if (width + 2 > indent) {
        printf("\n%*s", (int)indent, "");
        width = indent;
    }
    printf("%*s", (int)(indent - width), "");
    wrap_print(stdout, right, indent, line_width(), "");
}

static size_t widest_name(const char *family) {
    size_t widest = 0;
    for (const struct command *const *command = command_table; *command; command++)
        if ((!family || string_starts_with((*command)->name, family)) && strlen((*command)->name) > widest)
            widest = strlen((*command)->name);
    return widest;
}

static void print_commands(const char *family) {
    size_t indent = widest_name(family) + 4;
    for (const struct command *const *command = command_table; *command; command++)
        if (!family || string_starts_with((*command)->name, family))
            print_pair((*command)->name, (*command)->summary, indent);
}

void help_print_overview(void) {
    printf("tandempost runs a programme of partnerships by mail.\n\n"
           "Usage: tandempost [-c FILE] COMMAND [OPTIONS] [ARGUMENTS]\n\n");
    print_commands(NULL);
    printf("\n");
    print_paragraphs(
        "All take -c, --config FILE and -h, --help. What lists or shows takes --json; what changes something takes "
        "-n, --dry-run. More: tandempost help COMMAND");
}

void help_print_family(const char *family) {
    auto_text prefix = TEXT_EMPTY;
    text_append_format(&prefix, "%s ", family);
    printf("Usage: tandempost %s COMMAND\n\n", family);
    print_commands(text_string(&prefix));
}

static void print_option(const struct command_option *option, void *data) {
    (void)data;
    auto_text left = TEXT_EMPTY;
    if (option->letter)
        text_append_format(&left, "-%c, ", option->letter);
    else
        text_append(&left, "    ");
    text_append_format(&left, "--%s%s%s", option->name, option->argument ? " " : "",
                       option->argument ? option->argument : "");
    print_pair(text_string(&left), option->help, 24);
}

void help_print_command(const struct command *command) {
    auto_text usage = TEXT_EMPTY;
    command_append_usage(command, &usage);
    printf("Usage: %s\n\n", text_string(&usage));
    if (command->help)
        print_paragraphs(command->help);
    else
        printf("%c%s.\n", command->summary[0] & ~0x20, command->summary + 1);
    for (const struct command_argument *argument = command->arguments; argument->name; argument++) {
        if (argument == command->arguments)
            printf("\nArguments:\n");
        print_pair(argument->name, argument->help, 24);
    }
    printf("\nOptions:\n");
    command_each_option(command, print_option, NULL);
}

/* ---- The command ---- */

static int print_made(const struct invocation *invocation) {
    const char *completion = invocation_option(invocation, "completion"),
               *manual = invocation_option(invocation, "manual");
    if (completion && !string_equal(completion, "bash"))
        return command_usage_error(invocation, "Completion is there for bash only.");
    if (manual && !string_equal(manual, "tandempost") && !string_equal(manual, "tandempost.conf"))
        return command_usage_error(invocation, "The manual pages are tandempost and tandempost.conf.");
    if (completion)
        manual_print_bash_completion();
    else if (string_equal(manual, "tandempost"))
        manual_print_commands();
    else
        manual_print_configuration();
    return EXIT_DONE;
}

static int run_help(const struct invocation *invocation) {
    if (invocation_option(invocation, "completion") || invocation_option(invocation, "manual"))
        return print_made(invocation);
    auto_text name = TEXT_EMPTY;
    for (size_t i = 0; i < invocation->argument_count; i++)
        text_append_format(&name, "%s%s", i ? " " : "", invocation_argument(invocation, i));
    const struct command *command = command_find(text_string(&name));
    if (command)
        help_print_command(command);
    else if (!name.length)
        help_print_overview();
    else if (command_is_family(text_string(&name)))
        help_print_family(text_string(&name));
    else
        return command_usage_error(NULL, "There is no command \"%s\".", text_string(&name));
    return EXIT_DONE;
}

const struct command help_command = {
    .name = "help",
    .summary = "all commands, or one of them in full",
    .options = {{"completion", 0, "SHELL", "print a completion script for bash", NULL},
                {"manual", 0, "PAGE",
                 "print what the manual page tandempost or tandempost.conf says of the tables, as mdoc(7)", NULL}},
    .arguments = {{"COMMAND", "the command's name, of one or two words", NULL, ARGUMENT_ANY}},
    .run = run_help,
};

static int run_version(const struct invocation *invocation) {
    (void)invocation;
    printf("tandempost %s\n", TANDEMPOST_VERSION);
    return EXIT_DONE;
}

const struct command version_command = {.name = "version", .summary = "which version this is", .run = run_version};
