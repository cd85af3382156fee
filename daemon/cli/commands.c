#include "cli/command.h"

/* Every command, in the order of the help text. */
#define COMMANDS(COMMAND)                                                                                              \
    COMMAND(init)                                                                                                      \
    COMMAND(check)                                                                                                     \
    COMMAND(daemon)                                                                                                    \
    COMMAND(demo)                                                                                                      \
    COMMAND(status)                                                                                                    \
    COMMAND(participant_add)                                                                                           \
    COMMAND(participant_import)                                                                                        \
    COMMAND(participant_list)                                                                                          \
    COMMAND(participant_show)                                                                                          \
    COMMAND(participant_update)                                                                                        \
    COMMAND(participant_pause)                                                                                         \
    COMMAND(participant_resume)                                                                                        \
    COMMAND(participant_leave)                                                                                         \
    COMMAND(participant_export)                                                                                        \
    COMMAND(participant_erase)                                                                                         \
    COMMAND(round_create)                                                                                              \
    COMMAND(round_update)                                                                                              \
    COMMAND(round_open)                                                                                                \
    COMMAND(round_close)                                                                                               \
    COMMAND(round_start)                                                                                               \
    COMMAND(round_archive)                                                                                             \
    COMMAND(round_remove)                                                                                              \
    COMMAND(round_list)                                                                                                \
    COMMAND(round_show)                                                                                                \
    COMMAND(match_propose)                                                                                             \
    COMMAND(match_show)                                                                                                \
    COMMAND(match_swap)                                                                                                \
    COMMAND(match_lock)                                                                                                \
    COMMAND(match_unlock)                                                                                              \
    COMMAND(match_forbid)                                                                                              \
    COMMAND(match_allow)                                                                                               \
    COMMAND(match_forbidden)                                                                                           \
    COMMAND(match_approve)                                                                                             \
    COMMAND(match_pair)                                                                                                \
    COMMAND(application_list)                                                                                          \
    COMMAND(partnership_create)                                                                                        \
    COMMAND(partnership_import)                                                                                        \
    COMMAND(partnership_start)                                                                                         \
    COMMAND(partnership_list)                                                                                          \
    COMMAND(partnership_show)                                                                                          \
    COMMAND(partnership_hold)                                                                                          \
    COMMAND(partnership_resume)                                                                                        \
    COMMAND(partnership_dissolve)                                                                                      \
    COMMAND(partnership_rematch)                                                                                       \
    COMMAND(partnership_note)                                                                                          \
    COMMAND(partnership_contact)                                                                                       \
    COMMAND(survey_list)                                                                                               \
    COMMAND(survey_show)                                                                                               \
    COMMAND(event_create)                                                                                              \
    COMMAND(event_list)                                                                                                \
    COMMAND(event_show)                                                                                                \
    COMMAND(event_change)                                                                                              \
    COMMAND(event_cancel)                                                                                              \
    COMMAND(rehearse)                                                                                                  \
    COMMAND(report)                                                                                                    \
    COMMAND(timeline)                                                                                                  \
    COMMAND(outbox_list)                                                                                               \
    COMMAND(outbox_show)                                                                                               \
    COMMAND(outbox_cancel)                                                                                             \
    COMMAND(outbox_retry)                                                                                              \
    COMMAND(inbox_list)                                                                                                \
    COMMAND(inbox_show)                                                                                                \
    COMMAND(inbox_resolve)                                                                                             \
    COMMAND(alert_list)                                                                                                \
    COMMAND(alert_show)                                                                                                \
    COMMAND(alert_close)                                                                                               \
    COMMAND(incident_list)                                                                                             \
    COMMAND(incident_show)                                                                                             \
    COMMAND(incident_close)                                                                                            \
    COMMAND(incident_unban)                                                                                            \
    COMMAND(template_list)                                                                                             \
    COMMAND(template_check)                                                                                            \
    COMMAND(template_preview)                                                                                          \
    COMMAND(template_send_test)                                                                                        \
    COMMAND(template_diff)                                                                                             \
    COMMAND(template_names)                                                                                            \
    COMMAND(topic_list)                                                                                                \
    COMMAND(backup)                                                                                                    \
    COMMAND(catch_up_send)                                                                                             \
    COMMAND(catch_up_skip)                                                                                             \
    COMMAND(inspect)                                                                                                   \
    COMMAND(help)                                                                                                      \
    COMMAND(version)

#define DECLARE(name) extern const struct command name##_command;
#define ROW(name) &name##_command,

COMMANDS(DECLARE)

const struct command *const command_table[] = {COMMANDS(ROW) NULL};
