#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/description.h"

static const struct description_settings settings = {
    .address = "iln@example.org",
    .separator = '+',
    .authserv_id = "mx.example.org",
    .loop_mark = "iln@example.org",
};

static struct description describe(const char *mail, struct arena *arena) {
    struct description description;
    description_make(mail, strlen(mail), &settings, arena, &description);
    return description;
}

#define SECRET "abcdefghijklmnop"

static void test_human(void **state) {
    /* Goal: a person's reply is described with its tag, its own words and its threading. */
    (void)state;
    auto_arena arena = arena_new();
    const struct description got =
        describe("Return-Path: <anna@example.net>\n"
                 "Authentication-Results: mx.example.org; dmarc=pass header.from=example.net\n"
                 "From: Anna <anna@example.net>\n"
                 "To: iln+r" SECRET "@example.org\nCc: ben@example.net\n"
                 "Subject: Re: hello\nMessage-ID: <2@example.net>\nIn-Reply-To: <1@iln.example.org>\n"
                 "Date: Mon, 1 Jul 2013 10:00:00 +0000\n\n2\n\nOn Monday ILN wrote:\n> 1 good\n> 2 bad\n",
                 arena);
    assert_int_equal(got.kind, MAIL_HUMAN);
    assert_string_equal(got.from.address, "anna@example.net");
    assert_true(got.has_tag);
    assert_int_equal(got.tag_purpose, 'r');
    assert_string_equal(got.tag_secret, SECRET);
    assert_null(got.plain_tag);
    assert_string_equal(got.text, "2");
    assert_non_null(strstr(got.whole_text, "> 1 good"));
    assert_int_equal(got.answer_count, 1);
    assert_string_equal(got.answers[0], "2");
    assert_string_equal(got.in_reply_to[0], "<1@iln.example.org>");
    assert_string_equal(got.dmarc, "pass");
    assert_int_equal(got.date, 1372672800);
    assert_false(got.null_sender);
    assert_false(got.own_message);
    assert_int_equal(got.part_count, 1);
    assert_string_equal(got.parts[0].type, "text/plain");
    assert_int_equal(strlen(got.body_hash), 64);
}

static void test_tags(void **state) {
    /* Goal: the tag is found wherever the mail shows where it was delivered; a secret wins over a word. */
    (void)state;
    auto_arena arena = arena_new();
    static const char *const fields[] = {"Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc"};
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        const struct description got =
            describe(arena_format(arena, "From: a@b.org\n%s: iln+P" SECRET "@Example.org\n\nx", fields[i]), arena);
        assert_true(got.has_tag);
        assert_int_equal(got.tag_purpose, 'p');
    }
    struct description got = describe("To: iln+join@example.org\n\nx", arena);
    assert_false(got.has_tag);
    assert_string_equal(got.plain_tag, "join");
    got = describe("Delivered-To: iln+help@example.org\nTo: iln+r" SECRET "@example.org\n\nx", arena);
    assert_true(got.has_tag);
    /* But not over a call for help, wherever that stands. */
    got = describe("Delivered-To: iln+r" SECRET "@example.org\nTo: iln+r" SECRET
                   "@example.org, iln+join@example.org\nCc: iln+help@example.org, iln+REPORT@example.org\n\nx",
                   arena);
    assert_true(got.has_tag);
    assert_string_equal(got.plain_tag, "report");
    got = describe("To: iln+join@example.org, iln+r" SECRET "@example.org\n\nx", arena);
    assert_true(got.has_tag);
    assert_null(got.plain_tag);
    got = describe("To: iln@example.org, other+r" SECRET "@example.com\n\nx", arena);
    assert_false(got.has_tag);
    assert_null(got.plain_tag);
}

static void test_kinds(void **state) {
    /* Goal: reports, automatic mail and our own mail are told apart from a person's, and why is told. */
    (void)state;
    auto_arena arena = arena_new();
    struct description got =
        describe("Return-Path: <>\nFrom: MAILER-DAEMON@example.net\nAuto-Submitted: auto-replied\n"
                 "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
                 "--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
                 "Final-Recipient: rfc822; anna@example.net\nAction: failed\nStatus: 5.1.1\n"
                 "Diagnostic-Code: smtp; 550 no such user\n"
                 "--b\nContent-Type: message/rfc822\n\nMessage-ID: <1@iln.example.org>\n\nx\n--b--\n",
                 arena);
    assert_int_equal(got.kind, MAIL_BOUNCE);
    assert_true(got.null_sender);
    assert_int_equal(got.bounce_count, 1);
    assert_string_equal(got.bounces[0].recipient, "anna@example.net");
    assert_string_equal(got.bounces[0].status, "5.1.1");
    assert_true(got.bounces[0].permanent);
    assert_true(got.bounces[0].address_dead);
    assert_string_equal(got.bounces[0].message_id, "<1@iln.example.org>");
    got = describe("From: a@b.org\nAuto-Submitted: auto-replied (vacation)\n\nI am away.", arena);
    assert_int_equal(got.kind, MAIL_AUTO_REPLY);
    assert_non_null(strstr(got.why, "auto-replied"));
    got = describe(
        "From: a@b.org\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        "--b\n\nComplaint\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n--b--\n",
        arena);
    assert_int_equal(got.kind, MAIL_COMPLAINT);
    got = describe("From: a@b.org\nMessage-ID: <5@x>\nX-Tandempost: ILN@example.org\n\nx", arena);
    assert_true(got.own_message);
    /* A participant may well have the programme's mail domain, and another programme's mark is not ours. */
    got = describe("From: a@example.org\nMessage-ID: <5@example.org>\n\nx", arena);
    assert_false(got.own_message);
    got = describe("From: a@b.org\nMessage-ID: <5@x>\nX-Tandempost: other@example.org\n\nx", arena);
    assert_false(got.own_message);
    got = describe("", arena);
    assert_int_equal(got.kind, MAIL_UNREADABLE);
    assert_non_null(strstr(got.why, "empty"));
}

static void test_whole_text(void **state) {
    /* Goal: the body as text is what a reader would see, whatever parts it is in. */
    (void)state;
    auto_arena arena = arena_new();
    struct description got = describe("Content-Type: text/plain; format=flowed; delsp=no\n\n"
                                      "one \ntwo\n> a \n> b\n>> c\n-- \nsig \n\n From\n",
                                      arena);
    assert_string_equal(got.whole_text, "one two\n> a b\n>> c\n-- \nsig \n\nFrom");
    got = describe(
        "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n\n--b\nContent-Type: text/html\n\n<p>html\n--b--\n",
        arena);
    assert_string_equal(got.whole_text, "html");
    got = describe("Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: "
                   "text/html\n\n<p>html\n--b--\n",
                   arena);
    assert_string_equal(got.whole_text, "plain");
    got = describe(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/plain; name=a.txt\n\n"
        "attached\n--b\n\ntwo\n--b--\n",
        arena);
    assert_string_equal(got.whole_text, "one\n\ntwo");
    got = describe("Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: image/png\n\nx\n--b\n"
                   "Content-Type: text/html\n\n<p>html\n--b\n\nother\n--b--\n",
                   arena);
    assert_string_equal(got.whole_text, "html");
    got = describe("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n\n--b\nContent-Type: text/plain\n"
                   "Content-Disposition: attachment\n\nletter\n--b--\n",
                   arena);
    assert_string_equal(got.whole_text, "letter");
    got = describe("Content-Type: image/png\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n", arena);
    assert_string_equal(got.whole_text, "");
    assert_int_equal(got.kind, MAIL_HUMAN);
}

static void test_round_trip(void **state) {
    /* Goal: a description survives its journey as one line of JSON, whatever it holds. */
    (void)state;
    auto_arena arena = arena_new();
    static const char *const mails[] = {
        "",
        "From: \"a\\\"b\" <a@b.org>\nSubject: caf\xE9 \x01\x7F\n\nx\x02y\xFFz",
        "Return-Path: <>\nTo: iln+u" SECRET "@example.org\nContent-Type: message/delivery-status\n\nFinal-Recipient: "
        "rfc822; a@b.org\nAction: delayed\n",
        "From: a@b.org\nAuthentication-Results: mx.example.org; none\nReferences: <a@b> <c@d>\n"
        "Date: Mon, 1 Jul 2013 10:00:00 +0000\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n--b\n"
        "Content-Type: image/png; name=x.png\n\nx\n--b--\n",
        "From: a@b.org\nContent-Type: text/calendar; "
        "method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:u@b.org"
        "\nSEQUENCE:2\nATTENDEE;PARTSTAT=TENTATIVE:mailto:a@b.org\nEND:VEVENT\nEND:VCALENDAR\n",
    };
    for (size_t i = 0; i < COUNT_OF(mails); i++) {
        const struct description made = describe(mails[i], arena);
        struct description read;
        struct error error = ERROR_INIT;
        auto_string json = description_to_json(&made, NULL);
        assert_null(strpbrk(json, "\r\n"));
        assert_true(utf8_is_valid(json, strlen(json)));
        if (!description_from_json(json, strlen(json), arena, &read, &error))
            fail_msg("%s: %s", json, error.message);
        auto_string again = description_to_json(&read, NULL);
        assert_string_equal(json, again);
    }
}

static void test_distrust(void **state) {
    /* Goal: an answer that is not what a description must be is refused, not believed. */
    (void)state;
    auto_arena arena = arena_new();
    const struct description made = describe("From: a@b.org\nDate: Mon, 1 Jul 2013 10:00:00 +0000\n"
                                             "To: iln+r" SECRET "@example.org\n\n2",
                                             arena);
    auto_string json = description_to_json(&made, NULL);
    static const struct {
        const char *from, *to;
    } changes[] = {
        {"\"human\"", "\"friend\""},
        {"\"human\"", "7"},
        {"\"to\":[", "\"to\":[3,"},
        {"\"purpose\":\"r\"", "\"purpose\":\"x\""},
        {"\"null_sender\":false", "\"null_sender\":0"},
        {"2013-07-01T10:00:00Z", "soon"},
        {"\"answers\":[", "\"answers\":[null,"},
        {"\"parts\":[", "\"parts\":[{},"},
        /* what would begin a new line in a header, a log or a query's answer */
        {"\"subject\":\"", "\"subject\":\"x\\r\\nBcc: y"},
        {"\"references\":[", "\"references\":[\"<x>\\n\","},
        {"\"why\":\"", "\"why\":\"\\n"},
        {"\"subject\":\"", "\"subject\":\"\\u0000"},
        {"\"text\":\"", "\"text\":\"\\r"},
        {"\"secret\":\"", "\"secret\":\"A'"},
        {"2013-07-01T10:00:00Z", "2013-99-01T10:00:00Z"},
        {"2013-07-01T10:00:00Z", "-999-07-01T10:00:00Z"},
        {"\"away_until\":null", "\"away_until\":\"next week\""},
        {"\"away_until\":null", "\"away_until\":\"2013-7-01x\""},
        {"\"authentication\":null", "\"authentication\":{\"authserv_id\":\"x\",\"dmarc\":\"perhaps\"}"},
        {"\"calendar\":null", "\"calendar\":{\"uid\":\"x\",\"sequence\":0,\"answer\":4}"},
        {"\"calendar\":null", "\"calendar\":{\"uid\":\"x\",\"sequence\":4294967296,\"answer\":1}"},
        {"\"calendar\":null", "\"calendar\":{\"uid\":\"x\\n\",\"sequence\":0,\"answer\":1}"},
        {"\"body_hash\":\"", "\"body_hash\":\"x"},
        {"\"subject\":", "\"object\":"},
        {"{", "[{"},
    };
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        const char *place = strstr(json, changes[i].from);
        assert_non_null(place);
        const char *changed =
            arena_format(arena, "%.*s%s%s", (int)(place - json), json, changes[i].to, place + strlen(changes[i].from));
        struct description read = {.kind = MAIL_COMPLAINT};
        struct error error = ERROR_INIT;
        if (description_from_json(changed, strlen(changed), arena, &read, &error))
            fail_msg("believed %s", changed);
        assert_int_equal(read.kind, MAIL_COMPLAINT);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_human),      cmocka_unit_test(test_tags),       cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_whole_text), cmocka_unit_test(test_round_trip), cmocka_unit_test(test_distrust),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
