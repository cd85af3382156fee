/* outbox list, outbox show. */
#include <inttypes.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/json_value.h"
#include "cli/members.h"
#include "cli/output.h"
#include "cli/pairs.h"
#include "cli/reference.h"
#include "cli/story_text.h"
#include "store/outbox.h"

static enum table_tone state_tone(enum outbox_state state) {
    switch (state) {
    case OUTBOX_QUEUED:
    case OUTBOX_SENDING:
        return TONE_PLAIN;
    case OUTBOX_SENT:
        return TONE_GOOD;
    case OUTBOX_FAILED:
        return TONE_BAD;
    case OUTBOX_UNCERTAIN:
    case OUTBOX_HELD:
    case OUTBOX_EXPIRED:
        return TONE_WARNING;
    case OUTBOX_CANCELLED:
        return TONE_FAINT;
    }
    return TONE_PLAIN;
}

static bool is_letter(const struct outbox_row *row) {
    return row->priority == PRIORITY_LETTER;
}

static const char *message_name(struct arena *arena, const struct outbox_row *row) {
    if (is_letter(row))
        return "a letter";
    if (row->coordinator && string_equal(row->template_name, "coordinator-alert"))
        return "an alert";
    if (row->coordinator && string_equal(row->template_name, "coordinator-clear"))
        return "an alert is over";
    if (row->coordinator && string_equal(row->template_name, "coordinator-waiting"))
        return "what waits";
    return story_text_message(arena, row->step, row->occurrence);
}

/* Whom it is for, by name. */
static bool find_recipient(struct context *context, const struct outbox_row *row, struct arena *arena, const char **ret,
                           struct error *error) {
    struct participant participant;
    *ret = row->coordinator ? row->coordinator : row->address;
    if (!row->participant)
        return true;
    if (!participants_find(context->database, row->participant, arena, &participant, error))
        return false;
    *ret = participant.name;
    return true;
}

/* ---- outbox list ---- */

static bool put_row(struct context *context, struct output *output, const struct outbox_row *row, struct error *error) {
    auto_arena arena = arena_new();
    const char *recipient;
    if (!find_recipient(context, row, arena, &recipient, error))
        return false;
    output_number(output, row->id);
    output_text_tone(output, outbox_state_name(row->state), state_tone(row->state));
    output_text(output, message_name(arena, row));
    output_text(output, recipient);
    output_moment(output, row->sent_at ? row->sent_at : row->next_try_at);
    output_text(output, row->reason);
    output_text(output, row->step);
    output_number(output, row->occurrence);
    output_text(output, row->recipient);
    output_moment(output, row->due_at);
    output_moment(output, row->expires_at);
    output_moment(output, row->sent_at);
    output_number(output, row->attempts);
    return true;
}

static bool read_filter(struct context *context, struct arena *arena, struct outbox_filter *ret, struct error *error) {
    const char *person = invocation_option(context->invocation, "participant"),
               *partnership_id = invocation_option(context->invocation, "partnership");
    struct participant participant;
    struct partnership partnership;
    if (person && !reference_participant(context->database, person, arena, &participant, error))
        return false;
    if (partnership_id && !reference_partnership(context->database, partnership_id, arena, &partnership, error))
        return false;
    ret->participant = person ? participant.id : 0;
    ret->partnership = partnership_id ? partnership.id : 0;
    return true;
}

static int run_list(const struct invocation *invocation) {
    static const struct output_column columns[] = {
        {"id", "ID", OUTPUT_NUMBER, false},         {"state", "STATE", OUTPUT_TEXT, false},
        {"message", "MESSAGE", OUTPUT_TEXT, true},  {"to", "TO", OUTPUT_TEXT, true},
        {"at", "WHEN", OUTPUT_MOMENT, false},       {"reason", "WHY", OUTPUT_TEXT, true},
        {"step", NULL, OUTPUT_TEXT, false},         {"occurrence", NULL, OUTPUT_NUMBER, false},
        {"address", NULL, OUTPUT_TEXT, false},      {"due_at", NULL, OUTPUT_MOMENT, false},
        {"expires_at", NULL, OUTPUT_MOMENT, false}, {"sent_at", NULL, OUTPUT_MOMENT, false},
        {"attempts", NULL, OUTPUT_NUMBER, false},   {0},
    };
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct outbox_filter filter = {0};
    struct outbox_list list;
    enum outbox_state state;
    int64_t limit = 0;
    const char *state_name = invocation_option(invocation, "state"), *most = invocation_option(invocation, "limit");
    if (state_name && !model_find_outbox_state(state_name, &state))
        return command_usage_error(
            invocation,
            "There is no state \"%s\"; there are queued, sending, sent, failed, uncertain, held, "
            "cancelled and expired.",
            state_name);
    if (most && (!string_to_integer(most, &limit) || limit <= 0))
        return command_usage_error(invocation, "--limit is a number of messages, not \"%s\".", most);
    filter.state = state_name ? &state : NULL;
    filter.limit = (size_t)limit;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!read_filter(&context, arena, &filter, &error) || !outbox_list(context.database, &filter, arena, &list, &error))
        return context_refuse(&error);
    struct output *output = output_new(invocation, columns);
    output_set_time_zone(output, context.configuration.programme.time_zone);
    for (size_t i = 0; i < list.count; i++)
        if (!put_row(&context, output, &list.items[i], &error)) {
            output_free(output);
            return context_refuse(&error);
        }
    return output_finish(output, "No such message.");
}

const struct command outbox_list_command = {
    .name = "outbox list",
    .summary = "outgoing messages: what was sent, what waits, what failed",
    .help =
        "Lists outgoing messages, the newest last. WHEN is when it was sent, or the next try.\n"
        "queued: goes out when its time comes. sending: on the wire. sent: the mail server took it. failed: refused "
        "for good. uncertain: the connection was lost before the server's answer. held: kept back until what "
        "stands under WHY is over, or a person decides (outbox retry, outbox cancel). cancelled: no longer wanted. "
        "expired: it came too late to be of use.",
    .flags = COMMAND_LISTS,
    .options =
        (const struct command_option[]){
            {"state", 0, "STATE", "only those in this state"},
            {"participant", 0, "PERSON", "only those to this participant"},
            {"partnership", 0, "ID", "only those of this partnership"},
            {"limit", 0, "NUMBER", "the newest so many"},
            {0},
        },
    .run = run_list,
};

/* ---- outbox show ---- */

static void print_history(struct context *context, const struct event_list *events) {
    static const struct output_column columns[] = {
        {"at", "WHEN", OUTPUT_MOMENT, false},
        {"what", "WHAT", OUTPUT_TEXT, true},
        {"actor", "WHO", OUTPUT_TEXT, false},
        {"why", "WHY", OUTPUT_TEXT, true},
        {0},
    };
    struct output *output = output_new(context->invocation, columns);
    output_set_time_zone(output, context->configuration.programme.time_zone);
    for (size_t i = 0; i < events->count; i++) {
        const struct event *event = &events->items[i];
        output_moment(output, event->at);
        output_text(output, string_starts_with(event->what, "outbox ") ? event->what + 7 : event->what);
        output_text(output, event->actor);
        output_text(output, event->why);
    }
    printf("\n");
    output_finish(output, NULL);
}

static const char *describe_reply(struct arena *arena, const struct outbox_row *row) {
    if (!row->reply_code && string_is_empty(row->reply_text))
        return NULL;
    /* Most servers' texts begin with the code. */
    const char *number = row->reply_code ? arena_format(arena, "%" PRId64, row->reply_code) : "";
    const char *text = row->reply_text ? row->reply_text : "";
    return string_starts_with(text, number) ? text : arena_format(arena, "%s %s", number, text);
}

static bool print_page(struct context *context, const struct outbox_row *row, const char *recipient,
                       const struct event_list *events, struct arena *arena, struct error *error) {
    struct pairs pairs;
    const char *names = NULL;
    if (row->partnership && !members_find_names(context->database, row->partnership, arena, &names, error))
        return false;
    bool waits = row->state == OUTBOX_QUEUED;
    pairs_begin(&pairs, arena, context->configuration.programme.time_zone);
    pairs_number(&pairs, "Outbox", row->id);
    pairs_text(&pairs, "Message", message_name(arena, row));
    pairs_text(&pairs, "To",
               row->recipient && !string_equal(row->recipient, recipient)
                   ? arena_format(arena, "%s <%s>", recipient, row->recipient)
                   : recipient);
    pairs_text_tone(&pairs, "State", outbox_state_name(row->state), state_tone(row->state));
    pairs_text(&pairs, "Why", row->reason);
    if (names)
        pairs_text(&pairs, "Partnership", arena_format(arena, "%" PRId64 ", %s", row->partnership, names));
    pairs_moment(&pairs, "Due", row->due_at);
    pairs_moment(&pairs, "Too late from", row->expires_at);
    pairs_number(&pairs, "Tries", row->attempts);
    if (waits && row->next_try_at > row->due_at)
        pairs_moment(&pairs, "Next try", row->next_try_at);
    pairs_moment(&pairs, "Sent", row->sent_at);
    pairs_text(&pairs, "Server said", describe_reply(arena, row));
    if (row->asks)
        pairs_text(&pairs, "Asks", row->asks);
    pairs_moment(&pairs, "Answered", row->answered_at);
    pairs_text(&pairs, "Message-ID", row->message_id);
    if (!is_letter(row))
        pairs_text(&pairs, "Template", row->template_name);
    if (row->size)
        pairs_text(&pairs, "Size", pairs_format_size(arena, row->size));
    pairs_text(&pairs, "Key", row->key);
    pairs_print(&pairs);
    print_history(context, events);
    return true;
}

static int print_json(const struct outbox_row *row, const char *recipient, const struct event_list *events,
                      struct arena *arena) {
    json_t *history = json_array(), *object = json_object();
    for (size_t i = 0; i < events->count; i++) {
        const struct event *event = &events->items[i];
        json_array_append_new(history, json_pack("{so so so so}", "at", json_value_moment(event->at), "what",
                                                 json_value_text(event->what), "actor", json_value_text(event->actor),
                                                 "why", json_value_text(event->why)));
    }
    const struct {
        const char *name;
        json_t *value;
    } fields[] = {
        {"id", json_integer(row->id)},
        {"state", json_value_text(outbox_state_name(row->state))},
        {"message", json_value_text(message_name(arena, row))},
        {"to", json_value_text(recipient)},
        {"address", json_value_text(row->recipient)},
        {"reason", json_value_text(row->reason)},
        {"step", json_value_text(row->step)},
        {"occurrence", json_integer(row->occurrence)},
        {"template", json_value_text(row->template_name)},
        {"template_hash", json_value_text(row->template_hash)},
        {"participant", json_value_id(row->participant)},
        {"partnership", json_value_id(row->partnership)},
        {"due_at", json_value_moment(row->due_at)},
        {"expires_at", json_value_moment(row->expires_at)},
        {"next_try_at", json_value_moment(row->next_try_at)},
        {"attempts", json_integer(row->attempts)},
        {"sent_at", json_value_moment(row->sent_at)},
        {"asks", json_value_text(row->asks)},
        {"answered_at", json_value_moment(row->answered_at)},
        {"reply_code", json_value_id(row->reply_code)},
        {"reply_text", json_value_text(row->reply_text)},
        {"message_id", json_value_text(row->message_id)},
        {"size", json_value_id(row->size)},
        {"key", json_value_text(row->key)},
        {"history", history},
    };
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        json_object_set_new(object, fields[i].name, fields[i].value);
    return json_value_print(object);
}

static int print_bytes(struct context *context, const struct outbox_row *row, struct arena *arena,
                       struct error *error) {
    const char *bytes;
    size_t length;
    if (is_letter(row))
        return command_refuse("Message %" PRId64 " is a letter from one partner to another: nobody else reads it.",
                              row->id);
    if (!outbox_content(context->database, row->id, arena, &bytes, &length, error))
        return context_refuse(error);
    if (!bytes)
        return command_refuse("Message %" PRId64 " is %s: there are no bytes of it %s.", row->id,
                              outbox_state_name(row->state),
                              row->state == OUTBOX_QUEUED || row->state == OUTBOX_HELD ? "yet" : "any more");
    fwrite(bytes, 1, length, stdout);
    return EXIT_DONE;
}

static int run_show(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct outbox_row row = {0};
    struct event_list events;
    const char *recipient;
    int64_t id = 0;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!reference_id(invocation_argument(invocation, 0), "outgoing message", "outbox list", &id, &error) ||
        !outbox_find(context.database, id, arena, &row, &error))
        return context_refuse(&error);
    if (!row.id) {
        reference_none(id, "outgoing message", "outbox list", &error);
        return context_refuse(&error);
    }
    if (invocation_switch(invocation, "bytes"))
        return print_bytes(&context, &row, arena, &error);
    if (!find_recipient(&context, &row, arena, &recipient, &error) ||
        !events_list(context.database, &(struct event_filter){.outbox = row.id}, arena, &events, &error))
        return context_refuse(&error);
    if (invocation_json(invocation))
        return print_json(&row, recipient, &events, arena);
    return print_page(&context, &row, recipient, &events, arena, &error) ? EXIT_DONE : context_refuse(&error);
}

const struct command outbox_show_command = {
    .name = "outbox show",
    .summary = "one outgoing message: its states, tries and the server's words",
    .help =
        "Shows all that is known of an outgoing message but its text: for whom, its states over time, how often it "
        "was tried, what the mail server said. With --bytes it writes the message itself, as it goes over the wire, "
        "as long as it is kept: until it is sent. Letters between partners are never shown.",
    .flags = COMMAND_LISTS,
    .options = (const struct command_option[]){{"bytes", 0, NULL, "the message itself, while it is kept"}, {0}},
    .arguments = (const struct command_argument[]){{"ID", "the message's id in the outbox", .optional = false}, {0}},
    .run = run_show,
};
