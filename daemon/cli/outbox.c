/* outbox list, show, cancel, retry. */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/json_value.h"
#include "cli/members.h"
#include "cli/reference.h"
#include "cli/story_text.h"
#include "cli/tones.h"
#include "store/outbox.h"

struct row {
    struct outbox_row message; /* first: its state's words are those of the outbox */
    const char *recipient;     /* by name */
    int64_t when;              /* it was sent, or is tried next */
};

static bool find_message(struct context *context, const char *typed, struct error *error) {
    struct row *row = context->subject = arena_take(context->arena, sizeof *row);
    int64_t id = 0;
    return reference_id(typed, "outgoing message", "outbox list", &id, error) &&
           outbox_find(context->database, id, context->arena, &row->message, error) &&
           (row->message.id || reference_none(id, "outgoing message", "outbox list", error));
}

#define ONE_MESSAGE                                                                                                    \
    {                                                                                                                  \
        {                                                                                                              \
            "ID", "the message's id in the outbox", &(const struct command_value){.find = find_message},               \
                ARGUMENT_NEEDED                                                                                        \
        }                                                                                                              \
    }

static bool is_letter(const struct outbox_row *message) {
    return message->priority == PRIORITY_LETTER;
}

static struct column_words name_message(const void *row, struct arena *arena) {
    const struct outbox_row *message = row;
    static const struct {
        const char *template_name, *words;
    } to_coordinators[] = {
        {"coordinator-alert", "an alert"},
        {"coordinator-clear", "an alert is over"},
        {"coordinator-waiting", "what waits"},
        {"coordinator-done", "what a reply did"},
    };
    if (is_letter(message))
        return (struct column_words){"a letter", TONE_PLAIN};
    for (size_t i = 0; message->coordinator && i < COUNT_OF(to_coordinators); i++)
        if (string_equal(message->template_name, to_coordinators[i].template_name))
            return (struct column_words){to_coordinators[i].words, TONE_PLAIN};
    return (struct column_words){story_text_message(arena, message->step, message->occurrence), TONE_PLAIN};
}

static bool complete_row(struct context *context, struct row *row, struct error *error) {
    const struct outbox_row *message = &row->message;
    struct participant participant;
    row->recipient = message->coordinator ? message->coordinator : message->address;
    row->when = message->sent_at ? message->sent_at : message->next_try_at;
    if (!message->participant)
        return true;
    if (!participants_find(context->database, message->participant, context->arena, &participant, error))
        return false;
    row->recipient = participant.name;
    return true;
}

static bool make_row(struct context *context, const void *item, void *row, struct error *error) {
    ((struct row *)row)->message = *(const struct outbox_row *)item;
    return complete_row(context, row, error);
}

/* ---- list ---- */

static bool read_outbox(struct context *context, struct column_page *page, struct error *error) {
    struct outbox_list list;
    enum outbox_state state;
    bool one_state = model_find_outbox_state(invocation_option(context->invocation, "state"), &state);
    const struct outbox_filter filter = {.state = one_state ? &state : NULL,
                                         .participant = context->people[0].id,
                                         .partnership = context->partnership.id,
                                         .after = page->after,
                                         .limit = page->limit};
    if (page->wanted == COLUMN_PAGE_COUNT)
        return outbox_count(context->database, &filter, &page->count, error);
    if (page->wanted == COLUMN_PAGE_NEWEST)
        return outbox_before_newest(context->database, &filter, page->limit, &page->after, error);
    if (!outbox_list(context->database, &filter, context->arena, &list, error))
        return false;
    page->rows = COLUMN_ROWS(list);
    return true;
}

static bool list_outbox(struct context *context, struct error *error) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct row, message.id, "id", "ID"),
        COLUMN_WORDS(tones_outbox, "state", "STATE"),
        COLUMN_LONG_WORDS(name_message, "message", "MESSAGE"),
        COLUMN(LONG, struct row, recipient, "to", "TO"),
        COLUMN(MOMENT, struct row, when, "at", "WHEN"),
        COLUMN(LONG, struct row, message.reason, "reason", "WHY"),
        COLUMN(TEXT, struct row, message.step, "step", NULL),
        COLUMN(NUMBER, struct row, message.occurrence, "occurrence", NULL),
        COLUMN(TEXT, struct row, message.recipient, "address", NULL),
        COLUMN(MOMENT, struct row, message.due_at, "due_at", NULL),
        COLUMN(MOMENT, struct row, message.expires_at, "expires_at", NULL),
        COLUMN(MOMENT, struct row, message.sent_at, "sent_at", NULL),
        COLUMN(NUMBER, struct row, message.attempts, "attempts", NULL),
        {0},
    };
    return columns_list_pages(context, columns,
                              &(struct column_pages){.read = read_outbox,
                                                     .make = make_row,
                                                     .row_size = sizeof(struct row),
                                                     .newest = true,
                                                     .when_empty = "No such message."},
                              error);
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
    .options = {{"state", 0, "STATE", "only those in this state",
                 COMMAND_CHOICE("queued, sending, sent, failed, uncertain, held, cancelled and expired")},
                {"participant", 0, "PERSON", "only those to this participant", &reference_to_participant},
                {"partnership", 0, "ID", "only those of this partnership", &reference_to_partnership},
                COLUMNS_LIMIT("the newest so many")},
    .show = list_outbox,
};

/* ---- show ---- */

struct page {
    struct row row; /* first, as above */
    const char *to, *partnership, *template_name, *server_said;
    int64_t next_try_at;
};

static const char *describe_reply(struct arena *arena, const struct outbox_row *message) {
    if (!message->reply_code && string_is_empty(message->reply_text))
        return NULL;
    /* Most servers' texts begin with the code. */
    const char *number = message->reply_code ? arena_format(arena, "%" PRId64, message->reply_code) : "";
    const char *text = message->reply_text ? message->reply_text : "";
    return string_starts_with(text, number) ? text : arena_format(arena, "%s %s", number, text);
}

static const struct column history_columns[] = {
    COLUMN(MOMENT, struct event, at, "at", "WHEN"),
    COLUMN(LONG, struct event, what, "what", "WHAT"),
    COLUMN(TEXT, struct event, actor, "actor", "WHO"),
    COLUMN(LONG, struct event, why, "why", "WHY"),
    {0},
};

static bool print_page(struct context *context, const struct row *row, struct event_list *history,
                       struct error *error) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct page, row.message.id, NULL, "Outbox"),
        COLUMN_WORDS(name_message, NULL, "Message"),
        COLUMN(TEXT, struct page, to, NULL, "To"),
        COLUMN_WORDS(tones_outbox, NULL, "State"),
        COLUMN(TEXT, struct page, row.message.reason, NULL, "Why"),
        COLUMN(TEXT, struct page, partnership, NULL, "Partnership"),
        COLUMN(MOMENT, struct page, row.message.due_at, NULL, "Due"),
        COLUMN(MOMENT, struct page, row.message.expires_at, NULL, "Too late from"),
        COLUMN(ID, struct page, row.message.attempts, NULL, "Tries"),
        COLUMN(MOMENT, struct page, next_try_at, NULL, "Next try"),
        COLUMN(MOMENT, struct page, row.message.sent_at, NULL, "Sent"),
        COLUMN(TEXT, struct page, server_said, NULL, "Server said"),
        COLUMN(TEXT, struct page, row.message.asks, NULL, "Asks"),
        COLUMN(MOMENT, struct page, row.message.answered_at, NULL, "Answered"),
        COLUMN(TEXT, struct page, row.message.message_id, NULL, "Message-ID"),
        COLUMN(TEXT, struct page, template_name, NULL, "Template"),
        COLUMN(SIZE, struct page, row.message.size, NULL, "Size"),
        COLUMN(TEXT, struct page, row.message.key, NULL, "Key"),
        {0},
    };
    struct arena *arena = context->arena;
    const struct outbox_row *message = &row->message;
    const char *names = NULL;
    if (message->partnership && !members_find_names(context->database, message->partnership, arena, &names, error))
        return false;
    bool elsewhere = message->recipient && !string_equal(message->recipient, row->recipient),
         put_off = message->state == OUTBOX_QUEUED && message->next_try_at > message->due_at;
    const struct page page = {
        .row = *row,
        .to = elsewhere ? arena_format(arena, "%s <%s>", row->recipient, message->recipient) : row->recipient,
        .partnership = names ? arena_format(arena, "%" PRId64 ", %s", message->partnership, names) : NULL,
        .template_name = is_letter(message) ? NULL : message->template_name,
        .server_said = describe_reply(arena, message),
        .next_try_at = put_off ? message->next_try_at : 0,
    };
    columns_show(context, columns, &page);
    for (size_t i = 0; i < history->count; i++)
        history->items[i].what += string_starts_with(history->items[i].what, "outbox ") ? strlen("outbox ") : 0;
    printf("\n");
    columns_list(context, history_columns, COLUMN_ROWS(*history), NULL);
    return true;
}

static void print_json(const struct row *row, const struct event_list *history) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct row, message.id, "id", NULL),
        COLUMN_WORDS(tones_outbox, "state", NULL),
        COLUMN_WORDS(name_message, "message", NULL),
        COLUMN(TEXT, struct row, recipient, "to", NULL),
        COLUMN(TEXT, struct row, message.recipient, "address", NULL),
        COLUMN(TEXT, struct row, message.reason, "reason", NULL),
        COLUMN(TEXT, struct row, message.step, "step", NULL),
        COLUMN(NUMBER, struct row, message.occurrence, "occurrence", NULL),
        COLUMN(TEXT, struct row, message.template_name, "template", NULL),
        COLUMN(TEXT, struct row, message.template_hash, "template_hash", NULL),
        COLUMN(ID, struct row, message.participant, "participant", NULL),
        COLUMN(ID, struct row, message.partnership, "partnership", NULL),
        COLUMN(MOMENT, struct row, message.due_at, "due_at", NULL),
        COLUMN(MOMENT, struct row, message.expires_at, "expires_at", NULL),
        COLUMN(MOMENT, struct row, message.next_try_at, "next_try_at", NULL),
        COLUMN(NUMBER, struct row, message.attempts, "attempts", NULL),
        COLUMN(MOMENT, struct row, message.sent_at, "sent_at", NULL),
        COLUMN(TEXT, struct row, message.asks, "asks", NULL),
        COLUMN(MOMENT, struct row, message.answered_at, "answered_at", NULL),
        COLUMN(ID, struct row, message.reply_code, "reply_code", NULL),
        COLUMN(TEXT, struct row, message.reply_text, "reply_text", NULL),
        COLUMN(TEXT, struct row, message.message_id, "message_id", NULL),
        COLUMN(ID, struct row, message.size, "size", NULL),
        COLUMN(TEXT, struct row, message.key, "key", NULL),
        {0},
    };
    json_t *object = columns_object(columns, row);
    json_object_set_new(object, "history", columns_array(history_columns, COLUMN_ROWS(*history)));
    json_value_print(object);
}

static bool print_bytes(struct context *context, const struct outbox_row *message, struct error *error) {
    const char *bytes;
    size_t length;
    if (is_letter(message))
        return error_set(error, ERROR_PERMANENT,
                         "Message %" PRId64 " is a letter from one partner to another: nobody else reads it.",
                         message->id);
    if (!outbox_content(context->database, message->id, context->arena, &bytes, &length, error))
        return false;
    if (!bytes)
        return error_set(error, ERROR_PERMANENT, "Message %" PRId64 " is %s: there are no bytes of it %s.", message->id,
                         outbox_state_name(message->state),
                         message->state == OUTBOX_QUEUED || message->state == OUTBOX_HELD ? "yet" : "any more");
    fwrite(bytes, 1, length, stdout);
    return true;
}

static bool show_message(struct context *context, struct error *error) {
    struct row *row = context->subject;
    struct event_list events;
    if (invocation_switch(context->invocation, "bytes"))
        return print_bytes(context, &row->message, error);
    if (!complete_row(context, row, error) ||
        !events_list(context->database, &(struct event_filter){.outbox = row->message.id}, context->arena, &events,
                     error))
        return false;
    if (!context->invocation->json)
        return print_page(context, row, &events, error);
    print_json(row, &events);
    return true;
}

const struct command outbox_show_command = {
    .name = "outbox show",
    .summary = "one outgoing message: its states, tries and the server's words",
    .help =
        "Shows all that is known of an outgoing message but its text: for whom, its states over time, how often it "
        "was tried, what the mail server said. With --bytes it writes the message itself, as it goes over the wire, "
        "as long as it is kept: until it is sent. Letters between partners are never shown.",
    .options = {{"bytes", 0, NULL, "the message itself, while it is kept", NULL}},
    .arguments = ONE_MESSAGE,
    .show = show_message,
};

/* ---- cancel ---- */

static bool cancel(struct context *context, struct error *error) {
    const struct outbox_row *message = context->subject;
    struct event_cause cause = context_cause(context, NULL);
    const struct outbox_changes changes = {.reason = "cancelled by a coordinator"};
    if (message->state != OUTBOX_QUEUED && message->state != OUTBOX_HELD)
        return error_set(error, ERROR_PERMANENT,
                         "Message %" PRId64 " is %s; only what is queued or held can be cancelled.", message->id,
                         outbox_state_name(message->state));
    if (!outbox_enter_state(context->database, message->id, message->state, OUTBOX_CANCELLED, &changes, &cause, error))
        return false;
    context_tell(context, "Cancelled message %" PRId64 ": it is not sent.", message->id);
    return true;
}

const struct command outbox_cancel_command = {
    .name = "outbox cancel",
    .summary = "a message that is queued or held is not sent",
    .arguments = ONE_MESSAGE,
    .change = cancel,
};

/* ---- retry ---- */

/* How long a message that a person sends again may still wait for its turn. */
enum { NEW_EXPIRY = 3 * SECONDS_PER_DAY };

/* What would hold it back again at once is told instead. */
static bool check_recipient(struct context *context, const struct outbox_row *row, struct error *error) {
    struct arena *arena = context->arena;
    struct participant participant;
    struct partnership partnership = {.state = PARTNERSHIP_ACTIVE};
    if (!row->participant)
        return true;
    if (!participants_find(context->database, row->participant, arena, &participant, error) ||
        (row->partnership && !partnerships_find(context->database, row->partnership, arena, &partnership, error)))
        return false;
    if (participant_has_left(participant.state))
        return error_set(error, ERROR_PERMANENT, "Participant %" PRId64 " has left the programme.", participant.id);
    if (participant.state == PARTICIPANT_PAUSED)
        return error_set(error, ERROR_PERMANENT,
                         "Participant %" PRId64 ", %s, pauses. Their messages go on with: tandempost participant "
                         "resume %" PRId64,
                         participant.id, participant.name, participant.id);
    if (participant.address_state == ADDRESS_DEAD)
        return error_set(error, ERROR_PERMANENT,
                         "Mail to participant %" PRId64 ", %s, comes back. Mend that first: tandempost participant "
                         "update %" PRId64 " --address ADDRESS, or --address-works",
                         participant.id, participant.name, participant.id);
    if (partnership.state == PARTNERSHIP_HELD || partnership.state == PARTNERSHIP_FROZEN)
        return error_set(error, ERROR_PERMANENT,
                         "Partnership %" PRId64
                         " is %s. Its messages go on with: tandempost partnership resume %" PRId64,
                         partnership.id, partnership_state_name(partnership.state), partnership.id);
    if (partnership.state == PARTNERSHIP_DISSOLVED)
        return error_set(error, ERROR_PERMANENT, "Partnership %" PRId64 " was dissolved.", partnership.id);
    return true;
}

static bool retry(struct context *context, struct error *error) {
    const struct outbox_row *row = context->subject;
    struct event_cause cause = context_cause(context, NULL);
    int64_t now = clock_now();
    struct outbox_changes changes = {.next_try_at = now};
    bool queued = row->state == OUTBOX_QUEUED;
    if (!queued && row->state != OUTBOX_HELD && row->state != OUTBOX_FAILED && row->state != OUTBOX_UNCERTAIN)
        return error_set(error, ERROR_PERMANENT,
                         "Message %" PRId64 " is %s; only what is queued, held or failed is sent.", row->id,
                         outbox_state_name(row->state));
    if (!queued && row->expires_at <= now)
        changes.expires_at = now + NEW_EXPIRY;
    if (!check_recipient(context, row, error) ||
        (!queued &&
         !outbox_enter_state(context->database, row->id, row->state, OUTBOX_QUEUED, &changes, &cause, error)) ||
        !outbox_hurry(context->database, row->id, now, PRIORITY_ANSWER, error))
        return false;
    context_tell(context, "Message %" PRId64 " goes out with the next ones%s.", row->id,
                 changes.expires_at ? "; its time was over, it has three days more now" : "");
    return true;
}

const struct command outbox_retry_command = {
    .name = "outbox retry",
    .summary = "a message that is queued, held or failed is sent now",
    .help = "Sends a message that is held or has failed, or one that waits for its recipient's morning: at once, at "
            "whatever hour. Where nobody knows whether the first one arrived, the recipient may get it twice; mail "
            "programs show both as one, as it keeps its Message-ID. One whose time is over gets three days more.",
    .arguments = ONE_MESSAGE,
    .change = retry,
};
