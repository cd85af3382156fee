#include "cli/demo_report.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "cli/demo_care.h"
#include "cli/match_words.h"
#include "cli/partnership_story.h"
#include "cli/wrap.h"
#include "simulation/simulated_folder.h"
#include "simulation/simulated_maildir.h"
#include "store/outbox.h"
#include "store/partnerships.h"

static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static void print_heading(FILE *file, const char *heading, bool colour) {
    fprintf(file, colour ? "\n\033[1m%s\033[0m\n\n" : "\n%s\n\n", heading);
}

/* ---- Sign-up ---- */

static void print_sign_up(FILE *file, const struct simulation_sign_up *sign_up) {
    auto_arena arena = arena_new();
    const char *twice = sign_up->twice ? arena_format(arena, ", %zu of them twice", sign_up->twice) : "";
    const struct demo_counted lines[] = {
        {sign_up->applied, arena_format(arena, "people asked for the application form by mail%s", twice)},
        {sign_up->forms, "forms were sent"},
        {sign_up->unclear, "times something was asked again: it was not clear, or forgotten"},
        {sign_up->summaries, "times people were asked: is this what you meant?"},
        {sign_up->corrected, "people corrected something then"},
        {sign_up->reminders, "people were reminded, as their answer was missing"},
        {sign_up->waiting, "people waited for a place, as their country's share was used up just then"},
        {sign_up->take_part, "people confirmed in time, and take part"},
    };
    demo_care_print_counted(file, lines, COUNT_OF(lines));
}

/* ---- The match ---- */

enum { MATCH_INDENT = 4, LOG_WIDTH = 80 };

static size_t width_of(FILE *file) {
    size_t width = table_terminal_width(file);
    return width ? width : LOG_WIDTH;
}

static void print_group(FILE *file, const char *which, const struct proposal *proposal, size_t number) {
    auto_arena arena = arena_new();
    const struct matching_group *group = &proposal->groups[number];
    const struct population *population = &proposal->population;
    auto_text text = TEXT_EMPTY;
    size_t count;
    const char **reasons = match_words_reasons(population, group, arena, &count);
    for (size_t i = 0; i < group->count; i++)
        text_append_format(&text, "%s%s", i ? " and " : "",
                           match_words_person(&population->who[group->members[i]].participant, arena));
    fprintf(file, "%s, %d %%: %s\n", which, match_words_share(population, group), text_string(&text));
    text_clear(&text);
    for (size_t i = 0; i < count; i++)
        text_append_format(&text, "%s%s", i ? "; " : "", reasons[i]);
    fprintf(file, "%*s", MATCH_INDENT, "");
    wrap_print(file, text_string(&text), MATCH_INDENT, width_of(file), "");
}

static void print_match(FILE *file, const struct simulated_match *match) {
    const struct proposal *proposal = match->proposal;
    auto_arena arena = arena_new();
    size_t nobody = proposal->left_over_count + proposal->population.aside_count, sum = 0;
    for (size_t i = 0; i < proposal->group_count; i++)
        sum += (size_t)match_words_share(&proposal->population, &proposal->groups[i]);
    fprintf(file, "%6zu  partnerships, with %zu %% of the most possible in common on average\n", proposal->group_count,
            proposal->group_count ? sum / proposal->group_count : 0);
    if (nobody)
        fprintf(file, "%6zu  stayed without a partner\n", nobody);
    else
        fprintf(file, "  none  stayed without a partner\n");
    if (match->people)
        wrap_print(file,
                   arena_format(arena,
                                "Kate had exchanged %s and %s, as she knows them, and had the rest proposed anew "
                                "around them; then she approved.",
                                match->people[0].name, match->people[1].name),
                   0, width_of(file), "");
    fprintf(file, "\n");
    if (proposal->group_count)
        print_group(file, "The weakest", proposal, 0);
    if (proposal->group_count > 1)
        print_group(file, "The strongest", proposal, proposal->group_count - 1);
}

/* ---- Month by month ---- */

void demo_report_begin(FILE *file, const struct simulated_round *round, const struct simulated_match *match,
                       bool colour) {
    size_t participants = round->settings.participants;
    bool all = participants == SIMULATED_ROUND_PARTICIPANTS;
    fprintf(file,
            "From sign-up to farewell in seconds: %zu made-up people%s.\n"
            "The service is the real one; its clock and its post office are make-believe.\n",
            participants, all ? " from 20 countries" : "");
    print_heading(file, "How people signed up", colour);
    print_sign_up(file, &round->sign_up);
    print_heading(file, "Who became partners", colour);
    print_match(file, match);
    print_heading(file, "Month by month", colour);
    fprintf(file, "                       sent to   letters  check-ins    new  mails to\n"
                  "                        people     noted   answered alerts  coordinators\n");
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
    if (month->number < 1)
        snprintf(name, sizeof name, month->number ? "sign-up" : "before");
    else if (month->number > 6)
        snprintf(name, sizeof name, "after");
    else
        snprintf(name, sizeof name, "month %d", month->number);
    fprintf(file, "%-8s %s - %s %6zu   %7zu    %7zu %6zu  %12zu\n", name, from, until, month->sent, month->letters,
            month->answers, month->alerts, month->notices);
    fflush(file);
}

/* 0 is faint, so that the numbers that say something stand out. */
static void number_cell(struct table *table, size_t number, bool bad) {
    char text[24];
    snprintf(text, sizeof text, "%zu", number);
    table_cell_tone(table, text, number == 0 ? TONE_FAINT : bad ? TONE_BAD : TONE_PLAIN);
}

/* ---- Scheduled messages ---- */

static void print_accounts(FILE *file, const struct simulation_accounts *accounts, bool colour) {
    static const struct table_column columns[1 + SIMULATION_NUMBERS] = {
        {"STEP", TABLE_LEFT, false},      {"DUE", TABLE_RIGHT, false},       {"SENT", TABLE_RIGHT, false},
        {"TOO LATE", TABLE_RIGHT, false}, {"CANCELLED", TABLE_RIGHT, false}, {"HELD", TABLE_RIGHT, false},
        {"FAILED", TABLE_RIGHT, false},   {"TO COME", TABLE_RIGHT, false},   {"MISSING", TABLE_RIGHT, false}};
    struct table *table cleanup(table_free_pointer) = table_new(columns, COUNT_OF(columns));
    for (size_t i = 0; i <= accounts->step_count; i++) {
        const struct simulation_account *account = i < accounts->step_count ? &accounts->steps[i] : &accounts->total;
        table_cell(table, account->step);
        for (size_t number = 0; number < SIMULATION_NUMBERS; number++)
            number_cell(table, account->numbers[number], number == SIMULATION_MISSING);
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

static void print_sum(FILE *file, const struct simulation_accounts *accounts) {
    const struct simulation_account *total = &accounts->total;
    fprintf(file, "\n%zu sent + %zu too late + %zu cancelled + %zu held + %zu failed = %zu due.\n", total->sent,
            total->skipped, total->cancelled, total->held, total->failed, total->due);
}

/* ---- Letters ---- */

static void print_letters(FILE *file, const struct simulation_letter_account *letters) {
    const struct demo_counted lines[] = {
        {letters->passed_on, "passed on: in the partner's Maildir, once, and nowhere else"},
        {letters->returned, "passed on, and came back from a dead address; the writer was told"},
        {letters->refused, "not passed on, as nothing passed just then; the writer was told"},
        {letters->held, "held until somebody says whose it is"},
        {letters->dropped, "held, or on the way, and then dropped"},
        {letters->failed, "refused by the partner's mail server; the writer was told"},
        {letters->open, "still on the way"},
    };
    fprintf(file, "\nLetters to the partnership address, %zu in all:\n", letters->written);
    demo_care_print_counted(file, lines, COUNT_OF(lines));
    if (letters->asked > 0)
        fprintf(file,
                "Of those passed on, %zu came from an unknown address and waited until the owner\n"
                "of the known one had said: mine.\n",
                letters->asked);
    fprintf(file, "Written directly: %zu with the address in Cc (%zu logged as contacts), %zu without.\n",
            letters->copied, letters->logged, letters->unseen);
}

/* ---- The verdict ---- */

static bool print_books(FILE *file, const struct simulated_round *round, bool colour) {
    const struct simulation_accounts *accounts = &round->accounts;
    const char *faults = simulation_faults(round->simulation);
    bool good = accounts->balanced && round->finished && !*faults;
    print_accounts(file, accounts, colour);
    print_reasons(file, accounts);
    print_sum(file, accounts);
    print_letters(file, &accounts->letters);
    fprintf(file,
            "\nBesides, %zu mails of sign-up, and %zu that no step had planned: answers to\n"
            "mails that came, alerts and digests for coordinators.\n",
            accounts->sign_up.sent, accounts->besides - accounts->letters.passed_on - accounts->letters.returned);
    if (good) {
        fprintf(file,
                "\nIn the Maildirs lie %zu messages of the service: each that was sent is there,\n"
                "but for the %zu that came back; none is there twice, none is unknown.\n"
                "Of letters nothing is kept: none of the %zu sentences that they are made of\n"
                "stands in the database. %sThe books balance.%s\n",
                accounts->files, simulated_people_record(round->people)->returned_count, accounts->letters.sentences,
                colour ? "\033[32m" : "", colour ? "\033[0m" : "");
        return true;
    }
    fprintf(file, "\n%sThe books do not balance:%s\n%s%s", colour ? "\033[31m" : "", colour ? "\033[0m" : "",
            accounts->faults, faults);
    if (!round->finished)
        fprintf(file, "Something was left in the schedule or in the queue at the end.\n");
    return false;
}

/* ---- How people wrote ---- */

static void manner_row(struct table *table, const char *name, const struct simulation_manner *manner) {
    table_cell(table, name);
    number_cell(table, manner->letters, false);
    number_cell(table, manner->answers, false);
    number_cell(table, manner->understood, false);
    number_cell(table, manner->asked_again, false);
    number_cell(table, manner->unheard, true);
}

static const char *const styles[SIMULATED_STYLES] = {
    [SIMULATED_ABOVE] = "above what they quote",   [SIMULATED_BELOW] = "below it",
    [SIMULATED_INLINE] = "between its lines",      [SIMULATED_BARE] = "quoting nothing",
    [SIMULATED_HTML] = "in HTML and nothing else",
};

static const char *in_language(size_t language, struct arena *arena) {
    return arena_format(arena, "in %s", simulated_words_say((enum simulated_language)language, "language"));
}

static void print_manners(FILE *file, const struct simulated_round *round, bool colour) {
    static const struct table_column columns[] = {
        {"HOW THEY WROTE", TABLE_LEFT, true}, {"LETTERS", TABLE_RIGHT, false},         {"ANSWERS", TABLE_RIGHT, false},
        {"UNDERSTOOD", TABLE_RIGHT, false},   {"NO ANSWER IN IT", TABLE_RIGHT, false}, {"MISSED", TABLE_RIGHT, false}};
    struct table *table cleanup(table_free_pointer) = table_new(columns, COUNT_OF(columns));
    auto_arena arena = arena_new();
    for (size_t i = 0; i < SIMULATED_STYLES; i++)
        manner_row(table, styles[i], &round->accounts.styles[i]);
    for (size_t i = 0; i < SIMULATED_LANGUAGES; i++)
        manner_row(table, in_language(i, arena), &round->accounts.languages[i]);
    table_print(table, file, 0, colour);
}

static void form_row(struct table *table, const char *name, const struct simulation_form_manner *manner) {
    table_cell(table, name);
    number_cell(table, manner->forms, false);
    number_cell(table, manner->questions, false);
    number_cell(table, manner->questions - manner->asked_again - manner->wrong, false);
    number_cell(table, manner->asked_again, false);
    number_cell(table, manner->wrong, true);
}

static void print_forms(FILE *file, const struct simulation_sign_up *sign_up, bool colour) {
    static const struct table_column columns[] = {{"HOW THEY FILLED IN THE FORM", TABLE_LEFT, true},
                                                  {"FORMS", TABLE_RIGHT, false},
                                                  {"QUESTIONS", TABLE_RIGHT, false},
                                                  {"UNDERSTOOD", TABLE_RIGHT, false},
                                                  {"ASKED AGAIN", TABLE_RIGHT, false},
                                                  {"WRONG", TABLE_RIGHT, false}};
    struct table *table cleanup(table_free_pointer) = table_new(columns, COUNT_OF(columns));
    auto_arena arena = arena_new();
    for (size_t i = 0; i < SIMULATED_STYLES; i++)
        form_row(table, styles[i], &sign_up->styles[i]);
    for (size_t i = 0; i < SIMULATED_LANGUAGES; i++)
        form_row(table, in_language(i, arena), &sign_up->languages[i]);
    table_print(table, file, 0, colour);
    fprintf(file, "\n");
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

/* ---- The story of one partnership ---- */

enum { AT_BEGINNING = 10, BEFORE_TURN = 3, AFTER_TURN = 6 }; /* sentences of a story */

/* The partnership with most to tell: one where a partner was away and the other was told so; 0: there is none. */
static bool choose_story(const struct simulated_round *round, int64_t *ret, struct error *error) {
    auto_arena arena = arena_new();
    enum outbox_state sent = OUTBOX_SENT;
    struct outbox_list rows;
    if (!outbox_list(round->database, &(struct outbox_filter){.state = &sent}, arena, &rows, error))
        return false;
    *ret = 0;
    for (size_t i = 0; i < rows.count && *ret == 0; i++)
        if (string_equal(rows.items[i].template_name, "partner-away"))
            *ret = rows.items[i].partnership;
    for (int i = 0; i < SIMULATED_OUTCOMES && *ret == 0; i++)
        *ret = round->outcomes[i].example;
    return true;
}

/* What is worth telling, and which part of it: how it began, and what surrounds the absence. */
struct telling {
    const struct story_sentence **sentences;
    size_t count, turn; /* TURN: when the absence was told, or COUNT */
};

static struct telling choose_sentences(const struct story *story, const struct story_sentence *sentences,
                                       struct arena *arena) {
    struct telling telling = {.sentences = arena_take_array(arena, story->count, sizeof(struct story_sentence *))};
    bool turned = false;
    for (size_t i = 0; i < story->count; i++) {
        if (!sentences[i].text)
            continue;
        if (!turned && string_equal(sentences[i].line->text, "participant is away")) {
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

/* How it began, and what surrounds the absence. */
static bool print_story(FILE *file, const struct simulated_round *round, int64_t id, bool colour, struct error *error) {
    auto_arena arena = arena_new();
    struct partnership partnership;
    struct partnership_story story;
    if (!partnerships_find(round->database, id, arena, &partnership, error) ||
        !partnership_story_read(round->database, &partnership, arena, &story, error))
        return false;
    struct telling telling = choose_sentences(&story.story, story.sentences, arena);
    struct timetable timetable = partnership_story_timetable(&story, file, width_of(file), colour);
    const struct participant *people = story.members.items;
    fprintf(file,
            colour ? "\n\033[1mPartnership %" PRId64 ": %s (%s) and %s (%s)\033[0m\n\n"
                   : "\nPartnership %" PRId64 ": %s (%s) and %s (%s)\n\n",
            id, people[0].name, people[0].country, people[1].name, people[1].country);
    print_sentences(&telling, &timetable);
    return true;
}

/* ---- What else happened ---- */

/* As people would tell it. */
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
    if (!choose_story(round, &story, error))
        return false;
    print_heading(file, "Every scheduled message, and every letter", colour);
    bool good = print_books(file, round, colour);
    print_heading(file, "How people wrote, and whether they were understood", colour);
    print_forms(file, &round->accounts.sign_up, colour);
    print_manners(file, round, colour);
    print_heading(file, "How the partnerships went", colour);
    print_outcomes(file, round, colour);
    print_heading(file, "How they were looked after", colour);
    demo_care_print(file, round, width_of(file), colour);
    if (!print_events(file, round, error) || (story && !print_story(file, round, story, colour, error)))
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
    if (choose_story(round, &story, &error) &&
        partnerships_partners(round->database, story, 0, arena, &people, &error) && people.count > 0)
        maildir = simulated_maildir_path("post-office", people.items[0].address, arena);
    fprintf(file,
            "\nHow the round went, on a page for a browser:\n"
            "  %2$s/" SIMULATED_REPORT "\n"
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
