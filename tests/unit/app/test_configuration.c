#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/configuration.h"
#include "app/configuration_options.h"
#include "base/embedded.h"
#include "base/memory.h"
#include "base/text.h"
#include "programme/sequence.h"

static char folder[] = "/tmp/tandempost-test-XXXXXX";
static char path[128];

static int set_up(void **state) {
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/main.conf", folder);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    static const char *const names[] = {"main.conf", "more.conf", "again.conf"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char name[160];
        snprintf(name, sizeof name, "%s/%s", folder, names[i]);
        unlink(name);
    }
    return rmdir(folder);
}

static void write_file(const char *name, const char *bytes, size_t length) {
    char whole[160];
    snprintf(whole, sizeof whole, "%s/%s", folder, name);
    FILE *file = fopen(whole, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

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
    /* Goal: a file without steps runs the standard sequence, the same as the starter file writes out. */
    (void)state;
    struct configuration standard = load(minimal), starter = {0};
    starter = load(starter_file());
    assert_int_equal(standard.step_count, 6);
    assert_int_equal(starter.step_count, standard.step_count);
    for (size_t i = 0; i < standard.step_count; i++) {
        const struct step *a = &standard.steps[i], *b = &starter.steps[i];
        assert_string_equal(a->name, b->name);
        assert_string_equal(a->template_name, b->template_name);
        assert_true(string_equal(a->asks, b->asks));
        assert_int_equal(a->to, b->to);
        assert_int_equal(a->topics, b->topics);
        assert_int_equal(a->at, b->at);
        assert_int_equal(a->has_expires, b->has_expires);
        assert_int_equal(a->when.anchor, b->when.anchor);
        assert_memory_equal(&a->when.offset, &b->when.offset, sizeof a->when.offset);
        assert_memory_equal(&a->expires, &b->expires, sizeof a->expires);
    }
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

/* TEXT must give a fault on LINE whose message holds WORDS. */
static void expect(const char *text, size_t length, int line, const char *words) {
    struct configuration c;
    auto_error_list errors = ERROR_LIST_EMPTY;
    write_file("main.conf", text, length);
    bool good = configuration_load(path, &c, &errors), found = false;
    assert_false(good);
    for (size_t i = 0; i < errors.count; i++)
        found = found || (errors.entries[i].line == line && strstr(errors.entries[i].message, words) &&
                          string_equal(errors.entries[i].file, path));
    for (size_t i = 0; !found && i < errors.count; i++)
        print_message("# wanted %d: %s; got %d: %s\n", line, words, errors.entries[i].line, errors.entries[i].message);
    assert_true(found);
}

static const struct fault {
    const char *text;
    int line;
    const char *words;
} faults[] = {
    /* form */
    {"programme {\n name = \"x\"\n", 2, "The file ends before section programme, opened on line 1"},
    {"programme {\n name = \"x\n}\n", 3, "a closing quote is missing"},
    {"programme { name = 'x", 1, "a closing quote is missing"},
    {"programme { name =", 1, "The file ends before section programme"},
    {"programme {\n name \"x\"\n}\n", 2, "After \"name\" a = and a value"},
    {"programme { name = x }}", 1, "This } closes nothing"},
    {"programme {\n name = x\noutgoing { }\n", 3,
     "\"outgoing\" begins before section programme, opened on line 1, has ended"},
    {"step { }", 1, "needs a title: step \"NAME\""},
    {"programme = 3", 1, "needs a {"},
    {"programme { } /* never closed\n", 1, "never closed"},
    {"include(\"absent.conf\")", 1, "absent.conf: No such file"},
    {"include \"x\"", 1, "include(\"FILE\")"},
    {"include(\"main.conf\")", 1, "does one include itself"},
    {"programme { name = { \"a\", = } }", 1, "not expected here"},
    {"programme {\n name = \"a\\x01b\" }", 2, "without control characters"},
    {"programme { name = \"a\\xff\" }", 1, "UTF-8 text"},
    /* unknown and repeated */
    {"\nprogrammme { }", 2, "did you mean \"programme\"?"},
    {"something { }", 1, "The sections are"},
    {"address = x", 1, "belongs into section programme"},
    {"programme {\n nme = x\n}", 2, "did you mean \"name\"?"},
    {"programme { name = x nme = x }", 1, "did you mean \"name\"?"},
    {"programme {\n nme = { }\n}", 2, "did you mean \"name\"?"},
    {"programme {\n xyzzy = { a, b }\n}", 2, "There are: name, address"},
    {"programme {\n per_day = 3\n}", 2, "belongs into section outgoing"},
    {"programme {\n poll_evry = 3\n}", 2, "\"poll_every\", which belongs into section incoming"},
    {"programme {\n xyzzy { a = b }\n}", 2, "There are: name"},
    {"incoming {\n poll_every = 5 minutes\n}", 2, "A value of several words stands in quotes"},
    {"programme {\n name = a\n name = b\n}", 3, "a second time; the first is on line 2"},
    {"round { }\nround { }", 2, "a second time; the first begins on line 1"},
    {"step \"a\" { to = participant when = accepted }\nstep \"a\" { }", 2, "another begins on line 1"},
    {"coordinator \"\" { }", 1, "name in quotes is empty"},
    /* missing */
    {"programme {\n\n}", 1, "\"name\" is missing"},
    {"", 0, "Section programme { ... } is missing"},
    {"", 0, "Section outgoing"},
    {"", 0, "Section incoming"},
    {"", 0, "There is no coordinator"},
    {"incoming { url = \"imaps://h\" }", 1, "\"user\" is missing"},
    {"outgoing { url = \"smtps://h\"\n user = u }", 2, "A user needs a password"},
    {"outgoing { url = \"smtps://h\"\n password_file = u }", 2, "A password needs a user"},
    {"step \"a\" { to = participant }", 1, "\"when\" is missing"},
    /* values */
    {"programme { name = \"\" }", 1, "The value is empty"},
    {"programme { name = { a, b } }", 1, "Only one value"},
    {"programme {\n address = \"nobody\" }", 2, "programme, address:"},
    {"programme { languages = { en, en } }", 1, "twice"},
    {"programme { languages = french }", 1, "its code is \"fr\""},
    {"programme { languages = qqq }", 1, "no language tag"},
    {"programme { time_zone = \"Asia/Tokio\" }", 1, "Asia/Tokyo"},
    {"programme { separator = \"*\" }", 1, "must be one of + - ="},
    {"programme { catch_all = maybe }", 1, "must be yes or no"},
    {"programme { catch_all = yes\n separator = \"+\" }", 2, "nothing to separate"},
    {"programme { list_id = \"<x>\" }", 1, "without < and >"},
    {"outgoing { url = \"http://h\" }", 1, "smtps://, smtp:// or maildir:"},
    {"outgoing { url = \"smtps://\" }", 1, "smtps://, smtp:// or maildir:"},
    {"outgoing { url = \"smtps://u:p@h\" }", 1, "No user and no password"},
    {"outgoing { url = \"maildir:\" }", 1, "path of a folder is missing"},
    {"outgoing { url = \"smtps://h\"\n tls = \"none, mail and password travel readable\" }", 2, "always encrypted"},
    {"outgoing { tls = off }", 1, "must be \"required\" or \"none, "},
    {"outgoing { connections = 0 }", 1, "from 1 to 50"},
    {"outgoing { connections = four }", 1, "no whole number"},
    {"outgoing { timeout = \"1 second\" }", 1, "from 5 seconds to"},
    {"outgoing { uncertain = perhaps }", 1, "\"resend\" or \"hold\""},
    {"outgoing { password_file = a\n password_command = b }", 2, "one place only"},
    {"outgoing { password_credential = \"/run/x\" }", 1, "there is password_file"},
    {"incoming { message_limit = \"25 parsecs\" }", 1, "no size"},
    {"incoming { message_limit = \"1 KB\" }", 1, "from 64 KB to 1000 MB"},
    {"incoming { after = flag\n done_folder = X }", 2, "Only after = \"move\""},
    {"round { length = \"6 moons\" }", 1, "moons"},
    {"round { length = \"40 years\" }", 1, "round, length"},
    {"round { send_at = \"25:00\" }", 1, "25:00"},
    {"step \"a\" { to = everybody }", 1, "\"participant\" or \"partnership\""},
    {"step \"a\" { to = partnership\n when = acepted }", 2, "accepted"},
    {"step \"a\" { to = participant when = accepted\n expires = soon }", 2, "step \"a\", expires"},
    {"step \"a\" { to = participant when = accepted\n at = noon }", 2, "step \"a\", at"},
    {"step \"a\" { to = participant when = accepted\n template = \"../x\" }", 2, "no path"},
    {"step \"A B\" { to = participant when = accepted }", 1, "step's name"},
    {"step \"a\" { to = participant when = monthly }", 1, "step \"a\""},
    {"coordinator \"K\" { address = \"k@example.org\" countries = UK }", 1, "\"GB\""},
    {"coordinator \"K\" { address = \"k@example.org\" }\ncoordinator \"L\" {\n address = \"K@example.org\" }", 3,
     "Coordinator \"K\" has this address already"},
    {"programme { address = \"k@example.org\" }\ncoordinator \"K\" { address = \"k@example.org\" }", 2, "own address"},
};

static void test_every_fault(void **state) {
    /* Goal: every kind of fault is told with its line, what is wrong and what would be right. */
    (void)state;
    for (size_t i = 0; i < COUNT_OF(faults); i++)
        expect(faults[i].text, strlen(faults[i].text), faults[i].line, faults[i].words);
    expect("a\0b", 3, 0, "no text file");
    expect("\xEF\xBB\xBFprogramme { nme = x }", 24, 1, "\"name\"");
}

static void test_all_faults_at_once(void **state) {
    /* Goal: whoever made five mistakes hears of five, in the file's order. */
    (void)state;
    struct configuration c;
    auto_error_list errors = ERROR_LIST_EMPTY;
    static const char text[] = "programme {\n nme = a\n address = b\n xyzzy = 1\n}\nincoming { poll_every = never }\n"
                               "outgoing {\n conections = 3\n}\n";
    write_file("main.conf", text, strlen(text));
    assert_false(configuration_load(path, &c, &errors));
    int lines[] = {1, 2, 3, 4, 6, 7, 8};
    size_t found = 0;
    for (size_t i = 0; i < errors.count && found < COUNT_OF(lines); i++)
        found += errors.entries[i].line == lines[found];
    assert_int_equal(found, COUNT_OF(lines));
}

static void test_unreadable_file(void **state) {
    /* Goal: a file that isn't there, or is a folder, is told as such. */
    (void)state;
    struct configuration c;
    auto_error_list errors = ERROR_LIST_EMPTY;
    assert_false(configuration_load("/nonexistent/x.conf", &c, &errors));
    assert_false(configuration_load(folder, &c, &errors));
    assert_int_equal(errors.count, 2);
    assert_non_null(strstr(errors.entries[0].message, "No such file"));
    assert_non_null(strstr(errors.entries[1].message, "directory"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minimal_file_has_all_defaults),
        cmocka_unit_test(test_standard_sequence),
        cmocka_unit_test(test_paths_are_absolute),
        cmocka_unit_test(test_starter_shows_every_option),
        cmocka_unit_test(test_everything_said),
        cmocka_unit_test(test_includes),
        cmocka_unit_test(test_every_fault),
        cmocka_unit_test(test_all_faults_at_once),
        cmocka_unit_test(test_unreadable_file),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
