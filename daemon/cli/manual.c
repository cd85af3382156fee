#include "cli/manual.h"

#include <stdio.h>
#include <string.h>

#include "app/configuration/configuration_options.h"
#include "app/configuration/configuration_value.h"
#include "base/text.h"
#include "cli/command.h"

/* ---- mdoc(7) ---- */

static void put_character(char c) {
    if (c == '\\')
        fputs("\\e", stdout);
    else if (c == '-')
        fputs("\\-", stdout);
    else
        putchar(c);
}

/* Text as troff takes it literally; each sentence on a line of its own, as mdoc(7) has it. Ends within a line. */
static void put(const char *text) {
    bool line_begins = true;
    for (const char *c = text; *c; c++) {
        bool sentence_ends = *c == ' ' && c > text && c[-1] == '.' && c[1] >= 'A' && c[1] <= 'Z';
        if (*c == '\n')
            fputs("\n.Pp", stdout);
        if (line_begins && (*c == '.' || *c == '\''))
            fputs("\\&", stdout);
        put_character(sentence_ends ? '\n' : *c);
        line_begins = *c == '\n' || sentence_ends;
    }
}

/* A table's half sentence made a whole one. */
static void put_sentence(const char *words) {
    const char first[2] = {(char)(words[0] >= 'a' && words[0] <= 'z' ? words[0] - 32 : words[0]), '\0'};
    put(first);
    put(words + 1);
    printf(".\n");
}

/* One argument of a macro: quoted, for it may hold blanks. */
static void put_argument(const char *text) {
    putchar('"');
    for (const char *c = text; *c; c++)
        if (*c == '"')
            fputs("\"\"", stdout);
        else
            put_character(*c);
    putchar('"');
}

/* ---- tandempost(1) ---- */

static void put_option(const struct command_option *option) {
    printf(".It ");
    if (option->letter)
        printf("Fl %c , ", option->letter);
    printf("Fl \\-%s", option->name);
    if (option->argument) {
        printf(" Ar ");
        put_argument(option->argument);
    }
    printf("\n");
    put_sentence(option->help);
}

static void put_command(const struct command *command) {
    printf(".Ss ");
    put(command->name);
    auto_text usage = TEXT_EMPTY;
    command_append_usage(command, &usage);
    printf("\n.Ic ");
    put_argument(text_string(&usage));
    printf("\n.Pp\n");
    if (command->help) {
        put(command->help);
        printf("\n");
    } else {
        put_sentence(command->summary);
    }
    bool any = command->arguments->name || command->options->name;
    if (any)
        printf(".Bl -tag -width Ds\n");
    for (const struct command_argument *argument = command->arguments; argument->name; argument++) {
        printf(".It Ar ");
        put_argument(argument->name);
        printf("\n");
        put_sentence(argument->help);
    }
    for (const struct command_option *option = command->options; option->name; option++)
        put_option(option);
    if (any)
        printf(".El\n");
}

void manual_print_commands(void) {
    printf(".Sh COMMON OPTIONS\n.Bl -tag -width Ds\n");
    for (const struct command_option *option = command_global_options; option->name; option++)
        put_option(option);
    put_option(&command_json_option);
    printf("For commands that list or show.\n");
    put_option(&command_dry_run_option);
    printf("For commands that change something.\n.El\n.Sh COMMANDS\n");
    for (const struct command *const *command = command_table; *command; command++)
        put_command(*command);
}

/* ---- tandempost.conf(5) ---- */

static void put_spec(const struct option_spec *option) {
    printf(".It Ic %s", option->name);
    if (option->example || option->standard) {
        printf(" Li ");
        auto_text value = TEXT_EMPTY;
        text_append_format(&value, "= %s", option->example ? option->example : option->standard);
        put_argument(text_string(&value));
    }
    printf("\n");
    put(option->help);
    printf("\n");
    for (size_t i = 0; option->choices && option->choices[i]; i++) {
        printf(i ? ", \\(dq" : "One of \\(dq");
        put(option->choices[i]);
        printf(option->choices[i + 1] ? "\\(dq" : "\\(dq.\n");
    }
    auto_text range = TEXT_EMPTY;
    if (configuration_value_append_range(option, &range))
        printf("From %s.\n", text_string(&range));
    if (option->required) {
        printf("Required.\n");
    } else if (option->standard) {
        printf("Default:\n.Li ");
        put_argument(option->standard);
        printf("\n");
    }
}

void manual_print_configuration(void) {
    printf(".Sh SECTIONS\n");
    for (const struct section_spec *section = configuration_sections; section->name; section++) {
        printf(".Ss %s%s%s%s\n", section->name, section->title ? " \\(dq" : "", section->title ? section->title : "",
               section->title ? "\\(dq" : "");
        put(section->help);
        printf("\n.Bl -tag -width Ds\n");
        for (const struct option_spec *option = section->options; option->name; option++)
            put_spec(option);
        printf(".El\n");
    }
}

/* ---- bash ---- */

static void put_long_option(const struct command_option *option, void *data) {
    (void)data;
    printf(" --%s", option->name);
}

/* "participant add" is the first "participant"; a command of one word is a family of its own. */
static bool is_first_of_family(const struct command *const *command) {
    size_t length = strcspn((*command)->name, " ");
    return command == command_table || strncmp(command[-1]->name, (*command)->name, length) != 0;
}

void manual_print_bash_completion(void) {
    printf("# bash completion for tandempost; made by: tandempost help --completion bash\n"
           "_tandempost() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} name='' i=1 words=''\n"
           "    COMPREPLY=()\n"
           "    case ${COMP_WORDS[COMP_CWORD-1]} in -c|--config) compopt -o default; return;; esac\n"
           "    [[ ${COMP_WORDS[1]} == -c ]] && i=3\n"
           "    for ((; i < COMP_CWORD; i++)); do\n"
           "        [[ ${COMP_WORDS[i]} == -* ]] || name+=\"${name:+ }${COMP_WORDS[i]}\"\n"
           "    done\n"
           "    case \"$name\" in\n");
    printf("    '') words='");
    for (const struct command *const *command = command_table; *command; command++)
        if (is_first_of_family(command))
            printf("%.*s ", (int)strcspn((*command)->name, " "), (*command)->name);
    printf("';;\n");
    for (const struct command *const *command = command_table; *command; command++) {
        size_t length = strcspn((*command)->name, " ");
        if (!(*command)->name[length] || !is_first_of_family(command))
            continue;
        printf("    '%.*s') words='", (int)length, (*command)->name);
        for (const struct command *const *member = command; *member; member++)
            if (strncmp((*member)->name, (*command)->name, length + 1) == 0)
                printf("%s ", (*member)->name + length + 1);
        printf("';;\n");
    }
    for (const struct command *const *command = command_table; *command; command++) {
        printf("    '%s'*) words='", (*command)->name);
        command_each_option(*command, put_long_option, NULL);
        printf("'; [[ $word == -* ]] || { compopt -o default; return; };;\n");
    }
    printf("    esac\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
           "}\n"
           "complete -F _tandempost tandempost\n");
}
