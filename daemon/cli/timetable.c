#include "cli/timetable.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/wrap.h"

enum { INDENT = 2, GAP = 2, CELL_WIDTH = 7 /* "09:00+1" */, NAME_WIDTH_MOST = 12 };

static const char *const weekdays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

static void append_blanks(struct text *line, size_t count) {
    while (count-- > 0)
        text_append_char(line, ' ');
}

/* NAME cut to at most MOST columns. */
static void append_name(struct text *line, const char *name, size_t most) {
    auto_text printable = TEXT_EMPTY;
    text_append_printable(&printable, name);
    size_t length = printable.length, taken = 0;
    for (size_t position = 0; position < length;) {
        size_t before = position;
        utf8_next(printable.bytes, length, &position);
        auto_string one = memory_copy_bytes(printable.bytes + before, position - before);
        if (taken + utf8_width(one) > most)
            break;
        taken += utf8_width(one);
        text_append(line, one);
    }
}

static size_t cell_width(const struct timetable *timetable, size_t person) {
    auto_text name = TEXT_EMPTY;
    append_name(&name, timetable->names[person], NAME_WIDTH_MOST);
    size_t width = utf8_width(text_string(&name));
    return width < CELL_WIDTH ? CELL_WIDTH : width;
}

static size_t text_column(const struct timetable *timetable) {
    size_t column = INDENT;
    for (size_t i = 0; i < timetable->people; i++)
        column += cell_width(timetable, i) + GAP;
    return column;
}

static void print_heading(const struct timetable *timetable) {
    auto_text line = TEXT_EMPTY;
    append_blanks(&line, INDENT);
    for (size_t i = 0; i < timetable->people; i++) {
        auto_text name = TEXT_EMPTY;
        append_name(&name, timetable->names[i], NAME_WIDTH_MOST);
        text_append(&line, text_string(&name));
        append_blanks(&line, cell_width(timetable, i) + GAP - utf8_width(text_string(&name)));
    }
    text_append(&line, "(local times)");
    fprintf(timetable->file, timetable->colour ? "\033[2m%s\033[0m\n" : "%s\n", text_string(&line));
}

static void print_day(const struct timetable *timetable, struct civil_date day) {
    fprintf(timetable->file, timetable->colour ? "\033[1m%s, %d %s %lld\033[0m\n" : "%s, %d %s %lld\n",
            weekdays[civil_weekday(day)], day.day, months[day.month - 1], (long long)day.year);
}

/* ---- Lines ---- */

void timetable_line(struct timetable *timetable, int64_t at, const char *text, enum table_tone tone) {
    require(timetable->people > 0 && timetable->people <= TIMETABLE_PEOPLE_MOST);
    struct zone_local first;
    zone_to_local(timetable->zones[0], at, &first);
    if (!timetable->begun)
        print_heading(timetable);
    if (!timetable->begun || civil_compare(first.date, timetable->day) != 0)
        print_day(timetable, first.date);
    timetable->begun = true;
    timetable->day = first.date;
    fprintf(timetable->file, "%*s", INDENT, "");
    for (size_t i = 0; i < timetable->people; i++) {
        struct zone_local local;
        zone_to_local(timetable->zones[i], at, &local);
        int later = (int)(civil_to_days(local.date) - civil_to_days(first.date));
        char cell[32];
        snprintf(cell, sizeof cell, later ? "%02d:%02d%+d" : "%02d:%02d", local.time_of_day / SECONDS_PER_HOUR,
                 local.time_of_day / SECONDS_PER_MINUTE % 60, later);
        fprintf(timetable->file, "%-*s", (int)(cell_width(timetable, i) + GAP), cell);
    }
    wrap_print(timetable->file, text, text_column(timetable), timetable->width,
               timetable->colour ? table_tone_code(tone) : "");
}

void timetable_remark(struct timetable *timetable, const char *text) {
    fprintf(timetable->file, "%*s", (int)text_column(timetable), "");
    wrap_print(timetable->file, text, text_column(timetable), timetable->width,
               timetable->colour ? table_tone_code(TONE_FAINT) : "");
}
