/* How many mails a second are described, plainly and in the sandbox, and what the sandbox costs: `make bench-inbound`.
 * The mails are made here: short replies with quoted history, HTML, bounces, and one
 * in ten with an attachment of 200 KB. Plain and sandboxed runs take turns, so that whatever else the machine does
 * slows both alike; the medians count. With a second processor a worker computes while its answers are read, which can
 * make up for more than the sandbox costs. Fails where the sandbox takes more than a third at the batch sizes that the
 * receiver uses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/parser.h"
#include "base/clock.h"
#include "base/text.h"
#include "mail/html/html_text.h"
#include "mail/message/charset.h"

enum { MAILS = 200, TURNS = 7, RECEIVER_BATCH = 100 };

static const struct description_settings settings = {
    .address = "iln@example.org", .separator = '+', .authserv_id = "mx.example.org", .loop_mark = "example"};

static void append_header(struct text *mail, size_t number, const char *subject) {
    text_append_format(mail,
                       "Return-Path: <anna%1$zu@example.net>\r\n"
                       "Delivered-To: iln+rabcdefghijklmnop@example.org\r\n"
                       "Authentication-Results: mx.example.org; dmarc=pass header.from=example.net; spf=pass\r\n"
                       "Received: from mail.example.net (mail.example.net [192.0.2.1])\r\n"
                       "\tby mx.example.org with ESMTPS id 4X%1$zu; Mon, 23 Nov 2026 09:12:01 +0000\r\n"
                       "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=mail;\r\n"
                       "\th=from:to:subject:date; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=dGVzdA==\r\n"
                       "From: =?utf-8?Q?Anna_Bj=C3=B6rk?= <anna%1$zu@example.net>\r\n"
                       "To: ILN <iln+rabcdefghijklmnop@example.org>\r\n"
                       "Subject: %2$s\r\nMessage-ID: <letter-%1$zu@example.net>\r\n"
                       "In-Reply-To: <q%1$zu@example.org>\r\nReferences: <p@example.org> <q%1$zu@example.org>\r\n"
                       "Date: Mon, 23 Nov 2026 10:12:00 +0100\r\nMIME-Version: 1.0\r\n",
                       number, subject);
}

static void append_history(struct text *mail, const char *mark) {
    static const char *const lines[] = {"Dear Anna,",
                                        "",
                                        "one short question: how is it going with your partner in Chile?",
                                        "",
                                        "1 all is well",
                                        "2 slowly",
                                        "3 I have not heard from my partner",
                                        "4 help",
                                        "Reply with one digit. If you answer 3 or 4, a coordinator will look at it."};
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < COUNT_OF(lines); i++)
            text_append_format(mail, "%s%s\r\n", mark, lines[i]);
}

static void make_reply(struct text *mail, size_t number) {
    append_header(mail, number, "Re: How is it going, Anna?");
    text_append(mail, "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
                      "1\r\n\r\nWe write every week, it is a joy. Thank you!\r\n\r\n"
                      "On Mon, 23 Nov 2026 at 09:00, ILN <iln@example.org> wrote:\r\n");
    append_history(mail, "> ");
    text_append(mail, "-- \r\nAnna Bj\xC3\xB6rk\r\n");
}

static void make_html(struct text *mail, size_t number) {
    append_header(mail, number, "=?utf-8?B?UmU6IEhvdyBpcyBpdCBnb2luZz8=?=");
    text_append(mail,
                "Content-Type: multipart/alternative; boundary=\"=_alternative\"\r\n\r\n--=_alternative\r\n"
                "Content-Type: text/html; charset=utf-8\r\n\r\n<html><head><style>p { margin: 0 }</style></head>"
                "<body><div dir=\"ltr\"><p>Hello,</p><p>2, <b>slowly</b>. We both have little time.</p></div>"
                "<div class=\"gmail_quote\"><div>On Monday ILN wrote:</div><blockquote class=\"gmail_quote\">\r\n");
    append_history(mail, "<p>");
    text_append(mail, "<table><tr><td>1</td><td>well</td></tr></table></blockquote></div></body></html>\r\n"
                      "--=_alternative--\r\n");
}

static void make_bounce(struct text *mail, size_t number) {
    text_append_format(mail,
                       "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.net (Mail Delivery System)\r\n"
                       "To: iln+babcdefghijklmnop@example.org\r\nSubject: Undelivered Mail Returned to Sender\r\n"
                       "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
                       "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n"
                       "--b\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you.\r\n"
                       "<dead%1$zu@example.net>: host mx.example.net said: 550 5.1.1 User unknown\r\n"
                       "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
                       "Final-Recipient: rfc822; dead%1$zu@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n"
                       "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n"
                       "--b\r\nContent-Type: message/rfc822\r\n\r\n",
                       number);
    make_reply(mail, number);
    text_append(mail, "--b--\r\n");
}

static void make_attachment(struct text *mail, size_t number) {
    append_header(mail, number, "A picture of our garden");
    text_append(mail, "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
                      "Content-Type: text/plain; charset=utf-8\r\n\r\nHere is our garden.\r\n--m\r\n"
                      "Content-Type: image/jpeg; name=\"garden.jpg\"\r\nContent-Transfer-Encoding: base64\r\n"
                      "Content-Disposition: attachment; filename=\"garden.jpg\"\r\n\r\n");
    for (size_t length = 0; length < 200 * 1024; length += 57)
        text_append(mail, "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoM\r\n");
    text_append(mail, "--m--\r\n");
}

static double describe_plainly(const struct sandbox_input *mails, size_t count, size_t batch) {
    int64_t began = clock_monotonic_ms();
    size_t done = 0;
    do {
        for (size_t start = 0; start < count; start += batch) {
            auto_arena all = arena_new();
            for (size_t i = start; i < start + batch && i < count; i++) {
                /* What a worker does, and what is done with its answer. */
                auto_arena arena = arena_new();
                struct description made, read;
                struct error error = ERROR_INIT;
                description_make(mails[i].bytes, mails[i].length, &settings, arena, &made);
                auto_string json = description_to_json(&made, NULL);
                require(description_from_json(json, strlen(json), all, &read, &error));
                done++;
            }
        }
    } while (clock_monotonic_ms() - began < 300);
    return 1000.0 * (double)done / (double)(clock_monotonic_ms() - began);
}

static double describe_sandboxed(struct parser *parser, const struct sandbox_input *mails, size_t count, size_t batch) {
    int64_t began = clock_monotonic_ms();
    size_t done = 0;
    struct description *read = memory_new_array(batch, sizeof *read);
    do {
        for (size_t start = 0; start < count; start += batch) {
            auto_arena arena = arena_new();
            struct error error = ERROR_INIT;
            size_t many = count - start < batch ? count - start : batch;
            require(parser_describe(parser, &settings, mails + start, many, arena, read, &error));
            for (size_t i = 0; i < many; i++)
                require(read[i].kind != MAIL_UNREADABLE);
            done += many;
        }
    } while (clock_monotonic_ms() - began < 300);
    free(read);
    return 1000.0 * (double)done / (double)(clock_monotonic_ms() - began);
}

static int compare(const void *a, const void *b) {
    double first = *(const double *)a, second = *(const double *)b;
    return first < second ? -1 : first > second;
}

/* The share of the time that the sandbox takes. */
static double measure(struct parser *parser, const struct sandbox_input *mails, size_t batch) {
    double plain[TURNS], sandboxed[TURNS];
    for (size_t turn = 0; turn < TURNS; turn++) {
        plain[turn] = describe_plainly(mails, MAILS, batch);
        sandboxed[turn] = describe_sandboxed(parser, mails, MAILS, batch);
    }
    qsort(plain, TURNS, sizeof *plain, compare);
    qsort(sandboxed, TURNS, sizeof *sandboxed, compare);
    double ratio = sandboxed[TURNS / 2] / plain[TURNS / 2];
    printf("%5zu  %9.0f/s  %9.0f/s  %5.2f  %4.0f%%\n", batch, plain[TURNS / 2], sandboxed[TURNS / 2], ratio,
           100 * (1 - ratio));
    fflush(stdout);
    return 1 - ratio;
}

int main(void) {
    static void (*const kinds[])(struct text *, size_t) = {make_reply, make_html,      make_reply, make_bounce,
                                                           make_reply, make_html,      make_reply, make_html,
                                                           make_reply, make_attachment};
    static const size_t batches[] = {1, 10, 100, 200};
    struct error error = ERROR_INIT;
    struct parser *parser = parser_start(&error);
    require(parser);
    charset_prepare();
    html_text_prepare();
    struct text mails[MAILS] = {0};
    struct sandbox_input inputs[MAILS];
    bool cheap = true;
    for (size_t i = 0; i < MAILS; i++) {
        kinds[i % COUNT_OF(kinds)](&mails[i], i);
        inputs[i] = (struct sandbox_input){text_string(&mails[i]), mails[i].length};
    }
    printf("batch      plainly   sandboxed  ratio  cost\n");
    for (size_t i = 0; i < COUNT_OF(batches); i++) {
        double cost = measure(parser, inputs, batches[i]);
        cheap = cheap && (batches[i] < RECEIVER_BATCH || cost < 1.0 / 3);
    }
    for (size_t i = 0; i < MAILS; i++)
        text_free(&mails[i]);
    parser_stop(parser);
    if (!cheap)
        printf("the sandbox costs more than a third at the receiver's batch sizes\n");
    return cheap ? EXIT_SUCCESS : EXIT_FAILURE;
}
