#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/instance.h"
#include "app/parser.h"
#include "app/personal_data.h"
#include "app/post.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/text.h"
#include "base/zone.h"
#include "cli/check_online.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/credentials.h"
#include "cli/findings.h"
#include "cli/template_faults.h"
#include "store/participants.h"

enum { WAIT_SECONDS = 90, WAIT_SECONDS_MOST = 3600 };

struct check {
    struct findings findings;
    struct configuration configuration; /* as the servers need it: with secrets from where the service has them */
    struct mail_sender *sender;
    struct mail_receiver *receiver, *listener;
    struct arena *arena;
};

static void free_check(struct check *check) {
    if (check->sender)
        check->sender->operations->free(check->sender);
    if (check->receiver)
        check->receiver->operations->free(check->receiver);
    if (check->listener)
        check->listener->operations->free(check->listener);
    configuration_free(&check->configuration);
    arena_free(check->arena);
}

/* ---- Configuration and secrets ---- */

static bool check_configuration(struct check *check, const char *path) {
    auto_error_list errors = ERROR_LIST_EMPTY;
    if (configuration_load(path, &check->configuration, &errors)) {
        findings_tell(&check->findings, FINDING_OK, "configuration", "%s is right: %zu step%s, %zu coordinator%s", path,
                      check->configuration.step_count, check->configuration.step_count == 1 ? "" : "s",
                      check->configuration.coordinator_count, check->configuration.coordinator_count == 1 ? "" : "s");
        return true;
    }
    error_list_sort(&errors);
    for (size_t i = 0; i < errors.count; i++) {
        auto_string line = error_list_format(&errors.entries[i]);
        findings_tell(&check->findings, FINDING_PROBLEM, "configuration", "%s", line);
    }
    return false;
}

/* Finds a secret and opens that half of the post office with it, which does not connect yet. */
static void check_secret(struct check *check, bool outgoing) {
    struct secret_source *source =
        outgoing ? &check->configuration.outgoing.secret : &check->configuration.incoming.secret;
    const char *area = outgoing ? "outgoing secret" : "incoming secret", *where = NULL;
    struct error error = ERROR_INIT;
    bool any = source->kind != SECRET_NONE;
    if (credentials_find(check->configuration.path, source, check->arena, &where, &error) &&
        (outgoing ? post_open_sender(&check->configuration, &check->sender, &error)
                  : post_open_receiver(&check->configuration, &check->receiver, &error) &&
                        post_open_receiver(&check->configuration, &check->listener, &error))) {
        if (any)
            findings_tell(&check->findings, FINDING_OK, area, "found%s%s", where ? " in " : "", where ? where : "");
        return;
    }
    findings_tell(&check->findings, FINDING_PROBLEM, area, "%s", error.message);
}

/* ---- Files ---- */

static void check_private(struct check *check, const char *area, const char *path) {
    struct stat status;
    if (stat(path, &status) != 0)
        return;
    if (status.st_mode & (S_IROTH | S_IWOTH))
        findings_tell(&check->findings, FINDING_PROBLEM, area,
                      "everybody on this machine can %s %s, which names people. Run: chmod o= %s",
                      status.st_mode & S_IWOTH ? "write" : "read", path, path);
}

/* True where it is there to be opened. */
static bool check_database_file(struct check *check) {
    const char *path = check->configuration.programme.database;
    auto_string folder = memory_copy_bytes(path, (size_t)(strrchr(path, '/') - path));
    struct error error = ERROR_INIT;
    if (!context_need_database(&check->configuration, &error)) {
        findings_tell(&check->findings, FINDING_PROBLEM, "database", "%s", error.message);
        return false;
    }
    if (access(path, F_OK) != 0) {
        findings_tell(&check->findings, FINDING_PROBLEM, "database",
                      "%s can't be looked at: is this the right user? Run this as root", path);
        return false;
    }
    check_private(check, "database", path);
    if (context_disk_is_full(&check->configuration))
        findings_tell(&check->findings, FINDING_PROBLEM, "database",
                      "the disk that holds %s is full. Make room there; the service then goes on by itself", path);
    if (geteuid() != 0 && access(*folder ? folder : "/", W_OK) != 0)
        findings_tell(&check->findings, FINDING_PROBLEM, "database",
                      "you can't write into its folder %s. Are you in the group tandempost? (sudo adduser NAME "
                      "tandempost, then log in anew)",
                      folder);
    return true;
}

/* ---- The database and what is in it ---- */

static void check_zones(struct check *check, struct database *database) {
    struct participant_filter page = {.limit = SERVICE_PORTION};
    struct error error = ERROR_INIT;
    size_t wrong = 0, all = 0, count = SERVICE_PORTION;
    while (count == SERVICE_PORTION) {
        auto_arena arena = arena_new();
        struct participant_list people;
        if (!participants_list(database, &page, arena, &people, &error)) {
            findings_tell(&check->findings, FINDING_PROBLEM, "time zones", "%s", error.message);
            return;
        }
        for (size_t i = 0; i < people.count; i++) {
            const struct participant *person = &people.items[i];
            page.after = person->id;
            if (person->state == PARTICIPANT_ERASED || zone_exists(person->time_zone))
                continue;
            wrong++;
            findings_tell(&check->findings, FINDING_PROBLEM, "time zones",
                          "this system does not know \"%s\", the zone of participant %" PRId64
                          ". Run: tandempost participant update %" PRId64 " --time-zone ZONE",
                          person->time_zone, person->id, person->id);
        }
        count = people.count;
        all += count;
    }
    if (!wrong)
        findings_tell(&check->findings, FINDING_OK, "time zones", "%s and those of %zu participant%s are known",
                      check->configuration.programme.time_zone, all, all == 1 ? "" : "s");
}

static void check_database(struct check *check, struct database *database) {
    struct error error = ERROR_INIT;
    if (database_check(database, &error))
        findings_tell(&check->findings, FINDING_OK, "database", "%s is sound", check->configuration.programme.database);
    else
        findings_tell(&check->findings, FINDING_PROBLEM, "database",
                      "%s. Stop the service and put the last backup in its place.", error.message);
}

/* What the configuration has erased soon is told while it can still be helped. */
static void check_retention(struct check *check, struct service *service) {
    struct error error = ERROR_INIT;
    size_t due;
    if (!personal_data_count_due(service, clock_now() + 30 * SECONDS_PER_DAY, &due, &error))
        findings_tell(&check->findings, FINDING_PROBLEM, "retention", "%s", error.message);
    else if (due)
        findings_tell(&check->findings, FINDING_NOTE, "retention",
                      "within 30 days %zu participant%s %s erased, who took part in nothing for %s (retention, people)",
                      due, due == 1 ? "" : "s", due == 1 ? "is" : "are", check->configuration.retention.people);
    else
        findings_tell(&check->findings, FINDING_OK, "retention", "nobody is to be erased within 30 days");
}

static void tell_faults(struct check *check, enum finding finding, const struct error_list *faults) {
    for (size_t i = 0; i < faults->count; i++) {
        auto_string line = error_list_format(&faults->entries[i]);
        findings_tell(&check->findings, finding, "templates", "%s", line);
    }
}

static void check_templates(struct check *check, struct service *service) {
    auto_error_list problems = ERROR_LIST_EMPTY, warnings = ERROR_LIST_EMPTY, notes = ERROR_LIST_EMPTY;
    template_faults_find(service, check->arena, &problems, &warnings, &notes);
    tell_faults(check, FINDING_PROBLEM, &problems);
    tell_faults(check, FINDING_NOTE, &warnings);
    tell_faults(check, FINDING_NOTE, &notes);
    if (!problems.count)
        findings_tell(&check->findings, FINDING_OK, "templates", "all templates and topics can be used");
}

static void check_service(struct check *check) {
    struct error error = ERROR_INIT;
    int64_t pid;
    if (!instance_holder(check->configuration.programme.database, &pid, &error))
        findings_tell(&check->findings, FINDING_PROBLEM, "service", "%s", error.message);
    else if (pid)
        findings_tell(&check->findings, FINDING_OK, "service", "it is running (pid %" PRId64 ")", pid);
    else
        findings_tell(&check->findings, FINDING_NOTE, "service", "it is not running");
}

/* First of all, as for the service: while this process holds no password and no database. */
static void check_parser(struct check *check) {
    struct error error = ERROR_INIT;
    struct parser *parser = parser_start(&error);
    if (parser && parser_try(parser, &error))
        findings_tell(&check->findings, FINDING_OK, "parser", "incoming mail is taken apart where it can do no harm");
    else
        findings_tell(&check->findings, FINDING_PROBLEM, "parser", "%s", error.message);
    parser_stop(parser);
}

/* ---- The command ---- */

static int check_all(struct check *check, const struct invocation *invocation, int64_t wait_seconds) {
    auto_context context = {0};
    struct error error = ERROR_INIT;
    check_parser(check);
    if (!check_configuration(check, invocation->configuration_path))
        return EXIT_REFUSED;
    /* Before the database is opened: root becomes its owner then, who may not read root's passwords. */
    check_secret(check, true);
    check_secret(check, false);
    if (!check_database_file(check))
        return EXIT_REFUSED;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    struct service *service = context_look(&context, &error);
    if (!service)
        return context_refuse(&error);
    check_database(check, context.database);
    check_zones(check, context.database);
    check_templates(check, service);
    check_retention(check, service);
    check_service(check);
    if (invocation_switch(invocation, "online") && check->sender && check->listener)
        check_online_tell(service, check->sender, check->receiver, check->listener, wait_seconds * 1000,
                          &check->findings);
    return check->findings.problems ? EXIT_REFUSED : EXIT_DONE;
}

static bool read_wait(const struct invocation *invocation, int64_t *ret) {
    const char *typed = invocation_option(invocation, "wait");
    struct error error = ERROR_INIT;
    *ret = WAIT_SECONDS;
    if (!typed || (string_to_integer(typed, ret) && *ret >= 1 && *ret <= WAIT_SECONDS_MOST))
        return true;
    return duration_parse_seconds(typed, ret, &error) && *ret >= 1 && *ret <= WAIT_SECONDS_MOST;
}

static int run_check(const struct invocation *invocation) {
    struct check check cleanup(free_check) = {.findings.json = invocation->json, .arena = arena_new()};
    int64_t wait_seconds;
    if (!read_wait(invocation, &wait_seconds))
        return command_usage_error(invocation, "--wait takes a time up to an hour, such as \"2 minutes\", not \"%s\".",
                                   invocation_option(invocation, "wait"));
    int code = check_all(&check, invocation, wait_seconds);
    if (check.findings.problems)
        return command_refuse("%zu problem%s found.", check.findings.problems,
                              check.findings.problems == 1 ? " was" : "s were");
    return code;
}

const struct command check_command = {
    .name = "check",
    .summary = "looks whether everything is right; with --online also the mail servers",
    .help =
        "Tells all that is wrong with configuration, passwords, database, time zones and templates, and what to do. "
        "Passwords are looked for where the service has them: run it as root for those in /etc/credstore.\n"
        "With --online it logs in to both servers, sends the programme one message to its address and one to a "
        "sub-address, waits for them in the mailbox and removes them again: that shows whether replies will come "
        "back, and what the provider does to sub-addresses, Message-ID and envelope sender. It may be run beside "
        "the service, which leaves these messages alone; nobody else's mail is touched. Whether sub-addresses work is "
        "remembered: "
        "with relay = \"auto\", the default, letters between partners go through the programme from then on.\n"
        "Exit code 1 where there is a problem.",
    .flags = COMMAND_LISTS,
    .options = {{"online", 0, NULL, "also log in to the mail servers and write to us", NULL},
                {"wait", 0, "TIME", "how long to wait for these messages (else 90 seconds)", NULL}},
    .run = run_check,
};
