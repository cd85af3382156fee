#include "cli/demo_report.h"

#include <inttypes.h>
#include <string.h>

#include "app/simulated_maildir.h"
#include "base/zone.h"
#include "cli/members.h"
#include "cli/story_text.h"
#include "cli/table.h"
#include "cli/timetable.h"
#include "store/alerts.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/story.h"

enum { AT_BEGINNING = 6, BEFORE_TURN = 1, AFTER_TURN = 6 }; /* sentences of a story */

static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static void print_heading(FILE *file, const char *heading, bool colour) {
    fprintf(file, colour ? "\n\033[1m%s\033[0m\n\n" : "\n%s\n\n", heading);
}

/* ---- Month by month ---- */

void demo_report_begin(FILE *file, size_t participants) {
    bool all = participants == SIMULATED_ROUND_PARTICIPANTS;
    fprintf(file,
            "Half a year in some seconds: %zu made-up people%s, %zu partnerships.\n"
            "The service is the real one; its clock and its post office are make-believe.\n\n"
            "                       sent to   letters  check-ins    new  mails to\n"
            "                        people      seen   answered alerts  coordinators\n",
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
    fprintf(file, "%-8s %s -%s %7zu   %7zu    %7zu %6zu  %12zu\n", name, from, until, month->sent, month->letters,
            month->answers, month->alerts, month->notices);
    fflush(file);
}

/* ---- The books ---- */

static void print_accounts(FILE *file, const struct simulation_accounts *accounts, bool colour) {
    static const struct table_column columns[] = {
        {"STEP", TABLE_LEFT, false},      {"DUE", TABLE_RIGHT, false},       {"SENT", TABLE_RIGHT, false},
        {"TOO LATE", TABLE_RIGHT, false}, {"CANCELLED", TABLE_RIGHT, false}, {"HELD", TABLE_RIGHT, false},
        {"FAILED", TABLE_RIGHT, false},   {"TO COME", TABLE_RIGHT, false},   {"MISSING", TABLE_RIGHT, false}};
    struct table *table cleanup(table_free_pointer) = table_new(columns, COUNT_OF(columns));
    for (size_t i = 0; i <= accounts->step_count; i++) {
        const struct simulation_account *account = i < accounts->step_count ? &accounts->steps[i] : &accounts->total;
        const size_t numbers[] = {account->due,  account->sent,   account->skipped, account->cancelled,
                                  account->held, account->failed, account->open,    account->missing};
        table_cell(table, account->step);
        for (size_t j = 0; j < COUNT_OF(numbers); j++) {
            char number[24];
            snprintf(number, sizeof number, "%zu", numbers[j]);
            bool bad = j + 1 == COUNT_OF(numbers) && numbers[j] > 0;
            table_cell_tone(table, number, bad ? TONE_BAD : numbers[j] == 0 ? TONE_FAINT : TONE_PLAIN);
        }
    }
    table_print(table, file, 0, colour);
}

static void print_reasons(FILE *file, const struct simulation_accounts *accounts) {
    if (accounts->reason_count == 0)
        return;
    fprintf(file, "\nWhy not all were sent:\n");
    for (size_t i = 0; i < accounts->reason_count; i++)
        fprintf(file, "%6zu  %s\n", accounts->reasons[i].count, accounts->reasons[i].reason);
}

static bool print_verdict(FILE *file, const struct simulated_round *round, bool colour) {
    const struct simulation_accounts *accounts = &round->accounts;
    const struct simulation_account *total = &accounts->total;
    const char *faults = simulation_faults(round->simulation);
    bool good = accounts->balanced && round->finished && !*faults;
    fprintf(file,
            "\n%zu sent + %zu too late + %zu cancelled + %zu held + %zu failed = %zu due.\n"
            "Besides, %zu mails that no step had planned: alerts and digests for coordinators,\n"
            "questions put again.\n",
            total->sent, total->skipped, total->cancelled, total->held, total->failed, total->due, accounts->besides);
    if (good) {
        fprintf(file,
                "In the Maildirs lie %zu messages of the service: each that was sent is there,\n"
                "none is there twice, none is unknown. %sThe books balance.%s\n",
                accounts->files, colour ? "\033[32m" : "", colour ? "\033[0m" : "");
        return true;
    }
    fprintf(file, "%sThe books do not balance:%s\n%s%s", colour ? "\033[31m" : "", colour ? "\033[0m" : "",
            accounts->faults, faults);
    if (!round->finished)
        fprintf(file, "Something was left in the schedule or in the queue at the end.\n");
    return false;
}

/* ---- Partnerships ---- */

static void print_outcomes(FILE *file, const struct simulated_round *round, bool colour) {
    static const char *const names[SIMULATED_OUTCOMES] = {"in touch often: a letter every two weeks or more",
                                                          "in touch slowly", "silent: no letter in three months",
                                                          "ended early"};
    static const struct table_column columns[] = {{"HOW IT WENT", TABLE_LEFT, true},
                                                  {"PARTNERSHIPS", TABLE_RIGHT, false},
                                                  {"LETTERS", TABLE_RIGHT, false},
                                                  {"ANSWERS", TABLE_RIGHT, false}};
    struct table *table cleanup(table_free_pointer) = table_new(columns, COUNT_OF(columns));
    for (int i = 0; i < SIMULATED_OUTCOMES; i++) {
        table_cell(table, names[i]);
        table_cell_format(table, "%zu", round->outcomes[i].partnerships);
        table_cell_format(table, "%zu", round->outcomes[i].letters);
        table_cell_format(table, "%zu", round->outcomes[i].answers);
    }
    table_print(table, file, 0, colour);
}

/* What else happened, as people would tell it. */
static bool print_events(FILE *file, struct simulated_round *round, struct error *error) {
    size_t count;
    const struct simulated_event *events = simulated_people_events(round->people, &count);
    if (count > 0)
        fprintf(file, "\nAnd besides:\n");
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

/* ---- One story ---- */

/* The one that was put on hold has most to tell. */
static int64_t choose_story(const struct simulated_round *round) {
    size_t count;
    const struct simulated_event *events = simulated_people_events(round->people, &count);
    for (size_t i = 0; i < count; i++)
        if (events[i].participant == 0)
            return events[i].partnership;
    return round->outcomes[SIMULATED_OFTEN].example ? round->outcomes[SIMULATED_OFTEN].example
                                                    : round->outcomes[SIMULATED_SLOWLY].example;
}

/* What is worth telling, and which part of it: how it began, and what surrounds the hold. */
struct telling {
    const struct story_sentence **sentences;
    size_t count, turn; /* TURN: the hold, or COUNT */
};

static struct telling choose_sentences(const struct story *story, const struct story_sentence *sentences,
                                       struct arena *arena) {
    struct telling telling = {.sentences = arena_take_array(arena, story->count, sizeof(struct story_sentence *))};
    bool turned = false;
    for (size_t i = 0; i < story->count; i++) {
        if (!sentences[i].text)
            continue;
        if (!turned && string_ends_with(sentences[i].line->text, " -> held")) {
            telling.turn = telling.count;
            turned = true;
        }
        telling.sentences[telling.count++] = &sentences[i];
    }
    if (!turned)
        telling.turn = telling.count;
    return telling;
}

static void print_sentences(const struct telling *telling, struct timetable *timetable) {
    size_t from = telling->turn > BEFORE_TURN ? telling->turn - BEFORE_TURN : 0, until = telling->turn + AFTER_TURN;
    bool left_out = false;
    for (size_t i = 0; i < telling->count; i++) {
        if (i >= AT_BEGINNING && (i < from || i > until)) {
            left_out = true;
            continue;
        }
        if (left_out)
            timetable_remark(timetable, "...");
        left_out = false;
        timetable_line(timetable, telling->sentences[i]->line->at, telling->sentences[i]->text,
                       telling->sentences[i]->tone);
    }
    if (left_out)
        timetable_remark(timetable, "...");
}

static bool print_story(FILE *file, struct simulated_round *round, bool colour, struct error *error) {
    auto_arena arena = arena_new();
    int64_t id = choose_story(round);
    struct story story;
    struct participant_list people;
    struct outbox_list messages;
    struct alert_list alerts;
    if (id == 0)
        return true;
    if (!story_read(round->database, id, arena, &story, error) ||
        !partnerships_partners(round->database, id, 0, arena, &people, error) ||
        !outbox_list(round->database, &(struct outbox_filter){.partnership = id}, arena, &messages, error) ||
        !alerts_list(round->database, false, arena, &alerts, error))
        return false;
    const char **names = members_short_names(arena, &people);
    const struct story_facts facts = {&people, names, messages.items, messages.count, alerts.items, alerts.count};
    struct telling telling = choose_sentences(&story, story_text_make(&facts, &story, arena), arena);
    struct timetable timetable = {
        .file = file, .people = people.count, .width = table_terminal_width(file), .colour = colour};
    for (size_t i = 0; i < people.count; i++) {
        timetable.names[i] = names[i];
        if (!zone_load(people.items[i].time_zone, &timetable.zones[i], error))
            return false;
    }
    print_heading(file,
                  arena_format(arena, "Partnership %" PRId64 ": %s (%s) and %s (%s)", id, people.items[0].name,
                               people.items[0].country, people.items[1].name, people.items[1].country),
                  colour);
    print_sentences(&telling, &timetable);
    return true;
}

bool demo_report_end(FILE *file, struct simulated_round *round, bool colour, bool *ret_good, struct error *error) {
    print_heading(file, "Every scheduled message", colour);
    print_accounts(file, &round->accounts, colour);
    print_reasons(file, &round->accounts);
    bool good = print_verdict(file, round, colour);
    print_heading(file, "How the partnerships went", colour);
    print_outcomes(file, round, colour);
    if (!print_events(file, round, error) || !print_story(file, round, colour, error))
        return false;
    *ret_good = good;
    return true;
}

void demo_report_next(FILE *file, const struct simulated_round *round, const char *program) {
    auto_arena arena = arena_new();
    struct participant_list people;
    struct error error = ERROR_INIT;
    const char *folder = round->settings.folder, *maildir = "";
    if (partnerships_partners(round->database, choose_story(round), 0, arena, &people, &error) && people.count > 0)
        maildir = simulated_maildir_path("post-office", people.items[0].address, arena);
    fprintf(file,
            "\nLook around:\n"
            "  export TANDEMPOST_CONFIG=%2$s/tandempost.conf\n"
            "  %1$s partnership list\n"
            "  %1$s partnership show %3$" PRId64 "\n"
            "  %1$s alert list\n"
            "  %1$s inbox list\n"
            "  mutt -f %2$s/%4$s\n"
            "  mutt -f %2$s/post-office/kate@librarians.example.org\n",
            program, folder, choose_story(round), maildir);
}
