#include "mail/description.h"

#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/text.h"
#include "mail/authentication.h"
#include "mail/automatic/auto_reply.h"
#include "mail/automatic/bounce.h"
#include "mail/automatic/complaint.h"
#include "mail/calendar.h"
#include "mail/compose.h"
#include "mail/message/address.h"
#include "mail/message/mailbox.h"
#include "mail/message/parse.h"
#include "mail/reply/answers.h"
#include "mail/reply/body_text.h"
#include "mail/reply/reply_text.h"

enum { PARTS_TOLD_MAX = 200, DELIVERED_TO_MAX = 20 };

const char *mail_kind_name(enum mail_kind kind) {
    static const char *const names[] = {[MAIL_HUMAN] = "human",
                                        [MAIL_AUTO_REPLY] = "auto-reply",
                                        [MAIL_BOUNCE] = "bounce",
                                        [MAIL_COMPLAINT] = "complaint",
                                        [MAIL_UNREADABLE] = "unreadable"};
    return names[kind];
}

static struct description_address *copy_addresses(const struct message_address *list, size_t count,
                                                  struct arena *arena) {
    struct description_address *copy = arena_take_array(arena, count, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = (struct description_address){list[i].name, list[i].address};
    return copy;
}

/* The addresses to which the last server says it delivered: every one of them may carry our tag. */
static void read_delivered_to(const struct message *message, struct arena *arena, struct description *ret) {
    static const char *const names[] = {"Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To",
                                        "X-Envelope-To"};
    ret->delivered_to = arena_take_array(arena, DELIVERED_TO_MAX, sizeof *ret->delivered_to);
    for (size_t i = 0; i < message->header_count && ret->delivered_to_count < DELIVERED_TO_MAX; i++)
        for (size_t j = 0; j < COUNT_OF(names); j++)
            if (string_equal_ignore_case(message->headers[i].name, names[j])) {
                const struct message_address *list = NULL;
                size_t count = 0;
                mailbox_parse_list(message->headers[i].raw, arena, &list, &count);
                for (size_t k = 0; k < count && ret->delivered_to_count < DELIVERED_TO_MAX; k++)
                    if (*list[k].address)
                        ret->delivered_to[ret->delivered_to_count++] = list[k].address;
            }
}

/* Which of our words counts where several stand: the gravest. */
static int gravity(const char *word) {
    return string_equal(word, "report") ? 3 : string_equal(word, "help") ? 2 : word ? 1 : 0;
}

/* The first secret counts. */
static void try_tag(const char *address, const struct address_scheme *scheme, struct arena *arena,
                    struct description *ret) {
    struct address_tag tag;
    if (!address_find_tag(address, scheme, &tag))
        return;
    if (tag.purpose && !ret->has_tag) {
        ret->has_tag = true;
        ret->tag_purpose = tag.purpose;
        ret->tag_secret = arena_copy_string(arena, tag.value);
    } else if (!tag.purpose && gravity(tag.value) > gravity(ret->plain_tag)) {
        ret->plain_tag = arena_copy_string(arena, tag.value);
    }
}

/* Where the mail was really delivered tells more than what its writer put in To. A word that calls for help counts
 * wherever it stands: two copies of the mail may come, to be taken for one. */
static void find_tag(const struct description_settings *settings, struct arena *arena, struct description *ret) {
    const struct address_scheme scheme = {settings->address, settings->separator};
    for (size_t i = 0; i < ret->delivered_to_count; i++)
        try_tag(ret->delivered_to[i], &scheme, arena, ret);
    for (size_t i = 0; i < ret->to_count; i++)
        try_tag(ret->to[i].address, &scheme, arena, ret);
    for (size_t i = 0; i < ret->cc_count; i++)
        try_tag(ret->cc[i].address, &scheme, arena, ret);
    if (ret->has_tag && string_equal(ret->plain_tag, "join"))
        ret->plain_tag = NULL;
}

/* Of an embedded message: what its parts hold together. */
static size_t content_bytes(const struct message_part *part) {
    size_t bytes = part->length;
    for (size_t i = 0; i < part->child_count && !part->bytes; i++)
        bytes += content_bytes(&part->children[i]);
    return bytes;
}

static void describe_parts(const struct message_part *part, struct arena *arena, struct description *ret) {
    if (ret->part_count >= PARTS_TOLD_MAX)
        return;
    if (!ret->parts)
        ret->parts = arena_take_array(arena, PARTS_TOLD_MAX, sizeof *ret->parts);
    bool multipart = string_equal(part->type, "multipart");
    if (!multipart)
        ret->parts[ret->part_count++] = (struct description_part){
            .type = arena_format(arena, "%s/%s", part->type, part->subtype),
            .charset = part->charset,
            .filename = part->filename,
            .bytes = content_bytes(part),
        };
    for (size_t i = 0; multipart && i < part->child_count; i++)
        describe_parts(&part->children[i], arena, ret);
}

/* By the mark that we put in, never by the domain of a Message-ID: that may be our participants' domain as well. */
static bool is_ours(const struct message *message, const struct description_settings *settings) {
    const char *mark = message_header(message, COMPOSE_LOOP_HEADER);
    return mark && (!settings->loop_mark || string_equal_ignore_case(mark, settings->loop_mark));
}

static void identify_kind(const struct message *message, struct arena *arena, struct description *ret) {
    if (complaint_recognise(message, arena, ret)) {
        ret->kind = MAIL_COMPLAINT;
    } else if (bounce_recognise(message, arena, ret)) {
        ret->kind = MAIL_BOUNCE;
    } else if (auto_reply_recognise(message, arena, ret)) {
        ret->kind = MAIL_AUTO_REPLY;
    } else {
        ret->kind = MAIL_HUMAN;
        ret->why = "nothing shows that a program wrote it";
    }
}

static void read_envelope(const struct message *message, const struct description_settings *settings,
                          struct arena *arena, struct description *ret) {
    const struct message_address *from = message->from_count ? message->from : message->sender;
    if (message->from_count || message->sender_count)
        ret->from = (struct description_address){from->name, from->address};
    ret->to = copy_addresses(message->to, message->to_count, arena);
    ret->to_count = message->to_count;
    ret->cc = copy_addresses(message->cc, message->cc_count, arena);
    ret->cc_count = message->cc_count;
    read_delivered_to(message, arena, ret);
    find_tag(settings, arena, ret);
    ret->message_id = message->message_id;
    ret->in_reply_to = message->in_reply_to;
    ret->in_reply_to_count = message->in_reply_to_count;
    ret->references = message->references;
    ret->references_count = message->references_count;
    ret->subject = message->subject;
    ret->date = message->date;
    const char *return_path = message_header(message, "Return-Path");
    ret->null_sender = string_equal(return_path, "<>");
    ret->through_list = auto_reply_through_list(message);
    struct authentication_finding authentication;
    if (authentication_read(message, settings->authserv_id, arena, &authentication)) {
        ret->authserv_id = authentication.authserv_id;
        ret->dmarc = authentication.dmarc;
    }
    ret->own_message = is_ours(message, settings);
}

/* Hash of what follows the header: the same letter fetched twice has other Received fields, but the same body. */
static void hash_body(const char *bytes, size_t length, struct arena *arena, struct description *ret) {
    size_t body = 0;
    for (size_t i = 0; i + 1 < length && !body; i++)
        if (bytes[i] == '\n')
            body = bytes[i + 1] == '\n'                                             ? i + 2
                   : bytes[i + 1] == '\r' && i + 2 < length && bytes[i + 2] == '\n' ? i + 3
                                                                                    : 0;
    char hash[HASH_HEX_SIZE];
    hash_sha256_hex(bytes + body, length - body, hash);
    ret->body_hash = arena_copy_string(arena, hash);
}

void description_make(const char *bytes, size_t length, const struct description_settings *settings,
                      struct arena *arena, struct description *ret) {
    struct message message;
    struct error error = ERROR_INIT;
    *ret = (struct description){.kind = MAIL_UNREADABLE,
                                .why = "",
                                .from = {"", ""},
                                .message_id = "",
                                .subject = "",
                                .text = "",
                                .whole_text = "",
                                .body_hash = ""};
    hash_body(bytes, length, arena, ret);
    if (!message_parse(bytes, length, arena, &message, &error)) {
        ret->why = arena_copy_string(arena, error.message);
        return;
    }
    read_envelope(&message, settings, arena, ret);
    ret->whole_text = body_text_make(&message);
    struct reply_text reply;
    reply_text_extract(ret->whole_text, arena_format(arena, "%s %s", ret->from.name, ret->from.address), arena, &reply);
    ret->text = reply.text;
    if (reply.warning)
        message_warn(&message, "%s", reply.warning);
    if (reply.quoted)
        answers_find_quoted(reply.quoted, arena, &ret->answers, &ret->answer_count);
    else
        answers_find(reply.own, ret->whole_text, arena, &ret->answers, &ret->answer_count);
    identify_kind(&message, arena, ret);
    calendar_read_reply(&message, arena, &ret->calendar);
    describe_parts(&message.root, arena, ret);
    if (!message.header_count && !*ret->whole_text) {
        ret->kind = MAIL_UNREADABLE;
        ret->why = "it has neither a header nor a readable text";
    }
    ret->warnings = message.warnings;
    ret->warning_count = message.warning_count;
}
