/* inbox list, inbox resolve. */
#include <inttypes.h>

#include "app/notice.h"
#include "base/clock.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/reference.h"
#include "store/inbox.h"
#include "store/notes.h"

/* ---- inbox list ---- */

struct row {
    struct inbox_row mail;
    const char *from; /* the participant's name, else the address */
};

static struct column_words state_words(const void *row, struct arena *arena) {
    enum inbox_state state = ((const struct row *)row)->mail.state;
    (void)arena;
    return (struct column_words){inbox_state_name(state), state == INBOX_WAITING ? TONE_WARNING : TONE_PLAIN};
}

static bool make_row(struct context *context, const void *item, void *row, struct error *error) {
    const struct inbox_row *mail = item;
    struct participant participant = {.name = mail->sender};
    if (mail->participant &&
        !participants_find(context->database, mail->participant, context->arena, &participant, error))
        return false;
    *(struct row *)row = (struct row){*mail, participant.id ? participant.name : mail->sender};
    return true;
}

static bool read_inbox(struct context *context, struct column_page *page, struct error *error) {
    static const enum inbox_state waiting = INBOX_WAITING;
    struct inbox_list list;
    const struct inbox_filter filter = {.state = invocation_switch(context->invocation, "all") ? NULL : &waiting,
                                        .after = page->after,
                                        .limit = page->limit};
    if (page->wanted == COLUMN_PAGE_COUNT)
        return inbox_count(context->database, &filter, &page->count, error);
    if (page->wanted == COLUMN_PAGE_NEWEST)
        return inbox_before_newest(context->database, &filter, page->limit, &page->after, error);
    if (!inbox_list(context->database, &filter, context->arena, &list, error))
        return false;
    page->rows = COLUMN_ROWS(list);
    return true;
}

static bool list_inbox(struct context *context, struct error *error) {
    bool all = invocation_switch(context->invocation, "all");
    /* All that wait have the same state: no column for it. */
    const struct column columns[] = {
        COLUMN(NUMBER, struct row, mail.id, "id", "ID"),
        COLUMN(MOMENT, struct row, mail.received_at, "received_at", "RECEIVED"),
        COLUMN_WORDS(state_words, "state", all ? "STATE" : NULL),
        COLUMN(LONG, struct row, from, "from", "FROM"),
        COLUMN(LONG, struct row, mail.subject, "subject", all ? NULL : "SUBJECT"),
        COLUMN(LONG, struct row, mail.reason, "reason", all ? "UNDERSTOOD AS" : "WHY IT WAITS"),
        COLUMN(TEXT, struct row, mail.kind, "kind", NULL),
        COLUMN(TEXT, struct row, mail.sender, "sender", NULL),
        COLUMN(NUMBER, struct row, mail.participant, "participant", NULL),
        COLUMN(NUMBER, struct row, mail.partnership, "partnership", NULL),
        COLUMN(NUMBER, struct row, mail.outbox, "outbox", NULL),
        COLUMN(MOMENT, struct row, mail.resolved_at, "resolved_at", NULL),
        {0},
    };
    return columns_list_pages(
        context, columns,
        &(struct column_pages){.read = read_inbox,
                               .make = make_row,
                               .row_size = sizeof(struct row),
                               .newest = true,
                               .when_empty = all ? "Nothing has come in yet." : "No message waits for a person."},
        error);
}

const struct command inbox_list_command = {
    .name = "inbox list",
    .summary = "incoming messages that wait for a person, or all",
    .options = {{"all", 'a', NULL, "also those that were handled", NULL}, COLUMNS_LIMIT("the newest so many")},
    .show = list_inbox,
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

static bool resolve_one(struct context *context, size_t argument, struct error *error) {
    auto_arena arena = arena_new();
    const char *note = invocation_option(context->invocation, "note");
    struct inbox_row row;
    if (!find_row(context, argument, arena, &row, error))
        return false;
    if (row.state != INBOX_WAITING)
        return error_set(error, ERROR_PERMANENT, "Message %" PRId64 " waits for nobody: it is %s.", row.id,
                         inbox_state_name(row.state));
    if (!notice_resolve(context->service, row.id, error) || (note && !add_note(context, &row, note, error)))
        return false;
    context_tell(context, "Message %" PRId64 " is dealt with; its text is no longer kept here.", row.id);
    return true;
}

static bool resolve(struct context *context, struct error *error) {
    for (size_t i = 0; i < context->invocation->argument_count; i++)
        if (!resolve_one(context, i, error))
            return false;
    return true;
}

const struct command inbox_resolve_command = {
    .name = "inbox resolve",
    .summary = "waiting messages are dealt with",
    .help = "Says that a person has dealt with messages that waited, all that are named or none. Their subjects and "
            "texts are emptied here; in the mailbox they stay where they are. With --note a few words are kept in the "
            "story of the partnership or the participant whom each belongs to.",
    .flags = COMMAND_SERVICE,
    .options = {{"note", 0, "TEXT", "what was done about it, for other coordinators", NULL}},
    .arguments = {{"ID", "a message's id in the inbox", NULL, ARGUMENT_REPEATED}},
    .change = resolve,
};
