#pragma once
/* What `help` and --help say, made from the table of commands. */
#include "cli/command.h"

void help_print_overview(void); /* all commands, a line each */
void help_print_command(const struct command *command);
void help_print_family(const char *family); /* "participant": the commands that begin with it */
