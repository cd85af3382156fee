#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/action_participant.h"
#include "app/csv_table.h"
#include "app/enrolment.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/faults.h"
#include "cli/progress.h"
#include "cli/reference.h"
#include "store/applications.h"
#include "store/participants.h"

struct import {
    const char *path;
    struct enrolment_list people;
    struct error_list errors;
    size_t added, returned; /* returned: participants already, now accepted to this round too */
};

/* Somebody who is a participant already: welcome again in another round, a fault otherwise. */
static bool take_known(struct context *context, struct import *import, const struct enrolment_row *row,
                       const struct participant *known, const struct round *round, struct arena *arena,
                       struct error *error) {
    struct application application = {0};
    if (participant_has_left(known->state)) {
        error_list_add(&import->errors, import->path, row->line,
                       "address: %s belongs to participant %" PRId64 ", who has left the programme.",
                       row->participant.address, known->id);
        return true;
    }
    if (!round->id) {
        error_list_add(&import->errors, import->path, row->line,
                       "address: %s is participant %" PRId64
                       " already. With --round, known people are accepted to the round.",
                       row->participant.address, known->id);
        return true;
    }
    if (!applications_find(context->database, known->id, round->id, arena, &application, error))
        return false;
    if (application.id && application.state != APPLICATION_APPLIED && application.state != APPLICATION_WITHDRAWN) {
        error_list_add(&import->errors, import->path, row->line,
                       "address: participant %" PRId64 ", %s, is in round \"%s\" already.", known->id,
                       row->participant.address, round->name);
        return true;
    }
    import->returned++;
    return action_participant_accept(context_service(context, error), known->id, round->id, error);
}

static bool take_row(struct context *context, struct import *import, const struct enrolment_row *row,
                     const struct round *round, struct error *error) {
    auto_arena arena = arena_new();
    struct event_cause cause = context_cause(context, NULL);
    struct participant known;
    int64_t id;
    if (!participants_find_by_address(context->database, row->key, arena, &known, error))
        return false;
    if (known.id)
        return take_known(context, import, row, &known, round, arena, error);
    if (!participants_add(context->database, &row->participant, row->key, &cause, &id, error))
        return false;
    import->added++;
    return !round->id || action_participant_accept(context_service(context, error), id, round->id, error);
}

static bool import_people(struct context *context, void *data, struct error *error) {
    struct import *import = data;
    auto_arena arena = arena_new();
    const char *round_name = invocation_option(context->invocation, "round");
    struct round round = {0};
    if (round_name &&
        (!reference_round(context->database, round_name, arena, &round, error) || !context_service(context, error)))
        return false;
    struct progress *progress cleanup(progress_free_pointer) =
        progress_new("Importing participants", import->people.count);
    for (size_t i = 0; i < import->people.count; i++) {
        if (!take_row(context, import, &import->people.rows[i], &round, error))
            return false;
        progress_to(progress, i + 1);
    }
    if (import->errors.count)
        return error_set(error, ERROR_PERMANENT, "Nothing was imported: %zu of %zu rows can't be used.",
                         faults_print(&import->errors), import->people.count);
    context_tell(context, "Added %zu participant%s.", import->added, import->added == 1 ? "" : "s");
    if (round.id)
        context_tell(context, "Accepted %zu to round \"%s\"%s.", import->added + import->returned, round.name,
                     import->returned ? arena_format(arena, ", %zu of them participants from before", import->returned)
                                      : "");
    for (size_t i = 0; i < import->people.ignored_count; i++)
        context_tell(context, "Column \"%s\" was not used.", import->people.ignored[i]);
    return true;
}

static int read_people(struct context *context, struct import *import, const char *bytes, size_t length,
                       struct arena *arena) {
    struct csv_table table = {0};
    if (csv_table_read(import->path, bytes, length, arena, &table, &import->errors) &&
        enrolment_read_table(import->path, &table, &context->configuration.programme, arena, &import->people,
                             &import->errors))
        return EXIT_DONE;
    size_t rows = faults_print(&import->errors);
    if (!table.count || import->errors.entries[0].line <= table.heading.line) /* the file as a whole is wrong */
        return command_refuse("Nothing was imported.");
    return command_refuse("Nothing was imported: %zu of %zu rows can't be used.", rows, table.count);
}

static int run_import(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct import import = {.path = invocation_argument(invocation, 0)};
    auto_string bytes = NULL;
    size_t length = 0;
    /* Before the database's owner takes over, who may not be able to read the caller's file. */
    if (!csv_table_load(import.path, &bytes, &length, &import.errors)) {
        faults_print(&import.errors);
        error_list_free(&import.errors);
        return EXIT_REFUSED;
    }
    int code = context_open(&context, invocation);
    if (code == EXIT_DONE)
        code = read_people(&context, &import, bytes, length, arena);
    if (code == EXIT_DONE)
        code = context_change(&context, import_people, &import);
    error_list_free(&import.errors);
    return code;
}

const struct command participant_import_command = {
    .name = "participant import",
    .summary = "takes people on from a CSV file",
    .help = "Takes on all people of a CSV file as a spreadsheet saves it (UTF-8; comma, semicolon or tab). The first "
            "row names "
            "the columns, in any order: name (or first name and last name), email, country, and where you have them "
            "language and "
            "time zone. Other columns are not used. A country is two letters or a name; the time zone may be left out "
            "where the "
            "country has but one; the language where it is the programme's own. A language is a code or a name: de, "
            "pt-BR, German, Deutsch.\n"
            "Every row that can't be used is told with its line, and then nothing at all is imported. With --round, "
            "people who "
            "are participants from before are accepted to the round as well; their details stay as they are.",
    .flags = COMMAND_CHANGES,
    .options = (const struct command_option[]){{"round", 0, "ROUND", "accept all of them to this round"}, {0}},
    .arguments =
        (const struct command_argument[]){{"FILE", "the CSV file; - reads standard input", .optional = false}, {0}},
    .run = run_import,
};
