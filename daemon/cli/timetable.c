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

static char *short_name(const struct timetable *timetable, size_t person) {
    auto_text printable = TEXT_EMPTY;
    text_append_printable(&printable, timetable->names[person]);
    return memory_copy_bytes(text_string(&printable), table_fit(text_string(&printable), NAME_WIDTH_MOST));
}

static size_t cell_width(const struct timetable *timetable, size_t person) {
    auto_string name = short_name(timetable, person);
    size_t width = utf8_width(name);
    return width < CELL_WIDTH ? CELL_WIDTH : width;
}

static size_t text_column(const struct timetable *timetable) {
    size_t column = INDENT;
    for (size_t i = 0; i < timetable->people; i++)
        column += cell_width(timetable, i) + GAP;
    return column;
}

static void print_heading(const struct timetable *timetable) {
    fprintf(timetable->file, "%s%*s", timetable->colour ? "\033[2m" : "", INDENT, "");
    for (size_t i = 0; i < timetable->people; i++) {
        auto_string name = short_name(timetable, i);
        fprintf(timetable->file, "%s%*s", name, (int)(cell_width(timetable, i) + GAP - utf8_width(name)), "");
    }
    fprintf(timetable->file, "(local times)%s\n", timetable->colour ? "\033[0m" : "");
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
