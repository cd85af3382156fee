#include "cli/commands.h"

#include <stddef.h>

const struct command *const command_table[] = {
    &init_command,
    &daemon_command,
    &participant_add_command,
    &participant_import_command,
    &participant_list_command,
    &participant_show_command,
    &participant_update_command,
    &participant_pause_command,
    &participant_resume_command,
    &participant_leave_command,
    &round_create_command,
    &round_start_command,
    &round_list_command,
    &round_show_command,
    &partnership_create_command,
    &partnership_import_command,
    &partnership_start_command,
    &partnership_list_command,
    &partnership_show_command,
    &partnership_hold_command,
    &partnership_resume_command,
    &partnership_dissolve_command,
    &partnership_note_command,
    &partnership_contact_command,
    &inspect_command,
    &help_command,
    &version_command,
    NULL,
};
