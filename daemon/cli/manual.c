/* Manual pages and completion, made from the tables so that they can't fall behind. */
#include <stdio.h>
#include <string.h>

#include "app/configuration_options.h"
#include "base/text.h"
#include "cli/invocation.h"

/* Text as troff takes it literally. */
static void put(const char *text) {
    for (const char *c = text; *c; c++) {
        if (*c == '\\')
            fputs("\\e", stdout);
        else if (*c == '-')
            fputs("\\-", stdout);
        else if ((*c == '.' || *c == '\'') && (c == text || c[-1] == '\n'))
            printf("\\&%c", *c);
        else if (*c == '\n')
            fputs("\n.PP\n", stdout);
        else
            putchar(*c);
    }
}

static void put_sentence(const char *words) {
    char first[2] = {(char)(words[0] >= 'a' && words[0] <= 'z' ? words[0] - 32 : words[0]), '\0'};
    put(first);
    put(words + 1);
    printf(".\n");
}

static void put_bold(const char *text) {
    printf("\\fB");
    put(text);
    printf("\\fR");
}

/* ---- tandempost(1) ---- */

static void put_option(const struct command_option *option, void *data) {
    (void)data;
    printf(".TP\n");
    if (option->letter)
        printf("\\fB\\-%c\\fR, ", option->letter);
    printf("\\fB\\-\\-");
    put(option->name);
    printf("\\fR%s%s%s\n", option->argument ? " \\fI" : "", option->argument ? option->argument : "",
           option->argument ? "\\fR" : "");
    put_sentence(option->help);
}

static void put_command(const struct command *command) {
    printf(".SS ");
    put(command->name);
    printf("\n");
    auto_text usage = TEXT_EMPTY;
    help_append_usage(command, &usage);
    put_bold(text_string(&usage));
    printf("\n.PP\n");
    if (command->help) {
        put(command->help);
        printf("\n");
    } else {
        put_sentence(command->summary);
    }
    for (const struct command_argument *argument = command->arguments; argument && argument->name; argument++) {
        printf(".TP\n\\fI");
        put(argument->name);
        printf("\\fR\n");
        put_sentence(argument->help);
    }
    for (const struct command_option *option = command->options; option && option->name; option++)
        put_option(option, NULL);
}

void manual_print_commands(void) {
    printf(".TH TANDEMPOST 1 \"\" \"tandempost %s\" \"User Commands\"\n", TANDEMPOST_VERSION);
    printf(".SH NAME\ntandempost \\- runs a programme of partnerships by mail\n"
           ".SH SYNOPSIS\n.B tandempost\n[\\fB\\-c\\fR \\fIFILE\\fR] \\fICOMMAND\\fR [\\fIOPTIONS\\fR] "
           "[\\fIARGUMENTS\\fR]\n"
           ".SH COMMON OPTIONS\n");
    for (const struct command_option *option = command_global_options; option->name; option++)
        put_option(option, NULL);
    put_option(&command_json_option, NULL);
    printf("For commands that list or show.\n");
    put_option(&command_dry_run_option, NULL);
    printf("For commands that change something.\n.SH COMMANDS\n");
    for (const struct command *const *command = command_table; *command; command++)
        put_command(*command);
    printf(".SH EXIT STATUS\n0 done; 1 refused or failed, with the reason on standard error; 2 wrong use.\n"
           ".SH ENVIRONMENT\n.TP\n.B TANDEMPOST_CONFIG\nThe configuration, where \\-c names none.\n"
           ".TP\n.B NO_COLOR\nIf set, nothing is coloured.\n.SH SEE ALSO\n.BR tandempost.conf (5)\n");
}

/* ---- tandempost.conf(5) ---- */

static void put_spec(const struct option_spec *option) {
    printf(".TP\n");
    put_bold(option->name);
    if (option->example || option->standard) {
        printf(" = ");
        put(option->example ? option->example : option->standard);
    }
    printf("\n");
    put(option->help);
    if (option->required) {
        printf(" Required.");
    } else if (option->standard) {
        printf(" Default: ");
        put(option->standard);
        printf(".");
    }
    for (size_t i = 0; option->choices && option->choices[i]; i++) {
        printf(i ? ", \"" : " One of \"");
        put(option->choices[i]);
        printf(option->choices[i + 1] ? "\"" : "\".");
    }
    printf("\n");
}

void manual_print_configuration(void) {
    printf(".TH TANDEMPOST.CONF 5 \"\" \"tandempost %s\" \"File Formats\"\n", TANDEMPOST_VERSION);
    printf(".SH NAME\ntandempost.conf \\- configuration of tandempost\n.SH DESCRIPTION\n"
           "Sections in braces hold lines of the form \\fIname\\fR = \\fIvalue\\fR. Words in quotes, numbers and yes "
           "or no "
           "bare, lists as { \"a\", \"b\" }. From # to the line's end is a comment. \\fBinclude(\\fR\"FILE\"\\fB)\\fR "
           "outside of "
           "sections reads another file. Relative paths count from the file's own folder. Durations are written as "
           "people say them: 5 minutes, 10 days, 6 months.\n");
    for (const struct section_spec *section = configuration_sections; section->name; section++) {
        printf(".SH SECTION %s%s%s%s\n", section->name, section->title ? " \\(dq" : "",
               section->title ? section->title : "", section->title ? "\\(dq" : "");
        put(section->help);
        printf("\n");
        for (const struct option_spec *option = section->options; option->name; option++)
            put_spec(option);
    }
    printf(".SH SEE ALSO\n.BR tandempost (1)\n");
}

/* ---- bash ---- */

static void put_long_option(const struct command_option *option, void *data) {
    (void)data;
    printf(" --%s", option->name);
}

void manual_print_bash_completion(void) {
    printf("# bash completion for tandempost; made by: tandempost help --completion bash\n"
           "_tandempost() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} name= i=1 words=\n"
           "    COMPREPLY=()\n"
           "    case ${COMP_WORDS[COMP_CWORD-1]} in -c|--config) compopt -o default; return;; esac\n"
           "    [[ ${COMP_WORDS[1]} == -c ]] && i=3\n"
           "    for ((; i < COMP_CWORD; i++)); do\n"
           "        [[ ${COMP_WORDS[i]} == -* ]] || name+=\"${name:+ }${COMP_WORDS[i]}\"\n"
           "    done\n"
           "    case \"$name\" in\n");
    printf("    '') words='");
    for (const struct command *const *command = command_table; *command; command++) {
        size_t length = strcspn((*command)->name, " ");
        bool told = command != command_table && strncmp(command[-1]->name, (*command)->name, length) == 0;
        if (!told)
            printf("%.*s ", (int)length, (*command)->name);
    }
    printf("';;\n");
    for (const struct command *const *command = command_table; *command; command++) {
        size_t length = strcspn((*command)->name, " ");
        bool told = command != command_table && strncmp(command[-1]->name, (*command)->name, length + 1) == 0;
        if (!(*command)->name[length] || told)
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
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
           "}\n"
           "complete -F _tandempost tandempost\n");
}
