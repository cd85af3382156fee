#include "cli/rehearsal_report.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/localise.h"
#include "base/text.h"
#include "cli/columns.h"
#include "cli/findings.h"
#include "cli/json_value.h"
#include "cli/timetable.h"
#include "cli/wrap.h"

enum { LATE_TOLD = SECONDS_PER_HOUR }; /* earlier ones wait for a connection, or for their turn */

/* ---- Words ---- */

const char *rehearsal_report_step(const char *step, int64_t occurrence, struct arena *arena) {
    return occurrence ? arena_format(arena, "%s, month %" PRId64, step, occurrence) : step;
}

const char *rehearsal_report_line(const struct rehearsal_line *line, const struct zone *zone, struct arena *arena) {
    auto_text text = TEXT_EMPTY;
    struct zone_local last;
    char time[CIVIL_TIME_SIZE];
    const char *whom = line->to_coordinators ? line->count == 1 ? "coordinator" : "coordinators"
                       : line->count == 1    ? "person"
                                             : "people";
    zone_to_local(zone, line->last_at - line->last_at % 60, &last);
    text_append_format(&text, "to %" PRId64 " %s", line->count, whom);
    if (line->last_at / 60 != line->first_at / 60)
        text_append_format(&text, ", the last at %s", civil_format_time_of_day(last.time_of_day, time));
    if (line->late >= LATE_TOLD)
        text_append_format(&text, ", up to %" PRId64 " h late", line->late / SECONDS_PER_HOUR);
    if (line->nights)
        text_append_format(&text, ", %" PRId64 " at night there", line->nights);
    return arena_copy_string(arena, text_string(&text));
}

const char *rehearsal_report_sum(const struct rehearsal *rehearsal, const struct zone *zone, struct arena *arena) {
    size_t to_people = rehearsal->messages - rehearsal->to_coordinators;
    const struct rehearsal_peak *day = &rehearsal->peaks[LIMITS_DAY], *hour = &rehearsal->peaks[LIMITS_HOUR];
    auto_text text = TEXT_EMPTY;
    text_append_format(&text,
                       "From %s to %s, if nobody answers anything: %zu message%s to %zu %s, and %zu to coordinators.",
                       localise_date(arena, rehearsal->from, zone, "en"),
                       localise_date(arena, rehearsal->until - 1, zone, "en"), to_people, to_people == 1 ? "" : "s",
                       rehearsal->people, rehearsal->people == 1 ? "person" : "people", rehearsal->to_coordinators);
    if (day->count)
        text_append_format(&text,
                           " Most is due within a day from %s, %" PRId64 " message%s, and within an hour from %s, "
                           "%" PRId64 ".",
                           localise_moment(arena, day->from, zone, "en"), day->count, day->count == 1 ? "" : "s",
                           localise_moment(arena, hour->from, zone, "en"), hour->count);
    return arena_copy_string(arena, text_string(&text));
}

/* ---- For people ---- */

void rehearsal_report_print(const struct context *context, const struct rehearsal *rehearsal, const char *folder) {
    struct timetable table = {.file = stdout,
                              .names = {"PROGRAMME"},
                              .zones = {context->zone},
                              .people = 1,
                              .width = table_terminal_width(stdout),
                              .colour = table_wants_colour(stdout)};
    struct findings findings = {0};
    for (size_t i = 0; i < rehearsal->line_count; i++) {
        const struct rehearsal_line *line = &rehearsal->lines[i];
        timetable_line(&table, line->first_at,
                       arena_format(context->arena, "%s %s",
                                    rehearsal_report_step(line->step, line->occurrence, context->arena),
                                    rehearsal_report_line(line, context->zone, context->arena)),
                       line->nights || line->late >= LATE_TOLD ? TONE_WARNING
                       : line->to_coordinators                 ? TONE_FAINT
                                                               : TONE_PLAIN);
    }
    printf("%s", rehearsal->line_count ? "\n" : "");
    wrap_print(stdout, rehearsal_report_sum(rehearsal, context->zone, context->arena), 0, table.width, "");
    for (size_t i = 0; i < rehearsal->trouble_count; i++)
        findings_tell(&findings, rehearsal->troubles[i].grave ? FINDING_PROBLEM : FINDING_NOTE,
                      rehearsal->troubles[i].area, "%s", rehearsal->troubles[i].text);
    if (!findings.problems)
        printf("Nothing would go wrong.\n");
    if (folder)
        printf("Wrote %s: every message, and %s/index.html to leaf through them.\n", folder, folder);
}

/* ---- JSON ---- */

static json_t *pack_line(const struct rehearsal_line *line) {
    char day[CIVIL_DATE_SIZE];
    return json_pack("{s:s,s:o,s:I,s:s,s:I,s:o,s:o,s:I,s:I}", "day", civil_format_date(civil_from_days(line->day), day),
                     "step", json_value_text(line->step), "occurrence", (json_int_t)line->occurrence, "to",
                     line->to_coordinators ? "coordinators" : "participants", "messages", (json_int_t)line->count,
                     "first_at", json_value_moment(line->first_at), "last_at", json_value_moment(line->last_at),
                     "late_seconds", (json_int_t)line->late, "at_night", (json_int_t)line->nights);
}

static json_t *pack_trouble(const struct rehearsal_trouble *trouble) {
    return json_pack("{s:s,s:s,s:o}", "result", findings_name(trouble->grave ? FINDING_PROBLEM : FINDING_NOTE), "area",
                     trouble->area, "message", json_value_text(trouble->text));
}

void rehearsal_report_json(const struct context *context, const struct rehearsal *rehearsal) {
    json_t *lines = json_array(), *troubles = json_array(), *busiest = json_object();
    (void)context;
    for (size_t i = 0; i < rehearsal->line_count; i++)
        json_array_append_new(lines, pack_line(&rehearsal->lines[i]));
    for (size_t i = 0; i < rehearsal->trouble_count; i++)
        json_array_append_new(troubles, pack_trouble(&rehearsal->troubles[i]));
    for (enum limits_period period = 0; period < LIMITS_PERIODS; period++)
        json_object_set_new(busiest, limits_period_name(period),
                            json_pack("{s:o,s:I,s:I}", "from", json_value_moment(rehearsal->peaks[period].from),
                                      "messages", (json_int_t)rehearsal->peaks[period].count, "late_seconds",
                                      (json_int_t)rehearsal->peaks[period].late));
    json_value_print(json_pack("{s:o,s:o,s:I,s:I,s:I,s:o,s:o,s:o}", "from", json_value_moment(rehearsal->from), "until",
                               json_value_moment(rehearsal->until), "people", (json_int_t)rehearsal->people, "messages",
                               (json_int_t)rehearsal->messages, "to_coordinators",
                               (json_int_t)rehearsal->to_coordinators, "busiest", busiest, "timeline", lines,
                               "troubles", troubles));
}
