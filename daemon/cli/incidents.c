/* incident list, show, close, unban. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/incident.h"
#include "app/parser.h"
#include "base/text.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/members.h"
#include "cli/reference.h"
#include "cli/wrap.h"
#include "mail/message/address.h"
#include "store/inbox.h"
#include "store/incidents.h"

struct row {
    struct incident incident;
    const char *reporter, *partners; /* NULL: not known, not clear */
};

static struct column_words state_words(const void *row, struct arena *arena) {
    enum incident_state state = ((const struct row *)row)->incident.state;
    (void)arena;
    return (struct column_words){incident_state_name(state), state == INCIDENT_OPEN ? TONE_BAD : TONE_PLAIN};
}

static bool make_row(struct context *context, const void *item, void *data, struct error *error) {
    struct row *row = data;
    struct participant reporter = {0};
    struct inbox_row mail;
    row->incident = *(const struct incident *)item;
    if (!participants_find(context->database, row->incident.reporter, context->arena, &reporter, error) ||
        !inbox_find(context->database, row->incident.inbox, context->arena, &mail, error) ||
        (row->incident.partnership &&
         !members_find_names(context->database, row->incident.partnership, context->arena, &row->partners, error)))
        return false;
    /* Of whom we don't know, or who may be somebody else, the address that the mail shows. */
    row->reporter = reporter.id ? reporter.name : arena_format(context->arena, "%s (not proven)", mail.sender);
    return true;
}

#define COLUMNS                                                                                                        \
    {                                                                                                                  \
        COLUMN(NUMBER, struct row, incident.id, "id", "ID"),                                                           \
            COLUMN(MOMENT, struct row, incident.at, "reported_at", "REPORTED"),                                        \
            COLUMN_WORDS(state_words, "state", "STATE"), COLUMN(LONG, struct row, reporter, "reporter", "BY"),         \
            COLUMN(LONG, struct row, partners, "partners", "IN THE PARTNERSHIP OF"),                                   \
            COLUMN(ID, struct row, incident.partnership, "partnership", NULL),                                         \
            COLUMN(ID, struct row, incident.reporter, "participant", NULL),                                            \
            COLUMN(NUMBER, struct row, incident.inbox, "inbox", NULL),                                                 \
            COLUMN(MOMENT, struct row, incident.decided_at, "decided_at", NULL),                                       \
            COLUMN(TEXT, struct row, incident.decided_by, "decided_by", NULL), {                                       \
            0                                                                                                          \
        }                                                                                                              \
    }

static bool list_incidents(struct context *context, struct error *error) {
    static const struct column columns[] = COLUMNS;
    struct incident_list list;
    bool all = invocation_switch(context->invocation, "all");
    return incidents_list(context->database, !all, context->arena, &list, error) &&
           columns_list_made(context, columns, COLUMN_ROWS(list), make_row, sizeof(struct row),
                             all ? "Nothing was ever reported." : "No report is to be decided.", error);
}

const struct command incident_list_command = {
    .name = "incident list",
    .summary = "reports of misconduct that are to be decided",
    .options = {{"all", 'a', NULL, "also those that are decided", NULL}},
    .show = list_incidents,
};

/* ---- show ---- */

static bool find_incident(struct context *context, const char *typed, struct error *error) {
    struct incident *incident = context->subject = arena_take(context->arena, sizeof *incident);
    int64_t id = 0;
    return reference_id(typed, "incident", "incident list --all", &id, error) &&
           incidents_find(context->database, id, context->arena, incident, error) &&
           (incident->id || reference_none(id, "incident", "incident list --all", error));
}

#define ONE_INCIDENT                                                                                                   \
    { "ID", "the incident's id: its case's", &(const struct command_value){.find = find_incident}, ARGUMENT_NEEDED }

static bool describe(const struct context *context, struct parser *parser, const char *bytes, size_t length,
                     struct description *ret, struct error *error) {
    const struct programme_settings *programme = &context->configuration.programme;
    const struct description_settings settings = {
        .address = programme->separator ? programme->address : strchr(programme->address, '@'),
        .separator = programme->separator,
        .authserv_id = programme->authserv_id,
    };
    const struct sandbox_input input = {bytes, length};
    return parser_describe(parser, &settings, &input, 1, context->arena, ret, error);
}

struct page {
    struct row row;
    const char *subject, *text;
};

static void print_page(const struct context *context, const struct page *page) {
    static const struct column program[] = {
        COLUMN(NUMBER, struct page, row.incident.id, "id", NULL),
        COLUMN_WORDS(state_words, "state", NULL),
        COLUMN(MOMENT, struct page, row.incident.at, "reported_at", NULL),
        COLUMN(TEXT, struct page, row.reporter, "reporter", NULL),
        COLUMN(TEXT, struct page, row.partners, "partners", NULL),
        COLUMN(ID, struct page, row.incident.partnership, "partnership", NULL),
        COLUMN(TEXT, struct page, subject, "subject", NULL),
        COLUMN(TEXT, struct page, text, "text", NULL),
        {0},
    };
    static const struct column people[] = {
        COLUMN(NUMBER, struct page, row.incident.id, NULL, "Incident"),
        COLUMN_WORDS(state_words, NULL, "State"),
        COLUMN(MOMENT, struct page, row.incident.at, NULL, "Reported"),
        COLUMN(TEXT, struct page, row.reporter, NULL, "By"),
        COLUMN(TEXT, struct page, row.partners, NULL, "In the partnership of"),
        COLUMN(ID, struct page, row.incident.partnership, NULL, "Partnership"),
        COLUMN(MOMENT, struct page, row.incident.decided_at, NULL, "Decided"),
        COLUMN(TEXT, struct page, row.incident.decided_by, NULL, "By whom"),
        COLUMN(TEXT, struct page, subject, NULL, "Subject"),
        {0},
    };
    columns_show(context, context->invocation->json ? program : people, page);
    if (context->invocation->json)
        return;
    printf("\n  ");
    wrap_print(stdout, page->text ? page->text : "What was written is not kept here: look in the mailbox.", 2,
               table_terminal_width(stdout), "");
    if (page->row.incident.state == INCIDENT_OPEN)
        printf("\nDecided? tandempost incident close %" PRId64 " no-action, warning, termination or ban\n",
               page->row.incident.id);
}

static int show(const struct invocation *invocation, struct parser *parser) {
    auto_context context = {0};
    struct error error = ERROR_INIT;
    struct page page = {0};
    struct description description = {0};
    const char *bytes;
    size_t length;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!context_find(&context, &error))
        return context_refuse(&error);
    const struct incident *incident = context.subject;
    if (!make_row(&context, incident, &page.row, &error) ||
        !incidents_mail(context.database, incident->id, context.arena, &bytes, &length, &error) ||
        (bytes && !describe(&context, parser, bytes, length, &description, &error)))
        return context_refuse(&error);
    if (invocation_switch(invocation, "bytes")) {
        if (!bytes || isatty(STDOUT_FILENO))
            return command_refuse(bytes ? "Write it to a file: it may hold what confuses a terminal."
                                        : "What was written is not kept here.");
        fwrite(bytes, 1, length, stdout);
        return EXIT_DONE;
    }
    page.subject = description.subject;
    page.text = description.whole_text;
    print_page(&context, &page);
    return EXIT_DONE;
}

static int run_show(const struct invocation *invocation) {
    return context_with_parser(invocation, show);
}

const struct command incident_show_command = {
    .name = "incident show",
    .summary = "one report of misconduct: by whom, about which partnership, what was written",
    .help =
        "Shows a report with all that was written. It stands nowhere else: not in the inbox, the cases, the mails to "
        "coordinators, the log or a backup. With --bytes it writes the mail as it came, with what was attached.",
    .flags = COMMAND_LISTS,
    .options = {{"bytes", 0, NULL, "the mail as it came, into a file or pipe", NULL}},
    .arguments = {ONE_INCIDENT},
    .run = run_show,
};

/* ---- close ---- */

static bool close_incident(struct context *context, struct error *error) {
    static const char *const done[] = {
        [INCIDENT_NO_ACTION] = "no action is taken. Where it was frozen, the partnership goes on.",
        [INCIDENT_WARNING] = "the other one is written to, and the partnership goes on.",
        [INCIDENT_TERMINATION] = "the partnership is dissolved; all are told that it is over, and may have another "
                                 "partner.",
        [INCIDENT_BAN] = "the other one has left for good, and is told nothing by the programme: write to them "
                         "yourself, if you will. Whoever stays may have another partner.",
    };
    const struct incident *incident = context->subject;
    struct incident_decision decision = {
        .incident = incident->id,
        .other = context->people[0].id,
        .words = invocation_option(context->invocation, "words"),
    };
    model_find_incident_state(invocation_argument(context->invocation, 1), &decision.outcome);
    if (decision.words && decision.outcome != INCIDENT_WARNING)
        return error_set(error, ERROR_PERMANENT, "Only a warning has words.");
    if (!incident_decide(context->service, &decision, error))
        return false;
    context_tell(context, "Incident %" PRId64 ": %s", incident->id, done[decision.outcome]);
    return true;
}

const struct command incident_close_command = {
    .name = "incident close",
    .summary = "decides about a report of misconduct",
    .help =
        "Says what becomes of a report. With no-action the partnership goes on. With warning it does, and the other "
        "one "
        "gets a kind and general reminder of what all agreed to, with --words in your own words besides: write nothing "
        "from which they could tell who wrote to you, or that anybody did. With termination the partnership is "
        "dissolved; both hear that it is over, as of any other that ends early, and may have another partner. With ban "
        "the other one leaves the programme besides, and the address may take part no more; of it a keyed hash is "
        "kept. Termination and ban can't be undone, but for incident unban.",
    .flags = COMMAND_SERVICE,
    .options = {{"person", 0, "PERSON", "whom a warning or ban is for, where the reporter has not just one partner",
                 &reference_to_participant},
                {"words", 0, "TEXT", "what a warning says besides", NULL}},
    .arguments = {ONE_INCIDENT,
                  {"OUTCOME", "no-action, warning, termination or ban",
                   COMMAND_CHOICE("no-action, warning, termination and ban"), ARGUMENT_NEEDED}},
    .change = close_incident,
};

/* ---- unban ---- */

static bool unban(struct context *context, struct error *error) {
    const char *address = invocation_argument(context->invocation, 0);
    auto_string key = address_key(address);
    bool changed = false;
    if (key && !incidents_unban(context->database, key, &changed, error))
        return false;
    if (!changed)
        return error_set(error, ERROR_PERMANENT, "The address %s is not banned.", address);
    context_tell(context, "The address %s may take part again.", address);
    return true;
}

const struct command incident_unban_command = {
    .name = "incident unban",
    .summary = "lets an address take part again",
    .help = "Ends the ban of an address. Who was banned has left the programme, and can apply again.",
    .arguments = {{"ADDRESS", "the mail address", NULL, ARGUMENT_NEEDED}},
    .change = unban,
};
