/* inbox list, inbox resolve. */
#include <inttypes.h>
#include <stdio.h>

#include "app/notice.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "cli/reference.h"
#include "store/inbox.h"
#include "store/notes.h"

/* ---- inbox list ---- */

static bool put_row(struct context *context, struct output *output, const struct inbox_row *row, struct error *error) {
    auto_arena arena = arena_new();
    struct participant participant = {0};
    if (row->participant && !participants_find(context->database, row->participant, arena, &participant, error))
        return false;
    output_number(output, row->id);
    output_moment(output, row->received_at);
    output_text_tone(output, inbox_state_name(row->state), row->state == INBOX_WAITING ? TONE_WARNING : TONE_PLAIN);
    output_text(output, participant.id ? participant.name : row->sender);
    output_text(output, row->subject);
    output_text(output, row->reason);
    output_text(output, row->kind);
    output_text(output, row->sender);
    output_number(output, row->participant);
    output_number(output, row->partnership);
    output_number(output, row->outbox);
    output_moment(output, row->resolved_at);
    return true;
}

/* STATE and SUBJECT are shown where they tell something. */
#define COLUMNS(state, subject, reason)                                                                                \
    {"id", "ID", OUTPUT_NUMBER, false}, {"received_at", "RECEIVED", OUTPUT_MOMENT, false},                             \
        {"state", state, OUTPUT_TEXT, false}, {"from", "FROM", OUTPUT_TEXT, true},                                     \
        {"subject", subject, OUTPUT_TEXT, true}, {"reason", reason, OUTPUT_TEXT, true},                                \
        {"kind", NULL, OUTPUT_TEXT, false}, {"sender", NULL, OUTPUT_TEXT, false},                                      \
        {"participant", NULL, OUTPUT_NUMBER, false}, {"partnership", NULL, OUTPUT_NUMBER, false},                      \
        {"outbox", NULL, OUTPUT_NUMBER, false}, {"resolved_at", NULL, OUTPUT_MOMENT, false}, {                         \
        0                                                                                                              \
    }
static const struct output_column waiting_columns[] = {COLUMNS(NULL, "SUBJECT", "WHY IT WAITS")};
static const struct output_column all_columns[] = {COLUMNS("STATE", NULL, "UNDERSTOOD AS")};

static int run_list(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct inbox_list list;
    const enum inbox_state waiting = INBOX_WAITING;
    int64_t limit = 0;
    bool all = invocation_switch(invocation, "all");
    const char *most = invocation_option(invocation, "limit");
    if (most && (!string_to_integer(most, &limit) || limit <= 0))
        return command_usage_error(invocation, "--limit is a number of messages, not \"%s\".", most);
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    const struct inbox_filter filter = {.state = all ? NULL : &waiting, .limit = (size_t)limit};
    if (!inbox_list(context.database, &filter, arena, &list, &error))
        return context_refuse(&error);
    struct output *output = output_new(invocation, all ? all_columns : waiting_columns);
    output_set_time_zone(output, context.configuration.programme.time_zone);
    for (size_t i = 0; i < list.count; i++)
        if (!put_row(&context, output, &list.items[i], &error)) {
            output_free(output);
            return context_refuse(&error);
        }
    return output_finish(output, all ? "Nothing has come in yet." : "No message waits for a person.");
}

const struct command inbox_list_command = {
    .name = "inbox list",
    .summary = "incoming messages that wait for a person, or all",
    .flags = COMMAND_LISTS,
    .options = (const struct command_option[]){{"all", 'a', NULL, "also those that were handled"},
                                               {"limit", 0, "NUMBER", "the newest so many"},
                                               {0}},
    .run = run_list,
};

/* ---- inbox resolve ---- */

static bool find_row(struct context *context, size_t argument, struct arena *arena, struct inbox_row *ret,
                     struct error *error) {
    int64_t id = 0;
    *ret = (struct inbox_row){0};
    if (!reference_id(invocation_argument(context->invocation, argument), "incoming message", "inbox list --all", &id,
                      error) ||
        !inbox_find(context->database, id, arena, ret, error))
        return false;
    return ret->id || reference_none(id, "incoming message", "inbox list --all", error);
}

static bool add_note(struct context *context, const struct inbox_row *row, const char *text, struct error *error) {
    const struct note note = {
        .partnership = row->partnership,
        .participant = row->participant,
        .author = context_user(context),
        .at = clock_now(),
        .text = text,
    };
    int64_t id;
    if (!row->partnership && !row->participant)
        return error_set(error, ERROR_PERMANENT,
                         "Message %" PRId64
                         " belongs to no participant and no partnership: there is nobody at whom the "
                         "note could be kept.",
                         row->id);
    return notes_add(context->database, &note, &id, error);
}

static bool resolve_one(struct context *context, struct service *service, size_t argument, struct error *error) {
    auto_arena arena = arena_new();
    const char *note = invocation_option(context->invocation, "note");
    struct inbox_row row;
    if (!find_row(context, argument, arena, &row, error))
        return false;
    if (row.state != INBOX_WAITING)
        return error_set(error, ERROR_PERMANENT, "Message %" PRId64 " waits for nobody: it is %s.", row.id,
                         inbox_state_name(row.state));
    if (!notice_resolve(service, row.id, error) || (note && !add_note(context, &row, note, error)))
        return false;
    context_tell(context, "Message %" PRId64 " is dealt with; its text is no longer kept here.", row.id);
    return true;
}

static bool resolve(struct context *context, void *data, struct error *error) {
    (void)data;
    struct service *service = context_service(context, error);
    for (size_t i = 0; service && i < invocation_argument_count(context->invocation); i++)
        if (!resolve_one(context, service, i, error))
            return false;
    return service != NULL;
}

static int run_resolve(const struct invocation *invocation) {
    auto_context context = {0};
    int code = context_open(&context, invocation);
    return code == EXIT_DONE ? context_change(&context, resolve, NULL) : code;
}

const struct command inbox_resolve_command = {
    .name = "inbox resolve",
    .summary = "waiting messages are dealt with",
    .help = "Says that a person has dealt with messages that waited, all that are named or none. Their subjects and "
            "texts are emptied here; in the mailbox they stay where they are. With --note a few words are kept in the "
            "story of the partnership or the participant whom each belongs to.",
    .flags = COMMAND_CHANGES,
    .options =
        (const struct command_option[]){{"note", 0, "TEXT", "what was done about it, for other coordinators"}, {0}},
    .arguments = (const struct command_argument[]){{"ID", "a message's id in the inbox", .repeated = true}, {0}},
    .run = run_resolve,
};
