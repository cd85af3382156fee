#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/date_time.h"
#include "base/localise.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/progress.h"
#include "cli/reference.h"
#include "cli/rehearsal_folder.h"
#include "cli/rehearsal_report.h"
#include "simulation/rehearsal.h"

/* Who listens while it runs. */
struct listening {
    struct rehearsal_folder *folder; /* NULL: none was asked for */
    struct progress *progress;
    size_t count;
};

static bool hear(void *context, const struct rehearsal_message *message, struct error *error) {
    struct listening *listening = context;
    progress_to(listening->progress, ++listening->count);
    return !listening->folder || rehearsal_folder_take(listening->folder, message, error);
}

static bool rehearse(struct context *context, struct rehearsal *ret, struct rehearsal_folder *folder,
                     struct error *error) {
    const char *until = invocation_option(context->invocation, "until");
    struct progress *progress cleanup(progress_free_pointer) = progress_new("Rehearsing", 0);
    struct listening listening = {folder, progress, 0};
    struct rehearsal_settings settings = {.configuration = &context->configuration,
                                          .database = context->database,
                                          .round = context->round.id,
                                          .sent = hear,
                                          .context = &listening};
    return (!until || date_time_parse(until, DATE_TIME_ENDS, clock_now(), context->zone, &settings.until, error)) &&
           rehearsal_run(&settings, ret, error) && (!folder || rehearsal_folder_end(folder, ret, error));
}

static bool show(struct context *context, struct rehearsal_folder *folder, struct error *error) {
    struct rehearsal rehearsal cleanup(rehearsal_free) = {0};
    const char *output = invocation_option(context->invocation, "output");
    if (!rehearse(context, &rehearsal, folder, error))
        return false;
    if (context->invocation->json)
        rehearsal_report_json(context, &rehearsal);
    else
        rehearsal_report_print(context, &rehearsal, output);
    return true;
}

static bool run_on_copy(struct context *context, struct error *error) {
    const char *output = invocation_option(context->invocation, "output");
    struct rehearsal_folder *folder cleanup(rehearsal_folder_free_pointer) = NULL;
    if (!context_need_database(&context->configuration, error) ||
        !database_open_copy(context->configuration.programme.database, &context->database, error) ||
        !context_find(context, error) ||
        (output && !rehearsal_folder_new(output, context->round.name, &context->configuration, &folder, error)))
        return false;
    return show(context, folder, error);
}

static int run_rehearse(const struct invocation *invocation) {
    auto_context context = {0};
    struct error error = ERROR_INIT;
    int code = context_open_configuration(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    log_set_level(0);
    random_seed((uint64_t)invocation_number(invocation, "seed", 1));
    return run_on_copy(&context, &error) ? EXIT_DONE : context_refuse(&error);
}

const struct command rehearse_command = {
    .name = "rehearse",
    .summary = "what will be sent to the end of a round, and what would go wrong",
    .help =
        "Runs the service itself on a copy of the database, from now to the end of the round (or of all), on a clock "
        "of "
        "its own. No mail leaves, and the database stays as it is. Nobody answers anything, so whoever would be "
        "silent is asked and told of.\n"
        "Shows day by day what each step sends, and what would go wrong: texts that can't be made for somebody, "
        "messages that come too late, limits of the provider that the busiest day breaks, mail at night, people "
        "without a partner, addresses from which mail comes back. Public holidays are not looked at, as no list of "
        "them "
        "comes with tandempost.\n"
        "With --output every message is written into the folder DIR as a file that any mail program opens, and a page, "
        "DIR/index.html, shows for each language and step what whoever has the shortest and the longest name gets. "
        "They hold people's names and addresses; the secret addresses in them act for nobody.",
    .flags = COMMAND_LISTS,
    .options = {{"until", 0, "DATE", "not beyond the end of this day (else to the end of the round)", NULL},
                {"seed", 0, "NUMBER", "other secrets and Message-IDs (else 1)",
                 COMMAND_NUMBER("is a number from 0 on", 0, INT64_MAX)},
                {"output", 'o', "DIR", "a folder for all messages; it must be new or empty", NULL}},
    .arguments = {{"ROUND", "its name or id (else all)", &reference_to_round, ARGUMENT_OPTIONAL}},
    .run = run_rehearse,
};
