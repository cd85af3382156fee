/* What imports have in common, and partnership import. */
#include "cli/import.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/action_partnership.h"
#include "base/clock.h"
#include "cli/faults.h"
#include "cli/members.h"
#include "cli/progress.h"
#include "cli/reference.h"
#include "programme/round_rules.h"

bool import_rows(struct context *context, struct import *import, const char *doing, import_row *take,
                 struct error *error) {
    size_t count = import->table.count;
    struct progress *progress cleanup(progress_free_pointer) = progress_new(doing, count);
    for (size_t i = 0; i < count; i++) {
        if (!take(context, import, i, error))
            return false;
        progress_to(progress, i + 1);
    }
    progress_free_pointer(&progress);
    return !import->faults.count ||
           error_set(error, ERROR_PERMANENT, "Nothing was imported: %zu of %zu rows can't be used.",
                     faults_print(&import->faults), count);
}

bool import_refuse(struct import *import, struct error *error) {
    faults_print(&import->faults);
    return error_set(error, ERROR_PERMANENT, "Nothing was imported.");
}

int import_run(const struct invocation *invocation, void *own,
               bool (*change)(struct context *context, struct error *error), void (*show)(struct context *context)) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    auto_string bytes = NULL;
    size_t length = 0;
    struct import import = {.path = invocation_argument(invocation, 0), .own = own};
    struct error error = ERROR_INIT;
    int code = EXIT_REFUSED;
    /* Before the database's owner takes over, who may not be able to read the caller's file. */
    if (!csv_table_load(import.path, &bytes, &length, &import.faults) ||
        !csv_table_read(import.path, bytes, length, arena, &import.table, &import.faults)) {
        import_refuse(&import, &error);
        context_refuse(&error);
    } else if ((code = context_open(&context, invocation)) == EXIT_DONE) {
        context.subject = &import;
        code = context_find(&context, &error) ? context_change(&context, change) : context_refuse(&error);
        if (code == EXIT_DONE && show && invocation->json)
            show(&context);
    }
    error_list_free(&import.faults);
    return code;
}

/* ---- Partnerships ---- */

struct pair {
    int line;
    size_t count;
    int64_t members[MEMBERS_MAX];
    bool good;
};

struct planning {
    int columns[MEMBERS_MAX]; /* where the members stand */
    struct pair *pairs;       /* a row each */
};

/* A row that an action refuses has a fault; another failure ends the import. */
static bool refuse_row(struct import *import, int line, const struct error *problem, struct error *error) {
    if (problem->class != ERROR_PERMANENT) {
        *error = *problem;
        return false;
    }
    error_list_add(&import->faults, import->path, line, "%s.", problem->message);
    return true;
}

static bool read_pair(struct context *context, struct import *import, size_t number, struct error *error) {
    auto_arena arena = arena_new();
    const struct csv_row parts = csv_table_row(&import->table, number, arena), *row = &parts;
    const struct planning *planning = import->own;
    struct pair *pair = &planning->pairs[number];
    *pair = (struct pair){.line = row->line, .good = true};
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        const char *typed = csv_table_field(row, planning->columns[i]);
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
    const struct planning *planning = import->own;
    size_t rows = import->table.count;
    struct place *places cleanup(memory_free_pointer) = memory_new_array(rows * MEMBERS_MAX, sizeof *places);
    size_t count = 0;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < planning->pairs[i].count; j++)
            places[count++] = (struct place){planning->pairs[i].members[j], &planning->pairs[i]};
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
    const struct planning *planning = import->own;
    const struct pair *pair = &planning->pairs[number];
    struct error problem = ERROR_INIT;
    int64_t id;
    return !pair->good ||
           action_partnership_create(context->service, context->round.id, pair->members, pair->count, &id, &problem) ||
           refuse_row(import, pair->line, &problem, error);
}

static bool import_partnerships(struct context *context, struct error *error) {
    struct import *import = context->subject;
    struct planning *planning = import->own;
    const struct round *round = &context->round;
    size_t trios = 0, count = import->table.count;
    if (!members_find_columns(import->path, &import->table, planning->columns, &import->faults))
        return import_refuse(import, error);
    planning->pairs = arena_take_array(context->arena, count, sizeof *planning->pairs);
    for (size_t i = 0; i < count; i++) {
        if (!read_pair(context, import, i, error))
            return false;
        trios += planning->pairs[i].count == MEMBERS_MAX;
    }
    find_twins(import);
    if (!import_rows(context, import, "Importing partnerships", take_pair, error))
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
    struct planning planning = {0};
    return import_run(invocation, &planning, import_partnerships, NULL);
}

const struct command partnership_import_command = {
    .name = "partnership import",
    .summary = "plans partnerships from a CSV file",
    .help =
        "Plans a partnership for each row of a CSV file as a spreadsheet saves it (UTF-8; comma, semicolon or tab). "
        "The first row names the columns: first (who is asked to write first), second and, for partnerships of "
        "three, third. People are named by mail address or by id. Other columns are not used.\n"
        "Every row that can't be used is told with its line, and then nothing at all is imported.",
    .flags = COMMAND_CHANGES | COMMAND_SERVICE,
    .options = {{"round", 0, "ROUND", "the round's name or id; needed", &reference_to_round}},
    .arguments = {{"FILE", "the CSV file; - reads standard input", NULL, ARGUMENT_NEEDED}},
    .check = check_partnership_import,
    .run = run_partnership_import,
};
