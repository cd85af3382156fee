/* participant import, partnership import: many rows of a spreadsheet, all of them or none. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "app/action_application.h"
#include "app/action_partnership.h"
#include "app/answer_sheet.h"
#include "app/csv_table.h"
#include "base/clock.h"
#include "base/localise.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/faults.h"
#include "cli/members.h"
#include "cli/progress.h"
#include "cli/reference.h"
#include "programme/round_rules.h"
#include "store/applicants.h"
#include "store/applications.h"
#include "store/participants.h"

struct people; /* of participant import */
static void show_outlook(struct context *context, const struct people *people);

struct import {
    const char *path;
    struct csv_table table;
    struct error_list faults;
    size_t rows;              /* that are to be taken */
    struct people *people;    /* NULL: partnerships are imported */
    int columns[MEMBERS_MAX]; /* of partnership import: where its members stand */
    struct pair *pairs;       /* a row each */
};

/* Takes what stands in one row; false only where the database fails: what is wrong with the row is a fault. */
typedef bool take_row(struct context *context, struct import *import, size_t row, struct error *error);

/* Takes all rows; fails where any of them can't be used. */
static bool take_rows(struct context *context, struct import *import, const char *doing, take_row *take,
                      struct error *error) {
    struct progress *progress cleanup(progress_free_pointer) = progress_new(doing, import->rows);
    for (size_t i = 0; i < import->rows; i++) {
        if (!take(context, import, i, error))
            return false;
        progress_to(progress, i + 1);
    }
    progress_free_pointer(&progress);
    return !import->faults.count ||
           error_set(error, ERROR_PERMANENT, "Nothing was imported: %zu of %zu rows can't be used.",
                     faults_print(&import->faults), import->rows);
}

/* A row that an action refuses has a fault; another failure ends the import. */
static bool refuse_row(struct import *import, int line, const struct error *problem, struct error *error) {
    if (problem->class != ERROR_PERMANENT) {
        *error = *problem;
        return false;
    }
    error_list_add(&import->faults, import->path, line, "%s.", problem->message);
    return true;
}

/* READ makes of the table what CHANGE imports. */
static int run_import(const struct invocation *invocation, struct people *people,
                      bool (*read)(struct context *context, struct import *import),
                      bool (*change)(struct context *context, struct error *error)) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    auto_string bytes = NULL;
    size_t length = 0;
    struct import import = {.path = invocation_argument(invocation, 0), .people = people};
    struct error error = ERROR_INIT;
    /* Before the database's owner takes over, who may not be able to read the caller's file. */
    int code = csv_table_load(import.path, &bytes, &length, &import.faults) ? context_open(&context, invocation)
                                                                            : EXIT_REFUSED;
    context.subject = &import;
    if (code == EXIT_DONE && csv_table_read(import.path, bytes, length, arena, &import.table, &import.faults) &&
        read(&context, &import)) {
        code = context_find(&context, &error) ? context_change(&context, change) : context_refuse(&error);
    } else if (import.faults.count) {
        bool whole = !import.table.count || import.faults.entries[0].line <= import.table.heading.line;
        size_t rows = faults_print(&import.faults);
        code = whole ? command_refuse("Nothing was imported.")
                     : command_refuse("Nothing was imported: %zu of %zu rows can't be used.", rows, import.table.count);
    }
    if (code == EXIT_DONE && people && invocation->json)
        show_outlook(&context, people);
    error_list_free(&import.faults);
    return code;
}

/* ---- People ---- */

enum { TWINS_TOLD = 10, COUNTRY_LETTERS = 26, COUNTRIES = COUNTRY_LETTERS * COUNTRY_LETTERS };

/* One row as a preview has it. */
struct outlook {
    int64_t line, unclear;
    const char *name, *address, *country, *time_zone, *languages, *open, *becomes;
    bool waits;
};

struct people {
    struct enrolment_sheet sheet;
    const int *twins;                             /* of each row, the line where the address stands before */
    bool asks;                                    /* the round is open: who is taken on confirms first */
    size_t added, returned, passed_over, unclear; /* returned: participants from before; unclear: left out */
    size_t summaries, questions, forms;
    size_t alike; /* of whom perhaps the same person is in the round already */
    int64_t taken, taken_of[COUNTRIES], waiting_of[COUNTRIES]; /* if all who are asked confirm, in this order */
    struct outlook *outlooks;                                  /* of a preview */
    size_t outlook_count;
};

static bool refuse_person(struct import *import, const struct enrolment_row *row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Always true: a fault of the row. */
static bool refuse_person(struct import *import, const struct enrolment_row *row, const char *format, ...) {
    auto_text words = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(&words, format, arguments);
    va_end(arguments);
    error_list_add(&import->faults, import->path, row->line, "address: %s", text_string(&words));
    return true;
}

/* Who is in the round, or applies to it, already: with --new passed over, else a fault. */
static bool refuse_there(struct context *context, struct import *import, const struct enrolment_row *row,
                         const char *what) {
    if (!invocation_switch(context->invocation, "new"))
        return refuse_person(import, row, "%s %s already; --new passes over such rows.", row->participant.address,
                             what);
    import->people->passed_over++;
    return true;
}

/* Whether somebody whose address is that of KNOWN (id 0: nobody's) can be taken on; else the row has its fault, or is
 * passed over. */
static bool check_known(struct context *context, struct import *import, const struct enrolment_row *row,
                        const struct participant *known, struct arena *arena, bool *ret_good, struct error *error) {
    const struct people *people = import->people;
    const struct round *round = &context->round;
    const struct form *form = people->sheet.forms->forms[0];
    const char *who = known->id ? arena_format(arena, "%s belongs to participant %" PRId64 ", %s,",
                                               row->participant.address, known->id, known->name)
                                : NULL;
    struct application application = {0};
    struct applicant_list theirs = {0};
    *ret_good = false;
    if (known->id && participant_has_left(known->state))
        return refuse_person(import, row, "%s who has left the programme. They can apply by a mail of their own.", who);
    if (known->id && !round->id)
        return refuse_person(import, row, "%s already. With --round, known people are accepted to the round.", who);
    if (known->id && action_application_other_name(form, row->answers, known))
        return refuse_person(import, row, "%s and one address is one person. Is it the same? Then write that name.",
                             who);
    if ((known->id && !applications_find(context->database, known->id, round->id, arena, &application, error)) ||
        (people->asks && !applicants_list_of_address(context->database, row->key, arena, &theirs, error)))
        return false;
    if (application.id && application.state != APPLICATION_APPLIED && application.state != APPLICATION_WITHDRAWN)
        return refuse_there(context, import, row, arena_format(arena, "is in round \"%s\"", round->name));
    for (size_t i = 0; i < theirs.count; i++)
        if (theirs.items[i].round == round->id)
            return refuse_there(context, import, row,
                                theirs.items[i].state == APPLICANT_GONE ? "took an application back today"
                                                                        : "applies to the round");
    if (people->asks && known->state == PARTICIPANT_PAUSED && known->id)
        return refuse_person(import, row, "%s who is paused, and gets no mail: tandempost participant resume %" PRId64,
                             who, known->id);
    if (people->asks && known->id && known->address_state == ADDRESS_DEAD)
        return refuse_person(import, row,
                             "%s to whom mail comes back. If it works: tandempost participant update "
                             "%" PRId64 " --address-works",
                             who, known->id);
    *ret_good = true;
    return true;
}

/* Whether there is a place for the next of COUNTRY, if all before confirm. */
static bool foresee_place(struct context *context, struct people *people, const char *country, bool *ret_waits,
                          struct error *error) {
    struct application_places places;
    size_t index = (size_t)(country[0] - 'A') * COUNTRY_LETTERS + (size_t)(country[1] - 'A');
    if (index >= COUNTRIES)
        return true;
    if (!applications_count_places(context->database, context->round.id, country, &places, error))
        return false;
    *ret_waits =
        places.waiting_of_country + people->waiting_of[index] > 0 ||
        !enrolment_rules_allow(&context->configuration.enrolment, places.taken_of_country + people->taken_of[index],
                               places.taken + people->taken);
    people->taken += !*ret_waits;
    people->taken_of[index] += !*ret_waits;
    people->waiting_of[index] += *ret_waits;
    return true;
}

static bool ask_person(struct context *context, struct people *people, const struct enrolment_row *row, bool *ret_waits,
                       struct error *error) {
    const struct form *form = people->sheet.forms->forms[0];
    const char *country = row->answers[form_find_kind(form, FORM_COUNTRY)].finding.value;
    people->summaries += row->state == APPLICANT_SUMMARISED;
    people->questions += row->state == APPLICANT_UNCLEAR;
    people->forms += row->state == APPLICANT_ASKED;
    return (!country || foresee_place(context, people, country, ret_waits, error)) &&
           action_application_ask(context->service, &context->round, form, row, error);
}

/* Perhaps the same person, from another address. */
static bool tell_alike(struct context *context, struct people *people, const struct enrolment_row *row,
                       struct arena *arena, struct error *error) {
    struct participant other;
    if (!participants_find_namesake(context->database, &row->participant, context->round.id, arena, &other, error))
        return false;
    if (other.id && people->alike++ < TWINS_TOLD)
        context_tell(context, "Line %d: perhaps %s is the same person as %s <%s>.", row->line, row->participant.name,
                     other.name, other.address);
    return true;
}

static bool accept_person(struct context *context, struct people *people, struct enrolment_row *row,
                          const struct participant *known, struct arena *arena, struct error *error) {
    struct event_cause cause = context_cause(context, NULL);
    people->added += !known->id;
    people->returned += known->id != 0;
    people->unclear += row->unclear;
    row->participant.id = known->id;
    if (!known->id &&
        !participants_add(context->database, &row->participant, row->key, &cause, &row->participant.id, error))
        return false;
    return !context->round.id ||
           (action_application_accept(context->service, &row->participant, row->key, context->round.id,
                                      people->sheet.forms->forms[0], row->answers, error) &&
            tell_alike(context, people, row, arena, error));
}

static const char *shown(const struct form *form, const struct form_answer *answers, enum form_kind kind,
                         struct arena *arena) {
    int question = form_find_kind(form, kind);
    const char *value = question >= 0 ? answers[question].finding.value : NULL;
    return value ? form_value_show(form, (size_t)question, value, arena) : NULL;
}

static void keep_outlook(struct context *context, struct people *people, const struct enrolment_row *row,
                         const char *becomes, bool waits) {
    static const char *const mails[] = {
        [APPLICANT_ASKED] = "form", [APPLICANT_UNCLEAR] = "questions", [APPLICANT_SUMMARISED] = "summary"};
    const struct form *form = people->sheet.forms->forms[0];
    struct arena *arena = context->arena;
    int name = form_find_role(form, FORM_ROLE_NAME), zone = form_find_kind(form, FORM_ZONE),
        country = form_find_kind(form, FORM_COUNTRY);
    people->outlooks[people->outlook_count++] = (struct outlook){
        .line = row->line,
        .address = arena_copy_string(arena, row->participant.address),
        .name = arena_copy_string(arena, row->answers[name].finding.value),
        .country = arena_copy_string(arena, row->answers[country].finding.value),
        .time_zone = arena_copy_string(arena, row->answers[zone].finding.value),
        .languages = shown(form, row->answers, FORM_LANGUAGES, arena),
        .unclear = (int64_t)(people->asks ? row->open : row->unclear),
        .open = people->asks ? answer_sheet_unclear(form, row->answers, arena) : NULL,
        .becomes = becomes ? becomes : mails[row->state],
        .waits = waits,
    };
}

static bool take_person(struct context *context, struct import *import, size_t number, struct error *error) {
    auto_arena arena = arena_new();
    struct people *people = import->people;
    struct enrolment_row row;
    struct participant known;
    bool good, waits = false;
    if (people->twins[number]) {
        error_list_add(&import->faults, import->path, import->table.rows[number].line, ENROLMENT_TWIN,
                       people->twins[number]);
        return true;
    }
    if (!enrolment_read_row(&people->sheet, number, !people->asks, arena, &row, &import->faults))
        return true;
    if (!participants_find_by_address(context->database, row.key, arena, &known, error) ||
        !check_known(context, import, &row, &known, arena, &good, error))
        return false;
    if (!good)
        return true;
    if (!(people->asks ? ask_person(context, people, &row, &waits, error)
                       : accept_person(context, people, &row, &known, arena, error)))
        return false;
    if (people->outlooks)
        keep_outlook(context, people, &row,
                     people->asks        ? NULL
                     : context->round.id ? "accepted"
                                         : "participant",
                     waits);
    return true;
}

/* "Sweden 12, France 3" */
static const char *who_waits(const struct people *people, struct arena *arena, int64_t *ret_count) {
    auto_text list = TEXT_EMPTY;
    *ret_count = 0;
    for (size_t i = 0; i < COUNTRIES; i++) {
        const char code[] = {(char)('A' + i / COUNTRY_LETTERS), (char)('A' + i % COUNTRY_LETTERS), '\0'};
        *ret_count += people->waiting_of[i];
        if (people->waiting_of[i])
            text_append_format(&list, "%s%s %" PRId64, list.length ? ", " : "", localise_country(arena, code, "en"),
                               people->waiting_of[i]);
    }
    return arena_copy_string(arena, text_string(&list));
}

static const char *people_words(struct arena *arena, size_t count) {
    return count == 1 ? "1 person" : arena_format(arena, "%zu people", count);
}

static void tell_asked(struct context *context, const struct people *people) {
    struct arena *arena = context->arena;
    size_t count = people->summaries + people->questions + people->forms;
    if (!count) {
        context_tell(context, "Nobody new applied to round \"%s\".", context->round.name);
        return;
    }
    int64_t waiting, expires = enrolment_rules_expiry(&context->configuration.enrolment, &context->round, clock_now());
    const char *countries = who_waits(people, arena, &waiting);
    context_tell(context,
                 "Round \"%s\" is open for sign-up: %s applied; who takes part is who has confirmed it by mail.",
                 context->round.name, people_words(arena, count));
    if (people->summaries)
        context_tell(context, "All is clear of %s: a summary goes to each, to be confirmed by one word.",
                     people_words(arena, people->summaries));
    if (people->questions)
        context_tell(context, "Something is unclear or missing of %s: each is asked for that.",
                     people_words(arena, people->questions));
    if (people->forms)
        context_tell(context, "Of %s most is missing: each gets the whole form.", people_words(arena, people->forms));
    context_tell(context, "Who has not confirmed by %s is forgotten. To take people on without asking: --accepted",
                 localise_date(arena, expires - SECONDS_PER_MINUTE, context->zone, "en"));
    if (waiting)
        context_tell(context,
                     "If all confirm in this order, %" PRId64 " wait for a place, as their country's share is used up: "
                     "%s.",
                     waiting, countries);
}

static void tell_accepted(struct context *context, const struct people *people) {
    context_tell(context, "Added %zu participant%s.", people->added, people->added == 1 ? "" : "s");
    if (context->round.id)
        context_tell(context, "Accepted %zu to round \"%s\"%s.", people->added + people->returned, context->round.name,
                     people->returned
                         ? arena_format(context->arena, ", %zu of them participants from before", people->returned)
                         : "");
    if (people->alike > TWINS_TOLD)
        context_tell(context, "And of %zu more perhaps the same.", people->alike - TWINS_TOLD);
    if (people->unclear)
        context_tell(context, "%zu answer%s not clear and left out.", people->unclear,
                     people->unclear == 1 ? " was" : "s were");
}

static void show_outlook(struct context *context, const struct people *people) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct outlook, line, "line", "LINE"),
        COLUMN(LONG, struct outlook, name, "name", "NAME"),
        COLUMN(LONG, struct outlook, address, "address", NULL),
        COLUMN(TEXT, struct outlook, country, "country", "COUNTRY"),
        COLUMN(TEXT, struct outlook, time_zone, "time_zone", "TIME ZONE"),
        COLUMN(LONG, struct outlook, languages, "languages", "LANGUAGES"),
        COLUMN(TEXT, struct outlook, becomes, "becomes", "BECOMES"),
        COLUMN(BOOLEAN, struct outlook, waits, "waits", NULL),
        COLUMN(NUMBER, struct outlook, unclear, "unclear", "UNCLEAR"),
        COLUMN(LONG, struct outlook, open, "open", "ASKED FOR"),
        {0},
    };
    columns_list(context, columns,
                 (struct column_rows){people->outlooks, people->outlook_count, sizeof *people->outlooks}, NULL);
}

static bool import_people(struct context *context, struct error *error) {
    struct import *import = context->subject;
    struct people *people = import->people;
    const struct configuration *configuration = &context->configuration;
    const struct invocation *invocation = context->invocation;
    people->asks = context->round.id && !invocation_switch(invocation, "accepted") &&
                   round_allows(&context->round, DEED_APPLY, clock_now());
    people->sheet = (struct enrolment_sheet){
        .path = import->path,
        .table = &import->table,
        .forms = templates_form(context->service->templates, APPLICATION_FORM, "en", context->arena),
        .programme = &configuration->programme,
        .columns = configuration->columns,
        .column_count = configuration->column_count,
        .now = clock_now(),
    };
    if (!people->sheet.forms)
        return error_set(error, ERROR_CONFIGURATION, "There is no application form: tandempost template check");
    if (!enrolment_find_columns(&people->sheet, !people->asks, context->arena, &import->faults)) {
        faults_print(&import->faults);
        return error_set(error, ERROR_PERMANENT, "Nothing was imported.");
    }
    people->twins = enrolment_find_twins(&people->sheet, context->arena);
    if (invocation->dry_run || invocation->json)
        people->outlooks = arena_take_array(context->arena, import->rows, sizeof *people->outlooks);
    if (!take_rows(context, import, "Importing participants", take_person, error))
        return false;
    if (invocation->json)
        return true;
    if (invocation->dry_run)
        show_outlook(context, people);
    size_t ignored_count;
    const char *const *ignored = enrolment_ignored(&people->sheet, context->arena, &ignored_count);
    (people->asks ? tell_asked : tell_accepted)(context, people);
    if (people->passed_over)
        context_tell(context, "Passed over, as they are in the round or apply to it already: %zu.",
                     people->passed_over);
    for (size_t i = 0; i < ignored_count; i++)
        context_tell(context, "Column \"%s\" was not used.", ignored[i]);
    return true;
}

static bool count_rows(struct context *context, struct import *import) {
    (void)context;
    import->rows = import->table.count;
    return true;
}

static int run_participant_import(const struct invocation *invocation) {
    struct people people = {0};
    return run_import(invocation, &people, count_rows, import_people);
}

const struct command participant_import_command = {
    .name = "participant import",
    .summary = "takes people on from a CSV file, such as the export of a web form",
    .help =
        "Takes on all people of a CSV file as a spreadsheet or a web form saves it (UTF-8; comma, semicolon or tab). "
        "The "
        "first row names the columns, in any order. They are known by the words of the application form, in any of its "
        "languages (\"Country\", \"In which country do you live?\"), by what the configuration says in column "
        "sections, and by usual names: name (or first name and last name), email, country, and where you have them "
        "language (to write in: de, German, Deutsch) and time zone. Columns that mean nothing are told.\n"
        "Into a round that is OPEN for sign-up nobody is taken without being asked: each gets a mail with what was "
        "understood, or with what is unclear or missing, and takes part once they have confirmed it by one word, as "
        "if they had applied by mail. With --accepted they take part at once, and nobody is asked.\n"
        "Into any OTHER round, or none, people are taken on at once. Then name and country are needed, and the time "
        "zone where the country has several. Other answers are kept with the round as far as they are clear. "
        "Participants from before are accepted to the round as well; their details stay as they are.\n"
        "Every row that can't be used is told with its line, and then nothing at all is imported. With --dry-run a "
        "table shows what was understood of each row, and which mails would go.",
    .flags = COMMAND_CHANGES | COMMAND_LISTS | COMMAND_SERVICE,
    .options = {{"round", 0, "ROUND", "for this round", &reference_to_round},
                {"accepted", 0, NULL, "they take part at once, also in a round that is open for sign-up", NULL},
                {"new", 0, NULL, "pass over whoever is in the round, or applies to it, already", NULL}},
    .arguments = {{"FILE", "the CSV file; - reads standard input", NULL, ARGUMENT_NEEDED}},
    .run = run_participant_import,
};

/* ---- Partnerships ---- */

struct pair {
    int line;
    size_t count;
    int64_t members[MEMBERS_MAX];
    bool good;
};

static bool check_columns(struct context *context, struct import *import) {
    (void)context;
    import->rows = import->table.count;
    return members_find_columns(import->path, &import->table, import->columns, &import->faults);
}

static bool read_pair(struct context *context, struct import *import, size_t number, struct error *error) {
    auto_arena arena = arena_new();
    const struct csv_row *row = &import->table.rows[number];
    struct pair *pair = &import->pairs[number];
    *pair = (struct pair){.line = row->line, .good = true};
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        const char *typed = csv_table_field(row, import->columns[i]);
        struct participant participant;
        struct error problem = ERROR_INIT;
        if (string_is_empty(typed)) {
            if (i < 2)
                pair->good = error_list_add(&import->faults, import->path, row->line, "%s: Nobody stands there.",
                                            members_column_names[i]);
        } else if (reference_participant(context->database, typed, arena, &participant, &problem)) {
            pair->members[pair->count++] = participant.id;
        } else if (problem.class == ERROR_PERMANENT) {
            pair->good = error_list_add(&import->faults, import->path, row->line, "%s: There is no participant \"%s\".",
                                        members_column_names[i], typed);
        } else {
            *error = problem;
            return false;
        }
    }
    return true;
}

struct place {
    int64_t participant;
    struct pair *pair;
};

static int compare_places(const void *a, const void *b) {
    const struct place *left = a, *right = b;
    if (left->participant != right->participant)
        return left->participant < right->participant ? -1 : 1;
    return left->pair->line - right->pair->line;
}

/* The same person in two rows is told with both lines, which the database could not. */
static void find_twins(struct import *import) {
    struct place *places cleanup(memory_free_pointer) = memory_new_array(import->rows * MEMBERS_MAX, sizeof *places);
    size_t count = 0;
    for (size_t i = 0; i < import->rows; i++)
        for (size_t j = 0; j < import->pairs[i].count; j++)
            places[count++] = (struct place){import->pairs[i].members[j], &import->pairs[i]};
    qsort(places, count, sizeof *places, compare_places);
    for (size_t i = 1; i < count; i++) {
        const struct place *before = &places[i - 1], *place = &places[i];
        if (place->participant != before->participant)
            continue;
        place->pair->good =
            place->pair == before->pair
                ? error_list_add(&import->faults, import->path, place->pair->line,
                                 "Participant %" PRId64 " stands twice in this row.", place->participant)
                : error_list_add(&import->faults, import->path, place->pair->line,
                                 "Participant %" PRId64 " stands on line %d already.", place->participant,
                                 before->pair->line);
    }
}

static bool take_pair(struct context *context, struct import *import, size_t number, struct error *error) {
    const struct pair *pair = &import->pairs[number];
    struct error problem = ERROR_INIT;
    int64_t id;
    return !pair->good ||
           action_partnership_create(context_service(context, error), context->round.id, pair->members, pair->count,
                                     &id, &problem) ||
           refuse_row(import, pair->line, &problem, error);
}

static bool import_partnerships(struct context *context, struct error *error) {
    struct import *import = context->subject;
    const struct round *round = &context->round;
    size_t trios = 0, count = import->rows;
    if (!context_service(context, error))
        return false;
    import->pairs = arena_take_array(context->arena, count, sizeof *import->pairs);
    for (size_t i = 0; i < count; i++) {
        if (!read_pair(context, import, i, error))
            return false;
        trios += import->pairs[i].count == MEMBERS_MAX;
    }
    find_twins(import);
    if (!take_rows(context, import, "Importing partnerships", take_pair, error))
        return false;
    context_tell(context, "Planned %zu partnership%s in round \"%s\"%s.", count, count == 1 ? "" : "s", round->name,
                 trios ? arena_format(context->arena, ", %zu of them of three", trios) : "");
    if (round_allows(round, DEED_START_PARTNERSHIP, clock_now()))
        context_tell(context, "The round is running; to begin, for each: tandempost partnership start ID");
    return true;
}

static int check_partnership_import(const struct invocation *invocation) {
    return string_is_empty(invocation_option(invocation, "round"))
               ? command_usage_error(invocation, "Into which round? Add --round ROUND.")
               : EXIT_DONE;
}

static int run_partnership_import(const struct invocation *invocation) {
    return run_import(invocation, NULL, check_columns, import_partnerships);
}

const struct command partnership_import_command = {
    .name = "partnership import",
    .summary = "plans partnerships from a CSV file",
    .help =
        "Plans a partnership for each row of a CSV file as a spreadsheet saves it (UTF-8; comma, semicolon or tab). "
        "The first row names the columns: first (who is asked to write first), second and, for partnerships of "
        "three, third. People are named by mail address or by id. Other columns are not used.\n"
        "Every row that can't be used is told with its line, and then nothing at all is imported.",
    .flags = COMMAND_CHANGES,
    .options = {{"round", 0, "ROUND", "the round's name or id; needed", &reference_to_round}},
    .arguments = {{"FILE", "the CSV file; - reads standard input", NULL, ARGUMENT_NEEDED}},
    .check = check_partnership_import,
    .run = run_partnership_import,
};
