#pragma once
/* Every command, by the file that defines it; cli/commands.c puts them in order. */
#include "cli/command.h"

extern const struct command help_command, version_command;
extern const struct command init_command;
extern const struct command daemon_command;
extern const struct command demo_command;
extern const struct command inspect_command;
extern const struct command participant_add_command, participant_list_command, participant_show_command,
    participant_leave_command;
extern const struct command participant_import_command;
extern const struct command participant_pause_command, participant_resume_command, participant_update_command;
extern const struct command round_create_command, round_list_command, round_show_command;
extern const struct command round_start_command;
extern const struct command partnership_create_command, partnership_list_command;
extern const struct command partnership_import_command;
extern const struct command partnership_show_command;
extern const struct command partnership_start_command, partnership_hold_command, partnership_resume_command,
    partnership_dissolve_command, partnership_note_command, partnership_contact_command;
extern const struct command template_list_command, template_check_command, topic_list_command;
extern const struct command template_preview_command, template_send_test_command;
extern const struct command template_diff_command, template_names_command;
extern const struct command outbox_list_command, outbox_show_command;
extern const struct command outbox_cancel_command, outbox_retry_command;
extern const struct command inbox_list_command, inbox_resolve_command;
extern const struct command inbox_show_command;
extern const struct command alert_list_command, alert_show_command, alert_close_command;
extern const struct command backup_command;
extern const struct command catch_up_send_command, catch_up_skip_command;
extern const struct command status_command;
extern const struct command timeline_command;
extern const struct command check_command;
