/* alert list, alert show, alert close. */
#include <inttypes.h>

#include "app/notice.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/members.h"
#include "cli/reference.h"
#include "cli/wrap.h"
#include "store/cases.h"

struct row {
    struct case_row alert;
    const char *about;
    int64_t told_again; /* 0: it is not */
};

static struct column_words state_words(const void *row, struct arena *arena) {
    (void)arena;
    return ((const struct row *)row)->alert.closed_at ? (struct column_words){"closed", TONE_FAINT}
                                                      : (struct column_words){"open", TONE_BAD};
}

static bool find_alert(struct context *context, const char *typed, struct error *error) {
    struct row *row = context->subject = arena_take(context->arena, sizeof *row);
    int64_t id = 0;
    return reference_id(typed, "alert", "alert list --all", &id, error) &&
           cases_find(context->database, id, context->arena, &row->alert, error) &&
           (row->alert.id || reference_none(id, "alert", "alert list --all", error));
}

#define ONE_ALERT                                                                                                      \
    {                                                                                                                  \
        { "ID", "the alert's id", &(const struct command_value){.find = find_alert}, ARGUMENT_NEEDED }                 \
    }

/* "Anna Berg", or "Anna Berg and Ben Okoro". */
static bool find_about(struct context *context, struct row *row, struct error *error) {
    const struct case_row *alert = &row->alert;
    struct participant participant;
    row->about = "the service";
    if (alert->partnership)
        return members_find_names(context->database, alert->partnership, context->arena, &row->about, error);
    if (!alert->participant)
        return true;
    if (!participants_find(context->database, alert->participant, context->arena, &participant, error))
        return false;
    row->about = participant.name;
    return true;
}

static struct column_words kind_words(const void *row, struct arena *arena) {
    (void)arena;
    return (struct column_words){case_kind_name(((const struct row *)row)->alert.kind), TONE_PLAIN};
}

static bool make_row(struct context *context, const void *item, void *row, struct error *error) {
    ((struct row *)row)->alert = *(const struct case_row *)item;
    return find_about(context, row, error);
}

/* STATE is a heading only where not all have the same one. */
#define COLUMNS(state)                                                                                                 \
    {                                                                                                                  \
        COLUMN(NUMBER, struct row, alert.id, "id", "ID"),                                                              \
            COLUMN(MOMENT, struct row, alert.opened_at, "opened_at", "SINCE"),                                         \
            COLUMN_WORDS(state_words, "state", state), COLUMN(LONG, struct row, about, "about", "ABOUT"),              \
            COLUMN(LONG, struct row, alert.reason, "reason", "REASON"), COLUMN_WORDS(kind_words, "kind", NULL),        \
            COLUMN(NUMBER, struct row, alert.participant, "participant", NULL),                                        \
            COLUMN(NUMBER, struct row, alert.partnership, "partnership", NULL),                                        \
            COLUMN(NUMBER, struct row, alert.inbox, "inbox", NULL),                                                    \
            COLUMN(NUMBER, struct row, alert.outbox, "outbox", NULL),                                                  \
            COLUMN(MOMENT, struct row, alert.told_at, "told_at", NULL),                                                \
            COLUMN(MOMENT, struct row, alert.tell_at, "tell_at", NULL),                                                \
            COLUMN(MOMENT, struct row, alert.closed_at, "closed_at", NULL),                                            \
            COLUMN(TEXT, struct row, alert.closed_by, "closed_by", NULL),                                              \
            COLUMN(TEXT, struct row, alert.key, "key", NULL), {                                                        \
            0                                                                                                          \
        }                                                                                                              \
    }

static bool read_alerts(struct context *context, struct column_page *page, struct error *error) {
    const struct case_filter filter = {.open = !invocation_switch(context->invocation, "all"),
                                       .but_messages = true,
                                       .after = page->after,
                                       .limit = page->limit};
    struct case_list list;
    if (page->wanted == COLUMN_PAGE_COUNT)
        return cases_count(context->database, &filter, &page->count, error);
    if (!cases_list(context->database, &filter, context->arena, &list, error))
        return false;
    page->rows = COLUMN_ROWS(list);
    return true;
}

static bool list_alerts(struct context *context, struct error *error) {
    bool all = invocation_switch(context->invocation, "all");
    const struct column columns[] = COLUMNS(all ? "STATE" : NULL);
    return columns_list_pages(
        context, columns,
        &(struct column_pages){.read = read_alerts,
                               .make = make_row,
                               .row_size = sizeof(struct row),
                               .when_empty = all ? "There never was an alert." : "No alert is open."},
        error);
}

const struct command alert_list_command = {
    .name = "alert list",
    .summary = "what needs a coordinator",
    .options = {{"all", 'a', NULL, "also those that are closed", NULL}, COLUMNS_LIMIT("the oldest so many")},
    .show = list_alerts,
};

/* In English, as everything that commands say. */
static bool print_steps(struct context *context, const struct case_row *alert, struct error *error) {
    struct service *service = context_look(context, error);
    size_t count;
    if (!service)
        return false;
    const char *const *steps = templates_steps(service->templates, alert->reason, alert, "en", context->arena, &count);
    printf("\n");
    for (size_t i = 0; !alert->closed_at && i < count; i++) {
        printf("- ");
        wrap_print(stdout, steps[i], 2, table_terminal_width(stdout), "");
    }
    if (alert->inbox)
        printf("The mail:        tandempost inbox show %" PRId64 "\n", alert->inbox);
    if (alert->partnership)
        printf("The whole story: tandempost partnership show %" PRId64 "\n", alert->partnership);
    if (!alert->closed_at)
        printf("Dealt with?      tandempost alert close %" PRId64 "\n", alert->id);
    return true;
}

static bool show_alert(struct context *context, struct error *error) {
    static const struct column columns[] = COLUMNS("STATE");
    static const struct column page[] = {
        COLUMN(NUMBER, struct row, alert.id, NULL, "Alert"),
        COLUMN_WORDS(state_words, NULL, "State"),
        COLUMN(TEXT, struct row, about, NULL, "About"),
        COLUMN(ID, struct row, alert.partnership, NULL, "Partnership"),
        COLUMN(ID, struct row, alert.participant, NULL, "Participant"),
        COLUMN(TEXT, struct row, alert.reason, NULL, "Reason"),
        COLUMN(MOMENT, struct row, alert.opened_at, NULL, "Since"),
        COLUMN(MOMENT, struct row, alert.told_at, NULL, "Told"),
        COLUMN(MOMENT, struct row, told_again, NULL, "Told again"),
        COLUMN(MOMENT, struct row, alert.closed_at, NULL, "Closed"),
        {0},
    };
    struct row *row = context->subject;
    if (!find_about(context, row, error))
        return false;
    row->told_again = row->alert.closed_at ? 0 : row->alert.tell_at;
    columns_show(context, context->invocation->json ? columns : page, row);
    return context->invocation->json || print_steps(context, &row->alert, error);
}

const struct command alert_show_command = {
    .name = "alert show",
    .summary = "one alert: about whom, why, since when",
    .arguments = ONE_ALERT,
    .show = show_alert,
};

static bool close_alert(struct context *context, struct error *error) {
    const struct case_row *alert = &((const struct row *)context->subject)->alert;
    if (alert->closed_at)
        return error_set(error, ERROR_PERMANENT, "Alert %" PRId64 " is closed already.", alert->id);
    if (!notice_close(context->service, alert, error))
        return false;
    context_tell(context, "Closed alert %" PRId64 "%s.", alert->id,
                 alert->at_once && alert->told_at ? "; who was told of it is told of this" : "");
    return true;
}

const struct command alert_close_command = {
    .name = "alert close",
    .summary = "an alert is dealt with",
    .help =
        "Closes an alert that a person has dealt with, and the mail that it is about, if that waits. The coordinators "
        "who were told of it get one mail that it is over. Should the same thing happen again, a new alert opens.",
    .flags = COMMAND_SERVICE,
    .arguments = ONE_ALERT,
    .change = close_alert,
};
