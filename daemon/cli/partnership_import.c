/* partnership import: a hand-made matching, from a spreadsheet. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/action_partnership.h"
#include "app/csv_table.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/faults.h"
#include "cli/progress.h"
#include "cli/reference.h"

static const char *const headings[MEMBERS_MAX][10] = {
    {"first", "person1", "participant1", "member1", "partner1", "a", "writesfirst"},
    {"second", "person2", "participant2", "member2", "partner2", "b"},
    {"third", "person3", "participant3", "member3", "partner3", "c"},
};
static const char *const column_names[MEMBERS_MAX] = {"first", "second", "third"};

struct pair {
    int line;
    size_t count;
    int64_t members[MEMBERS_MAX];
    bool good;
};

struct import {
    const char *path;
    struct csv_table table;
    int columns[MEMBERS_MAX];
    struct pair *pairs; /* a row each */
    struct error_list faults;
};

/* ---- Who is meant ---- */

static bool find_columns(struct import *import) {
    bool good = true;
    for (size_t i = 0; i < MEMBERS_MAX; i++)
        import->columns[i] = csv_table_column(&import->table, headings[i]);
    for (size_t i = 0; i < 2; i++)
        if (import->columns[i] < 0)
            good =
                error_list_add(&import->faults, import->path, import->table.heading.line,
                               "There is no column \"%s\". The first row names the columns: first, second and, where "
                               "there are trios, third.",
                               column_names[i]);
    if (good && !import->table.count)
        good = error_list_add(&import->faults, import->path, 0, "There is a heading but no partnership below it.");
    return good;
}

/* False only where the database fails; what is wrong with the row is a fault. */
static bool read_row(struct context *context, struct import *import, size_t number, struct error *error) {
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
                                            column_names[i]);
            continue;
        }
        if (reference_participant(context->database, typed, arena, &participant, &problem)) {
            pair->members[pair->count++] = participant.id;
            continue;
        }
        if (problem.class != ERROR_PERMANENT) {
            *error = problem;
            return false;
        }
        pair->good = error_list_add(&import->faults, import->path, row->line, "%s: There is no participant \"%s\".",
                                    column_names[i], typed);
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
    struct place *places cleanup(memory_free_pointer) =
        memory_new_array(import->table.count * MEMBERS_MAX, sizeof *places);
    size_t count = 0;
    for (size_t i = 0; i < import->table.count; i++)
        for (size_t j = 0; j < import->pairs[i].count; j++)
            places[count++] = (struct place){import->pairs[i].members[j], &import->pairs[i]};
    qsort(places, count, sizeof *places, compare_places);
    for (size_t i = 1; i < count; i++) {
        if (places[i].participant != places[i - 1].participant)
            continue;
        if (places[i].pair == places[i - 1].pair)
            error_list_add(&import->faults, import->path, places[i].pair->line,
                           "Participant %" PRId64 " stands twice in this row.", places[i].participant);
        else
            error_list_add(&import->faults, import->path, places[i].pair->line,
                           "Participant %" PRId64 " stands on line %d already.", places[i].participant,
                           places[i - 1].pair->line);
        places[i].pair->good = false;
    }
}

/* ---- The change ---- */

static bool create(struct context *context, struct import *import, const struct pair *pair, int64_t round,
                   struct error *error) {
    struct error problem = ERROR_INIT;
    int64_t id;
    if (!pair->good ||
        action_partnership_create(context_service(context, error), round, pair->members, pair->count, &id, &problem))
        return true;
    if (problem.class != ERROR_PERMANENT) {
        *error = problem;
        return false;
    }
    error_list_add(&import->faults, import->path, pair->line, "%s.", problem.message);
    return true;
}

static bool import_partnerships(struct context *context, void *data, struct error *error) {
    struct import *import = data;
    auto_arena arena = arena_new();
    struct round round;
    size_t trios = 0, count = import->table.count;
    if (!reference_round(context->database, invocation_option(context->invocation, "round"), arena, &round, error) ||
        !context_service(context, error))
        return false;
    import->pairs = arena_take_array(arena, count, sizeof *import->pairs);
    for (size_t i = 0; i < count; i++)
        if (!read_row(context, import, i, error))
            return false;
    find_twins(import);
    struct progress *progress cleanup(progress_free_pointer) = progress_new("Importing partnerships", count);
    for (size_t i = 0; i < count; i++) {
        if (!create(context, import, &import->pairs[i], round.id, error))
            return false;
        trios += import->pairs[i].count == MEMBERS_MAX;
        progress_to(progress, i + 1);
    }
    if (import->faults.count) {
        progress_free_pointer(&progress);
        return error_set(error, ERROR_PERMANENT, "Nothing was imported: %zu of %zu rows can't be used.",
                         faults_print(&import->faults), count);
    }
    context_tell(context, "Planned %zu partnership%s in round \"%s\"%s.", count, count == 1 ? "" : "s", round.name,
                 trios ? arena_format(arena, ", %zu of them of three", trios) : "");
    if (round.state == ROUND_RUNNING)
        context_tell(context, "The round is running; to begin, for each: tandempost partnership start ID");
    return true;
}

static int run_import(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    auto_string bytes = NULL;
    size_t length = 0;
    struct import import = {.path = invocation_argument(invocation, 0)};
    if (string_is_empty(invocation_option(invocation, "round")))
        return command_usage_error(invocation, "Into which round? Add --round ROUND.");
    /* Before the database's owner takes over, who may not be able to read the caller's file. */
    bool readable = csv_table_load(import.path, &bytes, &length, &import.faults) &&
                    csv_table_read(import.path, bytes, length, arena, &import.table, &import.faults) &&
                    find_columns(&import);
    int code;
    if (readable) {
        code = context_open(&context, invocation);
        if (code == EXIT_DONE)
            code = context_change(&context, import_partnerships, &import);
    } else {
        faults_print(&import.faults);
        code = command_refuse("Nothing was imported.");
    }
    error_list_free(&import.faults);
    return code;
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
    .options = (const struct command_option[]){{"round", 0, "ROUND", "the round's name or id; needed"}, {0}},
    .arguments =
        (const struct command_argument[]){{"FILE", "the CSV file; - reads standard input", .optional = false}, {0}},
    .run = run_import,
};
