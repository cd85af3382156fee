#include <errno.h>
#include <stdio.h>

#include "app/parser.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/demo_report.h"
#include "cli/report_files.h"
#include "cli/table.h"
#include "simulation/simulated_folder.h"
#include "simulation/simulated_round.h"
#include "store/rounds.h"

#define FOLDER "tandempost-demo"
#define PARTICIPANTS "is an even number from 2 to 92"
_Static_assert(SIMULATED_ROUND_PARTICIPANTS == 92, "as the texts say");

static void tell_match(void *context, const struct simulated_round *round, const struct simulated_match *match) {
    (void)context;
    demo_report_begin(stdout, round, match, table_wants_colour(stdout));
}

static void tell_month(void *context, const struct simulated_month *month) {
    (void)context;
    demo_report_month(stdout, month);
}

/* As a coordinator would have it: these people are made up. */
static bool write_page(const struct simulated_round *simulated, struct error *error) {
    auto_arena arena = arena_new();
    struct round round;
    struct report report;
    const char *path = arena_format(arena, "%s/" SIMULATED_REPORT, simulated->settings.folder);
    int64_t size;
    return rounds_find(simulated->database, simulated->id, arena, &round, error) &&
           report_read(simulation_service(simulated->simulation), &round, true, arena, &report, error) &&
           report_files_write_page(&report, path, &size, error);
}

static int run_round(const struct simulated_round_settings *settings, struct parser *parser) {
    struct simulated_round round;
    struct error error = ERROR_INIT;
    bool good = false, colour = table_wants_colour(stdout);
    bool done = simulated_round_run(&round, settings, parser, &error) &&
                demo_report_end(stdout, &round, colour, &good, &error) && write_page(&round, &error);
    if (done)
        demo_report_next(stdout, &round, program_invocation_name);
    simulated_round_free(&round);
    if (!done)
        return command_refuse("%s", error.message);
    return good ? EXIT_DONE : EXIT_REFUSED;
}

static int run_demo(const struct invocation *invocation) {
    struct error error = ERROR_INIT;
    int64_t participants = invocation_number(invocation, "participants", SIMULATED_ROUND_PARTICIPANTS);
    if (participants % 2 != 0)
        return command_usage_error(invocation, "--participants " PARTICIPANTS ", not \"%s\".",
                                   invocation_option(invocation, "participants"));
    const char *folder = invocation_argument(invocation, 0);
    struct simulated_round_settings settings = {
        .folder = folder ? folder : FOLDER,
        .seed = (uint64_t)invocation_number(invocation, "seed", 1),
        .participants = (size_t)participants,
        .cast = SIMULATED_LIKE_A_PILOT,
        .matched = tell_match,
        .month = tell_month,
    };
    if (!invocation_switch(invocation, "log"))
        log_set_level(0);
    struct parser *parser = parser_start(&error);
    if (!parser)
        return command_refuse("%s", error.message);
    int code = run_round(&settings, parser);
    parser_stop(parser);
    return code;
}

const struct command demo_command = {
    .name = "demo",
    .summary = "a whole made-up round in a few seconds, to look around in",
    .help = "Runs the real service through a six-month round of made-up people, who sign up by mail and are brought "
            "together, on the embedded post office and a clock of its own, and holds what it did against what it had "
            "to do. Nothing leaves the folder. Afterwards every "
            "command works on it with -c DIR/tandempost.conf, and any mail client opens the Maildirs in "
            "DIR/post-office.\n"
            "Exit status 1 tells that the books do not balance.",
    .options = {{"seed", 0, "NUMBER", "another course of events (else 1)",
                 COMMAND_NUMBER("is a number from 0 on", 0, INT64_MAX)},
                {"participants", 0, "NUMBER", "fewer people (else 92)",
                 COMMAND_NUMBER(PARTICIPANTS, 2, SIMULATED_ROUND_PARTICIPANTS)},
                {"log", 0, NULL, "show the service's log as well", NULL}},
    .arguments = {{"DIR",
                   "the folder for it (else " FOLDER "); what an earlier "
                   "demonstration left there is replaced",
                   NULL, ARGUMENT_OPTIONAL}},
    .run = run_demo,
};
