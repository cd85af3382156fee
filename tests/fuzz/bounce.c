/* Reports about deliveries: the input as a whole mail, as the fields of a delivery status, or as the words of a mail
 * server. Its length says which, so that any mail is a seed. */
#include <string.h>

#include "harness.h"
#include "mail/automatic/bounce.h"
#include "mail/automatic/complaint.h"
#include "mail/html/html_text.h"
#include "mail/message/charset.h"
#include "mail/message/parse.h"

void fuzz_prepare(void) {
    charset_prepare();
    html_text_prepare();
}

static void check_bounces(const struct description_bounce *bounces, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const char *const told[] = {bounces[i].recipient, bounces[i].action, bounces[i].status, bounces[i].diagnostic,
                                    bounces[i].message_id};
        for (size_t j = 0; j < COUNT_OF(told); j++)
            fuzz_check_line(told[j]);
        check(!bounces[i].permanent || !*bounces[i].status || bounces[i].status[0] == '5');
        check(!*bounces[i].message_id || bounces[i].message_id[0] == '<');
    }
}

static void wrap(struct text *mail, const char *bytes, size_t length) {
    static const char *const before[] = {
        "",
        ("From: MAILER-DAEMON@example.net\r\nSubject: Undelivered\r\n"
         "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\n"
         "Content-Type: message/delivery-status\r\n\r\n"),
        "Return-Path: <>\r\nFrom: Mail Delivery System <postmaster@example.net>\r\nSubject: Delivery failure\r\n\r\n",
        ("From: abuse@example.net\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
         "--b\r\nContent-Type: message/feedback-report\r\n\r\n"),
    };
    text_append(mail, before[length % COUNT_OF(before)]);
    text_append_bytes(mail, bytes, length);
    if (strstr(before[length % COUNT_OF(before)], "--b"))
        text_append(mail,
                    "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <1@example.org>\r\n\r\nx\r\n--b--");
}

void fuzz_try(const char *bytes, size_t length) {
    auto_arena arena = arena_new();
    auto_text mail = TEXT_EMPTY;
    struct message message;
    struct error error = ERROR_INIT;
    wrap(&mail, bytes, length);
    if (!message_parse(text_string(&mail), mail.length, arena, &message, &error))
        return;
    auto_string text = fuzz_string(bytes, length);
    auto_text valid = TEXT_EMPTY;
    size_t text_length = strlen(text);
    /* As body_text_make gives it: UTF-8 with LF line ends. */
    for (size_t i = 0; i < text_length;) {
        uint32_t codepoint = utf8_next(text, text_length, &i);
        if (codepoint != '\r')
            text_append_codepoint(&valid, codepoint);
    }
    struct description bounce = {.whole_text = text_string(&valid)}, complaint = bounce;
    if (bounce_recognise(&message, arena, &bounce)) {
        fuzz_check_line(bounce.why);
        check_bounces(bounce.bounces, bounce.bounce_count);
    }
    if (complaint_recognise(&message, arena, &complaint)) {
        fuzz_check_line(complaint.why);
        check(complaint.bounce_count > 0);
        check_bounces(complaint.bounces, complaint.bounce_count);
    }
}
