#include "mail/automatic/bounce.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mail/automatic/auto_reply.h"
#include "mail/automatic/bounce_report.h"
#include "mail/automatic/bounce_status.h"
#include "mail/message/mailbox.h"
#include "mail/terms.h"

enum { REPORT_MAX = 65536 }; /* bytes of a report's own words that are read */

struct reading {
    const struct message *message;
    struct arena *arena;
    const char *whole_text;
    const char *text;  /* the report's words, without the returned mail */
    const char *lower; /* the same, normalised; made once, when first needed */
    struct description_bounce *bounces;
    size_t count;
};

/* All that stands in parts of message/delivery-status and its kin; with RETURNED also in mail within the mail. */
static void read_reports(struct reading *reading, const struct message_part *part, bool returned) {
    bool report = string_equal(part->type, "message") && (string_equal(part->subtype, "delivery-status") ||
                                                          string_equal(part->subtype, "global-delivery-status"));
    if (report && part->text)
        reading->count = bounce_report_read(part->text, reading->bounces, reading->count, reading->arena);
    for (size_t i = 0; (returned || string_equal(part->type, "multipart")) && i < part->child_count; i++)
        read_reports(reading, &part->children[i], returned);
}

/* The same in parts whose type a gateway has changed to plain text. */
static void read_texts(struct reading *reading, const struct message_part *part) {
    if (string_equal(part->type, "text") && part->text)
        reading->count = bounce_report_read(part->text, reading->bounces, reading->count, reading->arena);
    for (size_t i = 0; string_equal(part->type, "multipart") && i < part->child_count; i++)
        read_texts(reading, &part->children[i]);
}

static bool has_returned(const struct message_part *part) {
    for (size_t i = 0; i < part->child_count; i++) {
        const struct message_part *child = &part->children[i];
        bool embedded = string_equal(child->type, "message") || string_starts_with(child->subtype, "rfc822");
        if (embedded || (string_equal(child->type, "multipart") && has_returned(child)))
            return true;
    }
    return false;
}

static const char *words_of_report(struct reading *reading) {
    if (!reading->lower) {
        auto_text words = TEXT_EMPTY;
        text_append(&words, reading->text);
        text_append(&words, "\n.\n"); /* the subject is a sentence of its own */
        text_append(&words, reading->message->subject);
        reading->lower = bounce_status_normalise(text_string(&words), reading->arena);
    }
    return reading->lower;
}

/* X-Failed-Recipients (Exim, Gmail): a list, at times spread over several fields. */
static void read_failed_recipients(struct reading *reading) {
    for (size_t i = 0; i < reading->message->header_count; i++) {
        if (!string_equal_ignore_case(reading->message->headers[i].name, "X-Failed-Recipients"))
            continue;
        const struct message_address *list = NULL;
        size_t count = 0;
        mailbox_parse_list(reading->message->headers[i].raw, reading->arena, &list, &count);
        for (size_t j = 0; j < count && reading->count < BOUNCE_RECIPIENTS_MAX; j++) {
            if (!strchr(list[j].address, '@'))
                continue;
            const char *about = bounce_text_about(reading->text, list[j].address, reading->arena);
            reading->bounces[reading->count++] = bounce_report_failed(list[j].address, about ? about : "");
        }
    }
}

static bool has_recipient(const struct reading *reading) {
    for (size_t i = 0; i < reading->count; i++)
        if (*reading->bounces[i].recipient)
            return true;
    return false;
}

/* Fills in the recipient of entries that have none, where only one address can be meant. */
static void complete_recipients(struct reading *reading) {
    struct reading other = *reading;
    if (has_recipient(reading))
        return;
    other.bounces = arena_take_array(reading->arena, BOUNCE_RECIPIENTS_MAX, sizeof *other.bounces);
    other.count = 0;
    read_failed_recipients(&other);
    if (!other.count)
        other.count = bounce_text_read(reading->message, reading->text, other.bounces, reading->arena);
    if (!other.count && !reading->count) /* gateways that wrap another system's report say nothing themselves */
        read_reports(&other, &reading->message->root, true);
    if (!other.count && !reading->count) /* "Undeliverable: anna@example.org" */
        other.count = bounce_text_read(reading->message, reading->message->subject, other.bounces, reading->arena);
    if (!other.count && reading->count <= 1) {
        const char *recipient = bounce_original_recipient(reading->message, reading->whole_text, reading->arena);
        if (recipient) {
            other.bounces[0] = bounce_report_failed(recipient, "");
            other.count = 1;
        }
    }
    if (!other.count && !reading->count)
        other.count = bounce_text_read_names(reading->message, reading->text, other.bounces, reading->arena);
    if (!other.count)
        return;
    /* What the standard report said goes for all that the text names. */
    for (size_t i = 0; i < other.count && reading->count; i++) {
        other.bounces[i].action = reading->bounces[0].action;
        other.bounces[i].status = reading->bounces[0].status;
        if (*reading->bounces[0].diagnostic)
            other.bounces[i].diagnostic = reading->bounces[0].diagnostic;
    }
    reading->bounces = other.bounces;
    reading->count = other.count;
}

/* A code that says nothing more than "failed" yields to a telling one. */
static bool is_vague(const char *status) {
    return !*status || string_ends_with(status, ".0.0");
}

/* All that is known of why one recipient failed. */
struct evidence {
    bool of_sender;                /* the server refused before it was told the recipient */
    const char *words;             /* about this recipient, normalised */
    char code[BOUNCE_STATUS_SIZE]; /* found in the words; "" where none */
    int reply;                     /* SMTP reply code; 0 where none */
    char class;                    /* '2', '4', '5'; 0 where nothing tells */
};

static struct evidence gather(struct reading *reading, const struct description_bounce *bounce) {
    const char *about = *bounce->recipient ? bounce_text_about(reading->text, bounce->recipient, reading->arena) : NULL;
    struct evidence evidence = {
        .of_sender = about && bounce_status_refused_sender(bounce_status_normalise(about, reading->arena)),
        .words = bounce_status_normalise(bounce->diagnostic, reading->arena),
    };
    bool vague = is_vague(bounce->status), alone = reading->count == 1;
    bool told = bounce_status_find(evidence.words, evidence.code);
    if (vague && !told && *bounce->recipient && bounce_status_reason(evidence.words) == BOUNCE_REASON_UNKNOWN) {
        /* OpenSMTPD and Google put what the server said only into the text. */
        if (about)
            evidence.words = bounce_status_normalise(
                arena_format(reading->arena, "%s\n.\n%s", bounce->diagnostic, about), reading->arena);
        told = about && bounce_status_find(evidence.words, evidence.code);
    }
    if (vague && !told && alone)
        bounce_status_find(words_of_report(reading), evidence.code);
    evidence.reply = bounce_status_reply(evidence.words);
    if (!evidence.reply && alone)
        evidence.reply = bounce_status_reply(words_of_report(reading));
    evidence.class = *bounce->status ? *bounce->status : *evidence.code;
    if (!evidence.class && evidence.reply)
        evidence.class = evidence.reply < 500 ? '4' : '5';
    return evidence;
}

static enum bounce_reason reason_of(struct reading *reading, const struct description_bounce *bounce,
                                    const struct evidence *evidence) {
    enum bounce_reason reason = bounce_status_reason(evidence->words);
    enum bounce_reason coded =
        bounce_status_code(*evidence->code && is_vague(bounce->status) ? evidence->code : bounce->status);
    if (reason == BOUNCE_REASON_UNKNOWN && evidence->class == '5')
        reason = coded;
    /* "Bad destination system address": of two things called an address, the code tells which is meant. */
    if (reason == BOUNCE_REASON_ADDRESS && coded == BOUNCE_REASON_HOST)
        reason = coded;
    /* MessageLabs: "542 anna@example.org Rejected" */
    char *rejected = arena_format(reading->arena, "%s rejected", bounce->recipient);
    string_lower_ascii(rejected);
    if (reason == BOUNCE_REASON_UNKNOWN && *bounce->recipient && strstr(evidence->words, rejected))
        reason = BOUNCE_REASON_ADDRESS;
    /* With one recipient the report's other words are about it, too: Domino gives the reason only in the subject. */
    if (reason == BOUNCE_REASON_UNKNOWN && reading->count == 1 && evidence->class != '4')
        reason = bounce_status_reason(words_of_report(reading));
    if (evidence->of_sender && (reason == BOUNCE_REASON_ADDRESS || reason == BOUNCE_REASON_HOST))
        reason = BOUNCE_REASON_POLICY;
    return reason;
}

static void judge(struct reading *reading, struct description_bounce *bounce) {
    struct evidence evidence = gather(reading, bounce);
    bool failed = string_equal(bounce->action, "failed");
    enum bounce_reason reason = reason_of(reading, bounce, &evidence);
    /* A system that was refused for spam, for size or for a full mailbox says so: where it calls the failure permanent
     * and gives neither code nor reason, the address is what failed. */
    if (reason == BOUNCE_REASON_UNKNOWN && !evidence.class && !evidence.reply &&
        strstr(words_of_report(reading), "permanent"))
        reason = BOUNCE_REASON_ADDRESS;
    if (!evidence.class && failed)
        evidence.class = bounce_status_gave_up(words_of_report(reading)) ? '4' : '5';
    bounce->permanent = failed && evidence.class == '5';
    /* A name server's failure may heal. */
    bool dead = reason == BOUNCE_REASON_ADDRESS || (reason == BOUNCE_REASON_HOST && evidence.class != '4');
    if (evidence.class == '4' && terms_contain(evidence.words, "unavailable|not accept|verif|might"))
        dead = false; /* the address may be in order: "unavailable", "unverified: might not exist" */
    bounce->address_dead = failed && dead && *bounce->recipient;
    if (is_vague(bounce->status) && *evidence.code && (!*bounce->status || *evidence.code == *bounce->status))
        bounce->status = arena_copy_string(reading->arena, evidence.code);
}

static const char *action_of(enum bounce_notice notice) {
    return notice == BOUNCE_NOTICE_DELAYED ? "delayed" : notice == BOUNCE_NOTICE_DELIVERED ? "delivered" : "failed";
}

/* A report that is no notification; false where MESSAGE is none. *WHY stays where it carries one in the standard form.
 */
static bool read_report(struct reading *reading, const char **why) {
    size_t head = bounce_original_offset(reading->whole_text);
    reading->text =
        arena_copy_bytes(reading->arena, reading->whole_text, utf8_cut(reading->whole_text, head, REPORT_MAX));
    read_reports(reading, &reading->message->root, false);
    if (!reading->count) {
        bool returned = reading->whole_text[head] || has_returned(&reading->message->root);
        struct bounce_sign sign = bounce_sign_find(reading->message, reading->text, returned, reading->arena);
        if (sign.notice == BOUNCE_NOTICE_NONE)
            return false;
        *why = sign.why;
        reading->count = bounce_report_read(reading->whole_text, reading->bounces, 0, reading->arena);
        /* Dovecot and others tell of a refusal as of a mail that was read: who refused it stands there. */
        const struct message_part *disposition =
            message_find_part(&reading->message->root, "message", "disposition-notification");
        if (!reading->count && disposition && disposition->text)
            reading->count = bounce_report_read(disposition->text, reading->bounces, 0, reading->arena);
        if (!reading->count)
            read_texts(reading, &reading->message->root);
        bool standard = reading->count > 0;
        complete_recipients(reading);
        if (!reading->count)
            reading->bounces[reading->count++] = bounce_report_failed("", "");
        for (size_t i = 0; i < reading->count && !standard && sign.notice != BOUNCE_NOTICE_FAILED; i++)
            reading->bounces[i].action = action_of(sign.notice);
    } else {
        complete_recipients(reading);
    }
    return true;
}

bool bounce_recognise(const struct message *message, struct arena *arena, struct description *ret) {
    const char *whole_text = ret->whole_text;
    struct reading reading = {.message = message, .arena = arena, .whole_text = whole_text, .text = ""};
    if (auto_reply_is_challenge(message, whole_text))
        return false;
    reading.bounces = arena_take_array(arena, BOUNCE_RECIPIENTS_MAX, sizeof *reading.bounces);
    bool notified =
        bounce_report_read_notification(whole_text, reading.bounces, &reading.count, arena) == BOUNCE_REPORT_BOUNCE;
    const char *why = notified ? "it is an Amazon SES notification on a delivery"
                               : "it carries a delivery report (message/delivery-status)";
    if (!notified && !read_report(&reading, &why))
        return false;
    const char *message_id = notified ? NULL : bounce_original_message_id(message, whole_text, arena);
    for (size_t i = 0; i < reading.count; i++) {
        judge(&reading, &reading.bounces[i]);
        reading.bounces[i].message_id = notified ? reading.bounces[i].message_id : message_id;
    }
    ret->why = why;
    ret->bounces = reading.bounces;
    ret->bounce_count = reading.count;
    return true;
}
