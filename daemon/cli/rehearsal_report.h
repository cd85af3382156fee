#pragma once
/* What a rehearsal came to, for the terminal or as JSON. */
#include "cli/context.h"
#include "simulation/rehearsal.h"

/* FOLDER: where the messages were written to; NULL: nowhere. */
void rehearsal_report_print(const struct context *context, const struct rehearsal *rehearsal, const char *folder);
void rehearsal_report_json(const struct context *context, const struct rehearsal *rehearsal);

/* The same words on its page, in ARENA: "1,840 messages to 92 people ...", "discussion, month 2", "to 46 people, the
 * last at 21:00". ZONE is the programme's. */
const char *rehearsal_report_sum(const struct rehearsal *rehearsal, const struct zone *zone, struct arena *arena);
const char *rehearsal_report_step(const char *step, int64_t occurrence, struct arena *arena);
const char *rehearsal_report_line(const struct rehearsal_line *line, const struct zone *zone, struct arena *arena);
