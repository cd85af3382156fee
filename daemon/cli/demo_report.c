#include "cli/demo_report.h"

#include <inttypes.h>
#include <string.h>

#include "base/zone.h"
#include "cli/demo_story.h"
#include "cli/demo_tables.h"
#include "simulation/simulated_maildir.h"
#include "store/participants.h"
#include "store/partnerships.h"

static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static void print_heading(FILE *file, const char *heading, bool colour) {
    fprintf(file, colour ? "\n\033[1m%s\033[0m\n\n" : "\n%s\n\n", heading);
}

/* ---- Month by month ---- */

void demo_report_begin(FILE *file, size_t participants) {
    bool all = participants == SIMULATED_ROUND_PARTICIPANTS;
    fprintf(file,
            "Half a year in seconds: %zu made-up people%s, %zu partnerships.\n"
            "The service is the real one; its clock and its post office are make-believe.\n\n"
            "                       sent to   letters  check-ins    new  mails to\n"
            "                        people     noted   answered alerts  coordinators\n",
            participants, all ? " from 20 countries" : "", participants / 2);
    fflush(file);
}

static const char *format_day(int64_t moment, char *buffer, size_t size) {
    struct zone_local local;
    zone_to_local(zone_utc(), moment, &local);
    snprintf(buffer, size, "%2d %s", (int)local.date.day, month_names[local.date.month - 1]);
    return buffer;
}

void demo_report_month(FILE *file, const struct simulated_month *month) {
    char from[16], until[16], name[32];
    format_day(month->from + 1, from, sizeof from);
    format_day(month->until, until, sizeof until);
    if (month->number == 0)
        snprintf(name, sizeof name, "before");
    else if (month->number > 6)
        snprintf(name, sizeof name, "after");
    else
        snprintf(name, sizeof name, "month %d", month->number);
    fprintf(file, "%-8s %s - %s %6zu   %7zu    %7zu %6zu  %12zu\n", name, from, until, month->sent, month->letters,
            month->answers, month->alerts, month->notices);
    fflush(file);
}

/* ---- What else happened ---- */

/* What else happened, as people would tell it. */
static bool print_events(FILE *file, struct simulated_round *round, struct error *error) {
    const struct simulated_event *events = simulated_people_record(round->people)->events;
    size_t count = simulated_people_record(round->people)->event_count;
    if (count > 0)
        fprintf(file, "\nWhat befell some of them:\n");
    for (size_t i = 0; i < count; i++) {
        auto_arena arena = arena_new();
        struct participant participant = {0};
        char day[16];
        if (events[i].participant &&
            !participants_find(round->database, events[i].participant, arena, &participant, error))
            return false;
        const char *who = events[i].participant ? participant.name
                                                : arena_format(arena, "partnership %" PRId64, events[i].partnership);
        fprintf(file, "  %s  %s %s\n", format_day(events[i].at, day, sizeof day), who, events[i].what);
    }
    return true;
}

/* ---- The end ---- */

bool demo_report_end(FILE *file, struct simulated_round *round, bool colour, bool *ret_good, struct error *error) {
    int64_t story;
    if (!demo_story_choose(round, &story, error))
        return false;
    print_heading(file, "Every scheduled message, and every letter", colour);
    bool good = demo_tables_books(file, round, colour);
    print_heading(file, "How people wrote, and whether they were understood", colour);
    demo_tables_manners(file, round, colour);
    print_heading(file, "How the partnerships went", colour);
    demo_tables_outcomes(file, round, colour);
    if (!print_events(file, round, error) || (story && !demo_story_print(file, round, story, colour, error)))
        return false;
    *ret_good = good;
    return true;
}

void demo_report_next(FILE *file, const struct simulated_round *round, const char *program) {
    auto_arena arena = arena_new();
    struct participant_list people = {0};
    struct error error = ERROR_INIT;
    int64_t story = 0;
    const char *folder = round->settings.folder, *maildir = "";
    if (demo_story_choose(round, &story, &error) &&
        partnerships_partners(round->database, story, 0, arena, &people, &error) && people.count > 0)
        maildir = simulated_maildir_path("post-office", people.items[0].address, arena);
    fprintf(file,
            "\nLook around:\n"
            "  export TANDEMPOST_CONFIG=%2$s/tandempost.conf\n"
            "  %1$s status\n"
            "  %1$s partnership list\n"
            "  %1$s partnership show %3$" PRId64 "\n"
            "  %1$s alert list\n"
            "  %1$s template preview introduction\n"
            "  mutt -f %2$s/%4$s\n"
            "  mutt -f %2$s/post-office/kate@librarians.example.org\n",
            program, folder, story, maildir);
}
