#include "cli/commands.h"

const struct command *const command_table[] = {
    &init_command,
    &daemon_command,
    &participant_add_command,
    &participant_import_command,
    &participant_list_command,
    &participant_show_command,
    &participant_leave_command,
    &round_create_command,
    &round_list_command,
    &round_show_command,
    &inspect_command,
    &help_command,
    &version_command,
    NULL,
};
