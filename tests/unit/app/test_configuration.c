#include "unit/app/configuration_fixture.h"

static const char minimal[] =
    "programme { name = \"Friends\"  address = \"Friends@Example.org\" }\n"
    "outgoing { url = \"smtp://mail.example.org\"  user = \"u\"  password_file = \"smtp\" }\n"
    "incoming { url = \"imaps://mail.example.org\"  user = \"u\"  password_credential = \"imap\" }\n"
    "coordinator \"Kate\" { address = \"kate@example.org\" }\n";

static struct configuration load(const char *text) {
    struct configuration configuration = {0};
    auto_error_list errors = ERROR_LIST_EMPTY;
    write_file("main.conf", text, strlen(text));
    bool good = configuration_load(path, &configuration, &errors);
    for (size_t i = 0; i < errors.count; i++)
        print_message("# %d: %s\n", errors.entries[i].line, errors.entries[i].message);
    assert_true(good);
    assert_int_equal(errors.count, 0);
    return configuration;
}

static const char *starter_file(void) {
    for (size_t i = 0; i < embedded_file_count; i++)
        if (string_equal(embedded_files[i].path, "config/tandempost.conf"))
            return embedded_files[i].bytes;
    return "";
}

static void test_minimal_file_has_all_defaults(void **state) {
    /* Goal: the few lines that only a person can know are enough; all else is set to what the manual says. */
    (void)state;
    struct configuration c = load(minimal);
    assert_string_equal(c.programme.name, "Friends");
    assert_string_equal(c.programme.address, "Friends@example.org");
    assert_int_equal(c.programme.separator, '+');
    assert_int_equal(c.programme.language_count, 1);
    assert_string_equal(c.programme.languages[0], "en");
    assert_string_equal(c.programme.time_zone, "UTC");
    assert_string_equal(c.programme.database, "/var/lib/tandempost/tandempost.db");
    assert_string_equal(c.programme.templates, "/etc/tandempost/templates");
    assert_null(c.programme.authserv_id);
    assert_string_equal(c.programme.list_id, "Friends.example.org");
    assert_string_equal(c.outgoing.url, "smtp://mail.example.org:587/");
    assert_int_equal(c.outgoing.secret.kind, SECRET_FILE);
    char secret[160];
    snprintf(secret, sizeof secret, "%s/smtp", folder);
    assert_string_equal(c.outgoing.secret.value, secret);
    assert_int_equal(c.outgoing.connections, 4);
    assert_int_equal(c.outgoing.per_day, 0);
    assert_int_equal(c.outgoing.uncertain, UNCERTAIN_RESEND);
    assert_int_equal(c.outgoing.tls, TLS_REQUIRED);
    assert_int_equal(c.outgoing.timeout, 60);
    assert_int_equal(c.incoming.secret.kind, SECRET_CREDENTIAL);
    assert_string_equal(c.incoming.secret.stored, "/etc/credstore/tandempost-main.imap");
    assert_int_equal(c.incoming.poll_every, 300);
    assert_int_equal(c.incoming.after, AFTER_FLAG);
    assert_null(c.incoming.done_folder);
    assert_int_equal(c.incoming.message_limit, 25000000);
    assert_int_equal(c.incoming.alert_after, 7200);
    assert_string_equal(c.round.length, "6 months");
    assert_int_equal(c.round.send_at, 9 * 3600);
    assert_int_equal(c.coordinator_count, 1);
    configuration_free(&c);
    configuration_free(NULL);
}

static void test_standard_sequence(void **state) {
    /* Goal: a file without steps runs the standard sequence, the same as the starter file writes out, which adds
     * surveys and asks what comes next. */
    (void)state;
    struct configuration standard = load(minimal), starter = {0};
    starter = load(starter_file());
    assert_int_equal(standard.step_count, 6);
    assert_int_equal(starter.step_count, standard.step_count + 2);
    for (size_t i = 0; i < standard.step_count; i++) {
        const struct step *a = &standard.steps[i], *b = configuration_find_step(&starter, a->name);
        assert_non_null(b);
        assert_string_equal(a->template_name, b->template_name);
        assert_true(string_equal(a->asks, b->asks) || string_equal(b->asks, "next"));
        assert_int_equal(a->to, b->to);
        assert_int_equal(a->topics, b->topics);
        assert_int_equal(a->at, b->at);
        assert_int_equal(a->has_expires, b->has_expires);
        assert_int_equal(a->when.anchor, b->when.anchor);
        assert_memory_equal(&a->when.offset, &b->when.offset, sizeof a->when.offset);
        assert_memory_equal(&a->expires, &b->expires, sizeof a->expires);
    }
    assert_string_equal(configuration_find_step(&starter, "survey-middle")->form, "survey-middle");
    assert_string_equal(configuration_find_step(&starter, "survey-closing")->form, "survey-closing");
    assert_non_null(configuration_find_step(&standard, "closing"));
    assert_null(configuration_find_step(&standard, "opening"));
    configuration_free(&standard);
    configuration_free(&starter);
}

static void test_paths_are_absolute(void **state) {
    /* Goal: paths of a configuration that was itself named by a relative path hold wherever the program goes later. */
    (void)state;
    static const char text[] = "programme { name = F  address = \"f@example.org\"  templates = here }\n"
                               "outgoing { url = \"maildir:po\" }  incoming { url = \"maildir:po\" }\n"
                               "coordinator \"Kate\" { address = \"kate@example.org\" }\n";
    auto_error_list errors = ERROR_LIST_EMPTY;
    struct configuration c = {0};
    char before[1024], here[160], post_office[160];
    write_file("main.conf", text, strlen(text));
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder), 0);
    bool good = configuration_load("main.conf", &c, &errors);
    assert_int_equal(chdir(before), 0);
    assert_true(good);
    snprintf(here, sizeof here, "%s/here", folder);
    snprintf(post_office, sizeof post_office, "%s/po", folder);
    assert_string_equal(c.programme.templates, here);
    assert_string_equal(c.outgoing.maildir, post_office);
    assert_string_equal(c.incoming.maildir, post_office);
    configuration_free(&c);
}

static void test_starter_shows_every_option(void **state) {
    /* Goal: whoever reads the starter file sees every option there is, with the default that really holds. */
    (void)state;
    const char *starter = starter_file();
    for (const struct section_spec *section = configuration_sections; section->name; section++)
        for (const struct option_spec *option = section->options; option->name; option++) {
            const char *found = strstr(starter, option->name);
            if (!found)
                print_message("# not in the starter file: %s %s\n", section->name, option->name);
            assert_non_null(found);
            assert_non_null(option->help);
            assert_true(option->standard || option->example);
        }
}

static void test_everything_said(void **state) {
    /* Goal: every option that is given arrives, in all the ways of writing it. */
    (void)state;
    struct configuration c = load(
        "# comment\nprogramme { name = 'N'\n address = iln@example.org // another\n languages = { \"pt-br\", fr }\n"
        "time_zone = Australia/Sydney catch_all = yes authserv_id = \"mx\" list_id = \"l.example.org\"\n"
        "database = \"db/x.db\" templates = \"/t\" }\n"
        "outgoing { url = \"maildir:po\" connections = 7 per_second = 1 per_hour = 2 per_day = 3 uncertain = hold\n"
        "timeout = \"2 minutes\" ca_file = ca.pem }\n"
        "incoming { url = \"imap://h:1143/Box\" user = u oauth2_token_command = \"t --x\" poll_every = \"30 seconds\"\n"
        "tls = \"none, mail and password travel readable\" after = move message_limit = \"500 KiB\" alert_after = \"1 "
        "day\" }\n"
        "round { length = \"1 year\" send_at = \"18:30\" }\n"
        "step \"a\" { to = participant when = \"accepted + 2 hours\" at = \"at once\" template = \"t\" }\n"
        "step \"b\" { to = partnership when = \"monthly + 3 days\" topics = on asks = \"check-in\" expires = \"4 "
        "days\" at = \"07:15\" }\n"
        "coordinator \"K\" { address = \"k@example.org\" countries = NZ }\n"
        "coordinator \"M\" { address = \"m@example.org\" }\n");
    assert_string_equal(c.programme.languages[0], "pt-BR");
    assert_int_equal(c.programme.language_count, 2);
    assert_string_equal(c.programme.time_zone, "Australia/Sydney");
    assert_int_equal(c.programme.separator, 0);
    assert_true(string_starts_with(c.programme.database, folder) && string_ends_with(c.programme.database, "/db/x.db"));
    assert_string_equal(c.programme.templates, "/t");
    assert_null(c.outgoing.url);
    assert_true(string_ends_with(c.outgoing.maildir, "/po"));
    assert_int_equal(c.outgoing.connections, 7);
    assert_int_equal(c.outgoing.per_second * 100 + c.outgoing.per_hour * 10 + c.outgoing.per_day, 123);
    assert_int_equal(c.outgoing.uncertain, UNCERTAIN_HOLD);
    assert_int_equal(c.outgoing.timeout, 120);
    assert_string_equal(c.incoming.url, "imap://h:1143/Box");
    assert_int_equal(c.incoming.secret.kind, SECRET_OAUTH2_TOKEN);
    assert_string_equal(c.incoming.secret.value, "t --x");
    assert_int_equal(c.incoming.tls, TLS_NONE);
    assert_int_equal(c.incoming.after, AFTER_MOVE);
    assert_string_equal(c.incoming.done_folder, "Handled");
    assert_int_equal(c.incoming.message_limit, 512000);
    assert_int_equal(c.round.send_at, 18 * 3600 + 30 * 60);
    assert_int_equal(c.step_count, 2);
    assert_true(c.steps[0].at_once);
    assert_string_equal(c.steps[0].template_name, "t");
    assert_int_equal(c.steps[1].at, 7 * 3600 + 15 * 60);
    assert_true(c.steps[1].topics && c.steps[1].has_expires);
    assert_int_equal(c.steps[1].expires.days, 4);

    const struct coordinator *found[4];
    assert_int_equal(configuration_coordinators_for(&c, "NZ", found, 4), 1);
    assert_string_equal(found[0]->name, "K");
    assert_int_equal(configuration_coordinators_for(&c, "FR", found, 4), 1);
    assert_string_equal(found[0]->name, "M");
    assert_int_equal(configuration_coordinators_for(&c, NULL, found, 4), 1);
    assert_string_equal(found[0]->name, "M");
    assert_string_equal(configuration_find_coordinator(&c, "K")->address, "k@example.org");
    assert_null(configuration_find_coordinator(&c, "X"));
    configuration_free(&c);
}

static void test_includes(void **state) {
    /* Goal: an included file counts as if it stood there; its faults are told under its own name and line. */
    (void)state;
    static const char more[] = "\n\ncoordinator \"Mere\" { address = \"mere@example.org\" }\n";
    static const char bad[] = "\nround { length = \"6 months\"\n lenght = \"x\" }\n";
    auto_text text = TEXT_EMPTY;
    text_append_format(&text, "include(\"more.conf\")\n%s", minimal);
    write_file("more.conf", more, strlen(more));
    struct configuration c = load(text_string(&text));
    assert_int_equal(c.coordinator_count, 2);
    assert_string_equal(c.coordinators[0].name, "Mere");
    configuration_free(&c);

    write_file("more.conf", bad, strlen(bad));
    auto_error_list errors = ERROR_LIST_EMPTY;
    assert_false(configuration_load(path, &c, &errors));
    assert_int_equal(errors.count, 1);
    assert_true(string_ends_with(errors.entries[0].file, "/more.conf"));
    assert_int_equal(errors.entries[0].line, 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minimal_file_has_all_defaults),
        cmocka_unit_test(test_standard_sequence),
        cmocka_unit_test(test_paths_are_absolute),
        cmocka_unit_test(test_starter_shows_every_option),
        cmocka_unit_test(test_everything_said),
        cmocka_unit_test(test_includes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
