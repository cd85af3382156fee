#include "cli/demo_tables.h"

#include "cli/table.h"

/* 0 is faint, so that the numbers that say something stand out. */
static void number_cell(struct table *table, size_t number, bool bad) {
    char text[24];
    snprintf(text, sizeof text, "%zu", number);
    table_cell_tone(table, text, number == 0 ? TONE_FAINT : bad ? TONE_BAD : TONE_PLAIN);
}

/* ---- Scheduled messages ---- */

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

static void print_sum(FILE *file, const struct simulation_accounts *accounts) {
    const struct simulation_account *total = &accounts->total;
    fprintf(file, "\n%zu sent + %zu too late + %zu cancelled + %zu held + %zu failed = %zu due.\n", total->sent,
            total->skipped, total->cancelled, total->held, total->failed, total->due);
}

/* ---- Letters ---- */

static void print_letter_line(FILE *file, size_t count, const char *what) {
    if (count > 0)
        fprintf(file, "%6zu  %s\n", count, what);
}

static void print_letters(FILE *file, const struct simulation_letter_account *letters) {
    fprintf(file, "\nLetters to the partnership address, %zu in all:\n", letters->written);
    print_letter_line(file, letters->passed_on, "passed on: in the partner's Maildir, once, and nowhere else");
    print_letter_line(file, letters->returned, "passed on, and came back from a dead address; the writer was told");
    print_letter_line(file, letters->refused, "not passed on, as nothing passed just then; the writer was told");
    print_letter_line(file, letters->held, "held until somebody says whose it is");
    print_letter_line(file, letters->dropped, "held, or on the way, and then dropped");
    print_letter_line(file, letters->failed, "refused by the partner's mail server; the writer was told");
    print_letter_line(file, letters->open, "still on the way");
    if (letters->asked > 0)
        fprintf(file,
                "Of those passed on, %zu came from an unknown address and waited until the owner\n"
                "of the known one had said: mine.\n",
                letters->asked);
    fprintf(file, "Written directly: %zu with the address in Cc (%zu logged as contacts), %zu without.\n",
            letters->copied, letters->logged, letters->unseen);
}

/* ---- The verdict ---- */

bool demo_tables_books(FILE *file, const struct simulated_round *round, bool colour) {
    const struct simulation_accounts *accounts = &round->accounts;
    const char *faults = simulation_faults(round->simulation);
    bool good = accounts->balanced && round->finished && !*faults;
    print_accounts(file, accounts, colour);
    print_reasons(file, accounts);
    print_sum(file, accounts);
    print_letters(file, &accounts->letters);
    fprintf(file,
            "\nBesides, %zu mails that no step had planned: answers to mails that came,\n"
            "alerts and digests for coordinators.\n",
            accounts->besides - accounts->letters.passed_on - accounts->letters.returned);
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

void demo_tables_manners(FILE *file, const struct simulated_round *round, bool colour) {
    static const char *const styles[SIMULATED_STYLES] = {
        [SIMULATED_ABOVE] = "above what they quote",   [SIMULATED_BELOW] = "below it",
        [SIMULATED_INLINE] = "between its lines",      [SIMULATED_BARE] = "quoting nothing",
        [SIMULATED_HTML] = "in HTML and nothing else",
    };
    static const struct table_column columns[] = {
        {"HOW THEY WROTE", TABLE_LEFT, true}, {"LETTERS", TABLE_RIGHT, false},         {"ANSWERS", TABLE_RIGHT, false},
        {"UNDERSTOOD", TABLE_RIGHT, false},   {"NO ANSWER IN IT", TABLE_RIGHT, false}, {"MISSED", TABLE_RIGHT, false}};
    struct table *table cleanup(table_free_pointer) = table_new(columns, COUNT_OF(columns));
    for (size_t i = 0; i < SIMULATED_STYLES; i++)
        manner_row(table, styles[i], &round->accounts.styles[i]);
    for (size_t i = 0; i < SIMULATED_LANGUAGES; i++) {
        char name[32];
        snprintf(name, sizeof name, "in %s", simulated_words_say((enum simulated_language)i, "language"));
        manner_row(table, name, &round->accounts.languages[i]);
    }
    table_print(table, file, 0, colour);
}

/* ---- Partnerships ---- */

void demo_tables_outcomes(FILE *file, const struct simulated_round *round, bool colour) {
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
