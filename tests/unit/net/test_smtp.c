#include "unit/net/smtp_fixture.h"

/* One message to a server that was started with OPTIONS. */
static struct send_result send_to(const char *const *options, size_t size) {
    struct fake_server server = fake_server_start("smtp", options);
    struct smtp_settings settings = plain_settings(&server);
    for (size_t i = 0; options[i]; i++)
        if (string_ends_with(options[i], "=silent"))
            hasten(&settings);
    struct mail_sender *sender = open_sender(&settings);
    struct send_result result = send_one(sender, 1, "anna@example.net", size);
    free_sender(sender);
    fake_server_stop(&server);
    return result;
}
#define SEND_TO(...) send_to((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL}, 2000)

static void check(struct send_result result, enum send_outcome outcome, enum send_stage stage, int code,
                  const char *status) {
    if (result.outcome != outcome || result.stage != stage || result.code != code || strcmp(result.status, status) != 0)
        fail_msg("outcome %d stage %d code %d status '%s' reply '%s'", (int)result.outcome, (int)result.stage,
                 result.code, result.status, result.reply);
}

/* Goal: messages go through one kept connection, with the envelope, size and name that were asked for, and QUIT ends
 * it. */
static void test_accepts_and_reuses(void **state) {
    (void)state;
    struct fake_server server = FAKE_SERVER();
    struct smtp_settings settings = plain_settings(&server);
    struct mail_sender *sender = open_sender(&settings);
    assert_int_equal(sender->operations->room(sender), 1);
    for (int64_t id = 1; id <= 5; id++) {
        struct send_result result = send_one(sender, id, "anna@example.net", 2000);
        check(result, SEND_ACCEPTED, STAGE_DATA, 250, "2.0.0");
        assert_string_equal(strchr(result.reply, 't'), id == 1   ? "taken as 1"
                                                       : id == 2 ? "taken as 2"
                                                       : id == 3 ? "taken as 3"
                                                       : id == 4 ? "taken as 4"
                                                                 : "taken as 5");
    }
    assert_int_equal(sender->operations->size_limit(sender), 10000000);
    free_sender(sender);
    assert_int_equal(fake_server_count(&server, "CONNECT"), 1);
    assert_int_equal(fake_server_count(&server, "ACCEPTED"), 5);
    assert_int_equal(fake_server_count(&server, "EHLO client.example"), 1);
    assert_int_equal(fake_server_count(&server, "MAIL FROM:<iln+b.abc@example.org> SIZE="), 5);
    assert_int_equal(fake_server_count(&server, "RCPT TO:<anna@example.net>"), 5);
    assert_int_equal(fake_server_count(&server, "QUIT"), 1);
    fake_server_stop(&server);
}

/* Goal: dots at line starts, 8-bit bytes, a missing final line end and large messages arrive byte by byte as given. */
static void test_bytes_arrive_whole(void **state) {
    (void)state;
    char folder[] = "/tmp/tandempost-smtp-XXXXXX", option[64], path[80];
    assert_non_null(mkdtemp(folder));
    snprintf(option, sizeof option, "save=%s", folder);
    struct fake_server server = FAKE_SERVER(option);
    struct smtp_settings settings = plain_settings(&server);
    struct mail_sender *sender = open_sender(&settings);
    auto_text large = TEXT_EMPTY;
    text_append(&large, "X-Id: 2\r\n\r\n");
    for (int i = 0; i < 60000; i++)
        text_append_format(&large, "%.*s line %d of a letter\r\n", i % 4, "...", i);
    const char *messages[] = {"X-Id: 1\r\n\r\n.\r\n..\r\n.dot\r\nd\xC3\xA9j\xC3\xA0\r\n.", text_string(&large)};
    for (int i = 0; i < 2; i++) {
        sender->operations->start(sender, &(struct send_request){.id = i,
                                                                 .envelope_from = "",
                                                                 .recipient = "ben@b\xC3\xBC"
                                                                              "cher.example",
                                                                 .bytes = messages[i],
                                                                 .length = strlen(messages[i])});
        check(await_result(sender), SEND_ACCEPTED, STAGE_DATA, 250, "2.0.0");
        snprintf(path, sizeof path, "%s/%d", folder, i + 1);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        auto_text got = TEXT_EMPTY;
        char buffer[4096];
        for (size_t n; (n = fread(buffer, 1, sizeof buffer, file)) > 0;)
            text_append_bytes(&got, buffer, n);
        fclose(file);
        unlink(path);
        /* The server's file is as sent: take the doubled dots out again. */
        auto_text plain = TEXT_EMPTY;
        for (size_t at = 0; at < got.length; at++)
            if (!(got.bytes[at] == '.' && (at == 0 || got.bytes[at - 1] == '\n')))
                text_append_char(&plain, got.bytes[at]);
        text_truncate(&plain, plain.length);
        size_t length = strlen(messages[i]);
        assert_true(plain.length >= length);
        assert_memory_equal(plain.bytes, messages[i], length);
        assert_string_equal(plain.bytes + length, i ? "" : "\r\n");
    }
    free_sender(sender);
    assert_int_equal(fake_server_count(&server, "MAIL FROM:<> SIZE=33 BODY=8BITMIME"), 1);
    assert_int_equal(fake_server_count(&server, "RCPT TO:<ben@xn--bcher-kva.example>"), 2);
    fake_server_stop(&server);
    rmdir(folder);
}

/* Goal: each stage's refusal is told apart, with code, enhanced status and text, pipelined or not. */
static void test_refusals(void **state) {
    (void)state;
    for (int plain = 0; plain < 2; plain++) {
        const char *keywords = plain ? "keywords=SIZE 100" : "keywords=PIPELINING";
        check(SEND_TO(keywords, "mail=451 4.3.0 later"), SEND_REFUSED_NOW, STAGE_MAIL, 451, "4.3.0");
        check(SEND_TO(keywords, "mail=552 5.3.4 too big"), SEND_REFUSED, STAGE_MAIL, 552, "5.3.4");
        check(SEND_TO(keywords, "mail=530 5.7.0 log in"), SEND_LOGIN_REFUSED, STAGE_MAIL, 530, "5.7.0");
        check(SEND_TO(keywords, "rcpt=450 4.2.0 greylisted"), SEND_REFUSED_NOW, STAGE_RECIPIENT, 450, "4.2.0");
        check(SEND_TO(keywords, "rcpt=550 no such user"), SEND_REFUSED, STAGE_RECIPIENT, 550, "");
        check(SEND_TO(keywords, "rcpt=550 5.1.1 no such user", "lax=1"), SEND_REFUSED, STAGE_RECIPIENT, 550, "5.1.1");
        check(SEND_TO(keywords, "data=451 4.3.0 later"), SEND_REFUSED_NOW, STAGE_DATA, 451, "4.3.0");
        check(SEND_TO(keywords, "data=554 5.7.1 no"), SEND_REFUSED, STAGE_DATA, 554, "5.7.1");
        check(SEND_TO(keywords, "end=452 4.2.2 full"), SEND_REFUSED_NOW, STAGE_DATA, 452, "4.2.2");
        check(SEND_TO(keywords, "end=554 5.7.1 spam"), SEND_REFUSED, STAGE_DATA, 554, "5.7.1");
        struct send_result result =
            SEND_TO(keywords, "rcpt=550-5.1.1 No such user.\n550-5.1.1 Ask\a the\n550 5.1.1 postmaster");
        check(result, SEND_REFUSED, STAGE_RECIPIENT, 550, "5.1.1");
        assert_string_equal(result.reply, "550 5.1.1 No such user. Ask? the postmaster");
    }
}

/* Goal: 421 says that nothing was taken, wherever it comes. */
static void test_service_not_available(void **state) {
    (void)state;
    check(SEND_TO("greeting=close:421 4.3.2 full"), SEND_UNAVAILABLE, STAGE_CONNECT, 421, "4.3.2");
    check(SEND_TO("greeting=554 5.7.1 go away"), SEND_UNAVAILABLE, STAGE_CONNECT, 554, "5.7.1");
    check(SEND_TO("mail=close:421 4.3.2 full"), SEND_UNAVAILABLE, STAGE_MAIL, 421, "4.3.2");
    check(SEND_TO("rcpt=close:421 4.3.2 full"), SEND_UNAVAILABLE, STAGE_RECIPIENT, 421, "4.3.2");
    check(SEND_TO("data=close:421 4.3.2 full"), SEND_UNAVAILABLE, STAGE_DATA, 421, "4.3.2");
    check(SEND_TO("end=close:421 4.3.2 full"), SEND_UNAVAILABLE, STAGE_DATA, 421, "4.3.2");
    check(SEND_TO("end=421 4.3.2 full"), SEND_UNAVAILABLE, STAGE_DATA, 421, "4.3.2");
}

/* Goal: a connection lost before the final dot took nothing for certain; after it, nobody knows. */
static void test_lost_connections(void **state) {
    (void)state;
    static const char *const stages[] = {"greeting=drop", "ehlo=drop", "mail=drop", "rcpt=drop", "data=drop"};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        assert_int_equal(SEND_TO(stages[i]).outcome, SEND_UNAVAILABLE);
        assert_int_equal(SEND_TO(stages[i], "keywords=8BITMIME").outcome, SEND_UNAVAILABLE);
    }
    const char *const body[] = {"body=drop:5000", NULL};
    check(send_to(body, 8000000), SEND_UNAVAILABLE, STAGE_DATA, 0, "");
    check(SEND_TO("end=drop"), SEND_UNCERTAIN, STAGE_DATA, 0, "");
    check(SEND_TO("end=silent"), SEND_UNCERTAIN, STAGE_DATA, 0, "");
    struct fake_server server = FAKE_SERVER();
    struct smtp_settings settings = plain_settings(&server);
    fake_server_stop(&server);
    struct mail_sender *sender = open_sender(&settings);
    check(send_one(sender, 1, "anna@example.net", 100), SEND_UNAVAILABLE, STAGE_CONNECT, 0, "");
    free_sender(sender);
}

/* Goal: a refusal in the middle of the message is the server's word about it. */
static void test_reply_in_mid_message(void **state) {
    (void)state;
    const char *const too_big[] = {"body=reply:5000:552 5.3.4 too big", NULL};
    check(send_to(too_big, 8000000), SEND_REFUSED, STAGE_DATA, 552, "5.3.4");
    const char *const closing[] = {"body=reply:5000:421 4.3.2 closing", NULL};
    check(send_to(closing, 8000000), SEND_UNAVAILABLE, STAGE_DATA, 421, "4.3.2");
    const char *const nonsense[] = {"body=reply:5000:250 2.0.0 thanks", NULL};
    check(send_to(nonsense, 8000000), SEND_UNAVAILABLE, STAGE_DATA, 0, "");
}

/* Goal: silence ends by the timeout of its stage. */
static void test_silence(void **state) {
    (void)state;
    int64_t before = clock_monotonic_ms();
    check(SEND_TO("rcpt=silent"), SEND_UNAVAILABLE, STAGE_RECIPIENT, 0, "");
    check(SEND_TO("ehlo=silent"), SEND_UNAVAILABLE, STAGE_CONNECT, 0, "");
    assert_true(clock_monotonic_ms() - before >= 2 * soon_ms());
}

/* Goal: slow, huge and senseless replies neither hang nor grow, nor pass for an acceptance. */
static void test_odd_replies(void **state) {
    (void)state;
    check(SEND_TO("bytewise=1"), SEND_ACCEPTED, STAGE_DATA, 250, "2.0.0");
    struct send_result result = SEND_TO("huge=1");
    check(result, SEND_ACCEPTED, STAGE_DATA, 250, "2.0.0");
    assert_int_equal(strlen(result.reply), sizeof result.reply - 1);
    check(SEND_TO("end=xyz"), SEND_UNCERTAIN, STAGE_DATA, 0, "");
    check(SEND_TO("end=354 again"), SEND_UNCERTAIN, STAGE_DATA, 0, "");
    check(SEND_TO("rcpt=\x01\x02"), SEND_UNAVAILABLE, STAGE_RECIPIENT, 0, "");
    check(SEND_TO("rcpt=354 too early", "keywords=SIZE"), SEND_UNAVAILABLE, STAGE_RECIPIENT, 0, "");
    check(SEND_TO("data=250 ok"), SEND_UNAVAILABLE, STAGE_DATA, 0, "");
}

/* Goal: connections that the server closed while idle, or that it closes at the next MAIL, cost no message and no
 * error. */
static void test_idle_connections(void **state) {
    (void)state;
    static const char *const kinds[] = {"idle=30", "limit=2"};
    for (size_t kind = 0; kind < 2; kind++) {
        struct fake_server server = FAKE_SERVER(kinds[kind]);
        struct smtp_settings settings = plain_settings(&server);
        struct mail_sender *sender = open_sender(&settings);
        for (int64_t id = 1; id <= 6; id++) {
            check(send_one(sender, id, "anna@example.net", 300), SEND_ACCEPTED, STAGE_DATA, 250, "2.0.0");
            if (kind == 0)
                fake_server_await(&server, "CLOSED", (size_t)id);
        }
        free_sender(sender);
        assert_int_equal(fake_server_count(&server, "CONNECT"), kind == 0 ? 6 : 3);
        assert_int_equal(fake_server_count(&server, "ACCEPTED"), 6);
        fake_server_stop(&server);
    }
}

/* Goal: after a refusal the connection serves the next message; too many refusals and it is changed. */
static void test_goes_on_after_refusals(void **state) {
    (void)state;
    struct fake_server server = FAKE_SERVER("rcpt=550 5.1.1 unknown");
    struct smtp_settings settings = plain_settings(&server);
    struct mail_sender *sender = open_sender(&settings);
    for (int64_t id = 1; id <= 12; id++)
        check(send_one(sender, id, "anna@example.net", 300), SEND_REFUSED, STAGE_RECIPIENT, 550, "5.1.1");
    free_sender(sender);
    assert_int_equal(fake_server_count(&server, "CONNECT"), 2);
    fake_server_stop(&server);
}

/* Goal: connections work side by side: none waits for another's slow final reply, nor does the wake descriptor. */
static void test_slow_server_in_parallel(void **state) {
    (void)state;
    struct fake_server server = FAKE_SERVER("together=8");
    struct smtp_settings settings = plain_settings(&server);
    settings.connections = 8;
    struct mail_sender *sender = open_sender(&settings);
    for (int64_t id = 1; id <= 8; id++)
        start_message(sender, id, "anna@example.net", 2000);
    assert_int_equal(sender->operations->room(sender), 0);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "x", 1), 1);
    struct send_result results[8];
    assert_int_equal(sender->operations->wait(sender, (int)patience_ms(), ends[0], results, 8), 0);
    size_t done = 0;
    AWAIT((done += sender->operations->wait(sender, 1000, -1, results, 8)) == 8);
    assert_true(fake_server_told(&server, "ACCEPTED") == 8);
    close(ends[0]);
    close(ends[1]);
    free_sender(sender);
    fake_server_stop(&server);
}

/* Goal: freeing the sender abandons what is under way, at any stage, without waiting for a silent server. */
static void test_free_does_not_wait(void **state) {
    (void)state;
    static const char *const stages[] = {"greeting=silent", "ehlo=silent", "mail=silent", "data=silent", "end=silent"};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        struct fake_server server = FAKE_SERVER(stages[i]);
        struct smtp_settings settings = plain_settings(&server);
        struct mail_sender *sender = open_sender(&settings);
        start_message(sender, 1, "anna@example.net", 2000);
        struct send_result result;
        assert_int_equal(sender->operations->wait(sender, 150, -1, &result, 1), 0);
        assert_int_equal(sender->operations->busy(sender), 1);
        int64_t before = clock_monotonic_ms();
        free_sender(sender);
        assert_true(clock_monotonic_ms() - before < patience_ms() / 2);
        fake_server_stop(&server);
    }
}

/* Goal: a reply that comes before it is due never passes for the reply to the message. */
static void test_replies_out_of_step(void **state) {
    (void)state;
    static const char *const extra[] = {"data=354 go\n250 2.0.0 taken", "data=354 go\n25", "end=250 ok\n250 more"};
    for (size_t i = 0; i < sizeof extra / sizeof *extra; i++) {
        struct send_result result = SEND_TO(extra[i]);
        assert_int_equal(result.outcome, i < 2 ? SEND_UNAVAILABLE : SEND_ACCEPTED);
    }
}

/* Goal: what would be dangerous or senseless on the wire never gets there. */
static void test_refuses_unsafe_requests(void **state) {
    (void)state;
    struct fake_server server = FAKE_SERVER();
    struct smtp_settings settings = plain_settings(&server);
    struct mail_sender *sender = open_sender(&settings);
    static const struct {
        const char *from, *recipient, *bytes, *status;
    } cases[] = {
        {"a@example.org", "b@example.org>\r\nRCPT TO:<c@example.org", "A: b\r\n\r\n", "5.1.3"},
        {"a@example.org", "b c@example.org", "A: b\r\n\r\n", "5.1.3"},
        {"a@example.org", "<b@example.org>", "A: b\r\n\r\n", "5.1.3"},
        {"a@example.org", "b", "A: b\r\n\r\n", "5.1.3"},
        {"a@example.org", "", "A: b\r\n\r\n", "5.1.3"},
        {"a@example.org", "b\xFF@example.org", "A: b\r\n\r\n", "5.1.3"},
        {"a@example.org\n", "b@example.org", "A: b\r\n\r\n", "5.1.7"},
        {"a@example.org", "b@example.org", "A: b\n\r\n", "5.6.0"},
        {"a@example.org", "b@example.org", "A: b\r\n\r\nx\n.\nMAIL FROM:<c@example.org>\r\n", "5.6.0"},
        {"a@example.org", "b@example.org", "A: b\r\n\r\nx\r", "5.6.0"},
        {"a@example.org", "b@example.org", "A: b\r\r\n\r\n", "5.6.0"},
        {"a@example.org", "b@example.org", "", "5.6.0"},
        {"a@example.org", "andr\xC3\xA9@example.org", "A: b\r\n\r\n", "5.6.7"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sender->operations->start(sender, &(struct send_request){.id = 7,
                                                                 .envelope_from = cases[i].from,
                                                                 .recipient = cases[i].recipient,
                                                                 .bytes = cases[i].bytes,
                                                                 .length = strlen(cases[i].bytes)});
        struct send_result result = await_result(sender);
        assert_int_equal(result.outcome, SEND_REFUSED);
        assert_string_equal(result.status, cases[i].status);
        assert_int_equal(result.id, 7);
    }
    assert_int_equal(fake_server_told(&server, "MAIL"), 0);
    check(send_one(sender, 8, "anna@example.net", 300), SEND_ACCEPTED, STAGE_DATA, 250, "2.0.0");
    free_sender(sender);
    fake_server_stop(&server);
    struct fake_server modern = FAKE_SERVER("keywords=SMTPUTF8,PIPELINING");
    settings = plain_settings(&modern);
    sender = open_sender(&settings);
    check(send_one(sender, 9, "andr\xC3\xA9@example.org", 300), SEND_ACCEPTED, STAGE_DATA, 250, "2.0.0");
    assert_int_equal(fake_server_told(&modern, "MAIL FROM:<iln+b.abc@example.org> SMTPUTF8"), 1);
    free_sender(sender);
    fake_server_stop(&modern);
}

/* Goal: settings that can't work, or would show mail or a password to a network, are refused with advice. */
static void test_settings(void **state) {
    (void)state;
    static const struct smtp_settings wrong[] = {
        {.url = NULL},
        {.url = "mail.example.org:25:25"},
        {.url = "https://mail.example.org"},
        {.url = "smtp://user:secret@mail.example.org"},
        {.url = "smtp://mail.example.org/path"},
        {.url = "smtp://mail.example.org", .tls = SMTP_TLS_NONE},
        {.url = "smtp://127.0.0.1.example.org", .tls = SMTP_TLS_NONE},
        {.url = "smtps://localhost", .tls = SMTP_TLS_NONE},
        {.url = "smtps://mail.example.org", .user = "iln"},
        {.url = "smtps://mail.example.org", .connections = 65},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = ERROR_INIT;
        assert_null(smtp_new(&wrong[i], &error));
        assert_int_equal(error.class, ERROR_CONFIGURATION);
        assert_null(strstr(error.message, "secret"));
    }
}

int main(void) {
    end_by_alarm();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepts_and_reuses),
        cmocka_unit_test(test_bytes_arrive_whole),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_service_not_available),
        cmocka_unit_test(test_lost_connections),
        cmocka_unit_test(test_reply_in_mid_message),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_odd_replies),
        cmocka_unit_test(test_idle_connections),
        cmocka_unit_test(test_goes_on_after_refusals),
        cmocka_unit_test(test_slow_server_in_parallel),
        cmocka_unit_test(test_refuses_unsafe_requests),
        cmocka_unit_test(test_free_does_not_wait),
        cmocka_unit_test(test_replies_out_of_step),
        cmocka_unit_test(test_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
