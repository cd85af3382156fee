#include "unit/net/smtp_fixture.h"

/* Certificates made for this run: an authority, one of its certificates for localhost and one for another name. */
static struct {
    char folder[64], authority[96];
    char good_certificate[128], good_key[128], other_certificate[128], other_key[128];
} keys;

static void run_command(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void run_command(const char *format, ...) {
    char command[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    assert_int_equal(system(command), 0);
}

static void make_certificate(const char *name, const char *host, char certificate[128], char key[128]) {
    run_command("cd %s && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s.key -out %s.csr "
                "-subj /CN=%s 2>/dev/null && printf 'subjectAltName=DNS:%s' >%s.ext && openssl x509 -req -in %s.csr "
                "-CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile %s.ext -out %s.pem 2>/dev/null",
                keys.folder, name, name, host, host, name, name, name, name);
    snprintf(certificate, 128, "cert=%s/%s.pem", keys.folder, name);
    snprintf(key, 128, "key=%s/%s.key", keys.folder, name);
}

static int make_keys(void **state) {
    (void)state;
    snprintf(keys.folder, sizeof keys.folder, "/tmp/tandempost-tls-XXXXXX");
    if (!mkdtemp(keys.folder))
        return -1;
    snprintf(keys.authority, sizeof keys.authority, "%s/ca.pem", keys.folder);
    run_command("cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out "
                "ca.pem -days 30 -subj '/CN=Test authority' 2>/dev/null",
                keys.folder);
    make_certificate("good", "localhost", keys.good_certificate, keys.good_key);
    make_certificate("other", "mail.example.org", keys.other_certificate, keys.other_key);
    return 0;
}

static int remove_keys(void **state) {
    (void)state;
    run_command("rm -rf %s", keys.folder);
    return 0;
}

static struct smtp_settings login_settings(const struct fake_server *server) {
    struct smtp_settings settings = plain_settings(server);
    settings.tls = SMTP_TLS_REQUIRED;
    settings.ca_file = keys.authority;
    settings.user = "iln";
    settings.password = "correct horse";
    return settings;
}

static const char *current_token(void *context) {
    return context;
}

static void check(struct send_result result, enum send_outcome outcome, int code, const char *status) {
    if (result.outcome != outcome || result.code != code || strcmp(result.status, status) != 0)
        fail_msg("outcome %d stage %d code %d status '%s' reply '%s'", (int)result.outcome, (int)result.stage,
                 result.code, result.status, result.reply);
    assert_null(strstr(result.reply, "correct horse"));
}

/* Goal: both ways to TLS work, log in once a connection, and carry small and large messages over it. */
static void test_sends_encrypted(void **state) {
    (void)state;
    static const char *const ways[][2] = {{"smtps", "tls=implicit"}, {"smtp", "tls=starttls"}};
    for (size_t way = 0; way < 2; way++) {
        struct fake_server server =
            fake_server_start(ways[way][0], (const char *const[]){ways[way][1], keys.good_certificate, keys.good_key,
                                                                  "login=PLAIN LOGIN", NULL});
        struct smtp_settings settings = login_settings(&server);
        struct mail_sender *sender = open_sender(&settings);
        for (int64_t id = 1; id <= 4; id++)
            check(send_one(sender, id, "anna@example.net", id == 3 ? 5000000 : 2000), SEND_ACCEPTED, 250, "2.0.0");
        free_sender(sender);
        assert_int_equal(fake_server_count(&server, "CONNECT"), 1);
        assert_int_equal(fake_server_count(&server, "LOGIN PLAIN"), 1);
        assert_int_equal(fake_server_count(&server, "ACCEPTED"), 4);
        assert_int_equal(fake_server_count(&server, "QUIT"), 1);
        fake_server_stop(&server);
    }
}

/* Goal: an OAuth 2 token logs in where the server offers it; none at hand means later. */
static void test_oauth2(void **state) {
    (void)state;
    static const char *const ways[][2] = {{"login=XOAUTH2", "LOGIN XOAUTH2"},
                                          {"login=OAUTHBEARER", "LOGIN OAUTHBEARER"}};
    for (size_t way = 0; way < 2; way++) {
        struct fake_server server = fake_server_start(
            "smtps", (const char *const[]){"tls=implicit", keys.good_certificate, keys.good_key, ways[way][0], NULL});
        struct smtp_settings settings = login_settings(&server);
        static char token[] = "ya29.token";
        settings.password = NULL;
        settings.oauth2_token = current_token;
        struct mail_sender *sender = open_sender(&settings);
        struct send_result result = send_one(sender, 1, "anna@example.net", 2000);
        assert_int_equal(result.outcome, SEND_UNAVAILABLE);
        free_sender(sender);
        settings.oauth2_context = token;
        sender = open_sender(&settings);
        check(send_one(sender, 2, "anna@example.net", 2000), SEND_ACCEPTED, 250, "2.0.0");
        free_sender(sender);
        assert_int_equal(fake_server_count(&server, ways[way][1]), 1);
        fake_server_stop(&server);
    }
}

/* Goal: a certificate that is untrusted or for another name, or STARTTLS taken out on the way, stops everything before
 * the password or any of the mail is shown. */
static void test_untrusted(void **state) {
    (void)state;
    struct {
        const char *scheme, *tls, *certificate, *key;
        bool system_authorities;
    } cases[] = {
        {"smtps", "tls=implicit", keys.good_certificate, keys.good_key, true},
        {"smtp", "tls=starttls", keys.good_certificate, keys.good_key, true},
        {"smtps", "tls=implicit", keys.other_certificate, keys.other_key, false},
        {"smtp", "tls=starttls", keys.other_certificate, keys.other_key, false},
        {"smtp", "tls=none", keys.good_certificate, keys.good_key, false},
        {"smtp", "starttls=502 5.5.1 what?", keys.good_certificate, keys.good_key, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *tls = string_starts_with(cases[i].tls, "starttls=") ? "tls=starttls" : cases[i].tls;
        struct fake_server server =
            fake_server_start(cases[i].scheme, (const char *const[]){cases[i].certificate, cases[i].key,
                                                                     "login=PLAIN LOGIN", tls, cases[i].tls, NULL});
        struct smtp_settings settings = login_settings(&server);
        if (cases[i].system_authorities)
            settings.ca_file = NULL;
        struct mail_sender *sender = open_sender(&settings);
        check(send_one(sender, 1, "anna@example.net", 2000), SEND_UNTRUSTED, 0, "");
        free_sender(sender);
        assert_int_equal(fake_server_count(&server, "CONNECT"), 1);
        assert_int_equal(fake_server_count(&server, "LOGIN") + fake_server_count(&server, "MAIL"), 0);
        fake_server_stop(&server);
    }
}

/* Goal: a refused login is told apart from a server that can't check it just now. */
static void test_refused_logins(void **state) {
    (void)state;
    static const struct {
        const char *option, *login;
        enum send_outcome outcome;
        int code;
        const char *status;
    } cases[] = {
        {"auth=535 5.7.8 wrong", "login=PLAIN LOGIN", SEND_LOGIN_REFUSED, 535, "5.7.8"},
        {"auth=535 5.7.8 wrong", "login=LOGIN", SEND_LOGIN_REFUSED, 535, "5.7.8"},
        {"auth=454 4.7.0 later", "login=PLAIN LOGIN", SEND_UNAVAILABLE, 454, "4.7.0"},
        {"auth=close:421 4.3.2 later", "login=PLAIN LOGIN", SEND_UNAVAILABLE, 421, "4.3.2"},
        {"auth=drop", "login=PLAIN LOGIN", SEND_UNAVAILABLE, 0, ""},
        {"starttls=454 4.7.0 later", "login=PLAIN LOGIN", SEND_UNAVAILABLE, 454, "4.7.0"},
        {"auth=535 5.7.8 wrong", "login=GSSAPI", SEND_LOGIN_REFUSED, 0, ""},
        {"tls=starttls", "tls=starttls", SEND_LOGIN_REFUSED, 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fake_server server =
            fake_server_start("smtp", (const char *const[]){"tls=starttls", keys.good_certificate, keys.good_key,
                                                            cases[i].option, cases[i].login, NULL});
        struct smtp_settings settings = login_settings(&server);
        struct mail_sender *sender = open_sender(&settings);
        struct send_result result = send_one(sender, 1, "anna@example.net", 2000);
        check(result, cases[i].outcome, cases[i].code, cases[i].status);
        assert_int_equal(result.stage, STAGE_CONNECT);
        free_sender(sender);
        assert_int_equal(fake_server_count(&server, "MAIL"), 0);
        fake_server_stop(&server);
    }
}

/* Goal: before and after the final dot are told apart over TLS too. */
static void test_losses_over_tls(void **state) {
    (void)state;
    static const struct {
        const char *option;
        size_t size;
        enum send_outcome outcome;
    } cases[] = {
        {"rcpt=drop", 2000, SEND_UNAVAILABLE},
        {"body=drop:5000", 4000000, SEND_UNAVAILABLE},
        {"end=drop", 2000, SEND_UNCERTAIN},
        {"end=silent", 200000, SEND_UNCERTAIN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fake_server server =
            fake_server_start("smtps", (const char *const[]){"tls=implicit", keys.good_certificate, keys.good_key,
                                                             "login=PLAIN", cases[i].option, NULL});
        struct smtp_settings settings = login_settings(&server);
        if (string_ends_with(cases[i].option, "=silent"))
            hasten(&settings);
        struct mail_sender *sender = open_sender(&settings);
        check(send_one(sender, 1, "anna@example.net", cases[i].size), cases[i].outcome, 0, "");
        free_sender(sender);
        fake_server_stop(&server);
    }
}

enum { RANDOM_MESSAGES = 250 };

/* Goal: over TLS too, a server that fails at random gets no message claimed wrongly: not in the middle of a record. */
static void test_random_failures_over_tls(void **state) {
    (void)state;
    struct fake_server server =
        fake_server_start("smtps", (const char *const[]){"tls=implicit", keys.good_certificate, keys.good_key,
                                                         "login=PLAIN", "random=7", NULL});
    struct smtp_settings settings = login_settings(&server);
    settings.connections = 4;
    struct mail_sender *sender = open_sender(&settings);
    int64_t next = 1, done = 0;
    enum send_outcome outcomes[RANDOM_MESSAGES + 1];
    for (int64_t until = clock_monotonic_ms() + patience_ms(); done < RANDOM_MESSAGES;) {
        assert_true(clock_monotonic_ms() < until);
        for (; next <= RANDOM_MESSAGES && sender->operations->room(sender) > 0; next++)
            start_message(sender, next, "anna@example.net", next % 2 ? 2000 : 300000);
        struct send_result results[4];
        size_t got = sender->operations->wait(sender, 1000, -1, results, 4);
        for (size_t i = 0; i < got; i++, done++)
            outcomes[results[i].id] = results[i].outcome;
        fake_server_read(&server, 0);
    }
    free_sender(sender);
    fake_server_count(&server, "CLOSED");
    int accepted = 0, not_taken = 0;
    for (int64_t id = 1; id <= RANDOM_MESSAGES; id++) {
        bool taken = fake_server_accepted(&server, id);
        if (outcomes[id] == SEND_ACCEPTED)
            assert_true(taken);
        else if (outcomes[id] != SEND_UNCERTAIN)
            assert_false(taken);
        accepted += outcomes[id] == SEND_ACCEPTED;
        not_taken += outcomes[id] == SEND_UNAVAILABLE;
    }
    assert_true(accepted > RANDOM_MESSAGES / 3 && not_taken > 20);
    fake_server_stop(&server);
}

int main(void) {
    end_by_alarm();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sends_encrypted), cmocka_unit_test(test_oauth2),
        cmocka_unit_test(test_untrusted),       cmocka_unit_test(test_refused_logins),
        cmocka_unit_test(test_losses_over_tls), cmocka_unit_test(test_random_failures_over_tls),
    };
    return cmocka_run_group_tests(tests, make_keys, remove_keys);
}
