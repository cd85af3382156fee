/* alert list, alert show, alert close. */
#include <inttypes.h>
#include <stdio.h>

#include "app/notice.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/members.h"
#include "cli/output.h"
#include "cli/pairs.h"
#include "cli/reference.h"
#include "cli/wrap.h"
#include "store/cases.h"

/* STATE is shown where it may differ. */
#define COLUMNS(state)                                                                                                 \
    {"id", "ID", OUTPUT_NUMBER, false}, {"opened_at", "SINCE", OUTPUT_MOMENT, false},                                  \
        {"state", state, OUTPUT_TEXT, false}, {"about", "ABOUT", OUTPUT_TEXT, true},                                   \
        {"reason", "REASON", OUTPUT_TEXT, true}, {"kind", NULL, OUTPUT_TEXT, false},                                   \
        {"participant", NULL, OUTPUT_NUMBER, false}, {"partnership", NULL, OUTPUT_NUMBER, false},                      \
        {"inbox", NULL, OUTPUT_NUMBER, false}, {"outbox", NULL, OUTPUT_NUMBER, false},                                 \
        {"told_at", NULL, OUTPUT_MOMENT, false}, {"tell_at", NULL, OUTPUT_MOMENT, false},                              \
        {"closed_at", NULL, OUTPUT_MOMENT, false}, {"closed_by", NULL, OUTPUT_TEXT, false},                            \
        {"key", NULL, OUTPUT_TEXT, false}, {                                                                           \
        0                                                                                                              \
    }
static const struct output_column open_columns[] = {COLUMNS(NULL)};
static const struct output_column all_columns[] = {COLUMNS("STATE")};

/* "Anna Berg", or "Anna Berg and Ben Okoro". */
static bool find_about(struct context *context, const struct case_row *alert, struct arena *arena, const char **ret,
                       struct error *error) {
    struct participant participant;
    const char *names;
    *ret = "the service";
    if (alert->partnership) {
        if (!members_find_names(context->database, alert->partnership, arena, &names, error))
            return false;
        *ret = names;
    } else if (alert->participant) {
        if (!participants_find(context->database, alert->participant, arena, &participant, error))
            return false;
        *ret = participant.name;
    }
    return true;
}

static bool put_alert(struct context *context, struct output *output, const struct case_row *alert,
                      struct error *error) {
    auto_arena arena = arena_new();
    const char *about;
    if (!find_about(context, alert, arena, &about, error))
        return false;
    output_number(output, alert->id);
    output_moment(output, alert->opened_at);
    output_text_tone(output, alert->closed_at ? "closed" : "open", alert->closed_at ? TONE_FAINT : TONE_BAD);
    output_text(output, about);
    output_text(output, alert->reason);
    output_text(output, case_kind_name(alert->kind));
    output_number(output, alert->participant);
    output_number(output, alert->partnership);
    output_number(output, alert->inbox);
    output_number(output, alert->outbox);
    output_moment(output, alert->told_at);
    output_moment(output, alert->tell_at);
    output_moment(output, alert->closed_at);
    output_text(output, alert->closed_by);
    output_text(output, alert->key);
    return true;
}

static int run_list(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct case_list list;
    bool all = invocation_switch(invocation, "all");
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!cases_list(context.database, &(struct case_filter){.open = !all, .but_messages = true}, arena, &list, &error))
        return context_refuse(&error);
    struct output *output = output_new(invocation, all ? all_columns : open_columns);
    output_set_time_zone(output, context.configuration.programme.time_zone);
    for (size_t i = 0; i < list.count; i++)
        if (!put_alert(&context, output, &list.items[i], &error)) {
            output_free(output);
            return context_refuse(&error);
        }
    return output_finish(output, all ? "There never was an alert." : "No alert is open.");
}

const struct command alert_list_command = {
    .name = "alert list",
    .summary = "what needs a coordinator",
    .flags = COMMAND_LISTS,
    .options = (const struct command_option[]){{"all", 'a', NULL, "also those that are closed"}, {0}},
    .run = run_list,
};

static bool find_alert(struct context *context, struct arena *arena, struct case_row *ret, struct error *error) {
    int64_t id = 0;
    *ret = (struct case_row){0};
    if (!reference_id(invocation_argument(context->invocation, 0), "alert", "alert list --all", &id, error) ||
        !cases_find(context->database, id, arena, ret, error))
        return false;
    return ret->id || reference_none(id, "alert", "alert list --all", error);
}

/* In English, as everything that commands say. */
static bool print_steps(struct context *context, const struct case_row *alert, struct arena *arena,
                        struct error *error) {
    struct service *service = context_look(context, error);
    size_t count;
    if (!service)
        return false;
    const char *const *steps = templates_steps(service->templates, alert->reason, alert, "en", arena, &count);
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

static bool print_alert(struct context *context, const struct case_row *alert, struct arena *arena,
                        struct error *error) {
    struct pairs pairs;
    const char *about;
    if (!find_about(context, alert, arena, &about, error))
        return false;
    pairs_begin(&pairs, arena, context->configuration.programme.time_zone);
    pairs_number(&pairs, "Alert", alert->id);
    pairs_text_tone(&pairs, "State", alert->closed_at ? "closed" : "open", alert->closed_at ? TONE_FAINT : TONE_BAD);
    pairs_text(&pairs, "About", about);
    pairs_number(&pairs, "Partnership", alert->partnership);
    pairs_number(&pairs, "Participant", alert->participant);
    pairs_text(&pairs, "Reason", alert->reason);
    pairs_moment(&pairs, "Since", alert->opened_at);
    pairs_moment(&pairs, "Told", alert->told_at);
    pairs_moment(&pairs, "Told again", alert->closed_at ? 0 : alert->tell_at);
    pairs_moment(&pairs, "Closed", alert->closed_at);
    pairs_print(&pairs);
    return print_steps(context, alert, arena, error);
}

static int run_show(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct case_row alert;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!find_alert(&context, arena, &alert, &error))
        return context_refuse(&error);
    if (invocation_json(invocation)) {
        struct output *output = output_new(invocation, all_columns);
        if (put_alert(&context, output, &alert, &error))
            return output_finish_single(output);
        output_free(output);
        return context_refuse(&error);
    }
    return print_alert(&context, &alert, arena, &error) ? EXIT_DONE : context_refuse(&error);
}

static const struct command_argument one_alert[] = {{"ID", "the alert's id", .optional = false}, {0}};

const struct command alert_show_command = {
    .name = "alert show",
    .summary = "one alert: about whom, why, since when",
    .flags = COMMAND_LISTS,
    .arguments = one_alert,
    .run = run_show,
};

static bool close_alert(struct context *context, void *data, struct error *error) {
    (void)data;
    auto_arena arena = arena_new();
    struct case_row alert;
    struct service *service = context_service(context, error);
    if (!service || !find_alert(context, arena, &alert, error))
        return false;
    if (alert.closed_at)
        return error_set(error, ERROR_PERMANENT, "Alert %" PRId64 " is closed already.", alert.id);
    if (!notice_close(service, &alert, error))
        return false;
    context_tell(context, "Closed alert %" PRId64 "%s.", alert.id,
                 alert.at_once && alert.told_at ? "; who was told of it is told of this" : "");
    return true;
}

static int run_close(const struct invocation *invocation) {
    auto_context context = {0};
    int code = context_open(&context, invocation);
    return code == EXIT_DONE ? context_change(&context, close_alert, NULL) : code;
}

const struct command alert_close_command = {
    .name = "alert close",
    .summary = "an alert is dealt with",
    .help =
        "Closes an alert that a person has dealt with, and the mail that it is about, if that waits. The coordinators "
        "who were told of it get one mail that it is over. Should the same thing happen again, a new alert opens.",
    .flags = COMMAND_CHANGES,
    .arguments = one_alert,
    .run = run_close,
};
