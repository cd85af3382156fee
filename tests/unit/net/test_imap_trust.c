/* Whom a receiver trusts and what it tells of a login, against a real Dovecot. */
#include "unit/net/imap_fixture.h"

static void trusts_only_good_certificates(void **state) {
    /* Goal: untrusted and misnamed certificates are refused as errors that an admin must see, by both ways into TLS. */
    (void)state;
    command("user trust@a.test");
    char url[128];
    struct imap_settings settings = settings_for("trust@a.test", url, sizeof url, "");
    static const char *const hosts[] = {"127.0.0.2", "127.0.0.3"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(url, sizeof url, "%s://%s:%d", i < 2 ? "imaps" : "imap", hosts[i % 2],
                 i < 2 ? servers.imaps_port : servers.imap_port);
        struct error error = refusal(&settings);
        assert_int_equal(error.class, ERROR_CONFIGURATION);
        assert_non_null(strstr(error.message, hosts[i % 2]));
        assert_non_null(strstr(error.message, "certificate"));
    }
    settings.ca_file = NULL; /* our CA is not among the system's */
    snprintf(url, sizeof url, "imaps://localhost:%d/INBOX", servers.imaps_port);
    assert_int_equal(refusal(&settings).class, ERROR_CONFIGURATION);
    settings.ca_file = servers.ca_file;
    snprintf(url, sizeof url, "imap://localhost:%d/INBOX", servers.imap_port);
    free_receiver(open_receiver(&settings)); /* STARTTLS */
}

static void tells_untrusted_servers_nothing(void **state) {
    /* Goal: an untrusted server learns neither user nor password, whether TLS comes first or after STARTTLS. */
    (void)state;
    static const char *const schemes[] = {"imaps", "imap"}, *const modes[] = {"ordinary", "starttls-ordinary"};
    for (size_t i = 0; i < 2; i++) {
        char url[128];
        struct imap_settings settings = settings_for("anna@a.test", url, sizeof url, "");
        command("fake %s tls", modes[i]);
        snprintf(url, sizeof url, "%s://localhost:%.8s/", schemes[i], answer);
        free_receiver(open_receiver(&settings));
        command("heard AUTHENTICATE");
        assert_string_equal(answer, "1");
        settings.ca_file = NULL; /* its CA is not among the system's */
        assert_int_equal(refusal(&settings).class, ERROR_CONFIGURATION);
        command("heard AUTHENTICATE");
        assert_string_equal(answer, "1");
        command("heard LOGIN");
        assert_string_equal(answer, "0");
    }
}

static void names_what_is_wrong_with_the_login(void **state) {
    /* Goal: a refused login, a missing folder and useless settings are errors of configuration; no password shows up.
     */
    (void)state;
    command("user login@a.test");
    char url[128];
    struct imap_settings settings = settings_for("login@a.test", url, sizeof url, "INBOX");
    settings.password = "not this one";
    struct error error = refusal(&settings);
    assert_int_equal(error.class, ERROR_CONFIGURATION);
    assert_non_null(strstr(error.message, "login@a.test"));
    assert_null(strstr(error.message, "not this one"));
    settings.password = servers.password;
    snprintf(url, sizeof url, "imaps://localhost:%d/Nowhere", servers.imaps_port);
    error = refusal(&settings);
    assert_int_equal(error.class, ERROR_CONFIGURATION);
    assert_non_null(strstr(error.message, "Nowhere"));
    static const char *const bad[] = {"", "http://localhost/", "imaps://anna:secret@localhost/", "mail.example.org:x"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct mail_receiver *receiver = NULL;
        settings.url = bad[i];
        error = ERROR_INIT;
        assert_false(imap_new(&settings, &receiver, &error));
        assert_int_equal(error.class, ERROR_CONFIGURATION);
        assert_null(strstr(error.message, "secret"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trusts_only_good_certificates),
        cmocka_unit_test(tells_untrusted_servers_nothing),
        cmocka_unit_test(names_what_is_wrong_with_the_login),
    };
    return cmocka_run_group_tests(tests, start_servers, stop_servers);
}
