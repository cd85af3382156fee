/* inbox show: one incoming message, and its text where it waits for a person. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/parser.h"
#include "app/service.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/members.h"
#include "cli/reference.h"
#include "cli/story_text.h"
#include "cli/wrap.h"
#include "mail/message/address.h"
#include "programme/verb.h"
#include "store/inbox.h"
#include "store/outbox.h"

struct shown {
    struct inbox_row row;
    const char *bytes; /* NULL: not kept */
    size_t length;
    struct description description; /* of the bytes */
    bool is_letter;                 /* from one partner to another: nobody else reads it */
    struct participant participant; /* id 0: nobody known */
    const char *partners;           /* NULL: no partnership */
    struct outbox_row about;
};

/* ---- Reading ---- */

static bool is_partner(struct context *context, int64_t sender, const char *address, struct arena *arena, bool *ret,
                       struct error *error) {
    auto_string key = address_key(address);
    struct participant other;
    struct partnership_list together;
    *ret = false;
    if (!key)
        return true;
    if (!participants_find_by_address(context->database, key, arena, &other, error) ||
        !partnerships_list(context->database, &(struct partnership_filter){.participant = sender}, arena, &together,
                           error))
        return false;
    for (size_t i = 0; other.id && other.id != sender && i < together.count; i++)
        for (size_t j = 0; j < together.items[i].member_count; j++)
            *ret = *ret || together.items[i].members[j] == other.id;
    return true;
}

static bool any_partner(struct context *context, int64_t sender, const struct description_address *addresses,
                        size_t count, struct arena *arena, bool *ret, struct error *error) {
    for (size_t i = 0; i < count && !*ret; i++)
        if (!is_partner(context, sender, addresses[i].address, arena, ret, error))
            return false;
    return true;
}

/* Sent to the partnership's address, but meant for the coordinators: it went to the help or report address as well,
 * reports, or is nothing but a word to them, or its writer was asked and said so. */
static bool is_for_coordinators(struct context *context, const struct shown *shown, struct arena *arena, bool *ret,
                                struct error *error) {
    struct outbox_row question;
    struct service *service = context_look(context, error);
    if (!service)
        return false;
    struct verb_reading reading = verb_read(
        shown->description.subject, shown->description.text,
        &(struct verb_context){.words = templates_words(service->templates, shown->participant.language, arena),
                               .name = shown->participant.name,
                               .today = shown->row.received_at / SECONDS_PER_DAY,
                               .arena = arena});
    const char *key = arena_format(arena, "letter-question/%" PRId64, shown->row.id);
    if (!outbox_find_by_key(context->database, key, arena, &question, error))
        return false;
    *ret = shown->row.state == INBOX_WAITING &&
           (shown->description.plain_tag || (reading.verb != VERB_NONE && !reading.inside) ||
            (question.id && question.answered_at));
    return true;
}

/* Written to the partnership's address, or to a partner with a copy to us. */
static bool find_letter(struct context *context, struct shown *shown, struct arena *arena, struct error *error) {
    const struct description *description = &shown->description;
    bool for_coordinators = false;
    if (!is_for_coordinators(context, shown, arena, &for_coordinators, error))
        return false;
    if (for_coordinators)
        return true;
    shown->is_letter = description->has_tag && description->tag_purpose == 'p';
    if (!shown->participant.id)
        return true;
    return any_partner(context, shown->participant.id, description->to, description->to_count, arena, &shown->is_letter,
                       error) &&
           any_partner(context, shown->participant.id, description->cc, description->cc_count, arena, &shown->is_letter,
                       error);
}

static bool describe(struct context *context, struct parser *parser, struct shown *shown, struct arena *arena,
                     struct error *error) {
    const struct programme_settings *programme = &context->configuration.programme;
    const struct description_settings settings = {
        .address = programme->separator ? programme->address : strchr(programme->address, '@'),
        .separator = programme->separator,
        .authserv_id = programme->authserv_id,
    };
    const struct sandbox_input input = {shown->bytes, shown->length};
    return parser_describe(parser, &settings, &input, 1, arena, &shown->description, error) &&
           find_letter(context, shown, arena, error);
}

static bool read_all(struct context *context, struct parser *parser, struct shown *shown, struct arena *arena,
                     struct error *error) {
    int64_t id = 0;
    struct database *database = context->database;
    if (!reference_id(invocation_argument(context->invocation, 0), "incoming message", "inbox list --all", &id,
                      error) ||
        !inbox_find(database, id, arena, &shown->row, error))
        return false;
    const struct inbox_row *row = &shown->row;
    if (!row->id)
        return reference_none(id, "incoming message", "inbox list --all", error);
    return inbox_content(database, id, arena, &shown->bytes, &shown->length, error) &&
           (!row->participant || participants_find(database, row->participant, arena, &shown->participant, error)) &&
           (!row->partnership || members_find_names(database, row->partnership, arena, &shown->partners, error)) &&
           (!row->outbox || outbox_find(database, row->outbox, arena, &shown->about, error)) &&
           (!shown->bytes || describe(context, parser, shown, arena, error));
}

/* ---- For people ---- */

static const char *describe_sender(const struct shown *shown, struct arena *arena) {
    const struct description_address *from = &shown->description.from;
    if (!shown->bytes || string_is_empty(from->address))
        return shown->row.sender;
    return string_is_empty(from->name) ? from->address : arena_format(arena, "%s <%s>", from->name, from->address);
}

static void print_text(const char *text) {
    size_t width = table_terminal_width(stdout);
    printf("  ");
    wrap_print(stdout, text, 2, width, "");
}

static void print_body(const struct shown *shown) {
    const struct description *description = &shown->description;
    printf("\n");
    if (shown->is_letter)
        wrap_print(stdout,
                   "This is a letter to a partner: its text is for the partner alone. If it has not arrived there, ask "
                   "the writer to send it again to the partner.",
                   0, table_terminal_width(stdout), "");
    else if (!shown->bytes && shown->row.state == INBOX_WAITING)
        printf("Its text was not fetched: read it in the mailbox.\n");
    else if (!shown->bytes)
        printf("Its text is no longer kept here.\n");
    else if (string_is_empty(description->whole_text))
        printf("It has no text.\n");
    else
        print_text(description->whole_text);
    if (shown->row.state == INBOX_WAITING)
        printf("\nDealt with? tandempost inbox resolve %" PRId64 "\n", shown->row.id);
}

/* What people see besides the row, in words. */
struct page {
    struct inbox_row mail;
    const char *from, *participant, *partnership, *subject, *state_reason, *understood, *answers;
    struct column_list attached;
};

enum { ATTACHED_MOST = 24 };

static struct column_words state_words(const void *page, struct arena *arena) {
    enum inbox_state state = ((const struct page *)page)->mail.state;
    (void)arena;
    return (struct column_words){inbox_state_name(state), state == INBOX_WAITING ? TONE_WARNING : TONE_PLAIN};
}

static struct column_list list_attached(const struct shown *shown, struct arena *arena) {
    struct column_list list = {arena_take_array(arena, ATTACHED_MOST, sizeof *list.items), 0};
    for (size_t i = 0; !shown->is_letter && i < shown->description.part_count && list.count < ATTACHED_MOST; i++) {
        const struct description_part *part = &shown->description.parts[i];
        if (part->filename)
            list.items[list.count++] = arena_format(arena, "%s (%s, %s)", part->filename, part->type,
                                                    columns_format_size(arena, (int64_t)part->bytes));
    }
    return list;
}

static void print_page(const struct context *context, const struct shown *shown) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct page, mail.id, NULL, "Inbox"),
        COLUMN(TEXT, struct page, from, NULL, "From"),
        COLUMN(TEXT, struct page, participant, NULL, "Participant"),
        COLUMN(TEXT, struct page, partnership, NULL, "Partnership"),
        COLUMN(TEXT, struct page, subject, NULL, "Subject"),
        COLUMN(MOMENT, struct page, mail.received_at, NULL, "Received"),
        COLUMN_WORDS(state_words, NULL, "State"),
        COLUMN(TEXT, struct page, state_reason, NULL, "Why it waits"),
        COLUMN(TEXT, struct page, understood, NULL, "Understood as"),
        COLUMN(TEXT, struct page, mail.kind, NULL, "Kind"),
        COLUMN(TEXT, struct page, answers, NULL, "Answers"),
        COLUMN(SIZE, struct page, mail.size, NULL, "Size"),
        COLUMN(LINES, struct page, attached, NULL, "Attached"),
        COLUMN(MOMENT, struct page, mail.resolved_at, NULL, "Dealt with"),
        {0},
    };
    const struct inbox_row *row = &shown->row;
    const struct participant *person = &shown->participant;
    struct arena *arena = context->arena;
    bool waits = row->state == INBOX_WAITING;
    const struct page page = {
        .mail = *row,
        .from = describe_sender(shown, arena),
        .participant = person->id ? arena_format(arena, "%" PRId64 ", %s", person->id, person->name) : NULL,
        .partnership =
            shown->partners ? arena_format(arena, "%" PRId64 ", %s", row->partnership, shown->partners) : NULL,
        .subject = shown->is_letter ? NULL : row->subject,
        .state_reason = waits ? row->reason : NULL,
        .understood = waits ? NULL : row->reason,
        .answers = shown->about.id ? arena_format(arena, "%s (outbox show %" PRId64 ")",
                                                  story_text_message(arena, shown->about.step, shown->about.occurrence),
                                                  shown->about.id)
                                   : NULL,
        .attached = list_attached(shown, arena),
    };
    columns_show(context, columns, &page);
    print_body(shown);
}

/* ---- For programs ---- */

static struct column_words text_words(const void *row, struct arena *arena) {
    const struct shown *shown = row;
    (void)arena;
    bool readable = shown->bytes && !shown->is_letter;
    return (struct column_words){readable ? shown->description.whole_text : NULL, TONE_PLAIN};
}

static struct column_words subject_words(const void *row, struct arena *arena) {
    const struct shown *shown = row;
    (void)arena;
    return (struct column_words){shown->is_letter ? NULL : shown->row.subject, TONE_PLAIN};
}

static struct column_words state_name(const void *row, struct arena *arena) {
    (void)arena;
    return (struct column_words){inbox_state_name(((const struct shown *)row)->row.state), TONE_PLAIN};
}

static void print_json(const struct context *context, const struct shown *shown) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct shown, row.id, "id", NULL),
        COLUMN_WORDS(state_name, "state", NULL),
        COLUMN(TEXT, struct shown, row.kind, "kind", NULL),
        COLUMN(TEXT, struct shown, row.reason, "reason", NULL),
        COLUMN(TEXT, struct shown, row.sender, "sender", NULL),
        COLUMN_WORDS(subject_words, "subject", NULL),
        COLUMN(MOMENT, struct shown, row.received_at, "received_at", NULL),
        COLUMN(MOMENT, struct shown, row.resolved_at, "resolved_at", NULL),
        COLUMN(ID, struct shown, row.participant, "participant", NULL),
        COLUMN(ID, struct shown, row.partnership, "partnership", NULL),
        COLUMN(ID, struct shown, row.outbox, "outbox", NULL),
        COLUMN(NUMBER, struct shown, row.size, "size", NULL),
        COLUMN(BOOLEAN, struct shown, is_letter, "letter", NULL),
        COLUMN_WORDS(text_words, "text", NULL),
        {0},
    };
    columns_show(context, columns, shown);
}

static int print_bytes(const struct shown *shown) {
    if (shown->is_letter)
        return command_refuse("Message %" PRId64 " is a letter to a partner: nobody else reads it.", shown->row.id);
    if (!shown->bytes)
        return command_refuse("The text of message %" PRId64 " is not kept here.", shown->row.id);
    if (isatty(STDOUT_FILENO))
        return command_refuse("The message as it came may hold anything, also what confuses a terminal. Write it to a "
                              "file: tandempost inbox show %" PRId64 " --bytes > mail.eml",
                              shown->row.id);
    fwrite(shown->bytes, 1, shown->length, stdout);
    return EXIT_DONE;
}

static int show(const struct invocation *invocation, struct parser *parser) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    struct shown shown = {0};
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!read_all(&context, parser, &shown, arena, &error))
        return context_refuse(&error);
    if (invocation_switch(invocation, "bytes"))
        return print_bytes(&shown);
    if (invocation->json)
        print_json(&context, &shown);
    else
        print_page(&context, &shown);
    return EXIT_DONE;
}

static int run_show(const struct invocation *invocation) {
    return context_with_parser(invocation, show);
}

const struct command inbox_show_command = {
    .name = "inbox show",
    .summary = "one incoming message: from whom, why it waits, its text",
    .help =
        "Shows an incoming message: who wrote it, what was understood of it, why a person must look, and its text as "
        "long as it waits. With --bytes it writes the message as it came. Letters between partners are never shown.",
    .flags = COMMAND_LISTS,
    .options = {{"bytes", 0, NULL, "the message as it came, into a file or pipe", NULL}},
    .arguments = {{"ID", "the message's id in the inbox", NULL, ARGUMENT_NEEDED}},
    .run = run_show,
};
