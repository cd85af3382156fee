#include "mail/automatic/complaint.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mail/automatic/bounce_report.h"

/* Reports in the same form that complain of nothing: the recipient took the mail out of the spam folder (RFC 6430), or
 * the sender's domain is told that its authentication failed (RFC 6591). The action of an entry; "" for complaints. */
static const char *action_of(const char *type) {
    static const char *const harmless[] = {"not-spam", "auth-failure"};
    for (size_t i = 0; i < COUNT_OF(harmless); i++)
        if (string_starts_with_ignore_case(type, harmless[i]))
            return harmless[i];
    return "";
}

static void add(struct description *finding, const char *recipient) {
    for (size_t i = 0; i < finding->bounce_count; i++)
        if (string_equal_ignore_case(finding->bounces[i].recipient, recipient))
            return;
    if (finding->bounce_count < BOUNCE_RECIPIENTS_MAX)
        finding->bounces[finding->bounce_count++] = (struct description_bounce){
            .recipient = recipient, .action = "", .status = "", .diagnostic = "", .message_id = ""};
}

/* Original-Rcpt-To may stand there several times (RFC 5965 section 3.3). */
static void read_report(const char *report, struct arena *arena, struct description *finding, struct text *type) {
    size_t length;
    for (const char *line; (line = string_next_line(&report, &length));) {
        if (strncasecmp(line, "Original-Rcpt-To:", 17) == 0) {
            const char *address = bounce_report_address(arena_copy_bytes(arena, line + 17, length - 17), arena);
            if (*address)
                add(finding, address);
        } else if (strncasecmp(line, "Feedback-Type:", 14) == 0 && !type->length) {
            char *value = arena_copy_bytes(arena, line + 14, length - 14);
            string_trim(value);
            text_append_printable(type, value);
        }
    }
}

/* Outlook.com's Junk Mail Reporting: no report part, only the mail complained about under a subject that says so, with
 * the recipient in a field of its own. */
static const char *outlook_recipient(const struct message *message) {
    const struct message_part *part = message_find_part(&message->root, "message", "rfc822");
    const char *recipient =
        part && part->child_count ? message_part_header(&part->children[0], "X-HmXmrOriginalRecipient") : NULL;
    bool said = string_starts_with_ignore_case(message->subject, "complaint about message from");
    return recipient ? recipient : said && part ? "" : NULL;
}

bool complaint_recognise(const struct message *message, struct arena *arena, struct description *ret) {
    struct description finding = *ret;
    const char *action = "";
    const struct message_part *report = message_find_part(&message->root, "message", "feedback-report");
    const char *apple = message_header(message, "X-Apple-Unsubscribe"), *outlook = outlook_recipient(message);
    finding.bounces = arena_take_array(arena, BOUNCE_RECIPIENTS_MAX, sizeof *finding.bounces);
    if (report && report->text) {
        auto_text type = TEXT_EMPTY;
        read_report(report->text, arena, &finding, &type);
        action = action_of(text_string(&type));
        finding.why =
            arena_format(arena, "it carries a feedback report%s%s", type.length ? ": " : "", text_string(&type));
    } else if (bounce_report_read_notification(finding.whole_text, finding.bounces, &finding.bounce_count, arena) ==
               BOUNCE_REPORT_COMPLAINT) {
        finding.why = "it is an Amazon SES notification on a complaint";
    } else if (outlook) {
        finding.why = "it passes a mail back as complained about";
        add(&finding, bounce_report_address(outlook, arena));
    } else if (string_equal_ignore_case(apple, "true")) {
        finding.why = "X-Apple-Unsubscribe: true";
        if (message->from_count)
            add(&finding, message->from[0].address);
    } else {
        return false;
    }
    if (!finding.bounce_count) {
        const char *recipient = bounce_original_recipient(message, finding.whole_text, arena);
        add(&finding, recipient ? recipient : "");
    }
    const char *message_id = bounce_original_message_id(message, finding.whole_text, arena);
    for (size_t i = 0; i < finding.bounce_count; i++) {
        if (!*finding.bounces[i].message_id)
            finding.bounces[i].message_id = message_id;
        if (report)
            finding.bounces[i].action = action;
    }
    *ret = finding;
    return true;
}
