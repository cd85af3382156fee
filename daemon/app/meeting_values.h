#pragma once
/* What messages about meetings say: the names of their templates, and what goes into the reader's calendar. */
#include "app/service.h"
#include "base/memory.h"
#include "mail/calendar.h"
#include "mail/template/template_value.h"

/* The names of ROW's template in LANGUAGE, by the clock of READER. An example's row is about a made-up event.
 * *RET_NOTHING is set where the row has lost its reason. */
bool meeting_values_fill(struct service *service, const struct outbox_row *row, const struct participant *reader,
                         const char *language, struct arena *arena, struct template_value *values,
                         const char **ret_nothing, struct error *error);

/* The times that ROW, a check-in, proposes, where there are any. */
bool meeting_values_propose(struct service *service, const struct outbox_row *row, const struct participant *reader,
                            const char *language, struct arena *arena, struct template_value *values,
                            struct error *error);

/* What goes into the reader's calendar with ROW, but for the organizer, the attendee and, where partners talk, the
 * summary; uid NULL: nothing does. *RET_INVITATION: the message to whose address calendars reply. */
bool meeting_values_calendar(struct service *service, const struct outbox_row *row, const struct participant *reader,
                             struct arena *arena, struct calendar_event *ret, int64_t *ret_invitation,
                             struct error *error);
