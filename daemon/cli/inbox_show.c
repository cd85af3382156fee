/* inbox show: one incoming message, and its text where it waits for a person. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/parser.h"
#include "app/service.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/json_value.h"
#include "cli/members.h"
#include "cli/pairs.h"
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
    const struct words *words = templates_words(service->templates, shown->participant.language, arena);
    struct verb_reading reading =
        verb_read(shown->description.subject, shown->description.text, shown->participant.name, words);
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

static void print_page(const struct context *context, const struct shown *shown, struct arena *arena) {
    const struct inbox_row *row = &shown->row;
    const struct description *description = &shown->description;
    struct pairs pairs;
    pairs_begin(&pairs, arena, context->configuration.programme.time_zone);
    pairs_number(&pairs, "Inbox", row->id);
    pairs_text(&pairs, "From", describe_sender(shown, arena));
    if (shown->participant.id)
        pairs_text(&pairs, "Participant",
                   arena_format(arena, "%" PRId64 ", %s", shown->participant.id, shown->participant.name));
    if (shown->partners)
        pairs_text(&pairs, "Partnership", arena_format(arena, "%" PRId64 ", %s", row->partnership, shown->partners));
    pairs_text(&pairs, "Subject", shown->is_letter ? NULL : row->subject);
    pairs_moment(&pairs, "Received", row->received_at);
    pairs_text_tone(&pairs, "State", inbox_state_name(row->state),
                    row->state == INBOX_WAITING ? TONE_WARNING : TONE_PLAIN);
    pairs_text(&pairs, row->state == INBOX_WAITING ? "Why it waits" : "Understood as", row->reason);
    pairs_text(&pairs, "Kind", row->kind);
    if (shown->about.id)
        pairs_text(&pairs, "Answers",
                   arena_format(arena, "%s (outbox show %" PRId64 ")",
                                story_text_message(arena, shown->about.step, shown->about.occurrence),
                                shown->about.id));
    pairs_text(&pairs, "Size", pairs_format_size(arena, row->size));
    for (size_t i = 0; !shown->is_letter && i < description->part_count && pairs.count < PAIRS_MOST - 4; i++)
        if (description->parts[i].filename)
            pairs_text(&pairs, "Attached",
                       arena_format(arena, "%s (%s, %s)", description->parts[i].filename, description->parts[i].type,
                                    pairs_format_size(arena, (int64_t)description->parts[i].bytes)));
    pairs_moment(&pairs, "Dealt with", row->resolved_at);
    pairs_print(&pairs);
    print_body(shown);
}

/* ---- For programs ---- */

static int print_json(const struct shown *shown) {
    const struct inbox_row *row = &shown->row;
    bool readable = shown->bytes && !shown->is_letter;
    return json_value_print(json_pack(
        "{so so so so so so so so so so so so so so}", "id", json_integer(row->id), "state",
        json_value_text(inbox_state_name(row->state)), "kind", json_value_text(row->kind), "reason",
        json_value_text(row->reason), "sender", json_value_text(row->sender), "subject",
        json_value_text(shown->is_letter ? NULL : row->subject), "received_at", json_value_moment(row->received_at),
        "resolved_at", json_value_moment(row->resolved_at), "participant", json_value_id(row->participant),
        "partnership", json_value_id(row->partnership), "outbox", json_value_id(row->outbox), "size",
        json_integer(row->size), "letter", json_boolean(shown->is_letter), "text",
        json_value_text(readable ? shown->description.whole_text : NULL)));
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
    if (invocation_json(invocation))
        return print_json(&shown);
    print_page(&context, &shown, arena);
    return EXIT_DONE;
}

static int run_show(const struct invocation *invocation) {
    struct error error = ERROR_INIT;
    /* First of all: the parser's process must hold no database and no descriptor. */
    struct parser *parser = parser_start(&error);
    if (!parser)
        return context_refuse(&error);
    int code = show(invocation, parser);
    parser_stop(parser);
    return code;
}

const struct command inbox_show_command = {
    .name = "inbox show",
    .summary = "one incoming message: from whom, why it waits, its text",
    .help =
        "Shows an incoming message: who wrote it, what was understood of it, why a person must look, and its text as "
        "long as it waits. With --bytes it writes the message as it came. Letters between partners are never shown.",
    .flags = COMMAND_LISTS,
    .options = (const struct command_option[]){{"bytes", 0, NULL, "the message as it came, into a file or pipe"}, {0}},
    .arguments = (const struct command_argument[]){{"ID", "the message's id in the inbox", .optional = false}, {0}},
    .run = run_show,
};
