/* participant import, partnership import: many rows of a spreadsheet, all of them or none. */
#include <inttypes.h>
#include <stdlib.h>

#include "app/action_participant.h"
#include "app/action_partnership.h"
#include "app/csv_table.h"
#include "app/enrolment.h"
#include "base/clock.h"
#include "cli/context.h"
#include "cli/faults.h"
#include "cli/members.h"
#include "cli/progress.h"
#include "cli/reference.h"
#include "programme/round_rules.h"
#include "store/applications.h"

struct import {
    const char *path;
    struct csv_table table;
    struct error_list faults;
    size_t rows;                  /* that are to be taken */
    struct enrolment_list people; /* of participant import */
    size_t added, returned;       /* of them; returned: participants already, now accepted to this round too */
    int columns[MEMBERS_MAX];     /* of partnership import: where its members stand */
    struct pair *pairs;           /* a row each */
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
static int run_import(const struct invocation *invocation, bool (*read)(struct context *context, struct import *import),
                      bool (*change)(struct context *context, struct error *error)) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    auto_string bytes = NULL;
    size_t length = 0;
    struct import import = {.path = invocation_argument(invocation, 0)};
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
    error_list_free(&import.faults);
    return code;
}

/* ---- People ---- */

/* Somebody who is a participant already: welcome again in another round, a fault otherwise. */
static bool take_known(struct context *context, struct import *import, const struct enrolment_row *row,
                       const struct participant *known, struct arena *arena, struct error *error) {
    struct application application = {0};
    const struct round *round = &context->round;
    if (participant_has_left(known->state)) {
        error_list_add(&import->faults, import->path, row->line,
                       "address: %s belongs to participant %" PRId64 ", who has left the programme.",
                       row->participant.address, known->id);
        return true;
    }
    if (!round->id) {
        error_list_add(&import->faults, import->path, row->line,
                       "address: %s is participant %" PRId64
                       " already. With --round, known people are accepted to the round.",
                       row->participant.address, known->id);
        return true;
    }
    if (!applications_find(context->database, known->id, round->id, arena, &application, error))
        return false;
    if (application.id && application.state != APPLICATION_APPLIED && application.state != APPLICATION_WITHDRAWN) {
        error_list_add(&import->faults, import->path, row->line,
                       "address: participant %" PRId64 ", %s, is in round \"%s\" already.", known->id,
                       row->participant.address, round->name);
        return true;
    }
    import->returned++;
    return action_participant_accept(context_service(context, error), known->id, round->id, error);
}

static bool take_person(struct context *context, struct import *import, size_t number, struct error *error) {
    auto_arena arena = arena_new();
    const struct enrolment_row *row = &import->people.rows[number];
    struct event_cause cause = context_cause(context, NULL);
    struct participant known;
    int64_t id, round = context->round.id;
    if (!participants_find_by_address(context->database, row->key, arena, &known, error))
        return false;
    if (known.id)
        return take_known(context, import, row, &known, arena, error);
    if (!participants_add(context->database, &row->participant, row->key, &cause, &id, error))
        return false;
    import->added++;
    return !round || action_participant_accept(context_service(context, error), id, round, error);
}

static bool import_people(struct context *context, struct error *error) {
    struct import *import = context->subject;
    if ((context->round.id && !context_service(context, error)) ||
        !take_rows(context, import, "Importing participants", take_person, error))
        return false;
    context_tell(context, "Added %zu participant%s.", import->added, import->added == 1 ? "" : "s");
    if (context->round.id)
        context_tell(context, "Accepted %zu to round \"%s\"%s.", import->added + import->returned, context->round.name,
                     import->returned
                         ? arena_format(context->arena, ", %zu of them participants from before", import->returned)
                         : "");
    for (size_t i = 0; i < import->people.ignored_count; i++)
        context_tell(context, "Column \"%s\" was not used.", import->people.ignored[i]);
    return true;
}

static bool read_people(struct context *context, struct import *import) {
    bool good = enrolment_read_table(import->path, &import->table, &context->configuration.programme, context->arena,
                                     &import->people, &import->faults);
    import->rows = import->people.count;
    return good;
}

static int run_participant_import(const struct invocation *invocation) {
    return run_import(invocation, read_people, import_people);
}

const struct command participant_import_command = {
    .name = "participant import",
    .summary = "takes people on from a CSV file",
    .help = "Takes on all people of a CSV file as a spreadsheet saves it (UTF-8; comma, semicolon or tab). The first "
            "row names the columns, in any order: name (or first name and last name), email, country, and where you "
            "have them language and time zone. Other columns are not used. A country is two letters or a name; the "
            "time zone may be left out where the country has but one; the language where it is the programme's own. A "
            "language is a code or a name: de, pt-BR, German, Deutsch.\n"
            "Every row that can't be used is told with its line, and then nothing at all is imported. With --round, "
            "people who are participants from before are accepted to the round as well; their details stay as they "
            "are.",
    .flags = COMMAND_CHANGES,
    .options = {{"round", 0, "ROUND", "accept all of them to this round", &reference_to_round}},
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
    return run_import(invocation, check_columns, import_partnerships);
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
